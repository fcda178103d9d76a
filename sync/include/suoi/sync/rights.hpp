// Who may do what, judged from role assignments (domain.md, "People and what they may do").
//
// Threads: pure. Errors: a Fault with code unit_out_of_reach, role_not_allowed or role_ended.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "suoi/domain/admin_units.hpp"
#include "suoi/domain/catalogue.hpp"
#include "suoi/domain/id.hpp"
#include "suoi/sync/change.hpp"

namespace suoi::sync {

struct Assignment {
  domain::Role role = domain::Role::volunteer;
  domain::UnitKey unit;
  std::optional<domain::RecordId> organisation;
  std::int64_t from_ms = INT64_MIN;
  std::int64_t until_ms = INT64_MAX;  // exclusive

  bool active_at(std::int64_t time_ms) const { return from_ms <= time_ms && time_ms < until_ms; }
};

struct Authority {
  bool is_server = false;  // the server's own device: command line, imports, decisions of the server
  std::vector<Assignment> assignments;
};

// May somebody with this authority do what `roles` may, in `unit` at `time_ms`? Nothing: yes.
std::optional<Fault> refuse(const Authority& authority, const domain::AdminUnits& units, domain::RoleSet roles,
                            const domain::UnitKey& unit, std::int64_t time_ms);

// Is every role that reaches `unit` bound to an organisation other than `organisation`, for those that write only their
// own organisation's activities?
bool foreign_organisation(const Authority& authority, const domain::AdminUnits& units, const domain::UnitKey& unit,
                          std::int64_t time_ms, const domain::RecordId& organisation);

}  // namespace suoi::sync
