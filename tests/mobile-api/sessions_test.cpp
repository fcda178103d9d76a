// Signing in at a desk.

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "../../mobile-api/src/password.hpp"
#include "../../mobile-api/src/totp.hpp"
#include "service_fixture.hpp"
#include "suoi/mobile_api/json_reader.hpp"
#include "suoi/mobile_api/sign_in.hpp"

namespace suoi::mobile_api::test {
namespace {

constexpr const char* kPassword = "nước chảy đá mòn";

std::string parsed_base32(const std::string& text) {
  static const std::string kSigns = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char sign : text) {
    bits = bits << 5U | static_cast<std::uint32_t>(kSigns.find(sign));
    if ((count += 5) < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 255U);
  }
  return bytes;
}

struct Desk {
  TestServer server;
  domain::PersonId thanh = server.person("Nguyễn Văn Thành", domain::Role::coordinator, kLaiChau);
  certs::SigningKey key = certs::SigningKey::generate();

  Desk() {
    const std::string kept = keep_password(kPassword);
    server.run([&](storage::Transaction& transaction) {
      set_password(transaction, server.keys().box(), thanh, "Thanh.NV", kept, server.now_ms);
    });
  }
  std::string totp_seed() {
    NewTotp made;
    server.run([&](storage::Transaction& transaction) {
      made = set_totp(transaction, server.keys().box(), thanh, "desk.test");
    });
    return parsed_base32(made.secret);
  }
  Answer sign_in(const std::string& login, const std::string& password, const std::string& totp = {},
                 std::string_view peer = "192.0.2.1") {
    Value::Object body{{"login", Value(login)},
                       {"password", Value(password)},
                       {"device", Value(Value::Object{{"name", "Máy ở xã"}, {"platform", "Firefox"}})},
                       {"jwk", read_json(key.public_key().jwk()).value()}};
    if (!totp.empty()) body.emplace("totp", totp);
    server.peer = peer;
    return server.ask("POST", "/v1/sessions", domain::canonical_json(Value(std::move(body))));
  }
};

}  // namespace

TEST_CASE("Who signs in gets what an enrolled phone gets, for twelve hours") {
  Desk desk;
  const Answer answer = desk.sign_in("thanh.nv", kPassword);
  REQUIRE(answer.status() == 201);
  CHECK(answer.text("person") == desk.thanh.text());
  CHECK(answer.integer("expires") == desk.server.now_ms + 12 * kHourMs);
  for (const char* member : {"device", "roles", "streams", "limits", "schema_version", "epoch", "keys", "notice"}) {
    CHECK(answer.body.find(member) != nullptr);
  }
  const std::string token = answer.text("token");
  desk.server.now_ms += 12 * kHourMs - 1;
  CHECK(desk.server.ask("GET", "/v1/cases", {}, token).status() == 200);
  desk.server.now_ms += 1;
  CHECK(desk.server.ask("GET", "/v1/cases", {}, token).code() == "token_invalid");
  CHECK(desk.sign_in("thanh.nv", kPassword).text("device") == answer.text("device"));
}

TEST_CASE("Signing out ends the session and nothing else") {
  Desk desk;
  const std::string token = desk.sign_in("thanh.nv", kPassword).text("token");
  const Phone phone(desk.server, desk.server.person("Lò Thị Mai", domain::Role::volunteer, kPaU));
  CHECK(desk.server.ask("DELETE", "/v1/sessions", {}, token).status() == 204);
  CHECK(desk.server.ask("GET", "/v1/needs", {}, token).status() == 401);
  CHECK(desk.server.ask("DELETE", "/v1/sessions", {}, phone.token).code() == "forbidden");
  CHECK(desk.server.ask("GET", "/v1/needs", {}, phone.token).status() == 200);
}

TEST_CASE("A wrong password and an unknown login cannot be told apart, by answer or by time") {
  Desk desk;
  using Clock = std::chrono::steady_clock;
  desk.sign_in("warm.up", kPassword, {}, "192.0.2.9");
  const auto begun = Clock::now();
  const Answer wrong = desk.sign_in("thanh.nv", "không phải mật khẩu");
  const auto between = Clock::now();
  const Answer unknown = desk.sign_in("nobody.here", kPassword);
  const auto ended = Clock::now();
  CHECK(wrong.status() == 401);
  CHECK(wrong.code() == "sign_in_failed");
  CHECK(unknown.response.body == wrong.response.body);
  CHECK(unknown.response.headers == wrong.response.headers);
  // Without the comparison an unknown login would be answered in a thousandth of the time.
  CHECK(ended - between > (between - begun) / 10);
}

TEST_CASE("Somebody who guesses has to wait, and the owner of the login signs in from elsewhere meanwhile") {
  Desk desk;
  for (int count = 0; count < 5; ++count) {
    CHECK(desk.sign_in("thanh.nv", "đoán mò lần " + std::to_string(count)).status() == 401);
  }
  const Answer paused = desk.sign_in("thanh.nv", kPassword);
  CHECK(paused.status() == 429);
  CHECK(paused.code() == "rate_limited");
  CHECK(paused.header("Retry-After") == "30");
  CHECK(desk.sign_in("thanh.nv", kPassword, {}, "198.51.100.7").status() == 201);
  desk.server.now_ms += 30'000;
  CHECK(desk.sign_in("thanh.nv", kPassword).status() == 201);
}

