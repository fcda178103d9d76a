// Two records are the same thing: read as one, and apart again when the join is undone (merge.md, "Join"; story 1).
#include "world.hpp"

using namespace suoi::testing;

namespace {

// 08:00 in Viet Nam on 16 November 2026.
constexpr std::int64_t kEightMs = 1'794'790'800'000;
const RecordId kA = id_of(1);
const RecordId kB = id_of(2);
const RecordId kC = id_of(3);
const RecordId kJoin = id_of(50);

Deed join_of(const RecordId& from, const RecordId& into, std::string_view unit = kPaU) {
  return set(
      {{"unit", Value(unit)}, {"from", Value(from.text())}, {"into", Value(into.text())}, {"state", Value("joined")}});
}

Deed clinic(std::int64_t start_ms = kEightMs) {
  return new_activity({{"held_start", Value(start_ms)}, {"held_end", Value(start_ms + 4 * kHourMs)}});
}

Deed clinic_on(unsigned day) {
  return clinic(kEightMs + day * kDayMs);
}

// Two clinic days, A and B, that may be one, and a coordinator who decides.
struct Clinic {
  World world;
  Phone coordinator = world.phone(1, {role_in(Role::coordinator, kLaiChau)});
  Phone volunteer = world.phone(2, {role_in(Role::volunteer, kLaiChau)});
  unsigned next = 1000;

  Clinic() {
    for (const RecordId& id : {kA, kB}) world.write(volunteer, "activity", id, 0, clinic());
  }
  void enrol(const RecordId& person) {
    world.write(coordinator, "person", person, 0, set({{"unit", Value(kPaU)}, {"full_name", Value("Mai")}}));
  }
  RecordId list(const RecordId& activity, const RecordId& person) {
    const RecordId id = participation_id(activity, person);
    world.write(volunteer, "participation", id, 0, new_participation(activity, person));
    return id;
  }
  RecordId attend(const RecordId& participation, std::int64_t from_minute, std::int64_t to_minute) {
    const RecordId id = id_of(++next);
    world.write(volunteer, "attendance", id, 0,
                new_attendance(participation, kEightMs + from_minute * kMinuteMs, kEightMs + to_minute * kMinuteMs));
    return id;
  }
  Verdict join(const RecordId& from = kB, const RecordId& into = kA) {
    return world.write(coordinator, "join", kJoin, 0, join_of(from, into));
  }
  void undo() { world.write(coordinator, "join", kJoin, world.version(kJoin), set({{"state", Value("undone")}})); }
  std::string same_as(const RecordId& id) const { return world.record(id).text("same_as"); }
  // The live participations that a reader counts.
  std::size_t people() const {
    std::size_t count = 0;
    for (const auto& [id, record] : world.state.records()) {
      const bool is_list_row = record.live && record.collection->name == "participation";
      if (is_list_row && record.value("same_as").is_null()) ++count;
    }
    return count;
  }
};

}  // namespace

TEST_CASE("Story 1: a coordinator joins the two days; 14 and 11 people with 9 in common are 16") {
  for (const bool join_first : {false, true}) {
    CAPTURE(join_first);
    Clinic clinic;
    if (join_first) clinic.join();
    for (unsigned person = 0; person < 14; ++person) clinic.list(kA, id_of(100 + person));
    for (unsigned person = 5; person < 16; ++person) clinic.list(kB, id_of(100 + person));
    if (!join_first) {
      CHECK(clinic.people() == 25);
      CHECK(clinic.world.open_case("possible_duplicate", {kA, kB}) != nullptr);
      clinic.join();
    }
    CHECK(clinic.people() == 16);
    CHECK(clinic.same_as(kB) == kA.text());
    CHECK(clinic.same_as(kA).empty());
    CHECK(clinic.world.record(kA).live);
    CHECK(clinic.world.record(kB).live);
    CHECK(clinic.same_as(participation_id(kB, id_of(105))) == participation_id(kA, id_of(105)).text());
    CHECK(clinic.same_as(participation_id(kB, id_of(115))).empty());
    CHECK(clinic.world.open_cases() == 0);
    clinic.undo();
    CHECK(clinic.people() == 25);
    CHECK(clinic.same_as(kB).empty());
    CHECK(clinic.world.open_case("possible_duplicate", {kA, kB}) != nullptr);
  }
}

