// What a transaction does with uploads.

#include <algorithm>

#include "write_transaction.hpp"

namespace suoi::storage {
namespace {

constexpr std::size_t kPieceBytesMax = 256 * 1024;

constexpr char kAdd[] =
    "INSERT INTO upload (id, person, length, received, metadata, expires) VALUES (?, ?, ?, 0, ?, ?)";
constexpr char kGrow[] =
    "UPDATE upload SET received = received + ?, expires = ? WHERE id = ? AND received = ? AND file IS NULL"
    " AND received + ? <= length RETURNING no";
constexpr char kAddPiece[] = "INSERT INTO piece (upload, first, bytes) VALUES (?, ?, ?)";
constexpr char kFinish[] =
    "UPDATE upload SET file = ? WHERE id = ? AND received = length AND file IS NULL RETURNING no, person, length";
constexpr char kAddFile[] =
    "INSERT INTO file (digest, pieces, media_type, length) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING";
constexpr char kAddFrom[] = "INSERT INTO file_from (digest, person) VALUES (?, ?) ON CONFLICT DO NOTHING";
constexpr char kDropPieces[] =
    "DELETE FROM piece WHERE upload = ? AND NOT EXISTS (SELECT 1 FROM file AS f WHERE f.pieces = piece.upload)";
constexpr char kDrop[] = "DELETE FROM upload WHERE id = ? RETURNING no";
constexpr char kDropOneExpired[] =
    "DELETE FROM upload WHERE no = (SELECT no FROM upload WHERE expires <= ? ORDER BY expires LIMIT 1) RETURNING no";

// The one row that a statement gives back; the statement has run to its end then.
std::optional<std::int64_t> returned(Query& query) {
  std::optional<std::int64_t> no;
  while (query.step()) no = query.integer(0);
  return no;
}

}  // namespace

void WriteTransaction::add_upload(const Upload& upload) {
  run(connection(), kAdd, blob(upload.id), blob(upload.person), upload.length, upload.metadata, upload.expires_ms);
}

bool WriteTransaction::append_to_upload(const UploadId& id, std::int64_t offset, std::string_view bytes,
                                        std::int64_t expires_ms) {
  const auto size = static_cast<std::int64_t>(bytes.size());
  Query grow(connection(), kGrow, size, expires_ms, blob(id), offset, size);
  const auto no = returned(grow);
  if (!no) return false;
  for (std::size_t at = 0; at < bytes.size(); at += kPieceBytesMax) {
    run(connection(), kAddPiece, *no, offset + static_cast<std::int64_t>(at), Blob{bytes.substr(at, kPieceBytesMax)});
  }
  return true;
}

bool WriteTransaction::finish_upload(const UploadId& id, const FileDigest& digest, std::string_view media_type) {
  std::int64_t no = 0;
  std::int64_t length = 0;
  domain::PersonId person;
  bool found = false;
  {
    Query finish(connection(), kFinish, blob(digest), blob(id));
    while (finish.step()) {
      found = true;
      no = finish.integer(0);
      person = finish.id<domain::PersonId>(1);
      length = finish.integer(2);
    }
  }
  if (!found) return false;
  run(connection(), kAddFile, blob(digest), no, media_type, length);
  run(connection(), kDropPieces, no);  // where the file was there already
  run(connection(), kAddFrom, blob(digest), blob(person));
  return true;
}

void WriteTransaction::drop_upload(const UploadId& id) {
  Query drop(connection(), kDrop, blob(id));
  if (const auto no = returned(drop)) run(connection(), kDropPieces, *no);
}

std::size_t WriteTransaction::drop_expired_uploads(std::int64_t now_ms, std::size_t most) {
  std::size_t dropped = 0;
  for (; dropped < most; ++dropped) {
    Query drop(connection(), kDropOneExpired, now_ms);
    const auto no = returned(drop);
    if (!no) break;
    run(connection(), kDropPieces, *no);
  }
  return dropped;
}

}  // namespace suoi::storage
