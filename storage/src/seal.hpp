// Digests that tell damage and difference: of rows, and of the records of a stream.
//
// Source: protocol.md, "sums"; rows carry a seal since SQLite's own check finds only part of what a bad disk changes.
// Errors: none.
#pragma once

#include <cstdint>
#include <string_view>

#include "suoi/domain/id.hpp"

namespace suoi::storage {

// The first 8 bytes, big-endian, of the SHA-256 of `bytes`.
std::uint64_t digest_number(const domain::Hashing& hashing, std::string_view bytes);

// What a live record adds to the sum of its stream: id, ":", version in decimal.
std::uint64_t sum_part(const domain::Hashing& hashing, const domain::RecordId& id, std::int64_t version);

}  // namespace suoi::storage
