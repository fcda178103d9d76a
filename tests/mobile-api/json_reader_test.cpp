#include "suoi/mobile_api/json_reader.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>

#include "suoi/mobile_api/normalise.hpp"

using namespace std::string_literals;
using namespace suoi::mobile_api;
using suoi::domain::Value;
using Kind = JsonFault::Kind;

namespace {

std::optional<Kind> fault_of(std::string_view text, const JsonLimits& limits = {}) {
  const auto value = read_json(text, limits);
  if (value) return std::nullopt;
  return value.error().kind;
}

Value read(std::string_view text) {
  return read_json(text).value();
}

std::string nested(std::size_t levels, const std::string& inside = "1") {
  return std::string(levels, '[') + inside + std::string(levels, ']');
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

// What a body was taken apart into.
struct Body {
  std::map<std::string, Value> members;
  std::vector<JsonElement> elements;
  bool array_seen = false;
  std::optional<JsonFault> fault;
};

Body read_body(std::string_view text, const JsonLimits& limits = {}) {
  Body body;
  const JsonVisitor visitor{
      "changes",
      [&](std::string key, Value value) { body.members.insert_or_assign(std::move(key), std::move(value)); },
      [&] { body.array_seen = true; },
      [&](JsonElement element) { body.elements.push_back(std::move(element)); },
  };
  if (const auto done = read_json_members(text, limits, visitor); !done) body.fault = done.error();
  return body;
}

std::optional<Kind> body_fault(std::string_view text, const JsonLimits& limits = {}) {
  const auto fault = read_body(text, limits).fault;
  if (!fault) return std::nullopt;
  return fault->kind;
}

// A body whose second of three changes is `element`.
std::string around(const std::string& element) {
  return R"({"protocol": 1, "changes": [{"seq": 1}, )" + element + R"(, {"seq": 3}], "last": 3})";
}

}  // namespace

TEST_CASE("Plain JSON is read as it stands") {
  const Value value =
      read(" {\"a\": [null, true, false, -5, \"ti\\u1ebfng \\ud83d\\ude00\"], \"b\": {}, \"c\": 0.5}\r\n\t");
  const Value expected(
      Value::Object{{"a", Value(Value::Array{Value(), Value(true), Value(false), Value(-5), Value("tiếng 😀")})},
                    {"b", Value(Value::Object{})},
                    {"c", Value(0.5)}});
  CHECK(value == expected);
}

TEST_CASE("Numbers that come to an integer are integers, however they are written") {
  CHECK(read("1.0") == Value(1));
  CHECK(read("1e3") == Value(1000));
  CHECK(read("-0.0") == Value(0));
  CHECK(read("-0") == Value(0));
  CHECK(read("9007199254740992") == Value(std::int64_t{9007199254740992}));
  CHECK(read("-9007199254740992") == Value(std::int64_t{-9007199254740992}));
}

TEST_CASE("Fractions and integers beyond 2^53 are doubles") {
  CHECK(read("0.1") == Value(0.1));
  CHECK(read("9007199254740993") == Value(9007199254740992.0));
  CHECK(read("-9007199254740994") == Value(-9007199254740994.0));
  CHECK(read("18446744073709551615") == Value(18446744073709551615.0));
  CHECK(read("1e300") == Value(1e300));
}

TEST_CASE("A number that no double holds is a fault of its own") {
  CHECK(fault_of("1e999") == Kind::number_range);
  CHECK(fault_of("[1,-1e400]") == Kind::number_range);
  CHECK(fault_of("1e-999") == std::nullopt);
}

TEST_CASE("What is no JSON is refused") {
  const std::string text =
      GENERATE(as<std::string>(), "", " ", "nul", "TRUE", "NaN", "-Infinity", "01", "1.", ".5", "+1", "0x10", "1e",
               "'a'", "\"a", "\"\\x\"", "\"\\u12g4\"", "\"a\nb\"", "[1,]", "[,1]", "[1 2]", "{\"a\":1,}", "{a:1}",
               "{\"a\" 1}", "{1:2}", "{", "[", "[}", "{]", "]", "[1//x\n]", "/**/1", "{\"a\":[}]", "\"\\");
  CAPTURE(text);
  CHECK(fault_of(text) == Kind::syntax);
}

TEST_CASE("A fault names its place") {
  CHECK(read_json("{\"a\": 1} x").error() == JsonFault{Kind::trailing, 9});
  CHECK(read_json("[1, 2, x]").error() == JsonFault{Kind::syntax, 7});
  CHECK(read_json("[\"ab\xFF\"]").error() == JsonFault{Kind::encoding, 4});
  CHECK(read_json("[\"ab\\ud800\"]").error() == JsonFault{Kind::lone_surrogate, 4});
  CHECK(name(Kind::duplicate_key) == "duplicate_key");
}

TEST_CASE("Anything behind the value is refused, also a zero byte") {
  CHECK(fault_of("{} {}") == Kind::trailing);
  CHECK(fault_of("1,") == Kind::trailing);
  CHECK(fault_of("{}\0junk"s) == Kind::trailing);
  CHECK(fault_of("{}\0"s) == Kind::trailing);
  CHECK(fault_of("1\0"s) == Kind::trailing);
  CHECK(fault_of("[1\0]"s) == Kind::syntax);
  CHECK(fault_of("\0"s) == Kind::syntax);
  CHECK(fault_of("{\"a\":1\0}"s) == Kind::syntax);
  CHECK(body_fault("{}\0"s) == Kind::trailing);
  CHECK(body_fault("{\"a\":1}x") == Kind::trailing);
  CHECK(body_fault("{\"a\":1\0}"s) == Kind::syntax);
}

TEST_CASE("A byte order mark is refused") {
  CHECK(fault_of("\xEF\xBB\xBF{}") == Kind::syntax);
  CHECK(body_fault("\xEF\xBB\xBF{}") == Kind::syntax);
}

TEST_CASE("Ill-formed UTF-8 is refused wherever it stands") {
  const std::string bytes = GENERATE(as<std::string>(), "\x80", "\xC3", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                                     "\xF5\x80\x80\x80", "\xE0\x9F\xBF", "\xFE", "\xFF");
  CAPTURE(bytes);
  CHECK(fault_of("\"" + bytes + "\"") == Kind::encoding);
  CHECK(fault_of("{\"" + bytes + "\":1}") == Kind::encoding);
  CHECK(fault_of(bytes) == Kind::encoding);
  CHECK(fault_of("[1," + bytes + "]") == Kind::encoding);
  CHECK(body_fault(around("{\"note\":\"" + bytes + "\"}")) == Kind::encoding);
  CHECK(body_fault(around(bytes)) == Kind::encoding);
  CHECK(body_fault("{\"" + bytes + "\":1}") == Kind::encoding);
}

TEST_CASE("Half of a surrogate pair is refused, a whole pair is one sign") {
  const std::string text = GENERATE(as<std::string>(), R"("\ud800")", R"("\udc00")", R"("\ud83dx")", R"("\ud83d\n")",
                                    R"("\ud83d\u0041")", R"("\ude00\ud83d")", R"("\ud83d\ud83d\ude00")",
                                    R"({"\ud83d":1})", R"(["\\","\ud83d"])", R"("\ud83d\ude00\ude00")");
  CAPTURE(text);
  CHECK(fault_of(text) == Kind::lone_surrogate);
  CHECK(read(R"("\uD83D\uDE00")") == Value("😀"));
  CHECK(read(R"("\\ud83d")") == Value("\\ud83d"));
}

TEST_CASE("A fault before a lone surrogate is named first, and broken text beats both") {
  CHECK(fault_of(R"([x, "\ud83d"])") == Kind::syntax);
  CHECK(fault_of(R"(["\q\ud83d"])") == Kind::syntax);
  CHECK(fault_of(R"(["\ud83d\ude00", x])") == Kind::syntax);
  CHECK(fault_of("[\"\\ud83d\", \"\xFF\"]") == Kind::encoding);
}

TEST_CASE("The same key twice in one object is refused at any depth, also when written differently") {
  CHECK(fault_of(R"({"a":1,"a":1})") == Kind::duplicate_key);
  CHECK(fault_of(R"([{"b":{"a":1,"\u0061":2}}])") == Kind::duplicate_key);
  CHECK(fault_of(R"({"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]})") == std::nullopt);
  CHECK(body_fault(R"({"last":1,"last":1})") == Kind::duplicate_key);
  CHECK(body_fault(R"({"changes":[],"changes":[]})") == Kind::duplicate_key);
  CHECK(body_fault(R"({"cursors":{"x":1,"x":2}})") == Kind::duplicate_key);
}

