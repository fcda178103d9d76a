// The sample province: real communes of Lai Châu, invented people and works.

#include <array>

#include "commands.hpp"
#include "suoi/mobile_api/administration.hpp"

namespace suoi::server {
namespace {

using domain::Role;
using domain::Value;
using mobile_api::OwnChange;

constexpr std::string_view kPaU = "2025:03442";
constexpr std::string_view kMuongTe = "2025:03445";
constexpr std::string_view kTaTong = "2025:03463";
constexpr std::string_view kBumTo = "2025:03433";
constexpr std::string_view kLaiChau = "2025:12";
constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;
constexpr std::int64_t kHourMs = 3600LL * 1000;

struct SamplePerson {
  std::string_view name;
  Role role;
  std::string_view unit;
  bool invited;
};
constexpr std::array kPeople = {
    SamplePerson{"Lò Thị Mai", Role::volunteer, kPaU, true},
    SamplePerson{"Vàng A Sình", Role::volunteer, kPaU, false},
    SamplePerson{"Pờ Mỳ Lế", Role::volunteer, kBumTo, false},
    SamplePerson{"Lý Gò Xá", Role::team_leader, kPaU, true},
    SamplePerson{"Phùng Thị Lan", Role::commune_leader, kPaU, true},
    SamplePerson{"Nguyễn Văn Thành", Role::coordinator, kLaiChau, true},
    SamplePerson{"Đào Thu Hương", Role::province_admin, kLaiChau, true},
};

struct SampleNeed {
  std::string_view unit;
  std::string_view category;
  std::string_view item;
  std::string_view measure;
  std::int64_t quantity;
  int priority;
};
constexpr std::array kNeeds = {
    SampleNeed{kTaTong, "warm_clothing", "Áo ấm trẻ em", "piece", 120, 1},
    SampleNeed{kPaU, "health_care", "Khám sức khỏe học sinh", "visit", 90, 2},
    SampleNeed{kBumTo, "nutrition", "Bữa ăn bán trú", "meal", 600, 2},
    SampleNeed{kMuongTe, "recreation", "Bộ đồ chơi sân trường", "set", 4, 3},
};

class Sample {
 public:
  Sample(storage::Transaction& transaction, const sync::Rules& rules, std::int64_t now_ms)
      : transaction_(transaction), rules_(rules), now_ms_(now_ms) {}

  std::vector<SampleInvitation> make() {
    const domain::RecordId team =
        one("organisation", {{"unit", Value(kPaU)}, {"kind", Value("team")}, {"name", Value("Đội tình nguyện Pa Ủ")}});
    const domain::RecordId school = one("place", {{"unit", Value(kPaU)},
                                                  {"kind", Value("school")},
                                                  {"name", Value("Trường tiểu học Pa Ủ")},
                                                  {"village", Value("Bản Pa Ủ")}});
    std::vector<SampleInvitation> invitations;
    for (const SamplePerson& person : kPeople) add_person(person, team, invitations);
    activity("Khám răng cho học sinh", team, school, now_ms_ + 2 * kDayMs);
    activity("Dọn vệ sinh điểm trường", team, school, now_ms_ + 9 * kDayMs);
    for (const SampleNeed& need : kNeeds) add_need(need);
    return invitations;
  }

 private:
  domain::RecordId one(std::string collection, Value::Object set) {
    return mobile_api::write_own(transaction_, rules_, now_ms_, {{std::move(collection), {}, std::move(set)}}).front();
  }

  void add_person(const SamplePerson& person, const domain::RecordId& team,
                  std::vector<SampleInvitation>& invitations) {
    const domain::UnitKey unit = *domain::UnitKey::parse(person.unit);
    const bool in_team = person.role == Role::volunteer || person.role == Role::team_leader;
    const auto organisation = in_team ? std::optional(team) : std::nullopt;
    const domain::PersonId id =
        mobile_api::add_person(transaction_, rules_, now_ms_, std::string(person.name), unit, organisation);
    mobile_api::grant_role(transaction_, rules_, now_ms_, id, {person.role, unit, organisation, "", ""});
    if (!person.invited) return;
    const auto invitation = mobile_api::invite(transaction_, rules_, now_ms_, id);
    invitations.push_back({std::string(person.name), std::string(domain::role_name(person.role)),
                           std::string(rules_.units.find(unit)->full_name), invitation.code});
  }

  void activity(const std::string& title, const domain::RecordId& team, const domain::RecordId& place,
                std::int64_t start_ms) {
    one("activity", {{"unit", Value(kPaU)},
                     {"title", Value(title)},
                     {"organisation", Value(team.text())},
                     {"place", Value(place.text())},
                     {"planned_start", Value(start_ms)},
                     {"planned_end", Value(start_ms + 4 * kHourMs)},
                     {"status", Value("planned")}});
  }

  void add_need(const SampleNeed& need) {
    const domain::RecordId id = one("need", {{"unit", Value(need.unit)},
                                             {"category", Value(need.category)},
                                             {"item", Value(need.item)},
                                             {"unit_of_measure", Value(need.measure)},
                                             {"priority", Value(need.priority)}});
    one("assessment", {{"unit", Value(need.unit)},
                       {"need", Value(id.text())},
                       {"quantity", Value(need.quantity)},
                       {"basis", Value("counted")},
                       {"assessed_on", Value("2026-11-02")}});
  }

  storage::Transaction& transaction_;
  const sync::Rules& rules_;
  std::int64_t now_ms_;
};

}  // namespace

std::vector<SampleInvitation> make_sample(Instance& instance) {
  std::vector<SampleInvitation> invitations;
  const sync::Rules rules = instance.rules();
  instance.write(
      [&](storage::Transaction& transaction) { invitations = Sample(transaction, rules, system_now_ms()).make(); });
  return invitations;
}

}  // namespace suoi::server
