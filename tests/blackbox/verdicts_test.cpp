// What becomes of changes: applied, merged, review, quarantined, redirected; stored for ever (protocol.md, "Sync").
#include <chrono>
#include <thread>

#include "world.hpp"

using namespace blackbox;

namespace {

// Two phones of Pa Ủ that both hold one record, made a minute ago.
struct TwoPhones {
  World world;
  Phone mai = world.phone("Lò Thị Mai", "volunteer", {kPaU});
  Phone sung = world.phone("Giàng A Súng", "volunteer", {kPaU});
  RecordId record;

  TwoPhones(const std::string& collection, Value::Object fields) {
    record = mai->create(collection, std::move(fields));
    synced(mai);
    synced(sung);
    REQUIRE(sung->record(record).has_value());
  }
  SyncReport after_mai_sends_sung() {
    synced(mai);
    return synced(sung);
  }
  void settle() {
    synced(mai);
    synced(sung);
    synced(mai);
  }
};

Value::Object activity_fields(const std::string& title) {
  return {{"unit", Value(kPaU)}, {"title", Value(title)}, {"status", "planned"}};
}

std::string word_of(const SyncReport& report, std::int64_t seq) {
  for (const auto& verdict : report.verdicts) {
    if (verdict.seq == seq) return verdict.verdict;
  }
  return "applied";
}

}  // namespace

TEST_CASE("A change that meets nothing is applied, and another phone of the commune sees it") {
  const World world;
  const Phone mai = world.volunteer();
  const Phone sung = world.phone("Giàng A Súng", "volunteer", {kPaU});
  const RecordId id = mai->create("need", need_fields());
  const SyncReport report = synced(mai);
  CHECK(report.verdicts.empty());
  CHECK(mai->record(id)->version > 0);
  synced(sung);
  REQUIRE(sung->record(id).has_value());
  CHECK(sung->record(id)->text("item") == "áo ấm");
  CHECK(shown(*sung, "need") == shown(*mai, "need"));
}

TEST_CASE("Two edits of one field that did not know of each other are merged, and each phone is told how") {
  TwoPhones two("need", need_fields());
  Value::Object earlier = change(1, two.record, {{"priority", 2}}, two.sung->record(two.record)->version);
  earlier["at"] = Value(now_ms() - 30000);
  two.mai->edit(two.record, {{"priority", 1}});
  synced(two.mai);
  const Value answer = Wire(two.sung).sync(Wire(two.sung).envelope(1, {Value(earlier)}));
  const Value verdict = verdict_on(answer, 1);
  CHECK(text_of(verdict, "verdict") == "merged");
  const std::string outcome = text_of(Value(object_of(verdict, "fields")), "priority");
  CHECK(outcome == "superseded");
  synced(two.mai);
  CHECK(two.mai->record(two.record)->integer("priority") == 1);
}

TEST_CASE("The later of two concurrent edits stands and is told that it was kept") {
  TwoPhones two("need", need_fields());
  two.mai->edit(two.record, {{"priority", 1}});
  // Times are corrected by what the network took, so "later" needs more than a millisecond.
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  two.sung->edit(two.record, {{"priority", 2}});
  const SyncReport report = two.after_mai_sends_sung();
  REQUIRE(report.verdicts.size() == 1);
  CHECK(report.verdicts[0].verdict == "merged");
  CHECK(report.verdicts[0].fields == std::map<std::string, std::string>{{"priority", "kept"}});
  two.settle();
  CHECK(two.mai->record(two.record)->integer("priority") == 2);
  CHECK(shown(*two.mai, "need") == shown(*two.sung, "need"));
}

TEST_CASE("Edits of different fields of one record both stand") {
  TwoPhones two("need", need_fields());
  two.mai->edit(two.record, {{"priority", 1}});
  two.sung->edit(two.record, {{"needed_by", "2026-12-20"}});
  two.after_mai_sends_sung();
  two.settle();
  for (const Phone* phone : {&two.mai, &two.sung}) {
    CHECK((*phone)->record(two.record)->integer("priority") == 1);
    CHECK((*phone)->record(two.record)->text("needed_by") == "2026-12-20");
  }
}

