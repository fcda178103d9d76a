// The answers while the disk is full, and once it has altered what it holds.
#pragma once

#include <optional>

#include "suoi/mobile_api/http.hpp"
#include "suoi/storage/store.hpp"

namespace suoi::mobile_api {

inline Response storage_full() {
  Response full = problem(507, "storage_full", "the server's disk is full; nothing was stored");
  full.headers.emplace_back("Retry-After", "300");
  return full;
}

inline Response store_damaged() {
  Response damaged = problem(503, "store_damaged",
                             "the server's disk altered what it holds; nothing was stored, and nothing will be until "
                             "the operator has restored the latest backup");
  damaged.headers.emplace_back("Retry-After", "3600");
  return damaged;
}

// What a caller is told about it; nothing: it is a fault like any other.
inline std::optional<Response> answer_for(const storage::StoreFault& fault) {
  if (fault.is_full) return storage_full();
  if (fault.is_damaged) return store_damaged();
  return std::nullopt;
}

}  // namespace suoi::mobile_api
