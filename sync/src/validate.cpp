#include "validate.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace suoi::sync {
namespace {

using domain::Field;
using domain::FieldType;
using domain::Value;

constexpr std::int64_t kLatitudeMax = 90'000'000;    // 1e-6 degrees
constexpr std::int64_t kLongitudeMax = 180'000'000;  // 1e-6 degrees
constexpr std::int64_t kAccuracyMax = 100'000;       // metres
constexpr std::size_t kElementMax = 120;             // code points of an element of a set
constexpr std::size_t kDigestDigits = 64;

Fault bad(const Field& field, std::string detail) {
  return {"bad_value", std::move(detail), std::string(field.name)};
}

bool is_hex_digest(std::string_view text) {
  return text.size() == kDigestDigits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool integer_between(const Value* value, std::int64_t min, std::int64_t max) {
  const std::int64_t* integer = value != nullptr ? value->integer() : nullptr;
  return integer != nullptr && min <= *integer && *integer <= max;
}

std::optional<Fault> text_fault(const Field& field, const Value& value) {
  if (value.text() == nullptr) return bad(field, "must be a text");
  if (value.text()->find('\0') != std::string::npos) return bad(field, "must not contain U+0000");
  if (code_points(*value.text()) > static_cast<std::size_t>(field.max)) {
    return bad(field, "is longer than " + std::to_string(field.max) + " characters");
  }
  return std::nullopt;
}

std::optional<Fault> integer_fault(const Field& field, const Value& value) {
  if (integer_between(&value, field.min, field.max)) return std::nullopt;
  return bad(field, "must be an integer from " + std::to_string(field.min) + " to " + std::to_string(field.max));
}

std::optional<Fault> geo_fault(const Field& field, const Value& value) {
  const bool fits = integer_between(value.find("lat"), -kLatitudeMax, kLatitudeMax) &&
                    integer_between(value.find("lon"), -kLongitudeMax, kLongitudeMax) &&
                    (value.find("accuracy") == nullptr || integer_between(value.find("accuracy"), 0, kAccuracyMax)) &&
                    value.object()->size() <= 3;
  if (fits && (value.object()->size() == 2) == (value.find("accuracy") == nullptr)) return std::nullopt;
  return bad(field, "must be {lat, lon, accuracy}: 1e-6 degrees and metres, as integers");
}

bool is_value_of(const Field& field, std::string_view word) {
  return std::find(field.values.begin(), field.values.end(), word) != field.values.end();
}

std::optional<Fault> enumeration_fault(const Field& field, const Value& value) {
  if (value.text() != nullptr && is_value_of(field, *value.text())) return std::nullopt;
  std::string allowed;
  for (const std::string_view word : field.values) allowed += (allowed.empty() ? "" : ", ") + std::string(word);
  return bad(field, "must be one of " + allowed);
}

std::optional<Fault> list_fault(const Field& field, const Value& value, bool (*fits)(const std::string&),
                                const char* of) {
  const Value::Array* items = value.array();
  const bool all = items != nullptr && items->size() <= static_cast<std::size_t>(field.max) &&
                   std::all_of(items->begin(), items->end(),
                               [&](const Value& item) { return item.text() != nullptr && fits(*item.text()); });
  if (all) return std::nullopt;
  return bad(field, "must be a list of at most " + std::to_string(field.max) + " " + of);
}

std::optional<Fault> counts_fault(const Field& field, const Value& value) {
  if (value.object() == nullptr) return bad(field, "must be an object of counts by age band");
  for (const auto& [band, count] : *value.object()) {
    if (!is_value_of(field, band)) return bad(field, "has an unknown age band");
    if (!integer_between(&count, 0, field.max)) return bad(field, "has a count that is no whole number or too large");
  }
  return std::nullopt;
}

std::optional<Fault> set_fault(const Field& field, const Value& value) {
  if (value.array() == nullptr) return bad(field, "must be a list of texts");
  if (auto fault = size_fault(field, value.array()->size())) return fault;
  for (const Value& item : *value.array()) {
    if (item.text() == nullptr) return bad(field, "must be a list of texts");
    if (auto fault = element_fault(field, *item.text())) return fault;
  }
  return std::nullopt;
}

}  // namespace

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

bool is_date(std::string_view text) {
  int parts[3] = {0, 0, 0};
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const std::string_view pieces[3] = {text.substr(0, 4), text.substr(5, 2), text.substr(8, 2)};
  for (int index = 0; index < 3; ++index) {
    const std::string_view piece = pieces[index];
    if (piece.find_first_not_of("0123456789") != std::string_view::npos) return false;
    std::from_chars(piece.data(), piece.data() + piece.size(), parts[index]);
  }
  return std::chrono::year_month_day(std::chrono::year(parts[0]), std::chrono::month(static_cast<unsigned>(parts[1])),
                                     std::chrono::day(static_cast<unsigned>(parts[2])))
      .ok();
}

std::optional<Fault> size_fault(const Field& field, std::size_t elements) {
  if (elements <= static_cast<std::size_t>(field.max)) return std::nullopt;
  return bad(field, "has more than " + std::to_string(field.max) + " elements");
}

std::optional<Fault> element_fault(const Field& field, const std::string& element) {
  const bool fits = !element.empty() && element.find('\0') == std::string::npos &&
                    code_points(element) <= kElementMax && (field.values.empty() || is_value_of(field, element));
  if (fits) return std::nullopt;
  return bad(field, "has an element that is empty, too long or not allowed");
}

std::optional<Fault> value_fault(const Field& field, const Value& value) {
  if (value.is_null()) return std::nullopt;
  const auto is_id = [](const std::string& text) { return domain::Uuid::parse(text).has_value(); };
  switch (field.type) {
    case FieldType::text:
      return text_fault(field, value);
    case FieldType::integer:
    case FieldType::money:
    case FieldType::minutes:
    case FieldType::instant:
      return integer_fault(field, value);
    case FieldType::date:
      if (value.text() != nullptr && is_date(*value.text())) return std::nullopt;
      return bad(field, "must be a date as YYYY-MM-DD");
    case FieldType::flag:
      if (value.flag() != nullptr) return std::nullopt;
      return bad(field, "must be true or false");
    case FieldType::geo:
      return geo_fault(field, value);
    case FieldType::ref:
      if (value.text() != nullptr && is_id(*value.text())) return std::nullopt;
      return bad(field, "must be the id of a record");
    case FieldType::refs:
      return list_fault(field, value, is_id, "ids of records");
    case FieldType::enumeration:
      return enumeration_fault(field, value);
    case FieldType::set:
      return set_fault(field, value);
    case FieldType::counts:
      return counts_fault(field, value);
    case FieldType::digest:
      if (value.text() != nullptr && is_hex_digest(*value.text())) return std::nullopt;
      return bad(field, "must be a SHA-256 digest as 64 hex digits");
    case FieldType::digests:
      return list_fault(
          field, value, [](const std::string& text) { return is_hex_digest(text); }, "SHA-256 digests");
    case FieldType::unit:
      if (value.text() != nullptr && domain::UnitKey::parse(*value.text())) return std::nullopt;
      return bad(field, "must be register:code, for example 2025:03442");
    case FieldType::object:
      return std::nullopt;
  }
  return bad(field, "has a type that is not known");
}

}  // namespace suoi::sync
