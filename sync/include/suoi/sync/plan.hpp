// Decides what a change set means against the present state. Pure: no clock, I/O, randomness, logs or threads.
//
// Purpose: plan_merge(state, change set, rules) -> MergePlan, which storage applies in the same transaction.
// Errors:  bad changes become quarantine verdicts; only faults of the StateSource throw.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "suoi/domain/admin_units.hpp"
#include "suoi/domain/catalogue.hpp"
#include "suoi/domain/id.hpp"
#include "suoi/sync/state_source.hpp"
#include "suoi/sync/verdict.hpp"

namespace suoi::sync {

// What decides besides the state; the same for every change set of a release.
struct Rules {
  const domain::Catalogue& catalogue;
  const domain::AdminUnits& units;
  domain::Hashing hashing;
};

// The sender of a change set.
struct Author {
  domain::DeviceId device;
  domain::PersonId person;
  LifeNo life = 0;
  Authority authority;
};

struct TimedChange {
  Change change;
  std::int64_t corrected_ms = 0;
};

// Numbers [from, to] whose changes the sender does not have any more (protocol.md, "lost").
struct Loss {
  domain::Incarnation incarnation;
  std::int64_t from = 0;
  std::int64_t to = 0;
};

struct ChangeSet {
  Author author;
  std::int64_t arrival_ms = 0;
  std::vector<TimedChange> changes;  // in order of seq, none of them stored before
  std::optional<Loss> loss = {};     // opens a case, so that a person asks for what was in them
};

// A change to be stored: the sender's, or the server's own (cases, certificates, records of quarantine).
struct PlannedChange {
  Change change;
  domain::DeviceId device;
  domain::PersonId person;
  LifeNo life = 0;
  std::int64_t corrected_ms = 0;
  std::int64_t arrival_ms = 0;
  Verdict verdict;
  std::optional<std::int64_t> version;         // of the record once applied; nothing: kept aside
  std::optional<domain::UnitKey> filed_under;  // of a redirect
  bool released = false;                       // it stood in quarantine before and is only applied now
  bool mended = false;                         // released with the content that a person made of it
};

// A record as it shall stand after the plan.
struct RecordUpdate {
  Record after;
  std::optional<StreamKey> stream_before;  // nothing: the record is new
  bool live_before = false;
  std::int64_t version_before = 0;
};

struct MergePlan {
  std::vector<PlannedChange> changes;  // in the order in which they were applied
  std::vector<RecordUpdate> records;   // each once, in the order of their last change
};

MergePlan plan_merge(StateSource& state, ChangeSet set, const Rules& rules);

// What waits in quarantine for a field or collection that this catalogue knows by now: applied where it can stand, with
// its own author and time. Records of quarantine that wait for something else are left alone.
MergePlan plan_update(StateSource& state, const std::vector<domain::RecordId>& quarantined, std::int64_t arrival_ms,
                      const Rules& rules);

// The ids of cases follow from kind and subject (merge.md, "Cases").
domain::RecordId case_id(const Rules& rules, std::string_view kind, const std::vector<domain::RecordId>& subject,
                         std::string_view field = {});
// The id of a record that follows from others: name "collection:uuid:uuid…" in the schema's namespace.
domain::RecordId derived_id(const Rules& rules, std::string_view collection, const std::vector<domain::RecordId>& from);

// What an approval approves: SHA-256 of the canonical form of {activity, person, attendance: [id, from, to] by id},
// 64 hex digits (domain.md, "approval").
struct AttendedInterval {
  domain::RecordId id;
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;
};
std::string approval_digest(const domain::Hashing& hashing, const domain::RecordId& activity,
                            const domain::RecordId& person, std::vector<AttendedInterval> attendance);

}  // namespace suoi::sync
