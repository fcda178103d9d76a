// GET /v1/certificates/check: what anybody may ask about a certificate in their hand.
#pragma once

#include "suoi/mobile_api/http.hpp"
#include "suoi/mobile_api/service.hpp"

namespace suoi::mobile_api {

Response certificate_check_endpoint(const Service& service, const Request& request);

}  // namespace suoi::mobile_api
