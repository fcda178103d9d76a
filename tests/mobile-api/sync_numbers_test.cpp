// Numbers, repeats, forks, epochs: what of a request is taken, and what a phone is told that does not fit.

#include <catch2/catch.hpp>

#include "service_fixture.hpp"
#include "suoi/certs/jws.hpp"
#include "suoi/mobile_api/json_reader.hpp"

namespace suoi::mobile_api::test {
namespace {

Value::Object need(std::string_view item = "Áo ấm") {
  return {{"unit", Value(kPaU)}, {"category", Value("warm_clothing")}, {"item", Value(item)}};
}

struct Scene {
  TestServer server;
  Phone mai{server, server.person("Lò Thị Mai", domain::Role::volunteer, kPaU)};
};

Value::Object restarted(const Phone& phone, const std::string& incarnation, Value::Array changes, std::int64_t last) {
  Value::Object body = phone.request();
  body["incarnation"] = Value(incarnation);
  body["changes"] = Value(std::move(changes));
  body["last"] = Value(last);
  return body;
}

Value renumbered(Value change, std::int64_t seq) {
  (*change.object())["seq"] = Value(seq);
  return change;
}

}  // namespace

TEST_CASE("What a phone sends is acknowledged with a receipt that the server signed") {
  Scene scene;
  scene.mai.edit("need", scene.server.new_id(), 0, need());
  scene.mai.edit("need", scene.server.new_id(), 0, need());
  const Answer answer = scene.mai.sync();
  REQUIRE(answer.status() == 200);
  CHECK(answer.integer("acked") == 2);
  CHECK(answer.integer("safe") == 0);
  CHECK(answer.integer("clock") == scene.server.now_ms);
  CHECK(answer.integer("schema_version") == domain::Catalogue::kSchemaVersion);
  CHECK(answer.list("verdicts").empty());
  const auto receipt =
      certs::verify_compact(answer.text("receipt"), scene.server.keys().public_keys(certs::Purpose::receipts));
  REQUIRE(receipt);
  CHECK(read_json(receipt->payload).value() == Value(Value::Object{{"device", Value(scene.mai.device)},
                                                                   {"incarnation", Value(scene.mai.incarnation)},
                                                                   {"seq", Value(2)},
                                                                   {"epoch", Value(scene.mai.epoch)}}));
}

TEST_CASE("A gap inside a request stores what stands before it") {
  Scene scene;
  const RecordId first = scene.server.new_id();
  const RecordId lost = scene.server.new_id();
  const RecordId third = scene.server.new_id();
  for (const RecordId& id : {first, lost, third}) scene.mai.edit("need", id, 0, need());
  Value::Object body = scene.mai.request();
  body["changes"] = Value(Value::Array{scene.mai.queue[0], scene.mai.queue[2]});
  const Answer answer = scene.mai.post(body);
  REQUIRE(answer.status() == 200);
  CHECK(answer.integer("acked") == 1);
  CHECK(scene.server.record(first));
  CHECK_FALSE(scene.server.record(third));
}

TEST_CASE("Changes missing before the first one are asked for and nothing is stored") {
  Scene scene;
  scene.mai.edit("need", scene.server.new_id(), 0, need());
  const RecordId second = scene.server.new_id();
  scene.mai.edit("need", second, 0, need());
  Value::Object body = scene.mai.request();
  body["changes"] = Value(Value::Array{scene.mai.queue[1]});
  const Answer answer = scene.mai.post(body);
  CHECK(answer.status() == 409);
  CHECK(answer.code() == "sequence_gap");
  CHECK(answer.integer("expected") == 1);
  CHECK_FALSE(scene.server.record(second));
}

TEST_CASE("Other content under a stored number shows a restored or cloned phone, and nothing is stored") {
  Scene scene;
  for (int n = 0; n < 3; ++n) scene.mai.edit("need", scene.server.new_id(), 0, need());
  REQUIRE(scene.mai.sync().status() == 200);
  const RecordId fresh = scene.server.new_id();
  scene.mai.edit("need", fresh, 0, need());
  Value::Object body = scene.mai.request();
  Value::Array changes(scene.mai.queue.begin(), scene.mai.queue.end());
  (*changes[1].object())["at"] = Value(1);
  body["changes"] = Value(changes);
  const Answer answer = scene.mai.post(body);
  CHECK(answer.status() == 409);
  CHECK(answer.code() == "device_forked");
  CHECK(answer.integer("at") == 2);
  CHECK_FALSE(scene.server.record(fresh));
}

TEST_CASE("More stored than the phone ever gave out shows a phone from a backup, also where it only asks") {
  Scene scene;
  for (int n = 0; n < 3; ++n) scene.mai.edit("need", scene.server.new_id(), 0, need());
  REQUIRE(scene.mai.sync().status() == 200);
  Value::Object body = scene.mai.request();
  body["last"] = Value(1);
  const Answer answer = scene.mai.post(body);
  CHECK(answer.status() == 409);
  CHECK(answer.code() == "device_forked");
  CHECK(answer.integer("at") == 2);
}

TEST_CASE("A late repeat of an old request gets its old answer") {
  Scene scene;
  const RecordId id = scene.server.new_id();
  scene.mai.edit("need", id, 0, need());
  scene.mai.edit("need", scene.server.new_id(), 0, {{"unit", Value("03442")}, {"category", Value("other")}});
  const Value::Object old = scene.mai.request();
  const Answer first = scene.mai.post(old);
  scene.mai.take(first);
  scene.mai.edit("need", id, scene.mai.version(id), {{"priority", Value(2)}});
  REQUIRE(scene.mai.sync().status() == 200);
  const Answer late = scene.mai.post(old);
  REQUIRE(late.status() == 200);
  CHECK(late.integer("acked") == 2);
  CHECK(late.body.find("verdicts")->array()->size() == 1);
  CHECK(*late.body.find("verdicts") == *first.body.find("verdicts"));
}

TEST_CASE("An unknown member is ignored, but makes it another change") {
  Scene scene;
  scene.mai.operate("need", scene.server.new_id(), 0, {{"set", Value(need())}, {"mood", Value("good")}});
  const Value::Object sent = scene.mai.request();
  const Answer answer = scene.mai.sync();
  REQUIRE(answer.status() == 200);
  CHECK(answer.list("verdicts").empty());
  CHECK(scene.mai.post(sent).status() == 200);
  Value::Object other = sent;
  Value change = scene.mai.queue[0];
  (*change.object())["mood"] = Value("better");
  other["changes"] = Value(Value::Array{change});
  CHECK(scene.mai.post(other).code() == "device_forked");
}

TEST_CASE("A new life that continues an old one has seen its changes") {
  Scene scene;
  const RecordId id = scene.server.new_id();
  scene.mai.edit("need", id, 0, need("Áo ấm"));
  REQUIRE(scene.mai.sync().status() == 200);
  scene.mai.edit("need", id, 0, need("Chăn"));
  const bool continues = GENERATE(true, false);
  Value::Object body = restarted(scene.mai, random_incarnation(), {renumbered(scene.mai.queue[1], 1)}, 1);
  if (continues) {
    body["continues"] = Value(Value::Object{{"incarnation", Value(scene.mai.incarnation)}, {"seq", Value(1)}});
  }
  const Answer answer = scene.mai.post(body);
  REQUIRE(answer.status() == 200);
  CHECK(answer.list("verdicts").empty() == continues);
  CHECK(scene.server.record(id)->text("item") == "Chăn");
}

TEST_CASE("A request that names another epoch learns of the present one and stores nothing") {
  Scene scene;
  const RecordId id = scene.server.new_id();
  scene.mai.edit("need", id, 0, need());
  Value::Object body = scene.mai.request();
  body["epoch"] = Value("7-0123456789abcdef");
  const Answer answer = scene.mai.post(body);
  CHECK(answer.status() == 409);
  CHECK(answer.code() == "server_restored");
  CHECK(answer.text("epoch") == scene.server.epoch());
  CHECK(answer.integer("expected") == 1);
  CHECK(answer.object("heads").empty());
  CHECK_FALSE(scene.server.record(id));
}

TEST_CASE("A phone that was restored like the server is never told to pass over its own changes") {
  Scene scene;
  scene.mai.edit("need", scene.server.new_id(), 0, need());
  scene.mai.edit("need", scene.server.new_id(), 0, need());
  scene.mai.sync_all();
  // The phone comes back from a backup made before the first or the second of these, and writes something else.
  const std::int64_t kept = GENERATE(std::int64_t{0}, std::int64_t{1});
  scene.mai.queue.resize(static_cast<std::size_t>(kept));
  scene.mai.last = scene.mai.acked = kept;
  const RecordId id = scene.server.new_id();
  scene.mai.edit("need", id, 0, need());
  Value::Object body = scene.mai.request();
  body["epoch"] = Value("7-0123456789abcdef");
  const Answer answer = scene.mai.post(body);
  CHECK(answer.code() == "server_restored");
  CHECK(answer.integer("expected") == kept + 1);
  scene.mai.epoch = answer.text("epoch");
  CHECK(scene.mai.sync().code() == "device_forked");
}

TEST_CASE("A genuine receipt for more than the store holds begins a new epoch, a forged one nothing") {
  Scene scene;
  scene.mai.edit("need", scene.server.new_id(), 0, need());
  scene.mai.sync_all();
  const std::string before = scene.server.epoch();
  const Value claim = Value::Object{{"device", Value(scene.mai.device)},
                                    {"incarnation", Value(scene.mai.incarnation)},
                                    {"seq", Value(9)},
                                    {"epoch", Value(before)}};
  const bool genuine = GENERATE(true, false);
  const certs::OwnKey own = scene.server.keys().current(certs::Purpose::receipts, scene.server.now_ms);
  const certs::SigningKey& key = genuine ? own.key : scene.mai.key;
  scene.mai.receipt = certs::sign_compact(key, {{"kid", own.kid()}}, domain::canonical_json(claim));
  scene.mai.last = 9;
  const Answer answer = scene.mai.sync();
  if (!genuine) {
    CHECK(answer.status() == 200);
    CHECK(scene.server.epoch() == before);
    return;
  }
  CHECK(answer.code() == "server_restored");
  CHECK(answer.integer("expected") == 2);
  CHECK(answer.text("epoch") == scene.server.epoch());
  CHECK(scene.server.epoch() != before);
  REQUIRE(answer.object("heads").contains(std::string(kPaU)));
  CHECK(*answer.object("heads").at(std::string(kPaU)).integer() == scene.mai.cursors.at(std::string(kPaU)));
  SECTION("and from then on versions and positions stand above all that was given out") {
    scene.mai.epoch = answer.text("epoch");
    scene.mai.receipt.clear();
    scene.mai.last = 1;
    const RecordId id = scene.server.new_id();
    scene.mai.edit("need", id, 0, need());
    scene.mai.sync_all();
    CHECK(scene.server.record(id)->version > (std::int64_t{1} << 32));
    CHECK(scene.mai.cursors.at(std::string(kPaU)) > (std::int64_t{1} << 32));
    CHECK(scene.mai.holds_what_server_has());
  }
}

TEST_CASE("What a phone owns up to as lost is booked, and counting goes on behind it") {
  Scene scene;
  scene.mai.edit("need", scene.server.new_id(), 0, need());
  scene.mai.sync_all();
  scene.mai.last = 4;
  const RecordId id = scene.server.new_id();
  scene.mai.edit("need", id, 0, need());
  CHECK(scene.mai.sync().integer("expected") == 2);
  const Answer answer = scene.mai.sync({{"lost", Value(Value::Array{Value(2), Value(4)})}});
  REQUIRE(answer.status() == 200);
  CHECK(answer.integer("acked") == 5);
  CHECK(scene.server.record(id));
  SECTION("said again, it changes nothing") {
    const Answer again = scene.mai.sync({{"lost", Value(Value::Array{Value(2), Value(4)})}});
    CHECK(again.integer("acked") == 5);
  }
  SECTION("and a number that was given up cannot come after all") {
    Value::Object body = scene.mai.request();
    body["changes"] = Value(Value::Array{renumbered(scene.mai.queue[1], 3)});
    CHECK(scene.mai.post(body).code() == "device_forked");
  }
}

TEST_CASE("Losses beyond the highest number given out are malformed, so no phone locks itself out") {
  Scene scene;
  const Answer answer = scene.mai.sync({{"lost", Value(Value::Array{Value(1), Value(std::int64_t{1} << 52)})}});
  CHECK(answer.status() == 422);
  CHECK(answer.code() == "malformed");
}

TEST_CASE("A token that was never given out opens nothing") {
  Scene scene;
  const std::string body = domain::canonical_json(Value(scene.mai.request()));
  const Answer wrong = scene.server.ask("POST", "/v1/sync", body, "x" + scene.mai.token);
  const Answer none = scene.server.ask("POST", "/v1/sync", body);
  CHECK(wrong.status() == 401);
  CHECK(wrong.code() == "token_invalid");
  CHECK(none.response.body == wrong.response.body);
}

}  // namespace suoi::mobile_api::test
