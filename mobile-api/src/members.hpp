// /v1/devices and /v1/roles: whoever may invite somebody also sees their devices, takes one away, and gives or ends
// roles.
//
// Who may: as for inviting (invitation_rights.hpp). Devices are shown and taken away by their owner, too; nobody gives
// or ends roles of their own, so that a desk cannot lock itself out.
#pragma once

#include "callers.hpp"

namespace suoi::mobile_api {

// GET /v1/devices?person=ID -> {"items": [{"device", "person", "name", "platform", "created", "last_seen", "until",
// "revoked", "stolen", "own"}], "next": null}; without `person`, of everybody whom the caller may invite.
Response list_devices_endpoint(const Service& service, const Request& request);
// DELETE /v1/devices/{id}?stolen=true
Response revoke_device_endpoint(const Service& service, const Request& request, std::string_view id);
// POST /v1/roles {"person", "role", "units", "organisation"?} -> 204
Response grant_roles_endpoint(const Service& service, const Request& request);
// DELETE /v1/roles/{id}: ends this assignment now.
Response end_role_endpoint(const Service& service, const Request& request, std::string_view id);

}  // namespace suoi::mobile_api
