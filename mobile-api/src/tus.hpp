// The header fields of tus 1.0.0 (tus.io, "Core Protocol" and its extensions).
//
// Threads: pure functions. Errors: nullopt for what the protocol does not allow.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "suoi/mobile_api/http.hpp"
#include "suoi/storage/uploads.hpp"

namespace suoi::mobile_api {

inline constexpr std::string_view kTusVersion = "1.0.0";
inline constexpr std::string_view kTusExtensions = "creation,checksum,expiration,termination";
inline constexpr std::string_view kChecksumAlgorithms = "sha256,sha1";

std::optional<std::string_view> header_of(const Request& request, const char* name);

// A count of bytes: digits only.
std::optional<std::int64_t> parse_bytes(std::string_view text);

// Upload-Metadata: pairs of a key and a value in base64, parted by commas.
struct UploadMetadata {
  std::optional<storage::FileDigest> sha256;  // what the client says that the file will be
};
std::optional<UploadMetadata> parse_metadata(std::string_view text);

// Upload-Checksum: an algorithm and a digest in base64.
struct Checksum {
  std::string algorithm;
  std::string digest;  // bytes
};
std::optional<Checksum> parse_checksum(std::string_view text);

std::string hex_of(std::string_view bytes);
template <std::size_t kSize>
std::optional<std::array<std::uint8_t, kSize>> parse_hex(std::string_view text);

// RFC 9110, section 5.6.7.
std::string http_date(std::int64_t time_ms);

}  // namespace suoi::mobile_api
