#include "suoi/domain/value.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>

using namespace std::string_view_literals;
using namespace suoi::domain;

TEST_CASE("A value knows its own shape and no other") {
  CHECK(Value().is_null());
  CHECK(Value(nullptr).is_null());
  CHECK(*Value(true).flag());
  CHECK(*Value(7).integer() == 7);
  CHECK(*Value(0.5).number() == 0.5);
  CHECK(*Value("suối").text() == "suối");
  CHECK(Value(7).text() == nullptr);
  CHECK(Value(7).number() == nullptr);
  CHECK(Value(true).integer() == nullptr);
  CHECK_FALSE(Value(0) == Value(false));
  CHECK_FALSE(Value(0) == Value());
}

TEST_CASE("A member is found by its key, and nothing is found in what is no object") {
  const Value value(Value::Object{{"lat", Value(21'028'511)}, {"lon", Value()}});
  REQUIRE(value.find("lat") != nullptr);
  CHECK(*value.find("lat") == Value(21'028'511));
  REQUIRE(value.find("lon") != nullptr);
  CHECK(value.find("lon")->is_null());
  CHECK(value.find("accuracy") == nullptr);
  CHECK(Value("lat").find("lat") == nullptr);
}

TEST_CASE("The canonical form has no blanks and sorts the members") {
  const Value value(Value::Object{{"b", Value(Value::Array{Value(1), Value(), Value(true)})},
                                  {"a", Value(Value::Object{})},
                                  {"", Value(Value::Array{})},
                                  {"aa", Value(false)}});
  CHECK(canonical_json(value) == R"({"":[],"a":{},"aa":false,"b":[1,null,true]})");
}

TEST_CASE("Members sort by UTF-16 code units, also where bytes sort otherwise") {
  const Value value(Value::Object{{"\U0001F600", Value(1)}, {"\uFB33", Value(2)}, {"\uD7FF", Value(3)}});
  CHECK(canonical_json(value) == "{\"\uD7FF\":3,\"\U0001F600\":1,\"\uFB33\":2}");
}

TEST_CASE("The canonical form escapes only what it must") {
  std::string out = "before ";
  append_canonical_text(out, "\"\\/\b\f\n\r\t\x01\x1f\x7f ấ\0"sv);
  CHECK(out == "before \"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f ấ\\u0000\"");
}

TEST_CASE("Numbers change to an exponent where ECMAScript does") {
  CHECK(canonical_json(Value(1e21)) == "1e+21");
  CHECK(canonical_json(Value(1e20)) == "100000000000000000000");
  CHECK(canonical_json(Value(1.5e300)) == "1.5e+300");
  CHECK(canonical_json(Value(1e-6)) == "0.000001");
  CHECK(canonical_json(Value(1e-7)) == "1e-7");
  CHECK(canonical_json(Value(-1.25e-9)) == "-1.25e-9");
  CHECK(canonical_json(Value(123.456)) == "123.456");
  CHECK(canonical_json(Value(-0.0)) == "0");
  CHECK(canonical_json(Value(5e-324)) == "5e-324");
}

TEST_CASE("Integers are exact up to 2^53 and become doubles beyond") {
  constexpr std::int64_t exact = std::int64_t{1} << 53;
  CHECK(canonical_json(Value(exact)) == "9007199254740992");
  CHECK(canonical_json(Value(-exact)) == "-9007199254740992");
  CHECK(canonical_json(Value(exact - 1)) == "9007199254740991");
  CHECK(canonical_json(Value(exact + 1)) == "9007199254740992");
  CHECK(canonical_json(Value(std::numeric_limits<std::int64_t>::max())) == "9223372036854776000");
  CHECK(canonical_json(Value(std::numeric_limits<std::int64_t>::min())) == "-9223372036854776000");
}

TEST_CASE("What is no number has no canonical form") {
  CHECK_THROWS_AS(canonical_json(Value(std::numeric_limits<double>::infinity())), std::domain_error);
  CHECK_THROWS_AS(canonical_json(Value(std::nan(""))), std::domain_error);
}

TEST_CASE("Every number reads back from its canonical form to the last bit") {
  CHECK(rc::check([](std::uint64_t bits) {
    double number = 0;
    static_assert(sizeof number == sizeof bits);
    std::memcpy(&number, &bits, sizeof number);
    RC_PRE(std::isfinite(number) && number != 0);
    RC_ASSERT(std::strtod(canonical_json(Value(number)).c_str(), nullptr) == number);
  }));
}
