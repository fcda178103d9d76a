#include "suoi/mobile_api/housekeeping.hpp"

namespace suoi::mobile_api {

std::size_t forget_old_removals(const Service& service, std::size_t most) {
  std::size_t forgotten = 0;
  const std::int64_t horizon_ms = service.now_ms() - kHorizonMs;
  service.writer.run(
      [&](storage::Transaction& transaction) { forgotten = transaction.forget_removals(horizon_ms, most); });
  return forgotten;
}

std::size_t drop_expired_uploads(const Service& service, std::size_t most) {
  std::size_t dropped = 0;
  const std::int64_t now_ms = service.now_ms();
  service.writer.run(
      [&](storage::Transaction& transaction) { dropped = transaction.drop_expired_uploads(now_ms, most); });
  return dropped;
}

std::size_t TakingUp::step(const Service& service, std::size_t most) {
  const domain::Catalogue& catalogue = service.rules.catalogue;
  std::vector<domain::RecordId> held;
  bool done = false;
  service.store.read([&](storage::Reader& reader) {
    done = reader.taken_up_version() >= catalogue.schema_version();
    if (done) return;
    for (const sync::Record& record : reader.all_of(*catalogue.find("quarantine"), after_, most)) {
      held.push_back(record.id);
    }
  });
  if (done) return 0;
  service.writer.run([&](storage::Transaction& transaction) {
    if (held.empty()) return transaction.note_taken_up(catalogue.schema_version());
    transaction.apply(sync::plan_update(transaction, held, service.now_ms(), service.rules));
  });
  if (!held.empty()) after_ = held.back();
  return held.size();
}

BackupState backup_state(const Service& service) {
  BackupState state;
  service.store.read([&](storage::Reader& reader) { state.last_verified_ms = reader.last_verified_backup_ms(); });
  state.overdue = !state.last_verified_ms || service.now_ms() - *state.last_verified_ms >= kBackupAgeMaxMs;
  return state;
}

}  // namespace suoi::mobile_api
