// One check for all three carriers of a certificate: the text of the QR code, the Open Badges file, the PDF.
//
// Threads: pure functions; a lookup function is called on the caller's thread.
// Errors:  any bytes at all give a Verdict; `forged` also for what is no carrier.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "suoi/certs/certificate.hpp"
#include "suoi/certs/key_store.hpp"
#include "suoi/certs/open_badge.hpp"
#include "suoi/certs/paper.hpp"
#include "suoi/certs/status_list.hpp"
#include "suoi/certs/transparency_log.hpp"

namespace suoi::certs {

struct IssuerKeys {
  std::vector<IssuerKey> issuers;  // of QR codes and papers
  std::vector<BadgeKey> badges;    // of files and status lists
  std::vector<Ed25519PublicKey> logs = {};
};

// Within the times that the list of keys gives, where there is one.
IssuerKeys issuer_keys(const KeyStore& keys);
IssuerKeys issuer_keys(const KeyList& list);
// Of a JWKS (RFC 7517, section 5): every key of P-256 or Ed25519 with use `sig`; nullopt for what is no JWKS. It says
// nothing about times, so the keys are taken as good for all of them.
std::optional<IssuerKeys> issuer_keys(std::string_view jwks);

Checked verify_carrier(std::string_view bytes, const IssuerKeys& keys, std::int64_t now_ms,
                       const StatusKnowledge& knowledge);

// The same, knowing of withdrawals what these lists say, and of its place in the log what a proof shows (proof_text()
// of transparency_log.hpp; empty: nothing).
Checked verify_carrier(std::string_view bytes, const IssuerKeys& keys, std::int64_t now_ms,
                       const std::vector<StatusList>& lists, const std::string& log_proof = {});

}  // namespace suoi::certs
