// The stories of domain.md as far as one change set after another tells them; story 7 stands in clock_test.cpp. Places
// and codes are real.
#include "world.hpp"

using namespace suoi::testing;

namespace {

Deed headcount(const RecordId& activity, std::int64_t count, Value::Object more) {
  more.emplace("unit", Value(kPaU));
  more.emplace("activity", Value(activity.text()));
  more.emplace("count", Value(count));
  more.emplace("age_band", Value("6_10"));
  return set(std::move(more));
}

Deed assessment(const RecordId& need, std::int64_t quantity, const char* day, std::string_view unit) {
  return set({{"unit", Value(unit)},
              {"need", Value(need.text())},
              {"quantity", Value(quantity)},
              {"assessed_on", Value(day)}});
}

Deed distribution(const RecordId& need, std::int64_t quantity, std::string_view unit) {
  return set({{"unit", Value(unit)},
              {"need", Value(need.text())},
              {"quantity", Value(quantity)},
              {"date", Value("2026-11-20")}});
}

// 08:00 in Viet Nam on 16 November 2026.
constexpr std::int64_t kEightMs = 1'794'790'800'000;

std::int64_t at(std::int64_t hour, std::int64_t minute) {
  return kEightMs + (hour - 8) * kHourMs + minute * kMinuteMs;
}

}  // namespace

TEST_CASE("Story 1: two volunteers record the same clinic day, and a person is asked") {
  for (const bool swapped : {false, true}) {
    World world;
    Phone a = world.phone(1, {role_in(Role::volunteer, kPaU)});
    Phone b = world.phone(2, {role_in(Role::volunteer, kPaU)});
    const Deed day_a = new_activity({{"title", Value("Khám mắt cho trẻ em Pa Ủ")}, {"held_start", Value(at(8, 0))}});
    const Deed day_b = new_activity({{"title", Value("Khám mat tre em Pa U")}, {"held_start", Value(at(8, 30))}});
    if (!swapped) world.write(a, "activity", id_of(1), 0, day_a);
    world.write(b, "activity", id_of(2), 0, day_b);
    if (swapped) world.write(a, "activity", id_of(1), 0, day_a);
    const Record* asked = world.open_case("possible_duplicate", {id_of(1), id_of(2)});
    REQUIRE(asked != nullptr);
    CHECK(asked->stream.text() == "2025:03442/desk");
    CHECK(world.open_cases() == 1);
    // One of them was on another day after all.
    world.write(b, "activity", id_of(2), 0, set({{"held_start", Value(at(8, 0) + kDayMs)}}));
    CHECK(world.open_cases() == 0);
    world.write(b, "activity", id_of(2), 0, set({{"held_start", Value(at(8, 0))}}));
    CHECK(world.open_cases() == 1);
    world.write(a, "activity", id_of(1), 0, erase());
    CHECK(world.open_cases() == 0);
  }
}

TEST_CASE("Story 1: when both days move to another commune one after the other, its desk is asked") {
  World world;
  Phone phone = world.phone(1);
  const Deed day = new_activity({{"held_start", Value(at(8, 0))}});
  world.write(phone, "activity", id_of(1), 0, day);
  world.write(phone, "activity", id_of(2), 0, day);
  world.write(phone, "activity", id_of(1), 0, set({{"unit", Value(kTaTong)}}));
  CHECK(world.open_cases() == 0);
  world.write(phone, "activity", id_of(2), 0, set({{"unit", Value(kTaTong)}}));
  const Record* asked = world.open_case("possible_duplicate", {id_of(1), id_of(2)});
  REQUIRE(asked != nullptr);
  CHECK(asked->stream.text() == std::string(kTaTong) + "/desk");
}

TEST_CASE("Story 1: other communes, other hours, other themes and other titles are other activities") {
  const Value::Object first = {{"held_start", Value(at(8, 0))}, {"themes", Value(Value::Array{Value("health")})}};
  const Deed same = new_activity(first);
  Value::Object theme = first;
  theme["themes"] = Value(Value::Array{Value("forest")});
  Value::Object hour = first;
  hour["held_start"] = Value(at(9, 0));  // an open end counts as one hour
  Value::Object commune = first;
  commune["unit"] = Value(kTaTong);
  Value::Object title = first;
  title["title"] = Value("Trồng rừng phòng hộ");
  for (const Value::Object& other : {theme, hour, commune, title}) {
    World world;
    Phone phone = world.phone(1);
    world.write(phone, "activity", id_of(1), 0, same);
    world.write(phone, "activity", id_of(2), 0, new_activity(other));
    CHECK(world.open_cases() == 0);
    // All in one set find each other as well.
    world.send(phone, {world.note(phone, "activity", id_of(3), 0, same, kNowMs)});
    CHECK(world.open_case("possible_duplicate", {id_of(1), id_of(3)}) != nullptr);
  }
}