TEST_CASE("The same value from two phones is no conflict") {
  TwoPhones two("need", need_fields());
  two.mai->edit(two.record, {{"priority", 1}});
  two.sung->edit(two.record, {{"priority", 1}});
  const SyncReport report = two.after_mai_sends_sung();
  for (const auto& verdict : report.verdicts) CHECK(verdict.verdict != "review");
  for (const auto& verdict : report.verdicts) CHECK(verdict.fields.count("priority") == 0);
}

TEST_CASE("Two phones that write at different places of one text keep both words") {
  TwoPhones two("need", [] {
    auto fields = need_fields();
    fields["note"] = "Trường ở xa đường lớn";
    return fields;
  }());
  two.mai->edit(two.record, {{"note", "Điểm trường ở xa đường lớn"}});
  two.sung->edit(two.record, {{"note", "Trường ở xa đường lớn, phải đi bộ"}});
  const SyncReport report = two.after_mai_sends_sung();
  REQUIRE(report.verdicts.size() == 1);
  CHECK(report.verdicts[0].verdict == "merged");
  CHECK(report.verdicts[0].fields.at("note") == "combined");
  two.settle();
  const std::string note = two.mai->record(two.record)->text("note");
  CHECK(note.find("Điểm") != std::string::npos);
  CHECK(note.find("phải đi bộ") != std::string::npos);
}

TEST_CASE("People tapped on two phones at once are counted together, themes of both are kept") {
  TwoPhones two("activity", activity_fields("Khám bệnh cho trẻ"));
  suoi::client::Edit mine;
  mine.inc["tally"] = 14;
  mine.add["themes"] = {"children"};
  suoi::client::Edit yours;
  yours.inc["tally"] = 11;
  yours.add["themes"] = {"health"};
  two.mai->change(two.record, mine);
  two.sung->change(two.record, yours);
  two.after_mai_sends_sung();
  two.settle();
  const auto counted = two.mai->record(two.record);
  REQUIRE(counted.has_value());
  CHECK(counted->integer("tally") == 25);
  const Value* themes = counted->field("themes");
  REQUIRE(themes != nullptr);
  CHECK(suoi::domain::canonical_json(*themes) == R"(["children","health"])");
  CHECK(shown(*two.mai, "activity") == shown(*two.sung, "activity"));
}

TEST_CASE("A quarrel over a planned start is shown to a coordinator with both values") {
  TwoPhones two("activity", activity_fields("Khám bệnh"));
  two.mai->edit(two.record, {{"planned_start", Value(std::int64_t{1'764'000'000'000})}});
  two.sung->edit(two.record, {{"planned_start", Value(std::int64_t{1'764'100'000'000})}});
  const SyncReport report = two.after_mai_sends_sung();
  REQUIRE(report.verdicts.size() == 1);
  CHECK(report.verdicts[0].verdict == "review");
  const Phone su = two.world.coordinator();
  synced(su);
  const auto opened = su->record(RecordId::parse(report.verdicts[0].case_id).value());
  REQUIRE(opened.has_value());
  CHECK(opened->collection == "case");
  CHECK(opened->text("kind") == "field_conflict");
  CHECK(opened->text("state") == "open");
  CHECK(opened->stream == kPaU + "/desk");
  const Value* candidates = opened->field("candidates");
  REQUIRE(candidates != nullptr);
  const std::string text = suoi::domain::canonical_json(*candidates);
  CHECK(text.find("1764000000000") != std::string::npos);
  CHECK(text.find("1764100000000") != std::string::npos);
}