TEST_CASE("With one-time codes the password alone is not enough, and no code works twice") {
  Desk desk;
  const std::string seed = desk.totp_seed();
  CHECK(desk.sign_in("thanh.nv", kPassword).code() == "totp_needed");
  CHECK(desk.sign_in("thanh.nv", "sai mật khẩu rồi").code() == "sign_in_failed");
  CHECK(desk.sign_in("thanh.nv", kPassword, "000000").code() == "sign_in_failed");
  const std::string code = totp_code(seed, desk.server.now_ms / kTotpStepMs);
  CHECK(desk.sign_in("thanh.nv", kPassword, code).status() == 201);
  CHECK(desk.sign_in("thanh.nv", kPassword, code).code() == "sign_in_failed");
  desk.server.now_ms += kTotpStepMs;
  CHECK(desk.sign_in("thanh.nv", kPassword, totp_code(seed, desk.server.now_ms / kTotpStepMs)).status() == 201);
  CHECK_FALSE(desk.server.folder_contains(seed));
}

TEST_CASE("Codes cannot be tried from many addresses by somebody who has the password") {
  Desk desk;
  desk.totp_seed();
  int tried = 0;
  Answer last;
  do {
    last = desk.sign_in("thanh.nv", kPassword, "00000" + std::to_string(tried % 10),
                        "198.51.100." + std::to_string(tried));
  } while (last.status() != 429 && ++tried < 50);
  CHECK(tried <= 10);
}

TEST_CASE("A new password ends open sessions, and one that was taken away opens nothing") {
  Desk desk;
  const std::string token = desk.sign_in("thanh.nv", kPassword).text("token");
  const std::string kept = keep_password("một mật khẩu khác hẳn");
  desk.server.run([&](storage::Transaction& transaction) {
    set_password(transaction, desk.server.keys().box(), desk.thanh, "", kept, desk.server.now_ms);
  });
  CHECK(desk.server.ask("GET", "/v1/needs", {}, token).status() == 401);
  CHECK(desk.sign_in("thanh.nv", kPassword).status() == 401);
  CHECK(desk.sign_in("thanh.nv", "một mật khẩu khác hẳn").status() == 201);
  desk.server.run(
      [&](storage::Transaction& transaction) { remove_password(transaction, desk.thanh, desk.server.now_ms); });
  CHECK(desk.sign_in("thanh.nv", "một mật khẩu khác hẳn").status() == 401);
}

TEST_CASE("A request to sign in that cannot be read is malformed") {
  Desk desk;
  CHECK(desk.server.ask("POST", "/v1/sessions", "[]").status() == 422);
  CHECK(desk.server.ask("POST", "/v1/sessions", R"({"login":"thanh.nv","password":"x"})").status() == 422);
  CHECK(desk.sign_in("", kPassword).status() == 422);
  CHECK(desk.sign_in("thanh.nv", "").status() == 422);
  CHECK(desk.sign_in("thanh.nv", std::string(129, 'x')).status() == 422);
}

TEST_CASE("Passwords that are too short, logins of strange signs and logins of others are refused in words") {
  Desk desk;
  CHECK_THROWS_AS(keep_password("ngắn quá"), AdminFault);
  CHECK_THROWS_AS(keep_password(std::string(129, 'x')), AdminFault);
  const auto lan = desk.server.person("Phùng Thị Lan", domain::Role::commune_leader, kPaU);
  const auto set = [&](const std::string& login) {
    desk.server.run([&](storage::Transaction& transaction) {
      set_password(transaction, desk.server.keys().box(), lan, login, "$argon2id$", desk.server.now_ms);
    });
  };
  CHECK_THROWS_AS(set("thanh.nv"), AdminFault);
  CHECK_THROWS_AS(set(""), AdminFault);
  CHECK_THROWS_AS(set("lan phung"), AdminFault);
  CHECK_NOTHROW(set("lan.phung"));
}

TEST_CASE("A password is kept as Argon2id with 19 MiB and two passes, never as itself") {
  const std::string kept = keep_password(kPassword);
  CHECK(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
  CHECK(password_matches(kept, kPassword));
  CHECK_FALSE(password_matches(kept, "nước chảy đá mòn "));
  Desk desk;
  CHECK_FALSE(desk.server.folder_contains(kPassword));
  CHECK_FALSE(desk.server.folder_contains("thanh.nv"));
}

TEST_CASE("At most four passwords are looked at once, a few more wait, the rest are turned away") {
  PasswordGate gate(4, 2, std::chrono::milliseconds(20'000));
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::atomic<int> turned_away{0};
  std::atomic<bool> go_on{false};
  std::vector<std::thread> threads;
  for (int count = 0; count < 12; ++count) {
    threads.emplace_back([&] {
      const bool admitted = gate.run([&] {
        const int now = ++inside;
        for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
        }
        while (!go_on) std::this_thread::yield();
        --inside;
      });
      if (!admitted) ++turned_away;
    });
  }
  while (turned_away < 6) std::this_thread::yield();
  go_on = true;
  for (std::thread& thread : threads) thread.join();
  CHECK(most == 4);
  CHECK(turned_away == 6);
  PasswordGate impatient(0, 5, std::chrono::milliseconds(1));
  CHECK_FALSE(impatient.run([] {}));
}

}  // namespace suoi::mobile_api::test
