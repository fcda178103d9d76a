// Cursors that are too old: removals behind them are forgotten (protocol.md, `cursor_too_old`).

#include "suoi/mobile_api/housekeeping.hpp"
#include "sync_endpoint.hpp"

namespace suoi::mobile_api {

// A device that synced within the horizon was told of every removal, or is just being given the stream from its start,
// in pages whose cursors lie behind what was forgotten long before. Where it kept a cursor of a stream that it did not
// want for longer, the sum tells.
std::optional<Response> refuse_old_cursors(const Service& service, const Caller& caller, const SyncRequest& request,
                                           std::int64_t arrival_ms) {
  const bool away_for_long = arrival_ms - caller.device.last_seen_ms >= kHorizonMs;
  if (!away_for_long || !request.epoch || request.cursors.empty()) return std::nullopt;
  domain::Value::Array old;
  service.store.read([&](storage::Reader& reader) {
    if (*request.epoch != reader.epoch().id) return;  // told otherwise
    for (const auto& stream : streams_of(service.rules.units, caller.device.person, caller.assignments, arrival_ms)) {
      const auto cursor = request.cursors.find(stream.text());
      if (cursor == request.cursors.end() || (request.want && !request.want->contains(cursor->first))) continue;
      const storage::StreamHead head = reader.head(stream);
      if (cursor->second == 0 || cursor->second > head.position || cursor->second >= head.forgotten) continue;
      old.emplace_back(cursor->first);
    }
  });
  if (old.empty()) return std::nullopt;
  return problem(410, "cursor_too_old", "removals since these cursors are forgotten",
                 {{"streams", domain::canonical_json(domain::Value(std::move(old)))}});
}

}  // namespace suoi::mobile_api
