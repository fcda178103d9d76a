// Merkle trees over a growing list of entries (RFC 9162, section 2.1; the same as RFC 6962).
//
// Purpose: the mathematics of the transparency log: one hash for all entries, proofs that an entry is among them and
//          that a longer list continues a shorter one.
// Shapes:  SHA-256; a leaf is hashed behind 00, two nodes behind 01. Proofs are hashes from the leaves upwards.
// Threads: pure functions; the lookup is called on the caller's thread.
// Errors:  making proofs throws std::invalid_argument for places outside of the tree; checking gives false for anything
//          that does not hold.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace suoi::certs::merkle {

using Hash = std::array<std::uint8_t, 32>;

Hash leaf_hash(std::string_view entry);
Hash node_hash(const Hash& left, const Hash& right);

// The hash over the 2^level entries from index · 2^level on; asked for complete ones only.
using SubtreeHash = std::function<Hash(int level, std::int64_t index)>;

// The root over the first `size` entries; that of an empty tree is SHA-256 of nothing.
Hash root(std::int64_t size, const SubtreeHash& subtree);

std::vector<Hash> inclusion_proof(std::int64_t index, std::int64_t size, const SubtreeHash& subtree);
std::vector<Hash> consistency_proof(std::int64_t from, std::int64_t to, const SubtreeHash& subtree);

bool includes(const Hash& leaf, std::int64_t index, std::int64_t size, const std::vector<Hash>& proof,
              const Hash& root);
bool continues(std::int64_t from, const Hash& from_root, std::int64_t to, const Hash& to_root,
               const std::vector<Hash>& proof);

}  // namespace suoi::certs::merkle
