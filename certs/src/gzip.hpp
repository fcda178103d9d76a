// gzip (RFC 1952) of small texts; private to this module.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace suoi::certs {

std::string gzip(std::string_view bytes);

// nullopt for what is no single whole gzip member, or holds more than `bytes_max`.
std::optional<std::string> gunzip(std::string_view packed, std::size_t bytes_max);

}  // namespace suoi::certs
