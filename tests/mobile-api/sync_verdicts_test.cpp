// What a phone is told about each of its changes.

#include <catch2/catch.hpp>

#include "service_fixture.hpp"

namespace suoi::mobile_api::test {
namespace {

Value::Object need() {
  return {{"unit", Value(kPaU)}, {"category", Value("warm_clothing")}, {"item", Value("Áo ấm")}};
}

struct Scene {
  TestServer server;
  domain::PersonId mai_person = server.person("Lò Thị Mai", domain::Role::volunteer, kPaU);
  Phone mai{server, mai_person};
  Phone sinh{server, server.person("Vàng A Sình", domain::Role::volunteer, kPaU)};
  Phone thanh{server, server.person("Nguyễn Văn Thành", domain::Role::coordinator, kLaiChau)};
  RecordId id = server.new_id();

  // One record that everybody has seen.
  void share(std::string_view collection, const Value::Object& set) {
    mai.edit(collection, id, 0, set);
    for (Phone* phone : {&mai, &sinh, &thanh}) phone->sync_all();
  }
};

}  // namespace

TEST_CASE("Two edits of one field that did not know of each other: the later stands, both are told") {
  Scene scene;
  scene.share("need", need());
  const std::int64_t base = scene.mai.version(scene.id);
  scene.server.now_ms += kHourMs;
  const auto earlier = scene.mai.edit("need", scene.id, base, {{"priority", Value(1)}});
  scene.server.now_ms += kHourMs;
  const auto later = scene.sinh.edit("need", scene.id, scene.sinh.version(scene.id), {{"priority", Value(2)}});
  scene.server.now_ms += kHourMs;
  const Answer kept = scene.sinh.sync();
  CHECK(kept.list("verdicts").empty());
  const Answer superseded = scene.mai.sync();
  CHECK(verdict_of(superseded, earlier) == Value(Value::Object{{"seq", Value(earlier)},
                                                               {"verdict", Value("merged")},
                                                               {"fields", Value::Object{{"priority", "superseded"}}}}));
  CHECK(*scene.server.record(scene.id)->integer("priority") == 2);
  CHECK(later == 1);
}

TEST_CASE("The later of two concurrent edits is told that it was kept, whoever arrives first") {
  Scene scene;
  scene.share("need", need());
  scene.mai.edit("need", scene.id, scene.mai.version(scene.id), {{"priority", Value(1)}});
  scene.server.now_ms += kHourMs;
  const auto later = scene.sinh.edit("need", scene.id, scene.sinh.version(scene.id), {{"priority", Value(2)}});
  scene.mai.sync();
  const Answer answer = scene.sinh.sync();
  CHECK(*verdict_of(answer, later).find("fields") == Value(Value::Object{{"priority", "kept"}}));
  CHECK(names(answer, "records", scene.id));
  CHECK_FALSE(names(answer, "settled", scene.id));
}

TEST_CASE("Words written at two places of one text are combined") {
  Scene scene;
  Value::Object set = need();
  set["note"] = "Trẻ em cần áo ấm trước Tết";
  scene.share("need", set);
  scene.mai.edit("need", scene.id, scene.mai.version(scene.id), {{"note", "Hai mươi trẻ em cần áo ấm trước Tết"}});
  const auto seq =
      scene.sinh.edit("need", scene.id, scene.sinh.version(scene.id), {{"note", "Trẻ em cần áo ấm trước Tết gấp"}});
  scene.mai.sync();
  const Answer answer = scene.sinh.sync();
  CHECK(*verdict_of(answer, seq).find("fields") == Value(Value::Object{{"note", "combined"}}));
  CHECK(scene.server.record(scene.id)->text("note") == "Hai mươi trẻ em cần áo ấm trước Tết gấp");
}

TEST_CASE("A quarrel that people must settle names its case, and the case lies at the desk") {
  Scene scene;
  scene.share("activity", {{"unit", Value(kPaU)}, {"title", "Khám răng"}, {"planned_start", scene.server.now_ms}});
  const std::int64_t base = scene.mai.version(scene.id);
  scene.mai.edit("activity", scene.id, base, {{"planned_start", scene.server.now_ms + kHourMs}});
  const auto seq = scene.sinh.edit("activity", scene.id, scene.sinh.version(scene.id),
                                   {{"planned_start", scene.server.now_ms + kDayMs}});
  scene.mai.sync();
  const Answer answer = scene.sinh.sync();
  const Value verdict = verdict_of(answer, seq);
  CHECK(text_in(verdict, "verdict") == "review");
  const RecordId about = RecordId::parse(text_in(verdict, "case")).value();
  CHECK(scene.server.record(about)->stream.text() == "2025:03442/desk");
  scene.thanh.sync_all();
  CHECK(scene.thanh.records.contains(about));
  CHECK_FALSE(scene.sinh.records.contains(about));
}

TEST_CASE("Work filed under a commune that was merged into another one is redirected") {
  TestServer server;
  Phone phone(server, server.person("Lò Thị Mai", domain::Role::volunteer, "2025:03487"));
  Value::Object set = need();
  set["unit"] = "pre2025:03481";
  const RecordId id = server.new_id();
  const auto seq = phone.edit("need", id, 0, set);
  const Answer answer = phone.sync_all().back();
  CHECK(verdict_of(answer, seq) ==
        Value(Value::Object{{"seq", Value(seq)}, {"verdict", "redirected"}, {"unit", "2025:03487"}}));
  CHECK(phone.records.at(id).unit == "2025:03487");
}

TEST_CASE("A bad change is kept aside alone, with the reason, for its author and the desk") {
  Scene scene;
  const RecordId good = scene.server.new_id();
  Value::Object bad = need();
  bad["priority"] = "high";
  const auto refused = scene.mai.edit("need", scene.id, 0, bad);
  scene.mai.edit("need", good, 0, need());
  const auto follows = scene.mai.edit("need", scene.id, 0, {{"priority", Value(3)}});
  const Answer answer = scene.mai.sync_all().back();
  const Value verdict = verdict_of(answer, refused);
  CHECK(text_in(verdict, "verdict") == "quarantined");
  CHECK(text_in(verdict, "code") == "bad_value");
  CHECK(text_in(verdict, "field") == "priority");
  CHECK_FALSE(text_in(verdict, "detail").empty());
  CHECK(text_in(verdict_of(answer, follows), "code") == "depends_on");
  CHECK(scene.server.record(good));
  CHECK_FALSE(scene.server.record(scene.id));
  const auto own = scene.server.records_of("person:" + scene.mai_person.text());
  const auto desk = scene.server.records_of("2025:03442/desk");
  CHECK(own.size() == 2);
  CHECK(desk.size() == 2);
  CHECK(scene.mai.holds_what_server_has());
}

TEST_CASE("Verdicts come in the order of the numbers, those of a repeat before those of what is new") {
  Scene scene;
  for (int n = 0; n < 4; ++n) {
    scene.mai.edit("need", scene.server.new_id(), 0, {{"unit", Value("03442")}, {"category", Value("other")}});
  }
  const Answer first = scene.mai.post(scene.mai.request());
  for (int n = 0; n < 3; ++n) {
    scene.mai.edit("need", scene.server.new_id(), 0, {{"unit", Value(kPaU)}, {"category", Value("nothing")}});
  }
  const Answer second = scene.mai.post(scene.mai.request());
  REQUIRE(second.list("verdicts").size() == 7);
  for (std::size_t n = 0; n < 7; ++n) CHECK(integer_in(second.list("verdicts")[n], "seq") == std::int64_t(n) + 1);
  for (std::size_t n = 0; n < 4; ++n) CHECK(second.list("verdicts")[n] == first.list("verdicts")[n]);
}

TEST_CASE("A stored verdict stays the first one, though its change was released since") {
  Scene scene;
  const RecordId parent = scene.server.new_id();
  const auto waits = scene.sinh.edit("need", parent, 3, {{"priority", Value(2)}});
  const Value::Object sent = scene.sinh.request();
  const Answer first = scene.sinh.sync();
  CHECK(text_in(verdict_of(first, waits), "code") == "unknown_record");
  scene.mai.edit("need", parent, 0, need());
  scene.mai.sync();
  REQUIRE(*scene.server.record(parent)->integer("priority") == 2);
  CHECK(verdict_of(scene.sinh.post(sent), waits) == verdict_of(first, waits));
}

TEST_CASE("Somebody without a role in a commune writes nothing there, and it is not lost") {
  Scene scene;
  Value::Object elsewhere = need();
  elsewhere["unit"] = Value("2025:03463");
  const auto seq = scene.mai.edit("need", scene.id, 0, elsewhere);
  const Answer answer = scene.mai.sync_all().back();
  CHECK(text_in(verdict_of(answer, seq), "code") == "unit_out_of_reach");
  CHECK(scene.server.records_of("2025:03442/desk").size() == 1);
}

}  // namespace suoi::mobile_api::test