TEST_CASE("Story 2: counted stands over estimated; two stations give contacts and a range of children") {
  World world;
  Phone phone = world.phone(1, {role_in(Role::volunteer, kPaU)});
  const RecordId clinic = id_of(1);
  world.write(phone, "activity", clinic, 0, new_activity());
  world.write(phone, "headcount", id_of(2), 0,
              headcount(clinic, 31, {{"scope", Value("3A")}, {"basis", Value("counted")}}));
  world.write(phone, "headcount", id_of(3), 0,
              headcount(clinic, 35, {{"scope", Value("3A")}, {"basis", Value("estimated")}}));
  CHECK(world.record(clinic).value("contacts") == Value(31));
  CHECK(world.record(id_of(3)).live);
  const RecordId stations = id_of(4);
  world.write(phone, "activity", stations, 0, new_activity());
  world.write(phone, "headcount", id_of(5), 0, headcount(stations, 40, {{"scope", Value("mắt")}}));
  world.write(phone, "headcount", id_of(6), 0, headcount(stations, 38, {{"scope", Value("răng")}}));
  CHECK(world.record(stations).value("contacts") == Value(78));
  CHECK(world.record(stations).value("children_min") == Value(40));
  CHECK(world.record(stations).value("children_max") == Value(78));
  world.write(phone, "headcount", id_of(7), 0,
              headcount(stations, 36, {{"scope", Value("răng")}, {"voids", Value(id_of(6).text())}}));
  CHECK(world.record(stations).value("contacts") == Value(76));
}

TEST_CASE("Story 3: 120 coats delivered while another re-assesses the need from 120 to 180") {
  for (const bool swapped : {false, true}) {
    World world;
    Phone giver = world.phone(1, {role_in(Role::volunteer, kTaTong)});
    Phone assessor = world.phone(2, {role_in(Role::volunteer, kTaTong)});
    const RecordId need = id_of(1);
    world.write(assessor, "need", need, 0, new_need({{"unit", Value(kTaTong)}}));
    world.write(assessor, "assessment", id_of(2), 0, assessment(need, 120, "2026-11-02", kTaTong));
    CHECK(world.record(need).text("status") == "open");
    if (swapped) world.write(assessor, "assessment", id_of(4), 0, assessment(need, 180, "2026-11-20", kTaTong));
    world.write(giver, "distribution", id_of(3), 0, distribution(need, 120, kTaTong));
    if (!swapped) world.write(assessor, "assessment", id_of(4), 0, assessment(need, 180, "2026-11-20", kTaTong));
    CHECK(world.record(need).value("quantity") == Value(180));
    CHECK(world.record(need).value("delivered") == Value(120));
    CHECK(world.record(need).value("open") == Value(60));
    CHECK(world.record(need).text("status") == "partly_met");
    // The commune says how much of it arrived.
    Phone leader = world.phone(3, {role_in(Role::commune_leader, kTaTong)});
    world.write(leader, "delivery_confirmation", id_of(5), 0,
                set({{"unit", Value(kTaTong)},
                     {"distribution", Value(id_of(3).text())},
                     {"outcome", Value("short")},
                     {"quantity", Value(100)}}));
    CHECK(world.record(need).value("open") == Value(80));
  }
}

TEST_CASE("Story 4: the survey of 10 November arrives before that of 2 November") {
  for (const bool swapped : {false, true}) {
    World world;
    Phone phone = world.phone(1, {role_in(Role::volunteer, kPaU)});
    const RecordId need = id_of(1);
    if (swapped) world.write(phone, "assessment", id_of(2), 0, assessment(need, 150, "2026-11-02", kPaU));
    world.write(phone, "need", need, 0, new_need());
    world.write(phone, "assessment", id_of(3), 0, assessment(need, 90, "2026-11-10", kPaU));
    if (!swapped) world.write(phone, "assessment", id_of(2), 0, assessment(need, 150, "2026-11-02", kPaU));
    CHECK(world.record(need).value("quantity") == Value(90));
    CHECK(world.record(need).value("quantity_tied").is_null());
    const std::int64_t version = world.version(need);
    world.write(phone, "assessment", id_of(4), 0, assessment(need, 10, "2026-10-01", kPaU));
    CHECK(world.version(need) == version);  // nothing follows from it
    world.write(phone, "assessment", id_of(5), 0, assessment(need, 110, "2026-11-10", kPaU));
    CHECK(world.record(need).value("quantity") == Value(110));
    CHECK(world.record(need).value("quantity_tied") == Value(true));
  }
}

