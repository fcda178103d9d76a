// The transparency log: what is read of it.

#include <algorithm>

#include "suoi/certs/transparency_log.hpp"
#include "tables.hpp"

namespace suoi::storage {
namespace {

using certs::merkle::Hash;

constexpr char kSize[] = "SELECT coalesce(max(no), -1) + 1 FROM log_entry";
constexpr char kSizeBefore[] = "SELECT count(*) FROM log_entry WHERE at < ?";
constexpr char kTile[] = "SELECT hashes FROM log_tile WHERE level = ? AND place = ?";
constexpr char kEntries[] = "SELECT entry FROM log_entry WHERE no >= ? ORDER BY no LIMIT ?";
constexpr char kPlace[] = "SELECT no FROM log_entry WHERE entry = ?";
constexpr char kCosignatures[] = "SELECT line FROM log_cosignature WHERE size = ? ORDER BY witness";
constexpr char kToLog[] =
    "SELECT record, issuing, logged FROM certificate"
    " WHERE (issuing <> 1 AND logged & 1 = 0) OR (issuing = 3 AND logged & 2 = 0) OR (issuing = 4 AND logged & 4 = 0)"
    " ORDER BY no LIMIT ?";

constexpr std::size_t kHashBytes = 32;

}  // namespace

std::int64_t Tables::log_size() {
  return connection_.scalar(kSize);
}

std::int64_t Tables::log_size_before(std::int64_t at_ms) {
  Query query(connection_, kSizeBefore, at_ms);
  query.step();
  return query.integer(0);
}

std::string Tables::log_tile(int level, std::int64_t place) {
  Query query(connection_, kTile, level, place);
  return query.step() ? std::string(query.bytes(0)) : std::string();
}

std::vector<std::string> Tables::log_entries(std::int64_t from, std::size_t most) {
  std::vector<std::string> entries;
  Query query(connection_, kEntries, from, static_cast<std::int64_t>(most));
  while (query.step()) entries.emplace_back(query.bytes(0));
  return entries;
}

std::optional<std::int64_t> Tables::log_place(std::string_view entry) {
  Query query(connection_, kPlace, Blob{entry});
  return query.step() ? std::optional(query.integer(0)) : std::nullopt;
}

// Tiles hold every eighth level; the levels between are hashed from what stands together in one tile.
Hash Tables::log_subtree(int level, std::int64_t index) {
  const int between = level % certs::kTileHeight;
  const std::int64_t first = index << between;
  const std::string tile = log_tile(level / certs::kTileHeight, first / certs::kTileWidth);
  const auto at = static_cast<std::size_t>(first % certs::kTileWidth);
  std::vector<Hash> hashes(std::size_t{1} << between);
  if (tile.size() < (at + hashes.size()) * kHashBytes) throw StoreFault("the log lacks a hash", false);
  std::copy_n(tile.data() + at * kHashBytes, hashes.size() * kHashBytes, reinterpret_cast<char*>(hashes.data()));
  while (hashes.size() > 1) {
    for (std::size_t i = 0; i < hashes.size() / 2; ++i) {
      hashes[i] = certs::merkle::node_hash(hashes[2 * i], hashes[2 * i + 1]);
    }
    hashes.resize(hashes.size() / 2);
  }
  return hashes.front();
}

std::vector<std::string> Tables::log_cosignatures(std::int64_t size) {
  std::vector<std::string> lines;
  Query query(connection_, kCosignatures, size);
  while (query.step()) lines.emplace_back(query.text(0));
  return lines;
}

std::vector<CertificateToLog> Tables::certificates_to_log(std::size_t most) {
  std::vector<CertificateToLog> found;
  Query query(connection_, kToLog, static_cast<std::int64_t>(most));
  while (query.step()) {
    const std::int64_t standing = query.integer(1), logged = query.integer(2);
    found.push_back({query.id<domain::RecordId>(0), (logged & 1) == 0, standing == 3 && (logged & 2) == 0,
                     standing == 4 && (logged & 4) == 0});
  }
  return found;
}

}  // namespace suoi::storage