TEST_CASE("A bad change is kept aside alone, with code, detail and field, and the others are applied") {
  const World world;
  const Phone mai = world.volunteer();
  const RecordId before = mai->create("need", need_fields());
  auto bad = need_fields();
  bad["priority"] = 99;
  const RecordId wrong = mai->create("need", bad);
  const RecordId after = mai->create("need", need_fields());
  const SyncReport report = synced(mai);
  REQUIRE(report.verdicts.size() == 1);
  const auto& verdict = report.verdicts[0];
  CHECK(verdict.seq == 2);
  CHECK(verdict.verdict == "quarantined");
  CHECK(verdict.code == "bad_value");
  CHECK_FALSE(verdict.detail.empty());
  CHECK(verdict.field == "priority");
  CHECK(mai->record(before).has_value());
  CHECK(mai->record(after).has_value());
  CHECK_FALSE(mai->record(wrong).has_value());

  // It comes back to its author, and the desk sees it.
  CHECK(find(*mai, "returned_change", "record", wrong.text()).has_value());
  const Phone su = world.coordinator();
  synced(su);
  const auto held = find(*su, "quarantine", "record", wrong.text());
  REQUIRE(held.has_value());
  CHECK(held->text("code") == "bad_value");
  CHECK(held->text("state") == "held");
}

TEST_CASE("Each kind of fault in a change has its own code and names its field") {
  const World world;
  const Phone mai = world.volunteer();
  const RecordId known = mai->create("need", need_fields());
  synced(mai);
  struct Fault {
    const char* code;
    const char* field;
    Value::Object change;
  };
  auto too_long = need_fields();
  too_long["item"] = std::string(201, 'x');
  auto with_nul = need_fields();
  with_nul["item"] = std::string("a\0b", 3);
  auto bare_code = need_fields("03442");
  auto no_uuid = change(1, fresh_id(), need_fields());
  no_uuid["record"] = "nhu-cau-1";
  const std::vector<Fault> faults = {
      {"unknown_field", "colour", change(1, known, {{"colour", "đỏ"}}, 1)},
      {"bad_value", "item", change(1, fresh_id(), too_long)},
      {"bad_value", "item", change(1, fresh_id(), with_nul)},
      {"bad_value", "needed_by", change(1, known, {{"needed_by", "2026-02-30"}}, 1)},
      {"field_server", "quantity", change(1, known, {{"quantity", 5}}, 1)},
      {"unit_out_of_reach", "unit", change(1, fresh_id(), need_fields("2025:03549"))},
      {"bad_value", "unit", change(1, fresh_id(), bare_code)},
      {"unknown_collection", "collection", change(1, fresh_id(), {{"unit", Value(kPaU)}}, 0, "spaceship")},
      {"unknown_record", "record", change(1, fresh_id(), {{"priority", 1}}, 7)},
      {"bad_id", "record", no_uuid},
      {"role_not_allowed", "", change(1, fresh_id(), {{"unit", Value(kPaU)}, {"name", "Đội"}}, 0, "organisation")},
  };
  for (const Fault& fault : faults) {
    INFO(suoi::domain::canonical_json(fault.change));
    const Wire wire(mai);
    const Value answer = wire.sync(wire.envelope(1, {Value(fault.change)}));
    const Value verdict = verdict_on(answer, 1);
    CHECK(integer_of(answer, "acked") == 1);
    CHECK(text_of(verdict, "verdict") == "quarantined");
    CHECK(text_of(verdict, "code") == fault.code);
    CHECK(text_of(verdict, "field") == fault.field);
  }
}

TEST_CASE("An id that should follow from others but does not is kept aside") {
  const World world;
  const Phone mai = world.volunteer();
  const RecordId activity = mai->create("activity", activity_fields("Khám bệnh"));
  const Value::Object fields{
      {"unit", Value(kPaU)}, {"activity", Value(activity.text())}, {"person", Value(mai.person)}};
  const RecordId wrong = mai->create("participation", fields);
  const RecordId right =
      mai->create("participation", fields, suoi::client::derived_id("participation", {activity, mai.person_id()}));
  const SyncReport report = synced(mai);
  CHECK(word_of(report, 2) == "quarantined");
  CHECK(word_of(report, 3) == "applied");
  CHECK_FALSE(mai->record(wrong).has_value());
  CHECK(mai->record(right).has_value());
}

