// Records that people said are one thing (merge.md, "Join"). Nothing is rewritten: who reads resolves.
//
// Purpose: from a record to those that stand for the same thing, and to the one of them whose values show.
// Threads: one. Costs nothing while the store holds no join; else each group is looked up once between two changes of
//          joins, in proportion to its records and joins.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "suoi/sync/plan.hpp"
#include "workspace.hpp"

namespace suoi::sync {

// More records than these are not joined into one: every figure of one of them is written into all.
inline constexpr std::size_t kJoinedMax = 200;

// Live records that are one thing, sorted; a record that is not joined is alone in its group. The head may be missing
// among them only where the group is empty.
struct JoinGroup {
  domain::RecordId head;
  std::vector<domain::RecordId> members;

  bool has(const domain::RecordId& id) const;
};

class Joins {
 public:
  Joins(Workspace& work, const Rules& rules) : work_(work), rules_(rules), joins_(*rules.catalogue.find("join")) {}

  bool any();
  // To be called where a join, or whether a record that may be joined is live, changed: groups are looked up anew.
  void forget();
  // To be called where a record came or went whose id follows from others that may be joined.
  void forget_names();
  // The group that live joins make. The head is the target of the join with the least effective time; where they lead
  // round in a circle, the smallest id on it.
  JoinGroup group_of(const domain::RecordId& id);
  // The records of a collection whose ids follow from others that are read as one with this one (same activity and
  // person under resolution): without it where it is deleted.
  JoinGroup read_as_one(const Record& record);
  // Either of the two, by the collection of the record.
  JoinGroup group_for(const Record& record);
  // Every record to which joins lead from these, those that were undone and of deleted records included: a change in
  // one may change how all of them are read.
  std::vector<domain::RecordId> reach(std::vector<domain::RecordId> ids);

 private:
  struct Link {
    domain::RecordId from;
    domain::RecordId into;
    Member said;  // by whom and when
  };

  std::vector<Link> links_of(const domain::RecordId& id);
  bool stands(const Record& join);
  JoinGroup look_up(const domain::RecordId& id);
  static domain::RecordId head_of(const std::vector<domain::RecordId>& members, const std::vector<Link>& links);
  // The live records whose ids follow from one of each of these groups, sorted.
  std::vector<domain::RecordId> naming(const domain::Collection& collection, const std::vector<JoinGroup>& groups);
  std::vector<domain::RecordId> ids_naming(const domain::Collection& collection,
                                           const std::vector<JoinGroup>& groups) const;

  Workspace& work_;
  const Rules& rules_;
  const domain::Collection& joins_;
  std::unordered_map<domain::RecordId, std::shared_ptr<const JoinGroup>, domain::UuidHash> groups_;  // by member
  std::map<std::pair<std::string_view, std::vector<domain::RecordId>>, std::vector<domain::RecordId>> naming_;
};

}  // namespace suoi::sync
