// Builds AdminUnits from the CSV files in the program. Codes and words are checked, so that a slip in a newer list of
// units is a fault when the program starts and not a wrong answer later.
#include <algorithm>
#include <charconv>
#include <functional>
#include <stdexcept>
#include <system_error>
#include <tuple>

#include "embedded_data.hpp"
#include "suoi/domain/admin_units.hpp"
#include "suoi/domain/csv.hpp"

namespace suoi::domain {
namespace {

using std::chrono::year_month_day;

using Fields = std::vector<std::string_view>;

constexpr year_month_day kDay2025{std::chrono::year{2025}, std::chrono::July, std::chrono::day{1}};
// The file of difficult communes names the end of its period only in its title.
constexpr year_month_day kDifficultyEnd{std::chrono::year{2030}, std::chrono::December, std::chrono::day{31}};

[[noreturn]] void fail(std::string_view what, std::string_view text) {
  throw std::logic_error("embedded units: " + std::string(what) + ": " + std::string(text));
}

// Calls `take` for each record of the file, whose first line must be `header`.
void for_each_record(std::string_view file, std::string_view header, const std::function<void(const Fields&)>& take) {
  if (file.substr(0, file.find('\n')) != header) fail("unexpected columns, wanted", header);
  // The reader would unescape such a field into memory of its own, which the units, being views, would outlive.
  if (file.find("\"\"") != std::string_view::npos) fail("a doubled quote below", header);
  const auto columns = static_cast<std::size_t>(std::count(header.begin(), header.end(), ',')) + 1;
  CsvReader reader(file.substr(header.size() + 1));
  CsvStep step = reader.next();
  for (; step == CsvStep::record; step = reader.next()) {
    if (reader.fields().size() != columns) fail("fields missing in a line below", header);
    take(reader.fields());
  }
  if (step == CsvStep::malformed) fail("no CSV below", header);
}

UnitKey key_of(Register list, std::string_view code) {
  const auto key = UnitKey::of(list, code);
  if (!key) fail("no code of its register", code);
  return *key;
}

template <class Enum, std::size_t kSize>
Enum word_in(const std::array<std::pair<std::string_view, Enum>, kSize>& words, std::string_view text) {
  const auto at = std::find_if(words.begin(), words.end(), [&](const auto& each) { return each.first == text; });
  if (at == words.end()) fail("unknown word", text);
  return at->second;
}

constexpr std::array<std::pair<std::string_view, UnitType>, 10> kTypes{{
    {"commune", UnitType::commune},
    {"ward", UnitType::ward},
    {"township", UnitType::township},
    {"special_zone", UnitType::special_zone},
    {"rural_district", UnitType::rural_district},
    {"urban_district", UnitType::urban_district},
    {"provincial_city", UnitType::provincial_city},
    {"town", UnitType::town},
    {"province", UnitType::province},
    {"municipality", UnitType::municipality},
}};

constexpr std::array<std::pair<std::string_view, SuccessionKind>, 5> kKinds{{
    {"merge", SuccessionKind::merge},
    {"split", SuccessionKind::split},
    {"rename", SuccessionKind::rename},
    {"unchanged", SuccessionKind::unchanged},
    {"retype", SuccessionKind::retype},
}};

constexpr std::array<std::pair<std::string_view, Share>, 2> kShares{{{"whole", Share::whole}, {"part", Share::part}}};

constexpr std::array<std::pair<std::string_view, DifficultyRegion>, 3> kRegions{{
    {"I", DifficultyRegion::one},
    {"II", DifficultyRegion::two},
    {"III", DifficultyRegion::three},
}};

std::int32_t integer(std::string_view text) {
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) fail("no integer", text);
  return value;
}

// "38.9" with 2 decimals is 3890; exact, which a detour over double would not be.
std::int32_t fixed_point(std::string_view text, std::size_t decimals) {
  const std::size_t dot = std::min(text.find('.'), text.size());
  const std::string_view fraction = text.substr(std::min(dot + 1, text.size()));
  if (fraction.size() > decimals) fail("too many decimals", text);
  std::string digits(text.substr(0, dot));
  digits += fraction;
  digits.append(decimals - fraction.size(), '0');
  return integer(digits);
}

// "2025-07-01", as ISO 8601 writes a day.
year_month_day day_of(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') fail("no day", text);
  const year_month_day day{std::chrono::year{integer(text.substr(0, 4))},
                           std::chrono::month{static_cast<unsigned>(integer(text.substr(5, 2)))},
                           std::chrono::day{static_cast<unsigned>(integer(text.substr(8, 2)))}};
  if (!day.ok()) fail("no day", text);
  return day;
}

GeoPoint point_of(std::string_view lat, std::string_view lon) {
  return {fixed_point(lat, 6), fixed_point(lon, 6)};
}

}  // namespace

