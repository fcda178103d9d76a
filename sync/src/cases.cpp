// Cases: what a person has to decide (merge.md, "Cases"). Their ids follow from kind and subject, and whether one is
// open follows from the records, so that the order of arrival does not matter.

#include <algorithm>

#include "derive.hpp"
#include "planner.hpp"
#include "suoi/domain/text_search.hpp"

namespace suoi::sync {
namespace {

using domain::Value;

constexpr std::string_view kNoLongerInQuestion = "no_longer_in_question";  // `how` of a case that closed by itself
constexpr std::string_view kJoined = "joined";  // `how` where a join answers it: undone, it is asked again
constexpr double kAlike = 0.5;                  // similarity of two titles from which they may mean the same activity

Value candidate(const Member& member) {
  return Value::Object{{"value", member.value},
                       {"person", Value(member.stamp.person.text())},
                       {"device", Value(member.stamp.device.text())},
                       {"seq", Value(member.stamp.seq)},
                       {"at", Value(member.effective_ms)}};
}

Value listed(const std::set<Value>& candidates) {
  return Value::Array(candidates.begin(), candidates.end());
}

bool brings_new(const std::set<Value>& candidates, const Value& known) {
  const Value::Array* before = known.array();
  return std::any_of(candidates.begin(), candidates.end(), [&](const Value& one) {
    return before == nullptr || std::find(before->begin(), before->end(), one) == before->end();
  });
}

bool share_a_theme(const Record& a, const Record& b) {
  const Value::Array* themes_a = a.value("themes").array();
  const Value::Array* themes_b = b.value("themes").array();
  if (themes_a == nullptr || themes_b == nullptr || themes_a->empty() || themes_b->empty()) return true;
  return std::any_of(themes_a->begin(), themes_a->end(), [&](const Value& theme) {
    return std::find(themes_b->begin(), themes_b->end(), theme) != themes_b->end();
  });
}

bool may_be_the_same(const Record& a, const Record& b) {
  const auto span_a = activity_span(a);
  const auto span_b = activity_span(b);
  return a.live && b.live && a.unit == b.unit && span_a && span_b && span_a->from_ms < span_b->to_ms &&
         span_b->from_ms < span_a->to_ms && share_a_theme(a, b) &&
         domain::similarity(domain::fold(a.text("title")), domain::fold(b.text("title"))) >= kAlike;
}

}  // namespace

Passage Planner::server_passage(const domain::Collection& collection, const domain::RecordId& id) {
  Passage passage;
  passage.collection = &collection;
  passage.change.seq = work_.state().next_server_seq();
  passage.change.at_ms = arrival_ms_;
  passage.change.collection = collection.name;
  passage.change.record = id;
  passage.device = work_.state().server_device();
  passage.life = work_.state().server_life();
  passage.corrected_ms = arrival_ms_;
  passage.arrival_ms = arrival_ms_;
  passage.authority = &server_;
  return passage;
}

void Planner::server_change(std::string_view collection, const domain::RecordId& id, Value::Object set) {
  Passage passage = server_passage(*rules_.catalogue.find(collection), id);
  const Record* record = work_.find(id);
  passage.change.base = record != nullptr ? record->version : 0;
  passage.change.content = Value(Value::Object{{"seq", Value(passage.change.seq)},
                                               {"at", Value(arrival_ms_)},
                                               {"collection", Value(collection)},
                                               {"record", Value(id.text())},
                                               {"base", Value(passage.change.base)},
                                               {"set", Value(set)}});
  passage.change.set = std::move(set);
  passage.change.digest = rules_.hashing.sha256(domain::canonical_json(passage.change.content));
  pass(passage);
}

// The desk that looks at a case: that of all units under which its subjects may be filed, or of the nearest unit that
// they have in common; across provinces the first.
domain::UnitKey Planner::desk_of(const std::vector<domain::RecordId>& subject) {
  std::set<domain::UnitKey> units;
  for (const domain::RecordId& id : subject) {
    const Record* record = work_.find(id);
    const FieldState* filed = record != nullptr ? record->state(domain::kUnitSlot) : nullptr;
    if (filed == nullptr) continue;
    for (const Member& member : filed->frontier) {
      if (const auto unit = domain::UnitKey::parse(*member.value.text())) units.insert(*unit);
    }
  }
  domain::UnitKey desk = *units.begin();
  for (const domain::UnitKey& unit : units) desk = rules_.units.nearest_common_unit(desk, unit).value_or(desk);
  return desk;
}

void Planner::open_case(std::string_view kind, const std::vector<domain::RecordId>& subject, std::string_view field,
                        const std::set<Value>& candidates) {
  Value::Array subjects;
  for (const domain::RecordId& one : subject) subjects.emplace_back(one.text());
  Value::Object set{{"unit", Value(desk_of(subject).text())},
                    {"kind", Value(kind)},
                    {"subject", Value(std::move(subjects))},
                    {"candidates", listed(candidates)},
                    {"state", Value("open")}};
  if (!field.empty()) set.emplace("field", field);
  server_change("case", case_id(rules_, kind, subject, field), std::move(set));
}

// Opens, renews or closes the case so that it shows these candidates; the id where it is open afterwards.
std::optional<domain::RecordId> Planner::settle_case(std::string_view kind,
                                                     const std::vector<domain::RecordId>& subject,
                                                     std::string_view field, const std::set<Value>& candidates) {
  const domain::RecordId id = case_id(rules_, kind, subject, field);
  const Record* known = work_.find(id);
  if (known == nullptr) {
    if (candidates.empty()) return std::nullopt;
    open_case(kind, subject, field, candidates);
    return id;
  }
  const bool open = known->text("state") == "open";
  if (candidates.empty()) {
    if (open) server_change("case", id, {{"state", Value("resolved")}, {"how", Value(kNoLongerInQuestion)}});
    return std::nullopt;
  }
  const std::string how = known->text("how");
  const bool closed_by_itself = !open && (how == kNoLongerInQuestion || how == kJoined);
  Value::Object set;
  // Also where it is open already: a resolution that did not see a candidate must not close the case.
  if (closed_by_itself || brings_new(candidates, known->value("candidates"))) {
    set.emplace("state", "open");
    if (!known->value("how").is_null()) set.emplace("how", nullptr);
  }
  if (Value list = listed(candidates); known->value("candidates") != list) set.emplace("candidates", std::move(list));
  const domain::UnitKey desk = desk_of(subject);
  if ((open || set.contains("state")) && known->unit != desk) set.emplace("unit", desk.text());
  if (!set.empty()) server_change("case", id, std::move(set));
  return work_.find(id)->text("state") == "open" ? std::optional(id) : std::nullopt;
}

// The open cases of a record that moved go to the desk of its new unit.
void Planner::refile_cases(const domain::RecordId& subject) {
  for (const domain::RecordId& id : work_.linked(subject, "case", rules_.catalogue)) {
    const Record& known = *work_.find(id);
    if (known.text("state") != "open") continue;
    const domain::UnitKey desk = desk_of(link_targets(known));
    if (known.unit != desk) server_change("case", id, {{"unit", Value(desk.text())}});
  }
}

void Planner::settle_field_cases(const domain::RecordId& id, const std::vector<std::size_t>& slots, Verdict& verdict) {
  for (const std::size_t slot : slots) {
    const Record& record = *work_.find(id);
    const domain::Field& field = record.collection->fields[slot];
    std::set<Value> candidates;
    for (const Member& member : conflict(field, *record.state(slot), context_for(record.id, slot))) {
      candidates.insert(candidate(member));
    }
    const std::string_view name = field.group.empty() ? field.name : field.group;
    const auto opened = settle_case("field_conflict", {record.id}, name, candidates);
    if (!opened) continue;
    verdict.raise(VerdictKind::review);
    verdict.case_id = opened;
  }
}

// The case stands until somebody who knew of every filing so far names a unit that is in force.
void Planner::settle_split(const domain::RecordId& id, Passage& passage, bool is_new) {
  if (passage.possible_units.empty()) {
    const bool chosen = passage.unit && !passage.filed_under && !is_new;
    const FieldState* filed = chosen ? work_.find(id)->state(domain::kUnitSlot) : nullptr;
    if (filed != nullptr && filed->frontier.size() == 1) settle_case("split_unit", {id}, "", {});
    return;
  }
  std::set<Value> candidates;
  for (const domain::UnitKey& unit : passage.possible_units) candidates.emplace(unit.text());
  const auto opened = settle_case("split_unit", {id}, "", candidates);
  if (!opened) return;
  passage.verdict.raise(VerdictKind::review);
  passage.verdict.case_id = opened;
}

void Planner::find_duplicates(const domain::RecordId& id) {
  const Record activity = *work_.find(id);
  std::set<domain::RecordId> others;
  if (const auto span = activity_span(activity)) {
    for (const domain::RecordId& other : work_.activities_between(activity.unit, span->from_ms, span->to_ms)) {
      others.insert(other);
    }
  }
  // Those that were alike before may no longer be.
  for (const domain::RecordId& about : work_.linked(id, "case", rules_.catalogue)) {
    const Record& known = *work_.find(about);
    if (known.text("kind") != "possible_duplicate") continue;
    for (const domain::RecordId& subject : link_targets(known)) others.insert(subject);
  }
  others.erase(id);
  const JoinGroup joined = joins_.group_of(id);
  for (const domain::RecordId& other : others) {
    const Record* found = work_.find(other);
    if (found == nullptr || found->collection != activity.collection) continue;
    const std::vector<domain::RecordId> pair = {std::min(id, other), std::max(id, other)};
    std::set<Value> candidates;
    if (!joined.has(other) && may_be_the_same(activity, *found)) {
      for (const domain::RecordId& one : pair) candidates.emplace(one.text());
    }
    settle_case("possible_duplicate", pair, "", candidates);
  }
}

// What a device no longer has can only be asked of the person who wrote it; the case names which numbers are meant.
void Planner::note_loss(const Author& author, const Loss& loss) {
  const domain::RecordId subject{author.person.uuid};
  const domain::RecordId id = case_id(rules_, "lost_changes", {subject});
  const Record* known = work_.find(id);
  const Value::Array* before = known != nullptr ? known->value("candidates").array() : nullptr;
  Value::Array candidates = before != nullptr ? *before : Value::Array{};
  candidates.emplace_back(Value::Object{{"device", Value(author.device.text())},
                                        {"incarnation", Value(loss.incarnation.text())},
                                        {"from", Value(loss.from)},
                                        {"to", Value(loss.to)},
                                        {"at", Value(arrival_ms_)}});
  Value::Object set{{"candidates", Value(std::move(candidates))}, {"state", Value("open")}};
  if (known != nullptr) {
    if (!known->value("how").is_null()) set.emplace("how", nullptr);
  } else {
    const Record* person = work_.find(subject);
    const std::vector<Assignment>& roles = author.authority.assignments;
    const domain::UnitKey elsewhere = roles.empty() ? domain::UnitKey{} : roles.front().unit;
    set.emplace("unit", (person != nullptr ? person->unit : elsewhere).text());
    set.emplace("kind", "lost_changes");
    set.emplace("subject", Value::Array{Value(subject.text())});
  }
  server_change("case", id, std::move(set));
}

}  // namespace suoi::sync
