#include "suoi/domain/value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <stdexcept>

namespace suoi::domain {
namespace {

constexpr std::int64_t kExactInteger = std::int64_t{1} << 53;
constexpr std::string_view kLowerHex = "0123456789abcdef";

// ECMAScript writes 21 digits before it changes to an exponent, and six zeros after "0." (Number::toString).
constexpr int kPlainDigits = 21;
constexpr int kLeadingZeros = 6;

void append_integer(std::string& out, std::int64_t integer) {
  std::array<char, 24> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), integer).ptr;
  out.append(buffer.data(), end);
}

// The shortest digits that read back as the same double, and the place of the point: 0.d1d2d3… * 10^point.
struct Decimal {
  std::array<char, 24> digits;
  int count = 0;
  int point = 0;
};

Decimal shortest(double positive) {
  std::array<char, 32> buffer;
  char* const end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), positive, std::chars_format::scientific).ptr;
  char* const mark = std::find(buffer.data(), end, 'e');
  Decimal decimal;
  for (const char* at = buffer.data(); at != mark; ++at) {
    if (*at != '.') decimal.digits[decimal.count++] = *at;
  }
  int exponent = 0;
  const char* const exponent_digits = mark[1] == '+' ? mark + 2 : mark + 1;
  std::from_chars(exponent_digits, end, exponent);
  decimal.point = exponent + 1;
  return decimal;
}

void append_exponent_form(std::string& out, const Decimal& decimal) {
  out.push_back(decimal.digits[0]);
  if (decimal.count > 1) {
    out.push_back('.');
    out.append(decimal.digits.data() + 1, decimal.count - 1);
  }
  const int exponent = decimal.point - 1;
  out.append(exponent < 0 ? "e" : "e+");
  append_integer(out, exponent);
}

void append_number(std::string& out, double number) {
  if (!std::isfinite(number)) throw std::domain_error("canonical_json: JSON has no infinity and no NaN");
  if (number == 0) {  // also -0
    out.push_back('0');
    return;
  }
  if (number < 0) out.push_back('-');
  const Decimal decimal = shortest(std::fabs(number));
  const char* const digits = decimal.digits.data();
  if (decimal.point > kPlainDigits || decimal.point <= -kLeadingZeros) {
    append_exponent_form(out, decimal);
  } else if (decimal.point <= 0) {
    out.append("0.").append(-decimal.point, '0').append(digits, decimal.count);
  } else if (decimal.point >= decimal.count) {
    out.append(digits, decimal.count).append(decimal.point - decimal.count, '0');
  } else {
    out.append(digits, decimal.point).append(1, '.').append(digits + decimal.point, decimal.count - decimal.point);
  }
}

void append_escape(std::string& out, char c) {
  switch (c) {
    case '"':
      out.append("\\\"");
      return;
    case '\\':
      out.append("\\\\");
      return;
    case '\b':
      out.append("\\b");
      return;
    case '\t':
      out.append("\\t");
      return;
    case '\n':
      out.append("\\n");
      return;
    case '\f':
      out.append("\\f");
      return;
    case '\r':
      out.append("\\r");
      return;
    default:
      out.append("\\u00");
      out.push_back(kLowerHex[static_cast<unsigned char>(c) >> 4]);
      out.push_back(kLowerHex[c & 0x0F]);
  }
}

bool needs_escape(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

// UTF-8 bytes sort like code points; UTF-16 sorts the supplementary planes (lead bytes F0 and up, surrogates there)
// before U+E000..U+FFFF (lead bytes EE and EF). Exchanging these two groups is all the difference.
unsigned utf16_rank(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == 0xEE || byte == 0xEF ? byte + 0x10u : byte;
}

bool utf16_less(std::string_view a, std::string_view b) {
  const auto [at_a, at_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (at_b == b.end()) return false;
  return at_a == a.end() || utf16_rank(*at_a) < utf16_rank(*at_b);
}

bool sorts_alike(std::string_view key) {
  return std::none_of(key.begin(), key.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xEE; });
}

void append_value(std::string& out, const Value& value);

void append_member(std::string& out, const std::string& key, const Value& value) {
  if (out.back() != '{') out.push_back(',');
  append_canonical_text(out, key);
  out.push_back(':');
  append_value(out, value);
}

void append_object(std::string& out, const Value::Object& object) {
  out.push_back('{');
  const bool in_order =
      std::all_of(object.begin(), object.end(), [](const auto& member) { return sorts_alike(member.first); });
  if (in_order) {
    for (const auto& [key, value] : object) append_member(out, key, value);
  } else {
    std::vector<const Value::Object::value_type*> members;
    members.reserve(object.size());
    for (const auto& member : object) members.push_back(&member);
    std::sort(members.begin(), members.end(),
              [](const auto* a, const auto* b) { return utf16_less(a->first, b->first); });
    for (const auto* member : members) append_member(out, member->first, member->second);
  }
  out.push_back('}');
}

void append_array(std::string& out, const Value::Array& array) {
  out.push_back('[');
  bool first = true;
  for (const Value& item : array) {
    if (!first) out.push_back(',');
    first = false;
    append_value(out, item);
  }
  out.push_back(']');
}

void append_value(std::string& out, const Value& value) {
  if (const auto* text = value.text()) {
    append_canonical_text(out, *text);
  } else if (const auto* integer = value.integer()) {
    const bool exact = *integer >= -kExactInteger && *integer <= kExactInteger;
    exact ? append_integer(out, *integer) : append_number(out, static_cast<double>(*integer));
  } else if (const auto* object = value.object()) {
    append_object(out, *object);
  } else if (const auto* array = value.array()) {
    append_array(out, *array);
  } else if (const auto* flag = value.flag()) {
    out.append(*flag ? "true" : "false");
  } else if (const auto* number = value.number()) {
    append_number(out, *number);
  } else {
    out.append("null");
  }
}

}  // namespace

const Value* Value::find(std::string_view key) const {
  const Object* members = object();
  if (members == nullptr) return nullptr;
  const auto found = members->find(key);
  return found == members->end() ? nullptr : &found->second;
}

void append_canonical_text(std::string& out, std::string_view text) {
  out.push_back('"');
  auto run = text.begin();
  for (auto at = text.begin(); at != text.end(); ++at) {
    if (!needs_escape(*at)) continue;
    out.append(run, at);
    append_escape(out, *at);
    run = at + 1;
  }
  out.append(run, text.end());
  out.push_back('"');
}

std::string canonical_json(const Value& value) {
  constexpr std::size_t kUsualSize = 512;
  std::string out;
  out.reserve(kUsualSize);
  append_value(out, value);
  return out;
}

}  // namespace suoi::domain
