// A coordinator releases what was kept aside, or sets it aside for good (merge.md, "Cases" and "Refused is not lost").
#include "world.hpp"

using namespace blackbox;

namespace {

RecordId only_quarantine(const Phone& desk) {
  synced(desk);
  const auto held = desk->records("quarantine");
  REQUIRE(held.size() == 1);
  return held.front().id;
}

}  // namespace

TEST_CASE("A need that was recorded outside one's communes is released by the coordinator, with its own author") {
  const World world;
  const Phone mai = world.volunteer();
  const RecordId need = mai->create("need", need_fields(kTaTong));
  mai->edit(need, {{"priority", 1}});
  REQUIRE(synced(mai).verdicts.front().code == "unit_out_of_reach");
  CHECK(synced(mai).verdicts.empty());
  const Phone su = world.coordinator();
  synced(su);
  CHECK_FALSE(su->record(need).has_value());
  RecordId creation;
  for (const auto& held : su->records("quarantine")) {
    if (held.text("code") == "unit_out_of_reach") creation = held.id;
  }
  su->edit(creation, {{"state", "released"}, {"why", "Mai đi cùng đoàn sang Tà Tổng"}});
  CHECK(synced(su).verdicts.empty());
  REQUIRE(su->record(need).has_value());
  CHECK(su->record(need)->unit == kTaTong);
  CHECK(su->record(creation)->text("state") == "released");
  synced(mai);
  bool told = false;
  for (const auto& returned : mai->records("returned_change")) told = told || returned.text("state") == "released";
  CHECK(told);
  CHECK(world.server.run({"check"}).exit_status == 0);
}

TEST_CASE("Nobody releases their own change, and what cannot stand is not released") {
  const World world;
  const Phone su = world.coordinator();
  const RecordId bad = su->create("need", {{"unit", Value(kPaU)}, {"category", "no_such_category"}});
  synced(su);
  const RecordId held = only_quarantine(su);
  su->edit(held, {{"state", "released"}});
  const SyncReport own = synced(su);
  REQUIRE(own.verdicts.size() == 1);
  CHECK(own.verdicts.front().code == "second_person_needed");

  const Phone lan = world.phone("Tẩn Thị Lan", "coordinator", {kLaiChau});
  synced(lan);
  lan->edit(held, {{"state", "released"}});
  const SyncReport other = synced(lan);
  REQUIRE(other.verdicts.size() == 1);
  CHECK(other.verdicts.front().code == "bad_value");
  CHECK_FALSE(lan->record(bad).has_value());
  CHECK(lan->record(held)->text("state") == "held");
}

TEST_CASE("A change that was set aside for good can still be released, once") {
  const World world;
  const Phone mai = world.volunteer();
  const RecordId need = mai->create("need", need_fields(kTaTong));
  synced(mai);
  const Phone su = world.coordinator();
  const RecordId held = only_quarantine(su);
  su->edit(held, {{"state", "dismissed"}});
  CHECK(synced(su).verdicts.empty());
  CHECK_FALSE(su->record(need).has_value());
  su->edit(held, {{"state", "released"}});
  CHECK(synced(su).verdicts.empty());
  CHECK(su->record(need).has_value());
  su->edit(held, {{"state", "held"}});
  const SyncReport back = synced(su);
  REQUIRE(back.verdicts.size() == 1);
  CHECK(back.verdicts.front().code == "transition_impossible");
}

TEST_CASE("What a revoked phone handed over is released by a coordinator") {
  const World world;
  const Phone mai = world.volunteer();
  synced(mai);
  const RecordId need = mai->create("need", need_fields());
  REQUIRE(world.server.run({"device", "revoke", mai->id().text()}).exit_status == 0);
  CHECK(mai->sync().outcome == SyncOutcome::revoked);
  const Phone su = world.coordinator();
  const RecordId held = only_quarantine(su);
  CHECK(su->record(held)->text("code") == "device_revoked");
  su->edit(held, {{"state", "released"}});
  CHECK(synced(su).verdicts.empty());
  CHECK(su->record(need).has_value());
}

TEST_CASE("What is wrong with a change is mended by one coordinator and released by another") {
  const World world;
  const Phone mai = world.volunteer();
  const RecordId need = mai->create("need", {{"unit", Value(kPaU)}, {"category", "clothing"}, {"item", "áo"}});
  REQUIRE(synced(mai).verdicts.front().code == "bad_value");
  const Phone su = world.coordinator();
  const RecordId held = only_quarantine(su);
  su->edit(held, {{"mended", Value::Object{{"set", Value(need_fields(kPaU, "áo"))}}}});
  CHECK(synced(su).verdicts.empty());
  su->edit(held, {{"state", "released"}});
  CHECK(synced(su).verdicts.front().code == "second_person_needed");
  const Phone lan = world.phone("Tẩn Thị Lan", "coordinator", {kLaiChau});
  synced(lan);
  lan->edit(held, {{"state", "released"}});
  CHECK(synced(lan).verdicts.empty());
  REQUIRE(lan->record(need).has_value());
  CHECK(lan->record(need)->text("category") == "warm_clothing");
  synced(mai);
  CHECK(mai->record(need).has_value());
  CHECK(world.server.run({"check"}).exit_status == 0);
}
