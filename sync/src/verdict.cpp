#include "suoi/sync/verdict.hpp"

#include <array>

namespace suoi::sync {
namespace {

constexpr std::array<std::string_view, 5> kVerdicts = {"applied", "merged", "redirected", "review", "quarantined"};
constexpr std::array<std::string_view, 3> kOutcomes = {"kept", "superseded", "combined"};

template <class Enum, std::size_t N>
Enum by_name(const std::array<std::string_view, N>& names, const domain::Value* value) {
  const std::string* name = value != nullptr ? value->text() : nullptr;
  for (std::size_t index = 0; name != nullptr && index < N; ++index) {
    if (names[index] == *name) return static_cast<Enum>(index);
  }
  return static_cast<Enum>(0);
}

std::string text_of(const domain::Value& members, std::string_view name) {
  const domain::Value* member = members.find(name);
  return member != nullptr && member->text() != nullptr ? *member->text() : std::string();
}

}  // namespace

std::string_view verdict_name(VerdictKind kind) {
  return kVerdicts[static_cast<std::size_t>(kind)];
}
std::string_view outcome_name(FieldOutcome outcome) {
  return kOutcomes[static_cast<std::size_t>(outcome)];
}

domain::Value::Object verdict_members(const Verdict& verdict) {
  domain::Value::Object members;
  members.emplace("verdict", verdict_name(verdict.kind));
  if (!verdict.fields.empty()) {
    domain::Value::Object fields;
    for (const auto& [name, outcome] : verdict.fields) fields.emplace(name, outcome_name(outcome));
    members.emplace("fields", std::move(fields));
  }
  if (verdict.case_id) members.emplace("case", verdict.case_id->text());
  if (!verdict.unit.empty()) members.emplace("unit", verdict.unit);
  if (verdict.joined_to) members.emplace("record", verdict.joined_to->text());
  if (verdict.fault) {
    members.emplace("code", verdict.fault->code);
    members.emplace("detail", verdict.fault->detail);
    if (!verdict.fault->field.empty()) members.emplace("field", verdict.fault->field);
  }
  return members;
}

Verdict read_verdict(const domain::Value& members) {
  Verdict verdict;
  verdict.kind = by_name<VerdictKind>(kVerdicts, members.find("verdict"));
  const domain::Value* fields = members.find("fields");
  if (fields != nullptr && fields->object() != nullptr) {
    for (const auto& [name, outcome] : *fields->object()) {
      verdict.fields.emplace(name, by_name<FieldOutcome>(kOutcomes, &outcome));
    }
  }
  verdict.case_id = domain::RecordId::parse(text_of(members, "case"));
  verdict.unit = text_of(members, "unit");
  verdict.joined_to = domain::RecordId::parse(text_of(members, "record"));
  if (members.find("code") != nullptr) {
    verdict.fault = Fault{text_of(members, "code"), text_of(members, "detail"), text_of(members, "field")};
  }
  return verdict;
}

}  // namespace suoi::sync
