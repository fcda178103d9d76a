#include "suoi/mobile_api/json_writer.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <stdexcept>

#include "suoi/mobile_api/json_reader.hpp"

using namespace std::string_literals;
using namespace suoi::mobile_api;
using suoi::domain::Value;

TEST_CASE("An answer is written as it is said, commas in between") {
  JsonWriter writer;
  writer.object().key("epoch").text("e1").key("acked").integer(42).key("more").flag(false).key("receipt").null();
  writer.key("settled").array().array().text("id").integer(5).end_array().array().end_array().end_array();
  writer.key("sums").object().end_object();
  writer.key("fields").value(Value(Value::Object{{"b", Value(1)}, {"a", Value("x")}}));
  writer.key("page").raw("[1,2]").end_object();
  CHECK(writer.take() == R"({"epoch":"e1","acked":42,"more":false,"receipt":null,"settled":[["id",5],[]],"sums":{},)"
                         R"("fields":{"a":"x","b":1},"page":[1,2]})");
}

TEST_CASE("A writer is empty again after its text was taken") {
  JsonWriter writer;
  CHECK(writer.integer(1).size() == 1);
  CHECK(writer.take() == "1");
  CHECK(writer.size() == 0);
  CHECK(writer.array().integer(-2).end_array().take() == "[-2]");
}

TEST_CASE("Texts and keys are escaped, and read back as they were") {
  const std::string text = "\"\\\n\x01 ấ 😀\0"s;
  JsonWriter writer;
  const std::string json = writer.object().key(text).text(text).end_object().take();
  CHECK(read_json(json) == Value(Value::Object{{text, Value(text)}}));
}

TEST_CASE("Bytes that are no text come out as replacement signs, so that the answer stays readable") {
  JsonWriter writer;
  CHECK(writer.text("a\xFF\xC3z\xED\xA0\x80").take() == "\"a\uFFFD\uFFFDz\uFFFD\uFFFD\uFFFD\"");
}

TEST_CASE("Integers are written with all their digits") {
  JsonWriter writer;
  CHECK(writer.integer(std::numeric_limits<std::int64_t>::min()).take() == "-9223372036854775808");
}

TEST_CASE("Calls that make no whole JSON value are faults of the program") {
  CHECK_THROWS_AS(JsonWriter().object().integer(1), std::logic_error);
  CHECK_THROWS_AS(JsonWriter().object().key("a").key("b"), std::logic_error);
  CHECK_THROWS_AS(JsonWriter().object().key("a").end_object(), std::logic_error);
  CHECK_THROWS_AS(JsonWriter().key("a"), std::logic_error);
  CHECK_THROWS_AS(JsonWriter().array().key("a"), std::logic_error);
  CHECK_THROWS_AS(JsonWriter().array().end_object(), std::logic_error);
  CHECK_THROWS_AS(JsonWriter().end_array(), std::logic_error);
  CHECK_THROWS_AS(JsonWriter().integer(1).integer(2), std::logic_error);
  CHECK_THROWS_AS(JsonWriter().array().take(), std::logic_error);
  CHECK_THROWS_AS(JsonWriter().take(), std::logic_error);
}
