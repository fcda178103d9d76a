// How a phone joins.

#include <catch2/catch.hpp>

#include "service_fixture.hpp"
#include "suoi/certs/jws.hpp"

namespace suoi::mobile_api::test {
namespace {

struct Scene {
  TestServer server;
  domain::PersonId mai = server.person("Lò Thị Mai", domain::Role::volunteer, kPaU);
  certs::SigningKey key = certs::SigningKey::generate();
  std::string code = server.invitation(mai);

  Answer enrol(const certs::SigningKey& with, const std::string& by) {
    return server.ask("POST", "/v1/enrolments", enrolment(with, by));
  }
  Answer enrol_text(const std::string& payload) {
    return server.ask("POST", "/v1/enrolments", certs::sign_flattened(key, payload));
  }
};

}  // namespace

TEST_CASE("An invitation gives a phone all that it needs to work") {
  Scene scene;
  const Answer answer = scene.enrol(scene.key, scene.code);
  REQUIRE(answer.status() == 201);
  const auto device = domain::uuid_v5(scene.server.rules().hashing, domain::Catalogue::id_namespace(),
                                      scene.key.public_key().thumbprint());
  CHECK(answer.text("device") == device.text());
  CHECK(answer.text("person") == scene.mai.text());
  CHECK(answer.text("epoch") == scene.server.epoch());
  CHECK(answer.integer("clock") == scene.server.now_ms);
  CHECK(answer.integer("schema_version") == domain::Catalogue::kSchemaVersion);
  CHECK(answer.list("roles") ==
        Value::Array{Value::Object{{"role", "volunteer"}, {"unit", Value(kPaU)}, {"organisation", {}}}});
  CHECK(answer.list("streams").size() == 3);
  CHECK(*answer.body.find("limits") == Value(Value::Object{{"changes", 5000},
                                                           {"change_bytes", 65536},
                                                           {"body_bytes", 4194304},
                                                           {"inflated_bytes", 8388608},
                                                           {"file_bytes", 20971520}}));
  CHECK_FALSE(text_in(*answer.body.find("notice"), "text").empty());
  std::set<std::string> uses;
  for (const Value& key : *answer.body.find("keys")->find("keys")->array()) uses.insert(text_in(key, "use"));
  CHECK(uses == std::set<std::string>{"sig", "enc"});
}

TEST_CASE("The same code and key answer again for a day with a fresh token, and the old one is void") {
  Scene scene;
  const Answer first = scene.enrol(scene.key, scene.code);
  scene.server.now_ms += kDayMs - 1;
  const Answer second = scene.enrol(scene.key, scene.code);
  REQUIRE(second.status() == 201);
  CHECK(second.text("device") == first.text("device"));
  CHECK(second.text("token") != first.text("token"));
  CHECK(scene.server.ask("GET", "/v1/needs", {}, first.text("token")).status() == 401);
  CHECK(scene.server.ask("GET", "/v1/needs", {}, second.text("token")).status() == 200);
  scene.server.now_ms += 1;
  CHECK(scene.enrol(scene.key, scene.code).code() == "invitation_invalid");
}

TEST_CASE("A used, an expired and an unknown code cannot be told apart") {
  Scene scene;
  REQUIRE(scene.enrol(scene.key, scene.code).status() == 201);
  const certs::SigningKey other = certs::SigningKey::generate();
  const Answer used = scene.enrol(other, scene.code);
  const Answer unknown = scene.enrol(other, "AAAA-BBBB-CCCC-DDDD");
  const std::string late = scene.server.invitation(scene.mai);
  scene.server.now_ms += 14 * kDayMs;
  const Answer expired = scene.enrol(other, late);
  for (const Answer* answer : {&used, &unknown, &expired}) {
    CHECK(answer->status() == 403);
    CHECK(answer->code() == "invitation_invalid");
    CHECK(answer->response.body == used.response.body);
    CHECK(answer->response.headers == used.response.headers);
  }
}

TEST_CASE("A code is read without case, blanks and dashes") {
  Scene scene;
  std::string typed;
  for (const char sign : scene.code) typed += sign == '-' ? ' ' : static_cast<char>(std::tolower(sign));
  CHECK(scene.enrol(scene.key, typed).status() == 201);
}

TEST_CASE("A request to join that cannot be read is malformed, and the code stays unused") {
  Scene scene;
  const std::string incarnation = random_incarnation();
  const auto with = [&](const std::string& members) {
    return scene.enrol_text("{\"code\":\"" + scene.code + "\"" + members + "}");
  };
  CHECK(scene.server.ask("POST", "/v1/enrolments", "{}").status() == 422);
  CHECK(scene.server.ask("POST", "/v1/enrolments", "no JSON").code() == "malformed");
  CHECK(scene.enrol_text("[]").status() == 422);
  CHECK(scene.enrol_text("{}").status() == 422);
  CHECK(with("").status() == 422);
  CHECK(with(R"(,"incarnation":5)").status() == 422);
  CHECK(with(R"(,"device":{"name":"a\u0000b"},"incarnation":")" + incarnation + '"').status() == 422);
  CHECK(with(R"(,"device":{"name":"\ud800"},"incarnation":")" + incarnation + '"').status() == 422);
  CHECK(with(",\"device\":{\"name\":\"" + std::string(121, 'x') + "\"},\"incarnation\":\"" + incarnation + '"')
            .status() == 422);
  std::string broken = enrolment(scene.key, scene.code);
  const std::size_t signature = broken.find("\"signature\":\"") + 13;
  broken[signature] = broken[signature] == 'A' ? 'B' : 'A';
  CHECK(scene.server.ask("POST", "/v1/enrolments", broken).status() == 422);
  CHECK(with(",\"device\":{\"name\":\"Máy\"},\"incarnation\":\"" + incarnation + '"').status() == 201);
}

TEST_CASE("A phone that is one person's does not become another's by an invitation") {
  Scene scene;
  REQUIRE(scene.enrol(scene.key, scene.code).status() == 201);
  const auto sinh = scene.server.person("Vàng A Sình", domain::Role::volunteer, kPaU);
  const std::string code = scene.server.invitation(sinh);
  CHECK(scene.enrol(scene.key, code).code() == "invitation_invalid");
  CHECK(scene.enrol(certs::SigningKey::generate(), code).status() == 201);
}

TEST_CASE("A token stands in no file of the store") {
  Scene scene;
  const std::string token = scene.enrol(scene.key, scene.code).text("token");
  CHECK_FALSE(scene.server.folder_contains(token));
  CHECK_FALSE(scene.server.folder_contains(scene.code));
  CHECK(scene.server.folder_contains(scene.key.public_key().thumbprint()));
}

}  // namespace suoi::mobile_api::test
