// Roles and sets of them; who may do what is data of the catalogue.
//
// Threads: values. Errors: parse gives nullopt for a word that names no role.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace suoi::domain {

enum class Role : std::uint8_t { volunteer, team_leader, commune_leader, coordinator, province_admin, auditor };

inline constexpr std::array kRoles = {Role::volunteer,   Role::team_leader,    Role::commune_leader,
                                      Role::coordinator, Role::province_admin, Role::auditor};

std::string_view role_name(Role role);
std::optional<Role> parse_role(std::string_view name);

class RoleSet {
 public:
  constexpr RoleSet() = default;
  constexpr RoleSet(std::initializer_list<Role> roles) {
    for (Role role : roles) bits_ |= bit(role);
  }
  constexpr bool has(Role role) const { return (bits_ & bit(role)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr void insert(Role role) { bits_ |= bit(role); }
  friend constexpr bool operator==(RoleSet, RoleSet) = default;

 private:
  static constexpr std::uint8_t bit(Role role) { return static_cast<std::uint8_t>(1U << static_cast<unsigned>(role)); }
  std::uint8_t bits_ = 0;
};

}  // namespace suoi::domain
