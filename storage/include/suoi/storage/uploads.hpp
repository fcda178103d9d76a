// Files on their way in, and those that have arrived, as the store keeps them.
//
// Shapes:  a file is named by its SHA-256; an upload by 16 random bytes; times in ms since 1970 UTC.
// Threads: values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "suoi/domain/id.hpp"

namespace suoi::storage {

using UploadId = std::array<std::uint8_t, 16>;
using FileDigest = std::array<std::uint8_t, 32>;

struct Upload {
  UploadId id{};
  domain::PersonId person;
  std::int64_t length = 0;         // bytes that it will have
  std::int64_t received = 0;       // durable bytes, from the first one on without a gap
  std::string metadata;            // as the client sent it
  std::optional<FileDigest> file;  // once all bytes were there and taken
  std::int64_t expires_ms = 0;
};

struct StoredFile {
  FileDigest digest{};
  std::string media_type;
  std::int64_t length = 0;  // bytes
};

}  // namespace suoi::storage
