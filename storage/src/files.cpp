#include "files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "suoi/storage/store.hpp"

namespace suoi::storage {
namespace {

namespace fs = std::filesystem;

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags) : number_(open(path.c_str(), flags | O_CLOEXEC, 0600)) {
    if (number_ < 0) throw_system("opening " + path.filename().string());
  }
  ~Descriptor() { close(number_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

fs::path folder_of(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

void write_all(const Descriptor& to, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t written = write(to.number(), bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw_system("writing a copy of the store");
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
}

}  // namespace

void throw_system(std::string_view doing) {
  const int reason = errno;
  throw StoreFault(std::string(doing) + ": " + std::strerror(reason), reason == ENOSPC || reason == EDQUOT);
}

void make_private_folder(const fs::path& folder) {
  if (fs::is_directory(folder)) return;
  if (folder.has_parent_path() && !fs::exists(folder.parent_path())) make_private_folder(folder.parent_path());
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) throw_system("making the folder of the store");
  sync_to_disk(folder_of(folder));
}

void make_private_file(const fs::path& file) {
  const Descriptor made(file, O_WRONLY | O_CREAT | O_EXCL);
}

void copy_privately(const fs::path& from, const fs::path& to) {
  const Descriptor source(from, O_RDONLY);
  const Descriptor target(to, O_WRONLY | O_CREAT | O_EXCL);
  std::array<char, 1 << 16> buffer{};
  for (;;) {
    const ssize_t size = read(source.number(), buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) throw_system("reading the backup");
    if (size == 0) return;
    write_all(target, buffer.data(), static_cast<std::size_t>(size));
  }
}

void sync_to_disk(const fs::path& path) {
  const Descriptor opened(path, O_RDONLY);
  if (fsync(opened.number()) != 0) throw_system("syncing " + path.filename().string());
}

bool publish(const fs::path& from, const fs::path& to) {
  sync_to_disk(from);
  int outcome = renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE);
  // Some file systems know no such renaming; there the look before it has to do.
  if (outcome != 0 && errno == EINVAL && !fs::exists(to)) outcome = rename(from.c_str(), to.c_str());
  if (outcome != 0 && (errno == EEXIST || errno == EINVAL)) return false;
  if (outcome != 0) throw_system("naming " + to.filename().string());
  sync_to_disk(folder_of(to));
  return true;
}

void remove_database(const fs::path& file) {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
    std::error_code absent;
    fs::remove(file.string() + suffix, absent);
    if (absent) throw StoreFault("removing " + file.filename().string() + ": " + absent.message(), false);
  }
}

}  // namespace suoi::storage
