#include "suoi/sync/plan.hpp"

#include <algorithm>

#include "planner.hpp"

namespace suoi::sync {
namespace {

using domain::Value;

std::string hex(const std::array<std::uint8_t, 32>& bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace

MergePlan plan_merge(StateSource& state, ChangeSet set, const Rules& rules) {
  Planner planner(state, rules);
  planner.add(std::move(set));
  return planner.finish();
}

domain::RecordId derived_id(const Rules& rules, std::string_view collection,
                            const std::vector<domain::RecordId>& from) {
  std::string name(collection);
  for (const domain::RecordId& id : from) name += ":" + id.text();
  return {domain::uuid_v5(rules.hashing, domain::Catalogue::id_namespace(), name)};
}

domain::RecordId case_id(const Rules& rules, std::string_view kind, const std::vector<domain::RecordId>& subject,
                         std::string_view field) {
  std::string name = "case:" + std::string(kind);
  for (const domain::RecordId& id : subject) name += ":" + id.text();
  if (!field.empty()) name += ":" + std::string(field);
  return {domain::uuid_v5(rules.hashing, domain::Catalogue::id_namespace(), name)};
}

std::string approval_digest(const domain::Hashing& hashing, const domain::RecordId& activity,
                            const domain::RecordId& person, std::vector<AttendedInterval> attendance) {
  std::sort(attendance.begin(), attendance.end(),
            [](const AttendedInterval& a, const AttendedInterval& b) { return a.id < b.id; });
  Value::Array list;
  for (const AttendedInterval& one : attendance) {
    list.emplace_back(Value::Array{Value(one.id.text()), Value(one.from_ms), Value(one.to_ms)});
  }
  const Value content = Value::Object{
      {"activity", Value(activity.text())}, {"attendance", Value(std::move(list))}, {"person", Value(person.text())}};
  return hex(hashing.sha256(domain::canonical_json(content)));
}

}  // namespace suoi::sync
