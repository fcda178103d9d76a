// Whether a record is there: deletes against edits and against children (merge.md, "Deletion").
#include "world.hpp"

using namespace suoi::testing;

namespace {

const RecordId kActivity = id_of(1);
const RecordId kPerson = id_of(2);

std::string code_of(const Verdict& verdict) {
  return verdict.fault ? verdict.fault->code : std::string();
}

}  // namespace

TEST_CASE("delete_vs_edit: the edit brings the record back and a person is asked") {
  meet({"activity", new_activity(), erase(), set({{"model", Value("Tết ấm")}})}, [](Met& met) {
    CHECK(met.record().live);
    CHECK(met.record().text("model") == "Tết ấm");
    CHECK(met.last().kind == VerdictKind::review);
    const Record* asked = met.world.open_case("deleted_with_later_work", {met.id});
    REQUIRE(asked != nullptr);
    CHECK(met.last().case_id == asked->id);
    CHECK(asked->value("candidates").array()->size() == 2);
  });
}

TEST_CASE("delete_vs_delete: the record is gone and nobody is asked") {
  meet({"activity", new_activity(), erase(), erase()}, [](Met& met) {
    CHECK_FALSE(met.record().live);
    CHECK(met.a.kind == VerdictKind::applied);
    CHECK(met.b.kind == VerdictKind::applied);
    CHECK(met.world.open_cases() == 0);
  });
}

TEST_CASE("edit_after_delete: an edit that saw the delete is kept aside, whatever came since") {
  for (const bool revived_meanwhile : {false, true}) {
    World world;
    Phone author = world.phone(1);
    Phone other = world.phone(2);
    world.write(author, "activity", kActivity, 0, new_activity());
    world.write(author, "activity", kActivity, 1, erase());
    const std::int64_t seen = world.version(kActivity);
    if (revived_meanwhile) world.write(other, "activity", kActivity, 1, set({{"model", Value("Tết ấm")}}));
    CHECK(code_of(world.write(author, "activity", kActivity, seen, set({{"model", Value("x")}}))) == "record_deleted");
    CHECK(code_of(world.write(author, "activity", kActivity, 1, set({{"model", Value("x")}}))) == "record_deleted");
    CHECK(world.record(kActivity).live == revived_meanwhile);
  }
}

TEST_CASE("revival: an edit that saw the record come back is taken, and settles the case") {
  meet({"activity", new_activity(), erase(), set({{"model", Value("Tết ấm")}})}, [](Met& met) {
    Phone third = met.world.phone(4);
    const Verdict verdict =
        met.world.write(third, "activity", met.id, met.world.version(met.id), set({{"model", Value("Xuân")}}));
    CHECK(verdict.kind == VerdictKind::applied);
    CHECK(met.record().live);
    CHECK(met.world.open_cases() == 0);
  });
}

TEST_CASE("second_delete: a delete that saw the record come back removes it for good") {
  meet({"activity", new_activity(), erase(), set({{"model", Value("Tết ấm")}})}, [](Met& met) {
    Phone third = met.world.phone(4);
    CHECK(met.world.write(third, "activity", met.id, met.world.version(met.id), erase()).kind == VerdictKind::applied);
    CHECK_FALSE(met.record().live);
    CHECK(met.world.open_cases() == 0);
  });
}

TEST_CASE("delete_vs_child: a record with a live child stays, whichever comes first") {
  for (const bool child_first : {false, true}) {
    CAPTURE(child_first);
    World world;
    Phone author = world.phone(1);
    Phone other = world.phone(2);
    const RecordId child = participation_id(kActivity, kPerson);
    world.write(author, "activity", kActivity, 0, new_activity());
    Verdict born;
    Verdict deleted;
    if (child_first) born = world.write(other, "participation", child, 0, new_participation(kActivity, kPerson));
    deleted = world.write(author, "activity", kActivity, 1, erase());
    const std::int64_t at_delete = world.version(kActivity);
    if (!child_first) born = world.write(other, "participation", child, 0, new_participation(kActivity, kPerson));
    CHECK(world.record(kActivity).live);
    CHECK(world.version(kActivity) > 2);
    if (!child_first) CHECK(world.version(kActivity) > at_delete);
    CHECK((child_first ? deleted : born).kind == VerdictKind::review);
    REQUIRE(world.open_case("deleted_with_later_work", {kActivity}) != nullptr);
    // The child goes: so does the parent, and the case with it.
    world.write(other, "participation", child, world.version(child), erase());
    CHECK_FALSE(world.record(kActivity).live);
    CHECK(world.open_cases() == 0);
  }
}

