// The values of a scenario: names of records and people, and moments, become what goes over the wire
// (tests/vectors/README.md).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "suoi/domain/id.hpp"
#include "suoi/domain/value.hpp"

namespace suoi::vectors {

class Words {
 public:
  explicit Words(std::int64_t began_ms) : began_ms_(began_ms) {}

  // The id of a record by its name; made on first use.
  domain::RecordId record(const std::string& name);
  void derive(const std::string& name, const domain::Value::Array& from);
  void person(const std::string& name, const std::string& id) { people_[name] = id; }
  const std::string& person(const std::string& name) const { return people_.at(name); }
  // The scenario knows who or what this id names.
  bool knows(std::string_view id) const;

  // Every text that begins with `$` is replaced, within the whole value.
  domain::Value said(const domain::Value& value);
  // "-3h", "+400d", "10m", "5s", "-6y" in milliseconds.
  static std::int64_t span_ms(std::string_view text);

 private:
  domain::Value word(const std::string& text);

  std::int64_t began_ms_;
  std::map<std::string, domain::RecordId> records_;
  std::map<std::string, std::string> people_;
};

// Whether `found` has everything that `expected` says: members of objects one by one, lists element by element, or in
// any order for {"any_order": […]}, "*" for anything but nothing, null for nothing.
bool fits(const domain::Value& expected, const domain::Value* found);

}  // namespace suoi::vectors
