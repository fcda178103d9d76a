// Request line and header fields: the front's guard.

#include <cstdlib>

#include "request_head.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  suoi::server::HeadScanner scanner;
  const auto end = scanner.scan(bytes);
  if (!end || !*end) return 0;
  const auto head = suoi::server::parse_request_head(bytes.substr(0, **end));
  if (!head) return 0;
  // A body has exactly one length.
  if (head->chunked && head->content_length) std::abort();
  for (const auto& [name, value] : head->fields) {
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) std::abort();
  }
  return 0;
}
