// GET /v1/certificates/check: what anybody may ask about a certificate in their hand.
#pragma once

#include "suoi/mobile_api/http.hpp"
#include "suoi/mobile_api/service.hpp"
#include "throttle.hpp"

namespace suoi::mobile_api {

// `guesses` slows down addresses that try numbers and codes.
Response certificate_check_endpoint(const Service& service, Throttle& guesses, const Request& request);

}  // namespace suoi::mobile_api
