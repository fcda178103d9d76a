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

// Every edit and every delete of the record so far.
const ValueLog& Planner::existence_log(const domain::RecordId& id) {
  const auto known = existence_logs_.find(id);
  if (known != existence_logs_.end()) return known->second;
  ValueLog log;
  for (const AppliedChange& applied : work_.history(id)) {
    log.push_back({Value(!applied.change.is_delete), applied.stamp, applied.corrected_ms});
  }
  return existence_logs_.emplace(id, std::move(log)).first->second;
}

// Judged by what the author saw, whatever came since. A deleted record gets a new version only when it returns for its
// live children, so an author whose version is newer than every delete that they know of saw it live.
bool Planner::saw_only_deletion(const Passage& passage, const Record& record) {
  if (!record.ever_deleted) return false;
  const Stamp author = stamp_of(passage, &record);
  const ValueLog& log = existence_log(record.id);
  const std::vector<Member> heads = seen_frontier(causality_, log, author);
  if (heads.empty() || std::any_of(heads.begin(), heads.end(), is_edit)) return false;
  return std::any_of(log.begin(), log.end(), [&](const Member& known) {
    return !is_edit(known) && author.base <= known.stamp.version && causality_.saw(author, known.stamp);
  });
}

void Planner::merge_existence(Passage& passage, Record& record, const Stamp& stamp) {
  const Member own{Value(!passage.change.is_delete), stamp, passage.corrected_ms};
  std::erase_if(record.heads, [&](const Member& head) { return causality_.saw(stamp, head.stamp); });
  // A change that was released late may already have been seen by a later one of its own device.
  const bool overtaken = std::any_of(record.heads.begin(), record.heads.end(),
                                     [&](const Member& head) { return causality_.saw(head.stamp, stamp); });
  if (!overtaken) record.heads.push_back(own);
  record.ever_deleted = record.ever_deleted || passage.change.is_delete;
  const auto log = existence_logs_.find(record.id);
  if (log != existence_logs_.end()) log->second.push_back(own);
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
  std::set<Value> candidates;
  if (live && deleted) {
    for (const Member& head : record.heads) {
      Value::Object candidate{{"deleted", Value(!is_edit(head))},
                              {"person", Value(head.stamp.person.text())},
                              {"device", Value(head.stamp.device.text())},
                              {"seq", Value(head.stamp.seq)},
                              {"at", Value(head.effective_ms)}};
      candidates.emplace(std::move(candidate));
    }
  }
  const auto opened = settle_case("deleted_with_later_work", {id}, "", candidates);
  if (opened && verdict != nullptr) {
    verdict->raise(VerdictKind::review);
    verdict->case_id = opened;
  }
}

// A delete that met live children: the record returns with a new version, so that whoever edits it from then on is
// known to have seen it live.
void Planner::return_for_children(const domain::RecordId& id) {
  const Record& record = *work_.find(id);
  if (!record.live || std::any_of(record.heads.begin(), record.heads.end(), is_edit)) return;
  Record& returned = work_.edit(id);
  returned.version = next_version(&returned, work_.state());
}

// The last live child went: from here on the record is deleted again. That is a delete of the server's own in the
// history; the heads, and with them the case, stay those of people.
void Planner::go_with_children(const domain::RecordId& id) {
  const Record& record = *work_.find(id);
  Passage passage = server_passage(*record.collection, id);
  passage.change.is_delete = true;
  passage.change.reason = "no live children";
  passage.change.content = Value(Value::Object{{"seq", Value(passage.change.seq)},
                                               {"at", Value(arrival_ms_)},
                                               {"collection", Value(record.collection->name)},
                                               {"record", Value(id.text())},
                                               {"base", Value(0)},
                                               {"delete", Value(true)},
                                               {"reason", Value(passage.change.reason)}});
  passage.change.digest = rules_.hashing.sha256(domain::canonical_json(passage.change.content));
  PlannedChange gone = planned(passage, passage.change);
  gone.version = record.version;
  const Stamp stamp{passage.device, passage.person, passage.life, passage.change.seq, record.version, 0};
  const auto log = existence_logs_.find(id);
  if (log != existence_logs_.end()) log->second.push_back({Value(false), stamp, passage.corrected_ms});
  work_.note_change(std::move(gone));
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
  if (work_.find(*parent_id)->live == was_live) return;
  Record& changed = work_.edit(*parent_id);
  changed.version = next_version(&changed, work_.state());
  if (was_live) go_with_children(*parent_id);
  if (changed.collection->name == "activity") titles_.insert(*parent_id);
  note_consequences(*parent_id, false);
  return_parent(*parent_id, nullptr);
}

}  // namespace suoi::sync
