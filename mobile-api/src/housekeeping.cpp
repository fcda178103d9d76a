#include "suoi/mobile_api/housekeeping.hpp"

namespace suoi::mobile_api {

std::size_t forget_old_removals(const Service& service, std::size_t most) {
  std::size_t forgotten = 0;
  const std::int64_t horizon_ms = service.now_ms() - kHorizonMs;
  service.writer.run(
      [&](storage::Transaction& transaction) { forgotten = transaction.forget_removals(horizon_ms, most); });
  return forgotten;
}

BackupState backup_state(const Service& service) {
  BackupState state;
  service.store.read([&](storage::Reader& reader) { state.last_verified_ms = reader.last_verified_backup_ms(); });
  state.overdue = !state.last_verified_ms || service.now_ms() - *state.last_verified_ms >= kBackupAgeMaxMs;
  return state;
}

}  // namespace suoi::mobile_api
