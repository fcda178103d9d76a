// The body of a sync: any bytes are a request or a problem answer, never a fault.

#include "sync_request.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto request = suoi::mobile_api::decode_sync({reinterpret_cast<const char*>(data), size});
  if (!request) {
    const int status = request.error().status;
    if (status != 413 && status != 422 && status != 426) std::abort();
    return 0;
  }
  std::int64_t before = 0;
  for (const suoi::sync::Change& change : request->changes) {
    if (change.seq <= before) std::abort();
    before = change.seq;
    suoi::domain::canonical_json(change.content);
  }
  return 0;
}
