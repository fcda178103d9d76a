// The lock file of a store: whoever writes or checkpoints holds it, in whatever process.
//
// Ownership: a WriteLock owns the open file; `Hold` gives the lock back at its end.
// Threads:   one holder at a time; two WriteLocks exclude each other also within a process (flock, BSD semantics).
// Errors:    StoreFault where the file cannot be opened or somebody else keeps the lock for longer than half a minute.
#pragma once

#include <filesystem>

namespace suoi::storage {

class WriteLock {
 public:
  explicit WriteLock(const std::filesystem::path& file);
  ~WriteLock();
  WriteLock(const WriteLock&) = delete;
  WriteLock& operator=(const WriteLock&) = delete;

  class Hold {
   public:
    explicit Hold(WriteLock& lock);
    ~Hold();
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

   private:
    WriteLock& lock_;
  };

 private:
  int descriptor_;
};

}  // namespace suoi::storage
