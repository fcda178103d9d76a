#include "planner.hpp"

#include <algorithm>

#include "derive.hpp"
#include "validate.hpp"

namespace suoi::sync {
namespace {

using domain::Field;
using domain::FieldType;
using domain::MergeRule;
using domain::Value;

bool is_v5_from(const Rules& rules, const Passage& passage) {
  std::vector<domain::RecordId> from;
  for (const std::string_view name : passage.collection->id_from) {
    const auto given = passage.change.set.find(name);
    const std::string* text = given != passage.change.set.end() ? given->second.text() : nullptr;
    const auto id = text != nullptr ? domain::RecordId::parse(*text) : std::nullopt;
    if (!id) return false;
    from.push_back(*id);
  }
  return derived_id(rules, passage.collection->name, from) == passage.change.record;
}

// The edit of a frontier, made on first use: the fields of a group share one.
FieldEdit& edit_of(Passage& passage, std::size_t slot) {
  const auto found = std::find_if(passage.edits.begin(), passage.edits.end(),
                                  [&](const FieldEdit& edit) { return edit.slot == slot; });
  if (found != passage.edits.end()) return *found;
  FieldEdit edit;
  edit.slot = slot;
  passage.edits.push_back(std::move(edit));
  return passage.edits.back();
}

bool takes_elements(const Field& field) {
  return field.merge == MergeRule::set;
}

std::optional<Fault> operation_fault(const Field& field, bool fits) {
  if (fits) return std::nullopt;
  return Fault{"bad_value", "this operation does not fit the field", std::string(field.name)};
}

}  // namespace

std::int64_t next_version(const Record* record, StateSource& state) {
  return std::max(record != nullptr ? record->version : 0, state.version_floor()) + 1;
}

void Planner::add(const ChangeSet& set) {
  arrival_ms_ = set.arrival_ms;
  for (const TimedChange& timed : set.changes) {
    Passage passage;
    passage.change = timed.change;
    passage.device = set.author.device;
    passage.person = set.author.person;
    passage.life = set.author.life;
    passage.corrected_ms = timed.corrected_ms;
    passage.arrival_ms = set.arrival_ms;
    passage.authority = &set.author.authority;
    pass(passage);
  }
}

MergePlan Planner::finish() {
  draw_consequences();
  return work_.take();
}

void Planner::pass(Passage& passage) {
  if (auto fault = admit(passage)) {
    quarantine(passage, std::move(*fault));
    return;
  }
  apply(passage);
}

std::optional<Fault> Planner::admit(Passage& passage) {
  if (passage.change.fault) return passage.change.fault;
  passage.collection = rules_.catalogue.find(passage.change.collection);
  if (passage.collection == nullptr) return Fault{"unknown_collection", "there is no such collection", "collection"};
  if (auto fault = read_edits(passage)) return fault;
  const Record* record = work_.find(passage.change.record);
  if (record != nullptr && record->collection != passage.collection) {
    return Fault{"bad_id", "this id names a record of another collection", "record"};
  }
  passage.change.base = record != nullptr ? std::min(passage.change.base, record->version) : passage.change.base;
  if (auto fault = record != nullptr ? admit_edit(passage, *record) : admit_creation(passage)) return fault;
  if (auto fault = check_rights(passage, record)) return fault;
  return check_fields(passage, record);
}

std::optional<Fault> Planner::admit_creation(Passage& passage) {
  if (passage.change.base > 0) {
    return Fault{"unknown_record", "the record has not arrived yet; the change waits for it", "record"};
  }
  std::string missing;
  for (const Field& field : passage.collection->fields) {
    const auto given = passage.change.set.find(field.name);
    if (field.required && (given == passage.change.set.end() || given->second.is_null())) {
      missing = field.name;
      break;
    }
  }
  if (!missing.empty()) {
    for (const WaitingChange& waiting : work_.waiting(passage.change.record)) {
      if (waiting.device == passage.device) {
        return Fault{"depends_on", "the creation of this record is in quarantine; the change follows it", "record"};
      }
    }
    if (passage.change.is_delete) return Fault{"unknown_record", "there is no such record", "record"};
    return Fault{"required_missing", "a new record needs this field", missing};
  }
  if (!passage.collection->id_from.empty() && !passage.authority->is_server && !is_v5_from(rules_, passage)) {
    return Fault{"bad_id", "the id of this record has to follow from the records that it names", "record"};
  }
  return std::nullopt;
}

std::optional<Fault> Planner::admit_edit(Passage& passage, const Record& record) {
  if (saw_only_deletion(passage, record)) {
    return Fault{"record_deleted", "the record was deleted before this change was made", "record"};
  }
  return std::nullopt;
}

std::optional<Fault> Planner::read_edits(Passage& passage) {
  const domain::Collection& collection = *passage.collection;
  const auto known = [&](const std::string& name, const Field*& field) -> std::optional<Fault> {
    field = collection.field(name);
    if (field != nullptr) return std::nullopt;
    return Fault{"unknown_field", "the collection has no such field", name};
  };
  const Field* field = nullptr;
  for (const auto& [name, value] : passage.change.set) {
    if (auto fault = known(name, field)) return fault;
    if (auto fault = operation_fault(*field, field->merge != MergeRule::counter)) return fault;
    if (auto fault = value_fault(*field, value)) return fault;
    if (field->required && value.is_null()) return Fault{"required_missing", "this field cannot be cleared", name};
    FieldEdit& edit = edit_of(passage, frontier_slot(collection, collection.slot(*field)));
    edit.names.push_back(name);
    if (!field->group.empty()) {
      Value::Object members = edit.value.object() != nullptr ? *edit.value.object() : Value::Object{};
      members.insert_or_assign(name, value);
      edit.value = Value(std::move(members));
    } else {
      const bool clears_set = takes_elements(*field) && value.is_null();
      edit.value = clears_set ? Value(Value::Array{}) : value;
    }
  }
  for (const auto& [name, amount] : passage.change.inc) {
    if (auto fault = known(name, field)) return fault;
    if (auto fault = operation_fault(*field, field->merge == MergeRule::counter)) return fault;
    if (auto fault = value_fault(*field, Value(amount))) return fault;
    FieldEdit& edit = edit_of(passage, collection.slot(*field));
    edit.names.push_back(name);
    edit.value = Value(amount);
  }
  for (const auto* elements : {&passage.change.add, &passage.change.remove}) {
    for (const auto& [name, texts] : *elements) {
      if (auto fault = known(name, field)) return fault;
      if (auto fault = operation_fault(*field, takes_elements(*field))) return fault;
      FieldEdit& edit = edit_of(passage, collection.slot(*field));
      if (edit.names.empty() || edit.names.back() != name) edit.names.push_back(name);
      for (const std::string& text : texts) {
        if (auto fault = element_fault(*field, text)) return fault;
        (elements == &passage.change.add ? edit.add : edit.remove).push_back(text);
      }
    }
  }
  return read_unit(passage);
}

std::optional<Fault> Planner::read_unit(Passage& passage) {
  const auto given = passage.change.set.find("unit");
  if (given == passage.change.set.end()) return std::nullopt;
  const domain::UnitKey sent = *domain::UnitKey::parse(*given->second.text());
  const domain::Filing filing = rules_.units.resolve_filing(sent);
  switch (filing.outcome) {
    case domain::FilingOutcome::unknown:
      return Fault{"unit_unknown", "there is no such administrative unit", "unit"};
    case domain::FilingOutcome::in_force:
      passage.unit = sent;
      return std::nullopt;
    case domain::FilingOutcome::redirected:
      passage.unit = *filing.to;
      break;
    case domain::FilingOutcome::split:
      passage.unit = filing.successors.front();
      passage.possible_units = filing.successors;
      break;
  }
  passage.filed_under = passage.unit;
  passage.verdict.raise(VerdictKind::redirected);
  passage.verdict.unit = passage.unit->text();
  edit_of(passage, domain::kUnitSlot).value = Value(passage.unit->text());
  return std::nullopt;
}

std::optional<Fault> Planner::check_rights(const Passage& passage, const Record* record) const {
  const domain::Collection& collection = *passage.collection;
  const domain::RoleSet roles = record != nullptr ? collection.may_edit : collection.may_create;
  std::vector<domain::UnitKey> units;
  if (record != nullptr) units.push_back(record->unit);
  if (passage.unit) units.push_back(*passage.unit);
  for (const domain::UnitKey& unit : units) {
    if (auto fault = refuse(*passage.authority, rules_.units, roles, unit, passage.corrected_ms)) return fault;
    // An approval also needs the role on arrival: it decides, it does not only report.
    if (collection.name == "approval") {
      if (auto fault = refuse(*passage.authority, rules_.units, roles, unit, passage.arrival_ms)) return fault;
    }
  }
  if (!collection.own_organisation) return std::nullopt;
  const auto given = passage.change.set.find("organisation");
  std::optional<domain::RecordId> organisation = record != nullptr ? record->ref("organisation") : std::nullopt;
  if (given != passage.change.set.end() && given->second.text() != nullptr) {
    organisation = domain::RecordId::parse(*given->second.text());
  }
  const domain::UnitKey& unit = units.front();
  if (organisation &&
      foreign_organisation(*passage.authority, rules_.units, unit, passage.corrected_ms, *organisation)) {
    return Fault{"role_not_allowed", "the activity belongs to another organisation", "organisation"};
  }
  return std::nullopt;
}

std::optional<Fault> Planner::check_fields(Passage& passage, const Record* record) {
  for (const FieldEdit& edit : passage.edits) {
    if (auto fault = check_field(passage, record, edit)) return fault;
  }
  if (passage.collection->name == "attendance" && record == nullptr) {
    constexpr std::int64_t kLongestMs = 31LL * 24 * 3600 * 1000;
    const std::int64_t from_ms = *passage.change.set.at("from").integer();
    const std::int64_t to_ms = *passage.change.set.at("to").integer();
    if (to_ms < from_ms || to_ms - from_ms > kLongestMs) {
      return Fault{"bad_value", "must not be before the start, nor more than 31 days after it", "to"};
    }
  }
  if (passage.collection->name == "approval" && record == nullptr) {
    const auto participation = domain::RecordId::parse(*passage.change.set.at("participation").text());
    const Record* approved = work_.find(*participation);
    const auto subject = approved != nullptr ? approved->ref("person") : std::nullopt;
    if (subject && subject->uuid == passage.person.uuid) {
      return Fault{"own_participation", "nobody confirms their own participation", "participation"};
    }
  }
  return std::nullopt;
}

std::optional<Fault> Planner::check_field(Passage& passage, const Record* record, const FieldEdit& edit) {
  const Field& field = passage.collection->fields[edit.slot];
  if (field.merge == MergeRule::server && !passage.authority->is_server) {
    return Fault{"field_server", "only the server writes this field", std::string(field.name)};
  }
  const domain::UnitKey unit = passage.unit ? *passage.unit : record->unit;
  for (const std::string& name : edit.names) {
    const Field& named = *passage.collection->field(name);
    if (named.may_write.empty()) continue;
    auto fault = refuse(*passage.authority, rules_.units, named.may_write, unit, passage.corrected_ms);
    if (fault) return Fault{fault->code, fault->detail, name};
  }
  for (const domain::ValueRight& right : field.value_rights) {
    if (edit.value.text() == nullptr || *edit.value.text() != right.value) continue;
    auto fault = refuse(*passage.authority, rules_.units, right.roles, unit, passage.corrected_ms);
    if (!fault) fault = refuse(*passage.authority, rules_.units, right.roles, unit, passage.arrival_ms);
    if (fault) return Fault{fault->code, fault->detail, std::string(field.name)};
  }
  if (field.merge != MergeRule::fixed && field.merge != MergeRule::state) return std::nullopt;
  const FieldState* state = record != nullptr ? record->state(edit.slot) : nullptr;
  MergeContext context = context_for(passage.change.record, edit.slot);
  const Value seen = seen_value(field, state, stamp_of(passage, record), context);
  if (field.merge == MergeRule::state) return check_state(passage, field, seen, edit.value, unit);
  if (seen.is_null() || seen == edit.value) return std::nullopt;
  return Fault{"field_fixed", "this field cannot be changed once it is set", std::string(field.name)};
}

std::optional<Fault> Planner::check_state(const Passage& passage, const Field& field, const Value& from,
                                          const Value& to, const domain::UnitKey& unit) const {
  if (from == to) return std::nullopt;
  const std::string before = from.text() != nullptr ? *from.text() : std::string();
  const std::string after = to.text() != nullptr ? *to.text() : std::string();
  for (const domain::Edge& edge : field.edges) {
    if (edge.from != before || edge.to != after) continue;
    auto fault = refuse(*passage.authority, rules_.units, edge.roles, unit, passage.corrected_ms);
    if (fault) return Fault{fault->code, fault->detail, std::string(field.name)};
    return std::nullopt;
  }
  const std::string shown = before.empty() ? "nothing" : before;
  return Fault{"transition_impossible", "cannot go from " + shown + " to " + (after.empty() ? "nothing" : after),
               std::string(field.name)};
}

Stamp Planner::stamp_of(const Passage& passage, const Record* record) {
  return {passage.device,     passage.person, passage.life, passage.change.seq, next_version(record, work_.state()),
          passage.change.base};
}

MergeContext Planner::context_for(const domain::RecordId& record, std::size_t slot) {
  return {causality_, [this, record, slot] { return value_log(record, slot); }};
}

}  // namespace suoi::sync
