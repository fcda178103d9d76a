// What becomes of two edits that did not know of each other, in both orders of arrival (merge.md, "Rules of fields").
#include "world.hpp"

using namespace suoi::testing;
using suoi::sync::Change;

namespace {

bool concerns(const Verdict& verdict, const std::string& field, FieldOutcome outcome) {
  const auto found = verdict.fields.find(field);
  return found != verdict.fields.end() && found->second == outcome;
}

Value list(std::vector<std::string> texts) {
  Value::Array array;
  for (std::string& text : texts) array.emplace_back(std::move(text));
  return Value(std::move(array));
}

Value spot(std::int64_t lat, std::int64_t lon) {
  return Value(Value::Object{{"lat", Value(lat)}, {"lon", Value(lon)}, {"accuracy", Value(5)}});
}

Value when(std::int64_t hour) {
  return Value(kNowMs + hour * kHourMs);
}

}  // namespace

TEST_CASE("latest_vs_latest: the later edit stands, whichever comes first") {
  meet({"need", new_need({{"priority", Value(1)}}), set({{"priority", Value(2)}}), set({{"priority", Value(3)}})},
       [](Met& met) {
         CHECK(met.value("priority") == Value(3));
         CHECK(met.last().kind == VerdictKind::merged);
         CHECK(concerns(met.last(), "priority", met.a_came_last ? FieldOutcome::superseded : FieldOutcome::kept));
         CHECK(met.world.open_cases() == 0);
       });
}

TEST_CASE("latest_vs_latest: edits of different fields do not meet") {
  meet({"need", new_need(), set({{"priority", Value(2)}}), set({{"needed_by", Value("2026-12-20")}})}, [](Met& met) {
    CHECK(met.value("priority") == Value(2));
    CHECK(met.value("needed_by") == Value("2026-12-20"));
    CHECK(met.a.kind == VerdictKind::applied);
    CHECK(met.b.kind == VerdictKind::applied);
  });
}

TEST_CASE("latest_vs_latest: equal values are no conflict") {
  meet({"need", new_need(), set({{"priority", Value(2)}}), set({{"priority", Value(2)}})}, [](Met& met) {
    CHECK(met.value("priority") == Value(2));
    CHECK(met.last().kind == VerdictKind::applied);
  });
}

TEST_CASE("latest_vs_latest: at the same instant the device's id decides") {
  meet({"need", new_need(), set({{"priority", Value(2)}}), set({{"priority", Value(3)}}), kNowMs, kNowMs},
       [](Met& met) { CHECK(met.value("priority") == Value(3)); });
}

TEST_CASE("latest_vs_latest: clearing a field is an edit like any other") {
  meet({"need", new_need({{"priority", Value(1)}}), set({{"priority", Value(2)}}), set({{"priority", Value()}})},
       [](Met& met) { CHECK(met.value("priority").is_null()); });
}

TEST_CASE("review_vs_review: the later one stands for the meantime, and a person is asked about both") {
  meet({"activity", new_activity({{"planned_start", when(0)}}), set({{"planned_start", when(1)}}),
        set({{"planned_start", when(2)}})},
       [](Met& met) {
         CHECK(met.value("planned_start") == when(2));
         CHECK(met.last().kind == VerdictKind::review);
         const Record* asked = met.world.open_case("field_conflict", {met.id}, "planned_start");
         REQUIRE(asked != nullptr);
         CHECK(met.last().case_id == asked->id);
         CHECK(candidate_values(*asked) == std::set<Value>{when(1), when(2)});
         CHECK(asked->stream.text() == std::string(kPaU) + "/desk");
         CHECK(asked->value("subject") == Value(Value::Array{Value(met.id.text())}));
       });
}

