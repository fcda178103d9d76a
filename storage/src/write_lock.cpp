#include "write_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "files.hpp"
#include "suoi/storage/store.hpp"

namespace suoi::storage {
namespace {

constexpr auto kPatience = std::chrono::seconds(30);
constexpr auto kPause = std::chrono::milliseconds(1);

}  // namespace

WriteLock::WriteLock(const std::filesystem::path& file)
    : descriptor_(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (descriptor_ < 0) throw_system("opening the lock of the store");
}

WriteLock::~WriteLock() {
  close(descriptor_);
}

WriteLock::Hold::Hold(WriteLock& lock) : lock_(lock) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (flock(lock_.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) throw_system("locking the store");
    if (std::chrono::steady_clock::now() > deadline) throw StoreFault("another process keeps the store locked", false);
    std::this_thread::sleep_for(kPause);
  }
}

WriteLock::Hold::~Hold() {
  flock(lock_.descriptor_, LOCK_UN);
}

}  // namespace suoi::storage
