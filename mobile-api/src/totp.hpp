// One-time codes by time (RFC 6238 over RFC 4226): HMAC-SHA-1, 30 seconds, six digits, as every authenticator app has
// it.
//
// Threads: pure functions. Errors: none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace suoi::mobile_api {

inline constexpr std::size_t kTotpSeedBytes = 20;
inline constexpr std::int64_t kTotpStepMs = 30'000;

std::string totp_code(std::string_view seed, std::int64_t step);

// The step that a code belongs to: the present one or one beside it, and later than `used`, so that no code is taken
// twice (RFC 6238, section 5.2).
std::optional<std::int64_t> totp_step_of(std::string_view seed, std::string_view code, std::int64_t now_ms,
                                         std::int64_t used);

// RFC 4648, section 6, without padding.
std::string base32(std::string_view bytes);

}  // namespace suoi::mobile_api
