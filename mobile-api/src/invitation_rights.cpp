#include "invitation_rights.hpp"

#include <algorithm>

#include "request_body.hpp"

namespace suoi::mobile_api {
namespace {

using domain::Role;
using domain::RoleSet;
using domain::Value;

constexpr std::size_t kUnitsMax = 50;

RoleSet given_by(Role inviter) {
  switch (inviter) {
    case Role::team_leader:
      return {Role::volunteer};
    case Role::coordinator:
      return {Role::volunteer, Role::team_leader, Role::commune_leader};
    case Role::province_admin:
      return {Role::volunteer,   Role::team_leader,    Role::commune_leader,
              Role::coordinator, Role::province_admin, Role::auditor};
    case Role::volunteer:
    case Role::commune_leader:
    case Role::auditor:
      return {};
  }
  return {};
}

}  // namespace

bool may_give(const std::vector<sync::Assignment>& inviter, const domain::AdminUnits& units, NewRole& role,
              std::int64_t now_ms) {
  for (const sync::Assignment& own : inviter) {
    if (!own.active_at(now_ms) || !given_by(own.role).has(role.role) || !units.covers(own.unit, role.unit)) continue;
    const bool bound = own.role == Role::team_leader && own.organisation.has_value();
    if (!bound || role.organisation == own.organisation) return true;
    if (role.organisation) continue;
    role.organisation = own.organisation;
    return true;
  }
  return false;
}

bool may_invite(storage::Reader& reader, const sync::Rules& rules, const std::vector<sync::Assignment>& inviter,
                const domain::PersonId& person, std::int64_t now_ms) {
  bool has_role = false;
  for (const sync::Assignment& held : reader.assignments(person)) {
    if (now_ms >= held.until_ms) continue;
    has_role = true;
    const NewRole wanted{held.role, held.unit, held.organisation, "", ""};
    NewRole role = wanted;
    // A role without an organisation reaches further than one that a team leader could give.
    if (!may_give(inviter, rules.units, role, now_ms) || role.organisation != wanted.organisation) return false;
  }
  const auto record = reader.record(domain::RecordId{person.uuid});
  if (has_role || !record) return has_role;
  NewRole as_volunteer{Role::volunteer, record->unit, record->ref("home_organisation"), "", ""};
  return may_give(inviter, rules.units, as_volunteer, now_ms);
}

tl::expected<std::vector<NewRole>, Response> read_roles(const Value& body) {
  const std::string role_text = text_of(&body, "role");
  const Value* units = body.find("units");
  std::vector<NewRole> roles;
  if (role_text.empty() && units == nullptr) return roles;
  const auto role = domain::parse_role(role_text);
  if (!role) return tl::unexpected(malformed("`role` is no role"));
  const bool listed = units != nullptr && units->array() != nullptr && !units->array()->empty();
  if (!listed || units->array()->size() > kUnitsMax)
    return tl::unexpected(malformed("`units` must list 1 to 50 units"));
  std::optional<domain::RecordId> organisation;
  if (const std::string text = text_of(&body, "organisation"); !text.empty()) {
    organisation = domain::RecordId::parse(text);
    if (!organisation) return tl::unexpected(malformed("`organisation` is no id"));
  }
  for (const Value& unit : *units->array()) {
    const auto key = unit.text() != nullptr ? domain::UnitKey::parse(*unit.text()) : std::nullopt;
    if (!key) return tl::unexpected(malformed("`units` names what is no unit; give register:code"));
    roles.push_back({*role, *key, organisation, "", ""});
  }
  return roles;
}

}  // namespace suoi::mobile_api
