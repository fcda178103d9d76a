// Cursors that are too old: removals behind them are forgotten (protocol.md, `cursor_too_old`).

#include "sync_endpoint.hpp"

namespace suoi::mobile_api {

bool is_within_horizon(const storage::StreamHead& head, std::int64_t cursor) {
  return cursor == 0 || cursor >= head.forgotten;
}

std::optional<Response> refuse_old_cursors(const Service& service, const Caller& caller, const SyncRequest& request,
                                           std::int64_t arrival_ms) {
  if (!request.epoch || request.cursors.empty()) return std::nullopt;
  domain::Value::Array old;
  service.store.read([&](storage::Reader& reader) {
    if (*request.epoch != reader.epoch().id) return;  // told otherwise
    for (const auto& stream : streams_of(service.rules.units, caller.device.person, caller.assignments, arrival_ms)) {
      const auto cursor = request.cursors.find(stream.text());
      if (cursor == request.cursors.end() || (request.want && !request.want->contains(cursor->first))) continue;
      const storage::StreamHead head = reader.head(stream);
      if (cursor->second > head.position || is_within_horizon(head, cursor->second)) continue;
      old.emplace_back(cursor->first);
    }
  });
  if (old.empty()) return std::nullopt;
  return problem(410, "cursor_too_old", "removals since these cursors are forgotten",
                 {{"streams", domain::canonical_json(domain::Value(std::move(old)))}});
}

}  // namespace suoi::mobile_api
