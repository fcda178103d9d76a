#include <algorithm>

#include "bytes.hpp"
#include "tables.hpp"

namespace suoi::storage {
namespace {

constexpr char kStream[] = "SELECT no, head, sum, before_epoch, forgotten FROM stream WHERE key = ?";
constexpr char kPastEpoch[] =
    "SELECT CAST(substr(key, 10) AS INTEGER) FROM meta WHERE key GLOB 'epoch_id_[0-9]*' AND value = ?";
// Records that are not live stand at position 0, so that they are met nowhere here.
constexpr char kRecords[] =
    "SELECT position, id, collection, version, live, state FROM record WHERE stream = ? AND position > ?"
    " ORDER BY position";
constexpr char kRecordsOf[] =
    "SELECT position, id, collection, version, live, state FROM record"
    " WHERE stream = ? AND position > ? AND collection = ? ORDER BY position LIMIT ?";
// Where a removed record stands today, which may be further than where it went first.
constexpr char kTombstones[] =
    "SELECT t.position, t.record, t.version, s.key FROM tombstone AS t"
    " LEFT JOIN record AS r ON r.id = t.record AND r.live = 1 LEFT JOIN stream AS s ON s.no = r.stream"
    " WHERE t.stream = ? AND t.position > ? ORDER BY t.position";
constexpr char kPlace[] =
    "SELECT s.key, r.position, r.version FROM record AS r JOIN stream AS s ON s.no = r.stream"
    " WHERE r.id = ? AND r.live = 1";
constexpr char kTombstonesOfAuthor[] =
    "SELECT t.position, t.record, t.version, s.key FROM tombstone AS t"
    " LEFT JOIN record AS r ON r.id = t.record AND r.live = 1 LEFT JOIN stream AS s ON s.no = r.stream"
    " WHERE t.stream = ? AND EXISTS (SELECT 1 FROM change AS c JOIN life AS l ON l.no = c.life"
    " WHERE c.record = t.record AND l.device = ?) ORDER BY t.position";

constexpr char kOldRemovals[] = "SELECT stream, position FROM tombstone WHERE buried < ? ORDER BY buried LIMIT ?";
constexpr char kForget[] = "DELETE FROM tombstone WHERE stream = ? AND position = ?";
constexpr char kSetForgotten[] = "UPDATE stream SET forgotten = max(forgotten, ?) WHERE no = ?";

StreamEntry record_entry(const Query& query, const Names& names) {
  StreamEntry entry;
  entry.position = query.integer(0);
  entry.record = record_of(query, 1, names);
  return entry;
}

StreamEntry removal(const Query& query, const sync::StreamKey& stream) {
  StreamEntry entry;
  entry.position = query.integer(0);
  entry.record.id = query.id<domain::RecordId>(1);
  entry.record.version = query.integer(2);
  entry.record.stream = stream;
  entry.removed = true;
  if (!query.is_null(3)) entry.moved_to = sync::StreamKey::parse(query.text(3));
  return entry;
}

}  // namespace

std::optional<std::int64_t> Tables::stream_no(const sync::StreamKey& stream) {
  Query query(connection_, kStream, stream.text());
  return query.step() ? std::optional(query.integer(0)) : std::nullopt;
}

StreamHead Tables::head(const sync::StreamKey& stream) {
  Query query(connection_, kStream, stream.text());
  if (!query.step()) return {epoch().floor(), 0, 0};
  return {query.integer(1), static_cast<std::uint64_t>(query.integer(2)), query.integer(4)};
}

std::vector<std::pair<sync::StreamKey, std::int64_t>> Tables::heads_before_epoch(
    std::span<const sync::StreamKey> streams, std::string_view known_epoch) {
  Query lineage(connection_, kPastEpoch, known_epoch);
  if (!lineage.step()) return {};
  const std::int64_t beyond = Epoch{lineage.integer(0) + 1, {}}.floor();
  std::vector<std::pair<sync::StreamKey, std::int64_t>> heads;
  for (const sync::StreamKey& stream : streams) {
    Query query(connection_, kStream, stream.text());
    if (!query.step()) continue;
    const std::int64_t head = query.integer(3);
    if (head > 0 && head < beyond) heads.emplace_back(stream, head);
  }
  return heads;
}

std::size_t Tables::forget_removals(std::int64_t buried_before_ms, std::size_t most) {
  std::vector<std::pair<std::int64_t, std::int64_t>> old;
  {
    Query query(connection_, kOldRemovals, buried_before_ms, static_cast<std::int64_t>(most));
    while (query.step()) old.emplace_back(query.integer(0), query.integer(1));
  }
  for (const auto& [stream, position] : old) {
    run(connection_, kForget, stream, position);
    run(connection_, kSetForgotten, position, stream);
  }
  return old.size();
}

std::optional<Place> Tables::place(const domain::RecordId& id) {
  Query query(connection_, kPlace, blob(id));
  if (!query.step()) return std::nullopt;
  return Place{sync::StreamKey::parse(query.text(0)).value(), query.integer(1), query.integer(2)};
}

std::vector<StreamEntry> Tables::page(const sync::StreamKey& stream, std::int64_t after, std::size_t bytes_max,
                                      std::size_t entries_max) {
  std::vector<StreamEntry> entries;
  const auto no = stream_no(stream);
  if (!no) return entries;
  after = std::max<std::int64_t>(0, after);
  Query records(connection_, kRecords, *no, after);
  Query tombstones(connection_, kTombstones, *no, after);
  bool more_records = records.step();
  bool more_removals = after > 0 && tombstones.step();
  std::size_t bytes = 0;
  const auto has_room = [&] { return entries.size() < entries_max && (entries.empty() || bytes < bytes_max); };
  while ((more_records || more_removals) && has_room()) {
    if (more_records && (!more_removals || records.integer(0) < tombstones.integer(0))) {
      bytes += records.bytes(5).size();
      entries.push_back(record_entry(records, context_.names));
      more_records = records.step();
    } else {
      bytes += sizeof(domain::Uuid);
      entries.push_back(removal(tombstones, stream));
      more_removals = tombstones.step();
    }
  }
  return entries;
}

std::vector<StreamEntry> Tables::removals_for_author(const sync::StreamKey& stream, const domain::DeviceId& device) {
  std::vector<StreamEntry> entries;
  const auto no = stream_no(stream);
  if (!no) return entries;
  Query tombstones(connection_, kTombstonesOfAuthor, *no, blob(device));
  while (tombstones.step()) entries.push_back(removal(tombstones, stream));
  return entries;
}

std::vector<StreamEntry> Tables::list(const domain::Collection& collection, std::span<const sync::StreamKey> streams,
                                      const std::optional<std::pair<sync::StreamKey, std::int64_t>>& after,
                                      std::size_t entries_max) {
  std::vector<sync::StreamKey> ordered(streams.begin(), streams.end());
  std::sort(ordered.begin(), ordered.end());
  ordered.erase(std::unique(ordered.begin(), ordered.end()), ordered.end());
  std::vector<StreamEntry> entries;
  for (const sync::StreamKey& stream : ordered) {
    if (entries.size() == entries_max || (after && stream < after->first)) continue;
    const auto no = stream_no(stream);
    if (!no) continue;
    const std::int64_t from = after && stream == after->first ? std::max<std::int64_t>(0, after->second) : 0;
    Query query(connection_, kRecordsOf, *no, from, context_.names.number(collection),
                static_cast<std::int64_t>(entries_max - entries.size()));
    while (query.step()) entries.push_back(record_entry(query, context_.names));
  }
  return entries;
}

}  // namespace suoi::storage