TEST_CASE("Story 1: the case that a join answered is asked again when the join is undone") {
  Clinic clinic;
  const Record* asked = clinic.world.open_case("possible_duplicate", {kA, kB});
  REQUIRE(asked != nullptr);
  Phone& desk = clinic.coordinator;
  clinic.world.send(desk, {clinic.world.note(desk, "join", kJoin, 0, join_of(kB, kA), kNowMs),
                           clinic.world.note(desk, "case", asked->id, asked->version,
                                             set({{"state", Value("resolved")}, {"how", Value("joined")}}), kNowMs)});
  CHECK(clinic.world.open_cases() == 0);
  clinic.undo();
  CHECK(clinic.world.open_case("possible_duplicate", {kA, kB}) != nullptr);
}

TEST_CASE("Head counts of joined days are those of one day") {
  Clinic clinic;
  const auto count = [&](const RecordId& activity, std::int64_t children) {
    clinic.world.write(clinic.volunteer, "headcount", id_of(++clinic.next), 0,
                       set({{"unit", Value(kPaU)},
                            {"activity", Value(activity.text())},
                            {"scope", Value("3A")},
                            {"age_band", Value("6_10")},
                            {"basis", Value("counted")},
                            {"count", Value(children)}}));
  };
  count(kA, 31);
  clinic.join();
  count(kB, 33);
  for (const RecordId& id : {kA, kB}) CHECK(clinic.world.record(id).value("contacts") == Value(33));
  clinic.undo();
  CHECK(clinic.world.record(kA).value("contacts") == Value(31));
  CHECK(clinic.world.record(kB).value("contacts") == Value(33));
}

TEST_CASE("Needs that are the same share what was assessed and handed out") {
  World world;
  Phone phone = world.phone(1);
  for (const RecordId& id : {kA, kB}) world.write(phone, "need", id, 0, new_need());
  world.write(phone, "assessment", id_of(10), 0,
              set({{"unit", Value(kPaU)},
                   {"need", Value(kA.text())},
                   {"quantity", Value(120)},
                   {"assessed_on", Value("2026-11-02")}}));
  world.write(
      phone, "distribution", id_of(11), 0,
      set({{"unit", Value(kPaU)}, {"need", Value(kB.text())}, {"quantity", Value(50)}, {"date", Value("2026-11-20")}}));
  CHECK(world.record(kA).value("open") == Value(120));
  world.write(phone, "join", kJoin, 0, join_of(kB, kA));
  for (const RecordId& id : {kA, kB}) CHECK(world.record(id).value("open") == Value(70));
  world.write(phone, "join", kJoin, 1, set({{"state", Value("undone")}}));
  CHECK(world.record(kA).value("open") == Value(120));
  CHECK(world.record(kB).value("open").is_null());
}

TEST_CASE("One person on both lists of a joined day has the time once, and it is no double attendance") {
  Clinic clinic;
  const RecordId mai = id_of(30);
  const RecordId here = clinic.list(kA, mai);
  const RecordId there = clinic.list(kB, mai);
  clinic.attend(here, 0, 210);
  clinic.attend(there, 15, 240);
  const std::vector<RecordId> pair = {std::min(here, there), std::max(here, there)};
  CHECK(clinic.world.open_case("double_attendance", pair) != nullptr);
  clinic.join();
  CHECK(clinic.world.open_case("double_attendance", pair) == nullptr);
  CHECK(clinic.world.record(here).value("minutes") == Value(240));
  CHECK(clinic.world.record(there).value("minutes") == Value(240));
  clinic.world.write(clinic.volunteer, "attendance", id_of(9), 0,
                     new_attendance(there, kEightMs + 240 * kMinuteMs, kEightMs + 300 * kMinuteMs));
  CHECK(clinic.world.record(here).value("minutes") == Value(300));
  clinic.undo();
  CHECK(clinic.world.record(here).value("minutes") == Value(210));
  CHECK(clinic.world.record(there).value("minutes") == Value(285));
  CHECK(clinic.world.open_case("double_attendance", pair) != nullptr);
}

