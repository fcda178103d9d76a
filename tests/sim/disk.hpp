// The server's disk: SQLite's default VFS while it lives. What was synced is safe; of everything later a power cut
// keeps any sectors (512 bytes) or none, in whatever order they were written. It can be full, or fail, and it syncs
// nothing for real, so that a simulated day costs no time.
//
// Shapes:    bytes beside a write are never harmed (SQLite counts on that: SQLITE_IOCAP_POWERSAFE_OVERWRITE). Names in
//            the watched folder do not change while it is watched.
// Ownership: connections must be closed before it ends, before watch() and before power_back().
// Threads:   one.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>

#include "dice.hpp"

namespace suoi::sim {

enum class DiskTrouble { none, full, failing };

class Disk {
 public:
  Disk();
  ~Disk();
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  // Takes what is in the folder as safely stored.
  void watch(const std::filesystem::path& folder);
  void set_trouble(DiskTrouble trouble);
  // The power fails at the write or sync that many operations from now.
  void cut_power_after(std::size_t operations);
  // No cut to come after all.
  void keep_power();
  bool is_powerless() const;
  std::size_t operations() const;
  // Makes of the folder what the disk may hold after the cut, and goes on.
  void power_back(Dice& dice);

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace suoi::sim