TEST_CASE("edit_of_returned_parent: who saw it return may edit it, who only saw the delete may not") {
  for (const bool child_first : {false, true}) {
    CAPTURE(child_first);
    World world;
    Phone author = world.phone(1);
    Phone other = world.phone(2);
    const RecordId child = participation_id(kActivity, kPerson);
    world.write(author, "activity", kActivity, 0, new_activity());
    if (child_first) world.write(other, "participation", child, 0, new_participation(kActivity, kPerson));
    world.write(author, "activity", kActivity, 1, erase());
    if (!child_first) world.write(other, "participation", child, 0, new_participation(kActivity, kPerson));
    CHECK(code_of(world.write(author, "activity", kActivity, 1, set({{"model", Value("x")}}))) == "record_deleted");
    CHECK(world.write(author, "activity", kActivity, world.version(kActivity), set({{"model", Value("y")}})).kind ==
          VerdictKind::applied);
    CHECK(world.record(kActivity).text("model") == "y");
    CHECK(world.open_cases() == 0);
  }
}

TEST_CASE("edit_of_parent_gone_again: who saw it go with its last child may not edit it, who saw it live may") {
  World world;
  Phone author = world.phone(1);
  Phone other = world.phone(2);
  const RecordId child = participation_id(kActivity, kPerson);
  world.write(author, "activity", kActivity, 0, new_activity());
  world.write(author, "activity", kActivity, 1, erase());
  world.write(other, "participation", child, 0, new_participation(kActivity, kPerson));
  const std::int64_t returned = world.version(kActivity);
  world.write(other, "participation", child, world.version(child), erase());
  const std::int64_t gone = world.version(kActivity);
  CHECK(gone > returned);
  // In the history that is a change of the server like any other, so it can be read and checked.
  const suoi::sync::Change went = world.state.history(kActivity).back().change;
  CHECK(suoi::sync::read_change(went.content, went.seq).is_delete);
  CHECK(went.digest == test_hashing().sha256(suoi::domain::canonical_json(went.content)));
  CHECK(code_of(world.write(author, "activity", kActivity, gone, set({{"model", Value("x")}}))) == "record_deleted");
  CHECK_FALSE(world.record(kActivity).live);
  Phone third = world.phone(3);
  CHECK(code_of(world.write(third, "activity", kActivity, returned, set({{"model", Value("y")}}))).empty());
  CHECK(world.record(kActivity).live);
}

TEST_CASE("delete_children_then_parent: whoever deletes the children first deletes all of it") {
  World world;
  Phone author = world.phone(1);
  const RecordId child = participation_id(kActivity, kPerson);
  world.write(author, "activity", kActivity, 0, new_activity());
  world.write(author, "participation", child, 0, new_participation(kActivity, kPerson));
  std::vector<suoi::sync::TimedChange> changes;
  changes.push_back(world.note(author, "participation", child, world.version(child), erase(), kNowMs));
  changes.push_back(world.note(author, "activity", kActivity, 1, erase(), kNowMs));
  for (const Verdict& verdict : world.send(author, changes)) CHECK(verdict.kind == VerdictKind::applied);
  CHECK_FALSE(world.record(kActivity).live);
  CHECK_FALSE(world.record(child).live);
  CHECK(world.open_cases() == 0);
}

TEST_CASE("delete_vs_grandchild: attendance brings back its participation, and that its activity") {
  World world;
  Phone author = world.phone(1);
  Phone other = world.phone(2);
  const RecordId participation = participation_id(kActivity, kPerson);
  const RecordId attendance = id_of(3);
  world.write(author, "activity", kActivity, 0, new_activity());
  world.write(author, "participation", participation, 0, new_participation(kActivity, kPerson));
  world.write(author, "participation", participation, world.version(participation), erase());
  world.write(author, "activity", kActivity, world.version(kActivity), erase());
  CHECK_FALSE(world.record(kActivity).live);
  const Verdict verdict =
      world.write(other, "attendance", attendance, 0, new_attendance(participation, kNowMs, kNowMs + kHourMs));
  CHECK(verdict.kind == VerdictKind::review);
  CHECK(world.record(participation).live);
  CHECK(world.record(participation).value("minutes") == Value(60));
  CHECK(world.record(kActivity).live);
  CHECK(world.open_case("deleted_with_later_work", {participation}) != nullptr);
  CHECK(world.open_case("deleted_with_later_work", {kActivity}) != nullptr);
  world.write(other, "attendance", attendance, world.version(attendance), erase());
  CHECK_FALSE(world.record(participation).live);
  CHECK_FALSE(world.record(kActivity).live);
  CHECK(world.open_cases() == 0);
}

TEST_CASE("waiting: an edit of a record that has not arrived waits for it and is then applied") {
  World world;
  Phone author = world.phone(1);
  Phone other = world.phone(2);
  const Verdict early = world.write(other, "need", id_of(7), 3, set({{"priority", Value(2)}}));
  CHECK(code_of(early) == "unknown_record");
  const Verdict next = world.write(other, "need", id_of(7), 3, set({{"priority", Value(4)}}), kNowMs + 1);
  CHECK(code_of(next) == "unknown_record");
  CHECK_FALSE(world.knows(id_of(7)));
  world.write(author, "need", id_of(7), 0, new_need({{"priority", Value(1)}}), kNowMs - kHourMs);
  CHECK(world.record(id_of(7)).value("priority") == Value(4));
  for (const auto& [id, record] : world.state.records()) {
    if (record.collection->name == "quarantine") CHECK(record.text("state") == "released");
  }
  CHECK(world.state.waiting(id_of(7)).empty());
}