TEST_CASE("Approvals of one list lapse when a join adds to what they approved, and stand again when it is undone") {
  Clinic clinic;
  const RecordId mai = id_of(30);
  clinic.enrol(mai);
  const RecordId here = clinic.list(kA, mai);
  const RecordId there = clinic.list(kB, mai);
  const RecordId morning = clinic.attend(here, 0, 120);
  const RecordId noon = clinic.attend(there, 120, 240);
  const auto approve = [&](unsigned phone, Role role, const RecordId& participation, const char* step,
                           std::vector<suoi::sync::AttendedInterval> attended) {
    Phone by = clinic.world.phone(phone, {role_in(role, kLaiChau)});
    clinic.world.write(
        by, "approval", id_of(++clinic.next), 0,
        set({{"unit", Value(kPaU)},
             {"participation", Value(participation.text())},
             {"step", Value(step)},
             {"digest", Value(suoi::sync::approval_digest(test_hashing(), kA, mai, std::move(attended)))}}));
  };
  const suoi::sync::AttendedInterval first{morning, kEightMs, kEightMs + 120 * kMinuteMs};
  const suoi::sync::AttendedInterval second{noon, kEightMs + 120 * kMinuteMs, kEightMs + 240 * kMinuteMs};
  approve(10, Role::team_leader, here, "attest", {first});
  CHECK(clinic.world.record(here).text("state") == "attested");
  clinic.join();
  CHECK(clinic.world.record(here).text("state") == "recorded");
  clinic.undo();
  CHECK(clinic.world.record(here).text("state") == "attested");
  clinic.world.write(clinic.coordinator, "join", kJoin, clinic.world.version(kJoin), set({{"state", Value("joined")}}));
  // Of what is read as one there is one certificate, whichever of the two was approved.
  approve(11, Role::team_leader, here, "attest", {first, second});
  approve(12, Role::commune_leader, there, "check", {first, second});
  approve(13, Role::coordinator, there, "approve", {first, second});
  CHECK(clinic.world.state.certificates_numbered() == 1);
  for (const RecordId& id : {here, there}) CHECK(clinic.world.record(id).text("state") == "certified");
  const Record& certificate = clinic.world.record(suoi::sync::derived_id(rules(), "certificate", {here}));
  CHECK(*certificate.value("facts").find("minutes") == Value(240));
  clinic.undo();
  CHECK(clinic.world.record(there).text("state") == "recorded");
  CHECK(clinic.world.open_case("certificate_basis_changed", {here}) != nullptr);
}

TEST_CASE("A person who was entered twice attends once, and confirms under neither name what they did") {
  Clinic clinic;
  const RecordId twice = id_of(31);
  Phone leader = clinic.world.phone(20, {role_in(Role::team_leader, kLaiChau)});
  const RecordId person{leader.author.person.uuid};
  clinic.enrol(person);
  clinic.enrol(twice);
  const RecordId one = clinic.list(kA, person);
  const RecordId other = clinic.list(kA, twice);
  clinic.attend(one, 0, 60);
  clinic.attend(other, 0, 90);
  CHECK(clinic.world.open_cases() == 1);  // the two days
  clinic.join(twice, person);
  CHECK(clinic.people() == 1);
  CHECK(clinic.world.record(one).value("minutes") == Value(90));
  // On another list at the same hour under the other name.
  const RecordId elsewhere = clinic.list(kB, twice);
  clinic.attend(elsewhere, 30, 60);
  CHECK(clinic.world.open_case("double_attendance", {std::min(one, elsewhere), std::max(one, elsewhere)}) != nullptr);
  const Verdict own = clinic.world.write(leader, "approval", id_of(70), 0,
                                         set({{"unit", Value(kPaU)},
                                              {"participation", Value(other.text())},
                                              {"step", Value("attest")},
                                              {"digest", Value(std::string(64, '0'))}}));
  REQUIRE(own.fault);
  CHECK(own.fault->code == "own_participation");
}

