// base45 (RFC 9285): bytes as letters of the alphanumeric mode of QR codes.
//
// Shapes:  two bytes are three letters, a last single byte two; the 45 letters 0-9 A-Z space $ % * + - . / :
// Threads: pure functions.
// Errors:  parse gives nullopt for any other letter, lower case included, a length that cannot be, and groups that
//          stand for more than their bytes can hold; so each byte string has exactly one accepted text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace suoi::certs {

std::string base45(std::string_view bytes);
std::optional<std::string> parse_base45(std::string_view text);

}  // namespace suoi::certs
