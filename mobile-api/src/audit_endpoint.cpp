#include "audit_endpoint.hpp"

#include <algorithm>

#include "suoi/mobile_api/audit.hpp"

namespace suoi::mobile_api {
namespace {

constexpr domain::RoleSet kReaders = {domain::Role::coordinator, domain::Role::province_admin, domain::Role::auditor};

// A trail shows more than the record: also what was refused. So it takes a role there, and not only the stream.
bool may_look(const Service& service, const Caller& caller, const sync::Record& record, std::int64_t now_ms) {
  const auto streams = streams_of(service.rules.units, caller.device.person, caller.assignments, now_ms);
  if (std::find(streams.begin(), streams.end(), record.stream) == streams.end()) return false;
  return std::any_of(caller.assignments.begin(), caller.assignments.end(), [&](const sync::Assignment& assignment) {
    return assignment.active_at(now_ms) && kReaders.has(assignment.role) &&
           service.rules.units.covers(assignment.unit, record.unit);
  });
}

}  // namespace

Response audit_endpoint(const Service& service, const Request& request) {
  const auto caller = authenticate(service, request);
  if (!caller) return caller.error();
  if (caller->device.revoked_ms) return problem(403, "device_revoked", "this device was revoked");
  for (const auto& [name, value] : request.query) {
    if (name != "record") return problem(400, "unknown_filter", "this list has no filter `" + name + "`");
  }
  const auto asked = request.query.find("record");
  const auto id = asked != request.query.end() ? domain::RecordId::parse(asked->second) : std::nullopt;
  if (!id) return problem(400, "bad_filter", "`record` must be the id of a record");
  std::optional<std::string> trail;
  service.store.read([&](storage::Reader& reader) {
    const auto record = reader.record(*id);
    if (record && may_look(service, *caller, *record, request.received_ms)) trail = audit_trail(reader, *id);
  });
  if (!trail) return problem(404, "not_found", "there is no such record within the caller's reach");
  Response response;
  response.body = std::move(*trail);
  return response;
}

}  // namespace suoi::mobile_api
