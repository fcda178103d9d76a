#include "suoi/certs/paper.hpp"

#include <algorithm>
#include <stdexcept>

#include "cms.hpp"
#include "key_times.hpp"
#include "paper_layout.hpp"
#include "pdf_archive.hpp"
#include "suoi/certs/hashing.hpp"

namespace suoi::certs {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

std::string to_hex(std::string_view bytes) {
  std::string hex;
  for (const char byte : bytes) {
    hex += kHexDigits[static_cast<unsigned char>(byte) >> 4];
    hex += kHexDigits[static_cast<unsigned char>(byte) & 15];
  }
  return hex;
}

std::optional<std::string> from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    const std::size_t high = kHexDigits.find(hex[i]), low = kHexDigits.find(hex[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    bytes += static_cast<char>(high << 4 | low);
  }
  return bytes;
}

// The signature without the zeros that fill its place.
std::optional<std::string> signature_in(std::string_view pdf, const SignedRange& range) {
  auto bytes = from_hex(pdf.substr(range.open + 1, range.close - range.open - 2));
  if (!bytes || bytes->size() < 4) return std::nullopt;
  // SEQUENCE with a length in two bytes, as every signature with a certificate inside has.
  const auto byte = [&](std::size_t at) { return static_cast<std::size_t>(static_cast<unsigned char>((*bytes)[at])); };
  if (byte(0) != 0x30 || byte(1) != 0x82) return std::nullopt;
  const std::size_t size = 4 + (byte(2) << 8 | byte(3));
  if (size > bytes->size() || bytes->find_first_not_of('\0', size) != std::string::npos) return std::nullopt;
  bytes->resize(size);
  return bytes;
}

std::string title_of(const Facts& facts) {
  return "Giấy chứng nhận " + facts.number;
}

}  // namespace

std::string signer_certificate(const SigningKey& key, std::int64_t not_before_ms) {
  return self_signed_x509(key, not_before_ms);
}

std::string signed_paper(const Paper& paper, std::string_view template_json, const PaperSigner& signer) {
  static_cast<void>(as_printed(paper.facts));  // throws
  const auto& id = paper.facts.id.uuid.bytes;
  const std::string id_bytes(reinterpret_cast<const char*>(id.data()), id.size());
  std::string pdf = archive_with_room(drawn_pages({paper}, parse_template(template_json)),
                                      {title_of(paper.facts), paper.badge, paper.facts.issued_at_ms, to_hex(id_bytes)});
  const auto range = signed_range(pdf);
  if (!range) throw std::logic_error("a paper without a place for its signature");
  const auto digest = sha256(covered(pdf, *range));
  const std::string hex = to_hex(cms_signature(bytes_of(digest), signer.key, signer.x509));
  if (hex.size() > kSignatureHexDigits) throw std::logic_error("a signature larger than its place");
  pdf.replace(range->open + 1, hex.size(), hex);
  return pdf;
}

std::string papers_to_print(const std::vector<Paper>& papers, std::string_view template_json) {
  return drawn_pages(papers, parse_template(template_json));
}

Checked verify_paper(std::string_view pdf, const std::vector<IssuerKey>& issuers, const std::vector<BadgeKey>& keys,
                     std::int64_t now_ms, const StatusKnowledge& knowledge) {
  const auto refused = [&](Verdict verdict, const char* reason) {
    return Checked{verdict, std::nullopt, knowledge.as_of_ms, reason};
  };
  if (pdf.size() > kPaperBytesMax || pdf.substr(0, 5) != "%PDF-") {
    return refused(Verdict::forged, "the file is no PDF of a certificate");
  }
  const auto range = signed_range(pdf);
  const auto signature = range ? signature_in(pdf, *range) : std::nullopt;
  if (!signature) return refused(Verdict::forged, "the PDF has no signature that covers all of it");
  const auto digest = sha256(covered(pdf, *range));
  const auto signer = cms_signer(*signature, bytes_of(digest));
  if (!signer) return refused(Verdict::forged, "the signature of the PDF does not fit");
  const auto issuer =
      std::find_if(issuers.begin(), issuers.end(), [&](const IssuerKey& known) { return known.key == *signer; });
  if (issuer == issuers.end()) return refused(Verdict::unknown_key, "nothing is known of the key that signed the PDF");
  const auto badge = attached_badge(pdf);
  if (!badge) return refused(Verdict::forged, "the PDF holds no certificate");
  Checked checked = verify_open_badge(*badge, keys, now_ms, knowledge);
  if (!checked.facts) return checked;
  return refused_by_key(*issuer, *checked.facts, knowledge).value_or(checked);
}

}  // namespace suoi::certs
