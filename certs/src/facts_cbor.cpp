#include "facts_cbor.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <limits>

#include "suoi/certs/cbor.hpp"
#include "utf8.hpp"

namespace suoi::certs {
namespace {

constexpr int kClaimIssuedAt = 6;    // RFC 8392, section 3.1.6
constexpr int kClaimId = 7;          // RFC 8392, section 3.1.7
constexpr int kClaimFacts = -65537;  // RFC 8392, section 9.1: below -65536 is for private use

enum FactKey : int {
  kNumber = 1,
  kHolder,
  kBirthYear,
  kActivity,
  kCommune,
  kFrom,
  kTo,
  kMinutes,
  kRole,
  kSalt,
  kStatus,
  kUnit,
  kApprovers
};

constexpr std::int64_t kMax32 = std::numeric_limits<std::uint32_t>::max();
constexpr std::int64_t kMsPerSecond = 1000;

bool is_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char letter) { return letter >= '0' && letter <= '9'; });
}

int number_in(std::string_view digits) {
  int number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

// Days since 1970-01-01 of a date "YYYY-MM-DD" (the content of tag 100, RFC 8943, without the tag).
std::optional<std::int64_t> days_of(std::string_view date) {
  if (date.size() != 10 || date[4] != '-' || date[7] != '-') return std::nullopt;
  const auto year = date.substr(0, 4), month = date.substr(5, 2), day = date.substr(8, 2);
  if (!is_digits(year) || !is_digits(month) || !is_digits(day)) return std::nullopt;
  const std::chrono::year_month_day parsed{std::chrono::year(number_in(year)),
                                           std::chrono::month(static_cast<unsigned>(number_in(month))),
                                           std::chrono::day(static_cast<unsigned>(number_in(day)))};
  if (!parsed.ok()) return std::nullopt;
  return std::chrono::sys_days(parsed).time_since_epoch().count();
}

std::string date_of(std::int64_t days) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()));
  return text;
}

// The last day that three bytes of CBOR hold, in the year 2149; it keeps the largest certificate within its QR version.
constexpr std::int64_t kLastDay = 65535;

bool is_printable(std::string_view text) {
  return is_utf8(text) && std::none_of(text.begin(), text.end(), [](char letter) {
           return static_cast<std::uint8_t>(letter) < 0x20 || letter == 0x7f;
         });
}

bool fits(std::string_view text, std::size_t bytes_min, std::size_t bytes_max) {
  return text.size() >= bytes_min && text.size() <= bytes_max && is_printable(text);
}

// "register:code", both parts there.
bool is_commune(std::string_view text) {
  const std::size_t colon = text.find(':');
  return fits(text, 3, kCommuneBytesMax) && colon != std::string_view::npos && colon > 0 && colon + 1 < text.size();
}

Cbor::Map fact_members(const Facts& facts) {
  Cbor::Map members{{kNumber, facts.number},
                    {kHolder, facts.holder},
                    {kActivity, facts.activity},
                    {kCommune, facts.commune},
                    {kFrom, days_of(facts.from).value()},
                    {kTo, days_of(facts.to).value()},
                    {kMinutes, facts.minutes},
                    {kRole, facts.role},
                    {kSalt, Cbor::bytes({reinterpret_cast<const char*>(facts.salt.data()), facts.salt.size()})}};
  if (facts.birth_year) members.emplace(kBirthYear, *facts.birth_year);
  if (facts.status) members.emplace(kStatus, Cbor::Array{facts.status->list, facts.status->index});
  if (!facts.issuing_unit.empty()) members.emplace(kUnit, facts.issuing_unit);
  if (!facts.approvers.empty()) {
    members.emplace(kApprovers, Cbor::Array(facts.approvers.begin(), facts.approvers.end()));
  }
  return members;
}

// Reads members of one map; remembers whether one was missing or of the wrong type.
class Members {
 public:
  explicit Members(const Cbor& map) : map_(map) {}

  bool good() const { return good_; }
  bool has(int key) const { return map_.find(key) != nullptr; }
  std::string text(int key) {
    const Cbor* member = map_.find(key);
    return take(member == nullptr ? nullptr : member->text());
  }
  std::int64_t integer(int key, std::int64_t min, std::int64_t max) {
    const Cbor* member = map_.find(key);
    const std::int64_t number = take(member == nullptr ? nullptr : member->integer());
    good_ = good_ && number >= min && number <= max;
    return number;
  }
  std::array<std::uint8_t, 16> bytes16(int key) {
    const Cbor* member = map_.find(key);
    const std::string bytes = take(member == nullptr ? nullptr : member->byte_string());
    std::array<std::uint8_t, 16> result{};
    good_ = good_ && bytes.size() == result.size();
    if (good_) std::copy(bytes.begin(), bytes.end(), result.begin());
    return result;
  }
  Cbor::Array array(int key) {
    const Cbor* member = map_.find(key);
    return take(member == nullptr ? nullptr : member->array());
  }
  void refuse() { good_ = false; }