TEST_CASE("The target of the earliest join shows; where joins lead round in a circle, the smallest id") {
  World world;
  Phone phone = world.phone(1);
  for (unsigned number = 1; number <= 4; ++number) {
    world.write(phone, "activity", id_of(number), 0, clinic(kEightMs + number * kDayMs));
  }
  const auto shows = [&](unsigned number) { return world.record(id_of(number)).text("same_as"); };
  world.write(phone, "join", id_of(51), 0, join_of(id_of(2), id_of(3)), kNowMs);
  world.write(phone, "join", id_of(52), 0, join_of(id_of(3), id_of(4)), kNowMs + kHourMs);
  CHECK(shows(2) == id_of(3).text());
  CHECK(shows(4) == id_of(3).text());
  CHECK(shows(3).empty());
  world.write(phone, "join", id_of(53), 0, join_of(id_of(4), id_of(2)), kNowMs + 2 * kHourMs);
  CHECK(shows(2).empty());
  CHECK(shows(3) == id_of(2).text());
  // A smaller one that only hangs on the circle is not on it.
  world.write(phone, "join", id_of(54), 0, join_of(id_of(1), id_of(4)), kNowMs + 3 * kHourMs);
  CHECK(shows(1) == id_of(2).text());
  world.write(phone, "join", id_of(53), 1, set({{"state", Value("undone")}}), kNowMs + 4 * kHourMs);
  CHECK(shows(1) == id_of(3).text());
}

TEST_CASE("join_vs_undo: who undoes a join has looked again, whichever comes first") {
  for (const bool undo_first : {false, true}) {
    Clinic clinic;
    clinic.join();
    clinic.undo();
    const std::int64_t base = clinic.world.version(kJoin);
    Phone other = clinic.world.phone(9);
    const auto again = [&] {
      clinic.world.write(clinic.coordinator, "join", kJoin, base, set({{"state", Value("joined")}}));
    };
    const auto undone = [&] { clinic.world.write(other, "join", kJoin, base, set({{"state", Value("undone")}})); };
    if (undo_first) undone();
    again();
    if (!undo_first) undone();
    CHECK(clinic.same_as(kB).empty());
  }
}

TEST_CASE("Whoever changes a record that was joined to another is told which one shows") {
  Clinic clinic;
  clinic.join();
  Phone away = clinic.world.phone(8, {role_in(Role::volunteer, kPaU)});
  const Verdict told = clinic.world.write(away, "activity", kB, 1, set({{"model", Value("Tết ấm")}}));
  CHECK(told.kind == VerdictKind::redirected);
  CHECK(told.joined_to == kA);
  CHECK(suoi::sync::read_verdict(Value(suoi::sync::verdict_members(told))) == told);
  CHECK(clinic.world.record(kB).text("model") == "Tết ấm");
  CHECK(clinic.world.record(kA).text("model").empty());
  CHECK(clinic.world.write(away, "activity", kA, 1, set({{"model", Value("Xuân")}})).kind == VerdictKind::applied);
  clinic.undo();
  CHECK(clinic.world.write(away, "activity", kB, 2, set({{"model", Value("Hè")}})).kind != VerdictKind::redirected);
}

TEST_CASE("A join that comes before its records waits for them and counts once they are there") {
  for (const bool from_first : {true, false}) {
    World world;
    Phone phone = world.phone(1);
    const Verdict waits = world.write(phone, "join", kJoin, 0, join_of(kB, kA));
    REQUIRE(waits.fault);
    CHECK(waits.fault->code == "unknown_record");
    CHECK(waits.fault->field == "from");
    world.write(phone, "activity", from_first ? kB : kA, 0, clinic());
    CHECK(!world.knows(kJoin));
    world.write(phone, "activity", from_first ? kA : kB, 0, clinic());
    CHECK(world.record(kB).text("same_as") == kA.text());
    CHECK(world.open_cases() == 0);
    for (const auto& [id, record] : world.state.records()) {
      const std::string_view collection = record.collection->name;
      if (collection == "quarantine" || collection == "returned_change") CHECK(record.text("state") == "released");
    }
  }
}

TEST_CASE("A join that came before its records is judged by the rights in their units, as if it came after") {
  const std::int64_t author_may = GENERATE(0, 1);
  World world;
  Phone volunteer = world.phone(1);
  Phone here = world.phone(2, {role_in(Role::coordinator, author_may == 1 ? kLaiChau : kPaU)});
  world.write(volunteer, "activity", kA, 0, clinic());
  world.write(here, "join", kJoin, 0, join_of(kB, kA));
  world.write(volunteer, "activity", kB, 0, new_activity({{"unit", Value(kTaTong)}}));
  CHECK(world.knows(kJoin) == (author_may == 1));
  CHECK(world.record(kB).text("same_as") == (author_may == 1 ? kA.text() : ""));
}

