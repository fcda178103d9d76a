#include "suoi/sync/clock.hpp"

#include <algorithm>

namespace suoi::sync {

std::int64_t corrected_time(const ClockHistory& history, const ClockReading& reading, std::int64_t at_ms,
                            std::optional<std::int64_t> up_ms) {
  const bool same_run = up_ms && reading.up_ms && *up_ms <= *reading.up_ms;
  std::int64_t time = same_run ? reading.arrival_ms - (*reading.up_ms - *up_ms) : at_ms + reading.offset_ms;
  const auto earlier = std::find_if(history.syncs.rbegin(), history.syncs.rend(),
                                    [&](const SyncMoment& sync) { return sync.clock_ms <= at_ms; });
  if (earlier != history.syncs.rend()) time = std::max(time, earlier->arrival_ms);
  time = std::min(time, reading.arrival_ms);
  return std::max(time, history.last_corrected_ms);
}

void remember_sync(std::vector<SyncMoment>& syncs, SyncMoment moment) {
  // An older sync whose clock was not earlier is never the latest one with clock ≤ at again.
  syncs.erase(std::remove_if(syncs.begin(), syncs.end(),
                             [&](const SyncMoment& old) { return old.clock_ms >= moment.clock_ms; }),
              syncs.end());
  syncs.push_back(moment);
}

}  // namespace suoi::sync