TEST_CASE("Sixteen levels are read, seventeen are too deep") {
  CHECK(fault_of(nested(16)) == std::nullopt);
  CHECK(fault_of(nested(17)) == Kind::too_deep);
  CHECK(fault_of(nested(kNestingMax)) == Kind::too_deep);
  CHECK(fault_of(nested(2), JsonLimits{1, 10, 10, 10}) == Kind::too_deep);
}

TEST_CASE("Millions of levels are refused at once") {
  const std::string bomb = GENERATE(std::string(4'000'000, '['), repeated("{\"a\":", 1'000'000), nested(2'000'000));
  const auto start = std::chrono::steady_clock::now();
  CHECK(fault_of(bomb) == Kind::too_deep);
  CHECK(body_fault("{\"changes\":[" + bomb) == Kind::too_deep);
  CHECK(body_fault("{\"other\":" + bomb) == Kind::too_deep);
  const auto spent = std::chrono::steady_clock::now() - start;
  std::cout << "nesting bombs refused in " << std::chrono::duration<double, std::milli>(spent).count() << " ms\n";
}

TEST_CASE("A text with too many values is refused") {
  const JsonLimits limits{16, 4, 4, 4};
  CHECK(fault_of("[1,2,3]", limits) == std::nullopt);
  CHECK(fault_of("[1,2,3,4]", limits) == Kind::too_many_values);
  CHECK(fault_of(R"({"a":{"b":{"c":1}}})", limits) == std::nullopt);
  CHECK(fault_of(R"({"a":{"b":{"c":[]}},"d":1})", limits) == Kind::too_many_values);
  CHECK(body_fault(R"({"a":1,"b":[2],"c":3})", limits) == std::nullopt);
  CHECK(body_fault(R"({"a":1,"b":[2],"c":3,"d":4})", limits) == Kind::too_many_values);
}

