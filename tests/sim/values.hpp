// Members of JSON values, for what the simulation knows to be there.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "suoi/domain/value.hpp"

namespace suoi::sim {

using domain::Value;

// What must not happen. The text is for a person.
class Broken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

inline const Value& member(const Value& object, std::string_view name) {
  static const Value kNothing;
  const Value* found = object.find(name);
  return found != nullptr ? *found : kNothing;
}

inline std::string text_in(const Value& object, std::string_view name) {
  const std::string* found = member(object, name).text();
  return found != nullptr ? *found : std::string();
}

inline std::int64_t integer_in(const Value& object, std::string_view name) {
  const std::int64_t* found = member(object, name).integer();
  if (found == nullptr) throw Broken("an answer has no integer " + std::string(name));
  return *found;
}

inline const Value::Array& list_in(const Value& object, std::string_view name) {
  const Value::Array* found = member(object, name).array();
  if (found == nullptr) throw Broken("an answer has no list " + std::string(name));
  return *found;
}

inline const Value::Object& object_in(const Value& object, std::string_view name) {
  const Value::Object* found = member(object, name).object();
  if (found == nullptr) throw Broken("an answer has no object " + std::string(name));
  return *found;
}

}  // namespace suoi::sim
