#include <algorithm>

#include "planner.hpp"

namespace suoi::sync {
namespace {

using domain::Value;

constexpr std::size_t kFiguresMost = 8;  // that the server adds to a record
constexpr std::size_t kNameMax = 60;     // code points, as the catalogue bounds these fields

// At most `most` code points, so that a field's bound holds and no character is cut.
std::string cut(std::string_view text, std::size_t most) {
  std::size_t end = 0;
  for (std::size_t count = 0; end < text.size(); ++end) {
    const bool starts = (static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U;
    if (starts && count++ == most) break;
  }
  return std::string(text.substr(0, end));
}

bool waits_for_its_record(const std::string& code) {
  return code == "unknown_record" || code == "depends_on";
}

Member own_value(const domain::Collection& collection, std::size_t slot, const AppliedChange& applied) {
  const domain::Field& field = collection.fields[slot];
  Member member{Value(), applied.stamp, applied.corrected_ms};
  if (slot == domain::kUnitSlot && applied.filed_under) {
    member.value = Value(applied.filed_under->text());
  } else if (field.group.empty()) {
    member.value = applied.change.set.at(std::string(field.name));
  } else {
    Value::Object members;
    for (const auto& [name, value] : applied.change.set) {
      const domain::Field* sent = collection.field(name);
      if (sent != nullptr && sent->group == field.group) members.emplace(name, value);
    }
    member.value = Value(std::move(members));
  }
  return member;
}

bool writes(const domain::Collection& collection, std::size_t slot, const Change& change) {
  const domain::Field& field = collection.fields[slot];
  if (field.group.empty()) return change.set.contains(field.name);
  return std::any_of(change.set.begin(), change.set.end(), [&](const auto& sent) {
    const domain::Field* named = collection.field(sent.first);
    return named != nullptr && named->group == field.group;
  });
}

// The roles that somebody has when they release a change, for that change whenever it was made.
Authority authority_to_release(const Passage& release) {
  Authority authority;
  for (Assignment assignment : release.authority->assignments) {
    if (!assignment.active_at(release.corrected_ms)) continue;
    assignment.from_ms = INT64_MIN;
    assignment.until_ms = INT64_MAX;
    authority.assignments.push_back(assignment);
  }
  return authority;
}

}  // namespace

domain::RecordId kept_aside_id(const Rules& rules, std::string_view collection, const Passage& passage,
                               std::string_view field) {
  std::string name = std::string(collection) + ":" + passage.device.text() + ":" + std::to_string(passage.life) + ":" +
                     std::to_string(passage.change.seq);
  if (!field.empty()) name += ":" + std::string(field);
  return {domain::uuid_v5(rules.hashing, domain::Catalogue::id_namespace(), name)};
}

Value::Object kept_aside_fields(const Passage& passage, const Fault& fault, const domain::UnitKey& unit) {
  Value::Object fields;
  fields.emplace("unit", unit.text());
  fields.emplace("collection", cut(passage.change.collection, kNameMax));
  fields.emplace("record", passage.change.record.text());
  fields.emplace("code", fault.code);
  fields.emplace("detail", fault.detail);
  fields.emplace("field", cut(fault.field, kNameMax));
  fields.emplace("author", passage.person.text());
  fields.emplace("at", std::max<std::int64_t>(0, passage.corrected_ms));
  fields.emplace("change", passage.change.content.value());
  fields.emplace("state", "held");
  return fields;
}

Passage passage_of(const WaitingChange& waiting, const Authority& authority) {
  Passage passage;
  passage.change = waiting.change;
  passage.device = waiting.device;
  passage.person = waiting.person;
  passage.life = waiting.life;
  passage.corrected_ms = waiting.corrected_ms;
  passage.arrival_ms = waiting.arrival_ms;
  passage.authority = &authority;
  passage.released = true;
  return passage;
}

namespace {

void mend_passage(Passage& passage, const WaitingChange& held, const Member& mend, const domain::Catalogue& catalogue) {
  passage.change = mended_change(held, mend.value, catalogue);
  passage.mend = mend.value;
}

}  // namespace

PlannedChange planned(const Passage& passage, Change own) {
  PlannedChange change;
  change.change = std::move(own);
  change.device = passage.device;
  change.person = passage.person;
  change.life = passage.life;
  change.corrected_ms = passage.corrected_ms;
  change.arrival_ms = passage.arrival_ms;
  change.verdict = passage.verdict;
  change.filed_under = passage.filed_under;
  change.released = passage.released;
  change.mended = passage.mend.has_value();
  return change;
}

std::size_t Planner::apply(Passage& passage) {
  const bool release = releases(passage, work_.find(passage.change.record));
  const std::optional<Member> mend = release ? mend_seen(passage, *work_.find(passage.change.record)) : std::nullopt;
  Record& record = open_record(passage);
  const bool is_new = record.version == 0;
  note_joined(passage, record);
  const Stamp stamp = stamp_of(passage, &record);
  merge_existence(passage, record, stamp);
  const std::vector<std::size_t> quarrels = merge_edits(passage, record, stamp);
  record.version = stamp.version;
  file(record);
  const domain::RecordId id = passage.change.record;
  const bool deletes = passage.change.is_delete;
  note_likeness(passage, is_new);
  note_late(passage, is_new);
  PlannedChange change = planned(passage, std::move(passage.change));
  change.version = stamp.version;
  const std::size_t index = work_.note_change(std::move(change));

  settle_field_cases(id, quarrels, passage.verdict);
  settle_split(id, passage, is_new);
  settle_existence(id, &passage.verdict);
  if (deletes) return_for_children(id);
  return_parent(id, deletes ? nullptr : &passage.verdict);
  if (passage.unit && !is_new) refile_cases(id);
  work_.change(index).verdict = passage.verdict;
  note_consequences(id, is_new);
  if (is_new) release_waiting(id);
  if (release) release_held(passage, id, mend);
  return index;
}

Record& Planner::open_record(Passage& passage) {
  if (work_.find(passage.change.record) != nullptr) return work_.edit(passage.change.record);
  Record record;
  record.collection = passage.collection;
  record.id = passage.change.record;
  record.live = true;
  record.created_by = passage.person;
  record.created_on = passage.device;
  record.created_ms = passage.corrected_ms;
  record.fields.reserve(passage.edits.size() + kFiguresMost);
  // Links are read from the fields, so those that name other records stand before the record is laid over the state.
  const auto stand = [&](std::string_view name) {
    const domain::Field* field = name.empty() ? nullptr : passage.collection->field(name);
    const auto given = passage.change.set.find(name);
    if (field == nullptr || given == passage.change.set.end()) return;
    record.state_or_new(passage.collection->slot(*field)).value = given->second;
  };
  stand(passage.collection->parent_field);
  stand(passage.collection->person_field);
  for (const std::string_view name : passage.collection->links) stand(name);
  stand("subject");
  if (passage.collection->name == "quarantine") {
    stand("code");
    stand("change");
  }
  return work_.create(std::move(record));
}

std::vector<std::size_t> Planner::merge_edits(Passage& passage, Record& record, const Stamp& stamp) {
  std::vector<std::size_t> quarrels;
  for (const FieldEdit& edit : passage.edits) {
    FieldState& state = record.state_or_new(edit.slot);
    const bool several_before = state.frontier.size() > 1;
    const auto outcome =
        merge_field(*record.collection, state, edit, stamp, passage.corrected_ms, context_for(record.id, edit.slot));
    if (several_before || state.frontier.size() > 1) quarrels.push_back(edit.slot);
    if (!outcome) continue;
    passage.verdict.raise(VerdictKind::merged);
    for (const std::string& name : edit.names) passage.verdict.fields.emplace(name, *outcome);
  }
  return quarrels;
}

void Planner::file(Record& record) {
  const FieldState* unit = record.state(domain::kUnitSlot);
  const auto key =
      unit != nullptr && unit->value.text() != nullptr ? domain::UnitKey::parse(*unit->value.text()) : std::nullopt;
  if (key) record.unit = *key;
  switch (record.collection->stream) {
    case domain::StreamKind::unit:
      record.stream = {StreamType::unit, record.unit, {}};
      return;
    case domain::StreamKind::desk:
      record.stream = {StreamType::desk, record.unit, {}};
      return;
    case domain::StreamKind::person:
      break;
  }
  const auto person = record.ref(record.collection->person_field);
  record.stream = {StreamType::person, {}, person ? domain::PersonId{person->uuid} : domain::PersonId{}};
}

const ValueLog& Planner::value_log(const domain::RecordId& id, std::size_t slot) {
  const auto known = value_logs_.find({id, slot});
  if (known != value_logs_.end()) return known->second;
  return value_logs_.emplace(std::pair(id, slot), replay(id, slot)).first->second;
}

void Planner::note_value(const domain::RecordId& id, std::size_t slot, const Member& written) {
  if (value_logs_.empty()) return;
  const auto log = value_logs_.find({id, slot});
  if (log != value_logs_.end()) log->second.push_back(written);
}

// The stored changes of one frontier once more; effective times follow from what each change saw.
ValueLog Planner::replay(const domain::RecordId& id, std::size_t slot) {
  const domain::Collection& collection = *work_.find(id)->collection;
  ValueLog log;
  for (const AppliedChange& applied : work_.history(id)) {
    if (!writes(collection, slot, applied.change)) continue;
    Member member = own_value(collection, slot, applied);
    for (const Member& before : log) {
      if (causality_.saw(applied.stamp, before.stamp)) {
        member.effective_ms = std::max(member.effective_ms, before.effective_ms + 1);
      }
    }
    if (!collection.fields[slot].group.empty()) {
      const std::vector<Member> seen = seen_frontier(causality_, log, applied.stamp);
      if (!seen.empty()) {
        Value::Object whole = *std::max_element(seen.begin(), seen.end(), earlier)->value.object();
        for (const auto& [name, value] : *member.value.object()) whole.insert_or_assign(name, value);
        member.value = Value(std::move(whole));
      }
    }
    log.push_back(std::move(member));
  }
  return log;
}

void Planner::release_waiting(const domain::RecordId& id) {
  for (const WaitingChange& waiting : work_.waiting(id)) release_waiting(waiting);
  if (!joins_.any() || !work_.find(id)->collection->joinable()) return;
  for (const domain::RecordId& join : work_.linked(id, "quarantine", rules_.catalogue)) {
    if (const auto waiting = held_change(*work_.find(join))) release_waiting(*waiting);
  }
}

void Planner::release_waiting(const WaitingChange& waiting) {
  if (!waits_for_its_record(waiting.code)) return;
  const Authority authority = work_.state().authority(waiting.person);
  Passage passage = passage_of(waiting, authority);
  if (!admit(passage)) apply_released(passage);  // else it stays where it is, with its verdict
}

void Planner::apply_released(Passage& passage) {
  const domain::RecordId told = kept_aside_id(rules_, "returned_change", passage);
  const domain::RecordId held = kept_aside_id(rules_, "quarantine", passage);
  const std::optional<Value> mend = passage.mend;
  const Content content = passage.newer.empty() ? Content() : passage.change.content;
  apply(passage);
  if (!passage.newer.empty()) quarantine_newer(passage, content);
  Value::Object news{{"state", Value("released")}};
  if (mend) news.emplace("mended", *mend);
  server_change("returned_change", told, std::move(news));
  const Record* quarantine = work_.find(held);
  if (quarantine != nullptr && quarantine->text("state") != "released") {
    server_change("quarantine", held, {{"state", Value("released")}});
  }
}

bool Planner::releases(const Passage& passage, const Record* record) const {
  const auto state = passage.change.set.find("state");
  return !passage.authority->is_server && record != nullptr && passage.collection->name == "quarantine" &&
         state != passage.change.set.end() && state->second == Value("released") && record->text("state") != "released";
}

// The change that a record of quarantine tells of.
std::optional<WaitingChange> Planner::held_change(const Record& quarantine) {
  const auto about = domain::RecordId::parse(quarantine.text("record"));
  if (!about) return std::nullopt;
  for (WaitingChange& waiting : work_.waiting(*about)) {
    if (kept_aside_id(rules_, "quarantine", passage_of(waiting, server_)) == quarantine.id) return std::move(waiting);
  }
  return std::nullopt;
}

// Who releases a change answers for it with their own roles; but an approval is its author's own word, and counts only
// with the roles that the author had.
Authority Planner::authority_for(const Passage& release, const WaitingChange& held) {
  return held.change.collection == "approval" ? work_.state().authority(held.person) : authority_to_release(release);
}

// A release needs a second person, and has to succeed: who releases answers for it with their own roles.
std::optional<Fault> Planner::check_release(const Passage& passage, const Record& quarantine) {
  const std::optional<WaitingChange> held = held_change(quarantine);
  if (!held) return Fault{"not_held", "this change is not waiting any more", "state"};
  if (held->person == passage.person) {
    return Fault{"second_person_needed", "nobody releases their own change", "state"};
  }
  const std::optional<Member> mend = mend_seen(passage, quarantine);
  if (mend && mend->stamp.person == passage.person) {
    return Fault{"second_person_needed", "nobody releases what they mended", "state"};
  }
  if (mend && held->change.collection == "approval") {
    return Fault{"field_fixed", "what somebody confirmed is nobody else's to mend", "mended"};
  }
  const Authority authority = authority_for(passage, *held);
  Passage waiting = passage_of(*held, authority);
  if (mend) mend_passage(waiting, *held, *mend, rules_.catalogue);
  if (auto fault = admit(waiting)) return Fault{fault->code, "cannot be released as it is: " + fault->detail, "state"};
  return std::nullopt;
}

void Planner::release_held(const Passage& release, const domain::RecordId& quarantine,
                           const std::optional<Member>& mend) {
  const std::optional<WaitingChange> held = held_change(*work_.find(quarantine));
  if (!held) return;
  const Authority authority = authority_for(release, *held);
  Passage passage = passage_of(*held, authority);
  if (mend) mend_passage(passage, *held, *mend, rules_.catalogue);
  if (!admit(passage)) apply_released(passage);
}

void Planner::quarantine(Passage& passage, Fault fault) {
  passage.verdict = {};
  passage.verdict.raise(VerdictKind::quarantined);
  passage.verdict.fault = fault;
  work_.note_change(planned(passage, passage.change));
  if (passage.authority->is_server) return;
  const bool waits = fault.code == "unknown_record";
  if (waits && passage.collection->seldom) work_.note_seldom(*passage.collection);
  const Value::Object fields = kept_aside_fields(passage, fault, responsible_unit(passage));
  for (const std::string_view collection : {"quarantine", "returned_change"}) {
    server_change(collection, kept_aside_id(rules_, collection, passage), fields);
  }
}

// Whose desk looks at a change that was kept aside: that of the record's unit, else of a unit where its author works.
domain::UnitKey Planner::responsible_unit(const Passage& passage) {
  if (const Record* record = work_.find(passage.change.record)) return record->unit;
  const std::vector<Assignment>& roles = passage.authority->assignments;
  const auto reaches = [&](const Assignment& role) { return rules_.units.covers(role.unit, *passage.unit); };
  if (passage.unit && std::any_of(roles.begin(), roles.end(), reaches)) return *passage.unit;
  if (!roles.empty()) return roles.front().unit;
  const Record* person = work_.find(domain::RecordId{passage.person.uuid});
  return person != nullptr ? person->unit : passage.unit.value_or(domain::UnitKey{});
}

}  // namespace suoi::sync
