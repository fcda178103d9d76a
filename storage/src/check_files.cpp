#include "check_files.hpp"

namespace suoi::storage {
namespace {

constexpr char kFiles[] = "SELECT digest, pieces, length FROM file ORDER BY pieces";
constexpr char kPieces[] = "SELECT first, bytes FROM piece WHERE upload = ? ORDER BY first";
constexpr char kUploads[] = "SELECT no, received, length FROM upload WHERE file IS NULL";
constexpr char kAwaited[] =
    "SELECT count(DISTINCT n.digest) FROM named_file AS n JOIN record AS r ON r.id = n.record AND r.live = 1"
    " WHERE n.digest NOT IN (SELECT digest FROM file)";
constexpr char kOwnerless[] = "SELECT count(*) FROM file WHERE digest NOT IN (SELECT digest FROM file_from)";
constexpr char kStray[] =
    "SELECT count(*) FROM piece WHERE upload NOT IN (SELECT pieces FROM file UNION SELECT no FROM upload)";

std::string hex(const FileDigest& digest) {
  std::string text;
  for (const std::uint8_t byte : digest) {
    text += "0123456789abcdef"[byte >> 4U];
    text += "0123456789abcdef"[byte & 15U];
  }
  return text;
}

// Nothing where a piece is missing or lies over another.
std::optional<std::string> joined(Connection& connection, std::int64_t upload) {
  std::string bytes;
  Query query(connection, kPieces, upload);
  while (query.step()) {
    if (query.integer(0) != static_cast<std::int64_t>(bytes.size())) return std::nullopt;
    bytes += query.bytes(1);
  }
  return bytes;
}

}  // namespace

void check_files(Connection& connection, const domain::Hashing& hashing, Store::CheckReport& report,
                 const std::function<void(std::string)>& problem) {
  Query files(connection, kFiles);
  while (files.step()) {
    ++report.files;
    const auto digest = files.array<32>(0);
    const auto bytes = joined(connection, files.integer(1));
    if (!bytes || static_cast<std::int64_t>(bytes->size()) != files.integer(2) || hashing.sha256(*bytes) != digest) {
      problem("file " + hex(digest) + ": its bytes are not those that it is named by");
    }
  }
  Query uploads(connection, kUploads);
  while (uploads.step()) {
    const auto bytes = joined(connection, uploads.integer(0));
    if (!bytes || static_cast<std::int64_t>(bytes->size()) != uploads.integer(1) ||
        uploads.integer(1) > uploads.integer(2)) {
      problem("upload " + std::to_string(uploads.integer(0)) + ": its bytes are not those that were acknowledged");
    }
  }
  report.files_awaited = connection.scalar(kAwaited);
  if (connection.scalar(kOwnerless) != 0) problem("there are files that nobody uploaded");
  if (connection.scalar(kStray) != 0) problem("there are pieces that belong to no file and no upload");
}

}  // namespace suoi::storage
