#include "tables.hpp"

namespace suoi::storage {
namespace {

constexpr char kUpload[] = "SELECT id, person, length, received, metadata, file, expires FROM upload WHERE id = ?";
constexpr char kUnfinished[] = "SELECT count(*) FROM upload WHERE person = ? AND file IS NULL";
constexpr char kFile[] = "SELECT digest, media_type, length FROM file WHERE digest = ?";
constexpr char kHasUploaded[] = "SELECT count(*) FROM file_from WHERE digest = ? AND person = ?";
constexpr char kStreamsNaming[] =
    "SELECT DISTINCT s.key FROM named_file AS n JOIN record AS r ON r.id = n.record AND r.live = 1"
    " JOIN stream AS s ON s.no = r.stream WHERE n.digest = ?";
constexpr char kPieceOfUpload[] =
    "SELECT p.first, p.bytes FROM upload AS u JOIN piece AS p ON p.upload = u.no"
    " WHERE u.id = ? AND p.first <= ? ORDER BY p.first DESC LIMIT 1";
constexpr char kPieceOfFile[] =
    "SELECT p.first, p.bytes FROM file AS f JOIN piece AS p ON p.upload = f.pieces"
    " WHERE f.digest = ? AND p.first <= ? ORDER BY p.first DESC LIMIT 1";

std::string rest_of_piece(Query& query, std::int64_t from) {
  if (!query.step()) return {};
  const std::string_view bytes = query.bytes(1);
  const auto skipped = static_cast<std::size_t>(from - query.integer(0));
  return skipped < bytes.size() ? std::string(bytes.substr(skipped)) : std::string();
}

}  // namespace

std::optional<Upload> Tables::upload(const UploadId& id) {
  Query query(connection_, kUpload, blob(id));
  if (!query.step()) return std::nullopt;
  Upload upload;
  upload.id = query.array<16>(0);
  upload.person = query.id<domain::PersonId>(1);
  upload.length = query.integer(2);
  upload.received = query.integer(3);
  upload.metadata = query.text(4);
  if (!query.is_null(5)) upload.file = query.array<32>(5);
  upload.expires_ms = query.integer(6);
  return upload;
}

std::int64_t Tables::unfinished_uploads(const domain::PersonId& person) {
  Query query(connection_, kUnfinished, blob(person));
  query.step();
  return query.integer(0);
}

std::string Tables::upload_bytes(const UploadId& id, std::int64_t from) {
  Query query(connection_, kPieceOfUpload, blob(id), from);
  return rest_of_piece(query, from);
}

std::optional<StoredFile> Tables::file(const FileDigest& digest) {
  Query query(connection_, kFile, blob(digest));
  if (!query.step()) return std::nullopt;
  return StoredFile{query.array<32>(0), std::string(query.text(1)), query.integer(2)};
}

std::string Tables::file_bytes(const FileDigest& digest, std::int64_t from) {
  Query query(connection_, kPieceOfFile, blob(digest), from);
  return rest_of_piece(query, from);
}

bool Tables::has_uploaded(const domain::PersonId& person, const FileDigest& digest) {
  Query query(connection_, kHasUploaded, blob(digest), blob(person));
  query.step();
  return query.integer(0) != 0;
}

std::vector<sync::StreamKey> Tables::streams_naming(const FileDigest& digest) {
  std::vector<sync::StreamKey> streams;
  Query query(connection_, kStreamsNaming, blob(digest));
  while (query.step()) {
    if (const auto stream = sync::StreamKey::parse(query.text(0))) streams.push_back(*stream);
  }
  return streams;
}

}  // namespace suoi::storage
