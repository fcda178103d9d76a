// The administrative units of Viet Nam, before and since 1 July 2025, and what became of which.
//
// Purpose: names, areas and successors of units; where a record filed under a closed unit belongs now.
// Source:  the files of domain/data (its README names where they come from and what they leave open).
// Shapes:  a unit is named by its register and its code ("2025:03442", "pre2025:03481"), never by the code alone: 3,315
//          of the 3,321 commune codes of today stood for another or a smaller unit before. The length of a code gives
//          the level: 2 digits province, 3 district (pre2025 only), 5 commune.
// Owns:    texts are views into the program's read-only data and live as long as the process.
// Threads: immutable once built; any number of readers.
// Errors:  an unknown unit is nullptr, nullopt, an empty list or FilingOutcome::unknown; embedded data that do not fit
//          together throw std::logic_error when they are built.
#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace suoi::domain {

// The list that a code belongs to. Everything in `pre2025` was closed on 1 July 2025.
enum class Register : std::uint8_t { pre2025, y2025 };

enum class UnitLevel : std::uint8_t { province, district, commune };

struct UnitKey {
  Register list = Register::y2025;
  std::array<char, 5> digits{};  // the code; shorter ones are filled with zero bytes

  // "2025:03442"; nullopt for a bare code, an unknown register or a length that the register does not have.
  static std::optional<UnitKey> parse(std::string_view text);
  static std::optional<UnitKey> of(Register list, std::string_view code);

  std::string_view code() const;
  std::string text() const;
  UnitLevel level() const;

  // Register and code as one number, in the order of keys: by register, then by the code's digits.
  std::uint64_t packed() const {
    std::uint64_t bits = static_cast<std::uint64_t>(list);
    for (const char digit : digits) bits = bits << 8 | static_cast<unsigned char>(digit);
    return bits;
  }

  friend bool operator==(const UnitKey& a, const UnitKey& b) { return a.packed() == b.packed(); }
  friend auto operator<=>(const UnitKey& a, const UnitKey& b) { return a.packed() <=> b.packed(); }
};

struct UnitKeyHash {
  std::size_t operator()(const UnitKey& key) const {
    return std::hash<std::uint64_t>{}(key.packed() * 0x9e3779b97f4a7c15ULL);
  }
};

enum class UnitType : std::uint8_t {
  province,
  municipality,
  urban_district,
  rural_district,
  town,
  provincial_city,
  commune,
  ward,
  township,
  special_zone,
};

struct AdminUnit {
  UnitKey key;
  std::string_view name;       // "Pa Ủ"
  std::string_view name_en;    // "Pa U"
  std::string_view full_name;  // "Xã Pa Ủ"
  UnitType type = UnitType::commune;
  std::optional<UnitKey> parent;  // none for a province

  UnitLevel level() const { return key.level(); }
};

// How much of the old unit went to the new one. The resolutions give no percentages.
enum class Share : std::uint8_t { whole, part };

enum class SuccessionKind : std::uint8_t { merge, split, rename, unchanged, retype };

struct Succession {
  UnitKey from;
  UnitKey to;
  Share share = Share::whole;
  std::chrono::year_month_day effective;
  SuccessionKind kind = SuccessionKind::merge;
  std::string_view instrument;  // number of the resolution; may be empty
};

enum class FilingOutcome : std::uint8_t {
  in_force,    // file it there
  redirected,  // all of the unit went to one successor
  split,       // it went to several: a position decides, or a person
  unknown,     // no such unit
};

struct Filing {
  FilingOutcome outcome = FilingOutcome::unknown;
  std::optional<UnitKey> to;        // in_force: the unit itself; redirected: its successor
  std::vector<UnitKey> successors;  // split: where it can belong, by code
};

// A point or box in millionths of a degree, WGS 84.
struct GeoPoint {
  std::int32_t lat_e6 = 0;
  std::int32_t lon_e6 = 0;
};
struct GeoBox {
  GeoPoint low;
  GeoPoint high;
};

struct UnitFacts {
  UnitKey key;
  std::int32_t area_ha = 0;
  std::optional<std::int32_t> population;  // rough; none where the sources have none
  bool population_suspect = false;         // impossible for a commune of that size: not to be used as a denominator
  GeoPoint label;                          // where a map writes the name
  std::optional<GeoBox> box;               // none where it contradicts the label point or is too wide
};

// Regions of the ethnic-minority and mountain area; III is "especially difficult".
enum class DifficultyRegion : std::uint8_t { one = 1, two, three };

class AdminUnits {
 public:
  // Builds all of it from the data in the program (some milliseconds, 3 MB); build it once and share it.
  static std::shared_ptr<const AdminUnits> embedded();

  const AdminUnit* find(UnitKey key) const;
  // All units of one register, by key.
  std::vector<const AdminUnit*> all(Register list) const;
  // The units directly below, by code.
  std::vector<UnitKey> children(UnitKey key) const;
  // The province of a unit; a province is its own.
  std::optional<UnitKey> province(UnitKey key) const;
  // Whether `area` is `unit` or lies above it in the same register. Between registers always false: resolve first.
  bool covers(UnitKey area, UnitKey unit) const;
  // The commune where both are the same, else the province they share; nullopt across provinces or registers.
  std::optional<UnitKey> nearest_common_unit(UnitKey a, UnitKey b) const;

  // The rows that name the unit as old or as new. A change of type that leaves the key (30 April 2026) is no
  // succession.
  std::vector<Succession> successors(UnitKey key) const;
  std::vector<Succession> predecessors(UnitKey key) const;
  // Where a record filed under `key` belongs today. A district of the old register was dissolved: it counts as split
  // into what its communes became.
  Filing resolve_filing(UnitKey key) const;

  const UnitFacts* facts(UnitKey key) const;
  // Other spellings of the name in the resolutions.
  std::vector<std::string_view> other_spellings(UnitKey key) const;
  // nullopt: not on the list of that day. The list at hand is that of Lai Châu for 2026-2030.
  std::optional<DifficultyRegion> difficulty_region(UnitKey key, std::chrono::year_month_day day) const;

 private:
  struct Difficulty {
    UnitKey key;
    DifficultyRegion region;
    std::chrono::year_month_day from;
    std::chrono::year_month_day to;
  };
  struct Spelling {
    UnitKey key;
    std::string_view text;
  };
  friend class AdminUnitsLoader;
  AdminUnits() = default;

  std::vector<UnitKey> successors_in_force(UnitKey key) const;

  // Each list is sorted by its first member, so that a search halves it.
  std::vector<AdminUnit> units_;
  std::vector<std::pair<UnitKey, UnitKey>> children_;
  std::vector<Succession> by_old_;
  std::vector<Succession> by_new_;
  std::vector<UnitFacts> facts_;
  std::vector<Spelling> spellings_;
  std::vector<Difficulty> difficulties_;
};

}  // namespace suoi::domain
