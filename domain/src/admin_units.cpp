#include "suoi/domain/admin_units.hpp"

#include <algorithm>

namespace suoi::domain {
namespace {

constexpr std::string_view kPre2025 = "pre2025";
constexpr std::string_view k2025 = "2025";

template <class Row>
const Row* find_row(const std::vector<Row>& rows, UnitKey key) {
  const auto at =
      std::lower_bound(rows.begin(), rows.end(), key, [](const Row& row, UnitKey wanted) { return row.key < wanted; });
  return at != rows.end() && at->key == key ? &*at : nullptr;
}

// The rows whose key, as `key_of` gives it, is `key`; the rows are sorted by it.
template <class Row, class KeyOf>
auto rows_of(const std::vector<Row>& rows, UnitKey key, KeyOf key_of) {
  const auto begin =
      std::lower_bound(rows.begin(), rows.end(), key, [&](const Row& row, UnitKey k) { return key_of(row) < k; });
  const auto end = std::upper_bound(begin, rows.end(), key, [&](UnitKey k, const Row& row) { return k < key_of(row); });
  return std::make_pair(begin, end);
}

}  // namespace

std::optional<UnitKey> UnitKey::of(Register list, std::string_view code) {
  const bool length_fits = code.size() == 2 || code.size() == 5 || (code.size() == 3 && list == Register::pre2025);
  const bool digits_only = code.find_first_not_of("0123456789") == std::string_view::npos;
  if (!length_fits || !digits_only) return std::nullopt;
  UnitKey key{list, {}};
  std::copy(code.begin(), code.end(), key.digits.begin());
  return key;
}

std::optional<UnitKey> UnitKey::parse(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view list = text.substr(0, colon);
  if (list != k2025 && list != kPre2025) return std::nullopt;
  return of(list == k2025 ? Register::y2025 : Register::pre2025, text.substr(colon + 1));
}

std::string_view UnitKey::code() const {
  return {digits.data(), static_cast<std::size_t>(std::find(digits.begin(), digits.end(), '\0') - digits.begin())};
}

std::string UnitKey::text() const {
  std::string text(list == Register::y2025 ? k2025 : kPre2025);
  text += ':';
  text += code();
  return text;
}

UnitLevel UnitKey::level() const {
  const std::size_t length = code().size();
  if (length == 2) return UnitLevel::province;
  return length == 3 ? UnitLevel::district : UnitLevel::commune;
}

const AdminUnit* AdminUnits::find(UnitKey key) const {
  return find_row(units_, key);
}

const UnitFacts* AdminUnits::facts(UnitKey key) const {
  return find_row(facts_, key);
}

std::vector<const AdminUnit*> AdminUnits::all(Register list) const {
  std::vector<const AdminUnit*> found;
  for (const AdminUnit& unit : units_) {
    if (unit.key.list == list) found.push_back(&unit);
  }
  return found;
}

std::vector<UnitKey> AdminUnits::children(UnitKey key) const {
  const auto [begin, end] = rows_of(children_, key, [](const auto& row) { return row.first; });
  std::vector<UnitKey> found;
  for (auto at = begin; at != end; ++at) found.push_back(at->second);
  return found;
}

std::optional<UnitKey> AdminUnits::province(UnitKey key) const {
  const AdminUnit* unit = find(key);
  while (unit != nullptr && unit->parent) unit = find(*unit->parent);
  return unit != nullptr ? std::optional(unit->key) : std::nullopt;
}

bool AdminUnits::covers(UnitKey area, UnitKey unit) const {
  for (const AdminUnit* at = find(unit); at != nullptr; at = at->parent ? find(*at->parent) : nullptr) {
    if (at->key == area) return true;
  }
  return false;
}

std::optional<UnitKey> AdminUnits::nearest_common_unit(UnitKey a, UnitKey b) const {
  if (a == b && a.level() == UnitLevel::commune) return find(a) != nullptr ? std::optional(a) : std::nullopt;
  const auto province_of_a = province(a);
  return province_of_a == province(b) ? province_of_a : std::nullopt;
}

std::vector<Succession> AdminUnits::successors(UnitKey key) const {
  const auto [begin, end] = rows_of(by_old_, key, [](const Succession& row) { return row.from; });
  return {begin, end};
}

std::vector<Succession> AdminUnits::predecessors(UnitKey key) const {
  const auto [begin, end] = rows_of(by_new_, key, [](const Succession& row) { return row.to; });
  return {begin, end};
}

std::vector<UnitKey> AdminUnits::successors_in_force(UnitKey key) const {
  std::vector<UnitKey> found;
  std::vector<UnitKey> open{key};
  while (!open.empty()) {
    const UnitKey unit = open.back();
    open.pop_back();
    const auto rows = successors(unit);
    for (const Succession& row : rows) open.push_back(row.to);
    if (!rows.empty()) continue;
    if (unit.list == Register::y2025) {
      found.push_back(unit);
    } else {
      for (const UnitKey child : children(unit)) open.push_back(child);
    }
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

Filing AdminUnits::resolve_filing(UnitKey key) const {
  if (find(key) == nullptr) return {};
  std::vector<UnitKey> units = successors_in_force(key);
  if (units.size() == 1) {
    return {units.front() == key ? FilingOutcome::in_force : FilingOutcome::redirected, units.front(), {}};
  }
  return {FilingOutcome::split, std::nullopt, std::move(units)};
}

std::vector<std::string_view> AdminUnits::other_spellings(UnitKey key) const {
  const auto [begin, end] = rows_of(spellings_, key, [](const Spelling& row) { return row.key; });
  std::vector<std::string_view> found;
  for (auto at = begin; at != end; ++at) found.push_back(at->text);
  return found;
}

std::optional<DifficultyRegion> AdminUnits::difficulty_region(UnitKey key, std::chrono::year_month_day day) const {
  const auto [begin, end] = rows_of(difficulties_, key, [](const Difficulty& row) { return row.key; });
  const auto at = std::find_if(begin, end, [&](const Difficulty& row) { return row.from <= day && day <= row.to; });
  return at != end ? std::optional(at->region) : std::nullopt;
}

}  // namespace suoi::domain
