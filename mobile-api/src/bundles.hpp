// POST /v1/bundles: a phone's changes, carried by somebody else (protocol.md, "Bundles").
#pragma once

#include "suoi/mobile_api/http.hpp"
#include "suoi/mobile_api/service.hpp"

namespace suoi::mobile_api {

Response bundle_endpoint(const Service& service, const Request& request);

}  // namespace suoi::mobile_api
