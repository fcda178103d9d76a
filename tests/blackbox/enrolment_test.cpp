// Joining with an invitation (protocol.md, "Enrolment").
#include <set>

#include "suoi/certs/jws.hpp"
#include "world.hpp"

using namespace blackbox;

namespace {

Answer enrol(suoi::client::Link& link, const suoi::certs::SigningKey& key, const std::string& code) {
  const Value payload = Value::Object{{"code", Value(code)},
                                      {"device", Value::Object{{"name", "Máy thử"}, {"platform", "android"}}},
                                      {"incarnation", Value(suoi::client::new_incarnation().text())}};
  const auto answer =
      link.post("/v1/enrolments", "", suoi::certs::sign_flattened(key, suoi::domain::canonical_json(payload)));
  REQUIRE(answer.has_value());
  return *answer;
}

}  // namespace

TEST_CASE("An invitation gives a phone all that it needs to work") {
  const World world;
  const Value invitation = world.invite("Lò Thị Mai", "volunteer", {kPaU});
  CHECK(text_of(invitation, "url").find("/#/enrol?code=" + text_of(invitation, "code")) != std::string::npos);
  CHECK(integer_of(invitation, "expires") > now_ms() + 13LL * 24 * 3600 * 1000);
  const auto key = suoi::certs::SigningKey::generate();
  const Answer answer = enrol(*world.server.link(), key, text_of(invitation, "code"));
  INFO(answer.body);
  REQUIRE(answer.status == 201);
  const Value body = *parse_json(answer.body);
  CHECK(text_of(body, "device") == suoi::client::device_id(key.public_key()).text());
  CHECK(text_of(body, "token").size() >= 22);
  CHECK(text_of(body, "person") == text_of(invitation, "person"));
  REQUIRE(array_of(body, "roles").size() == 1);
  CHECK(text_of(array_of(body, "roles")[0], "role") == "volunteer");
  CHECK(text_of(array_of(body, "roles")[0], "unit") == kPaU);
  CHECK_FALSE(array_of(body, "streams").empty());
  CHECK(object_of(body, "limits") == Value::Object{{"changes", 5000},
                                                   {"change_bytes", 65536},
                                                   {"body_bytes", 4194304},
                                                   {"inflated_bytes", 8388608},
                                                   {"file_bytes", 20971520}});
  CHECK(integer_of(body, "schema_version") >= 1);
  CHECK_FALSE(text_of(body, "epoch").empty());
  CHECK(std::abs(integer_of(body, "clock") - now_ms()) < 60000);
  std::set<std::string> uses;
  const Value keys(object_of(body, "keys"));
  for (const Value& one : array_of(keys, "keys")) uses.insert(text_of(one, "use"));
  CHECK(uses == std::set<std::string>{"enc", "sig"});
  CHECK(body.find("notice") != nullptr);
}

TEST_CASE("Enrolling again with the same key and code answers again with a fresh token") {
  const World world;
  const std::string code = text_of(world.invite("Lò Thị Mai", "volunteer", {kPaU}), "code");
  const auto key = suoi::certs::SigningKey::generate();
  const auto link = world.server.link();
  const Value first = *parse_json(enrol(*link, key, code).body);
  const Answer again = enrol(*link, key, code);
  REQUIRE(again.status == 201);
  const Value second = *parse_json(again.body);
  CHECK(text_of(first, "device") == text_of(second, "device"));
  CHECK(text_of(first, "person") == text_of(second, "person"));
  CHECK(text_of(first, "token") != text_of(second, "token"));
  const auto listed = world.server.run({"device", "list"});
  CHECK(listed.out.find(text_of(first, "device")) == listed.out.rfind(text_of(first, "device")));
}

TEST_CASE("A used and an unknown code cannot be told apart") {
  const World world;
  const std::string code = text_of(world.invite("Lò Thị Mai", "volunteer", {kPaU}), "code");
  const auto link = world.server.link();
  REQUIRE(enrol(*link, suoi::certs::SigningKey::generate(), code).status == 201);
  const Answer used = enrol(*link, suoi::certs::SigningKey::generate(), code);
  std::string unknown_code = code;
  unknown_code.front() = unknown_code.front() == 'A' ? 'B' : 'A';
  const Answer unknown = enrol(*link, suoi::certs::SigningKey::generate(), unknown_code);
  const Answer nonsense = enrol(*link, suoi::certs::SigningKey::generate(), "ABCD");
  for (const Answer* answer : {&used, &unknown, &nonsense}) {
    CHECK(answer->status == 403);
    CHECK(code_of(*answer) == "invitation_invalid");
  }
  CHECK(used.body == unknown.body);
}

TEST_CASE("A request to join that is not signed by the key that it names is refused") {
  const World world;
  const std::string code = text_of(world.invite("Lò Thị Mai", "volunteer", {kPaU}), "code");
  const auto link = world.server.link();
  const auto key = suoi::certs::SigningKey::generate();
  const std::string jws =
      suoi::certs::sign_flattened(key, suoi::domain::canonical_json(Value::Object{{"code", Value(code)}}));
  Value parts = *parse_json(jws);
  const std::string payload = text_of(*parse_json(suoi::certs::sign_flattened(key, "{}")), "payload");
  (*parts.object())["payload"] = payload;
  for (const std::string& body : {suoi::domain::canonical_json(parts), std::string("{}"), std::string("no json")}) {
    const auto answer = link->post("/v1/enrolments", "", body);
    REQUIRE(answer.has_value());
    CHECK(answer->status >= 400);
    CHECK(answer->status < 500);
  }
  // The invitation is not spent by any of that.
  CHECK(enrol(*link, key, code).status == 201);
}

TEST_CASE("An enrolment survives the server's restart") {
  World world;
  const Phone mai = world.volunteer();
  CHECK(world.server.stop() == 0);
  world.server.start();
  const auto link = world.server.link();
  Device phone(*link, suoi::client::system_clock(), mai->store());
  phone.create("need", need_fields());
  CHECK(phone.sync().outcome == SyncOutcome::done);
}
