// A value as it stands in a field: what JSON can say, in a form that the merge core can compare and order.
//
// Purpose: the one representation of field contents between the wire, the merge and the store.
// Shapes:  null, bool, integer (signed 64 bit), number (only where a sender wrote a fraction or left ±2^53; no field of
//          the catalogue accepts it), text (UTF-8), array, object (keys unique, sorted by bytes).
// Threads: a value type; no sharing.
// Errors:  none; the typed getters return nullptr or nullopt for another shape.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "suoi/domain/flat_map.hpp"

namespace suoi::domain {

class Value {
 public:
  using Array = std::vector<Value>;
  using Object = FlatMap<Value>;

  Value() = default;
  Value(std::nullptr_t) {}
  Value(bool flag) : data_(flag) {}
  Value(int integer) : data_(std::int64_t{integer}) {}
  Value(std::int64_t integer) : data_(integer) {}
  Value(double number) : data_(number) {}
  Value(const char* text) : data_(std::string(text)) {}
  Value(std::string text) : data_(std::move(text)) {}
  Value(std::string_view text) : data_(std::string(text)) {}
  Value(Array items) : data_(std::move(items)) {}
  Value(Object members) : data_(std::move(members)) {}

  bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  const bool* flag() const { return std::get_if<bool>(&data_); }
  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&data_); }
  const double* number() const { return std::get_if<double>(&data_); }
  const std::string* text() const { return std::get_if<std::string>(&data_); }
  const Array* array() const { return std::get_if<Array>(&data_); }
  const Object* object() const { return std::get_if<Object>(&data_); }
  Array* array() { return std::get_if<Array>(&data_); }
  Object* object() { return std::get_if<Object>(&data_); }
  std::string* text() { return std::get_if<std::string>(&data_); }

  // The member `key` of an object; nullptr where this is no object or has none.
  const Value* find(std::string_view key) const;

  friend bool operator==(const Value&, const Value&) = default;
  friend bool operator<(const Value& a, const Value& b) { return a.data_ < b.data_; }

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> data_;
};

// The canonical JSON text of a value (RFC 8785): members sorted by UTF-16 code units, no blanks, ECMAScript numbers
// (section 3.2.2.3), minimal escapes (section 3.2.2.2). Integers beyond ±2^53 are written as the double they become.
std::string canonical_json(const Value& value);

// Appends the canonical form of one text, with its quotes, to `out`.
void append_canonical_text(std::string& out, std::string_view text);

}  // namespace suoi::domain