TEST_CASE("A zero sign in a text is read, and found by who asks") {
  const Value value = read(R"({"note":["a\u0000b"]})");
  CHECK((*value.find("note")->array())[0].text()->size() == 3);
  CHECK(has_nul(value));
  CHECK(has_nul(read(R"({"a\u0000":1})")));
  CHECK_FALSE(has_nul(read(R"({"a":"\\u0000","b":[0,null]})")));
}

TEST_CASE("A body comes member by member and change by change") {
  const std::string text = around(R"({ "seq" : 2 })");
  const Body body = read_body(text);
  REQUIRE_FALSE(body.fault);
  CHECK(body.array_seen);
  CHECK(body.members == std::map<std::string, Value>{{"protocol", Value(1)}, {"last", Value(3)}});
  REQUIRE(body.elements.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    const JsonElement& element = body.elements[i];
    CHECK(element.index == i);
    CHECK(*element.value->find("seq") == Value(static_cast<std::int64_t>(i + 1)));
    CHECK(text.substr(element.offset, element.raw.size()) == element.raw);
  }
  CHECK(body.elements[1].raw == R"({ "seq" : 2 })");
}

TEST_CASE("Scalars among the changes are delivered like any other element") {
  const Body body = read_body(R"({"changes": [ 1 , "a,]" ,null,[ ] , -2.5e0]})");
  REQUIRE_FALSE(body.fault);
  REQUIRE(body.elements.size() == 5);
  CHECK(body.elements[0].raw == "1");
  CHECK(body.elements[1].value == Value("a,]"));
  CHECK(body.elements[4].value == Value(-2.5));
}

