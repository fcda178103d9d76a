#include "suoi/server/ballast.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace suoi::server {

Ballast::Ballast(const std::filesystem::path& directory, std::int64_t bytes, std::int64_t room_beside)
    : file_(directory / "ballast"), bytes_(bytes), room_beside_(room_beside) {}

bool Ballast::hold() {
  if (impossible_ || is_held()) return true;
  std::error_code unknown;
  const auto room = std::filesystem::space(file_.parent_path(), unknown);
  if (!unknown && room.available < static_cast<std::uintmax_t>(bytes_ + room_beside_)) return false;
  const int file = ::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  const int reason = file < 0 ? errno : ::posix_fallocate(file, 0, bytes_);
  if (file >= 0) ::close(file);
  if (reason == 0) return true;
  release();
  impossible_ = reason != ENOSPC && reason != EDQUOT;
  return impossible_;
}

void Ballast::release() {
  std::error_code absent;
  std::filesystem::remove(file_, absent);
}

bool Ballast::is_held() const {
  std::error_code absent;
  const auto size = std::filesystem::file_size(file_, absent);
  return !absent && size == static_cast<std::uintmax_t>(bytes_);
}

}  // namespace suoi::server
