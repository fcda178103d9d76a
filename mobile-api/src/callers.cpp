#include "callers.hpp"

#include <set>

#include "suoi/certs/hashing.hpp"

namespace suoi::mobile_api {
namespace {

constexpr std::string_view kBearer = "Bearer ";

constexpr domain::RoleSet kDeskRoles = {domain::Role::commune_leader, domain::Role::coordinator,
                                        domain::Role::province_admin, domain::Role::auditor};

std::optional<std::string_view> token_of(const Request& request) {
  const auto header = request.headers.find("authorization");
  if (header == request.headers.end() || !header->second.starts_with(kBearer)) return std::nullopt;
  return std::string_view(header->second).substr(kBearer.size());
}

void add_unit(std::set<sync::StreamKey>& streams, const domain::UnitKey& unit, bool desk) {
  streams.insert({sync::StreamType::unit, unit, {}});
  if (desk) streams.insert({sync::StreamType::desk, unit, {}});
}

}  // namespace

storage::Digest token_hash(std::string_view token) {
  return certs::sha256(token);
}

tl::expected<Caller, Response> authenticate(const Service& service, const Request& request) {
  const auto token = token_of(request);
  if (!token) return tl::unexpected(token_invalid());
  std::optional<Caller> caller;
  service.store.read([&](storage::Reader& reader) {
    const auto device = reader.device_by_token(token_hash(*token));
    const bool stolen = device && device->revoked_ms && device->stolen;
    if (!device || stolen || request.received_ms >= device->token_until_ms) return;
    caller = Caller{*device, reader.assignments(device->person)};
  });
  if (!caller) return tl::unexpected(token_invalid());
  return std::move(*caller);
}

tl::expected<Caller, Response> working_caller(const Service& service, const Request& request) {
  auto caller = authenticate(service, request);
  if (caller && caller->device.revoked_ms) {
    return tl::unexpected(problem(403, "device_revoked", "this device was revoked"));
  }
  return caller;
}

Response token_invalid() {
  return problem(401, "token_invalid", "this token opens nothing here; enrol again");
}

std::vector<sync::StreamKey> streams_of(const domain::AdminUnits& units, const domain::PersonId& person,
                                        const std::vector<sync::Assignment>& assignments, std::int64_t time_ms) {
  std::set<sync::StreamKey> streams;
  for (const sync::Assignment& assignment : assignments) {
    if (!assignment.active_at(time_ms)) continue;
    const bool desk = kDeskRoles.has(assignment.role);
    add_unit(streams, assignment.unit, desk);
    if (const auto province = units.province(assignment.unit)) streams.insert({sync::StreamType::unit, *province, {}});
    if (assignment.unit.level() != domain::UnitLevel::province) continue;
    for (const domain::UnitKey& commune : units.children(assignment.unit)) add_unit(streams, commune, desk);
  }
  std::vector<sync::StreamKey> ordered = {{sync::StreamType::person, {}, person}};
  ordered.insert(ordered.end(), streams.begin(), streams.end());
  return ordered;
}

}  // namespace suoi::mobile_api
