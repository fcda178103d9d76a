// Fields that only a newer schema knows: kept aside field by field while the rest is applied, and taken up once this
// server knows them (merge.md, "Schema versions"). The history has the whole change from the start, so that a field is
// taken up by reading the history again.

#include <algorithm>
#include <array>

#include "planner.hpp"

namespace suoi::sync {
namespace {

using domain::Value;

constexpr std::array<std::string_view, 4> kOperations = {"set", "inc", "add", "remove"};

// The part of a change that does something to one field.
Value part_of(const Value& content, const std::string& field) {
  Value::Object part;
  for (const auto& [name, member] : *content.object()) {
    const bool is_operation = std::find(kOperations.begin(), kOperations.end(), name) != kOperations.end();
    if (!is_operation) {
      part.emplace(name, member);
    } else if (const Value* value = member.find(field)) {
      part.emplace(name, Value::Object{{field, *value}});
    }
  }
  return Value(std::move(part));
}

template <class Fields>
void collect_unknown(const domain::Collection& collection, const Fields& fields, std::set<std::string>& names) {
  for (const auto& [name, value] : fields) {
    if (collection.field(name) == nullptr) names.insert(name);
  }
}

Fault newer(const std::string& field) {
  return {"unknown_field", "this server does not know the field yet; it is taken up after an update", field};
}

bool waits_for_an_update(const Record& quarantine) {
  const std::string code = quarantine.text("code");
  return quarantine.live && quarantine.text("state") == "held" &&
         (code == "unknown_field" || code == "unknown_collection");
}

}  // namespace

// Takes the fields out of the change that only its newer schema knows, where something else is left of it.
void Planner::set_newer_aside(Passage& passage) {
  Change& change = passage.change;
  if (change.schema_version <= rules_.catalogue.schema_version() || change.is_delete) return;
  std::set<std::string> names;
  collect_unknown(*passage.collection, change.set, names);
  collect_unknown(*passage.collection, change.inc, names);
  collect_unknown(*passage.collection, change.add, names);
  collect_unknown(*passage.collection, change.remove, names);
  const auto is_known = [&](const auto& field) { return !names.contains(field.first); };
  const auto leaves = [&](const auto& fields) { return std::any_of(fields.begin(), fields.end(), is_known); };
  if (names.empty() || !(leaves(change.set) || leaves(change.inc) || leaves(change.add) || leaves(change.remove))) {
    return;
  }
  const auto take_out = [&](auto& fields) { erase_if(fields, [&](const auto& one) { return !is_known(one); }); };
  take_out(change.set);
  take_out(change.inc);
  take_out(change.add);
  take_out(change.remove);
  passage.newer.assign(names.begin(), names.end());
}

// A record of quarantine for each of them. `passage` has been applied; `content` is the whole change.
void Planner::quarantine_newer(Passage& passage, const Value& content) {
  passage.verdict.raise(VerdictKind::quarantined);
  passage.verdict.fault = newer(passage.newer.front());
  const domain::UnitKey unit = responsible_unit(passage);
  for (const std::string& field : passage.newer) {
    Value::Object fields = kept_aside_fields(passage, newer(field), unit);
    fields["collection"] = Value(passage.collection->name);
    fields["change"] = part_of(content, field);
    for (const std::string_view collection : {"quarantine", "returned_change"}) {
      server_change(collection, kept_aside_id(rules_, collection, passage, field), fields);
    }
  }
}

void Planner::take_up(const domain::RecordId& id, std::int64_t arrival_ms) {
  arrival_ms_ = arrival_ms;
  const Record* quarantine = work_.find(id);
  if (quarantine == nullptr || !waits_for_an_update(*quarantine)) return;
  if (const auto held = held_change(*quarantine)) {
    const Authority authority = work_.state().authority(held->person);
    Passage passage = passage_of(*held, authority);
    if (!admit(passage)) apply_released(passage);
    return;
  }
  take_up_field(*quarantine);
}

void Planner::take_up_field(const Record& quarantine) {
  const auto about = domain::RecordId::parse(quarantine.text("record"));
  const Record* record = about ? work_.find(*about) : nullptr;
  const std::string name = quarantine.text("field");
  const domain::Field* field = record != nullptr ? record->collection->field(name) : nullptr;
  if (field == nullptr || field->merge == domain::MergeRule::server) return;
  const domain::RecordId held = quarantine.id;
  for (const AppliedChange& applied : work_.history(record->id)) {
    Passage passage;
    passage.device = applied.stamp.device;
    passage.life = applied.stamp.life;
    passage.change.seq = applied.stamp.seq;
    if (kept_aside_id(rules_, "quarantine", passage, name) != held) continue;
    if (!replay_field(record->id, *field)) return;
    for (const std::string_view collection : {"quarantine", "returned_change"}) {
      server_change(collection, kept_aside_id(rules_, collection, passage, name), {{"state", Value("released")}});
    }
    return;
  }
}

// The field as all stored changes make it; false where one of them cannot stand.
bool Planner::replay_field(const domain::RecordId& id, const domain::Field& field) {
  const domain::Collection& collection = *work_.find(id)->collection;
  const std::size_t slot = domain::frontier_slot(collection, collection.slot(field));
  FieldState state;
  state.slot = static_cast<std::uint16_t>(slot);
  for (const AppliedChange& applied : work_.history(id)) {
    const Authority authority = work_.state().authority(applied.stamp.person);
    Passage passage;
    passage.change = applied.change;
    passage.person = applied.stamp.person;
    passage.corrected_ms = passage.arrival_ms = applied.corrected_ms;
    passage.authority = applied.stamp.life == work_.state().server_life() ? &server_ : &authority;
    passage.collection = &collection;
    set_newer_aside(passage);
    if (read_edits(passage)) return false;
    for (const FieldEdit& edit : passage.edits) {
      if (edit.slot != slot) continue;
      if (check_writer(passage, work_.find(id), edit)) return false;
      merge_field(collection, state, edit, applied.stamp, applied.corrected_ms, context_for(id, slot));
    }
  }
  Record& record = work_.edit(id);
  record.state_or_new(slot) = std::move(state);
  record.version = next_version(&record, work_.state());
  Verdict nobody_asked;
  if (record.state(slot)->frontier.size() > 1) settle_field_cases(id, {slot}, nobody_asked);
  return true;
}

MergePlan plan_update(StateSource& state, const std::vector<domain::RecordId>& quarantined, std::int64_t arrival_ms,
                      const Rules& rules) {
  Planner planner(state, rules);
  for (const domain::RecordId& id : quarantined) planner.take_up(id, arrival_ms);
  return planner.finish();
}

}  // namespace suoi::sync
