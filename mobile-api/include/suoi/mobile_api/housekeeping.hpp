// What has to be done from time to time and no phone waits for.
//
// Threads: from one worker; each call is short and commits by itself. Errors: faults of the store throw; the next call
//          tries again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "suoi/mobile_api/service.hpp"

namespace suoi::mobile_api {

// Removals older than this are forgotten; a cursor that reaches behind them is answered 410 (protocol.md).
inline constexpr std::int64_t kHorizonMs = 400LL * 24 * 3600 * 1000;
// Without a verified backup younger than this, phones let go of changes that no backup holds (protocol.md, `safe`).
inline constexpr std::int64_t kBackupAgeMaxMs = 60LL * 24 * 3600 * 1000;

// Forgets at most `most` removals beyond the horizon, in one small transaction; gives how many.
std::size_t forget_old_removals(const Service& service, std::size_t most);

// Drops at most `most` uploads that nobody went on with in time, in one transaction; gives how many.
std::size_t drop_expired_uploads(const Service& service, std::size_t most);

// After an update: looks at up to `most` changes that were kept aside, and applies those that waited for a field or a
// collection of the new catalogue. Gives how many were looked at; 0: there is nothing to do, and that is remembered.
class TakingUp {
 public:
  std::size_t step(const Service& service, std::size_t most);

 private:
  domain::RecordId after_;
};

struct BackupState {
  std::optional<std::int64_t> last_verified_ms;
  bool overdue = false;  // the operator has to be warned
};
BackupState backup_state(const Service& service);

}  // namespace suoi::mobile_api
