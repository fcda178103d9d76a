// Whether a record is live: deletion is a field, and live children keep their parent (merge.md, "Deletion").

#include <algorithm>

#include "planner.hpp"

namespace suoi::sync {
namespace {

using domain::Value;

bool is_edit(const Member& head) {
  return *head.value.flag();
}

}  // namespace

// Judged by what the author saw, whatever came since.
bool Planner::saw_only_deletion(const Passage& passage, const Record& record) {
  if (!record.ever_deleted) return false;
  const Stamp author = stamp_of(passage, &record);
  ValueLog log;
  for (const AppliedChange& applied : work_.history(record.id)) {
    log.push_back({Value(!applied.change.is_delete), applied.stamp, applied.corrected_ms});
  }
  const std::vector<Member> seen = seen_frontier(causality_, log, author);
  if (seen.empty() || std::any_of(seen.begin(), seen.end(), is_edit)) return false;
  return !has_live_children(record);
}

void Planner::merge_existence(Passage& passage, Record& record, const Stamp& stamp) {
  std::erase_if(record.heads, [&](const Member& head) { return causality_.saw(stamp, head.stamp); });
  record.heads.push_back({Value(!passage.change.is_delete), stamp, passage.corrected_ms});
  record.ever_deleted = record.ever_deleted || passage.change.is_delete;
}

bool Planner::has_live_children(const Record& record) {
  for (const std::string_view collection : record.collection->children) {
    if (rules_.catalogue.find(collection) == nullptr) continue;
    for (const domain::RecordId& child : work_.linked(record.id, collection, rules_.catalogue)) {
      const Record* found = work_.find(child);
      if (found->live && found->ref(found->collection->parent_field) == record.id) return true;
    }
  }
  return false;
}

// Brings `live` and the case in line with the record's heads and children.
void Planner::settle_existence(const domain::RecordId& id, Verdict* verdict) {
  const Record& record = *work_.find(id);
  if (!record.ever_deleted) return;
  const bool edited = std::any_of(record.heads.begin(), record.heads.end(), is_edit);
  const bool deleted = !std::all_of(record.heads.begin(), record.heads.end(), is_edit);
  const bool live = edited || has_live_children(record);
  if (live != record.live) work_.edit(id).live = live;
  std::vector<Value> candidates;
  if (live && deleted) {
    for (const Member& head : record.heads) {
      Value::Object candidate{{"deleted", Value(!is_edit(head))},
                              {"person", Value(head.stamp.person.text())},
                              {"device", Value(head.stamp.device.text())},
                              {"seq", Value(head.stamp.seq)},
                              {"at", Value(head.effective_ms)}};
      candidates.emplace_back(std::move(candidate));
    }
  }
  const auto opened = settle_case("deleted_with_later_work", {id}, "", record.unit, candidates);
  if (opened && verdict != nullptr) {
    verdict->raise(VerdictKind::review);
    verdict->case_id = opened;
  }
}

// A child that came, returned or went decides whether a deleted parent stands.
void Planner::return_parent(const domain::RecordId& child_id, Verdict* verdict) {
  const Record& child = *work_.find(child_id);
  if (child.collection->parent_field.empty()) return;
  const auto parent_id = child.ref(child.collection->parent_field);
  const Record* parent = parent_id ? work_.find(*parent_id) : nullptr;
  if (parent == nullptr || !parent->ever_deleted) return;
  const bool was_live = parent->live;
  settle_existence(*parent_id, verdict);
  const Record& settled = *work_.find(*parent_id);
  if (settled.live == was_live) return;
  Record& changed = work_.edit(*parent_id);
  changed.version = next_version(&changed, work_.state());
  note_consequences(*parent_id, false);
  return_parent(*parent_id, nullptr);
}

}  // namespace suoi::sync