TEST_CASE("review_vs_review: an edit that saw both closes the case") {
  meet({"activity", new_activity(), set({{"planned_start", when(1)}}), set({{"planned_start", when(2)}})},
       [](Met& met) {
         Phone judge = met.world.phone(4);
         const Verdict verdict = met.world.write(judge, "activity", met.id, met.world.version(met.id),
                                                 set({{"planned_start", when(3)}}), kNowMs - 9 * kDayMs);
         CHECK(verdict.kind == VerdictKind::applied);
         CHECK(met.value("planned_start") == when(3));
         CHECK(met.world.open_cases() == 0);
       });
}

TEST_CASE("review_vs_review: a case closed by a person stays closed until somebody brings a new candidate") {
  meet(
      {"activity", new_activity(), set({{"planned_start", when(1)}}), set({{"planned_start", when(2)}})}, [](Met& met) {
        World& world = met.world;
        Phone judge = world.phone(4);
        const RecordId asked = world.open_case("field_conflict", {met.id}, "planned_start")->id;
        const Deed settled = set({{"state", Value("resolved")}, {"how", Value("the later one")}});
        CHECK(world.write(judge, "case", asked, world.version(asked), settled).kind == VerdictKind::applied);
        CHECK(world.open_cases() == 0);
        Phone third = world.phone(5);
        CHECK(world.write(third, "activity", met.id, 1, set({{"planned_start", when(3)}})).kind == VerdictKind::review);
        const Record* again = world.open_case("field_conflict", {met.id}, "planned_start");
        REQUIRE(again != nullptr);
        CHECK(candidate_values(*again) == std::set<Value>{when(1), when(2), when(3)});
        CHECK(again->value("how").is_null());
      });
}

TEST_CASE("resolution_vs_candidate: a resolution that did not see the newest candidate does not close the case") {
  meet({"activity", new_activity(), set({{"planned_start", when(1)}}), set({{"planned_start", when(2)}})},
       [](Met& met) {
         World& world = met.world;
         Phone judge = world.phone(4);
         Phone third = world.phone(5);
         const RecordId asked = world.open_case("field_conflict", {met.id}, "planned_start")->id;
         const std::int64_t seen = world.version(asked);
         world.write(third, "activity", met.id, 1, set({{"planned_start", when(3)}}));
         world.write(judge, "case", asked, seen, set({{"state", Value("resolved")}, {"how", Value("the later one")}}));
         CHECK(world.open_case("field_conflict", {met.id}, "planned_start") != nullptr);
       });
}

TEST_CASE("review_vs_review: three members are three candidates") {
  meet({"activity", new_activity(), set({{"planned_start", when(1)}}), set({{"planned_start", when(2)}})},
       [](Met& met) {
         Phone third = met.world.phone(4);
         met.world.write(third, "activity", met.id, 1, set({{"planned_start", when(3)}}), kNowMs - kHourMs);
         const Record* asked = met.world.open_case("field_conflict", {met.id}, "planned_start");
         REQUIRE(asked != nullptr);
         CHECK(candidate_values(*asked).size() == 3);
         CHECK(met.value("planned_start") == when(2));
       });
}

TEST_CASE("position_vs_position: up to 500 metres apart nobody is asked") {
  const Value there = spot(22'400'000, 102'800'000);
  const Value near = spot(22'404'000, 102'800'000);  // 445 m to the north
  const Value far = spot(22'405'000, 102'800'000);   // 556 m
  const Value east = spot(22'400'000, 102'805'200);  // 535 m, since a degree is shorter there
  meet({"place", new_place(), set({{"position", there}}), set({{"position", near}})}, [&](Met& met) {
    CHECK(met.value("position") == near);
    CHECK(met.last().kind == VerdictKind::merged);
    CHECK(met.world.open_cases() == 0);
  });
  for (const Value& other : {far, east}) {
    meet({"place", new_place(), set({{"position", there}}), set({{"position", other}})}, [&](Met& met) {
      CHECK(met.value("position") == other);
      const Record* asked = met.world.open_case("field_conflict", {met.id}, "position");
      REQUIRE(asked != nullptr);
      CHECK(candidate_values(*asked) == std::set<Value>{there, other});
    });
  }
}

