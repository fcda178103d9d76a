// The reference data that embedded_data.S puts into the program. The bytes live as long as the process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" {
extern const char suoi_data_admin_units_2025[];
extern const std::uint64_t suoi_data_admin_units_2025_size;
extern const char suoi_data_admin_units_pre2025[];
extern const std::uint64_t suoi_data_admin_units_pre2025_size;
extern const char suoi_data_admin_unit_succession[];
extern const std::uint64_t suoi_data_admin_unit_succession_size;
extern const char suoi_data_admin_unit_aliases[];
extern const std::uint64_t suoi_data_admin_unit_aliases_size;
extern const char suoi_data_admin_unit_facts_2025[];
extern const std::uint64_t suoi_data_admin_unit_facts_2025_size;
extern const char suoi_data_difficult_communes_2026_2030[];
extern const std::uint64_t suoi_data_difficult_communes_2026_2030_size;
}

namespace suoi::domain {

struct EmbeddedData {
  std::string_view units_2025{suoi_data_admin_units_2025, suoi_data_admin_units_2025_size};
  std::string_view units_pre2025{suoi_data_admin_units_pre2025, suoi_data_admin_units_pre2025_size};
  std::string_view succession{suoi_data_admin_unit_succession, suoi_data_admin_unit_succession_size};
  std::string_view aliases{suoi_data_admin_unit_aliases, suoi_data_admin_unit_aliases_size};
  std::string_view facts_2025{suoi_data_admin_unit_facts_2025, suoi_data_admin_unit_facts_2025_size};
  std::string_view difficult_2026_2030{suoi_data_difficult_communes_2026_2030,
                                       suoi_data_difficult_communes_2026_2030_size};
};

}  // namespace suoi::domain