TEST_CASE("A body without changes, or with something else in their place, says so") {
  CHECK_FALSE(read_body("{}").array_seen);
  CHECK_FALSE(read_body(" { } ").fault);
  CHECK(read_body(R"({"changes":[]})").array_seen);
  CHECK(read_body(R"({"changes":[ ]})").elements.empty());
  const Body odd = read_body(R"({"changes":{"0":1}})");
  CHECK_FALSE(odd.array_seen);
  CHECK(odd.members.count("changes") == 1);
  CHECK(read_body(R"({"ch\u0061nges":[1]})").elements.size() == 1);
}

TEST_CASE("A body that is no object is refused") {
  CHECK(body_fault("[]") == Kind::syntax);
  CHECK(body_fault("") == Kind::syntax);
  CHECK(body_fault("1") == Kind::syntax);
}

TEST_CASE("Broken JSON around or inside the changes fails the whole body") {
  const std::string text = GENERATE(
      as<std::string>(), R"({"changes":[{"seq":1},]})", R"({"changes":[{"seq":1} {"seq":2}]})", R"({"changes":[,]})",
      R"({"changes":[{"seq":1})", R"({"changes":[{"seq":01}]})", R"({"changes":[{"seq":1,}]})",
      R"({"changes":[{"seq":[1}]})", R"({"changes":[nul]})", R"({"changes":[1}})", R"({"changes":})", R"({"changes")",
      R"({,})", R"({"a":1,})", R"({a:1})", R"({"a":1 "b":2})", R"({"a" 1})", R"({"changes":[{"a":1,"a":1,x}]})",
      R"({"changes":[{"seq":1]})", R"({"a":"x)", R"({null:1})");
  CAPTURE(text);
  CHECK(body_fault(text) == Kind::syntax);
}

TEST_CASE("One bad change does not hold up the others") {
  const auto [element, kind] = GENERATE(table<std::string, Kind>({
      {R"({"seq":2,"set":{"a":1,"a":2}})", Kind::duplicate_key},
      {R"({"seq":2,"set":)" + nested(16) + "}", Kind::too_deep},
      {R"({"seq":2,"set":)" + nested(kNestingMax - 1) + "}", Kind::too_deep},
      {R"({"seq":2,"set":[)" + repeated("0,", 2000) + "0]}", Kind::too_many_values},
      {R"({"seq":2,"set":{"note":"\ud83d"}})", Kind::lone_surrogate},
      {R"({"seq":2,"inc":{"tally":1e999}})", Kind::number_range},
  }));
  CAPTURE(element);
  const std::string text = around(element);
  const Body body = read_body(text);
  REQUIRE_FALSE(body.fault);
  REQUIRE(body.elements.size() == 3);
  CHECK(body.elements[0].value.has_value());
  CHECK(body.elements[2].value.has_value());
  CHECK(body.members.count("last") == 1);
  REQUIRE_FALSE(body.elements[1].value.has_value());
  CHECK(body.elements[1].value.error().kind == kind);
  CHECK(body.elements[1].raw == element);
  CHECK(body.elements[1].offset == text.find(element));
  CHECK(read_scalar_member(body.elements[1].raw, "seq") == Value(2));
}

TEST_CASE("A change deeper than sixty-four levels fails the whole body") {
  CHECK(body_fault(around(nested(kNestingMax))) == std::nullopt);
  CHECK(body_fault(around(nested(kNestingMax + 1))) == Kind::too_deep);
}

