#include "workspace.hpp"

#include <algorithm>

#include "derive.hpp"

namespace suoi::sync {

void Workspace::expect(std::size_t changes) {
  changes_.reserve(changes_.size() + changes);
  changes_of_.reserve(changes_of_.size() + changes);
  entries_.reserve(entries_.size() + changes);
}

const Record* Workspace::find(const domain::RecordId& id) {
  const auto entry = entries_.find(id);
  return entry != entries_.end() ? &entry->second.record : state_.find(id);
}

Record& Workspace::edit(const domain::RecordId& id) {
  auto entry = entries_.find(id);
  if (entry == entries_.end()) {
    const Record& stored = *state_.find(id);
    entry = entries_.emplace(id, Entry{stored, stored.stream, stored.live, stored.version, 0}).first;
  }
  entry->second.order = next_order_++;
  calendars_stale_ = calendars_stale_ || entry->second.record.collection->name == "activity";
  return entry->second.record;
}

Record& Workspace::create(Record record) {
  const domain::RecordId id = record.id;
  Entry& entry = entries_.emplace(id, Entry{std::move(record), std::nullopt, false, 0, next_order_++}).first->second;
  calendars_stale_ = calendars_stale_ || entry.record.collection->name == "activity";
  for (const domain::RecordId& target : link_targets(entry.record)) new_links_.emplace(target, id);
  if (entry.record.collection->seldom) new_seldom_.insert(entry.record.collection);
  return entry.record;
}

std::vector<domain::RecordId> Workspace::linked(const domain::RecordId& target, std::string_view collection,
                                                const domain::Catalogue& catalogue) {
  const domain::Collection& wanted = *catalogue.find(collection);
  std::vector<domain::RecordId> ids = state_.linked(target, wanted);
  const auto [first, last] = new_links_.equal_range(target);
  for (auto link = first; link != last; ++link) {
    if (find(link->second)->collection == &wanted) ids.push_back(link->second);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

void Workspace::note_seldom(const domain::Collection& collection) {
  new_seldom_.insert(&collection);
}

bool Workspace::any(const domain::Collection& collection) {
  return new_seldom_.contains(&collection) || state_.any(collection);
}

std::vector<domain::RecordId> Workspace::activities_between(const domain::UnitKey& unit, std::int64_t from_ms,
                                                            std::int64_t to_ms) {
  std::vector<domain::RecordId> ids = state_.activities_between(unit, from_ms, to_ms);
  std::erase_if(ids, [&](const domain::RecordId& id) { return entries_.contains(id); });
  if (calendars_stale_) write_calendars();
  const auto calendar = calendars_.find(unit);
  if (calendar == calendars_.end()) return ids;
  const std::vector<Held>& held = calendar->second.activities;
  const auto starts_before = [](const Held& one, std::int64_t time_ms) { return one.span.from_ms < time_ms; };
  const auto first = std::lower_bound(held.begin(), held.end(), from_ms - calendar->second.longest_ms, starts_before);
  const auto last = std::lower_bound(first, held.end(), to_ms, starts_before);
  for (auto one = first; one != last; ++one) {
    if (one->span.to_ms > from_ms) ids.push_back(one->id);
  }
  return ids;
}

// A set may bring thousands of activities; each is compared with those of its time only.
void Workspace::write_calendars() {
  calendars_.clear();
  for (const auto& [id, entry] : entries_) {
    if (!entry.record.live || entry.record.collection->name != "activity") continue;
    const auto span = activity_span(entry.record);
    if (!span) continue;
    Calendar& calendar = calendars_[entry.record.unit];
    calendar.activities.push_back({*span, id});
    calendar.longest_ms = std::max(calendar.longest_ms, span->to_ms - span->from_ms);
  }
  for (auto& [unit, calendar] : calendars_) {
    std::sort(calendar.activities.begin(), calendar.activities.end(),
              [](const Held& a, const Held& b) { return a.span.from_ms < b.span.from_ms; });
  }
  calendars_stale_ = false;
}

std::vector<AppliedChange> Workspace::history(const domain::RecordId& id) {
  std::vector<AppliedChange> all = state_.history(id);
  for (const std::size_t index : planned_for(id)) {
    const PlannedChange& planned = changes_[index];
    if (!planned.version) continue;
    const Stamp stamp{planned.device,     planned.person,   planned.life,
                      planned.change.seq, *planned.version, planned.change.base};
    all.push_back({planned.change, stamp, planned.corrected_ms, planned.filed_under});
  }
  return all;
}

std::vector<WaitingChange> Workspace::waiting(const domain::RecordId& id) {
  std::vector<WaitingChange> held = state_.waiting(id);
  for (const std::size_t index : planned_for(id)) {
    const PlannedChange& planned = changes_[index];
    if (planned.version || !planned.verdict.fault) continue;
    held.push_back({planned.change, planned.device, planned.person, planned.life, planned.corrected_ms,
                    planned.arrival_ms, planned.verdict.fault->code});
  }
  std::erase_if(held, [&](const WaitingChange& change) {
    return released_.contains({change.life, change.change.seq});
  });
  return held;
}

std::vector<std::size_t> Workspace::planned_for(const domain::RecordId& id) const {
  std::vector<std::size_t> indices;
  const auto [first, last] = changes_of_.equal_range(id);
  for (auto at = first; at != last; ++at) indices.push_back(at->second);
  std::sort(indices.begin(), indices.end());
  return indices;
}

std::size_t Workspace::note_change(PlannedChange change) {
  if (change.released) released_.emplace(change.life, change.change.seq);
  changes_of_.emplace(change.change.record, changes_.size());
  changes_.push_back(std::move(change));
  return changes_.size() - 1;
}

MergePlan Workspace::take() {
  std::vector<Entry*> ordered;
  ordered.reserve(entries_.size());
  for (auto& [id, entry] : entries_) {
    if (entry.order != 0) ordered.push_back(&entry);
  }
  std::sort(ordered.begin(), ordered.end(), [](const Entry* a, const Entry* b) { return a->order < b->order; });
  MergePlan plan;
  plan.changes = std::move(changes_);
  plan.records.reserve(ordered.size());
  for (Entry* entry : ordered) {
    plan.records.push_back({std::move(entry->record), entry->stream_before, entry->live_before, entry->version_before});
  }
  return plan;
}

domain::RecordId unit_target(const domain::UnitKey& unit) {
  domain::RecordId id;
  for (std::size_t at = 0; at < 8; ++at) id.uuid.bytes[15 - at] = static_cast<std::uint8_t>(unit.packed() >> (8 * at));
  return id;
}

namespace {

// A new join that is kept aside waits for its ends.
void lead_from_held_join(const Record& quarantine, std::vector<domain::RecordId>& targets) {
  const domain::Value& sent = quarantine.value("change");
  const domain::Value* collection = sent.find("collection");
  const domain::Value* base = sent.find("base");
  const domain::Value* set = sent.find("set");
  if (quarantine.text("code") != "unknown_record" || set == nullptr) return;
  if (collection == nullptr || *collection != domain::Value("join")) return;
  if (base != nullptr && *base != domain::Value(0)) return;
  for (const std::string_view end : {"from", "into"}) {
    const domain::Value* named = set->find(end);
    const std::string* text = named != nullptr ? named->text() : nullptr;
    const auto target = text != nullptr ? domain::RecordId::parse(*text) : std::nullopt;
    if (target) targets.push_back(*target);
  }
}

}  // namespace

std::vector<domain::RecordId> link_targets(const Record& record) {
  std::vector<domain::RecordId> targets;
  const auto lead = [&](std::string_view field) {
    const auto target = field.empty() ? std::nullopt : record.ref(field);
    if (target) targets.push_back(*target);
  };
  lead(record.collection->parent_field);
  lead(record.collection->person_field);
  for (const std::string_view field : record.collection->links) lead(field);
  if (record.collection->name == "report") targets.push_back(unit_target(record.unit));
  if (record.collection->name == "quarantine") lead_from_held_join(record, targets);
  const domain::Value::Array* subjects = record.value("subject").array();
  for (std::size_t index = 0; subjects != nullptr && index < subjects->size(); ++index) {
    const std::string* text = (*subjects)[index].text();
    const auto target = text != nullptr ? domain::RecordId::parse(*text) : std::nullopt;
    if (target) targets.push_back(*target);
  }
  return targets;
}

}  // namespace suoi::sync
