// What the rooms of the catalogue have in common, and how they are put together. Internal to this module.
#pragma once

#include <array>
#include <span>

#include "suoi/domain/catalogue.hpp"

namespace suoi::domain {

using Word = std::string_view;

inline constexpr RoleSet kAdmins = {Role::coordinator, Role::province_admin};
inline constexpr RoleSet kTeam = {Role::volunteer, Role::team_leader, Role::coordinator, Role::province_admin};
inline constexpr RoleSet kField = {Role::volunteer, Role::team_leader, Role::commune_leader, Role::coordinator,
                                   Role::province_admin};
inline constexpr RoleSet kRegistrars = {Role::team_leader, Role::coordinator, Role::province_admin};
inline constexpr RoleSet kCommune = {Role::commune_leader, Role::coordinator, Role::province_admin};

inline constexpr std::int64_t kTextShort = 200;
inline constexpr std::int64_t kTextLong = 4000;
inline constexpr std::int64_t kCountMax = 1'000'000;
inline constexpr std::int64_t kInstantMax = 253'402'300'799'999;  // the end of the year 9999

inline constexpr Field kUnit = {.name = "unit",
                                .type = FieldType::unit,
                                .merge = MergeRule::review,
                                .labels = {"Đơn vị hành chính", "Administrative unit"},
                                .required = true};

// Of collections whose records can be joined, or are read as one where the records that they name are.
inline constexpr Field kSameAsField = {
    .name = kSameAs, .type = FieldType::ref, .merge = MergeRule::server, .labels = {"Chung với", "Same as"}};

inline constexpr std::array<Word, 5> kAgeBands = {"0_2", "3_5", "6_10", "11_15", "adult"};
inline constexpr std::array<Word, 6> kNeedCategories = {"health_care",   "nutrition", "recreation",
                                                        "warm_clothing", "labour",    "other"};
inline constexpr std::array<Word, 6> kUnitsOfMeasure = {"piece", "meal", "visit", "set", "day", "VND"};
inline constexpr std::array<Word, 3> kBases = {"counted", "list", "estimated"};

// In the order in which the catalogue lists them.
std::span<const Collection> people_collections();
std::span<const Collection> activity_collections();
std::span<const Collection> needs_collections();
std::span<const Collection> desk_collections();
std::span<const Collection> join_collections();
std::span<const Collection> aid_collections();
std::span<const Collection> programme_collections();

}  // namespace suoi::domain
