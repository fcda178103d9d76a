// /v1/invitations: who works in the field or at a desk brings others in.
//
// Who may: team leaders invite volunteers of their organisation; coordinators volunteers, team leaders and commune
// leaders of their area; province admins everybody in their province. An invitation is a way to act as that person, so
// the inviter must be entitled to every role that the person has, and not only to the one that is given now.
#pragma once

#include "callers.hpp"

namespace suoi::mobile_api {

// POST /v1/invitations {"person" | "name", "role"?, "units"?, "organisation"?} -> 201 {"id", "code", "path", …}
Response invite_endpoint(const Service& service, const Request& request);
// GET /v1/invitations: the caller's own that have not expired.
Response list_invitations_endpoint(const Service& service, const Request& request);
// POST /v1/invitations/{id}/confirm {"digits"}: three wrong ones void the invitation.
Response confirm_invitation_endpoint(const Service& service, const Request& request, std::string_view id);
// DELETE /v1/invitations/{id}
Response void_invitation_endpoint(const Service& service, const Request& request, std::string_view id);

}  // namespace suoi::mobile_api