TEST_CASE("Story 5: a phone that knows only the old units files under Lê Lợi") {
  World world;
  Phone phone = world.phone(1, {role_in(Role::volunteer, "2025:03487")});
  const Verdict verdict = world.write(phone, "need", id_of(1), 0, new_need({{"unit", Value("pre2025:03481")}}));
  REQUIRE(verdict.kind == VerdictKind::redirected);
  CHECK(verdict.unit == "2025:03487");
  CHECK(world.record(id_of(1)).stream.text() == "2025:03487");
  CHECK(world.state.history(id_of(1)).front().change.set.at("unit") == Value("pre2025:03481"));
  for (const char* bare : {"03394", "2025:00000", "pre2025:3481"}) {
    const Verdict refused = world.write(phone, "need", id_of(2), 0, new_need({{"unit", Value(bare)}}));
    REQUIRE(refused.fault);
    CHECK(refused.fault->field == "unit");
  }
}

TEST_CASE("Story 6: of a unit that was split the position decides, else a person") {
  const auto spot = [](std::int64_t lat, std::int64_t lon) {
    return Value(Value::Object{{"lat", Value(lat)}, {"lon", Value(lon)}, {"accuracy", Value(8)}});
  };
  World world;
  Phone phone = world.phone(1, {role_in(Role::volunteer, "2025:19")});
  const Value old("pre2025:05932");
  const Verdict here =
      world.write(phone, "place", id_of(1), 0, new_place({{"unit", old}, {"position", spot(21'470'000, 105'990'000)}}));
  CHECK(here.kind == VerdictKind::redirected);
  CHECK(here.unit == "2025:05908");
  const Verdict there =
      world.write(phone, "place", id_of(2), 0, new_place({{"unit", old}, {"position", spot(21'470'000, 105'890'000)}}));
  CHECK(there.unit == "2025:05941");
  const Verdict through_place =
      world.write(phone, "need", id_of(3), 0, new_need({{"unit", old}, {"place", Value(id_of(2).text())}}));
  CHECK(through_place.unit == "2025:05941");
  CHECK(world.open_cases() == 0);
  for (const Value& position : {Value(), spot(21'470'000, 105'940'000)}) {
    const RecordId id = position.is_null() ? id_of(4) : id_of(5);
    const Verdict unclear = world.write(phone, "place", id, 0, new_place({{"unit", old}, {"position", position}}));
    CHECK(unclear.kind == VerdictKind::review);
    CHECK(unclear.unit == "2025:05908");
    const Record* asked = world.open_case("split_unit", {id});
    REQUIRE(asked != nullptr);
    CHECK(unclear.case_id == asked->id);
    CHECK(asked->value("candidates") == Value(Value::Array{Value("2025:05908"), Value("2025:05941")}));
  }
}

TEST_CASE("Story 5: a redirect is undone by naming another unit, and the history keeps what was sent") {
  World world;
  Phone phone = world.phone(1, {role_in(Role::volunteer, "2025:03487")});
  world.write(phone, "need", id_of(1), 0, new_need({{"unit", Value("pre2025:03481")}}));
  Phone local = world.phone(2, {role_in(Role::coordinator, "2025:03487")});
  Phone coordinator = world.phone(3);
  const Deed elsewhere = set({{"unit", Value(kPaU)}});
  CHECK(world.write(local, "need", id_of(1), 1, elsewhere).fault.value().code == "unit_out_of_reach");
  CHECK(world.write(coordinator, "need", id_of(1), 1, elsewhere).kind == VerdictKind::applied);
  CHECK(world.record(id_of(1)).stream.text() == kPaU);
  CHECK(world.state.history(id_of(1)).front().change.set.at("unit") == Value("pre2025:03481"));
}

