#include "named_files.hpp"

#include <algorithm>

namespace suoi::storage {
namespace {

constexpr char kAdd[] = "INSERT INTO named_file (digest, record) VALUES (?, ?)";
constexpr char kDrop[] = "DELETE FROM named_file WHERE digest = ? AND record = ?";
constexpr char kRecords[] = "SELECT id, collection, version, live, state FROM record";

// The catalogue admits 64 lower-case hex digits only.
FileDigest parse_digest(const std::string& hex) {
  const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  FileDigest digest{};
  for (std::size_t at = 0; at < digest.size(); ++at) {
    digest[at] = static_cast<std::uint8_t>(value(hex[2 * at]) * 16 + value(hex[2 * at + 1]));
  }
  return digest;
}

void collect(const domain::Value& value, std::vector<FileDigest>& into) {
  if (const std::string* hex = value.text()) into.push_back(parse_digest(*hex));
  if (const domain::Value::Array* several = value.array()) {
    for (const domain::Value& one : *several) collect(one, into);
  }
}

}  // namespace

std::vector<FileDigest> named_files(const sync::Record& record) {
  std::vector<FileDigest> files;
  for (const sync::FieldState& field : record.fields) {
    if (!record.collection->fields[field.slot].names_file) continue;
    for (const sync::Member& member : field.frontier) collect(member.value, files);
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

void write_named_files(Connection& connection, const sync::Record* before, const sync::Record& after) {
  const std::vector<FileDigest> wanted = named_files(after);
  const std::vector<FileDigest> known = before != nullptr ? named_files(*before) : std::vector<FileDigest>();
  for (const FileDigest& digest : known) {
    if (!std::binary_search(wanted.begin(), wanted.end(), digest)) run(connection, kDrop, blob(digest), blob(after.id));
  }
  for (const FileDigest& digest : wanted) {
    if (!std::binary_search(known.begin(), known.end(), digest)) run(connection, kAdd, blob(digest), blob(after.id));
  }
}

void note_named_files(Connection& connection, const Names& names) {
  Query query(connection, kRecords);
  while (query.step()) write_named_files(connection, nullptr, record_of(query, 0, names));
}

}  // namespace suoi::storage
