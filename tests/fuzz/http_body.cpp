// Chunked bodies and gzip.

#include <cstdlib>

#include "byte_budget.hpp"
#include "chunked_body.hpp"
#include "gzip.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kInflatedMax = 1 << 20;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  suoi::server::ChunkedBody whole;
  std::string body;
  const auto taken = whole.feed(bytes, body);
  // The same bytes one by one have to mean the same.
  suoi::server::ChunkedBody slow;
  std::string slow_body;
  bool refused = false;
  for (std::size_t at = 0; at < bytes.size() && !slow.complete() && !refused; ++at) {
    refused = !slow.feed(bytes.substr(at, 1), slow_body);
  }
  if (taken && (slow.complete() != whole.complete() || slow_body != body)) std::abort();
  if (!taken && !refused) std::abort();
  suoi::server::ByteBudget budget(kInflatedMax * 2);
  suoi::server::ByteLease lease(budget);
  const auto inflated = suoi::server::inflate_gzip(bytes, kInflatedMax, lease);
  if (inflated && inflated->size() > kInflatedMax) std::abort();
  return 0;
}
