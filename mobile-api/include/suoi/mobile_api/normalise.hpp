// Unicode matters of texts: normal form C (UAX #15), length, U+0000, well-formedness.
//
// Purpose: the same word typed on two phones must be the same bytes, or merging and searching see two.
// Shapes:  UTF-8 throughout.
// Threads: pure functions; safe from any thread.
// Errors:  to_nfc and normalise_texts throw std::invalid_argument for ill-formed UTF-8: the reader lets none pass.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "suoi/domain/value.hpp"

namespace suoi::mobile_api {

// Cheap where nothing changes: ASCII and precomposed Vietnamese are recognised without being taken apart.
std::string to_nfc(std::string_view utf8);

// Brings every text within the value to normal form C; keys stay as they are. Recurses as deep as the value is nested.
// True where a text came out as other bytes.
bool normalise_texts(domain::Value& value);

bool has_nul(std::string_view utf8);
// Whether any text or key within the value holds U+0000. Recurses as deep as the value is nested.
bool has_nul(const domain::Value& value);

// The number of Unicode code points in well-formed UTF-8.
std::size_t code_points(std::string_view utf8);

// The offset of the first byte that belongs to no well-formed sequence (Unicode 15, table 3-7); nullopt for none.
std::optional<std::size_t> ill_formed_at(std::string_view utf8);

}  // namespace suoi::mobile_api
