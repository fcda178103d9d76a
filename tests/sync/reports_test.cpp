// Reports that were filed, and work that comes after; what is about oneself; consent (domain.md).
#include "world.hpp"

using namespace suoi::testing;

namespace {

const RecordId kReport = id_of(1);
// 08:00 in Viet Nam on 16 November 2026.
constexpr std::int64_t kEightMs = 1'794'790'800'000;

struct Desk {
  World world;
  Phone coordinator = world.phone(1, {role_in(Role::coordinator, kLaiChau)});
  Phone volunteer = world.phone(2, {role_in(Role::volunteer, kLaiChau)});

  void report(std::string_view unit, std::string_view period, bool filed = true) {
    Value::Object fields{{"unit", Value(unit)}, {"kind", Value("yearly")}, {"period", Value(period)}};
    if (filed) fields.emplace("filed", "2026-12-01");
    world.write(coordinator, "report", kReport, 0, set(std::move(fields)));
  }
  void held(unsigned number) {
    world.write(volunteer, "activity", id_of(number), 0, new_activity({{"held_start", Value(kEightMs)}}));
  }
  std::size_t late() const {
    const Record* asked = world.open_case("late_for_report", {kReport});
    return asked != nullptr ? asked->value("candidates").array()->size() : 0;
  }
};

std::string code_of(const Verdict& verdict) {
  return verdict.fault ? verdict.fault->code : std::string();
}

}  // namespace

TEST_CASE("Work of a period whose report was filed opens a case, once a day for each activity") {
  for (const auto& [unit, period, is_late] : {std::tuple(kPaU, "2026", true),
                                              {kLaiChau, "2026-Q4", true},
                                              {kPaU, "2026-11", true},
                                              {kPaU, "2026-H2", true},
                                              {kPaU, "2026-11-16/2026-11-16", true},
                                              {kPaU, "2026-11-17/2026-12-31", false},
                                              {kPaU, "2026-Q3", false},
                                              {kPaU, "2025", false},
                                              {kTaTong, "2026", false},
                                              {kPaU, "soon", false}}) {
    CAPTURE(unit, period);
    Desk desk;
    desk.held(10);
    desk.report(unit, period);
    CHECK(desk.late() == 0);
    desk.held(11);
    CHECK(desk.late() == (is_late ? 1 : 0));
    if (!is_late) continue;
    CHECK(desk.world.open_case("late_for_report", {kReport})->stream.text() == std::string(unit) + "/desk");
    // What belongs to one activity is told once.
    const RecordId participation = participation_id(id_of(11), id_of(30));
    desk.world.write(desk.volunteer, "participation", participation, 0, new_participation(id_of(11), id_of(30)));
    desk.world.write(desk.volunteer, "attendance", id_of(12), 0,
                     new_attendance(participation, kEightMs, kEightMs + kHourMs));
    CHECK(desk.late() == 1);
    desk.world.write(desk.volunteer, "activity", id_of(11), 1, set({{"narrative", Value("đông vui")}}));
    desk.world.write(desk.volunteer, "participation", participation_id(id_of(10), id_of(30)), 0,
                     new_participation(id_of(10), id_of(30)));
    CHECK(desk.late() == 2);
  }
}

TEST_CASE("A case of late work that was decided is asked again when more of it comes on another day") {
  Desk desk;
  desk.held(10);
  desk.report(kPaU, "2026");
  desk.held(11);
  const Record* asked = desk.world.open_case("late_for_report", {kReport});
  REQUIRE(asked != nullptr);
  desk.world.write(desk.coordinator, "case", asked->id, asked->version,
                   set({{"state", Value("resolved")}, {"how", Value("next_report")}}));
  CHECK(desk.late() == 0);
  const RecordId participation = participation_id(id_of(11), id_of(30));
  desk.world.write(desk.volunteer, "participation", participation, 0, new_participation(id_of(11), id_of(30)));
  CHECK(desk.late() == 0);
  desk.world.arrival_ms += 2 * kDayMs;
  desk.world.write(desk.volunteer, "attendance", id_of(12), 0,
                   new_attendance(participation, kEightMs, kEightMs + kHourMs));
  CHECK(desk.late() == 2);
}

TEST_CASE("A report that is not filed yet is late for nothing, and changes; a filed one changes no more") {
  Desk desk;
  desk.report(kPaU, "2026", false);
  desk.held(10);
  CHECK(desk.late() == 0);
  Phone& coordinator = desk.coordinator;
  const Value figures(Value::Object{{"as_of", Value(kNowMs)}, {"register", Value("2025")}, {"activities", Value(1)}});
  CHECK(desk.world.write(coordinator, "report", kReport, 1, set({{"figures", figures}})).kind == VerdictKind::applied);
  const std::int64_t before = desk.world.version(kReport);
  desk.world.write(coordinator, "report", kReport, before, set({{"filed", Value("2026-12-01")}}));
  const std::int64_t filed = desk.world.version(kReport);
  CHECK(code_of(desk.world.write(coordinator, "report", kReport, filed, set({{"due", Value("2026-12-31")}}))) ==
        "field_fixed");
  CHECK(code_of(desk.world.write(coordinator, "report", kReport, filed, erase())) == "field_fixed");
  // Who did not see it filed meets the filing, and a person decides.
  Phone other = desk.world.phone(5);
  desk.world.write(other, "report", kReport, before, set({{"due", Value("2026-12-31")}}));
  const Verdict quarrel = desk.world.write(other, "report", kReport, before, set({{"filed", Value("2026-12-20")}}));
  CHECK(quarrel.kind == VerdictKind::review);
}

TEST_CASE("Everybody writes about themselves; about others only those who register people") {
  Desk desk;
  const auto write = [&](Phone& by, const RecordId& person) {
    const RecordId id = suoi::sync::derived_id(rules(), "personal_data", {person});
    return code_of(desk.world.write(
        by, "personal_data", id, 0,
        set({{"unit", Value(kPaU)}, {"person", Value(person.text())}, {"phone", Value("0912 000 000")}})));
  };
  const RecordId own{desk.volunteer.author.person.uuid};
  CHECK(write(desk.volunteer, id_of(30)) == "role_not_allowed");
  CHECK(write(desk.volunteer, own).empty());
  CHECK(write(desk.coordinator, id_of(30)).empty());
  const Record& data = desk.world.record(suoi::sync::derived_id(rules(), "personal_data", {own}));
  CHECK(data.stream.text() == "person:" + own.text());
  const auto request = [&](Phone& by, const RecordId& person, unsigned number) {
    return code_of(
        desk.world.write(by, "certificate_request", id_of(number), 0,
                         set({{"unit", Value(kPaU)}, {"person", Value(person.text())}, {"period", Value("2026")}})));
  };
  CHECK(request(desk.volunteer, id_of(30), 40) == "role_not_allowed");
  CHECK(request(desk.volunteer, own, 41).empty());
}
