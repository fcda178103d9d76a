// Passwords and one-time codes of people who work at a desk, as the command line sets them.
//
// Shapes:  a login is 3 to 64 of a-z, 0-9, `.`, `_`, `-`, `@`; it is kept as a keyed digest only. A seed of one-time
//          codes is kept sealed.
// Threads: inside a write transaction, but for the pure functions. Errors: AdminFault says what is wrong; nothing is
//          stored then.
#pragma once

#include <string>
#include <string_view>

#include "suoi/mobile_api/administration.hpp"

namespace suoi::mobile_api {

inline constexpr std::string_view kTotpPurpose = "totp";

storage::Digest login_digest(const certs::SecretBox& box, std::string_view login);

// The encoded Argon2id of a password (a tenth of a second: not inside a transaction). AdminFault: too short or long.
std::string keep_password(std::string_view password);
std::string random_password();

// Ends the sessions that are open. An empty login keeps the present one. Codes that are asked for stay asked for.
void set_password(storage::Transaction& transaction, const certs::SecretBox& box, const domain::PersonId& person,
                  std::string_view login, std::string kept_password, std::int64_t now_ms);
// No more signing in; open sessions end.
void remove_password(storage::Transaction& transaction, const domain::PersonId& person, std::int64_t now_ms);

struct NewTotp {
  std::string secret;  // base32, to type in
  std::string uri;     // otpauth://…, to scan
};
// From now on a code is needed; an earlier seed is void. `host` is what the authenticator app shows.
NewTotp set_totp(storage::Transaction& transaction, const certs::SecretBox& box, const domain::PersonId& person,
                 std::string_view host);
void remove_totp(storage::Transaction& transaction, const domain::PersonId& person);

}  // namespace suoi::mobile_api
