// How a store comes into its directory: made, opened, restored.

#include "bytes.hpp"
#include "check.hpp"
#include "files.hpp"
#include "schema.hpp"
#include "sqlite_store.hpp"

namespace suoi::storage {
namespace {

namespace fs = std::filesystem;

// Under this name a database grows until it is whole; what a crash left there is no store.
fs::path unfinished_file(const fs::path& directory) {
  return directory / "store.db.part";
}

bool is_used(const fs::path& directory) {
  if (!fs::exists(directory)) return false;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
    const std::string name = entry.path().filename();
    if (name != lock_file(directory).filename() && !name.starts_with("store.db.part")) return true;
  }
  return false;
}

// Makes the database under its unfinished name with `fill`, then names it. False: a store came there meanwhile.
template <class Fill>
bool build(const fs::path& directory, const Fill& fill) {
  make_private_folder(directory);
  WriteLock lock(lock_file(directory));
  const WriteLock::Hold hold(lock);
  if (fs::exists(database_file(directory))) return false;
  const fs::path file = unfinished_file(directory);
  remove_database(file);
  try {
    fill(file);
    return publish(file, database_file(directory));
  } catch (...) {
    remove_database(file);
    throw;
  }
}

}  // namespace

std::unique_ptr<Store> Store::create(const fs::path& directory, const Options& options) {
  if (fs::exists(database_file(directory))) return nullptr;
  const bool made = build(directory, [&](const fs::path& file) {
    make_private_file(file);
    Connection connection(file, Access::read_write);
    found_store(connection, *options.catalogue, options.random_bytes);
  });
  return made ? open(directory, options) : nullptr;
}

std::unique_ptr<Store> Store::open(const fs::path& directory, const Options& options) {
  if (!fs::exists(database_file(directory))) throw StoreFault("there is no store in this directory", false);
  return std::make_unique<SqliteStore>(directory, options);
}

std::unique_ptr<Store> Store::restore(const fs::path& file, const fs::path& directory, const Options& options,
                                      const std::function<void(std::int64_t, std::int64_t)>& progress) {
  if (is_used(directory)) return nullptr;
  const bool made = build(directory, [&](const fs::path& copy) {
    copy_privately(file, copy);
    Connection connection(copy, Access::read_write);
    require_store(connection);
    // A store at rest is in WAL mode, and what is written here must not stay in a log beside the copy.
    connection.execute("PRAGMA journal_mode=DELETE");
    // First, since the check knows the tables of this release; the backup itself stays as it is.
    migrate(connection, *options.catalogue);
    const CheckReport report = check_copy(connection, copy, options, progress);
    if (!report.ok) throw StoreFault("the backup is damaged: " + report.problems.front(), false);
    // Still nobody's store: a copy that is not finished counts for nothing, so this needs no transaction.
    begin_epoch(connection, 0, options.random_bytes);
  });
  return made ? open(directory, options) : nullptr;
}

}  // namespace suoi::storage
