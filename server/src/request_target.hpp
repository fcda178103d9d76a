// The request target in origin-form (RFC 9112, section 3.2.1), decoded.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "refusal.hpp"

namespace suoi::server {

struct RequestTarget {
  std::string path;                          // percent-decoded UTF-8 without controls, dot segments or encoded slashes
  std::map<std::string, std::string> query;  // application/x-www-form-urlencoded: '+' is a blank; first name stands
};

tl::expected<RequestTarget, Refusal> parse_request_target(std::string_view target);

// Well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates.
bool is_utf8(std::string_view text);

}  // namespace suoi::server
