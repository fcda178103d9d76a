// What the merge needs to know of the present store. The caller implements it on a transaction (storage) or in memory
// (tests, simulator); `sync` itself does no I/O.
//
// Ownership: pointers that are handed out stay valid until the plan was made.
// Threads:   used by one thread at a time. Errors: an implementation throws for faults of the store.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "suoi/sync/change.hpp"
#include "suoi/sync/record.hpp"
#include "suoi/sync/rights.hpp"

namespace suoi::sync {

// An incarnation of the same device that another one takes over from, seen up to `seq`.
struct Ancestor {
  LifeNo life = 0;
  std::int64_t seq = 0;
};

// A stored change of a record, as it was applied.
struct AppliedChange {
  Change change;
  Stamp stamp;
  std::int64_t corrected_ms = 0;
  std::optional<domain::UnitKey> filed_under;  // where a redirect replaced the unit that was sent
};

// A change in quarantine that waits for its record.
struct WaitingChange {
  Change change;
  domain::DeviceId device;
  domain::PersonId person;
  LifeNo life = 0;
  std::int64_t corrected_ms = 0;
  std::int64_t arrival_ms = 0;
  std::string code;  // why it waits: unknown_record, depends_on, or what is wrong with the creation itself
};

class StateSource {
 public:
  virtual ~StateSource() = default;

  // The stored record, live or deleted; nullptr if there is none.
  virtual const Record* find(const domain::RecordId& id) = 0;
  // All applied changes of a record in order of version.
  virtual std::vector<AppliedChange> history(const domain::RecordId& id) = 0;
  // Ids of the stored records of `collection` that name `target` in a field that leads to it (record.hpp,
  // link_targets).
  virtual std::vector<domain::RecordId> linked(const domain::RecordId& target,
                                               const domain::Collection& collection) = 0;
  // Whether there may be a record of `collection`, which is one of those that are seldom.
  virtual bool any(const domain::Collection& collection) = 0;
  // Held changes of a record, in order of arrival.
  virtual std::vector<WaitingChange> waiting(const domain::RecordId& id) = 0;
  // Live activities of a unit that overlap [from_ms, to_ms).
  virtual std::vector<domain::RecordId> activities_between(const domain::UnitKey& unit, std::int64_t from_ms,
                                                           std::int64_t to_ms) = 0;
  // Incarnations that `life` continues, directly or through others.
  virtual std::vector<Ancestor> ancestors(LifeNo life) = 0;
  // The roles of a person as known now, those that ended included.
  virtual Authority authority(const domain::PersonId& person) = 0;
  // The next sequence number of the server's own device, and its life.
  virtual std::int64_t next_server_seq() = 0;
  virtual LifeNo server_life() = 0;
  virtual domain::DeviceId server_device() = 0;
  // Scarce things, granted in the caller's transaction: the next number of a unit and year, without gaps; fresh
  // random bytes for a certificate; slips of what was received are numbered likewise.
  virtual std::int64_t next_certificate_number(const domain::UnitKey& unit, int year) = 0;
  virtual std::array<std::uint8_t, 16> certificate_salt() = 0;
  virtual std::int64_t next_slip_number(const domain::UnitKey& unit, int year) = 0;
  // Versions of this epoch begin above this one: epoch · 2^32.
  virtual std::int64_t version_floor() = 0;
};

}  // namespace suoi::sync
