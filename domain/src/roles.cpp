#include "suoi/domain/roles.hpp"

namespace suoi::domain {
namespace {
constexpr std::array<std::string_view, kRoles.size()> kNames = {"volunteer",   "team_leader",    "commune_leader",
                                                                "coordinator", "province_admin", "auditor"};
}

std::string_view role_name(Role role) {
  return kNames[static_cast<std::size_t>(role)];
}

std::optional<Role> parse_role(std::string_view name) {
  for (Role role : kRoles) {
    if (role_name(role) == name) return role;
  }
  return std::nullopt;
}

}  // namespace suoi::domain
