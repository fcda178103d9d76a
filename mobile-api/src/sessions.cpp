#include "sessions.hpp"

#include "enrolment.hpp"
#include "request_body.hpp"
#include "suoi/mobile_api/json_writer.hpp"
#include "suoi/mobile_api/normalise.hpp"
#include "suoi/mobile_api/sign_in.hpp"
#include "totp.hpp"

namespace suoi::mobile_api {
namespace {

constexpr std::int64_t kSessionMs = 12LL * 3600 * 1000;
constexpr int kBusySeconds = 2;

struct Attempt {
  storage::Digest login{};
  std::string password;
  std::string totp;  // empty: none given
  NewDevice device;
};

enum class Outcome { failed, code_needed, code_paused, busy, not_this_browser, signed_in };

tl::expected<certs::PublicKey, Response> read_key(const domain::Value& body) {
  const domain::Value* jwk = body.find("jwk");
  if (jwk == nullptr || jwk->object() == nullptr) return tl::unexpected(malformed("`jwk` must be the browser's key"));
  auto key = certs::PublicKey::from_jwk(domain::canonical_json(*jwk));
  if (!key) return tl::unexpected(malformed("`jwk`: " + key.error().detail));
  return std::move(*key);
}

tl::expected<Attempt, Response> read_attempt(const Service& service, const Request& request) {
  const auto body = read_object(request.body);
  if (!body) return tl::unexpected(body.error());
  auto key = read_key(*body);
  if (!key) return tl::unexpected(std::move(key.error()));
  const std::string login = text_of(&*body, "login");
  Attempt attempt{login_digest(service.keys.box(), login),
                  text_of(&*body, "password"),
                  text_of(&*body, "totp"),
                  {std::move(*key), {}, {}}};
  if (login.empty() || attempt.password.empty()) return tl::unexpected(malformed("`login` and `password` are needed"));
  if (code_points(attempt.password) > kPasswordSignsMax) return tl::unexpected(malformed("`password` is too long"));
  if (!read_device_texts(*body, attempt.device)) {
    return tl::unexpected(malformed("`device` has a text that is too long"));
  }
  return attempt;
}

// Whether the code fits; notes in `known` that it is used up.
bool take_code(const Service& service, storage::SignIn& known, const std::string& code, std::int64_t now_ms) {
  const auto seed = service.keys.box().open(kTotpPurpose, known.totp);
  const auto step = seed ? totp_step_of(*seed, code, now_ms, known.totp_step) : std::nullopt;
  if (step) known.totp_step = *step;
  return step.has_value();
}

struct Session {
  Outcome outcome = Outcome::failed;
  storage::Device device;
  std::string token;
  std::int64_t wait_ms = 0;
};

// In a write transaction: what was compared with the password may have changed meanwhile.
Session open_session(storage::Transaction& transaction, const Service& service, Throttle& codes, const Attempt& attempt,
                     const std::string& compared, std::int64_t now_ms) {
  auto known = transaction.sign_in(attempt.login);
  if (!known || known->password != compared) return {};
  if (!known->totp.empty()) {
    if (attempt.totp.empty()) return {Outcome::code_needed, {}, {}, 0};
    const std::string login(attempt.login.begin(), attempt.login.end());
    if (const auto wait_ms = codes.begin_try(login, now_ms)) return {Outcome::code_paused, {}, {}, wait_ms};
    if (!take_code(service, *known, attempt.totp, now_ms)) return {};
    codes.forget(login);
    transaction.put_sign_in(*known);
  }
  if (!may_hold(transaction, service, attempt.device.key, known->person)) return {Outcome::not_this_browser, {}, {}, 0};
  Session session{Outcome::signed_in, {}, new_token(service), 0};
  session.device =
      put_device(transaction, service, attempt.device, known->person, session.token, now_ms, now_ms + kSessionMs);
  return session;
}

Session sign_in(const Service& service, SignInGuard& guard, const Attempt& attempt, std::int64_t now_ms) {
  std::optional<storage::SignIn> known;
  service.store.read([&](storage::Reader& reader) { known = reader.sign_in(attempt.login); });
  const std::string& compared = known ? known->password : nobodys_password();
  bool matches = false;
  if (!guard.gate.run([&] { matches = password_matches(compared, attempt.password); })) {
    return {Outcome::busy, {}, {}, 0};
  }
  if (!known || !matches) return {};
  Session session;
  service.writer.run([&](storage::Transaction& transaction) {
    session = open_session(transaction, service, guard.codes_by_login, attempt, compared, now_ms);
  });
  return session;
}

Response busy() {
  Response response = problem(503, "overloaded", "too many are signing in at this moment");
  response.headers.emplace_back("Retry-After", std::to_string(kBusySeconds));
  return response;
}

}  // namespace

Response sign_in_endpoint(const Service& service, SignInGuard& guard, const Request& request) {
  const auto attempt = read_attempt(service, request);
  if (!attempt) return attempt.error();
  const std::string address = address_key(request.peer);
  const std::string pair = address + '|' + std::string(attempt->login.begin(), attempt->login.end());
  if (const auto wait_ms = guard.by_address.begin_try(address, request.received_ms)) return rate_limited(wait_ms);
  if (const auto wait_ms = guard.by_login_and_address.begin_try(pair, request.received_ms)) {
    guard.by_address.take_back(address);
    return rate_limited(wait_ms);
  }
  const Session session = sign_in(service, guard, *attempt, request.received_ms);
  if (session.outcome != Outcome::failed) {
    guard.by_address.take_back(address);
    guard.by_login_and_address.take_back(pair);
  }
  switch (session.outcome) {
    case Outcome::failed:
      return problem(401, "sign_in_failed", "login, password or one-time code do not fit");
    case Outcome::code_needed:
      return problem(401, "totp_needed", "this login also needs a one-time code");
    case Outcome::code_paused:
      return rate_limited(session.wait_ms);
    case Outcome::busy:
      return busy();
    case Outcome::not_this_browser:
      return problem(403, "key_taken", "this browser's key belongs to somebody else or was revoked");
    case Outcome::signed_in:
      break;
  }
  guard.by_login_and_address.forget(pair);
  return answer_enrolment(service, session.device, session.token, request.received_ms);
}

Response sign_out_endpoint(const Service& service, const Request& request) {
  const auto caller = authenticate(service, request);
  if (!caller) return caller.error();
  if (caller->device.token_until_ms == INT64_MAX) {
    return problem(403, "forbidden", "this is no session; a phone leaves by being revoked");
  }
  service.writer.run(
      [&](storage::Transaction& transaction) { transaction.end_session(caller->device.id, request.received_ms); });
  return no_content();
}

}  // namespace suoi::mobile_api
