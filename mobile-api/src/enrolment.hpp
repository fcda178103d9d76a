// POST /v1/enrolments: a phone joins with a single-use code and its own key.
#pragma once

#include "callers.hpp"

namespace suoi::mobile_api {

Response enrolment_endpoint(const Service& service, const Request& request);

// The hash by which an invitation is kept; codes are read without case, blanks and dashes.
storage::Digest invitation_hash(std::string_view code);

}  // namespace suoi::mobile_api
