#include <rapidcheck.h>

#include <bit>
#include <catch2/catch.hpp>
#include <charconv>
#include <fstream>
#include <iterator>

#include "suoi/domain/value.hpp"
#include "suoi/mobile_api/json_reader.hpp"

using namespace suoi;
using domain::Value;

namespace {

const Value& vectors() {
  static const Value value = [] {
    std::ifstream file(SUOI_SOURCE_DIR "/tests/vectors/jcs.json", std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    return mobile_api::read_json(text).value();
  }();
  return value;
}

const Value::Array& list(std::string_view key) {
  return *vectors().find(key)->array();
}

double from_bits(const std::string& hex) {
  std::uint64_t bits = 0;
  const auto end = std::from_chars(hex.data(), hex.data() + hex.size(), bits, 16).ptr;
  REQUIRE(end == hex.data() + hex.size());
  return std::bit_cast<double>(bits);
}

std::string any_text() {
  const auto code_point =
      rc::gen::oneOf(rc::gen::inRange<std::uint32_t>(0, 0x80), rc::gen::inRange<std::uint32_t>(0x80, 0xD800),
                     rc::gen::inRange<std::uint32_t>(0xE000, 0x110000));
  std::string utf8;
  for (const std::uint32_t c : *rc::gen::container<std::vector<std::uint32_t>>(code_point)) {
    const auto tail = [&](int shift) { utf8.push_back(static_cast<char>(0x80 | (c >> shift & 0x3F))); };
    if (c < 0x80) {
      utf8.push_back(static_cast<char>(c));
    } else if (c < 0x800) {
      utf8.push_back(static_cast<char>(0xC0 | c >> 6));
      tail(0);
    } else if (c < 0x10000) {
      utf8.push_back(static_cast<char>(0xE0 | c >> 12));
      tail(6);
      tail(0);
    } else {
      utf8.push_back(static_cast<char>(0xF0 | c >> 18));
      tail(12);
      tail(6);
      tail(0);
    }
  }
  return utf8;
}

Value any_value(int depth) {
  const int kind = *rc::gen::inRange(0, depth > 0 ? 7 : 5);
  switch (kind) {
    case 0:
      return Value();
    case 1:
      return Value(*rc::gen::arbitrary<bool>());
    case 2:
      return Value(*rc::gen::arbitrary<std::int64_t>());
    case 3: {
      const auto number = std::bit_cast<double>(*rc::gen::arbitrary<std::uint64_t>());
      return number - number == 0 ? Value(number) : Value(0.1);
    }
    case 4:
      return Value(any_text());
    default:
      break;
  }
  const int size = *rc::gen::inRange(0, 5);
  if (kind == 5) {
    Value::Array items;
    for (int i = 0; i < size; ++i) items.push_back(any_value(depth - 1));
    return Value(std::move(items));
  }
  Value::Object members;
  for (int i = 0; i < size; ++i) members.insert_or_assign(any_text(), any_value(depth - 1));
  return Value(std::move(members));
}

}  // namespace

TEST_CASE("Every number of RFC 8785 appendix B comes out as the RFC has it") {
  REQUIRE(list("numbers").size() == 24);
  for (const Value& vector : list("numbers")) {
    const std::string& bits = *vector.find("ieee")->text();
    CAPTURE(bits);
    CHECK(domain::canonical_json(Value(from_bits(bits))) == *vector.find("text")->text());
  }
}

TEST_CASE("NaN and the infinities of RFC 8785 appendix B are refused") {
  REQUIRE(list("refused_numbers").size() == 3);
  for (const Value& bits : list("refused_numbers")) {
    CHECK_THROWS_AS(domain::canonical_json(Value(from_bits(*bits.text()))), std::domain_error);
  }
}

TEST_CASE("Every document of the shared vectors has the canonical form that phones compute") {
  REQUIRE_FALSE(list("documents").empty());
  for (const Value& vector : list("documents")) {
    CAPTURE(*vector.find("name")->text());
    const auto value = mobile_api::read_json(*vector.find("input")->text());
    REQUIRE(value);
    CHECK(domain::canonical_json(*value) == *vector.find("canonical")->text());
  }
}

TEST_CASE("The canonical form of a canonical form is itself") {
  CHECK(rc::check([] {
    const std::string once = domain::canonical_json(any_value(4));
    const auto again = mobile_api::read_json(once);
    RC_ASSERT(again.has_value());
    RC_ASSERT(domain::canonical_json(*again) == once);
  }));
}
