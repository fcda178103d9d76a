// JSON from outside, read without mercy; private to this module.
//
// Refused: doubled members, more than 8 levels, more than `values_max` values, bytes after the value, U+0000 as a raw
// byte, text that is no UTF-8. nlohmann's own tree would take the last of doubled members, which lets two readers of
// one signed header see different things.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "suoi/domain/value.hpp"

namespace suoi::certs {

std::optional<domain::Value> parse_strict_json(std::string_view text, std::size_t values_max = 256);

// The text member `name`; nullptr where there is none or it is no text.
const std::string* text_member(const domain::Value::Object& object, std::string_view name);

}  // namespace suoi::certs
