// gzip (RFC 1952) of whole bodies.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace suoi::client {

std::string gzip(std::string_view bytes);

// nullopt: not gzip, cut short, damaged, followed by something else, or more than `bytes_max`.
std::optional<std::string> gunzip(std::string_view bytes, std::size_t bytes_max);

}  // namespace suoi::client
