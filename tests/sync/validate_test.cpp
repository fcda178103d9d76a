// Does a value fit its field? Every type with what is good, what is bad and what lies on the edge.
#include "../../sync/src/validate.hpp"

#include "world.hpp"

using namespace suoi::testing;
using suoi::domain::Field;
using suoi::domain::FieldType;
using suoi::sync::value_fault;

namespace {

constexpr std::int64_t kExact = std::int64_t{1} << 53;

Field field_of(FieldType type, std::int64_t min, std::int64_t max) {
  Field field;
  field.name = "it";
  field.type = type;
  field.min = min;
  field.max = max;
  return field;
}

void fits(const Field& field, const std::vector<Value>& good, const std::vector<Value>& bad) {
  for (const Value& value : good) {
    CAPTURE(suoi::domain::canonical_json(value));
    CHECK_FALSE(value_fault(field, value));
  }
  CHECK_FALSE(value_fault(field, Value()));
  for (const Value& value : bad) {
    CAPTURE(suoi::domain::canonical_json(value));
    const auto fault = value_fault(field, value);
    REQUIRE(fault);
    CHECK(fault->code == "bad_value");
    CHECK(fault->field == "it");
    CHECK_FALSE(fault->detail.empty());
  }
}

Value list(const std::vector<std::string>& texts) {
  Value::Array array;
  for (const std::string& text : texts) array.emplace_back(text);
  return Value(std::move(array));
}

Value spot(Value lat, Value lon, Value accuracy) {
  return Value(Value::Object{{"lat", std::move(lat)}, {"lon", std::move(lon)}, {"accuracy", std::move(accuracy)}});
}

}  // namespace

TEST_CASE("A text has at most so many characters, whatever their bytes, and no U+0000") {
  const Field field = field_of(FieldType::text, 0, 4);
  fits(field, {"", "abcd", "Pa Ủ", "𠮷𠮷𠮷𠮷"}, {"abcde", "Pa Ủ.", std::string("a\0b", 3), 4, true, list({"a"})});
}

TEST_CASE("Numbers are whole and within their bounds") {
  const Field field = field_of(FieldType::integer, -3, 9);
  fits(field, {-3, 0, 9}, {-4, 10, 1.0, 0.5, "3", true, std::int64_t{1} << 40, -kExact});
  fits(field_of(FieldType::money, 0, kExact), {0, Value(kExact)}, {Value(kExact + 1), -1, 2.5});
  fits(field_of(FieldType::minutes, 0, 720), {0, 720}, {-1, 721});
  fits(field_of(FieldType::instant, 0, kNowMs), {Value(kNowMs), 0}, {Value(kNowMs + 1), -1, "2026-11-21"});
}

TEST_CASE("A date is a day that exists, written in full") {
  fits(field_of(FieldType::date, 0, 0), {"2026-11-21", "2028-02-29", "2000-02-29", "0001-01-01"},
       {"2026-02-29", "2100-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-11-00", "2026-1-21", "26-11-21",
        "2026-11-21T", "2026/11/21", "+026-11-21", "2026-+1-21", "", 20261121});
}

TEST_CASE("A flag is true or false") {
  fits(field_of(FieldType::flag, 0, 0), {true, false}, {0, 1, "true", "no"});
}

