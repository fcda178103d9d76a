// GET /v1/audit?record=ID: the trail of one record, for auditors, coordinators and province admins of its unit.
#pragma once

#include "callers.hpp"

namespace suoi::mobile_api {

// 404 alike for a record that is not there and for one that the caller may not look into.
Response audit_endpoint(const Service& service, const Request& request);

}  // namespace suoi::mobile_api