TEST_CASE("position_vs_clearing: a person is asked") {
  meet({"place", new_place({{"position", spot(1, 1)}}), set({{"position", spot(2, 2)}}), set({{"position", Value()}})},
       [](Met& met) { CHECK(met.world.open_case("field_conflict", {met.id}, "position") != nullptr); });
}

TEST_CASE("counter_vs_counter: every increment counts") {
  meet({"activity", new_activity(), inc("tally", 5), inc("tally", 7)}, [](Met& met) {
    CHECK(met.value("tally") == Value(12));
    CHECK(met.last().kind == VerdictKind::merged);
    CHECK(concerns(met.last(), "tally", FieldOutcome::combined));
    Phone third = met.world.phone(4);
    CHECK(met.world.write(third, "activity", met.id, met.world.version(met.id), inc("tally", -2)).kind ==
          VerdictKind::applied);
    CHECK(met.value("tally") == Value(10));
  });
}

TEST_CASE("add_vs_add: both elements are in") {
  meet({"activity", new_activity(), add("themes", {"children"}), add("themes", {"health"})}, [](Met& met) {
    CHECK(met.value("themes") == list({"children", "health"}));
    CHECK(concerns(met.last(), "themes", FieldOutcome::combined));
  });
}

TEST_CASE("add_vs_remove: an add that the remove did not see wins") {
  meet({"activity", new_activity({{"themes", list({"children"})}}), add("themes", {"children"}),
        take("themes", {"children"})},
       [](Met& met) { CHECK(met.value("themes") == list({"children"})); });
}

TEST_CASE("remove_vs_remove: an element that both saw is out") {
  meet({"activity", new_activity({{"themes", list({"children", "health"})}}), take("themes", {"children"}),
        take("themes", {"children"})},
       [](Met& met) { CHECK(met.value("themes") == list({"health"})); });
}

TEST_CASE("set_vs_add: the whole set replaces what its author saw and nothing else") {
  meet({"activity", new_activity({{"themes", list({"children", "health"})}}), set({{"themes", list({"traffic"})}}),
        add("themes", {"forest"})},
       [](Met& met) {
         CHECK(met.value("themes") == list({"forest", "traffic"}));
       });
}

TEST_CASE("set_vs_set: two whole sets become their union") {
  meet({"activity", new_activity({{"themes", list({"children"})}}), set({{"themes", list({"traffic"})}}),
        set({{"themes", list({"forest", "forest"})}})},
       [](Met& met) {
         CHECK(met.value("themes") == list({"forest", "traffic"}));
       });
}

TEST_CASE("clear_vs_add: a cleared set keeps what its author did not see") {
  meet({"activity", new_activity({{"themes", list({"children"})}}), set({{"themes", Value()}}),
        add("themes", {"forest"})},
       [](Met& met) { CHECK(met.value("themes") == list({"forest"})); });
}

TEST_CASE("text_vs_text: edits of different words are both in the text") {
  meet({"activity", new_activity({{"narrative", Value("Buổi sáng khám mắt cho 31 em")}}),
        set({{"narrative", Value("Buổi chiều khám mắt cho 31 em")}}),
        set({{"narrative", Value("Buổi sáng khám mắt cho 35 em")}})},
       [](Met& met) {
         CHECK(met.value("narrative") == Value("Buổi chiều khám mắt cho 35 em"));
         CHECK(concerns(met.last(), "narrative", FieldOutcome::combined));
         CHECK(met.world.open_cases() == 0);
       });
}

TEST_CASE("text_vs_text: insertions at one place are kept in the order of time") {
  meet({"activity", new_activity({{"narrative", Value("Mưa to")}}), set({{"narrative", Value("Mưa to cả ngày")}}),
        set({{"narrative", Value("Mưa to nên hoãn")}}), kNowMs + kHourMs, kNowMs},
       [](Met& met) { CHECK(met.value("narrative") == Value("Mưa to nên hoãn cả ngày")); });
}

