// Devices that were revoked: what is still taken of them, and what is not.

#include <catch2/catch.hpp>

#include "service_fixture.hpp"
#include "suoi/certs/jws.hpp"

namespace suoi::mobile_api::test {
namespace {

struct Scene {
  TestServer server;
  domain::PersonId person = server.person("Lò Thị Mai", domain::Role::volunteer, kPaU);
  Phone mai{server, person};

  Scene() {
    place();
    mai.sync_all();
  }
  RecordId place() {
    const RecordId id = server.new_id();
    mai.edit("place", id, 0, {{"unit", Value(kPaU)}, {"name", "Trường"}});
    return id;
  }
  void revoke(bool stolen) {
    server.run([&](storage::Transaction& transaction) {
      transaction.revoke_device(domain::DeviceId::parse(mai.device).value(), stolen, server.now_ms);
    });
    server.now_ms += kHourMs;
  }
};

}  // namespace

TEST_CASE("What a revoked phone still held goes whole into quarantine, with a receipt") {
  Scene scene;
  scene.revoke(false);
  const RecordId id = scene.place();
  const auto edit = scene.mai.edit("place", id, 0, {{"village", "Bản Mới"}});
  const Value::Object sent = scene.mai.request();
  const Answer answer = scene.mai.post(sent);
  CHECK(answer.status() == 403);
  CHECK(answer.code() == "device_revoked");
  CHECK(answer.integer("acked") == 3);
  CHECK(*answer.body.find("wipe")->flag());
  CHECK(certs::verify_compact(answer.text("receipt"), scene.server.keys().public_keys(certs::Purpose::receipts)));
  REQUIRE(answer.list("verdicts").size() == 2);
  CHECK(text_in(verdict_of(answer, edit), "verdict") == "quarantined");
  CHECK(text_in(verdict_of(answer, edit), "code") == "device_revoked");
  CHECK_FALSE(scene.server.record(id));
  CHECK(scene.server.records_of("2025:03442/desk").size() == 2);
  CHECK(scene.server.records_of("person:" + scene.person.text()).size() == 2);
  CHECK(answer.body.find("records") == nullptr);
  SECTION("sent again, it gets the same verdicts, and counts once") {
    CHECK(scene.mai.post(sent).list("verdicts") == answer.list("verdicts"));
    CHECK(scene.server.records_of("2025:03442/desk").size() == 2);
  }
  SECTION("other content under a stored number is still told apart") {
    Value::Object other = sent;
    other["changes"] = Value::Array{Value::Object{{"seq", 2}}};
    CHECK(scene.mai.post(other).code() == "device_forked");
  }
  SECTION("a month later nothing is taken any more") {
    scene.server.now_ms += 30 * kDayMs;
    const Answer late = scene.mai.post(sent);
    CHECK(late.status() == 401);
    CHECK(late.code() == "token_invalid");
  }
}

TEST_CASE("Nothing is taken of a stolen phone") {
  Scene scene;
  scene.revoke(true);
  scene.place();
  const Answer answer = scene.mai.sync();
  CHECK(answer.status() == 401);
  CHECK(answer.code() == "token_invalid");
  CHECK(scene.server.records_of("2025:03442/desk").empty());
}

TEST_CASE("A revoked phone reads no list and cannot join again with its key") {
  Scene scene;
  scene.revoke(false);
  CHECK(scene.server.ask("GET", "/v1/places", {}, scene.mai.token).code() == "device_revoked");
  const std::string code = scene.server.invitation(scene.person);
  CHECK(scene.server.ask("POST", "/v1/enrolments", enrolment(scene.mai.key, code)).code() == "invitation_invalid");
}

TEST_CASE("A revoked phone hands over five thousand changes, and no more in whatever pieces and lives") {
  Scene scene;
  scene.revoke(false);
  for (int n = 0; n < 4'990; ++n) scene.place();
  const Answer answer = scene.mai.sync();
  REQUIRE(answer.code() == "device_revoked");
  REQUIRE(answer.integer("acked") == 4'991);
  scene.mai.acked = 4'991;
  scene.mai.incarnation = random_incarnation();
  scene.mai.queue.clear();
  scene.mai.last = scene.mai.acked = 0;
  for (int n = 0; n < 11; ++n) scene.place();
  CHECK(scene.mai.sync().status() == 401);
  scene.mai.queue.pop_back();
  scene.mai.last = 10;
  CHECK(scene.mai.sync().integer("acked") == 10);
}

TEST_CASE("A revoked phone hands over sixteen mebibytes and no more") {
  Scene scene;
  scene.revoke(false);
  const auto fill = [&](int count) {
    for (int n = 0; n < count; ++n) {
      scene.mai.append({{"collection", "place"}, {"unknown", Value(std::string(60'000, 'x'))}});
    }
    const Answer answer = scene.mai.sync();
    if (answer.status() == 403) scene.mai.acked = answer.integer("acked");
    return answer.status();
  };
  CHECK(fill(130) == 403);
  CHECK(fill(130) == 403);
  CHECK(fill(130) == 401);
}

}  // namespace suoi::mobile_api::test
