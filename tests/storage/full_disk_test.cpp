// A disk without room: the sender is told, nothing is stored, and the store goes on once there is room again.

#include <sqlite3.h>

#include <catch2/catch.hpp>

#include "store_fixture.hpp"

namespace suoi::storage::test {
namespace {

constexpr std::string_view kPaU = "2025:03442";

// SQLite's default VFS with a limit on the length of every file; writes beyond fail as on a full disk.
class SmallDisk {
 public:
  SmallDisk() {
    real_ = sqlite3_vfs_find(nullptr);
    vfs_ = *real_;
    vfs_.zName = "small-disk";
    vfs_.xOpen = [](sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out) {
      const int code = real_->xOpen(real_, name, file, flags, flags_out);
      if (code != SQLITE_OK) return code;
      // The database has other methods than the files beside it, which are never locked.
      sqlite3_io_methods& methods = (flags & SQLITE_OPEN_MAIN_DB) != 0 ? of_database_ : of_others_;
      genuine_write_ = file->pMethods->xWrite;
      methods = *file->pMethods;
      methods.xWrite = write;
      file->pMethods = &methods;
      return SQLITE_OK;
    };
    if (sqlite3_vfs_register(&vfs_, 1) != SQLITE_OK) throw std::runtime_error("no VFS");
  }
  ~SmallDisk() {
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_vfs_register(real_, 1);
    bytes_max_ = INT64_MAX;
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  void shrink_to(std::int64_t bytes_max) { bytes_max_ = bytes_max; }

 private:
  static int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
    return at + size > bytes_max_ ? SQLITE_FULL : genuine_write_(file, bytes, size, at);
  }

  sqlite3_vfs vfs_{};
  static inline sqlite3_vfs* real_ = nullptr;
  static inline sqlite3_io_methods of_database_{};
  static inline sqlite3_io_methods of_others_{};
  static inline int (*genuine_write_)(sqlite3_file*, const void*, int, sqlite3_int64) = nullptr;
  static inline std::int64_t bytes_max_ = INT64_MAX;
};

bool was_full(const std::exception_ptr& outcome) {
  if (!outcome) return false;
  try {
    std::rethrow_exception(outcome);
  } catch (const StoreFault& fault) {
    return fault.is_full;
  } catch (const std::exception&) {
    return false;
  }
}

std::vector<Edit> large_set(std::uint64_t first) {
  std::vector<Edit> edits;
  for (std::uint64_t n = first; n < first + 200; ++n) {
    Edit edit = new_activity(record_id(n), kPaU, "Buổi");
    edit.set.emplace("narrative", std::string(3'000, 'x'));
    edits.push_back(std::move(edit));
  }
  return edits;
}

TEST_CASE("On a full disk every sender of the group is told so, nothing is stored, and later all goes on") {
  const ScratchFolder folder;
  SmallDisk disk;
  Phone a(1);
  Phone b(2);
  {
    const auto store = Store::create(folder.path(), options());
    send(*store, a, {new_activity(record_id(1), kPaU, "A")});
    disk.shrink_to(1 << 20);
    const std::vector<Store::Job> jobs = {
        [&](Transaction& transaction) { submit(transaction, b, {new_activity(record_id(2), kPaU, "B")}); },
        [&](Transaction& transaction) { submit(transaction, a, large_set(1'000)); }};
    const auto outcomes = store->commit_group(jobs);
    CHECK(was_full(outcomes[0]));
    CHECK(was_full(outcomes[1]));
    CHECK(page_of(*store, kPaU).size() == 1);
    CHECK(store->check({}).ok);

    send(*store, b, {new_activity(record_id(3), kPaU, "small enough")});
    disk.shrink_to(INT64_MAX);
    send(*store, a, large_set(1'000));
    CHECK(page_of(*store, kPaU).size() == 202);
    const auto report = store->check({});
    for (const auto& problem : report.problems) UNSCOPED_INFO(problem);
    CHECK(report.ok);
  }
}

TEST_CASE("A backup that finds no room leaves no file behind and makes nothing safe") {
  const ScratchFolder folder;
  SmallDisk disk;
  Phone phone(1);
  {
    const auto store = Store::create(folder.path() / "store", options());
    send(*store, phone, large_set(1));
    store->checkpoint();
    disk.shrink_to(100'000);
    bool full = false;
    try {
      store->backup(folder.path() / "backup", 1, {});
    } catch (const StoreFault& fault) {
      full = fault.is_full;
    }
    CHECK(full);
    disk.shrink_to(INT64_MAX);
    CHECK_FALSE(std::filesystem::exists(folder.path() / "backup"));
    CHECK_FALSE(std::filesystem::exists(folder.path() / "backup.part"));
    CHECK(ask(*store, [&](Reader& reader) { return reader.life(phone.device, phone.incarnation); })->safe == 0);
  }
}

}  // namespace
}  // namespace suoi::storage::test
