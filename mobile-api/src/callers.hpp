// Who is calling, and which streams they may hold.
#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "suoi/mobile_api/http.hpp"
#include "suoi/mobile_api/service.hpp"

namespace suoi::mobile_api {

struct Caller {
  storage::Device device;
  std::vector<sync::Assignment> assignments;
};

storage::Digest token_hash(std::string_view token);

// The device of the bearer token (RFC 6750, section 2.1), or 401 token_invalid.
tl::expected<Caller, Response> authenticate(const Service& service, const Request& request);

// The same, but 403 device_revoked for a device that was revoked.
tl::expected<Caller, Response> working_caller(const Service& service, const Request& request);

// One answer for every token that is not taken.
Response token_invalid();

// The streams that somebody with these roles may hold at a time, the person's own first, then by name.
std::vector<sync::StreamKey> streams_of(const domain::AdminUnits& units, const domain::PersonId& person,
                                        const std::vector<sync::Assignment>& assignments, std::int64_t time_ms);

}  // namespace suoi::mobile_api
