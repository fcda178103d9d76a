#include "planner.hpp"

#include <algorithm>
#include <span>

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

Fault unknown_field(const std::string& name) {
  return {"unknown_field", "the collection has no such field", name};
}

bool contains(const domain::GeoBox& box, std::int64_t lat_e6, std::int64_t lon_e6) {
  return box.low.lat_e6 <= lat_e6 && lat_e6 <= box.high.lat_e6 && box.low.lon_e6 <= lon_e6 && lon_e6 <= box.high.lon_e6;
}

// The one successor whose extent holds the position; nothing where several may, or the extent of one is not known.
std::optional<domain::UnitKey> holder(const domain::AdminUnits& units, const std::vector<domain::UnitKey>& successors,
                                      const Value& position) {
  const Value* lat = position.find("lat");
  const Value* lon = position.find("lon");
  if (lat == nullptr || lon == nullptr) return std::nullopt;
  std::optional<domain::UnitKey> found;
  for (const domain::UnitKey& unit : successors) {
    const domain::UnitFacts* facts = units.facts(unit);
    if (facts == nullptr || !facts->box) return std::nullopt;
    if (!contains(*facts->box, *lat->integer(), *lon->integer())) continue;
    if (found) return std::nullopt;
    found = unit;
  }
  return found;
}

}  // namespace

std::int64_t next_version(const Record* record, StateSource& state) {
  return std::max(record != nullptr ? record->version : 0, state.version_floor()) + 1;
}

