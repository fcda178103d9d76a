#include "periods.hpp"

#include <algorithm>
#include <array>

#include "validate.hpp"

namespace suoi::sync {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"01", "02", "03", "04", "05", "06",
                                                      "07", "08", "09", "10", "11", "12"};

// Of a year; the last day may be one that the month does not have, since days only compare.
Period months(std::string_view year, std::size_t first, std::size_t last) {
  const std::string begin(year);
  return {begin + "-" + std::string(kMonths[first]) + "-01", begin + "-" + std::string(kMonths[last]) + "-31"};
}

std::optional<Period> part_of_year(std::string_view year, std::string_view part) {
  if (part.size() != 2) return std::nullopt;
  const auto count = static_cast<std::size_t>(part[1] - '1');
  if (part[0] == 'H' && count < 2) return months(year, 6 * count, 6 * count + 5);
  if (part[0] == 'Q' && count < 4) return months(year, 3 * count, 3 * count + 2);
  const auto month = std::find(kMonths.begin(), kMonths.end(), part);
  if (month == kMonths.end()) return std::nullopt;
  const auto at = static_cast<std::size_t>(month - kMonths.begin());
  return months(year, at, at);
}

}  // namespace

std::optional<Period> parse_period(std::string_view text) {
  if (text.size() == 21 && text[10] == '/') {
    const std::string_view first = text.substr(0, 10);
    const std::string_view last = text.substr(11);
    if (!is_date(first) || !is_date(last) || last < first) return std::nullopt;
    return Period{std::string(first), std::string(last)};
  }
  const std::string_view year = text.substr(0, 4);
  if (!is_date(std::string(year) + "-01-01")) return std::nullopt;
  if (text.size() == 4) return months(year, 0, 11);
  return text[4] == '-' ? part_of_year(year, text.substr(5)) : std::nullopt;
}

}  // namespace suoi::sync
