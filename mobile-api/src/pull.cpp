// The read half of a sync: what others did, stream by stream, up to the size of a page.

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "suoi/mobile_api/json_writer.hpp"
#include "sync_endpoint.hpp"

namespace suoi::mobile_api {
namespace {

constexpr std::int64_t kPageBytes = 262'144;
constexpr std::int64_t kPageBytesMin = 1'024;
constexpr std::int64_t kPageBytesMax = 1'048'576;
constexpr std::size_t kEntriesAtOnce = 500;
constexpr std::size_t kRemovalBytes = 100;  // of one member of `removed`

std::string hex16(std::uint64_t value) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text(16, '0');
  for (int digit = 15; digit >= 0; --digit, value >>= 4) text[static_cast<std::size_t>(digit)] = kDigits[value & 15];
  return text;
}

class Pull {
 public:
  Pull(storage::Reader& reader, const domain::DeviceId& device, const std::vector<sync::StreamKey>& streams,
       const SyncRequest& request, const Received& received)
      : reader_(reader),
        device_(device),
        streams_(streams),
        request_(request),
        received_(received),
        bytes_max_(static_cast<std::size_t>(
            std::clamp(request.max_bytes.value_or(kPageBytes), kPageBytesMin, kPageBytesMax))) {}

  void collect() {
    records_.array();
    for (const sync::StreamKey& stream : streams_) {
      if (request_.want && !request_.want->contains(stream.text())) continue;
      if (bring(stream)) continue;
      more_ = true;
      break;
    }
    records_.end_array();
    settle_rest();
  }

  void write(JsonWriter& answer) {
    write_settled(answer);
    answer.key("records").raw(records_.take());
    write_removed(answer);
    answer.key("cursors").object();
    for (const auto& [stream, position] : cursors_) answer.key(stream).integer(position);
    answer.end_object().key("sums").object();
    for (const auto& [stream, sum] : sums_) answer.key(stream).text(hex16(sum));
    answer.end_object().key("more").flag(more_);
  }

 private:
  std::optional<std::int64_t> usable_cursor(const std::string& stream, const storage::StreamHead& head) const {
    const auto given = request_.cursors.find(stream);
    const bool named = request_.epoch && given != request_.cursors.end() && given->second <= head.position;
    return named ? std::optional(given->second) : std::nullopt;
  }

  // The device may have dropped the copy that it wrote on, with its stream. It holds the copy only where its cursor
  // says that it was given the record where that stood before.
  bool has_copy(const Settled& own) const {
    if (!own.on_copy) return true;
    if (!own.copy) return false;
    const auto cursor = usable_cursor(own.copy->stream.text(), reader_.head(own.copy->stream));
    return cursor && *cursor >= own.copy->position;
  }

  // Removals of the device's own records from before its first page are beside the page: they would leave it no room.
  std::size_t used() const { return records_.size() + (removed_.size() - own_removals_) * kRemovalBytes; }

  // True once the stream is brought up to date.
  bool bring(const sync::StreamKey& stream) {
    const storage::StreamHead head = reader_.head(stream);
    const std::string name = stream.text();
    const std::int64_t from = usable_cursor(name, head).value_or(0);
    std::int64_t after = from;
    if (from == 0 && used() < bytes_max_) remove_own(stream);
    while (after < head.position) {
      // Records are shorter in the store than in JSON, so half of what is left is enough to fill it.
      const std::size_t room = used() < bytes_max_ ? (bytes_max_ - used() + 1) / 2 : 0;
      const auto entries = room > 0 ? reader_.page(stream, after, room, kEntriesAtOnce) : kNoEntries;
      for (const storage::StreamEntry& entry : entries) {
        if (used() >= bytes_max_) break;
        take(entry, stream, from == 0);
        after = entry.position;
      }
      if (used() >= bytes_max_ && after < head.position) {
        if (after > from) cursors_.emplace_back(name, after);
        return false;
      }
      if (entries.empty()) break;
    }
    cursors_.emplace_back(name, head.position);
    sums_.emplace_back(name, head.sum);
    return true;
  }

  // Who has no page of the stream yet has nothing of it to remove, but what was settled there before its turn came.
  void remove_own(const sync::StreamKey& stream) {
    const std::size_t before = removed_.size();
    for (const storage::StreamEntry& entry : reader_.removals_for_author(stream, device_)) remove(entry, stream);
    own_removals_ += removed_.size() - before;
  }

