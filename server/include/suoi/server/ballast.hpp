// Room on the disk that is kept for the operator: a file that is given up when the disk is full.
//
// Purpose: on a full disk SQLite can't even delete. The file `ballast` in the data directory holds some room back;
// given
//          up, it lets the log be moved into the store and the operator's commands run. While it is missing the server
//          takes no changes, so that phones don't eat up that room at once.
// Shapes:  sizes in bytes. The file counts as there when it has its whole size.
// Threads: one at a time for each object; several processes may share the file.
// Errors:  none are thrown. A file system that can't set room aside is served without a ballast.
#pragma once

#include <cstdint>
#include <filesystem>

namespace suoi::server {

class Ballast {
 public:
  static constexpr std::int64_t kBytes = 32LL << 20;
  static constexpr std::int64_t kRoomBeside = 16LL << 20;  // that has to be free before it is made again

  explicit Ballast(const std::filesystem::path& directory, std::int64_t bytes = kBytes,
                   std::int64_t room_beside = kRoomBeside);

  // Makes the file where it is missing and there is room for it; false: there is not.
  bool hold();
  void release();

 private:
  bool is_held() const;

  std::filesystem::path file_;
  std::int64_t bytes_;
  std::int64_t room_beside_;
  bool impossible_ = false;
};

}  // namespace suoi::server
