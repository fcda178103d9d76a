// UTF-8 (RFC 3629), as far as this module looks into texts; private to it.
#pragma once

#include <cstddef>
#include <string_view>

namespace suoi::certs {

// Length in bytes of the code point at the start of `text`; 0 where none starts there: stray or missing continuation
// bytes, overlong forms, surrogates, beyond U+10FFFF.
std::size_t utf8_length(std::string_view text);

bool is_utf8(std::string_view text);

// Whether the code point at the start of `text` is a combining mark of U+0300 to U+036F.
bool starts_with_mark(std::string_view text);

}  // namespace suoi::certs
