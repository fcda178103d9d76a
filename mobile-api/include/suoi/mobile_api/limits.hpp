// The bounds of what a client may send (protocol.md, "Enrolment": limits).
#pragma once

#include <cstddef>
#include <cstdint>

namespace suoi::mobile_api {

inline constexpr std::size_t kChangesMax = 5000;             // of one request
inline constexpr std::size_t kChangeBytesMax = 65'536;       // of one change, as sent
inline constexpr std::size_t kBodyBytesMax = 4'194'304;      // as sent
inline constexpr std::size_t kInflatedBytesMax = 8'388'608;  // after gzip
inline constexpr std::size_t kFileBytesMax = 20'971'520;
inline constexpr std::size_t kUnfinishedUploadsMax = 20;                    // of one person
inline constexpr std::int64_t kUploadPatienceMs = 30LL * 24 * 3600 * 1000;  // after the last byte that came
inline constexpr std::size_t kSmallBodyBytesMax = 65'536;                   // of every request but a sync

}  // namespace suoi::mobile_api
