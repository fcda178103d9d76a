// One change meets one frontier (merge.md, "Rules of fields").
//
// Purpose: the algebra of the merge; everything else decides what reaches it.
// Threads: pure but for the history that is asked for when a change did not see all of a frontier.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "causality.hpp"
#include "suoi/sync/plan.hpp"

namespace suoi::sync {

// What a change does to one frontier: a value (of a group: its members), an increment, or adds and removes.
struct FieldEdit {
  std::size_t slot = 0;
  std::vector<std::string> names;  // the fields that were named, for the verdict
  domain::Value value;
  std::vector<std::string> add;
  std::vector<std::string> remove;
};

// All values that a frontier ever had, in order of version.
using ValueLog = std::vector<Member>;

// The members of `log` that `author` saw and nothing else that the author saw replaced.
std::vector<Member> seen_frontier(Causality& causality, const ValueLog& log, const Stamp& author);

// Gives the values of one frontier so far; asked only where a change did not see all of it.
class ValueLogs {
 public:
  virtual const ValueLog& value_log(const domain::RecordId& record, std::size_t slot) = 0;
  // A value that the frontier has from now on; kept where its log was asked for before.
  virtual void note_value(const domain::RecordId& record, std::size_t slot, const Member& written) = 0;

 protected:
  ~ValueLogs() = default;
};

struct MergeContext {
  Causality& causality;
  ValueLogs& logs;
  domain::RecordId record;
  std::size_t slot = 0;

  const ValueLog& log() const { return logs.value_log(record, slot); }
};

// The value of the frontier as the author of a change saw it; null: none yet.
domain::Value seen_value(const domain::Field& field, const FieldState& state, const Stamp& author,
                         const MergeContext& context);

// Merges the edit into the state and computes the readable value; the outcome, where it met a concurrent edit.
std::optional<FieldOutcome> merge_field(const domain::Collection& collection, FieldState& state, const FieldEdit& edit,
                                        const Stamp& author, std::int64_t corrected_ms, const MergeContext& context);

// The members of a frontier that a person has to choose between; fewer than two: no conflict.
std::vector<Member> conflict(const domain::Field& field, const FieldState& state, const MergeContext& context);

// The latest by effective time; ties: device id, then seq.
bool earlier(const Member& a, const Member& b);

}  // namespace suoi::sync
