// What the command line and the sample do: people, roles, invitations. All of it is written as changes of the server's
// own device, so history, audit and merge are the same for everybody.
//
// Threads: inside a write transaction. Errors: an AdminFault says in plain words what is wrong; nothing is stored then.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "suoi/mobile_api/service.hpp"

namespace suoi::mobile_api {

class AdminFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct NewRole {
  domain::Role role = domain::Role::volunteer;
  domain::UnitKey unit;
  std::optional<domain::RecordId> organisation;
  std::string from;  // "YYYY-MM-DD" or empty
  std::string to;    // inclusive
};

// Whether a new device of somebody with this role is compared by four digits before it is let in.
bool above_volunteers(domain::Role role);

struct NewInvitation {
  std::string code;  // shown once; the store keeps its hash
  domain::PersonId person;
  std::int64_t expires_ms = 0;
  bool compared = false;
};

// A change of the server's own device: a new record where `record` is nil.
struct OwnChange {
  std::string collection;
  domain::RecordId record;
  domain::Value::Object set;
};

// Writes them in order; gives the ids. AdminFault where one would be quarantined.
std::vector<domain::RecordId> write_own(storage::Transaction& transaction, const sync::Rules& rules,
                                        std::int64_t now_ms, std::vector<OwnChange> changes);

domain::PersonId add_person(storage::Transaction& transaction, const sync::Rules& rules, std::int64_t now_ms,
                            const std::string& full_name, const domain::UnitKey& unit,
                            std::optional<domain::RecordId> organisation);
void grant_role(storage::Transaction& transaction, const sync::Rules& rules, std::int64_t now_ms,
                const domain::PersonId& person, const NewRole& role);
// Ends every assignment of this role in this unit now; the number of them.
int withdraw_role(storage::Transaction& transaction, const sync::Rules& rules, std::int64_t now_ms,
                  const domain::PersonId& person, domain::Role role, const domain::UnitKey& unit);
// 14 days; for coordinators and above one hour, and the inviter confirms the digits that the new device shows, unless
// the command line invites (`inviter` is nil).
NewInvitation invite(storage::Transaction& transaction, const sync::Rules& rules, std::int64_t now_ms,
                     const domain::PersonId& person, const domain::PersonId& inviter = {});

void require_person(storage::Transaction& transaction, const domain::PersonId& person);

// A UUID of version 7 (RFC 9562, section 5.7).
domain::Uuid uuid_v7(std::int64_t now_ms);

}  // namespace suoi::mobile_api
