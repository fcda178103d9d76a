// Days as they happen in the communes, played against the real program. Places and codes are real, people invented.
#include "world.hpp"

using namespace blackbox;

namespace {

constexpr std::int64_t kHour = 3'600'000;
constexpr std::int64_t kYear = 365LL * 24 * kHour;
const std::string kThaiNguyen = "2025:19";

suoi::client::Clock clock_off_by(std::int64_t off_ms) {
  const suoi::client::Clock right = suoi::client::system_clock();
  return {[off_ms, wall = right.wall_ms] { return wall() + off_ms; }, right.monotonic_ms, right.wait};
}

RecordId survey(const Phone& by, const RecordId& need, int quantity, const char* on) {
  return by->create("assessment", {{"unit", Value(kTaTong)},
                                   {"need", Value(need.text())},
                                   {"quantity", quantity},
                                   {"basis", "counted"},
                                   {"assessed_on", on}});
}

RecordId heads(const Phone& by, const RecordId& activity, const char* scope, int count, const char* basis) {
  return by->create("headcount", {{"unit", Value(kPaU)},
                                  {"activity", Value(activity.text())},
                                  {"scope", scope},
                                  {"category", "health_care"},
                                  {"age_band", "6_10"},
                                  {"count", count},
                                  {"basis", basis}});
}

RecordId held(const Phone& by, const std::string& unit, const char* title) {
  const RecordId id = by->create("activity", {{"unit", Value(unit)}, {"title", title}, {"status", "held"}});
  by->edit(id, {{"held_start", Value(now_ms() - 4 * kHour)}, {"held_end", Value(now_ms())}});
  return id;
}

}  // namespace

TEST_CASE("A late survey does not outdo a newer one, whichever arrives first") {
  const World world;
  const Phone mai = world.volunteer(kTaTong);
  const Phone sung = world.phone("Giàng A Súng", "volunteer", {kTaTong});
  const RecordId need = mai->create("need", need_fields(kTaTong));
  synced(mai);
  synced(sung);
  survey(sung, need, 90, "2026-11-10");
  synced(sung);
  survey(mai, need, 150, "2026-11-02");
  synced(mai);
  CHECK(mai->record(need)->integer("quantity") == 90);
}

TEST_CASE("Coats that were handed out while others counted again leave the rest open") {
  const World world;
  const Phone mai = world.volunteer(kTaTong);
  const Phone sung = world.phone("Giàng A Súng", "volunteer", {kTaTong});
  const RecordId need = mai->create("need", need_fields(kTaTong));
  survey(mai, need, 120, "2026-11-02");
  synced(mai);
  synced(sung);
  mai->create("distribution",
              {{"unit", Value(kTaTong)}, {"need", Value(need.text())}, {"quantity", 120}, {"date", "2026-11-21"}});
  survey(sung, need, 180, "2026-11-21");
  synced(sung);
  synced(mai);
  const auto seen = mai->record(need);
  REQUIRE(seen.has_value());
  CHECK(seen->integer("quantity") == 180);
  CHECK(seen->integer("delivered") == 120);
  CHECK(seen->integer("open") == 60);
}

TEST_CASE("A counted class stands against an estimate, and children at two stations are told as from and to") {
  const World world;
  const Phone mai = world.volunteer();
  const RecordId school = held(mai, kPaU, "Khám lớp 3A");
  const RecordId counted = heads(mai, school, "3A", 31, "counted");
  const RecordId estimated = heads(mai, school, "3A", 35, "estimated");
  const RecordId clinic = held(mai, kPaU, "Khám mắt và răng");
  heads(mai, clinic, "mắt", 40, "counted");
  heads(mai, clinic, "răng", 38, "counted");
  synced(mai);
  CHECK(mai->record(school)->integer("contacts") == 31);
  CHECK(mai->record(counted).has_value());
  CHECK(mai->record(estimated).has_value());
  CHECK(mai->record(clinic)->integer("contacts") == 78);
  CHECK(mai->record(clinic)->integer("children_min") == 40);
  CHECK(mai->record(clinic)->integer("children_max") == 78);
}

TEST_CASE("Work filed under a commune that was split waits for a person to say where it belongs") {
  const World world;
  const Phone su = world.phone("Vàng A Sử", "coordinator", {kThaiNguyen});
  const RecordId id = su->create("need", need_fields("pre2025:05932"));
  const SyncReport report = synced(su);
  REQUIRE(report.verdicts.size() == 1);
  CHECK(report.verdicts[0].verdict == "review");
  CHECK(su->record(id)->unit == "2025:05908");
  const auto opened = find(*su, "case", "kind", "split_unit");
  REQUIRE(opened.has_value());
  const Value* candidates = opened->field("candidates");
  REQUIRE(candidates != nullptr);
  CHECK(suoi::domain::canonical_json(*candidates) == R"(["2025:05908","2025:05941"])");
  synced(su);
  CHECK(su->records("need").size() == 1);
}