TEST_CASE("A position is whole: degrees in millionths, metres") {
  const Field field = field_of(FieldType::geo, 0, 500);
  fits(field,
       {spot(22'400'000, 102'800'000, 5), spot(90'000'000, 180'000'000, 0), spot(-90'000'000, -180'000'000, 100'000),
        Value(Value::Object{{"lat", Value(1)}, {"lon", Value(2)}})},
       {spot(90'000'001, 0, 5), spot(0, -180'000'001, 5), spot(0, 0, -1), spot(0, 0, 100'001), spot(0.5, 0, 5),
        spot(0, Value(), 5), spot(0, 0, Value()), Value(Value::Object{{"lat", Value(1)}}),
        Value(Value::Object{{"lat", Value(1)}, {"lon", Value(2)}, {"height", Value(3)}}), "22.4,102.8", 3});
  Value::Object more = *spot(1, 2, 3).object();
  more.emplace("height", 3);
  CHECK(value_fault(field, Value(std::move(more))));
}

TEST_CASE("A reference is an id") {
  const std::string id = id_of(1).text();
  fits(field_of(FieldType::ref, 0, 0), {id}, {"", "need", id.substr(1), id + "0", 1, list({id})});
  fits(field_of(FieldType::refs, 0, 2), {list({}), list({id}), list({id, id})}, {list({id, id, id}), list({"x"}), id});
}

TEST_CASE("An enumeration takes its words and no others") {
  const Field& kind = *suoi::domain::release_catalogue().find("place")->field("kind");
  CHECK_FALSE(value_fault(kind, Value("school")));
  for (const Value& bad : {Value("School"), Value(""), Value("castle"), Value(1)}) {
    const auto fault = value_fault(kind, bad);
    REQUIRE(fault);
    CHECK(fault->detail.find("health_station") != std::string::npos);
  }
}

TEST_CASE("A set has so many elements of up to 120 characters, none empty") {
  Field field = field_of(FieldType::set, 0, 2);
  const std::string longest(120, 'x');
  fits(field, {list({}), list({"a", longest})},
       {list({"a", "b", "c"}), list({""}), list({longest + "x"}), list({std::string("a\0", 2)}), "a",
        Value(Value::Array{Value(1)})});
  static constexpr std::string_view kWords[] = {"a", "b"};
  field.values = kWords;
  fits(field, {list({"a", "b"})}, {list({"c"})});
}

TEST_CASE("Counts go by age band") {
  const Field& field = *suoi::domain::release_catalogue().find("assessment")->field("beneficiaries");
  const auto counts = [](Value::Object bands) { return Value(std::move(bands)); };
  CHECK_FALSE(value_fault(field, counts({{"0_2", Value(0)}, {"adult", Value(1'000'000)}})));
  CHECK_FALSE(value_fault(field, counts({})));
  for (const Value& bad :
       {counts({{"0_3", Value(1)}}), counts({{"0_2", Value(-1)}}), counts({{"0_2", Value(1'000'001)}}),
        counts({{"0_2", Value()}}), counts({{"0_2", Value(1.5)}}), Value(3), list({"0_2"})}) {
    CAPTURE(suoi::domain::canonical_json(bad));
    CHECK(value_fault(field, bad));
  }
}

TEST_CASE("A digest is 64 hex digits in lower case") {
  const std::string good(64, 'a');
  fits(field_of(FieldType::digest, 0, 0), {good},
       {std::string(64, 'A'), std::string(63, 'a'), std::string(65, 'a'), std::string(64, 'g'), 1});
  fits(field_of(FieldType::digests, 0, 1), {list({good}), list({})}, {list({good, good}), list({"a"}), good});
}

TEST_CASE("A unit is named with its register") {
  fits(field_of(FieldType::unit, 0, 0), {"2025:03442", "pre2025:03481", "2025:12"},
       {"03442", "2025:", "2025:0344", "2024:03442", "2025:03442/desk", 3442});
}

TEST_CASE("A change says what it changes, and one that cannot be read says why") {
  const auto fault_of = [](const Deed& more, std::initializer_list<const char*> leave_out = {}) {
    Value::Object content{{"seq", Value(1)},
                          {"at", Value(kNowMs)},
                          {"collection", Value("need")},
                          {"record", Value(id_of(1).text())},
                          {"base", Value(0)}};
    for (const auto& [name, value] : more) content.insert_or_assign(name, value);
    for (const char* name : leave_out) content.erase(name);
    const auto fault = suoi::sync::read_change(Value(std::move(content)), 1).fault;
    return fault ? fault->code + " " + fault->field : std::string();
  };
  const Deed good = set({{"priority", Value(1)}});
  const auto with = [&](const char* name, Value value) {
    Deed deed = good;
    deed.insert_or_assign(name, std::move(value));
    return deed;
  };
  CHECK(fault_of(good).empty());
  CHECK(fault_of(with("up", 5)).empty());
  CHECK(fault_of(with("up", Value())).empty());
  CHECK(fault_of(with("delete", false)).empty());
  CHECK(fault_of(with("colour", "red")).empty());
  CHECK(fault_of(erase()).empty());
  CHECK(fault_of({}) == "bad_value set");
  CHECK(fault_of(with("delete", true)) == "bad_value delete");
  CHECK(fault_of(with("delete", 1)) == "bad_value delete");
  CHECK(fault_of(with("base", -1)) == "bad_value base");
  CHECK(fault_of(with("base", "1")) == "bad_value base");
  CHECK(fault_of(with("at", 0.5)) == "bad_value at");
  CHECK(fault_of(with("set", 3)) == "bad_value set");
  CHECK(fault_of(with("inc", Value(Value::Object{{"tally", Value("2")}}))) == "bad_value tally");
  CHECK(fault_of(with("add", Value(Value::Object{{"themes", Value("a")}}))) == "bad_value themes");
  CHECK(fault_of(with("remove", Value(Value::Object{{"themes", Value(Value::Array{Value(1)})}}))) ==
        "bad_value themes");
  CHECK(fault_of(with("record", "need-1")) == "bad_id record");
  CHECK(fault_of(with("record", "00000000-0000-0000-0000-000000000000")) == "bad_id record");
  for (const char* name : {"at", "collection", "record", "base"}) {
    CHECK(fault_of(good, {name}) == std::string("bad_value ") + name);
  }
}

TEST_CASE("An operation has to fit its field, and the field to exist") {
  World world;
  Phone phone = world.phone(1);
  world.write(phone, "activity", id_of(1), 0, new_activity());
  const auto code = [&](const Deed& deed) {
    const Verdict verdict = world.write(phone, "activity", id_of(1), 1, deed);
    return verdict.fault ? verdict.fault->code + " " + verdict.fault->field : std::string();
  };
  CHECK(code(set({{"tally", Value(3)}})) == "bad_value tally");
  CHECK(code(inc("title", 3)) == "bad_value title");
  CHECK(code(inc("tally", 1'000'001)) == "bad_value tally");
  CHECK(code(add("title", {"x"})) == "bad_value title");
  CHECK(code(add("themes", {""})) == "bad_value themes");
  CHECK(code(add("themes", std::vector<std::string>(41, "x"))) == "bad_value themes");
  CHECK(code(set({{"colour", Value("red")}})) == "unknown_field colour");
  CHECK(code(inc("colour", 1)) == "unknown_field colour");
  CHECK(code(take("colour", {"red"})) == "unknown_field colour");
  CHECK(code(set({{"title", Value()}})) == "required_missing title");
  const Verdict nowhere = world.write(phone, "weather", id_of(2), 0, set({{"unit", Value(kPaU)}}));
  REQUIRE(nowhere.fault);
  CHECK(nowhere.fault->code == "unknown_collection");
  const Verdict taken = world.write(phone, "need", id_of(1), 0, new_need());
  REQUIRE(taken.fault);
  CHECK(taken.fault->code == "bad_id");
  const Verdict backwards = world.write(phone, "attendance", id_of(3), 0, new_attendance(id_of(9), kNowMs, kNowMs - 1));
  REQUIRE(backwards.fault);
  CHECK(backwards.fault->field == "to");
  CHECK(world.write(phone, "attendance", id_of(4), 0, new_attendance(id_of(9), kNowMs, kNowMs + 31 * kDayMs)).kind ==
        VerdictKind::applied);
  CHECK(
      world.write(phone, "attendance", id_of(5), 0, new_attendance(id_of(9), kNowMs, kNowMs + 31 * kDayMs + 1)).kind ==
      VerdictKind::quarantined);
}

TEST_CASE("A verdict reads back as it was written") {
  Verdict verdict;
  verdict.kind = VerdictKind::review;
  verdict.fields = {{"priority", FieldOutcome::kept}, {"note", FieldOutcome::combined}};
  verdict.case_id = id_of(3);
  verdict.unit = "2025:03442";
  verdict.fault = suoi::sync::Fault{"bad_value", "too long", "note"};
  CHECK(suoi::sync::read_verdict(Value(suoi::sync::verdict_members(verdict))) == verdict);
  CHECK(suoi::sync::read_verdict(Value(suoi::sync::verdict_members(Verdict{}))) == Verdict{});
}
