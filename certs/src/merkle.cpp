#include "suoi/certs/merkle.hpp"

#include <bit>
#include <stdexcept>
#include <string>

#include "suoi/certs/hashing.hpp"

namespace suoi::certs::merkle {
namespace {

// The largest power of two below `size`, which is at least 2.
std::int64_t left_part(std::int64_t size) {
  return static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(size - 1)));
}

// Of the entries from `begin` up to `end`; `begin` is a multiple of the power of two that covers them.
Hash hash_of(std::int64_t begin, std::int64_t end, const SubtreeHash& subtree) {
  const std::int64_t size = end - begin;
  if (std::has_single_bit(static_cast<std::uint64_t>(size))) {
    const int level = std::countr_zero(static_cast<std::uint64_t>(size));
    return subtree(level, begin >> level);
  }
  const std::int64_t middle = begin + left_part(size);
  return node_hash(hash_of(begin, middle, subtree), hash_of(middle, end, subtree));
}

// PATH of RFC 6962, section 2.1.1.
void add_path(std::int64_t index, std::int64_t begin, std::int64_t end, const SubtreeHash& subtree,
              std::vector<Hash>& proof) {
  if (end - begin == 1) return;
  const std::int64_t middle = begin + left_part(end - begin);
  if (index < middle) {
    add_path(index, begin, middle, subtree, proof);
    proof.push_back(hash_of(middle, end, subtree));
  } else {
    add_path(index, middle, end, subtree, proof);
    proof.push_back(hash_of(begin, middle, subtree));
  }
}

// SUBPROOF of RFC 6962, section 2.1.2; `known` says that the reader has the hash of the part.
void add_subproof(std::int64_t from, std::int64_t begin, std::int64_t end, bool known, const SubtreeHash& subtree,
                  std::vector<Hash>& proof) {
  if (from == end) {
    if (!known) proof.push_back(hash_of(begin, end, subtree));
    return;
  }
  const std::int64_t middle = begin + left_part(end - begin);
  if (from <= middle) {
    add_subproof(from, begin, middle, known, subtree, proof);
    proof.push_back(hash_of(middle, end, subtree));
  } else {
    add_subproof(from, middle, end, false, subtree, proof);
    proof.push_back(hash_of(begin, middle, subtree));
  }
}

}  // namespace

Hash leaf_hash(std::string_view entry) {
  return sha256(std::string(1, '\0') + std::string(entry));
}

Hash node_hash(const Hash& left, const Hash& right) {
  return sha256(std::string(1, '\1') + std::string(bytes_of(left)) + std::string(bytes_of(right)));
}

Hash root(std::int64_t size, const SubtreeHash& subtree) {
  return size == 0 ? sha256("") : hash_of(0, size, subtree);
}

std::vector<Hash> inclusion_proof(std::int64_t index, std::int64_t size, const SubtreeHash& subtree) {
  if (index < 0 || index >= size) throw std::invalid_argument("no such entry in the log");
  std::vector<Hash> proof;
  add_path(index, 0, size, subtree, proof);
  return proof;
}

std::vector<Hash> consistency_proof(std::int64_t from, std::int64_t to, const SubtreeHash& subtree) {
  if (from < 0 || from > to) throw std::invalid_argument("the log has no such size");
  std::vector<Hash> proof;
  if (from > 0) add_subproof(from, 0, to, true, subtree, proof);
  return proof;
}

// RFC 9162, section 2.1.3.2.
bool includes(const Hash& leaf, std::int64_t index, std::int64_t size, const std::vector<Hash>& proof,
              const Hash& root) {
  if (index < 0 || index >= size) return false;
  std::int64_t node = index, last = size - 1;
  Hash hash = leaf;
  for (const Hash& sibling : proof) {
    if (last == 0) return false;
    if (node % 2 == 1 || node == last) {
      hash = node_hash(sibling, hash);
      while (node % 2 == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      hash = node_hash(hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == root;
}

// RFC 9162, section 2.1.4.2.
bool continues(std::int64_t from, const Hash& from_root, std::int64_t to, const Hash& to_root,
               const std::vector<Hash>& proof) {
  if (from < 0 || from > to) return false;
  if (from == to) return proof.empty() && from_root == to_root;
  if (from == 0) return proof.empty();
  std::vector<Hash> path = proof;
  if (std::has_single_bit(static_cast<std::uint64_t>(from))) path.insert(path.begin(), from_root);
  if (path.empty()) return false;
  std::int64_t node = from - 1, last = to - 1;
  while (node % 2 == 1) {
    node >>= 1;
    last >>= 1;
  }
  Hash before = path.front(), after = path.front();
  for (std::size_t i = 1; i < path.size(); ++i) {
    if (last == 0) return false;
    if (node % 2 == 1 || node == last) {
      before = node_hash(path[i], before);
      after = node_hash(path[i], after);
      while (node % 2 == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      after = node_hash(after, path[i]);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && before == from_root && after == to_root;
}

}  // namespace suoi::certs::merkle
