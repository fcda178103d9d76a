// The read half of a sync: what others did, stream by stream, up to the size of a page.

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "suoi/mobile_api/json_writer.hpp"
#include "sync_endpoint.hpp"

namespace suoi::mobile_api {
namespace {

constexpr std::int64_t kPageBytes = 262'144;
constexpr std::int64_t kPageBytesMin = 1'024;
constexpr std::int64_t kPageBytesMax = 1'048'576;
constexpr std::size_t kEntriesAtOnce = 500;

std::string hex16(std::uint64_t value) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text(16, '0');
  for (int digit = 15; digit >= 0; --digit, value >>= 4) text[static_cast<std::size_t>(digit)] = kDigits[value & 15];
  return text;
}

class Pull {
 public:
  Pull(storage::Reader& reader, const std::vector<sync::StreamKey>& streams, const SyncRequest& request,
       const Received& received)
      : reader_(reader),
        request_(request),
        received_(received),
        bytes_max_(static_cast<std::size_t>(
            std::clamp(request.max_bytes.value_or(kPageBytes), kPageBytesMin, kPageBytesMax))) {
    for (const sync::StreamKey& stream : streams) {
      if (!request.want || request.want->contains(stream.text())) wanted_.push_back(stream);
    }
    for (const auto& [id, version] : received.settled) {
      // Somebody may have written since; then the record comes whole.
      const auto now = reader.record(id);
      if (now && now->live && now->version == version) settled_.emplace(id, now->stream.text());
    }
    deleted_.insert(received.deleted.begin(), received.deleted.end());
    known_epoch_ = request.epoch.has_value();
  }

  void collect() {
    records_.array();
    for (const sync::StreamKey& stream : wanted_) {
      if (!bring(stream)) {
        more_ = true;
        break;
      }
    }
    records_.end_array();
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
  std::int64_t cursor(const std::string& stream, std::int64_t head) const {
    const auto given = request_.cursors.find(stream);
    const bool usable = known_epoch_ && given != request_.cursors.end() && given->second <= head;
    return usable ? given->second : 0;
  }

  // True once the stream is brought up to date.
  bool bring(const sync::StreamKey& stream) {
    const storage::StreamHead head = reader_.head(stream);
    const std::string name = stream.text();
    std::int64_t after = cursor(name, head.position);
    while (after < head.position) {
      const std::size_t used = records_.size() + removed_.size() * 64;
      if (used >= bytes_max_) {
        if (after > cursor(name, head.position)) cursors_.emplace_back(name, after);
        return false;
      }
      const auto entries = reader_.page(stream, after, bytes_max_ - used, kEntriesAtOnce);
      if (entries.empty()) break;
      for (const storage::StreamEntry& entry : entries) take(entry, stream);
      after = entries.back().position;
    }
    if (head.position > 0) {
      cursors_.emplace_back(name, head.position);
      sums_.emplace_back(name, head.sum);
    }
    return true;
  }

  void take(const storage::StreamEntry& entry, const sync::StreamKey& stream) {
    const domain::RecordId& id = entry.record.id;
    if (!entry.removed) {
      named_.insert(id);
      if (!settled_.contains(id)) write_record(records_, entry.record);
      return;
    }
    const bool held_elsewhere =
        entry.moved_to && std::find(wanted_.begin(), wanted_.end(), *entry.moved_to) != wanted_.end();
    if (!held_elsewhere && !deleted_.contains(id)) removed_.emplace_back(id, entry.record.version, stream.text());
  }

  void write_settled(JsonWriter& answer) {
    answer.key("settled").array();
    for (const auto& [id, stream] : settled_) {
      answer.array().text(id.text()).integer(received_.settled.at(id)).text(stream).end_array();
    }
    answer.end_array();
  }

  void write_removed(JsonWriter& answer) {
    answer.key("removed").array();
    for (const auto& [id, version, stream] : removed_) {
      if (named_.contains(id) || settled_.contains(id)) continue;
      answer.object().key("id").text(id.text()).key("version").integer(version).key("stream").text(stream).end_object();
    }
    answer.end_array();
  }

  storage::Reader& reader_;
  const SyncRequest& request_;
  const Received& received_;
  std::size_t bytes_max_;
  bool known_epoch_ = false;
  std::vector<sync::StreamKey> wanted_;
  std::map<domain::RecordId, std::string> settled_;  // with the stream
  std::set<domain::RecordId> deleted_;
  std::set<domain::RecordId> named_;
  JsonWriter records_;
  std::vector<std::tuple<domain::RecordId, std::int64_t, std::string>> removed_;
  std::vector<std::pair<std::string, std::int64_t>> cursors_;
  std::vector<std::pair<std::string, std::uint64_t>> sums_;
  bool more_ = false;
};

}  // namespace

void write_pull(JsonWriter& answer, storage::Reader& reader, const std::vector<sync::StreamKey>& streams,
                const SyncRequest& request, const Received& received) {
  Pull pull(reader, streams, request, received);
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
