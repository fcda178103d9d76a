// The answer while the disk is full.
#pragma once

#include "suoi/mobile_api/http.hpp"

namespace suoi::mobile_api {

inline Response storage_full() {
  Response full = problem(507, "storage_full", "the server's disk is full; nothing was stored");
  full.headers.emplace_back("Retry-After", "300");
  return full;
}

}  // namespace suoi::mobile_api
