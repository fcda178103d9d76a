// What the command line does: people, roles, invitations, as changes of the server's own device.

#include <catch2/catch.hpp>

#include "service_fixture.hpp"

namespace suoi::mobile_api::test {
namespace {

struct Scene {
  TestServer server;
  domain::UnitKey pa_u = *domain::UnitKey::parse(kPaU);
  domain::UnitKey lai_chau = *domain::UnitKey::parse(kLaiChau);

  template <class Act>
  auto in_transaction(const Act& act) {
    std::optional<decltype(act(std::declval<storage::Transaction&>(), server.rules()))> result;
    server.run([&](storage::Transaction& transaction) { result = act(transaction, server.rules()); });
    return *result;
  }
  std::int64_t life_of_invitation(const domain::PersonId& person) {
    return in_transaction([&](auto& transaction, const auto& rules) {
      return invite(transaction, rules, server.now_ms, person).expires_ms - server.now_ms;
    });
  }
};

}  // namespace

TEST_CASE("An invitation lasts two weeks, for coordinators and above one hour") {
  Scene scene;
  using domain::Role;
  for (const Role role : {Role::volunteer, Role::team_leader, Role::commune_leader}) {
    CHECK(scene.life_of_invitation(scene.server.person("Một", role, kPaU)) == 14 * kDayMs);
  }
  for (const Role role : {Role::coordinator, Role::province_admin, Role::auditor}) {
    CHECK(scene.life_of_invitation(scene.server.person("Hai", role, kLaiChau)) == kHourMs);
  }
}

TEST_CASE("A code is long, random and written in signs that nobody confuses") {
  Scene scene;
  const auto mai = scene.server.person("Lò Thị Mai", domain::Role::volunteer, kPaU);
  const std::string one = scene.server.invitation(mai);
  const std::string other = scene.server.invitation(mai);
  CHECK(one != other);
  std::size_t signs = 0;
  for (const char sign : one) signs += sign != '-' ? 1 : 0;
  CHECK(signs * 5 >= 64);
  CHECK(one.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ-") == std::string::npos);
}

TEST_CASE("What cannot be is said in plain words, and nothing is stored") {
  Scene scene;
  const domain::PersonId nobody{uuid_v7(scene.server.now_ms)};
  const auto old = *domain::UnitKey::parse("pre2025:03481");
  const auto unknown = *domain::UnitKey::parse("2025:99999");
  const auto mai = scene.server.person("Lò Thị Mai", domain::Role::volunteer, kPaU);
  const auto attempt = [&](const auto& act) {
    scene.server.run([&](storage::Transaction& transaction) { act(transaction, scene.server.rules()); });
  };
  const std::int64_t now = scene.server.now_ms;
  CHECK_THROWS_AS(attempt([&](auto& t, const auto& r) { invite(t, r, now, nobody); }), AdminFault);
  CHECK_THROWS_AS(attempt([&](auto& t, const auto& r) { add_person(t, r, now, "Mai", old, {}); }), AdminFault);
  CHECK_THROWS_AS(attempt([&](auto& t, const auto& r) { add_person(t, r, now, "Mai", unknown, {}); }), AdminFault);
  CHECK_THROWS_AS(
      attempt([&](auto& t, const auto& r) { add_person(t, r, now, std::string(500, 'x'), scene.pa_u, {}); }),
      AdminFault);
  CHECK_THROWS_AS(attempt([&](auto& t, const auto& r) {
                    grant_role(t, r, now, nobody, {domain::Role::volunteer, scene.pa_u, {}, "", ""});
                  }),
                  AdminFault);
  CHECK_THROWS_AS(attempt([&](auto& t, const auto& r) {
                    grant_role(t, r, now, mai, {domain::Role::volunteer, scene.pa_u, {}, "next week", ""});
                  }),
                  AdminFault);
  CHECK_THROWS_AS(attempt([&](auto& t, const auto& r) {
                    write_own(t, r, now, {{"place", {}, {{"unit", Value(kPaU)}, {"name", "A"}}}, {"nothing", {}, {}}});
                  }),
                  AdminFault);
  CHECK(scene.server.records_of(std::string(kPaU)).size() == 2);
}

TEST_CASE("A role counts from its first day to its last, and ends at once where it is withdrawn") {
  Scene scene;
  const auto person = scene.in_transaction([&](auto& transaction, const auto& rules) {
    const auto id = add_person(transaction, rules, scene.server.now_ms, "Lò Thị Mai", scene.pa_u, {});
    grant_role(transaction, rules, scene.server.now_ms, id,
               {domain::Role::volunteer, scene.pa_u, {}, "2026-12-01", "2026-12-31"});
    return id;
  });
  const auto active_at = [&](std::int64_t time_ms) {
    bool active = false;
    scene.server.store().read([&](storage::Reader& reader) {
      for (const auto& assignment : reader.assignments(person)) active = active || assignment.active_at(time_ms);
    });
    return active;
  };
  constexpr std::int64_t kFirst = 1'796'058'000'000;  // 2026-12-01 00:00 in Viet Nam
  CHECK_FALSE(active_at(kFirst - 1));
  CHECK(active_at(kFirst));
  CHECK(active_at(kFirst + 31 * kDayMs - 1));
  CHECK_FALSE(active_at(kFirst + 31 * kDayMs));
  scene.server.now_ms = kFirst + kDayMs;
  const auto withdraw = [&](const domain::UnitKey& unit) {
    return scene.in_transaction([&](auto& transaction, const auto& rules) {
      return withdraw_role(transaction, rules, scene.server.now_ms, person, domain::Role::volunteer, unit);
    });
  };
  CHECK(withdraw(scene.lai_chau) == 0);
  CHECK(withdraw(scene.pa_u) == 1);
  CHECK(withdraw(scene.pa_u) == 0);
  CHECK(active_at(scene.server.now_ms - 1));
  CHECK_FALSE(active_at(scene.server.now_ms));
}

TEST_CASE("Ids of version seven carry their time") {
  const domain::Uuid uuid = uuid_v7(0x0123'4567'89AB);
  CHECK(uuid.text().substr(0, 13) == "01234567-89ab");
  CHECK(uuid.version() == 7);
  CHECK((uuid.bytes[8] & 0xC0) == 0x80);
  CHECK(uuid_v7(1) != uuid_v7(1));
}

}  // namespace suoi::mobile_api::test