TEST_CASE("An edit of a record whose creation was kept aside follows it") {
  const World world;
  const Phone mai = world.volunteer();
  auto bad = need_fields();
  bad["priority"] = 99;
  const RecordId id = mai->create("need", bad);
  mai->edit(id, {{"note", "gấp"}});
  const SyncReport report = synced(mai);
  REQUIRE(report.verdicts.size() == 2);
  CHECK(report.verdicts[1].code == "depends_on");
}

TEST_CASE("Work filed under a commune that was merged is redirected to its successor") {
  const World world;
  const Phone phone = world.phone("Tẩn A Páo", "volunteer", {"2025:03487"});
  const RecordId id = phone->create("need", need_fields("pre2025:03481"));
  const SyncReport report = synced(phone);
  REQUIRE(report.verdicts.size() == 1);
  CHECK(report.verdicts[0].verdict == "redirected");
  CHECK(report.verdicts[0].unit == "2025:03487");
  CHECK(phone->record(id)->unit == "2025:03487");
  CHECK(phone->record(id)->stream == "2025:03487");
}

TEST_CASE("A record deleted by somebody who did not know of later work comes back with a case") {
  TwoPhones two("activity", activity_fields("Dọn vệ sinh"));
  two.sung->edit(two.record, {{"narrative", "22 người tham gia"}});
  two.mai->remove(two.record, "ghi nhầm");
  synced(two.mai);
  CHECK_FALSE(two.mai->record(two.record).has_value());
  const SyncReport report = synced(two.sung);
  CHECK(word_of(report, two.sung->store().life.last) == "review");
  CHECK(two.sung->record(two.record).has_value());
  synced(two.mai);
  CHECK(two.mai->record(two.record).has_value());
  const Phone su = two.world.coordinator();
  synced(su);
  CHECK(find(*su, "case", "kind", "deleted_with_later_work").has_value());
}

TEST_CASE("An edit made after seeing that a record was deleted is kept aside") {
  const World world;
  const Phone mai = world.volunteer();
  const Wire wire(mai);
  const RecordId id = fresh_id();
  Value::Object gone = change(2, id, {}, 0);
  gone.erase("set");
  gone["delete"] = true;
  gone["reason"] = "ghi nhầm";
  const Value answer = wire.sync(
      wire.envelope(3, {Value(change(1, id, need_fields())), Value(gone), Value(change(3, id, {{"priority", 1}}))}));
  CHECK(integer_of(answer, "acked") == 3);
  CHECK(text_of(verdict_on(answer, 3), "code") == "record_deleted");
}

TEST_CASE("Sending the same changes again gives the same verdicts, whole or in pieces") {
  TwoPhones two("need", need_fields());
  two.mai->edit(two.record, {{"priority", 1}});
  synced(two.mai);
  const Wire wire(two.sung);
  const std::int64_t seen = two.sung->record(two.record)->version;
  const Value::Array changes = {Value(change(1, two.record, {{"priority", 2}}, seen)),
                                Value(change(2, fresh_id(), {{"unit", Value(kPaU)}, {"category", "nonsense"}})),
                                Value(change(3, fresh_id(), need_fields()))};
  const Value first = wire.sync(wire.envelope(3, changes));
  REQUIRE(array_of(first, "verdicts").size() == 2);

  const Value again = wire.sync(wire.envelope(3, changes));
  CHECK(array_of(again, "verdicts") == array_of(first, "verdicts"));
  CHECK(integer_of(again, "acked") == 3);
  const Value tail = wire.sync(wire.envelope(3, {changes[1], changes[2]}));
  CHECK(verdict_on(tail, 2) == verdict_on(first, 2));
  const Phone fresh = two.world.coordinator();
  synced(fresh);
  CHECK(fresh->records("need").size() == 2);
}