TEST_CASE("What came before its records and can never be a join stays aside") {
  Clinic clinic;
  clinic.world.write(clinic.coordinator, "join", kJoin, 0, join_of(kC, kA));
  clinic.world.write(clinic.volunteer, "need", kC, 0, new_need());
  CHECK(!clinic.world.knows(kJoin));
}

TEST_CASE("A join that was undone before its records came joins nothing") {
  World world;
  Phone phone = world.phone(1);
  world.write(phone, "join", kJoin, 0, join_of(kB, kA));
  world.write(phone, "join", kJoin, 0, set({{"state", Value("undone")}}));
  for (const RecordId& id : {kA, kB}) world.write(phone, "activity", id, 0, clinic());
  CHECK(world.record(kJoin).text("state") == "undone");
  CHECK(world.record(kB).text("same_as").empty());
}

TEST_CASE("200 records are joined into one; whoever joins one more is told") {
  World world;
  Phone phone = world.phone(1);
  constexpr unsigned kMost = 200;
  for (unsigned number = 0; number <= kMost; ++number) {
    world.write(phone, "place", id_of(1000 + number), 0, new_place());
  }
  const auto join = [&](unsigned from, unsigned into) {
    return world.write(phone, "join", id_of(2000 + from), 0, join_of(id_of(1000 + from), id_of(1000 + into)));
  };
  for (unsigned number = 1; number < kMost; ++number) CHECK(join(number, number - 1).kind == VerdictKind::applied);
  const Verdict refused = join(kMost, 0);
  REQUIRE(refused.fault);
  CHECK(refused.fault->code == "joined_too_many");
  CHECK(world.record(id_of(1000 + kMost)).text("same_as").empty());
  // Two that are one already are joined once more; and one that was deleted makes room.
  CHECK(world.write(phone, "join", id_of(3000), 0, join_of(id_of(1000), id_of(1150))).kind == VerdictKind::applied);
  world.write(phone, "place", id_of(1000 + kMost - 1), world.version(id_of(1000 + kMost - 1)), erase());
  CHECK(world.write(phone, "join", id_of(3001), 0, join_of(id_of(1000 + kMost), id_of(1000))).kind ==
        VerdictKind::applied);
  CHECK(!world.record(id_of(1000 + kMost)).text("same_as").empty());
}

TEST_CASE("A join that was undone counts again only while there is room") {
  World world;
  Phone phone = world.phone(1);
  for (unsigned number = 0; number <= 200; ++number) {
    world.write(phone, "place", id_of(1000 + number), 0, new_place());
  }
  const auto state = [&](const RecordId& join, std::string_view to) {
    return world.write(phone, "join", join, world.version(join), set({{"state", Value(to)}}));
  };
  world.write(phone, "join", kJoin, 0, join_of(id_of(1200), id_of(1000)));
  state(kJoin, "undone");
  for (unsigned number = 1; number < 200; ++number) {
    world.write(phone, "join", id_of(2000 + number), 0, join_of(id_of(1000 + number), id_of(1000)));
  }
  const Verdict refused = state(kJoin, "joined");
  REQUIRE(refused.fault);
  CHECK(refused.fault->code == "joined_too_many");
  state(id_of(2001), "undone");
  CHECK(state(kJoin, "joined").kind == VerdictKind::applied);
}

