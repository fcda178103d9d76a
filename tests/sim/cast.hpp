// Who is there: people of two provinces with their roles. Units are real, people invented.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "suoi/domain/admin_units.hpp"
#include "suoi/domain/id.hpp"
#include "suoi/domain/roles.hpp"

namespace suoi::sim {

struct CastRole {
  domain::Role role;
  std::string_view unit;
};

struct CastPerson {
  std::string_view name;
  std::vector<CastRole> roles;
};

inline constexpr std::string_view kPaU = "2025:03442";
inline constexpr std::string_view kTaTong = "2025:03463";
inline constexpr std::string_view kLeLoi = "2025:03487";
inline constexpr std::string_view kLeLoiBefore = "pre2025:03481";  // all of it is Lê Lợi now
inline constexpr std::string_view kLaiChau = "2025:12";
inline constexpr std::string_view kPhuBinh = "2025:05908";
inline constexpr std::string_view kDiemThuy = "2025:05941";
inline constexpr std::string_view kThuongDinh = "pre2025:05932";  // split between the two

// The units in which people write.
inline constexpr std::array<std::string_view, 5> kCommunes = {kPaU, kTaTong, kLeLoi, kPhuBinh, kDiemThuy};

const std::vector<CastPerson>& cast();
// Phone number -> whose it is.
std::size_t owner_of(std::size_t phone);

// Ids that follow from a word and a number, the same in every world.
domain::Uuid fixed_id(std::string_view what, std::size_t number);
inline domain::PersonId person_id(std::size_t number) {
  return {fixed_id("person", number)};
}

const domain::AdminUnits& units();

// Days as people write them in Việt Nam: the one of a moment, and the moment when it ends.
std::string local_day(std::int64_t time_ms);
std::int64_t end_of_day(const std::string& day);

}  // namespace suoi::sim
