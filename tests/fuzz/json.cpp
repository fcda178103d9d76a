// Strict JSON: what is read can be written canonically, and reads back as the same.

#include <cstdlib>

#include "suoi/mobile_api/json_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = suoi::mobile_api::read_json(text);
  if (!value) return 0;
  const std::string canonical = suoi::domain::canonical_json(*value);
  const auto again = suoi::mobile_api::read_json(canonical);
  if (!again || suoi::domain::canonical_json(*again) != canonical) std::abort();
  return 0;
}
