// Records that people said are one thing (merge.md, "Join"). Nothing is rewritten: who reads resolves.
//
// Purpose: from a record to those that stand for the same thing, and to the one of them whose values show.
// Threads: one. Costs nothing while the store holds no join.
#pragma once

#include <vector>

#include "suoi/sync/plan.hpp"
#include "workspace.hpp"

namespace suoi::sync {

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
  // The group that live joins make. The head is the target of the join with the least effective time; where they lead
  // round in a circle, the smallest id on it.
  JoinGroup group_of(const domain::RecordId& id);
  // The records of a collection whose ids follow from others that are read as one with this one (same activity and
  // person under resolution): without it where it is deleted.
  JoinGroup read_as_one(const Record& record);
  // Either of the two, by the collection of the record.
  JoinGroup group_for(const Record& record);
  // Every record to which joins lead from this one, those that were undone and of deleted records included: a change
  // in one may change how all of them are read.
  std::vector<domain::RecordId> reach(const domain::RecordId& id);

 private:
  struct Link {
    domain::RecordId from;
    domain::RecordId into;
    Member said;  // by whom and when
  };

  std::vector<Link> links_of(const domain::RecordId& id);
  bool stands(const Record& join);
  domain::RecordId head_of(const std::vector<domain::RecordId>& members, const std::vector<Link>& links);

  Workspace& work_;
  const Rules& rules_;
  const domain::Collection& joins_;
};

}  // namespace suoi::sync