void Planner::add(ChangeSet set) {
  arrival_ms_ = set.arrival_ms;
  if (set.loss) note_loss(set.author, *set.loss);
  work_.expect(set.changes.size());
  for (TimedChange& timed : set.changes) {
    Passage passage;
    passage.change = std::move(timed.change);
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
  if (passage.newer.empty()) {
    apply(passage);
    return;
  }
  const Content content = passage.change.content;
  const std::size_t index = apply(passage);
  quarantine_newer(passage, content);
  work_.change(index).verdict = passage.verdict;
}

std::optional<Fault> Planner::admit(Passage& passage) {
  if (passage.change.fault) return passage.change.fault;
  passage.collection = rules_.catalogue.find(passage.change.collection);
  if (passage.collection == nullptr) return Fault{"unknown_collection", "there is no such collection", "collection"};
  set_newer_aside(passage);
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
  const Change& change = passage.change;
  if (change.base > 0) {
    return Fault{"unknown_record", "the record has not arrived yet; the change waits for it", "record"};
  }
  const std::span<const Field> fields = passage.collection->fields;
  const auto missing = std::find_if(fields.begin(), fields.end(), [&](const Field& field) {
    return field.required && !change.set.contains(field.name);
  });
  if (missing != fields.end()) {
    const std::vector<WaitingChange> waiting = work_.waiting(change.record);
    const bool follows = std::any_of(waiting.begin(), waiting.end(),
                                     [&](const WaitingChange& held) { return held.device == passage.device; });
    if (follows) {
      return Fault{"depends_on", "the creation of this record is in quarantine; the change follows it", "record"};
    }
    if (change.is_delete) return Fault{"unknown_record", "there is no such record", "record"};
    return Fault{"required_missing", "a new record needs this field", std::string(missing->name)};
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
  if (passage.authority->is_server) return std::nullopt;
  for (const std::string_view name : passage.collection->id_from) {
    const auto given = passage.change.set.find(name);
    if (given == passage.change.set.end() || given->second == record.value(name)) continue;
    return Fault{"bad_id", "the id of this record follows from another one", std::string(name)};
  }
  return std::nullopt;
}

std::optional<Fault> Planner::read_edits(Passage& passage) {
  const domain::Collection& collection = *passage.collection;
  passage.edits.reserve(passage.change.set.size() + passage.change.inc.size());
  for (const auto& [name, value] : passage.change.set) {
    const Field* field = collection.field(name);
    if (field == nullptr) return unknown_field(name);
    if (auto fault = operation_fault(*field, field->merge != MergeRule::counter)) return fault;
    if (auto fault = value_fault(*field, value)) return fault;
    // The server alone clears such a field: the name of somebody who is erased.
    if (field->required && value.is_null() && !passage.authority->is_server) {
      return Fault{"required_missing", "this field cannot be cleared", name};
    }
    FieldEdit& edit = edit_of(passage, frontier_slot(collection, collection.slot(*field)));
    edit.names.push_back(name);
    if (field->group.empty()) {
      const bool clears_set = takes_elements(*field) && value.is_null();
      edit.value = clears_set ? Value(Value::Array{}) : value;
      continue;
    }
    if (edit.value.object() == nullptr) edit.value = Value(Value::Object{});
    edit.value.object()->insert_or_assign(name, value);
  }
  if (auto fault = read_increments(passage)) return fault;
  if (auto fault = read_elements(passage)) return fault;
  return read_unit(passage);
}

std::optional<Fault> Planner::read_increments(Passage& passage) {
  for (const auto& [name, amount] : passage.change.inc) {
    const Field* field = passage.collection->field(name);
    if (field == nullptr) return unknown_field(name);
    if (auto fault = operation_fault(*field, field->merge == MergeRule::counter)) return fault;
    if (auto fault = value_fault(*field, Value(amount))) return fault;
    FieldEdit& edit = edit_of(passage, passage.collection->slot(*field));
    edit.names.push_back(name);
    edit.value = Value(amount);
  }
  return std::nullopt;
}

std::optional<Fault> Planner::read_elements(Passage& passage) {
  for (const auto* elements : {&passage.change.add, &passage.change.remove}) {
    for (const auto& [name, texts] : *elements) {
      const Field* field = passage.collection->field(name);
      if (field == nullptr) return unknown_field(name);
      if (auto fault = operation_fault(*field, takes_elements(*field))) return fault;
      if (auto fault = size_fault(*field, texts.size())) return fault;
      FieldEdit& edit = edit_of(passage, passage.collection->slot(*field));
      if (edit.names.empty()) edit.names.push_back(name);
      for (const std::string& text : texts) {
        if (auto fault = element_fault(*field, text)) return fault;
        (elements == &passage.change.add ? edit.add : edit.remove).push_back(text);
      }
    }
  }
  return std::nullopt;
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
      passage.unit = holder(rules_.units, filing.successors, position_of(passage));
      if (passage.unit) break;
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

// Where the record stands as far as the change says: its own position, or that of the place that it names.
Value Planner::position_of(const Passage& passage) {
  const Value::Object& set = passage.change.set;
  if (const auto own = set.find("position"); own != set.end()) return own->second;
  const auto named = set.find("place");
  const std::string* text = named != set.end() ? named->second.text() : nullptr;
  const auto id = text != nullptr ? domain::RecordId::parse(*text) : std::nullopt;
  const Record* place = id ? work_.find(*id) : nullptr;
  return place != nullptr ? place->value("position") : Value();
}

// What a new approval confirms, as far as it is known. Whoever has a role elsewhere only confirms nothing here,
// whatever unit they name.
const Record* Planner::confirmed(const Passage& passage) {
  const auto named = passage.change.set.find("participation");
  if (passage.collection->name != "approval" || named == passage.change.set.end()) return nullptr;
  const auto id = named->second.text() != nullptr ? domain::RecordId::parse(*named->second.text()) : std::nullopt;
  return id ? work_.find(*id) : nullptr;
}

std::optional<Fault> Planner::check_rights(const Passage& passage, const Record* record) {
  const domain::Collection& collection = *passage.collection;
  domain::RoleSet roles = record != nullptr ? collection.may_edit : collection.may_create;
  // What only the server makes, people decide on but never take out of sight.
  if (passage.change.is_delete && collection.may_create.empty()) roles = {};
  std::vector<domain::UnitKey> units;
  if (record != nullptr) units.push_back(record->unit);
  if (passage.unit) units.push_back(*passage.unit);
  if (collection.name == "join") {
    for (const domain::UnitKey& unit : units_of_ends(passage, record)) units.push_back(unit);
  }
  if (const Record* participation = confirmed(passage)) units.push_back(participation->unit);
  for (const domain::UnitKey& unit : units) {
    if (auto fault = refuse(*passage.authority, rules_.units, roles, unit, passage.corrected_ms)) return fault;
    // An approval also needs the role on arrival: it decides, it does not only report. Who releases it answers for
    // that.
    if (collection.name == "approval" && !passage.released) {
      if (auto fault = refuse(*passage.authority, rules_.units, roles, unit, passage.arrival_ms)) return fault;
    }
  }
  if (auto fault = check_about_others(passage, record)) return fault;
  return collection.own_organisation ? check_organisation(passage, record) : std::nullopt;
}

// What is in somebody's own stream they write themselves, or a desk does it for them.
std::optional<Fault> Planner::check_about_others(const Passage& passage, const Record* record) {
  const domain::Collection& collection = *passage.collection;
  if (collection.for_others.empty() || passage.authority->is_server) return std::nullopt;
  const auto sent = passage.change.set.find(collection.person_field);
  const auto person =
      record != nullptr ? record->ref(collection.person_field) : domain::RecordId::parse(*sent->second.text());
  if (person && person->uuid == passage.person.uuid) return std::nullopt;
  const domain::UnitKey& unit = record != nullptr ? record->unit : *passage.unit;
  return refuse(*passage.authority, rules_.units, collection.for_others, unit, passage.corrected_ms);
}

// Both the organisation that the record has and the one that the change names.
std::optional<Fault> Planner::check_organisation(const Passage& passage, const Record* record) const {
  std::vector<domain::RecordId> organisations;
  if (record != nullptr) {
    if (const auto present = record->ref("organisation")) organisations.push_back(*present);
  }
  const auto given = passage.change.set.find("organisation");
  if (given != passage.change.set.end() && given->second.text() != nullptr) {
    organisations.push_back(*domain::RecordId::parse(*given->second.text()));
  }
  const domain::UnitKey& unit = record != nullptr ? record->unit : *passage.unit;
  for (const domain::RecordId& organisation : organisations) {
    if (foreign_organisation(*passage.authority, rules_.units, unit, passage.corrected_ms, organisation)) {
      return Fault{"role_not_allowed", "the activity belongs to another organisation", "organisation"};
    }
  }
  return std::nullopt;
}

std::optional<Fault> Planner::check_fields(const Passage& passage, const Record* record) {
  if (record != nullptr) {
    if (auto fault = check_sealed(passage, *record)) return fault;
  }
  for (const FieldEdit& edit : passage.edits) {
    if (auto fault = check_field(passage, record, edit)) return fault;
  }
  if (record == nullptr) return check_new(passage);
  if (record->collection->name == "join") {
    return passage.authority->is_server ? std::nullopt : check_join(passage, record);
  }
  if (auto fault = check_mend(passage, *record)) return fault;
  return releases(passage, record) ? check_release(passage, *record) : std::nullopt;
}

// Whoever saw a report filed changes nothing in it any more, nor deletes it.
std::optional<Fault> Planner::check_sealed(const Passage& passage, const Record& record) {
  const domain::Collection& collection = *record.collection;
  if (collection.sealed_by.empty() || passage.authority->is_server) return std::nullopt;
  const std::size_t slot = collection.slot(*collection.field(collection.sealed_by));
  const FieldState* seal = record.state(slot);
  if (seal == nullptr) return std::nullopt;
  const Value seen =
      seen_value(collection.fields[slot], *seal, stamp_of(passage, &record), context_for(record.id, slot));
  if (seen.is_null()) return std::nullopt;
  return Fault{"field_fixed", "it was filed; nothing in it changes any more", std::string(collection.sealed_by)};
}

// What only the fields of one collection have to fulfil together.
std::optional<Fault> Planner::check_new(const Passage& passage) {
  if (passage.collection->name == "attendance") {
    constexpr std::int64_t kLongestMs = 31LL * 24 * 3600 * 1000;
    const std::int64_t from_ms = *passage.change.set.at("from").integer();
    const std::int64_t to_ms = *passage.change.set.at("to").integer();
    if (to_ms < from_ms || to_ms - from_ms > kLongestMs) {
      return Fault{"bad_value", "must not be before the start, nor more than 31 days after it", "to"};
    }
  }
  if (passage.collection->name == "approval") {
    const auto participation = domain::RecordId::parse(*passage.change.set.at("participation").text());
    const Record* approved = work_.find(*participation);
    const auto subject = approved != nullptr ? approved->ref("person") : std::nullopt;
    if (subject && is_same_person(*subject, passage.person)) {
      return Fault{"own_participation", "nobody confirms their own participation", "participation"};
    }
  }
  const bool joins = passage.collection->name == "join" && !passage.authority->is_server;
  return joins ? check_join(passage, nullptr) : std::nullopt;
}

std::optional<Fault> Planner::check_field(const Passage& passage, const Record* record, const FieldEdit& edit) {
  const Field& field = passage.collection->fields[edit.slot];
  if (field.merge == MergeRule::server && !passage.authority->is_server) {
    return Fault{"field_server", "only the server writes this field", std::string(field.name)};
  }
  if (auto fault = check_writer(passage, record, edit)) return fault;
  if (field.merge == MergeRule::fixed && record != nullptr) return check_fixed(passage, *record, edit);
  if (field.merge != MergeRule::state) return std::nullopt;
  const FieldState* state = record != nullptr ? record->state(edit.slot) : nullptr;
  Value seen;
  if (state != nullptr) {
    seen = seen_value(field, *state, stamp_of(passage, record), context_for(record->id, edit.slot));
  }
  return check_state(passage, field, seen, edit.value, passage.unit ? *passage.unit : record->unit);
}

std::optional<Fault> Planner::check_writer(const Passage& passage, const Record* record, const FieldEdit& edit) {
  const domain::UnitKey& unit = passage.unit ? *passage.unit : record->unit;
  for (const std::string& name : edit.names) {
    const Field& field = *passage.collection->field(name);
    if (field.may_write.empty()) continue;
    auto fault = refuse(*passage.authority, rules_.units, field.may_write, unit, passage.corrected_ms);
    if (fault) return Fault{fault->code, fault->detail, name};
  }
  const Field& field = passage.collection->fields[edit.slot];
  for (const domain::ValueRight& right : field.value_rights) {
    if (edit.value.text() == nullptr || *edit.value.text() != right.value) continue;
    const Record* participation = confirmed(passage);
    for (const domain::UnitKey& where : {unit, participation != nullptr ? participation->unit : unit}) {
      auto fault = refuse(*passage.authority, rules_.units, right.roles, where, passage.corrected_ms);
      if (!fault && !passage.released) {
        fault = refuse(*passage.authority, rules_.units, right.roles, where, passage.arrival_ms);
      }
      if (fault) return Fault{fault->code, fault->detail, std::string(field.name)};
    }
  }
  return std::nullopt;
}

// Of an observation also a field that was left out stays as it was: whoever saw the record cannot add to it.
std::optional<Fault> Planner::check_fixed(const Passage& passage, const Record& record, const FieldEdit& edit) {
  const Field& field = record.collection->fields[edit.slot];
  const Stamp author = stamp_of(passage, &record);
  const auto seen_of = [&](std::size_t slot) {
    const FieldState* state = record.state(slot);
    return state != nullptr ? seen_value(record.collection->fields[slot], *state, author, context_for(record.id, slot))
                            : Value();
  };
  const Value seen = seen_of(edit.slot);
  if (seen == edit.value) return std::nullopt;
  const bool is_first = seen.is_null() && !(record.collection->observation && !seen_of(domain::kUnitSlot).is_null());
  if (is_first) return std::nullopt;
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
  return {causality_, *this, record, slot};
}

}  // namespace suoi::sync
