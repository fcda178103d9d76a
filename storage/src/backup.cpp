// The online copy of a store.

#include <sqlite3.h>

#include <memory>

#include "check.hpp"
#include "files.hpp"
#include "sqlite_store.hpp"

namespace suoi::storage {
namespace {

constexpr int kPagesAtOnce = 256;

constexpr char kAcked[] = "SELECT no, acked FROM life";
constexpr char kSetSafe[] = "UPDATE life SET safe = max(safe, ?) WHERE no = ?";
constexpr char kSetBackup[] =
    "INSERT INTO meta (key, value) VALUES ('last_verified_backup', ?)"
    " ON CONFLICT DO UPDATE SET value = excluded.value";

using Acked = std::vector<std::pair<sync::LifeNo, std::int64_t>>;

// Copies what one read transaction sees, so that writers neither wait nor make it begin again.
void copy_pages(Connection& source, Connection& target,
                const std::function<void(std::int64_t, std::int64_t)>& progress) {
  source.execute("BEGIN");
  source.scalar("SELECT count(*) FROM meta");
  const std::unique_ptr<sqlite3_backup, int (*)(sqlite3_backup*)> copy(
      sqlite3_backup_init(target.handle(), "main", source.handle(), "main"), sqlite3_backup_finish);
  if (!copy) target.fail(SQLITE_ERROR, "beginning the backup");
  for (;;) {
    const int code = sqlite3_backup_step(copy.get(), kPagesAtOnce);
    if (code != SQLITE_OK && code != SQLITE_DONE) target.fail(code, "copying the store");
    const std::int64_t total = sqlite3_backup_pagecount(copy.get());
    if (progress) progress(total - sqlite3_backup_remaining(copy.get()), total);
    if (code == SQLITE_DONE) return;
  }
}

// What the finished copy holds of every incarnation; StoreFault where the copy is not sound.
Acked verify(const std::filesystem::path& copy, const Store::Options& options) {
  Connection connection(copy, Access::read_only);
  const Store::CheckReport report = check_copy(connection, copy, options, {});
  if (!report.ok) throw StoreFault("the backup is damaged: " + report.problems.front(), false);
  Acked acked;
  Query query(connection, kAcked);
  while (query.step()) acked.emplace_back(static_cast<sync::LifeNo>(query.integer(0)), query.integer(1));
  return acked;
}

}  // namespace

void SqliteStore::backup(const std::filesystem::path& file, std::int64_t now_ms,
                         const std::function<void(std::int64_t, std::int64_t)>& progress) {
  const std::filesystem::path unfinished = file.string() + ".part";
  if (std::filesystem::exists(file)) throw StoreFault("there is a file of that name already", false);
  remove_database(unfinished);
  Acked acked;
  try {
    make_private_file(unfinished);
    {
      Connection source(file_, Access::read_only);
      Connection target(unfinished, Access::read_write);
      copy_pages(source, target, progress);
      // The copy needs no log beside it.
      target.execute("PRAGMA journal_mode=DELETE");
    }
    acked = verify(unfinished, {&context_.catalogue, context_.hashing, context_.random_bytes});
    if (!publish(unfinished, file)) throw StoreFault("there is a file of that name already", false);
  } catch (...) {
    remove_database(unfinished);
    throw;
  }
  write_alone([&](Connection& connection) {
    for (const auto& [life, seq] : acked) run(connection, kSetSafe, seq, life);
    run(connection, kSetBackup, now_ms);
  });
}

}  // namespace suoi::storage
