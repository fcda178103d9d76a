// Which records of a request the device already has as they stand (protocol.md, "settled").

#include <algorithm>
#include <map>
#include <string_view>

#include "sync_endpoint.hpp"

namespace suoi::mobile_api {
namespace {

using domain::Value;

// What the changes of one request did to one record.
struct Touched {
  std::int64_t base = 0;
  std::int64_t count = 0;
  bool plain = true;
  bool deleted = false;
  std::map<std::string_view, const Value*> set;  // the last value sent for each field
};

std::map<domain::RecordId, Touched> touched_records(const SyncRequest& request, const Received& received) {
  std::map<std::int64_t, const sync::Change*> by_seq;
  for (const sync::Change& change : request.changes) by_seq.emplace(change.seq, &change);
  std::map<domain::RecordId, Touched> touched;
  for (const storage::StoredVerdict& stored : received.verdicts) {
    const auto sent = by_seq.find(stored.seq);
    if (sent == by_seq.end()) continue;
    const sync::Change& change = *sent->second;
    const bool applied = stored.verdict.kind == sync::VerdictKind::applied;
    Touched& record = touched[change.record];
    if (record.count++ == 0) record.base = change.base;
    record.plain = record.plain && applied && !request.altered.contains(change.seq);
    record.deleted = record.deleted || (applied && change.is_delete);
    for (const auto& [name, value] : change.set) record.set.insert_or_assign(name, &value);
  }
  return touched;
}

// Whether the record stands exactly as the device has it: every change since the base of its first change came in this
// very request, all were plainly applied, and the server added nothing. Each stored change raises the version by one,
// and so does whatever the server makes. Values are compared, since a set is kept in an order of its own.
bool is_settled(const Touched& touched, const sync::Record& now, bool created_here, std::int64_t version_floor) {
  if (!touched.plain || touched.deleted || !now.live) return false;
  const bool from_nothing = touched.base == 0;
  if (from_nothing && !created_here && version_floor > 0) return false;  // it may have versions of an earlier epoch
  const std::int64_t base = from_nothing ? version_floor : touched.base;
  if (now.version != base + touched.count) return false;
  return std::all_of(touched.set.begin(), touched.set.end(),
                     [&](const auto& sent) { return sent.first == "unit" || now.value(sent.first) == *sent.second; });
}

}  // namespace

void note_settled(storage::Reader& reader, const SyncRequest& request, Received& received) {
  std::map<domain::RecordId, const sync::RecordUpdate*> updates;
  for (const sync::RecordUpdate& update : received.plan.records) updates.emplace(update.after.id, &update);
  const std::int64_t version_floor = reader.epoch().floor();
  for (const auto& [id, touched] : touched_records(request, received)) {
    const auto update = updates.find(id);
    const bool updated = update != updates.end();
    const auto stored = updated ? std::nullopt : reader.record(id);
    if (!updated && !stored) continue;
    const sync::Record* now = updated ? &update->second->after : &*stored;
    if (touched.deleted && !now->live) received.deleted.insert(id);
    const bool created_here = updated && update->second->version_before == 0;
    if (is_settled(touched, *now, created_here, version_floor)) {
      const auto copy = received.places.find(id);
      const bool known = copy != received.places.end();
      received.settled.emplace(
          id, Settled{now->version, now->stream, touched.base > 0, known ? std::optional(copy->second) : std::nullopt});
    }
  }
}

}  // namespace suoi::mobile_api
