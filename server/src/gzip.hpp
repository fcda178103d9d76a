// gzip (RFC 1952) of whole bodies, on zlib.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "byte_budget.hpp"
#include "refusal.hpp"

namespace suoi::server {

// The body, once its length and CRC were checked. Refused: more than `bytes_max` (at that point, whatever follows), a
// cut or corrupt body, a second member or anything else behind it, no budget left. `lease` grows by what is held here.
tl::expected<std::string, Refusal> inflate_gzip(std::string_view gzip, std::size_t bytes_max, ByteLease& lease);

std::string deflate_gzip(std::string_view body, int level);

}  // namespace suoi::server
