// A change that was kept aside is mended by one person and released by another (merge.md, "Refused is not lost").

#include <catch2/catch.hpp>

#include "service_fixture.hpp"

namespace suoi::mobile_api::test {
namespace {

const std::string kDesk = std::string(kPaU) + "/desk";

struct Scene {
  TestServer server;
  Phone mai{server, server.person("Lò Thị Mai", domain::Role::volunteer, kPaU)};
  Phone su{server, server.person("Vàng A Sử", domain::Role::coordinator, kLaiChau)};
  Phone lan{server, server.person("Tẩn Thị Lan", domain::Role::coordinator, kLaiChau)};

  // Mai sends a change that is kept aside; the record of quarantine, as both desks then have it.
  RecordId refused(Value::Object change) {
    mai.append(std::move(change));
    const Answer answer = mai.sync();
    INFO(answer.response.body);
    REQUIRE(answer.list("verdicts").size() == 1);
    server.now_ms += kHourMs;
    return held();
  }
  RecordId held() {
    su.sync_all();
    lan.sync_all();
    for (const auto& [id, record] : su.records) {
      if (record.collection == "quarantine" && text_in(Value(record.fields), "state") == "held") return id;
    }
    FAIL("nothing is held");
    return {};
  }
  // The verdict on a change of the quarantine record; null: it was applied.
  Value decide(Phone& phone, const RecordId& held, Value::Object set) {
    phone.sync_all();
    const auto seq = phone.edit("quarantine", held, phone.version(held), std::move(set));
    server.now_ms += kHourMs;
    return verdict_of(phone.sync(), seq);
  }
  Value::Object need(const RecordId& id, Value::Object set) {
    set.emplace("unit", Value(kPaU));
    return {{"collection", "need"}, {"record", Value(id.text())}, {"base", 0}, {"set", Value(std::move(set))}};
  }
};

Value mended(Value::Object set) {
  return Value::Object{{"set", Value(std::move(set))}};
}

bool is_sound(TestServer& server) {
  return server.store().check({}).ok;
}

}  // namespace

TEST_CASE("A coordinator mends a change, another releases it, and it stands with its own author and time") {
  Scene scene;
  const RecordId id = scene.server.new_id();
  const std::int64_t made_ms = scene.server.now_ms;
  const RecordId held = scene.refused(scene.need(id, {{"category", "clothing"}, {"item", "áo"}}));
  const Value whole = mended({{"unit", Value(kPaU)}, {"category", "warm_clothing"}, {"item", "áo"}});
  CHECK(scene.decide(scene.su, held, {{"mended", whole}}).is_null());
  CHECK_FALSE(scene.server.record(id));

  CHECK(text_in(scene.decide(scene.su, held, {{"state", "released"}}), "code") == "second_person_needed");
  CHECK(scene.decide(scene.lan, held, {{"state", "released"}}).is_null());
  const auto record = scene.server.record(id);
  REQUIRE(record);
  CHECK(record->text("category") == "warm_clothing");
  CHECK(record->created_by == scene.mai.person);
  CHECK(record->created_ms == made_ms);
  scene.mai.sync_all();
  bool told = false;
  for (const auto& [told_id, returned] : scene.mai.records) {
    if (returned.collection != "returned_change") continue;
    told = text_in(Value(returned.fields), "state") == "released" && returned.fields.at("mended") == whole;
  }
  CHECK(told);
  CHECK(is_sound(scene.server));

  SECTION("what was sent stays known: a replay gets its first verdict, other content is a fork") {
    Value::Object again = scene.mai.request();
    again["changes"] = Value::Array{scene.mai.queue.back()};
    CHECK(text_in(verdict_of(scene.mai.post(again), 1), "code") == "bad_value");
    Value other = scene.mai.queue.back();
    (*other.object())["set"] = *whole.find("set");
    again["changes"] = Value::Array{other};
    CHECK(scene.mai.post(again).code() == "device_forked");
  }
  SECTION("later edits merge with what it became, also those that did not see it") {
    scene.mai.edit("need", id, 0, {{"item", "áo len"}});
    CHECK(scene.mai.sync().list("verdicts").empty());
    CHECK(scene.server.record(id)->text("item") == "áo len");
    scene.lan.sync_all();
    scene.lan.edit("need", id, 0, {{"category", "recreation"}});
    scene.lan.sync();
    CHECK(is_sound(scene.server));
  }
  SECTION("nothing is mended after it was released") {
    CHECK(text_in(scene.decide(scene.su, held, {{"mended", whole}}), "code") == "not_held");
  }
}

TEST_CASE("A mend holds nothing but what a change does, and is released by nobody in the same breath") {
  Scene scene;
  const RecordId held = scene.refused(scene.need(scene.server.new_id(), {{"category", "clothing"}}));
  const Value good = mended({{"unit", Value(kPaU)}, {"category", "warm_clothing"}});
  CHECK(text_in(scene.decide(scene.su, held, {{"mended", "áo"}}), "code") == "bad_value");
  CHECK(text_in(scene.decide(scene.su, held, {{"mended", Value::Object{{"seq", 7}}}}), "code") == "bad_value");
  CHECK(text_in(scene.decide(scene.su, held, {{"mended", good}, {"state", "released"}}), "code") ==
        "second_person_needed");
  CHECK(text_in(scene.decide(scene.mai, held, {{"mended", good}}), "code") == "role_not_allowed");
}

TEST_CASE("A mend that cannot stand is not released, and says why; taken back, the change is judged as it was sent") {
  Scene scene;
  const RecordId id = scene.server.new_id();
  const RecordId held = scene.refused(scene.need(id, {{"category", "clothing"}}));
  CHECK(scene.decide(scene.su, held, {{"mended", mended({{"unit", Value(kPaU)}, {"category", "cloth"}})}}).is_null());
  const Value refused = scene.decide(scene.lan, held, {{"state", "released"}});
  CHECK(text_in(refused, "code") == "bad_value");
  CHECK_FALSE(scene.server.record(id));
  CHECK(scene.decide(scene.su, held, {{"mended", nullptr}}).is_null());
  CHECK(text_in(scene.decide(scene.lan, held, {{"state", "released"}}), "code") == "bad_value");
}

TEST_CASE("A release applies the mend that its author saw") {
  Scene scene;
  const RecordId id = scene.server.new_id();
  const RecordId held = scene.refused(scene.need(id, {{"category", "clothing"}}));
  scene.decide(scene.su, held, {{"mended", mended({{"unit", Value(kPaU)}, {"category", "recreation"}})}});
  scene.lan.sync_all();
  const std::int64_t seen = scene.lan.version(held);
  scene.decide(scene.su, held, {{"mended", mended({{"unit", Value(kPaU)}, {"category", "health_care"}})}});
  scene.lan.edit("quarantine", held, seen, {{"state", "released"}});
  scene.lan.sync();
  REQUIRE(scene.server.record(id));
  CHECK(scene.server.record(id)->text("category") == "recreation");
}

TEST_CASE("Edits that waited for a mended creation are released with it") {
  Scene scene;
  const RecordId id = scene.server.new_id();
  scene.mai.append(scene.need(id, {{"category", "clothing"}}));
  scene.mai.edit("need", id, 0, {{"item", "áo len"}});
  CHECK(scene.mai.sync().list("verdicts").size() == 2);
  scene.su.sync_all();
  RecordId creation;
  for (const auto& [held, record] : scene.su.records) {
    if (record.collection == "quarantine" && text_in(Value(record.fields), "code") == "bad_value") creation = held;
  }
  scene.decide(scene.su, creation, {{"mended", mended({{"unit", Value(kPaU)}, {"category", "warm_clothing"}})}});
  CHECK(scene.decide(scene.lan, creation, {{"state", "released"}}).is_null());
  REQUIRE(scene.server.record(id));
  CHECK(scene.server.record(id)->text("item") == "áo len");
  CHECK(is_sound(scene.server));
}

TEST_CASE("Of a change that could not be read, a person also says what it is of; what could be read stays its own") {
  Scene scene;
  const RecordId id = scene.server.new_id();
  const RecordId held =
      scene.refused({{"collection", "nhu cầu"}, {"record", "không rõ"}, {"base", 0}, {"set", Value::Object{}}});
  const Value whole = Value::Object{{"collection", "need"},
                                    {"record", Value(id.text())},
                                    {"base", 7},
                                    {"set", Value::Object{{"unit", Value(kPaU)}, {"category", "recreation"}}}};
  CHECK(scene.decide(scene.su, held, {{"mended", whole}}).is_null());
  CHECK(scene.decide(scene.lan, held, {{"state", "released"}}).is_null());
  REQUIRE(scene.server.record(id));
  CHECK(scene.server.record(id)->text("category") == "recreation");
  CHECK(scene.server.record(id)->created_by == scene.mai.person);
  CHECK(is_sound(scene.server));
}

}  // namespace suoi::mobile_api::test