TEST_CASE("Lists of joined days and of a person with many names are read as one, however many there are") {
  // Ten days and ten names of one person: a hundred list rows that are one.
  Clinic clinic;
  constexpr unsigned kMany = 10;
  const auto day = [](unsigned number) { return id_of(100 + number); };
  const auto name = [](unsigned number) { return id_of(200 + number); };
  for (unsigned number = 0; number < kMany; ++number) {
    clinic.world.write(clinic.volunteer, "activity", day(number), 0, clinic_on(number));
    clinic.enrol(name(number));
  }
  clinic.list(kA, name(3));  // another day
  for (unsigned number = 1; number < kMany; ++number) {
    for (const auto& which : {+day, +name}) {
      clinic.world.write(clinic.coordinator, "join", id_of(++clinic.next), 0,
                         join_of(which(number), which(number - 1)));
    }
  }
  for (unsigned at = 0; at < kMany; ++at) {
    for (unsigned who = 0; who < kMany; ++who) clinic.list(day(at), name(who));
  }
  CHECK(clinic.people() == 2);
  clinic.attend(participation_id(day(7), name(8)), 0, 60);
  CHECK(clinic.world.record(participation_id(day(2), name(1))).value("minutes") == Value(60));
}

TEST_CASE("Undoing the join of a deleted record needs no more than the join") {
  Clinic clinic;
  clinic.join();
  clinic.world.write(clinic.volunteer, "activity", kB, clinic.world.version(kB), erase());
  clinic.undo();
  CHECK(clinic.world.record(kJoin).text("state") == "undone");
}

TEST_CASE("A join counts while its records are there") {
  World world;
  Phone phone = world.phone(1);
  for (const RecordId& id : {kA, kB}) world.write(phone, "activity", id, 0, clinic());
  world.write(phone, "join", kJoin, 0, join_of(kB, kA));
  CHECK(world.record(kB).text("same_as") == kA.text());
  // What is deleted shows for nothing.
  world.write(phone, "activity", kA, world.version(kA), erase());
  CHECK(world.record(kB).text("same_as").empty());
}

TEST_CASE("A second join under the id of a known one is judged by the records that it names") {
  Clinic clinic;
  clinic.world.write(clinic.volunteer, "activity", kC, 0, new_activity({{"unit", Value(kTaTong)}}));
  clinic.world.write(clinic.volunteer, "need", id_of(4), 0, new_need());
  Phone here = clinic.world.phone(6, {role_in(Role::coordinator, kPaU)});
  Phone again = clinic.world.phone(7, {role_in(Role::coordinator, kPaU)});
  REQUIRE(clinic.world.write(here, "join", kJoin, 0, join_of(kB, kA)).kind == VerdictKind::applied);
  const auto code = [&](const RecordId& from, const RecordId& into) {
    const Verdict verdict = clinic.world.write(again, "join", kJoin, 0, join_of(from, into));
    return verdict.fault ? verdict.fault->code : std::string();
  };
  CHECK(code(kC, kA) == "unit_out_of_reach");
  CHECK(code(kA, kA) == "bad_value");
  CHECK(code(kB, id_of(4)) == "bad_value");
  CHECK(code(kB, id_of(5)) == "unknown_record");
  CHECK(clinic.same_as(kC).empty());
  CHECK(clinic.same_as(kB) == kA.text());
}

TEST_CASE("Only coordinators of both communes join, and only two records of one collection") {
  Clinic clinic;
  clinic.world.write(clinic.volunteer, "activity", kC, 0, new_activity({{"unit", Value(kTaTong)}}));
  clinic.world.write(clinic.volunteer, "need", id_of(4), 0, new_need());
  const RecordId participation = clinic.list(kA, id_of(30));
  Phone leader = clinic.world.phone(5, {role_in(Role::team_leader, kPaU)});
  Phone here = clinic.world.phone(6, {role_in(Role::coordinator, kPaU)});
  const auto code = [&](Phone& by, const RecordId& from, const RecordId& into) {
    const Verdict verdict = clinic.world.write(by, "join", id_of(++clinic.next), 0, join_of(from, into));
    return verdict.fault ? verdict.fault->code : std::string();
  };
  CHECK(code(leader, kB, kA) == "role_not_allowed");
  CHECK(code(here, kC, kA) == "unit_out_of_reach");
  CHECK(code(here, kA, kC) == "unit_out_of_reach");
  CHECK(code(here, kA, kA) == "bad_value");
  CHECK(code(here, kA, id_of(4)) == "bad_value");
  CHECK(code(here, participation, kA) == "bad_value");
  CHECK(clinic.same_as(kB).empty());
  CHECK(code(here, kB, kA).empty());
  CHECK(clinic.same_as(kB) == kA.text());
}
