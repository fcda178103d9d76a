#include "seal.hpp"

#include <string>

namespace suoi::storage {

std::uint64_t digest_number(const domain::Hashing& hashing, std::string_view bytes) {
  const auto digest = hashing.sha256(bytes);
  std::uint64_t number = 0;
  for (std::size_t at = 0; at < 8; ++at) number = number << 8U | digest[at];
  return number;
}

std::uint64_t sum_part(const domain::Hashing& hashing, const domain::RecordId& id, std::int64_t version) {
  return digest_number(hashing, id.text() + ":" + std::to_string(version));
}

}  // namespace suoi::storage