 private:
  template <class T>
  T take(const T* found) {
    good_ = good_ && found != nullptr;
    return found == nullptr ? T{} : *found;
  }

  const Cbor& map_;
  bool good_ = true;
};

void read_optional_facts(Members& members, Facts& facts) {
  if (members.has(kBirthYear)) facts.birth_year = static_cast<int>(members.integer(kBirthYear, 0, kMax32 / 2));
  if (members.has(kUnit)) facts.issuing_unit = members.text(kUnit);
  if (members.has(kStatus)) {
    const auto pair = members.array(kStatus);
    if (pair.size() != 2 || pair[0].integer() == nullptr || pair[1].integer() == nullptr) return members.refuse();
    facts.status = StatusEntry{*pair[0].integer(), *pair[1].integer()};
  }
  if (members.has(kApprovers)) {
    for (const Cbor& name : members.array(kApprovers)) {
      if (name.text() == nullptr) return members.refuse();
      facts.approvers.push_back(*name.text());
    }
  }
}

}  // namespace

bool is_issue_time(std::int64_t issued_at_ms) {
  return issued_at_ms >= 0 && issued_at_ms / kMsPerSecond <= kMax32;
}

std::optional<std::string> fault_in(const Facts& facts) {
  const auto from = days_of(facts.from), to = days_of(facts.to);
  const auto within32 = [](std::int64_t number) { return number >= 0 && number <= kMax32; };
  if (!is_issue_time(facts.issued_at_ms)) return "issued_at is out of range";
  if (!fits(facts.number, 1, kNumberBytesMax)) return "the number is empty, too long or no plain text";
  if (!fits(facts.holder, 1, kHolderBytesMax)) return "the holder is empty, too long or no plain text";
  if (!fits(facts.activity, 1, kActivityBytesMax)) return "the activity is empty, too long or no plain text";
  if (!is_commune(facts.commune)) return "the commune is not register:code";
  if (!from || !to || *from < 0 || *to < *from || *to > kLastDay) return "from and to are no span of days";
  if (!within32(facts.minutes)) return "minutes are out of range";
  if (!fits(facts.role, 0, kRoleBytesMax)) return "the role is too long or no plain text";
  if (facts.birth_year && (*facts.birth_year < 1900 || *facts.birth_year > 2155)) return "birth_year is out of range";
  if (facts.status && !(within32(facts.status->list) && within32(facts.status->index))) {
    return "the place in the status list is out of range";
  }
  if (!fits(facts.issuing_unit, 0, kUnitBytesMax)) return "the issuing unit is too long or no plain text";
  if (facts.approvers.size() > kApproversMax) return "too many approvers";
  for (const std::string& name : facts.approvers) {
    if (!fits(name, 1, kApproverBytesMax)) return "an approver is empty, too long or no plain text";
  }
  return std::nullopt;
}

std::string encode_facts(const Facts& facts) {
  const auto& id = facts.id.uuid.bytes;
  return encode_cbor(Cbor::Map{{kClaimIssuedAt, facts.issued_at_ms / kMsPerSecond},
                               {kClaimId, Cbor::bytes({reinterpret_cast<const char*>(id.data()), id.size()})},
                               {kClaimFacts, fact_members(facts)}});
}

std::optional<Facts> parse_facts(std::string_view payload) {
  const auto claims = parse_cbor(payload);
  if (!claims) return std::nullopt;
  const Cbor* inner = claims->find(kClaimFacts);
  if (inner == nullptr) return std::nullopt;
  Members standard(*claims), members(*inner);
  Facts facts;
  facts.issued_at_ms = standard.integer(kClaimIssuedAt, 0, kMax32) * kMsPerSecond;
  facts.id.uuid.bytes = standard.bytes16(kClaimId);
  facts.number = members.text(kNumber);
  facts.holder = members.text(kHolder);
  facts.activity = members.text(kActivity);
  facts.commune = members.text(kCommune);
  const std::int64_t from = members.integer(kFrom, 0, kLastDay);
  const std::int64_t to = members.integer(kTo, 0, kLastDay);
  facts.minutes = members.integer(kMinutes, 0, kMax32);
  facts.role = members.text(kRole);
  facts.salt = members.bytes16(kSalt);
  read_optional_facts(members, facts);
  if (!standard.good() || !members.good()) return std::nullopt;
  facts.from = date_of(from);
  facts.to = date_of(to);
  if (fault_in(facts)) return std::nullopt;
  return facts;
}

}  // namespace suoi::certs
