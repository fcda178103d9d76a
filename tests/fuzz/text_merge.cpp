// Three texts, split at zero bytes: a merge never fails, and where one side did not edit, the other side's words stand.

#include "text_merge.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kTextMax = 4000;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size < kTextMax ? size : kTextMax);
  const std::size_t first = bytes.find('\0');
  const std::size_t second = first == std::string_view::npos ? first : bytes.find('\0', first + 1);
  if (second == std::string_view::npos) return 0;
  const std::string_view ancestor = bytes.substr(0, first);
  const std::string_view earlier = bytes.substr(first + 1, second - first - 1);
  static_cast<void>(suoi::sync::merge_words(ancestor, earlier, bytes.substr(second + 1)));
  if (!suoi::sync::merge_words(ancestor, earlier, ancestor)) std::abort();
  return 0;
}