TEST_CASE("text_vs_text: two edits of the same word ask a person") {
  const Value a("Khám răng cho 31 em");
  const Value b("Khám tai cho 31 em");
  meet({"activity", new_activity({{"narrative", Value("Khám mắt cho 31 em")}}), set({{"narrative", a}}),
        set({{"narrative", b}})},
       [&](Met& met) {
         CHECK(met.value("narrative") == b);
         const Record* asked = met.world.open_case("field_conflict", {met.id}, "narrative");
         REQUIRE(asked != nullptr);
         CHECK(candidate_values(*asked) == std::set<Value>{a, b});
       });
}

TEST_CASE("text_vs_text: texts without a common beginning ask a person") {
  meet({"activity", new_activity(), set({{"narrative", Value("Một")}}), set({{"narrative", Value("Hai")}})},
       [](Met& met) { CHECK(met.world.open_case("field_conflict", {met.id}, "narrative") != nullptr); });
}

TEST_CASE("text_vs_text: a third edit that saw neither asks a person about all three") {
  meet({"activity", new_activity({{"narrative", Value("a b c d e")}}), set({{"narrative", Value("A b c d e")}}),
        set({{"narrative", Value("a b C d e")}})},
       [](Met& met) {
         CHECK(met.value("narrative") == Value("A b C d e"));
         Phone third = met.world.phone(4);
         met.world.write(third, "activity", met.id, 1, set({{"narrative", Value("a b c d E")}}), kNowMs - kHourMs);
         const Record* asked = met.world.open_case("field_conflict", {met.id}, "narrative");
         REQUIRE(asked != nullptr);
         CHECK(candidate_values(*asked).size() == 3);
         CHECK(met.value("narrative") == Value("a b C d e"));
       });
}

TEST_CASE("text_vs_text: somebody who saved twice is merged from where the two parted") {
  for (const bool swapped : {false, true}) {
    World world;
    Phone author = world.phone(1);
    Phone twice = world.phone(2);
    Phone once = world.phone(3);
    const RecordId id = id_of(1);
    world.write(author, "activity", id, 0, new_activity({{"narrative", Value("a b c d")}}), kNowMs - kHourMs);
    const auto save_once = [&] { world.write(once, "activity", id, 1, set({{"narrative", Value("A b c d")}})); };
    if (swapped) save_once();
    world.write(twice, "activity", id, 1, set({{"narrative", Value("a b C d")}}));
    world.write(twice, "activity", id, 1, set({{"narrative", Value("a b C D")}}));
    if (!swapped) save_once();
    CHECK(world.record(id).text("narrative") == "A b C D");
    CHECK(world.open_cases() == 0);
  }
}

TEST_CASE("text_vs_text: where the two saw different texts before, a person is asked") {
  World world;
  Phone a = world.phone(1);
  Phone b = world.phone(2);
  Phone c = world.phone(3);
  Phone d = world.phone(4);
  const RecordId id = id_of(1);
  // Two texts that know nothing of each other, seen by both, are no one ancestor.
  world.write(a, "activity", id, 0, new_activity());
  world.write(a, "activity", id, 1, set({{"narrative", Value("một hai")}}));
  world.write(b, "activity", id, 1, set({{"narrative", Value("ba bốn")}}));
  const std::int64_t both = world.version(id);
  world.write(c, "activity", id, both, set({{"narrative", Value("một hai ba")}}));
  world.write(d, "activity", id, both, set({{"narrative", Value("không một hai")}}));
  CHECK(world.open_case("field_conflict", {id}, "narrative") != nullptr);
}