TEST_CASE("The number of a faulty change is found only where it is beyond doubt") {
  CHECK(read_scalar_member(R"( {"a":[1,{"seq":9}],"\u0073eq": 7, "b":"\ud800"} )", "seq") == Value(7));
  CHECK(read_scalar_member(R"({"seq":"x"})", "seq") == Value("x"));
  CHECK(read_scalar_member(R"({"seq":1,"seq":1})", "seq") == std::nullopt);
  CHECK(read_scalar_member(R"({"seq":[1]})", "seq") == std::nullopt);
  CHECK(read_scalar_member(R"({"seq":1e999})", "seq") == std::nullopt);
  CHECK(read_scalar_member(R"({"set":{"seq":1}})", "seq") == std::nullopt);
  CHECK(read_scalar_member(R"({})", "seq") == std::nullopt);
  CHECK(read_scalar_member(R"([{"seq":1}])", "seq") == std::nullopt);
  CHECK(read_scalar_member(R"({"seq":1)", "seq") == std::nullopt);
}

TEST_CASE("More changes than allowed are refused") {
  const JsonLimits limits{16, 100, 100, 3};
  CHECK(body_fault(R"({"changes":[1,2,3]})", limits) == std::nullopt);
  CHECK(body_fault(R"({"changes":[1,2,3,4]})", limits) == Kind::too_many_elements);
}

TEST_CASE("What the visitor throws comes through") {
  const JsonVisitor visitor{
      "changes", [](const std::string&, const Value&) { throw std::runtime_error("full"); }, {}, {}};
  CHECK_THROWS_AS(read_json_members(R"({"a":1})", {}, visitor), std::runtime_error);
}

TEST_CASE("Five thousand changes are read in one go") {
  const std::string change =
      R"({"seq":1234,"at":1763730000000,"up":700000,"collection":"need","record":"019a8c3e-7b1f-7c4d-9e2a-0123456789ab",)"
      R"("base":4,"set":{"priority":1,"needed_by":"2026-12-20","title":"Cần gạo và chăn ấm cho bản Nậm Nhừ",)"
      R"("place":{"lat":21028511,"lon":105804817,"accuracy":12},"themes":["children","traffic"]}})";
  const std::string text = R"({"protocol":1,"changes":[)" + repeated(change + ",", 4999) + change + "]}";
  const auto start = std::chrono::steady_clock::now();
  std::size_t read = 0;
  const JsonVisitor visitor{"changes",
                            [](const std::string&, const Value&) {},
                            {},
                            [&](JsonElement element) { read += element.value.has_value() ? 1 : 0; }};
  const auto done = read_json_members(text, {}, visitor);
  const std::chrono::duration<double, std::micro> spent = std::chrono::steady_clock::now() - start;
  CHECK(done.has_value());
  CHECK(read == 5000);
  std::cout << "reading a change of " << change.size() << " bytes: " << spent.count() / 5000 << " us\n";
}

TEST_CASE("The reader takes exactly the texts that are JSON, whatever is done to them") {
  CHECK(rc::check([] {
    std::string text = R"({"a":[1,-2.5e3,"x\u00e9\ud83d\ude00\n"],"b":{"c":null,"d":[true,false,{}]},"é":""})";
    const auto edits = *rc::gen::inRange(0, 4);
    for (int i = 0; i < edits; ++i) {
      const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
      const char c = *rc::gen::elementOf("{}[]\",:\\u019eE+-.tn \x00\x80\xC3\xED\n"s);
      if (*rc::gen::arbitrary<bool>()) {
        text[at] = c;
      } else {
        text.insert(at, 1, c);
      }
    }
    const auto value = read_json(text);
    const bool cut = text.find('\0') != std::string::npos;
    const bool is_json = !cut && nlohmann::json::accept(text);
    if (value) RC_ASSERT(is_json);
    if (!value && is_json) RC_ASSERT(value.error().kind == Kind::duplicate_key);
    const Body body = read_body(R"({"changes":[)" + text + "]}");
    if (value) RC_ASSERT(!body.fault && body.elements.size() == 1 && *body.elements[0].value == *value);
  }));
}
