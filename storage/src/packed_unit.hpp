// Administrative units as the numbers under which rows name them.
#pragma once

#include <cstdint>

#include "bytes.hpp"
#include "suoi/domain/admin_units.hpp"

namespace suoi::storage {

// The inverse of domain::UnitKey::packed(); StoreFault for a number that it never gives.
inline domain::UnitKey unit_of_packed(std::uint64_t packed) {
  domain::UnitKey key;
  key.list = static_cast<domain::Register>(packed >> 40U);
  for (std::size_t at = 0; at < key.digits.size(); ++at) {
    key.digits[at] = static_cast<char>(packed >> (8U * (key.digits.size() - 1 - at)));
  }
  if (packed >> 48U != 0 || key.list > domain::Register::y2025) throw_damaged("an administrative unit is unreadable");
  return key;
}

}  // namespace suoi::storage
