// A certificate of participation on paper: one page A4 landscape as PDF/A-3b (ISO 19005-3), signed as PAdES B-B
// (ETSI EN 319 142-1), with the Open Badges file inside and the QR code drawn as vectors at 40 mm.
//
// Purpose: the official copy, printed or sent; every signature-aware PDF reader can check it.
// Shapes:  the whole file is covered by the signature but for the place of the signature itself. The look is data: a
//          template in JSON (docs/certificates.md, "The template"), of which one is built in.
// Rules:   the page states the facts in full, only the code in it is shortened as certificate.hpp says.
// Threads: callable from any thread. Errors: making throws std::invalid_argument for a template or facts that can't be
//          shown, std::runtime_error when the font is not installed or a library fails; checking gives a Verdict.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "suoi/certs/open_badge.hpp"

namespace suoi::certs {

inline constexpr std::size_t kPaperBytesMax = 4194304;

// The template that is used where a province has none of its own.
std::string_view built_in_template();

// What the page says beside the facts.
struct PaperTexts {
  std::string commune;        // "xã Pa Ủ, tỉnh Lai Châu"
  std::string place;          // "Lai Châu", before the date
  std::string check_code;     // printed beside the number
  std::string check_address;  // "https://suoi.example/#/verify"
};

struct Paper {
  Facts facts;
  PaperTexts texts;
  std::string qr;     // the text of qr_text()
  std::string badge;  // the file of open_badge()
};

// Signs papers with one key. `x509` is the DER of signer_certificate() for that key, always the same one.
struct PaperSigner {
  SigningKey key;
  std::string x509;
};
std::string signer_certificate(const SigningKey& key, std::int64_t not_before_ms);

std::string signed_paper(const Paper& paper, std::string_view template_json, const PaperSigner& signer);

// Several pages in one file to print from; not signed, and nothing is attached.
std::string papers_to_print(const std::vector<Paper>& papers, std::string_view template_json);

// `issuers` are the keys of the signature, `keys` those of the file inside; both must hold.
Checked verify_paper(std::string_view pdf, const std::vector<IssuerKey>& issuers, const std::vector<BadgeKey>& keys,
                     std::int64_t now_ms, const StatusKnowledge& knowledge);

}  // namespace suoi::certs
