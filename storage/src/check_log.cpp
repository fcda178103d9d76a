#include "check_log.hpp"

#include <map>

#include "suoi/certs/hashing.hpp"
#include "suoi/certs/transparency_log.hpp"

namespace suoi::storage {
namespace {

using certs::merkle::Hash;

constexpr char kEntries[] = "SELECT no, entry FROM log_entry ORDER BY no";
constexpr char kTiles[] = "SELECT level, place, hashes FROM log_tile ORDER BY level, place";

using Tiles = std::map<std::pair<std::int64_t, std::int64_t>, std::string>;

// Of a full tile: the hash of all that it covers.
Hash folded(const std::string& tile) {
  constexpr std::size_t kHashBytes = 32;
  std::vector<Hash> hashes;
  for (std::size_t at = 0; at < tile.size(); at += kHashBytes) {
    Hash hash{};
    std::copy_n(tile.data() + at, kHashBytes, reinterpret_cast<char*>(hash.data()));
    hashes.push_back(hash);
  }
  while (hashes.size() > 1) {
    std::vector<Hash> above;
    for (std::size_t i = 0; i + 1 < hashes.size(); i += 2) {
      above.push_back(certs::merkle::node_hash(hashes[i], hashes[i + 1]));
    }
    hashes = std::move(above);
  }
  return hashes.front();
}

void add(Tiles& tiles, std::int64_t index, Hash hash) {
  for (int level = 0;; ++level) {
    std::string& tile = tiles[{level, index / certs::kTileWidth}];
    tile += certs::bytes_of(hash);
    if (index % certs::kTileWidth != certs::kTileWidth - 1) return;
    hash = folded(tile);
    index /= certs::kTileWidth;
  }
}

}  // namespace

std::optional<std::string> fault_in_log(Connection& connection) {
  Tiles expected, stored;
  std::int64_t size = 0;
  Query entries(connection, kEntries);
  for (; entries.step(); ++size) {
    if (entries.integer(0) != size) return "the log lacks an entry";
    add(expected, size, certs::merkle::leaf_hash(entries.bytes(1)));
  }
  Query tiles(connection, kTiles);
  while (tiles.step()) stored.emplace(std::pair(tiles.integer(0), tiles.integer(1)), tiles.bytes(2));
  if (stored != expected) return "the hashes of the log do not follow from its entries";
  return std::nullopt;
}

}  // namespace suoi::storage
