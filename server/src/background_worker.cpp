#include "background_worker.hpp"

#include <nlohmann/json.hpp>

#include "suoi/mobile_api/issuing.hpp"

namespace suoi::server {
namespace {

constexpr std::size_t kCertificatesAtOnce = 50;
// Small, so that a phone's commit never waits long behind it.
constexpr std::size_t kRemovalsAtOnce = 500;
constexpr std::size_t kTakenUpAtOnce = 50;
constexpr std::size_t kUploadsAtOnce = 4;  // up to 80 MiB of pieces
constexpr std::chrono::milliseconds kPause{250};
constexpr std::int64_t kHourMs = 3600LL * 1000;
constexpr std::int64_t kDayMs = 24 * kHourMs;

}  // namespace

BackgroundWorker::BackgroundWorker(mobile_api::Service service, Log log)
    : service_(std::move(service)), log_(std::move(log)), thread_([this] { work(); }) {}

BackgroundWorker::~BackgroundWorker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  thread_.join();
}

void BackgroundWorker::work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    refresh_keys();
    const bool damaged = warn_of_damage();
    const bool more_to_issue = !damaged && issue();
    const bool more_to_tidy = !damaged && tidy();
    if (!damaged) warn_of_backups();
    lock.lock();
    if (!more_to_issue && !more_to_tidy) stop_.wait_for(lock, kPause, [this] { return stopping_; });
  }
}

void BackgroundWorker::refresh_keys() {
  const auto refreshed = service_.keys.refresh();
  const std::string fault = refreshed ? "" : refreshed.error().text;
  if (fault == keys_fault_) return;
  keys_fault_ = fault;
  const char* event = fault.empty() ? "keys_readable_again" : "keys_unreadable";
  log_(nlohmann::ordered_json{{"event", event}, {"fault", fault}}.dump());
}

bool BackgroundWorker::issue() {
  std::size_t issued = 0;
  guarded("issuing_failed", [&] { issued = mobile_api::issue_certificates(service_, kCertificatesAtOnce); });
  std::size_t logged = 0;
  guarded("logging_failed", [&] {
    mobile_api::log_key_list(service_);
    logged = mobile_api::log_certificates(service_, kCertificatesAtOnce);
  });
  return issued == kCertificatesAtOnce || logged == kCertificatesAtOnce;
}

bool BackgroundWorker::tidy() {
  const std::int64_t now_ms = service_.now_ms();
  // A clock that was set back must not put the work off for years.
  if (now_ms < tidy_at_ms_ && tidy_at_ms_ - now_ms <= kHourMs) return false;
  tidy_at_ms_ = now_ms + kHourMs;
  std::size_t taken_up = 0;
  guarded("taking_up_failed", [&] { taken_up = taking_up_.step(service_, kTakenUpAtOnce); });
  std::size_t forgotten = 0;
  guarded("tidying_failed", [&] { forgotten = mobile_api::forget_old_removals(service_, kRemovalsAtOnce); });
  std::size_t dropped = 0;
  guarded("tidying_failed", [&] { dropped = mobile_api::drop_expired_uploads(service_, kUploadsAtOnce); });
  if (taken_up == 0 && forgotten < kRemovalsAtOnce && dropped < kUploadsAtOnce) return false;
  tidy_at_ms_ = now_ms;
  return true;
}

bool BackgroundWorker::warn_of_damage() {
  const auto damage = service_.store.damage();
  if (!damage || std::exchange(warned_of_damage_, true)) return damage.has_value();
  log_(nlohmann::ordered_json{{"event", "store_damaged"},
                              {"fault", *damage},
                              {"text",
                               "the server only reads from now on; stop it, restore the latest backup into a new "
                               "directory on a sound disk: suoi restore --from FILE --data DIR; phones send again what "
                               "the backup lacks"}}
           .dump());
  return true;
}

void BackgroundWorker::warn_of_backups() {
  const std::int64_t now_ms = service_.now_ms();
  if (now_ms < warn_at_ms_) return;
  warn_at_ms_ = now_ms + kDayMs;
  guarded("backup_state_unknown", [&] {
    const mobile_api::BackupState state = mobile_api::backup_state(service_);
    if (!state.overdue) return;
    nlohmann::ordered_json line{
        {"event", "backup_overdue"},
        {"text", "no verified backup is younger than 60 days; make one: suoi backup --data DIR --to FILE"}};
    if (state.last_verified_ms) line["last_verified_ms"] = *state.last_verified_ms;
    log_(line.dump());
  });
}

void BackgroundWorker::guarded(const char* event, const std::function<void()>& task) {
  try {
    task();
  } catch (const std::exception& fault) {
    log_(nlohmann::ordered_json{{"event", event}, {"fault", fault.what()}}.dump());
  }
}

}  // namespace suoi::server
