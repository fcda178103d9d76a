// The present state with the plan's changes laid over it.
#pragma once

#include <map>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "suoi/sync/plan.hpp"

namespace suoi::sync {

class Workspace {
 public:
  explicit Workspace(StateSource& state) : state_(state) {}

  // Makes room for so many more changes; a hint.
  void expect(std::size_t changes);

  const Record* find(const domain::RecordId& id);
  // The record for writing; it becomes the latest of the plan's updates.
  Record& edit(const domain::RecordId& id);
  Record& create(Record record);
  // Records of `collection` that name `target` as parent, person or subject.
  std::vector<domain::RecordId> linked(const domain::RecordId& target, std::string_view collection,
                                       const domain::Catalogue& catalogue);
  // Whether there may be a record of a collection that is seldom, or a held change that would make one.
  bool any(const domain::Collection& collection);
  void note_seldom(const domain::Collection& collection);
  std::vector<domain::RecordId> activities_between(const domain::UnitKey& unit, std::int64_t from_ms,
                                                   std::int64_t to_ms);
  std::vector<AppliedChange> history(const domain::RecordId& id);
  // Held changes of a record, those of this plan included.
  std::vector<WaitingChange> waiting(const domain::RecordId& id);
  // Adds a change to the plan; the index names it for later.
  std::size_t note_change(PlannedChange change);
  PlannedChange& change(std::size_t index) { return changes_[index]; }
  StateSource& state() { return state_; }
  MergePlan take();

 private:
  struct Entry {
    Record record;
    std::optional<StreamKey> stream_before;
    bool live_before = false;
    std::int64_t version_before = 0;
    std::size_t order = 0;
  };

  struct Held {
    Span span;
    domain::RecordId id;
  };
  // The live activities of one unit in the workspace, by their start.
  struct Calendar {
    std::vector<Held> activities;
    std::int64_t longest_ms = 0;
  };

  std::vector<std::size_t> planned_for(const domain::RecordId& id) const;
  void write_calendars();

  StateSource& state_;
  std::unordered_map<domain::RecordId, Entry, domain::UuidHash> entries_;
  std::unordered_multimap<domain::RecordId, domain::RecordId, domain::UuidHash> new_links_;
  std::unordered_multimap<domain::RecordId, std::size_t, domain::UuidHash> changes_of_;  // applied and held
  std::set<std::pair<LifeNo, std::int64_t>> released_;
  std::set<const domain::Collection*> new_seldom_;
  std::vector<PlannedChange> changes_;
  std::map<domain::UnitKey, Calendar> calendars_;
  bool calendars_stale_ = false;
  std::size_t next_order_ = 1;
};

}  // namespace suoi::sync