TEST_CASE("text_vs_unchanged: saving a text without a change does not disturb the other's edit") {
  meet({"activity", new_activity({{"narrative", Value("Khám mắt")}}), set({{"narrative", Value("Khám mắt và răng")}}),
        set({{"narrative", Value("Khám mắt")}})},
       [](Met& met) {
         CHECK(met.value("narrative") == Value("Khám mắt và răng"));
         CHECK(met.world.open_cases() == 0);
       });
}

TEST_CASE("state_vs_state: the state that is further on stands") {
  meet({"activity", new_activity({{"status", Value("planned")}}), set({{"status", Value("held")}}),
        set({{"status", Value("open")}})},
       [](Met& met) {
         CHECK(met.value("status") == Value("held"));
         CHECK(concerns(met.last(), "status", met.a_came_last ? FieldOutcome::kept : FieldOutcome::superseded));
         CHECK(met.world.open_cases() == 0);
       });
}

TEST_CASE("state_vs_state: held here and cancelled there is a contradiction for a person") {
  meet({"activity", new_activity({{"status", Value("open")}}), set({{"status", Value("held")}}),
        set({{"status", Value("cancelled")}})},
       [](Met& met) {
         CHECK(met.value("status") == Value("cancelled"));
         const Record* asked = met.world.open_case("field_conflict", {met.id}, "status");
         REQUIRE(asked != nullptr);
         CHECK(candidate_values(*asked) == std::set<Value>{Value("held"), Value("cancelled")});
       });
}

TEST_CASE("state_vs_state: a transition is judged against the state that its author saw") {
  meet({"activity", new_activity({{"status", Value("open")}}), set({{"status", Value("cancelled")}}),
        set({{"status", Value("held")}})},
       [](Met& met) {
         CHECK(met.a.kind != VerdictKind::quarantined);
         CHECK(met.b.kind != VerdictKind::quarantined);
         Phone late = met.world.phone(4);
         const Verdict impossible = met.world.write(late, "activity", met.id, 1, set({{"status", Value("reported")}}));
         REQUIRE(impossible.fault);
         CHECK(impossible.fault->code == "transition_impossible");
         CHECK(impossible.fault->field == "status");
       });
}

TEST_CASE("state_vs_state: who saw nothing of the state starts from its beginning") {
  meet({"activity", new_activity(), set({{"status", Value("open")}}), set({{"status", Value("held")}})},
       [](Met& met) { CHECK(met.value("status") == Value("held")); });
}

TEST_CASE("fixed_vs_fixed: two first values ask a person") {
  const Value a(id_of(77).text());
  const Value b(id_of(78).text());
  meet({"activity", new_activity(), set({{"organisation", a}}), set({{"organisation", b}})}, [&](Met& met) {
    CHECK(met.value("organisation") == b);
    const Record* asked = met.world.open_case("field_conflict", {met.id}, "organisation");
    REQUIRE(asked != nullptr);
    CHECK(candidate_values(*asked) == std::set<Value>{a, b});
  });
}

TEST_CASE("fixed: another value by somebody who saw it is kept aside, the same value changes nothing") {
  World world;
  Phone phone = world.phone(1);
  const RecordId id = id_of(1);
  world.write(phone, "activity", id, 0, new_activity({{"organisation", Value(id_of(77).text())}}));
  const Verdict other = world.write(phone, "activity", id, 1, set({{"organisation", Value(id_of(78).text())}}));
  REQUIRE(other.fault);
  CHECK(other.fault->code == "field_fixed");
  CHECK(world.write(phone, "activity", id, 1, set({{"organisation", Value(id_of(77).text())}})).kind ==
        VerdictKind::applied);
  const Verdict cleared = world.write(phone, "activity", id, 2, set({{"organisation", Value()}}));
  REQUIRE(cleared.fault);
  CHECK(cleared.fault->code == "field_fixed");
}

