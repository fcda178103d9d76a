// Who may invite whom (domain.md, "People and what they may do").
//
// Threads: pure, but for the transaction of the second. Errors: none.
#pragma once

#include "suoi/mobile_api/administration.hpp"

namespace suoi::mobile_api {

// Whether one of these assignments entitles to give `role` now. A team leader gives within their own organisation;
// where the role names none it is filled in.
bool may_give(const std::vector<sync::Assignment>& inviter, const domain::AdminUnits& units, NewRole& role,
              std::int64_t now_ms);

// Whether the inviter could have given every role that the person holds or will hold. Somebody without any role counts
// as a volunteer of the unit they are filed under.
bool may_invite(storage::Transaction& transaction, const sync::Rules& rules,
                const std::vector<sync::Assignment>& inviter, const domain::PersonId& person, std::int64_t now_ms);

}  // namespace suoi::mobile_api
