// `settled` and `removed`: what a phone is told of records that it has or had itself.

#include <catch2/catch.hpp>

#include "service_fixture.hpp"

namespace suoi::mobile_api::test {
namespace {

Value::Object activity(std::string_view unit = kPaU) {
  return {{"unit", Value(unit)}, {"title", Value("Dọn vệ sinh điểm trường")}};
}

struct Scene {
  TestServer server;
  Phone mai{server, server.person("Lò Thị Mai", domain::Role::volunteer, kPaU)};
  Phone sinh{server, server.person("Vàng A Sình", domain::Role::volunteer, kPaU)};
  Phone thanh{server, server.person("Nguyễn Văn Thành", domain::Role::coordinator, kLaiChau)};
  RecordId id = server.new_id();

  void share() {
    mai.edit("activity", id, 0, activity());
    for (Phone* phone : {&mai, &sinh, &thanh}) phone->sync_all();
  }
};

Value settled_as(const RecordId& id, std::int64_t version, std::string_view stream) {
  return Value::Array{Value(id.text()), Value(version), Value(stream)};
}

}  // namespace

TEST_CASE("A record made here and stored as it was is settled, and not sent back") {
  Scene scene;
  scene.mai.edit("activity", scene.id, 0, activity());
  const Answer answer = scene.mai.sync();
  CHECK(answer.list("settled") == Value::Array{settled_as(scene.id, 1, kPaU)});
  CHECK_FALSE(names(answer, "records", scene.id));
  CHECK(scene.mai.holds_what_server_has());
  SECTION("edited twice in one go, it is settled at the second version") {
    scene.mai.edit("activity", scene.id, 1, {{"title", "Một"}});
    scene.mai.edit("activity", scene.id, 1, {{"title", "Hai"}, {"model", "Sạch"}});
    const Value::Object sent = scene.mai.request();
    const Answer second = scene.mai.sync();
    CHECK(second.list("settled") == Value::Array{settled_as(scene.id, 3, kPaU)});
    CHECK(scene.mai.holds_what_server_has());
    const Answer replay = scene.mai.post(sent);
    CHECK(names(replay, "settled", scene.id) != names(replay, "records", scene.id));
    CHECK(replay.integer("acked") == 3);
  }
  SECTION("of a second number sent alone the first is not in the request, so the record comes whole or not at all") {
    scene.mai.edit("activity", scene.id, 0, {{"title", "Một"}});
    const Answer second = scene.mai.sync();
    CHECK(names(second, "records", scene.id));
    CHECK_FALSE(names(second, "settled", scene.id));
  }
}

TEST_CASE("A change sent again on a copy that the phone has dropped brings the record whole") {
  Scene scene;
  scene.share();
  scene.mai.edit("activity", scene.id, scene.mai.version(scene.id), {{"title", "Một"}});
  const Value::Object sent = scene.mai.request();
  scene.mai.post(sent);  // the answer is lost
  scene.mai.records.clear();
  scene.mai.cursors.clear();
  SECTION("with its stream") {
    const Answer answer = scene.mai.sync();
    CHECK(names(answer, "records", scene.id));
    CHECK_FALSE(names(answer, "settled", scene.id));
    CHECK(scene.mai.holds_what_server_has());
  }
  SECTION("and is not named before its stream comes") {
    const Answer answer = scene.mai.sync({{"want", Value(Value::Array{})}});
    CHECK_FALSE(names(answer, "settled", scene.id));
    scene.mai.sync_all();
    CHECK(scene.mai.holds_what_server_has());
  }
}

TEST_CASE("A record settled before its stream was ever fetched is taken away when somebody removes it first") {
  Scene scene;
  scene.mai.edit("activity", scene.id, 0, activity());
  // The answer brings another stream only, so this phone has no cursor of the one that its record is in.
  const Answer first = scene.mai.sync({{"want", Value(Value::Array{Value("person:" + scene.mai.person.text())})}});
  REQUIRE(names(first, "settled", scene.id));
  REQUIRE_FALSE(scene.mai.cursors.contains(std::string(kPaU)));
  scene.thanh.sync_all();
  if (GENERATE(true, false)) {
    scene.thanh.erase("activity", scene.id, scene.thanh.version(scene.id));
  } else {
    scene.thanh.edit("activity", scene.id, scene.thanh.version(scene.id), {{"unit", Value(kTaTong)}});
  }
  scene.thanh.sync_all();
  const Answer second = scene.mai.sync();
  CHECK(names(second, "removed", scene.id));
  CHECK(scene.mai.holds_what_server_has());
  CHECK(scene.mai.sums_differed == 0);
  // A phone that wrote nothing of it has nothing to remove.
  CHECK(scene.sinh.sync().list("removed").empty());
  CHECK(scene.sinh.holds_what_server_has());
}

TEST_CASE("However much of its own was removed, a phone that begins a stream anew gets on") {
  Scene scene;
  std::vector<RecordId> own;
  for (int count = 0; count < 30; ++count) {
    own.push_back(scene.server.new_id());
    scene.mai.edit("activity", own.back(), 0, activity());
  }
  scene.mai.edit("activity", scene.id, 0, activity());
  scene.mai.sync_all();
  for (const RecordId& id : own) scene.mai.erase("activity", id, scene.mai.version(id));
  scene.mai.sync_all();
  scene.mai.cursors.clear();
  scene.mai.records.clear();
  CHECK(scene.mai.sync_all({{"max_bytes", Value(1024)}}).back().status() == 200);
  CHECK(scene.mai.holds_what_server_has());
}

TEST_CASE("A record is not settled over a copy that the phone dropped with its stream and has not got again") {
  Scene scene;
  std::vector<RecordId> others;
  for (int count = 0; count < 20; ++count) {
    others.push_back(scene.server.new_id());
    scene.thanh.edit("activity", others.back(), 0, activity());
  }
  scene.thanh.sync_all();
  scene.share();
  const std::int64_t base = scene.mai.version(scene.id);
  // The stream is dropped, and comes again page by page; the record stands at its end.
  std::erase_if(scene.mai.records, [](const auto& held) { return held.second.stream == kPaU; });
  scene.mai.cursors.erase(std::string(kPaU));
  SECTION("with the first pages here again") {
    scene.mai.sync({{"max_bytes", Value(2048)}});
  }
  SECTION("with a cursor that says: from the start") {
    scene.mai.cursors[std::string(kPaU)] = 0;
  }
  REQUIRE_FALSE(scene.mai.records.contains(scene.id));
  scene.mai.edit("activity", scene.id, base, {{"model", "Sạch"}});
  scene.mai.sync_all({{"max_bytes", Value(2048)}});
  CHECK(scene.mai.records.at(scene.id).fields.contains("title"));
  CHECK(scene.mai.holds_what_server_has());
}

TEST_CASE("A record that somebody else changed between commit and answer comes whole") {
  Scene scene;
  scene.share();
  scene.mai.edit("activity", scene.id, scene.mai.version(scene.id), {{"model", "Sạch"}});
  scene.sinh.edit("activity", scene.id, scene.sinh.version(scene.id), {{"title", "Dọn sân"}});
  scene.server.after_next_commit([&] { scene.sinh.sync(); });
  const Answer answer = scene.mai.sync();
  CHECK(answer.list("settled").empty());
  CHECK(names(answer, "records", scene.id));
  CHECK(scene.mai.records.at(scene.id).fields.at("title") == Value("Dọn sân"));
  CHECK(scene.mai.holds_what_server_has());
}

TEST_CASE("A record to which the server added something comes whole") {
  Scene scene;
  scene.mai.edit("need", scene.id, 0, {{"unit", Value(kPaU)}, {"category", "nutrition"}});
  const RecordId assessment = scene.server.new_id();
  scene.mai.edit(
      "assessment", assessment, 0,
      {{"unit", Value(kPaU)}, {"need", Value(scene.id.text())}, {"quantity", 120}, {"assessed_on", "2026-11-10"}});
  const Answer answer = scene.mai.sync();
  CHECK(names(answer, "settled", assessment));
  CHECK_FALSE(names(answer, "settled", scene.id));
  CHECK(names(answer, "records", scene.id));
  REQUIRE(scene.mai.records.contains(scene.id));
  CHECK(scene.mai.records.at(scene.id).fields.at("open") == Value(120));
  CHECK(scene.mai.holds_what_server_has());
}

TEST_CASE("A record of an earlier epoch is not settled for somebody who never saw it") {
  Scene scene;
  scene.share();
  scene.server.run([](storage::Transaction& transaction) { transaction.begin_epoch(0); });
  Phone fresh(scene.server, scene.server.person("Pờ Mỳ Lế", domain::Role::volunteer, kPaU));
  fresh.edit("activity", scene.id, 0, {{"model", "Sạch"}});
  const Answer answer = fresh.sync();
  REQUIRE(answer.list("verdicts").empty());
  CHECK_FALSE(names(answer, "settled", scene.id));
  CHECK(names(answer, "records", scene.id));
  CHECK(fresh.holds_what_server_has());
}

TEST_CASE("A text that the server stores in other bytes, or a set in another order, is no settled record") {
  Scene scene;
  Value::Object set = activity();
  SECTION("letters taken apart") {
    set["title"] = "Mu\xCC\x9B\xCC\x80ng";
  }
  SECTION("a set with one theme twice") {
    set["themes"] = Value::Array{"b", "a", "a"};
  }
  scene.mai.edit("activity", scene.id, 0, set);
  const Answer answer = scene.mai.sync();
  CHECK(answer.list("verdicts").empty());
  CHECK(answer.list("settled").empty());
  CHECK(names(answer, "records", scene.id));
  CHECK(scene.mai.holds_what_server_has());
}

TEST_CASE("A record that the phone moved itself is settled in its new stream, and never removed") {
  Scene scene;
  scene.share();
  scene.thanh.edit("activity", scene.id, scene.thanh.version(scene.id), {{"unit", Value(kTaTong)}});
  const Answer answer = scene.thanh.sync();
  CHECK(answer.list("settled") == Value::Array{settled_as(scene.id, 2, kTaTong)});
  CHECK(answer.list("removed").empty());
  CHECK(scene.thanh.holds_what_server_has());
  CHECK(scene.thanh.sums_differed == 0);
}

TEST_CASE("An own delete that was applied is named nowhere, for others the record is removed") {
  Scene scene;
  scene.share();
  scene.mai.erase("activity", scene.id, scene.mai.version(scene.id));
  const Value::Object sent = scene.mai.request();
  const Answer own = scene.mai.sync();
  for (const char* list : {"removed", "settled", "records"}) CHECK_FALSE(names(own, list, scene.id));
  CHECK(scene.mai.sums_differed == 0);
  const Answer replay = scene.mai.post(sent);
  for (const char* list : {"removed", "settled", "records"}) CHECK_FALSE(names(replay, list, scene.id));
  const Answer others = scene.sinh.sync();
  REQUIRE(others.list("removed").size() == 1);
  CHECK(text_in(others.list("removed")[0], "stream") == kPaU);
  CHECK(integer_in(others.list("removed")[0], "version") == 2);
  CHECK(scene.sinh.records.empty() == scene.server.records_of(std::string(kPaU)).empty());
  CHECK(scene.sinh.holds_what_server_has());
}

TEST_CASE("A record that left the communes of a phone is removed there, and comes to the phones of its new one") {
  Scene scene;
  Phone xa(scene.server, scene.server.person("Lý Gò Xá", domain::Role::volunteer, kTaTong));
  scene.share();
  xa.sync_all();
  scene.thanh.edit("activity", scene.id, scene.thanh.version(scene.id), {{"unit", Value(kTaTong)}});
  scene.thanh.sync_all();
  CHECK(names(scene.mai.sync(), "removed", scene.id));
  CHECK(names(xa.sync(), "records", scene.id));
  CHECK(scene.mai.holds_what_server_has());
  CHECK(xa.holds_what_server_has());
}

TEST_CASE("A record that moved between two communes of one phone comes whole and is not removed") {
  Scene scene;
  Phone huong(scene.server, scene.server.person("Đào Thu Hương", domain::Role::coordinator, kLaiChau));
  scene.share();
  huong.sync_all();
  scene.thanh.edit("activity", scene.id, scene.thanh.version(scene.id), {{"unit", Value(kTaTong)}});
  scene.thanh.sync_all();
  const Answer answer = huong.sync();
  CHECK(names(answer, "records", scene.id));
  CHECK_FALSE(names(answer, "removed", scene.id));
  CHECK(huong.sums_differed == 0);
  CHECK(huong.holds_what_server_has());
}

TEST_CASE("A move that a page cuts in two never lets the sums of a phone differ") {
  Scene scene;
  Phone huong(scene.server, scene.server.person("Đào Thu Hương", domain::Role::coordinator, kLaiChau));
  std::vector<RecordId> moved;
  for (int n = 0; n < 12; ++n) {
    moved.push_back(scene.server.new_id());
    scene.mai.edit("activity", moved.back(), 0, activity());
  }
  scene.mai.sync_all();
  scene.thanh.sync_all();
  huong.sync_all();
  for (const RecordId& id : moved) {
    scene.thanh.edit("activity", id, scene.thanh.version(id), {{"unit", Value(kTaTong)}});
  }
  scene.thanh.sync_all();
  CHECK(huong.sync_all({{"max_bytes", Value(1024)}}).size() > 1);
  CHECK(huong.sums_differed == 0);
  CHECK(huong.holds_what_server_has());
}

TEST_CASE("Settled records stand on the first page, however small it is") {
  Scene scene;
  for (int n = 0; n < 40; ++n) scene.sinh.edit("activity", scene.server.new_id(), 0, activity());
  scene.sinh.sync_all();
  scene.mai.edit("activity", scene.id, 0, activity());
  const auto pages = scene.mai.sync_all({{"max_bytes", Value(1024)}});
  REQUIRE(pages.size() > 1);
  CHECK(names(pages.front(), "settled", scene.id));
  for (const Answer& page : pages) CHECK_FALSE((names(page, "settled", scene.id) && names(page, "records", scene.id)));
  CHECK(scene.mai.sums_differed == 0);
  CHECK(scene.mai.holds_what_server_has());
}

TEST_CASE("A record written into a commune that the phone lost meanwhile is not settled there") {
  Scene scene;
  const domain::PersonId person = scene.server.person("Pờ Mỳ Lế", domain::Role::volunteer, kTaTong);
  Phone phone(scene.server, person);
  scene.server.grant(person, domain::Role::volunteer, kPaU);
  scene.server.now_ms += kHourMs;
  phone.sync_all();
  phone.edit("activity", scene.id, 0, activity());
  scene.server.now_ms += kHourMs;
  scene.server.withdraw(person, domain::Role::volunteer, kPaU);
  scene.server.now_ms += kHourMs;
  const Answer answer = phone.sync();
  REQUIRE(answer.status() == 200);
  CHECK(scene.server.record(scene.id).has_value());
  CHECK_FALSE(names(answer, "settled", scene.id));
  CHECK_FALSE(phone.streams.contains(std::string(kPaU)));
  CHECK(phone.holds_what_server_has());
}

}  // namespace suoi::mobile_api::test
