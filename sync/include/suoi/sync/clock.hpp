// Corrected time: when a change was really made, as far as the server can know (merge.md, "Order").
//
// Shapes:  milliseconds since 1970 UTC, or of a monotonic clock where it says `up`.
// Threads: pure functions. Errors: none; no time is ever refused.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace suoi::sync {

// One sync of a device: what its clock said, and when that arrived here.
struct SyncMoment {
  std::int64_t clock_ms = 0;
  std::int64_t arrival_ms = 0;
};

// What the store knows of a device's clock.
struct ClockHistory {
  std::vector<SyncMoment> syncs;               // in order of arrival
  std::int64_t last_corrected_ms = INT64_MIN;  // of the incarnation's latest stored change
};

// The clock readings of the request that brings the changes.
struct ClockReading {
  std::int64_t arrival_ms = 0;  // server's clock at the first byte
  std::int64_t offset_ms = 0;   // arrival − device's clock; bundles: the offset of the last direct sync
  std::optional<std::int64_t> up_ms;
};

// The corrected time of a change made at `at_ms` (and `up_ms` of the run that sends). Never decreasing along the
// sequence: the caller feeds the result back as history.last_corrected_ms.
std::int64_t corrected_time(const ClockHistory& history, const ClockReading& reading, std::int64_t at_ms,
                            std::optional<std::int64_t> up_ms);

// Adds a sync and drops those that can no longer be the latest with clock ≤ any `at`.
void remember_sync(std::vector<SyncMoment>& syncs, SyncMoment moment);

}  // namespace suoi::sync
