#include <rapidcheck.h>
#include <utf8proc.h>

#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>

#include "suoi/mobile_api/json_reader.hpp"
#include "suoi/mobile_api/normalise.hpp"

using namespace std::string_literals;
using namespace std::string_view_literals;
using namespace suoi::mobile_api;
using suoi::domain::Value;

namespace {

std::string encoded(utf8proc_int32_t code_point) {
  std::array<utf8proc_uint8_t, 4> utf8{};
  const auto length = utf8proc_encode_char(code_point, utf8.data());
  return {utf8.begin(), utf8.begin() + length};
}

// For texts without U+0000.
std::string library_nfc(const std::string& text) {
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> nfc(
      utf8proc_NFC(reinterpret_cast<const utf8proc_uint8_t*>(text.c_str())), &std::free);
  return reinterpret_cast<const char*>(nfc.get());
}

}  // namespace

TEST_CASE("The same Vietnamese word is the same bytes, whichever keyboard wrote it") {
  const std::string composed = "Ti\u1EBFng Vi\u1EC7t, \u0110i\u1EC7n Bi\u00EAn";
  CHECK(to_nfc(composed) == composed);
  CHECK(to_nfc("Tie\u0302\u0301ng Vie\u0302\u0323t, \u0110ie\u0302\u0323n Bie\u0302n") == composed);
  CHECK(to_nfc("Ti\u00EA\u0301ng Vi\u1EB9\u0302t, \u0110i\u1EB9\u0302n Bi\u00EAn") == composed);
}

TEST_CASE("Plain and empty texts stay as they are") {
  CHECK(to_nfc("") == "");
  CHECK(to_nfc("plain text of more than eight bytes") == "plain text of more than eight bytes");
  CHECK(to_nfc("a\0b"sv) == "a\0b"s);
  CHECK(to_nfc("e\u0301\0b"sv) == "\u00E9\0b"s);
}

TEST_CASE("Signs that look alike but have one normal form become it") {
  CHECK(to_nfc("\u212B") == "\u00C5");
  CHECK(to_nfc("\u1100\u1161") == "\uAC00");
  CHECK(to_nfc("\u0344") == "\u0308\u0301");
}

TEST_CASE("Every sign that is taken for composed is so by the Unicode data") {
  std::size_t checked = 0;
  for (utf8proc_int32_t code_point = 1; code_point < 0x1F00; ++code_point) {
    if (code_point >= 0x300 && code_point < 0x1E00) continue;
    const std::string own = encoded(code_point);
    CHECK(own == library_nfc(own));
    CHECK(utf8proc_get_property(code_point)->combining_class == 0);
    CHECK(to_nfc(own) == own);
    ++checked;
  }
  CHECK(checked == 0x2FF + 0x100);
}

TEST_CASE("Texts are normalised wherever they stand in a value, keys are left alone") {
  Value value(Value::Object{{"e\u0301", Value(Value::Array{Value("e\u0301"), Value(1), Value()})}, {"a", Value("o")}});
  normalise_texts(value);
  CHECK(value ==
        Value(Value::Object{{"e\u0301", Value(Value::Array{Value("\u00E9"), Value(1), Value()})}, {"a", Value("o")}}));
}

TEST_CASE("Ill-formed text is not normalised but refused") {
  CHECK_THROWS_AS(to_nfc("\xC3"), std::invalid_argument);
  CHECK_THROWS_AS(to_nfc("a\xFF"), std::invalid_argument);
}

TEST_CASE("Length counts code points, not bytes") {
  CHECK(code_points("") == 0);
  CHECK(code_points("abc") == 3);
  CHECK(code_points("Ti\u1EBFng") == 5);
  CHECK(code_points("😀") == 1);
}

TEST_CASE("The first ill-formed byte is found") {
  CHECK(ill_formed_at("") == std::nullopt);
  CHECK(ill_formed_at("Đúng rồi 😀 tất cả") == std::nullopt);
  CHECK(ill_formed_at("12345678\x80") == 8);
  CHECK(ill_formed_at("ấ\xE1\xBA") == 3);
  CHECK(ill_formed_at("1234567\xED\xA0\x80") == 7);
}

TEST_CASE("A heap of combining marks is put in order, in no time worth speaking of") {
  constexpr std::size_t kPairs = 16'000;
  std::string heap = "a", marks_below, marks_above;
  for (std::size_t i = 0; i < kPairs; ++i) {
    heap += "\u0301\u0323";
    marks_above += "\u0301";
    if (i > 0) marks_below += "\u0323";
  }
  const auto start = std::chrono::steady_clock::now();
  const bool ordered = to_nfc(heap) == "\u1EA1" + marks_below + marks_above;
  const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - start;
  CHECK(ordered);
  std::cout << "normalising " << heap.size() << " bytes of combining marks: " << spent.count() << " ms\n";
}

TEST_CASE("Any text comes to the normal form that the Unicode library has for it") {
  CHECK(rc::check([] {
    const auto sign = rc::gen::oneOf(rc::gen::inRange(0x41, 0x7F), rc::gen::inRange(0xC0, 0x250),
                                     rc::gen::inRange(0x300, 0x370), rc::gen::inRange(0x1E00, 0x2000),
                                     rc::gen::inRange(0xAC00, 0xD7A4), rc::gen::inRange(0x1100, 0x1200),
                                     rc::gen::inRange(0xF900, 0xFB50), rc::gen::inRange(0x1D100, 0x1D200));
    std::string text;
    for (const int code_point : *rc::gen::container<std::vector<int>>(sign)) text += encoded(code_point);
    RC_ASSERT(to_nfc(text) == library_nfc(text));
    RC_ASSERT(to_nfc(to_nfc(text)) == to_nfc(text));
  }));
}
