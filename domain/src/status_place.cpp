#include "suoi/domain/status_place.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace suoi::domain {
namespace {

constexpr std::size_t kCodeDigits = 2;
constexpr std::size_t kListDigits = 5;
constexpr int kFirstYear = 2000;
constexpr int kLastYear = 2099;

bool is_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char sign) { return sign >= '0' && sign <= '9'; });
}

}  // namespace

const char* name_of(StatusPurpose purpose) {
  switch (purpose) {
    case StatusPurpose::revocation:
      return "revocation";
    case StatusPurpose::suspension:
      return "suspension";
    case StatusPurpose::supersession:
      return "supersession";
  }
  throw std::logic_error("a StatusPurpose without a name");
}

std::optional<StatusPlace> status_place(const UnitKey& province, int year, std::int64_t count) {
  const std::string_view code = province.code();
  if (code.size() != kCodeDigits || !is_digits(code) || year < kFirstYear || year > kLastYear || count < 1) {
    return std::nullopt;
  }
  const int unit = (code[0] - '0') * 10 + (code[1] - '0');
  return StatusPlace{((year - kFirstYear) * 100 + unit) * 10 + static_cast<int>(StatusPurpose::revocation), count - 1};
}

std::optional<StatusListName> parse_status_list(std::string_view digits) {
  if (digits.size() > kListDigits || digits.size() + 2 < kListDigits || !is_digits(digits) || digits[0] == '0') {
    return std::nullopt;
  }
  const std::string padded = std::string(kListDigits - digits.size(), '0') + std::string(digits);
  const int purpose = padded[4] - '0';
  if (purpose < 1 || purpose > 3) return std::nullopt;
  return StatusListName{padded.substr(2, 2) + "-20" + padded.substr(0, 2) + "-", static_cast<StatusPurpose>(purpose)};
}

std::optional<std::int64_t> index_in_list(const StatusListName& list, std::string_view number) {
  if (number.substr(0, list.numbers_begin.size()) != list.numbers_begin) return std::nullopt;
  const std::string_view digits = number.substr(list.numbers_begin.size());
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  const bool good = is_digits(digits) && error == std::errc{} && end == digits.data() + digits.size() && count > 0;
  return good ? std::optional(count - 1) : std::nullopt;
}

}  // namespace suoi::domain