TEST_CASE("An edit made after seeing another never loses to it, however wrong the clocks are") {
  const World world;
  const Phone first = world.volunteer();
  const Phone second = world.phone("Giàng A Súng", "volunteer", {kPaU});
  Device future(*first.link, clock_off_by(5 * kYear), first->store());
  Device past(*second.link, clock_off_by(-6 * kYear), second->store());
  const RecordId id = future.create("need", need_fields());
  std::int64_t value = 0;
  for (int round = 0; round < 3; ++round) {
    for (Device* phone : {&future, &past}) {
      synced(*phone);
      phone->edit(id, {{"priority", Value(++value)}});
      const SyncReport report = synced(*phone);
      CHECK(report.verdicts.empty());
      CHECK(phone->record(id)->integer("priority") == value);
    }
  }
  synced(future);
  CHECK(future.record(id)->integer("priority") == value);
}

TEST_CASE("An activity that was deleted here and got participants there comes back for a person to decide") {
  const World world;
  const Phone mai = world.volunteer();
  const Phone sung = world.phone("Giàng A Súng", "volunteer", {kPaU});
  const RecordId activity = held(mai, kPaU, "Dọn vệ sinh");
  synced(mai);
  synced(sung);
  mai->remove(activity, "ghi nhầm");
  synced(mai);
  const RecordId participation = suoi::client::derived_id("participation", {activity, sung.person_id()});
  sung->create("participation",
               {{"unit", Value(kPaU)}, {"activity", Value(activity.text())}, {"person", Value(sung.person)}},
               participation);
  const SyncReport report = synced(sung);
  REQUIRE(report.verdicts.size() == 1);
  CHECK(report.verdicts[0].verdict == "review");
  synced(mai);
  CHECK(mai->record(activity).has_value());
  CHECK(mai->record(participation).has_value());
  const Phone su = world.coordinator();
  synced(su);
  CHECK(find(*su, "case", "kind", "deleted_with_later_work").has_value());
}

TEST_CASE("When a team leader's role ended, work done before counts, but confirmations are kept aside") {
  const World world;
  const Phone mai = world.volunteer();
  const Phone dua = world.phone("Vàng Thị Dua", "team_leader", {kPaU});
  const RecordId activity = held(mai, kPaU, "Khám bệnh");
  const RecordId participation = suoi::client::derived_id("participation", {activity, mai.person_id()});
  mai->create("participation",
              {{"unit", Value(kPaU)}, {"activity", Value(activity.text())}, {"person", Value(mai.person)}},
              participation);
  synced(mai);
  synced(dua);
  const RecordId work = dua->create("need", need_fields());
  const RecordId approval =
      dua->create("approval", {{"unit", Value(kPaU)},
                               {"participation", Value(participation.text())},
                               {"step", "attest"},
                               {"digest", Value(suoi::client::approval_digest(activity, mai.person_id(), {}))}});
  REQUIRE(world.server.run({"role", "withdraw", "--person", dua.person, "--role", "team_leader", "--unit", kPaU})
              .exit_status == 0);
  const SyncReport report = synced(dua);
  REQUIRE(report.verdicts.size() == 1);
  CHECK(report.verdicts[0].seq == 2);
  CHECK(report.verdicts[0].code == "role_ended");
  synced(mai);
  CHECK(mai->record(work).has_value());
  CHECK_FALSE(mai->record(approval).has_value());
  CHECK(mai->record(participation)->text("state") == "recorded");
  CHECK(find(*dua, "returned_change", "record", approval.text()).has_value());
}

TEST_CASE("The same participation recorded on two phones is one record") {
  const World world;
  const Phone mai = world.volunteer();
  const Phone sung = world.phone("Giàng A Súng", "volunteer", {kPaU});
  const RecordId activity = held(mai, kPaU, "Khám bệnh");
  synced(mai);
  synced(sung);
  const RecordId id = suoi::client::derived_id("participation", {activity, mai.person_id()});
  for (const auto& [phone, from, to] :
       {std::tuple<const Phone*, std::int64_t, std::int64_t>{&mai, 0, 210}, {&sung, 15, 240}}) {
    const Value::Object fields{
        {"unit", Value(kPaU)}, {"activity", Value(activity.text())}, {"person", Value(mai.person)}};
    (*phone)->create("participation", fields, id);
    (*phone)->create("attendance", {{"unit", Value(kPaU)},
                                    {"participation", Value(id.text())},
                                    {"from", Value(1'763'690'400'000 + from * 60'000)},
                                    {"to", Value(1'763'690'400'000 + to * 60'000)}});
  }
  synced(mai);
  const SyncReport report = synced(sung);
  for (const auto& verdict : report.verdicts) CHECK(verdict.verdict == "merged");
  synced(mai);
  CHECK(mai->records("participation").size() == 1);
  CHECK(mai->record(id)->integer("minutes") == 240);
  CHECK(shown(*mai, "participation") == shown(*sung, "participation"));
}
