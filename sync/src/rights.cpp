#include "suoi/sync/rights.hpp"

namespace suoi::sync {
namespace {

bool bound_to_organisation(domain::Role role) {
  return role == domain::Role::volunteer || role == domain::Role::team_leader;
}

}  // namespace

std::optional<Fault> refuse(const Authority& authority, const domain::AdminUnits& units, domain::RoleSet roles,
                            const domain::UnitKey& unit, std::int64_t time_ms) {
  if (authority.is_server) return std::nullopt;
  bool reaches = false;
  bool ended = false;
  for (const Assignment& assignment : authority.assignments) {
    if (!units.covers(assignment.unit, unit)) continue;
    const bool active = assignment.active_at(time_ms);
    if (roles.has(assignment.role)) {
      if (active) return std::nullopt;
      ended = true;
    }
    reaches = reaches || active;
  }
  if (ended) return Fault{"role_ended", "the role that allows this was not in force at that time", ""};
  if (reaches) return Fault{"role_not_allowed", "none of the author's roles in this unit allows this", ""};
  return Fault{"unit_out_of_reach", "the author has no role in " + unit.text(), "unit"};
}

bool foreign_organisation(const Authority& authority, const domain::AdminUnits& units, const domain::UnitKey& unit,
                          std::int64_t time_ms, const domain::RecordId& organisation) {
  if (authority.is_server) return false;
  bool bound = false;
  for (const Assignment& assignment : authority.assignments) {
    if (!assignment.active_at(time_ms) || !units.covers(assignment.unit, unit)) continue;
    if (!bound_to_organisation(assignment.role) || !assignment.organisation) {
      if (assignment.role != domain::Role::auditor && assignment.role != domain::Role::commune_leader) return false;
      continue;
    }
    if (*assignment.organisation == organisation) return false;
    bound = true;
  }
  return bound;
}

}  // namespace suoi::sync