TEST_CASE("depends_on: edits follow a creation that was kept aside and are released with it, in order") {
  World world;
  Phone author = world.phone(1);
  Phone helper = world.phone(2);
  const Verdict bad = world.write(author, "need", id_of(7), 0, new_need({{"priority", Value(99)}}));
  CHECK(code_of(bad) == "bad_value");
  CHECK(code_of(world.write(author, "need", id_of(7), 0, set({{"priority", Value(2)}}))) == "depends_on");
  CHECK(code_of(world.write(author, "need", id_of(7), 0, set({{"priority", Value(3)}}))) == "depends_on");
  CHECK(code_of(world.write(helper, "need", id_of(7), 0, set({{"priority", Value(5)}}))) == "required_missing");
  world.write(helper, "need", id_of(7), 0, new_need({{"priority", Value(9)}}), kNowMs - kDayMs);
  CHECK(world.record(id_of(7)).value("priority") == Value(3));
  CHECK(world.state.waiting(id_of(7)).size() == 2);  // the bad creation and the helper's edit stay where they are
}

TEST_CASE("depends_on: also where the creation could not be read in full") {
  World world;
  Phone author = world.phone(1);
  Deed unreadable = new_need();
  unreadable["up"] = Value("soon");
  CHECK(code_of(world.write(author, "need", id_of(7), 0, unreadable)) == "bad_value");
  CHECK(code_of(world.write(author, "need", id_of(7), 0, set({{"priority", Value(2)}}))) == "depends_on");
}

TEST_CASE("repaired_creation: edits that came before the repair of the same phone do not override it") {
  World world;
  Phone author = world.phone(1);
  CHECK(code_of(world.write(author, "activity", kActivity, 0, set({{"unit", Value(kPaU)}}))) == "required_missing");
  const Value first(kNowMs);
  const Value second(kNowMs + kHourMs);
  CHECK(code_of(world.write(author, "activity", kActivity, 0, set({{"planned_start", first}}))) == "depends_on");
  world.write(author, "activity", kActivity, 0, new_activity({{"planned_start", second}}));
  CHECK(world.record(kActivity).value("planned_start") == second);
  CHECK(world.open_cases() == 0);
  CHECK(world.state.history(kActivity).size() == 2);
}

TEST_CASE("waiting: changes that wait are released within the very set that brings the record") {
  World world;
  Phone author = world.phone(1);
  std::vector<suoi::sync::TimedChange> changes;
  changes.push_back(world.note(author, "need", id_of(7), 3, set({{"priority", Value(2)}}), kNowMs));
  changes.push_back(world.note(author, "need", id_of(7), 0, new_need({{"needed_by", Value("2026-12-20")}}), kNowMs));
  world.send(author, changes);
  CHECK(world.record(id_of(7)).value("priority") == Value(2));
  CHECK(world.record(id_of(7)).text("needed_by") == "2026-12-20");
}

TEST_CASE("fork: what an incarnation takes over counts as seen, the other branch does not") {
  World world;
  Phone phone = world.phone(1);
  world.write(phone, "activity", kActivity, 0, new_activity({{"planned_start", Value(kNowMs)}}));
  world.write(phone, "activity", kActivity, 0, set({{"planned_start", Value(kNowMs + 1)}}), kNowMs + kHourMs);
  Phone restored = phone;
  restored.author.life = world.state.begin_life(suoi::sync::Ancestor{phone.author.life, 1});
  restored.seq = 0;
  const Verdict verdict =
      world.write(restored, "activity", kActivity, 0, set({{"planned_start", Value(kNowMs + 2)}}), kNowMs);
  CHECK(verdict.kind == VerdictKind::review);
  const Record* asked = world.open_case("field_conflict", {kActivity}, "planned_start");
  REQUIRE(asked != nullptr);
  CHECK(candidate_values(*asked) == std::set<Value>{Value(kNowMs + 1), Value(kNowMs + 2)});
}

TEST_CASE("fork: the last change that an incarnation takes over counts as seen, also through others") {
  World world;
  Phone phone = world.phone(1);
  world.write(phone, "activity", kActivity, 0, new_activity({{"planned_start", Value(kNowMs)}}));
  Phone second = phone;
  second.author.life = world.state.begin_life(suoi::sync::Ancestor{phone.author.life, 1});
  second.seq = 0;
  CHECK(world.write(second, "activity", kActivity, 0, set({{"planned_start", Value(kNowMs + 1)}})).kind ==
        VerdictKind::applied);
  Phone third = phone;
  third.author.life = world.state.begin_life(suoi::sync::Ancestor{second.author.life, 1});
  third.seq = 0;
  CHECK(world.write(third, "activity", kActivity, 0, set({{"planned_start", Value(kNowMs + 2)}})).kind ==
        VerdictKind::applied);
  CHECK(world.write(third, "activity", kActivity, 0, erase()).kind == VerdictKind::applied);
  CHECK_FALSE(world.record(kActivity).live);
}
