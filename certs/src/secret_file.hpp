// Files and folders that only the server may read; private to this module.
//
// Errors: IoError with a text that names the path; `kind` tells bad permissions from everything else.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace suoi::certs {

struct IoError {
  enum class Kind { absent, failed, permissions } kind = Kind::failed;
  std::string text;
};

// Whose file it is decides how open it may be: our own 0600 and no symbolic link, the operator's also 0640.
enum class FileOwner { server, administrator };

// At most `bytes_max`.
tl::expected<std::string, IoError> read_secret_file(const std::filesystem::path& path, FileOwner owner,
                                                    std::size_t bytes_max = 4096);

// Mode 0600, durable and whole when this returns; beside it `path`.part may stay after a crash.
tl::expected<void, IoError> write_secret_file(const std::filesystem::path& path, std::string_view bytes);

// A new folder of mode 0700.
tl::expected<void, IoError> make_secret_folder(const std::filesystem::path& path);

// Whether nobody but its owner may enter the folder.
tl::expected<void, IoError> check_secret_folder(const std::filesystem::path& path);

// Moves a file or a folder, durably; a folder may replace an empty one.
tl::expected<void, IoError> move_durably(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace suoi::certs
