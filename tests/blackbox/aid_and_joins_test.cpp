// Two records of one day, and pledges that are asked for twice, against the real program (stories 1, 6 and 9).
#include "world.hpp"

using namespace blackbox;

namespace {

constexpr std::int64_t kHour = 3'600'000;
const std::string kPhongTho = "2025:03549";
const std::string kSinHo = "2025:03478";

RecordId clinic_day(const Phone& by, const std::string& title) {
  const std::int64_t from_ms = now_ms() - 4 * kHour;
  return by->create("activity", {{"unit", Value(kPaU)},
                                 {"title", Value(title)},
                                 {"status", "held"},
                                 {"held_start", Value(from_ms)},
                                 {"held_end", Value(from_ms + 4 * kHour)}});
}

void list(const Phone& by, const RecordId& activity, const RecordId& person) {
  by->create("participation",
             {{"unit", Value(kPaU)}, {"activity", Value(activity.text())}, {"person", Value(person.text())}},
             suoi::client::derived_id("participation", {activity, person}));
}

// The people that a phone counts: what is read as one is one.
std::size_t people(const Phone& phone) {
  std::size_t count = 0;
  for (const auto& row : phone->records("participation")) count += row.text("same_as").empty() ? 1 : 0;
  return count;
}

RecordId need_of(const Phone& by, const std::string& unit, int quantity) {
  const RecordId need = by->create("need", need_fields(unit));
  by->create(
      "assessment",
      {{"unit", Value(unit)}, {"need", Value(need.text())}, {"quantity", quantity}, {"assessed_on", "2026-11-02"}});
  synced(by);
  return need;
}

RecordId ask(const Phone& by, const RecordId& pledge, const RecordId& need, const std::string& unit, int quantity) {
  return by->create("allocation", {{"unit", Value(unit)},
                                   {"pledge", Value(pledge.text())},
                                   {"need", Value(need.text())},
                                   {"quantity_asked", quantity}});
}

}  // namespace

TEST_CASE(
    "Two lists of one clinic day are joined: 14 and 11 people with 9 in common are 16, and 25 when it is undone") {
  const World world;
  const Phone mai = world.volunteer();
  const Phone sung = world.phone("Giàng A Súng", "volunteer", {kPaU});
  const Phone su = world.coordinator();
  std::vector<RecordId> persons;
  for (int number = 0; number < 16; ++number) persons.push_back(fresh_id());
  const RecordId a = clinic_day(mai, "Khám mắt cho trẻ em Pa Ủ");
  const RecordId b = clinic_day(sung, "Khám mat tre em Pa U");
  for (std::size_t at = 0; at < 14; ++at) list(mai, a, persons[at]);
  for (std::size_t at = 5; at < 16; ++at) list(sung, b, persons[at]);
  synced(mai);
  synced(sung);
  synced(su);
  CHECK(people(su) == 25);
  const auto asked = find(*su, "case", "kind", "possible_duplicate");
  REQUIRE(asked.has_value());
  CHECK(asked->text("state") == "open");
  const RecordId join = su->create(
      "join", {{"unit", Value(kPaU)}, {"from", Value(b.text())}, {"into", Value(a.text())}, {"state", "joined"}});
  su->edit(asked->id, {{"state", "resolved"}, {"how", "joined"}});
  // Meanwhile somebody without signal goes on with the other record.
  sung->edit(b, {{"model", "Tết ấm"}});
  CHECK(synced(su).verdicts.empty());
  CHECK(su->record(asked->id)->text("state") == "resolved");
  const SyncReport told = synced(sung);
  REQUIRE(told.verdicts.size() == 1);
  CHECK(told.verdicts[0].verdict == "redirected");
  synced(mai);
  for (const Phone* phone : {&mai, &sung}) {
    CHECK(people(*phone) == 16);
    REQUIRE((*phone)->record(a).has_value());
    REQUIRE((*phone)->record(b).has_value());
    CHECK((*phone)->record(b)->text("same_as") == a.text());
  }
  synced(su);
  su->edit(join, {{"state", "undone"}});
  synced(su);
  synced(mai);
  CHECK(people(mai) == 25);
  CHECK(mai->record(b)->text("same_as").empty());
  CHECK(mai->record(b)->text("model") == "Tết ấm");
  CHECK(su->record(asked->id)->text("state") == "open");
  const auto checked = world.server.run({"check"});
  INFO(checked.err);
  CHECK(checked.exit_status == 0);
}

TEST_CASE(
    "Of 500 coats two communes ask for 700: 400 and 100 are granted, and 300 handed out all the same are a case") {
  const World world;
  const Phone su = world.coordinator();
  const Phone phong_tho = world.phone("Lý A Páo", "coordinator", {kPhongTho});
  const Phone sin_ho = world.phone("Chẻo Thị Mẩy", "coordinator", {kSinHo});
  const RecordId donor = su->create("donor", {{"unit", Value(kLaiChau)}, {"name", "Công ty May Việt"}});
  const RecordId pledge = su->create("pledge", {{"unit", Value(kLaiChau)},
                                                {"donor", Value(donor.text())},
                                                {"item", "áo ấm"},
                                                {"quantity", 500},
                                                {"unit_of_measure", "piece"}});
  synced(su);
  const RecordId need_a = need_of(phong_tho, kPhongTho, 400);
  const RecordId need_b = need_of(sin_ho, kSinHo, 300);
  const RecordId ask_a = ask(phong_tho, pledge, need_a, kPhongTho, 400);
  const RecordId ask_b = ask(sin_ho, pledge, need_b, kSinHo, 300);
  synced(phong_tho);
  synced(sin_ho);
  CHECK(phong_tho->record(ask_a)->integer("granted") == 400);
  CHECK(phong_tho->record(ask_a)->text("status") == "reserved");
  CHECK(sin_ho->record(ask_b)->integer("granted") == 100);
  CHECK(sin_ho->record(ask_b)->integer("short") == 200);
  CHECK(sin_ho->record(need_b)->integer("reserved") == 100);
  synced(su);
  CHECK(su->record(pledge)->integer("free") == 0);
  const RecordId out = sin_ho->create("distribution", {{"unit", Value(kSinHo)},
                                                       {"need", Value(need_b.text())},
                                                       {"allocation", Value(ask_b.text())},
                                                       {"quantity", 300},
                                                       {"date", "2026-11-20"}});
  synced(sin_ho);
  CHECK(sin_ho->record(out).has_value());
  CHECK(sin_ho->record(ask_b)->text("status") == "delivered");
  CHECK(sin_ho->record(need_b)->integer("open") == 0);
  CHECK(find(*sin_ho, "case", "kind", "over_delivery").has_value());
  synced(su);
  CHECK(su->record(pledge)->integer("granted") == 500);
  const auto checked = world.server.run({"check"});
  INFO(checked.err);
  CHECK(checked.exit_status == 0);
}

TEST_CASE("A coordinator says to which commune work of a split commune belongs, and it moves there") {
  const World world;
  const Phone su = world.phone("Vàng A Sử", "coordinator", {"2025:19"});
  const RecordId id = su->create("need", need_fields("pre2025:05932"));
  synced(su);
  CHECK(su->record(id)->unit == "2025:05908");
  su->edit(id, {{"unit", "2025:05941"}});
  CHECK(synced(su).verdicts.empty());
  CHECK(su->record(id)->unit == "2025:05941");
  CHECK(find(*su, "case", "kind", "split_unit")->text("state") == "resolved");
}
