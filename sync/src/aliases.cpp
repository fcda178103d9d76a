// What a join changes: which record shows for which, and the figures that are read over all of them (merge.md, "Join").

#include <algorithm>

#include "planner.hpp"

namespace suoi::sync {
namespace {

using domain::Value;

std::optional<domain::RecordId> sent_ref(const Passage& passage, std::string_view field) {
  const auto given = passage.change.set.find(field);
  const std::string* text = given != passage.change.set.end() ? given->second.text() : nullptr;
  return text != nullptr ? domain::RecordId::parse(*text) : std::nullopt;
}

}  // namespace

// Two different records of one collection that are there: before, nobody can tell whether its author may join them. Of
// a join that is known already also what is sent counts: two devices may make one under the same id.
std::optional<Fault> Planner::check_join(const Passage& passage, const Record* join) {
  const Value::Object& set = passage.change.set;
  const bool decides = set.contains("state") || set.contains("from") || set.contains("into");
  if (join != nullptr && !decides) return std::nullopt;
  const auto end = [&](std::string_view name) {
    const auto sent = sent_ref(passage, name);
    return sent || join == nullptr ? sent : join->ref(name);
  };
  const auto from = end("from");
  const auto into = end("into");
  if (from == into) return Fault{"bad_value", "a record cannot be joined to itself", "into"};
  const Record* one = from ? work_.find(*from) : nullptr;
  const Record* other = into ? work_.find(*into) : nullptr;
  const auto joinable = [](const Record* record) { return record == nullptr || record->collection->joinable(); };
  if (!joinable(one)) return Fault{"bad_value", "records of this collection are not joined", "from"};
  if (!joinable(other)) return Fault{"bad_value", "records of this collection are not joined", "into"};
  if (one == nullptr || other == nullptr) {
    return Fault{"unknown_record", "a record that it joins has not arrived yet; the join waits for it",
                 one == nullptr ? "from" : "into"};
  }
  if (one->collection != other->collection) {
    return Fault{"bad_value", "only records of one collection can be the same thing", "into"};
  }
  const auto state = set.find("state");
  return state != set.end() && state->second == Value("undone") ? std::nullopt : check_joined(*from, *into);
}

std::optional<Fault> Planner::check_joined(const domain::RecordId& from, const domain::RecordId& into) {
  const JoinGroup one = joins_.group_of(from);
  if (one.has(into) || one.members.size() + joins_.group_of(into).members.size() <= kJoinedMax) return std::nullopt;
  return Fault{"joined_too_many", "together they would be more than " + std::to_string(kJoinedMax), "into"};
}

// A join needs the right in the units of both.
std::vector<domain::UnitKey> Planner::units_of_ends(const Passage& passage, const Record* record) {
  std::vector<domain::UnitKey> units;
  for (const std::string_view name : {"from", "into"}) {
    for (const auto& id : {record != nullptr ? record->ref(name) : std::nullopt, sent_ref(passage, name)}) {
      const Record* end = id ? work_.find(*id) : nullptr;
      if (end != nullptr) units.push_back(end->unit);
    }
  }
  return units;
}

// Whoever changes a record for which another one shows is told so.
void Planner::note_joined(Passage& passage, const Record& record) {
  if (passage.authority->is_server || record.version == 0 || !record.live || !joins_.any()) return;
  if (record.collection->field(domain::kSameAs) == nullptr) return;
  const domain::RecordId head = joins_.group_for(record).head;
  if (head == record.id) return;
  passage.verdict.raise(VerdictKind::redirected);
  passage.verdict.joined_to = head;
}

// A join, or a record that joins may lead to, came, went or returned.
void Planner::note_reading(const Record& record, bool is_new) {
  if (!joins_.any()) return;
  if (record.collection->name == "join") {
    joins_.forget();
    for (const domain::RecordId& end : link_targets(record)) regrouped_.insert(end);
  } else if (record.collection->field(domain::kSameAs) != nullptr && (is_new || record.ever_deleted)) {
    if (record.collection->joinable()) {
      joins_.forget();
      regrouped_.insert(record.id);
    } else {
      joins_.forget_names();
    }
    aliases_.insert(record.id);
  }
}

// All that joins lead to from what changed, in one go.
void Planner::note_regrouped() {
  const std::set<domain::RecordId> changed = std::exchange(regrouped_, {});
  for (const domain::RecordId& id : joins_.reach({changed.begin(), changed.end()})) {
    const Record* record = work_.find(id);
    if (record == nullptr || !record->collection->joinable()) continue;
    aliases_.insert(id);
    const std::string_view collection = record->collection->name;
    if (collection == "activity") {
      activities_.insert(id);
      titles_.insert(id);
    }
    if (collection == "need") needs_.insert(id);
    if (collection != "activity" && collection != "person") continue;
    note_participations_of(id);
    for (const domain::RecordId& child : work_.linked(id, "registration", rules_.catalogue)) aliases_.insert(child);
  }
}

// Names the record that shows in all that are one thing with `id`; once, for the one that shows.
void Planner::derive_alias(const domain::RecordId& id) {
  const JoinGroup group = joins_.group_for(*work_.find(id));
  if (group.head != id && !group.members.empty()) {
    aliases_.insert(group.head);
    return;
  }
  for (const domain::RecordId& member : group.members) {
    if (!work_.find(member)->live) continue;
    const bool shows = member == group.head;
    set_figures(member, {domain::kSameAs},
                {{std::string(domain::kSameAs), shows ? Value() : Value(group.head.text())}});
  }
}

bool Planner::is_same_person(const domain::RecordId& person, const domain::PersonId& author) {
  return person.uuid == author.uuid || joins_.group_of(person).has(domain::RecordId{author.uuid});
}

}  // namespace suoi::sync
