// A disk on which the power can fail: a SQLite VFS that notes every write and every sync, and afterwards makes what the
// disk might have held after any of them.
//
// Purpose: kill tests cannot prove durability, since the system keeps what a dead process wrote.
// Shapes:  what was synced is on the disk. Of every later write any of its sectors (512 bytes) may be there or not, in
//          whatever order they were made; a later change of length, too. Bytes beside a write are never harmed (SQLite
//          counts on that: SQLITE_IOCAP_POWERSAFE_OVERWRITE). Names in folders do not change while it records.
// Ownership: it is SQLite's default VFS from its construction to its destruction; connections must be closed by then.
// Threads: one at a time records.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace suoi::storage::test {

// Which promises the disk keeps.
enum class Honesty { honest, forgets_log_syncs };

class PowerCutVfs {
 public:
  PowerCutVfs();
  ~PowerCutVfs();
  PowerCutVfs(const PowerCutVfs&) = delete;
  PowerCutVfs& operator=(const PowerCutVfs&) = delete;

  // Takes what is in the folder as safely stored and notes what follows there.
  void record(const std::filesystem::path& folder);
  // From here on only passes on what it gets, and syncs nothing: what is looked at now need not survive.
  void stop();

  // Writes and syncs so far.
  std::size_t operations() const;
  // Makes in an empty folder what the disk may hold if the power failed right after the first `count` operations.
  void write_image(std::size_t count, Honesty honesty, std::mt19937_64& random,
                   const std::filesystem::path& folder) const;

  struct Recorder;

 private:
  std::unique_ptr<Recorder> recorder_;
};

}  // namespace suoi::storage::test
