// Periods of plans and reports: "2026", "2026-H1", "2026-Q3", "2026-11" or "2026-01-01/2026-06-30".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace suoi::sync {

// First and last day, as "YYYY-MM-DD"; days compare as texts.
struct Period {
  std::string first;
  std::string last;

  bool has(std::string_view day) const { return first <= day && day <= last; }
};

// Nothing for a text that is none of these forms.
std::optional<Period> parse_period(std::string_view text);

}  // namespace suoi::sync
