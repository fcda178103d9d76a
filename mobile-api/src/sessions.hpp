// POST /v1/sessions: a browser becomes a device for twelve hours by login, password and one-time code.
// DELETE /v1/sessions: it stops being one.
//
// What nobody may learn: whether a login exists. An unknown one costs a password comparison like any other and gets the
// same answer. Pauses are per login and address (throttle.hpp), so that nobody can shut somebody else out.
#pragma once

#include "callers.hpp"
#include "password.hpp"
#include "throttle.hpp"

namespace suoi::mobile_api {

// What the tries so far make of the next one.
struct SignInGuard {
  Throttle by_login_and_address{{}};
  Throttle by_address{{.free_tries = 30}};
  // Wrong one-time codes after the right password: who lacks the password cannot make the owner pause here.
  Throttle codes_by_login{{.free_tries = 10}};
  PasswordGate gate;
};

Response sign_in_endpoint(const Service& service, SignInGuard& guard, const Request& request);
Response sign_out_endpoint(const Service& service, const Request& request);

}  // namespace suoi::mobile_api
