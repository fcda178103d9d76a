// base64url without padding (RFC 4648, section 5, as RFC 7515 section 2 uses it).
//
// Purpose: the text form of every binary part of JOSE tokens and key files.
// Shapes:  bytes as std::string / std::string_view; text of A-Z a-z 0-9 - _ only.
// Threads: pure functions.
// Errors:  parse gives nullopt for any other character, padding, white space, an impossible length, or stray bits in
//          the last character (so each byte string has exactly one accepted text).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace suoi::certs {

std::string base64url(std::string_view bytes);
std::optional<std::string> parse_base64url(std::string_view text);

}  // namespace suoi::certs
