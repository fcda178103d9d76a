// A Store on one directory: `store.db` with its write-ahead log, and `write.lock`.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "keyring.hpp"
#include "rows.hpp"
#include "sealed_pages.hpp"
#include "sqlite.hpp"
#include "suoi/storage/store.hpp"
#include "write_lock.hpp"

namespace suoi::storage {

class SqliteStore final : public Store {
 public:
  // Opens the database of a directory whose lock the caller does not hold.
  SqliteStore(const std::filesystem::path& directory, const Options& options);

  std::vector<std::exception_ptr> commit_group(std::span<const Job> jobs) override;
  std::string packed(const domain::Value& content) const override;
  void read(const std::function<void(Reader&)>& use) override;
  void checkpoint() override;
  void scrub() override;
  std::optional<std::string> damage() const override;
  bool changed_elsewhere() override;
  AuditReport verify_audit(std::span<const ChainHead> kept,
                           const std::function<void(std::int64_t, std::int64_t)>& progress) override;
  CheckReport check(const std::function<void(std::int64_t, std::int64_t)>& progress) override;
  void backup(const std::filesystem::path& file, std::int64_t now_ms,
              const std::function<void(std::int64_t, std::int64_t)>& progress) override;

 private:
  class Lease;

  void run_jobs(std::span<const Job> jobs, std::vector<std::exception_ptr>& outcomes);
  void roll_back();
  void shorten_log();
  // Where somebody was erased and the log was not emptied since (it was read, the process died): tries again.
  void scrub_what_was_erased();
  // Pages of the file that are not what was written; not those of which the log has a newer state.
  std::vector<std::int64_t> find_altered_pages();
  void look_for_damage();
  // Keeps in mind what `fault` says is damaged.
  void note_damage(const StoreFault& fault);
  void refuse_if_damaged() const;
  // Runs `write` in a transaction of its own.
  void write_alone(const std::function<void(Connection&)>& write);

  std::filesystem::path file_;
  PageReader pages_;
  WriteLock lock_;
  std::mutex writing_;
  mutable std::mutex noting_damage_;
  std::string damage_;  // empty: none was found
  Connection writer_;
  Names names_;
  Keyring keyring_;
  Context context_;
  std::int64_t seen_version_ = 0;
  std::chrono::steady_clock::time_point scrub_at_{};

  std::mutex pool_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

std::filesystem::path database_file(const std::filesystem::path& directory);
std::filesystem::path lock_file(const std::filesystem::path& directory);

}  // namespace suoi::storage
