// Multibase in base58btc (Controlled Identifiers 1.0, section 2.4): "z" and letters without 0, O, I and l; private to
// this module.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace suoi::certs {

std::string multibase58(std::string_view bytes);

// Exactly `size` bytes; nullopt for everything else. Each byte string has one text.
std::optional<std::string> parse_multibase58(std::string_view text, std::size_t size);

}  // namespace suoi::certs
