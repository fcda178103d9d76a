// What a transaction adds to the transparency log.

#include "suoi/certs/transparency_log.hpp"
#include "write_transaction.hpp"

namespace suoi::storage {
namespace {

constexpr char kAddEntry[] = "INSERT INTO log_entry (no, entry, at) VALUES (?, ?, ?)";
constexpr char kGrowTile[] =
    "INSERT INTO log_tile (level, place, hashes) VALUES (?, ?, ?)"
    " ON CONFLICT DO UPDATE SET hashes = CAST(hashes || excluded.hashes AS BLOB)";
constexpr char kNoteLogged[] = "UPDATE certificate SET logged = logged | ? WHERE record = ?";
constexpr char kAddCosignature[] =
    "INSERT INTO log_cosignature (size, witness, line) VALUES (?, ?, ?)"
    " ON CONFLICT DO UPDATE SET line = excluded.line";

}  // namespace

std::int64_t WriteTransaction::append_to_log(std::string_view entry, std::int64_t now_ms) {
  if (const auto known = tables().log_place(entry)) return *known;
  const std::int64_t no = tables().log_size();
  run(connection(), kAddEntry, no, Blob{entry}, now_ms);
  certs::merkle::Hash hash = certs::merkle::leaf_hash(entry);
  std::int64_t index = no;
  // A tile that is full gives one hash to the level above.
  for (int level = 0;; ++level) {
    run(connection(), kGrowTile, level, index / certs::kTileWidth, blob(hash));
    if (index % certs::kTileWidth != certs::kTileWidth - 1) return no;
    index /= certs::kTileWidth;
    hash = tables().log_subtree((level + 1) * certs::kTileHeight - 1, 2 * index);
    hash = certs::merkle::node_hash(hash, tables().log_subtree((level + 1) * certs::kTileHeight - 1, 2 * index + 1));
  }
}

void WriteTransaction::note_logged(const CertificateToLog& what) {
  const int bits = (what.issued ? 1 : 0) | (what.superseded ? 2 : 0) | (what.revoked ? 4 : 0);
  run(connection(), kNoteLogged, bits, blob(what.record));
}

void WriteTransaction::put_cosignature(std::int64_t size, std::string_view witness, std::string_view line) {
  run(connection(), kAddCosignature, size, witness, line);
}

}  // namespace suoi::storage