TEST_CASE("observation: whoever saw it can neither change nor complete it") {
  World world;
  Phone phone = world.phone(1);
  const RecordId id = id_of(1);
  const Deed counted = set({{"unit", Value(kPaU)}, {"activity", Value(id_of(9).text())}, {"count", Value(31)}});
  CHECK(world.write(phone, "headcount", id, 0, counted).kind == VerdictKind::applied);
  CHECK(world.write(phone, "headcount", id, 1, set({{"count", Value(31)}})).kind == VerdictKind::applied);
  const Verdict changed = world.write(phone, "headcount", id, 2, set({{"count", Value(32)}}));
  REQUIRE(changed.fault);
  CHECK(changed.fault->code == "field_fixed");
  const Verdict completed = world.write(phone, "headcount", id, 2, set({{"basis", Value("counted")}}));
  REQUIRE(completed.fault);
  CHECK(completed.fault->code == "field_fixed");
  Phone other = world.phone(2);
  const Verdict from_afar = world.write(other, "headcount", id, 2, set({{"voids", Value(id_of(8).text())}}));
  REQUIRE(from_afar.fault);
  CHECK(from_afar.fault->code == "field_fixed");
}

TEST_CASE("server: a phone does not write what the server derives") {
  World world;
  Phone phone = world.phone(1);
  const Verdict verdict = world.write(phone, "need", id_of(1), 0, new_need({{"quantity", Value(500)}}));
  REQUIRE(verdict.fault);
  CHECK(verdict.fault->code == "field_server");
  CHECK_FALSE(world.knows(id_of(1)));
}

TEST_CASE("group_vs_group: item and unit of measure stay together") {
  meet({"need", new_need({{"item", Value("áo ấm")}, {"unit_of_measure", Value("piece")}}),
        set({{"item", Value("cơm trưa")}, {"unit_of_measure", Value("meal")}}), set({{"item", Value("chăn")}})},
       [](Met& met) {
         CHECK(met.value("item") == Value("chăn"));
         CHECK(met.value("unit_of_measure") == Value("piece"));
         CHECK(concerns(met.last(), met.a_came_last ? "unit_of_measure" : "item",
                        met.a_came_last ? FieldOutcome::superseded : FieldOutcome::kept));
         const Value::Object readable = suoi::sync::readable_fields(met.record());
         CHECK(readable.at("item") == Value("chăn"));
         CHECK_FALSE(readable.contains("goods"));
       });
}

TEST_CASE("move_vs_move: the record stands in the later unit and the province's desk is asked") {
  meet({"activity", new_activity(), set({{"unit", Value(kTaTong)}}), set({{"unit", Value(kBumTo)}})}, [](Met& met) {
    CHECK(met.record().unit.text() == kBumTo);
    CHECK(met.record().stream.text() == kBumTo);
    const Record* asked = met.world.open_case("field_conflict", {met.id}, "unit");
    REQUIRE(asked != nullptr);
    CHECK(candidate_values(*asked) == std::set<Value>{Value(kTaTong), Value(kBumTo)});
    CHECK(asked->stream.text() == std::string(kLaiChau) + "/desk");
  });
}

TEST_CASE("move_vs_quarrel: an open case follows its record to the new desk") {
  meet({"activity", new_activity(), set({{"planned_start", when(1)}}), set({{"planned_start", when(2)}})},
       [](Met& met) {
         Phone mover = met.world.phone(4);
         met.world.write(mover, "activity", met.id, 1, set({{"unit", Value(kTaTong)}}));
         const Record* asked = met.world.open_case("field_conflict", {met.id}, "planned_start");
         REQUIRE(asked != nullptr);
         CHECK(asked->stream.text() == std::string(kTaTong) + "/desk");
       });
}

