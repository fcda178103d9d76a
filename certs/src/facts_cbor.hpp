// The facts of a certificate as a CWT payload; private to this module. The keys stand in docs/certificates.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "suoi/certs/certificate.hpp"

namespace suoi::certs {

// Whether a time of issue lies within the 32 bits of seconds that a certificate states.
bool is_issue_time(std::int64_t issued_at_ms);

// What is wrong with facts as they should be printed; nullopt where nothing is. The issuer is not looked at.
std::optional<std::string> fault_in(const Facts& facts);

// Facts without a fault, in whole seconds. The issuer is not part of the payload: the COSE header names it.
std::string encode_facts(const Facts& facts);

// The facts without their issuer; nullopt where the payload is no certificate or states what no certificate may.
std::optional<Facts> parse_facts(std::string_view payload);

}  // namespace suoi::certs