class AdminUnitsLoader {
 public:
  std::shared_ptr<const AdminUnits> load() {
    load_units(Register::pre2025, data_.units_pre2025);
    load_units(Register::y2025, data_.units_2025);
    sort_units();
    load_succession();
    load_facts();
    load_spellings();
    load_difficulties();
    return units_;
  }

 private:
  // A key of a unit that the registers have; load_units comes first.
  UnitKey known(Register list, std::string_view code) const {
    const UnitKey key = key_of(list, code);
    if (units_->find(key) == nullptr) fail("no such unit", key.text());
    return key;
  }

  void load_units(Register list, std::string_view file) {
    for_each_record(file, "code,name,name_en,full_name,type,parent_code", [&](const Fields& f) {
      AdminUnit unit{key_of(list, f[0]), f[1], f[2], f[3], word_in(kTypes, f[4]), std::nullopt};
      if (!f[5].empty()) unit.parent = key_of(list, f[5]);
      units_->units_.push_back(unit);
    });
  }

  void sort_units() {
    auto& units = units_->units_;
    std::sort(units.begin(), units.end(), [](const AdminUnit& a, const AdminUnit& b) { return a.key < b.key; });
    for (const AdminUnit& unit : units) {
      if (unit.parent.has_value() == (unit.level() == UnitLevel::province)) fail("wrong parent", unit.key.text());
      if (!unit.parent) continue;
      known(unit.parent->list, unit.parent->code());
      units_->children_.emplace_back(*unit.parent, unit.key);
    }
    std::sort(units_->children_.begin(), units_->children_.end());
  }

  void load_succession() {
    constexpr std::string_view kHeader = "old_code,new_code,share,effective_date,level,kind,instrument,evidence";
    for_each_record(data_.succession, kHeader, [&](const Fields& f) {
      const year_month_day effective = day_of(f[3]);
      const Register old_list = effective <= kDay2025 ? Register::pre2025 : Register::y2025;
      const Succession row{known(old_list, f[0]),  known(Register::y2025, f[1]),
                           word_in(kShares, f[2]), effective,
                           word_in(kKinds, f[5]),  f[6]};
      // What only changed its type is still the same unit.
      if (row.from != row.to) units_->by_old_.push_back(row);
    });
    units_->by_new_ = units_->by_old_;
    std::sort(units_->by_old_.begin(), units_->by_old_.end(),
              [](const Succession& a, const Succession& b) { return std::tie(a.from, a.to) < std::tie(b.from, b.to); });
    std::sort(units_->by_new_.begin(), units_->by_new_.end(),
              [](const Succession& a, const Succession& b) { return std::tie(a.to, a.from) < std::tie(b.to, b.from); });
  }

  void load_facts() {
    constexpr std::string_view kHeader = "code,area_km2,population,lat,lon,min_lon,min_lat,max_lon,max_lat,flag";
    for_each_record(data_.facts_2025, kHeader, [&](const Fields& f) {
      UnitFacts facts{known(Register::y2025, f[0]), fixed_point(f[1], 2), std::nullopt,
                      f[9] == "population_suspect", point_of(f[3], f[4]), std::nullopt};
      if (!f[2].empty()) facts.population = integer(f[2]);
      const bool box_contradicts = f[9] == "point_outside_bbox" || f[9] == "bbox_wide";
      if (!box_contradicts) facts.box = GeoBox{point_of(f[6], f[5]), point_of(f[8], f[7])};
      units_->facts_.push_back(facts);
    });
    sort_by_key(units_->facts_);
  }

  void load_spellings() {
    for_each_record(data_.aliases, "code,register,list_name,other_spelling,seen_in", [&](const Fields& f) {
      const auto key = UnitKey::parse(std::string(f[1]) + ":" + std::string(f[0]));
      if (!key || units_->find(*key) == nullptr) fail("no such unit", f[0]);
      units_->spellings_.push_back({*key, f[3]});
    });
    sort_by_key(units_->spellings_);
  }

  void load_difficulties() {
    for_each_record(data_.difficult_2026_2030, "code,name,region,period_from,instrument", [&](const Fields& f) {
      units_->difficulties_.push_back(
          {known(Register::y2025, f[0]), word_in(kRegions, f[2]), day_of(f[3]), kDifficultyEnd});
    });
    sort_by_key(units_->difficulties_);
  }

  template <class Row>
  static void sort_by_key(std::vector<Row>& rows) {
    std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.key < b.key; });
  }

  EmbeddedData data_;
  std::shared_ptr<AdminUnits> units_{new AdminUnits};
};

std::shared_ptr<const AdminUnits> AdminUnits::embedded() {
  return AdminUnitsLoader().load();
}

}  // namespace suoi::domain
