// Who may invite whom, and so also who may give and take roles and devices (domain.md, "People and what they may do").
//
// Threads: pure, but for the reader of may_invite. Errors: read_roles gives 422 malformed.
#pragma once

#include <tl/expected.hpp>

#include "suoi/mobile_api/administration.hpp"
#include "suoi/mobile_api/http.hpp"

namespace suoi::mobile_api {

// Whether one of these assignments entitles to give `role` now. A team leader gives within their own organisation;
// where the role names none it is filled in.
bool may_give(const std::vector<sync::Assignment>& inviter, const domain::AdminUnits& units, NewRole& role,
              std::int64_t now_ms);

// Whether the inviter could have given every role that the person holds or will hold. Somebody without any role counts
// as a volunteer of the unit they are filed under.
bool may_invite(storage::Reader& reader, const sync::Rules& rules, const std::vector<sync::Assignment>& inviter,
                const domain::PersonId& person, std::int64_t now_ms);

// One role in 1 to 50 units: "role", "units" and "organisation" of a body; none where it has neither of the first two.
tl::expected<std::vector<NewRole>, Response> read_roles(const domain::Value& body);

}  // namespace suoi::mobile_api
