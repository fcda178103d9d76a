// Signs the certificates whose quorum is complete. Idempotent: run it as often as you like, also after a crash.
#pragma once

#include <cstddef>

#include "suoi/certs/certificate.hpp"
#include "suoi/mobile_api/service.hpp"

namespace suoi::mobile_api {

// Signs at most `most` waiting certificates and commits them as issued, together with their entries in the log; gives
// how many became so by this call.
std::size_t issue_certificates(const Service& service, std::size_t most);

// Puts into the log what it still lacks: withdrawals, and what was issued before there was a log. At most `most`
// certificates; gives how many.
std::size_t log_certificates(const Service& service, std::size_t most);
// The digest of the list of keys, where it is a new one.
void log_key_list(const Service& service);

// The facts of a certificate record, for the QR and for checks, in a form that can be signed: what people wrote in a
// way that no paper can show (control characters, nothing but blanks, days before 1970) is replaced.
certs::Facts certificate_facts(const sync::Record& certificate, const domain::AdminUnits& units,
                               const std::string& issuer_kid);

}  // namespace suoi::mobile_api