TEST_CASE("move: whoever moves a record needs a role in both communes") {
  World world;
  Phone author = world.phone(1);
  world.write(author, "activity", id_of(1), 0, new_activity());
  Phone here = world.phone(2, {role_in(Role::volunteer, kPaU)});
  Phone there = world.phone(3, {role_in(Role::volunteer, kTaTong)});
  Phone both = world.phone(4, {role_in(Role::volunteer, kPaU), role_in(Role::volunteer, kTaTong)});
  for (Phone* phone : {&here, &there}) {
    const Verdict verdict = world.write(*phone, "activity", id_of(1), 1, set({{"unit", Value(kTaTong)}}));
    REQUIRE(verdict.fault);
    CHECK(verdict.fault->code == "unit_out_of_reach");
  }
  CHECK(world.write(both, "activity", id_of(1), 1, set({{"unit", Value(kTaTong)}})).kind == VerdictKind::applied);
}

TEST_CASE("create_vs_create: an id that follows from others is one record, merged field by field") {
  World probe;
  const RecordId activity = id_of(20);
  const RecordId person = id_of(21);
  for (const bool swapped : {false, true}) {
    World world;
    Phone a = world.phone(1);
    Phone b = world.phone(2);
    const RecordId id = participation_id(activity, person);
    Deed deed_a = new_participation(activity, person);
    Deed deed_b = deed_a;
    (*deed_a["set"].object())["task"] = Value("đo thị lực");
    (*deed_b["set"].object())["task"] = Value("phát thuốc");
    if (!swapped) world.write(a, "participation", id, 0, deed_a, kNowMs);
    world.write(b, "participation", id, 0, deed_b, kNowMs + 1);
    if (swapped) world.write(a, "participation", id, 0, deed_a, kNowMs);
    CHECK(world.record(id).text("task") == "phát thuốc");
    CHECK(world.record(id).ref("person") == person);
    CHECK(world.open_cases() == 0);
  }
}

TEST_CASE("create: an id that does not follow from its activity and person is refused, also where the record exists") {
  World world;
  Phone phone = world.phone(1);
  Phone other = world.phone(2);
  const Verdict wrong = world.write(phone, "participation", id_of(5), 0, new_participation(id_of(20), id_of(21)));
  REQUIRE(wrong.fault);
  CHECK(wrong.fault->code == "bad_id");
  const RecordId id = participation_id(id_of(20), id_of(21));
  CHECK(world.write(phone, "participation", id, 0, new_participation(id_of(20), id_of(21))).kind ==
        VerdictKind::applied);
  const Verdict second = world.write(other, "participation", id, 0, new_participation(id_of(20), id_of(22)));
  REQUIRE(second.fault);
  CHECK(second.fault->code == "bad_id");
}

TEST_CASE("edit_vs_edit: an edit made after seeing another never loses to it, whatever the clock says") {
  World world;
  Phone ahead = world.phone(1);
  Phone behind = world.phone(2);
  world.write(ahead, "need", id_of(1), 0, new_need({{"priority", Value(1)}}), kNowMs + 3650 * kDayMs);
  world.write(behind, "need", id_of(1), 1, set({{"priority", Value(2)}}), kNowMs - 3650 * kDayMs);
  CHECK(world.record(id_of(1)).value("priority") == Value(2));
  Phone third = world.phone(3);
  world.write(third, "need", id_of(1), 2, set({{"priority", Value(3)}}), kNowMs - 3660 * kDayMs);
  CHECK(world.record(id_of(1)).value("priority") == Value(3));
}

TEST_CASE("edit_vs_edit: a version that was never given out is no knowledge of what comes later") {
  World world;
  Phone author = world.phone(1);
  Phone boaster = world.phone(2);
  Phone other = world.phone(3);
  world.write(author, "need", id_of(1), 0, new_need({{"priority", Value(1)}}));
  world.write(boaster, "need", id_of(1), 999, set({{"priority", Value(2)}}));
  const Verdict verdict = world.write(other, "need", id_of(1), 1, set({{"priority", Value(3)}}), kNowMs + kMinuteMs);
  CHECK(verdict.kind == VerdictKind::merged);
  CHECK(world.record(id_of(1)).value("priority") == Value(3));
}
