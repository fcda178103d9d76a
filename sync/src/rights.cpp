#include "suoi/sync/rights.hpp"

#include <algorithm>

namespace suoi::sync {
namespace {

bool bound_to_organisation(domain::Role role) {
  return role == domain::Role::volunteer || role == domain::Role::team_leader;
}

// A role in a unit that was closed reaches what the unit became.
bool reaches(const domain::AdminUnits& units, const domain::UnitKey& area, const domain::UnitKey& unit) {
  if (units.covers(area, unit)) return true;
  if (area.list == unit.list) return false;
  const domain::Filing filing = units.resolve_filing(area);
  if (filing.to && units.covers(*filing.to, unit)) return true;
  return std::any_of(filing.successors.begin(), filing.successors.end(),
                     [&](const domain::UnitKey& successor) { return units.covers(successor, unit); });
}

}  // namespace

std::optional<Fault> refuse(const Authority& authority, const domain::AdminUnits& units, domain::RoleSet roles,
                            const domain::UnitKey& unit, std::int64_t time_ms) {
  if (authority.is_server) return std::nullopt;
  bool has_role = false;
  bool ended = false;
  for (const Assignment& assignment : authority.assignments) {
    if (!reaches(units, assignment.unit, unit)) continue;
    const bool active = assignment.active_at(time_ms);
    if (roles.has(assignment.role)) {
      if (active) return std::nullopt;
      ended = true;
    }
    has_role = has_role || active;
  }
  if (ended) return Fault{"role_ended", "the role that allows this was not in force at that time", ""};
  if (has_role) return Fault{"role_not_allowed", "none of the author's roles in this unit allows this", ""};
  return Fault{"unit_out_of_reach", "the author has no role in " + unit.text(), "unit"};
}

bool foreign_organisation(const Authority& authority, const domain::AdminUnits& units, const domain::UnitKey& unit,
                          std::int64_t time_ms, const domain::RecordId& organisation) {
  if (authority.is_server) return false;
  bool bound = false;
  for (const Assignment& assignment : authority.assignments) {
    if (!assignment.active_at(time_ms) || !reaches(units, assignment.unit, unit)) continue;
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
