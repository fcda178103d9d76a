#include "cast.hpp"

#include <array>
#include <ctime>

#include "suoi/certs/hashing.hpp"

namespace suoi::sim {
namespace {

constexpr std::int64_t kLocalMs = 7LL * 3'600'000;  // Việt Nam is seven hours ahead

}  // namespace

const std::vector<CastPerson>& cast() {
  using enum domain::Role;
  static const std::vector<CastPerson> people = {
      {"Lò Thị Mai", {{volunteer, kPaU}, {volunteer, kLeLoi}}},
      {"Giàng A Sử", {{team_leader, kPaU}, {team_leader, kLeLoi}, {team_leader, kTaTong}}},
      {"Vàng Thị Dở", {{coordinator, kPaU}, {coordinator, kTaTong}, {coordinator, kLeLoi}}},
      {"Pờ Go Xè", {{commune_leader, kPaU}, {commune_leader, kLeLoi}}},
      {"Nguyễn Thu Hà", {{volunteer, kPhuBinh}, {volunteer, kDiemThuy}, {volunteer, kPaU}}},
      {"Tẩn Mý Dao", {{coordinator, kLaiChau}}},
      {"Lường Văn Ơn", {{volunteer, kLeLoi}, {volunteer, kPaU}, {volunteer, kTaTong}}},
      {"Dương Văn Cường", {{coordinator, kPhuBinh}, {coordinator, kDiemThuy}, {team_leader, kDiemThuy}}},
      {"Ma Thị Nét", {{auditor, kPaU}, {auditor, kDiemThuy}}},
  };
  return people;
}

std::size_t owner_of(std::size_t phone) {
  // Some have two devices, like a phone and a desk.
  static constexpr std::array<std::size_t, 12> kOwners = {0, 1, 2, 3, 4, 5, 6, 0, 7, 8, 2, 1};
  return kOwners[phone % kOwners.size()];
}

domain::Uuid fixed_id(std::string_view what, std::size_t number) {
  // In the form of version 7, as a device makes them.
  const auto digest = certs::sha256(std::string(what) + ":" + std::to_string(number));
  domain::Uuid id;
  for (std::size_t at = 0; at < 16; ++at) id.bytes[at] = digest[at];
  id.bytes[6] = static_cast<std::uint8_t>(0x70U | (id.bytes[6] & 0x0FU));
  id.bytes[8] = static_cast<std::uint8_t>(0x80U | (id.bytes[8] & 0x3FU));
  return id;
}

const domain::AdminUnits& units() {
  static const auto kUnits = domain::AdminUnits::embedded();
  return *kUnits;
}

std::string local_day(std::int64_t time_ms) {
  const std::time_t seconds = (time_ms + kLocalMs) / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 16> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts);
  return text.data();
}

std::int64_t end_of_day(const std::string& day) {
  std::tm parts{};
  parts.tm_year = std::stoi(day.substr(0, 4)) - 1900;
  parts.tm_mon = std::stoi(day.substr(5, 2)) - 1;
  parts.tm_mday = std::stoi(day.substr(8, 2)) + 1;
  return static_cast<std::int64_t>(timegm(&parts)) * 1000 - kLocalMs;
}

}  // namespace suoi::sim