  void remove(const storage::StreamEntry& entry, const sync::StreamKey& stream) {
    if (received_.deleted.contains(entry.record.id)) return;
    removed_.push_back({entry.record.id, entry.record.version, stream.text()});
  }

  void take(const storage::StreamEntry& entry, const sync::StreamKey& stream, bool from_start) {
    if (entry.removed) {
      if (!from_start) remove(entry, stream);
      return;
    }
    const domain::RecordId& id = entry.record.id;
    named_.insert(id);
    const auto own = received_.settled.find(id);
    const bool as_settled = own != received_.settled.end() && own->second.version == entry.record.version;
    if (as_settled && has_copy(own->second)) {
      settled_.push_back({id, own->second.version, stream.text()});
    } else {
      write_record(records_, entry.record);
    }
  }

  // Settled records that no page has met: their stream is not wanted, or this page ended before them. Somebody may have
  // written since; then the record comes whole, when its turn comes.
  void settle_rest() {
    for (const auto& [id, own] : received_.settled) {
      if (named_.contains(id)) continue;
      if (std::find(streams_.begin(), streams_.end(), own.stream) == streams_.end()) continue;
      if (!stands(id, own)) continue;
      if (!has_copy(own)) continue;
      named_.insert(id);
      settled_.push_back({id, own.version, own.stream.text()});
    }
  }

  // Whether the record is as the device left it. Where its stream has not grown since, all of it is.
  bool stands(const domain::RecordId& id, const Settled& own) {
    const auto head = received_.heads.find(own.stream);
    if (head != received_.heads.end() && head->second == head_position(own.stream)) return true;
    const auto now = reader_.place(id);
    return now && now->version == own.version && now->stream == own.stream;
  }

  std::int64_t head_position(const sync::StreamKey& stream) {
    const auto known = positions_.find(stream);
    if (known != positions_.end()) return known->second;
    return positions_.emplace(stream, reader_.head(stream).position).first->second;
  }

  void write_settled(JsonWriter& answer) {
    answer.key("settled").array();
    for (const Named& one : settled_) {
      answer.array().text(one.id.text()).integer(one.version).text(one.stream).end_array();
    }
    answer.end_array();
  }

  // What moved to a stream that a later page brings is named too: until then the copy here is of no stream any more.
  void write_removed(JsonWriter& answer) {
    answer.key("removed").array();
    for (const Named& one : removed_) {
      if (named_.contains(one.id)) continue;
      answer.object().key("id").text(one.id.text()).key("version").integer(one.version);
      answer.key("stream").text(one.stream).end_object();
    }
    answer.end_array();
  }

  struct Named {
    domain::RecordId id;
    std::int64_t version = 0;
    std::string stream;
  };
  inline static const std::vector<storage::StreamEntry> kNoEntries;

  storage::Reader& reader_;
  const domain::DeviceId& device_;
  const std::vector<sync::StreamKey>& streams_;
  const SyncRequest& request_;
  const Received& received_;
  std::size_t bytes_max_;
  JsonWriter records_;
  std::vector<Named> settled_;
  std::vector<Named> removed_;
  std::size_t own_removals_ = 0;                       // among `removed_`
  std::map<sync::StreamKey, std::int64_t> positions_;  // of streams that it asked for
  std::set<domain::RecordId> named_;                   // in `settled` or `records`
  std::vector<std::pair<std::string, std::int64_t>> cursors_;
  std::vector<std::pair<std::string, std::uint64_t>> sums_;
  bool more_ = false;
};

}  // namespace

void write_pull(JsonWriter& answer, storage::Reader& reader, const domain::DeviceId& device,
                const std::vector<sync::StreamKey>& streams, const SyncRequest& request, const Received& received) {
  Pull pull(reader, device, streams, request, received);
  pull.collect();
  pull.write(answer);
}

void write_record(JsonWriter& answer, const sync::Record& record) {
  answer.object().key("collection").text(record.collection->name).key("id").text(record.id.text());
  answer.key("version").integer(record.version).key("unit").text(record.unit.text());
  answer.key("stream").text(record.stream.text());
  answer.key("created_by").text(record.created_by.text()).key("created_at").integer(record.created_ms);
  answer.key("fields").object();
  for (const auto& [name, value] : sync::readable_fields(record)) answer.key(name).value(value);
  answer.end_object().end_object();
}

}  // namespace suoi::mobile_api
