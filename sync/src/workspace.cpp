#include "workspace.hpp"

#include <algorithm>

#include "derive.hpp"

namespace suoi::sync {

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
  return entry->second.record;
}

Record& Workspace::create(Record record) {
  const domain::RecordId id = record.id;
  Entry& entry = entries_.emplace(id, Entry{std::move(record), std::nullopt, false, 0, next_order_++}).first->second;
  for (const domain::RecordId& target : link_targets(entry.record)) new_links_.emplace(target, id);
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

std::vector<domain::RecordId> Workspace::activities_between(const domain::UnitKey& unit, std::int64_t from_ms,
                                                            std::int64_t to_ms) {
  std::vector<domain::RecordId> ids = state_.activities_between(unit, from_ms, to_ms);
  for (const auto& [id, entry] : entries_) {
    if (entry.record.collection->name == "activity") ids.push_back(id);
  }
  ids.erase(std::remove_if(ids.begin(), ids.end(),
                           [&](const domain::RecordId& id) {
                             const Record& activity = *find(id);
                             const auto span = activity_span(activity);
                             return !activity.live || !(activity.unit == unit) || !span || span->to_ms <= from_ms ||
                                    to_ms <= span->from_ms;
                           }),
            ids.end());
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
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

std::vector<domain::RecordId> link_targets(const Record& record) {
  std::vector<domain::RecordId> targets;
  for (const std::string_view field : {record.collection->parent_field, record.collection->person_field}) {
    if (field.empty()) continue;
    if (const auto target = record.ref(field)) targets.push_back(*target);
  }
  const domain::Value::Array* subjects = record.value("subject").array();
  for (std::size_t index = 0; subjects != nullptr && index < subjects->size(); ++index) {
    const std::string* text = (*subjects)[index].text();
    const auto target = text != nullptr ? domain::RecordId::parse(*text) : std::nullopt;
    if (target) targets.push_back(*target);
  }
  return targets;
}

}  // namespace suoi::sync
