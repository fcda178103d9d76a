#include "secret_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace suoi::certs {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }
  bool open() const { return number_ >= 0; }

 private:
  int number_;
};

tl::unexpected<IoError> failed(const std::filesystem::path& path, const char* what) {
  const auto kind = errno == ENOENT ? IoError::Kind::absent : IoError::Kind::failed;
  return tl::unexpected(
      IoError{kind, path.string() + ": cannot " + what + ": " + std::generic_category().message(errno)});
}

tl::unexpected<IoError> refused(const std::filesystem::path& path, IoError::Kind kind, const std::string& why) {
  return tl::unexpected(IoError{kind, path.string() + ": " + why});
}

std::string octal(mode_t mode) {
  char text[8];
  std::snprintf(text, sizeof text, "%04o", static_cast<unsigned>(mode & 07777));
  return text;
}

tl::expected<void, IoError> sync_folder(const std::filesystem::path& path) {
  const Descriptor folder(::open(path.empty() ? "." : path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.open() || ::fsync(folder.number()) != 0) return failed(path, "flush the folder");
  return {};
}

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

tl::expected<std::string, IoError> read_secret_file(const std::filesystem::path& path, FileOwner owner,
                                                    std::size_t bytes_max) {
  const bool own = owner == FileOwner::server;
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | (own ? O_NOFOLLOW : 0)));
  if (!file.open()) return failed(path, "open");
  struct stat state {};
  if (::fstat(file.number(), &state) != 0) return failed(path, "look at");
  if (!S_ISREG(state.st_mode)) return refused(path, IoError::Kind::failed, "is no plain file");
  if ((state.st_mode & (own ? 0077 : 0027)) != 0) {
    return refused(path, IoError::Kind::permissions,
                   "mode " + octal(state.st_mode) + " lets others in; set it to 0600 (chmod 600)");
  }
  std::string bytes(bytes_max + 1, '\0');
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t got = ::read(file.number(), bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(path, "read");
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > bytes_max) return refused(path, IoError::Kind::failed, "is larger than any key file");
  bytes.resize(size);
  return bytes;
}

tl::expected<void, IoError> write_secret_file(const std::filesystem::path& path, std::string_view bytes) {
  const std::filesystem::path part = path.string() + ".part";
  {
    const Descriptor file(::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.open()) return failed(part, "make");
    if (::fchmod(file.number(), 0600) != 0 || !write_all(file.number(), bytes) || ::fsync(file.number()) != 0) {
      return failed(part, "write");
    }
  }
  return move_durably(part, path);
}

tl::expected<void, IoError> make_secret_folder(const std::filesystem::path& path) {
  if (::mkdir(path.c_str(), 0700) != 0) return failed(path, "make the folder");
  if (::chmod(path.c_str(), 0700) != 0) return failed(path, "set the mode of the folder");
  return {};
}

tl::expected<void, IoError> check_secret_folder(const std::filesystem::path& path) {
  struct stat state {};
  if (::stat(path.c_str(), &state) != 0) return failed(path, "look at");
  if (!S_ISDIR(state.st_mode)) return refused(path, IoError::Kind::failed, "is no folder");
  if ((state.st_mode & 0077) != 0) {
    return refused(path, IoError::Kind::permissions,
                   "mode " + octal(state.st_mode) + " lets others in; set it to 0700 (chmod 700)");
  }
  return {};
}

tl::expected<void, IoError> move_durably(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return failed(to, "put in place");
  return sync_folder(to.parent_path());
}

}  // namespace suoi::certs