TEST_CASE("Story 6: the coordinator chooses the unit of what a split left open, and the case is closed") {
  for (const char* chosen : {"2025:05908", "2025:05941"}) {
    World world;
    Phone phone = world.phone(1, {role_in(Role::volunteer, "2025:19")});
    Phone coordinator = world.phone(2, {role_in(Role::coordinator, "2025:19")});
    world.write(phone, "place", id_of(1), 0, new_place({{"unit", Value("pre2025:05932")}}));
    REQUIRE(world.open_case("split_unit", {id_of(1)}) != nullptr);
    // Who did not see where it was filed does not decide it.
    world.write(phone, "place", id_of(1), 0, set({{"village", Value("Nhã Lộng")}}));
    CHECK(world.open_case("split_unit", {id_of(1)}) != nullptr);
    world.write(coordinator, "place", id_of(1), world.version(id_of(1)), set({{"unit", Value(chosen)}}));
    CHECK(world.record(id_of(1)).stream.text() == chosen);
    CHECK(world.open_cases() == 0);
    // Filed under the old unit once more, it is in question again.
    world.write(phone, "place", id_of(1), world.version(id_of(1)), set({{"unit", Value("pre2025:05932")}}));
    CHECK(world.open_case("split_unit", {id_of(1)}) != nullptr);
  }
}

TEST_CASE("Story 6: a choice that did not know of another filing leaves the case open, whichever comes first") {
  for (const bool choice_first : {false, true}) {
    World world;
    Phone author = world.phone(1, {role_in(Role::coordinator, "2025:19")});
    Phone phone = world.phone(2, {role_in(Role::coordinator, "2025:19")});
    Phone coordinator = world.phone(3, {role_in(Role::coordinator, "2025:19")});
    world.write(author, "place", id_of(1), 0, new_place({{"unit", Value("2025:05908")}}));
    const auto choose = [&] { world.write(coordinator, "place", id_of(1), 1, set({{"unit", Value("2025:05941")}})); };
    if (choice_first) choose();
    world.write(phone, "place", id_of(1), 1, set({{"unit", Value("pre2025:05932")}}));
    if (!choice_first) choose();
    CHECK(world.open_case("split_unit", {id_of(1)}) != nullptr);
  }
}

TEST_CASE("Story 10: both leaders tick Mai, and the hour counts once") {
  World world;
  Phone a = world.phone(1, {role_in(Role::team_leader, kPaU)});
  Phone b = world.phone(2, {role_in(Role::team_leader, kPaU)});
  const RecordId mai = id_of(30);
  const RecordId participation = participation_id(id_of(1), mai);
  world.write(a, "participation", participation, 0, new_participation(id_of(1), mai));
  world.write(b, "participation", participation, 0, new_participation(id_of(1), mai));
  world.write(a, "attendance", id_of(2), 0, new_attendance(participation, at(8, 0), at(11, 30)));
  world.write(b, "attendance", id_of(3), 0, new_attendance(participation, at(8, 15), at(12, 0)));
  CHECK(world.record(participation).value("minutes") == Value(240));
  CHECK(world.open_cases() == 0);
}

TEST_CASE("Minutes are cut at midnight of Viet Nam and at 720 a day") {
  World world;
  Phone phone = world.phone(1);
  const RecordId participation = participation_id(id_of(1), id_of(30));
  world.write(phone, "participation", participation, 0, new_participation(id_of(1), id_of(30)));
  world.write(phone, "attendance", id_of(2), 0, new_attendance(participation, at(8, 0), at(23, 0)));
  CHECK(world.record(participation).value("minutes") == Value(720));
  world.write(phone, "attendance", id_of(3), 0, new_attendance(participation, at(23, 30), at(25, 30)));
  CHECK(world.record(participation).value("minutes") == Value(720 + 90));
}

TEST_CASE("Story 12: an activity deleted here gets 22 participants there") {
  World world;
  Phone here = world.phone(1);
  Phone there = world.phone(2, {role_in(Role::volunteer, kPaU)});
  const RecordId activity = id_of(1);
  world.write(here, "activity", activity, 0, new_activity());
  world.write(here, "activity", activity, 1, erase());
  CHECK_FALSE(world.record(activity).live);
  std::vector<suoi::sync::TimedChange> changes;
  for (unsigned person = 0; person < 22; ++person) {
    const RecordId who = id_of(100 + person);
    changes.push_back(world.note(there, "participation", participation_id(activity, who), 0,
                                 new_participation(activity, who), kNowMs));
  }
  for (const Verdict& verdict : world.send(there, changes)) CHECK(verdict.kind == VerdictKind::review);
  CHECK(world.record(activity).live);
  CHECK(world.open_case("deleted_with_later_work", {activity}) != nullptr);
  CHECK(world.open_cases() == 1);
}
