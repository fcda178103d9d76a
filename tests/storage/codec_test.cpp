// The compact forms of values and records give back exactly what was stored.

#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "../../storage/src/record_codec.hpp"
#include "../../storage/src/value_codec.hpp"
#include "store_fixture.hpp"

namespace suoi::storage::test {
namespace {

using domain::Value;

const Names& names() {
  static const Names names = [] {
    std::vector<std::pair<NameNo, std::string>> rows;
    NameNo no = 1;
    for (std::string& word : Names::wanted(domain::release_catalogue())) rows.emplace_back(no++, std::move(word));
    return Names(domain::release_catalogue(), rows);
  }();
  return names;
}

rc::Gen<std::string> any_text() {
  return rc::gen::oneOf(
      rc::gen::arbitrary<std::string>(),
      rc::gen::element<std::string>("", "need", "title", "2025:03442", "Lò Thị", "0190a1b2-0000-7000-8000-00000000abcd",
                                    "0190A1B2-0000-7000-8000-00000000ABCD", std::string(64, 'a'), std::string(64, 'A'),
                                    std::string(300, 'x')));
}

rc::Gen<Value> any_value(int depth) {
  const auto leaf = rc::gen::oneOf(
      rc::gen::just(Value()), rc::gen::map(rc::gen::arbitrary<bool>(), [](bool flag) { return Value(flag); }),
      rc::gen::map(rc::gen::arbitrary<std::int64_t>(), [](std::int64_t integer) { return Value(integer); }),
      rc::gen::element(Value(INT64_MIN), Value(INT64_MAX), Value(0.5), Value(-1e300), Value(5e-324)),
      rc::gen::map(any_text(), [](std::string text) { return Value(std::move(text)); }));
  if (depth == 0) return leaf;
  const auto items = rc::gen::container<Value::Array>(any_value(depth - 1));
  const auto members = rc::gen::container<Value::Object>(any_text(), any_value(depth - 1));
  return rc::gen::oneOf(leaf, rc::gen::map(items, [](Value::Array array) { return Value(std::move(array)); }),
                        rc::gen::map(members, [](Value::Object object) { return Value(std::move(object)); }));
}

domain::Uuid any_uuid() {
  domain::Uuid uuid;
  // Few different ones, so that writers repeat.
  uuid.bytes[15] = static_cast<std::uint8_t>(*rc::gen::inRange(0, 4));
  return uuid;
}

sync::Stamp any_stamp() {
  return {{any_uuid()},
          {any_uuid()},
          *rc::gen::arbitrary<sync::LifeNo>(),
          *rc::gen::arbitrary<std::int64_t>(),
          *rc::gen::arbitrary<std::int64_t>(),
          *rc::gen::arbitrary<std::int64_t>()};
}

std::vector<sync::Member> any_members(const Value& readable) {
  std::vector<sync::Member> members;
  for (int left = *rc::gen::inRange(0, 3); left > 0; --left) {
    Value value = *rc::gen::arbitrary<bool>() ? readable : *any_value(1);
    members.push_back({std::move(value), any_stamp(), *rc::gen::arbitrary<std::int64_t>()});
  }
  return members;
}

sync::StreamKey any_stream(const domain::UnitKey& filed) {
  const auto type = static_cast<sync::StreamType>(*rc::gen::inRange(0, 3));
  if (*rc::gen::arbitrary<bool>()) return {type, filed, {}};
  return {type, unit("pre2025:03481"), {any_uuid()}};
}

sync::Record any_record() {
  const auto collections = domain::release_catalogue().collections();
  sync::Record record;
  record.collection = &collections[*rc::gen::inRange<std::size_t>(0, collections.size())];
  record.id = {any_uuid()};
  record.version = *rc::gen::arbitrary<std::int64_t>();
  record.unit = *rc::gen::element(unit("2025:03442"), unit("2025:12"), domain::UnitKey{});
  record.stream = any_stream(record.unit);
  record.live = *rc::gen::arbitrary<bool>();
  record.ever_deleted = *rc::gen::arbitrary<bool>();
  record.created_by = {any_uuid()};
  record.created_on = {any_uuid()};
  record.created_ms = *rc::gen::arbitrary<std::int64_t>();
  record.heads = any_members(Value(true));
  for (std::size_t slot = 0; slot < record.collection->fields.size(); ++slot) {
    if (*rc::gen::inRange(0, 3) == 0) continue;
    sync::FieldState& field = record.state_or_new(slot);
    field.value = *rc::gen::scale(0.2, any_value(2));
    field.frontier = any_members(field.value);
    for (int left = *rc::gen::inRange(0, 2); left > 0; --left) field.elements.push_back({*any_text(), {any_stamp()}});
  }
  return record;
}

sync::Record shell_of(const sync::Record& record) {
  sync::Record shell;
  shell.id = record.id;
  shell.collection = record.collection;
  shell.version = record.version;
  shell.live = record.live;
  return shell;
}

bool same(const sync::Record& a, const sync::Record& b) {
  return a.collection == b.collection && a.id == b.id && a.version == b.version && a.stream == b.stream &&
         a.unit == b.unit && a.live == b.live && a.ever_deleted == b.ever_deleted && a.created_by == b.created_by &&
         a.created_on == b.created_on && a.created_ms == b.created_ms && a.heads == b.heads && a.fields == b.fields;
}

TEST_CASE("Any value comes back as it was stored") {
  CHECK(rc::check([] {
    const Value value = *rc::gen::scale(0.3, any_value(3));
    RC_ASSERT(value_of_blob(value_blob(value, names()), names()) == value);
  }));
}

TEST_CASE("Any record comes back as it was stored, with every stamp, time and stream") {
  CHECK(rc::check([] {
    const sync::Record record = any_record();
    sync::Record read = shell_of(record);
    read_record_state(read, record_state(record, names()), names());
    RC_ASSERT(same(read, record));
  }));
}

TEST_CASE("Of a record whose bytes were cut or altered nothing is read that was not stored, and nothing crashes") {
  CHECK(rc::check([] {
    const sync::Record record = any_record();
    const std::string state = record_state(record, names());
    const std::string cut = state.substr(0, *rc::gen::inRange<std::size_t>(0, state.size()));
    sync::Record from_cut = shell_of(record);
    RC_ASSERT_THROWS_AS(read_record_state(from_cut, cut, names()), StoreFault);
    sync::Record longer = shell_of(record);
    RC_ASSERT_THROWS_AS(read_record_state(longer, state + "x", names()), StoreFault);
    std::string altered = state;
    altered[*rc::gen::inRange<std::size_t>(0, state.size())] ^= static_cast<char>(1 << *rc::gen::inRange(0, 8));
    try {
      sync::Record read = shell_of(record);
      read_record_state(read, altered, names());
      RC_CLASSIFY(true, "read as something else");
    } catch (const StoreFault& fault) {
      RC_ASSERT(std::string(fault.what()).find("damaged") != std::string::npos);
    }
  }));
}

TEST_CASE("A dictionary in another order, with words that are gone, still reads its own blobs") {
  std::vector<std::pair<NameNo, std::string>> rows = {{1, "a word of an older release"}};
  NameNo no = 900;
  for (std::string& word : Names::wanted(domain::release_catalogue())) rows.emplace_back(no--, std::move(word));
  const Names other(domain::release_catalogue(), rows);
  const Value value = Value::Object{{"title", "planned"}, {"status", "held"}, {"x", Value::Array{"need", 5}}};
  CHECK(value_of_blob(value_blob(value, other), other) == value);
}

TEST_CASE("A value that is nested too deeply is refused before it is stored") {
  Value deep;
  for (int depth = 0; depth <= kDepthMax; ++depth) deep = Value(Value::Array{deep});
  CHECK_THROWS_AS(value_blob(deep, names()), StoreFault);
}

TEST_CASE("A new record of one phone takes few bytes: its ids once, its stamps once") {
  sync::Record record;
  record.collection = domain::release_catalogue().find("activity");
  record.id = record_id(1);
  record.version = 1;
  record.unit = unit("2025:03442");
  record.stream = stream("2025:03442");
  record.created_ms = 1'790'000'000'000;
  const sync::Stamp stamp{{record_id(2).uuid}, {record_id(3).uuid}, 7, 12, 1, 0};
  record.created_on = stamp.device;
  record.created_by = stamp.person;
  record.heads = {{Value(true), stamp, record.created_ms}};
  for (const std::size_t slot : {0U, 1U, 5U}) {
    sync::FieldState& field = record.state_or_new(slot);
    field.value = "Dạy bơi";
    field.frontier = {{field.value, stamp, record.created_ms}};
  }
  CHECK(record_state(record, names()).size() < 120);
}

}  // namespace
}  // namespace suoi::storage::test
