// Bringing others in from a phone or a desk.

#include <catch2/catch.hpp>

#include "service_fixture.hpp"

namespace suoi::mobile_api::test {
namespace {

using domain::Role;

std::string json(Value::Object object) {
  return domain::canonical_json(Value(std::move(object)));
}

struct Team {
  TestServer server;
  RecordId club = server.own("organisation", {{"unit", Value(kPaU)}, {"kind", "club"}, {"name", "Câu lạc bộ Pa Ủ"}});
  domain::PersonId admin_id = server.person("Đào Thu Hương", Role::province_admin, kLaiChau);
  domain::PersonId thanh_id = server.person("Nguyễn Văn Thành", Role::coordinator, kLaiChau);
  domain::PersonId lead_id = server.person("Lý Gò Xá", Role::team_leader, kPaU, club);
  domain::PersonId mai_id = server.person("Lò Thị Mai", Role::volunteer, kPaU, club);
  Phone admin{server, admin_id};
  Phone thanh{server, thanh_id};
  Phone lead{server, lead_id};
  Phone mai{server, mai_id};

  Answer invite(const Phone& by, Value::Object body) {
    return server.ask("POST", "/v1/invitations", json(std::move(body)), by.token);
  }
  Answer invite_new(const Phone& by, std::string_view role, std::string_view unit) {
    return invite(by, {{"name", "Vàng A Sình"}, {"role", Value(role)}, {"units", Value(Value::Array{Value(unit)})}});
  }
  Answer invite_known(const Phone& by, const domain::PersonId& person) {
    return invite(by, {{"person", Value(person.text())}});
  }
  Answer enrol(const certs::SigningKey& key, const std::string& code) {
    return server.ask("POST", "/v1/enrolments", enrolment(key, code));
  }
  Answer confirm(const Phone& by, const std::string& id, const std::string& digits) {
    return server.ask("POST", "/v1/invitations/" + id + "/confirm", json({{"digits", Value(digits)}}), by.token);
  }
  std::string state(const Phone& by, const std::string& id) {
    const Answer answer = server.ask("GET", "/v1/invitations", {}, by.token);
    for (const Value& item : answer.list("items")) {
      if (text_in(item, "id") == id) return text_in(item, "state");
    }
    return "none";
  }
};

std::string other_digits(const std::string& digits) {
  return digits == "0000" ? "0001" : "0000";
}

}  // namespace

TEST_CASE("A team leader brings in a volunteer of their own organisation") {
  Team team;
  const Answer invited = team.invite_new(team.lead, "volunteer", kPaU);
  REQUIRE(invited.status() == 201);
  CHECK(invited.integer("expires") == team.server.now_ms + 14 * kDayMs);
  CHECK(*invited.body.find("compared") == Value(false));
  CHECK(invited.text("path") == "/#/enrol?code=" + invited.text("code"));
  CHECK(team.state(team.lead, invited.text("id")) == "open");
  const Answer joined = team.enrol(certs::SigningKey::generate(), invited.text("code"));
  REQUIRE(joined.status() == 201);
  CHECK(joined.list("roles") ==
        Value::Array{Value::Object{{"role", "volunteer"}, {"unit", Value(kPaU)}, {"organisation", team.club.text()}}});
  CHECK(team.state(team.lead, invited.text("id")) == "used");
  CHECK(team.state(team.thanh, invited.text("id")) == "none");
}

TEST_CASE("Who may give which role, by inviting, where") {
  Team team;
  struct Case {
    const Phone* by;
    std::string_view role;
    std::string_view unit;
    bool allowed;
  };
  const Case cases[] = {{&team.mai, "volunteer", kPaU, false},         {&team.lead, "volunteer", kPaU, true},
                        {&team.lead, "volunteer", kTaTong, false},     {&team.lead, "volunteer", kLaiChau, false},
                        {&team.lead, "team_leader", kPaU, false},      {&team.lead, "commune_leader", kPaU, false},
                        {&team.lead, "coordinator", kPaU, false},      {&team.lead, "auditor", kPaU, false},
                        {&team.thanh, "volunteer", kTaTong, true},     {&team.thanh, "team_leader", kPaU, true},
                        {&team.thanh, "commune_leader", kPaU, true},   {&team.thanh, "coordinator", kPaU, false},
                        {&team.thanh, "auditor", kPaU, false},         {&team.thanh, "province_admin", kLaiChau, false},
                        {&team.thanh, "volunteer", "2025:19", false},  {&team.admin, "coordinator", kLaiChau, true},
                        {&team.admin, "auditor", kLaiChau, true},      {&team.admin, "province_admin", kLaiChau, true},
                        {&team.admin, "coordinator", "2025:19", false}};
  for (const Case& one : cases) {
    INFO(one.role << " in " << one.unit);
    const Answer answer = team.invite_new(*one.by, one.role, one.unit);
    CHECK(answer.status() == (one.allowed ? 201 : 403));
    if (!one.allowed) CHECK(answer.code() == "invitation_not_allowed");
  }
}

TEST_CASE("An invitation is no way to act as somebody who may do more than the inviter may give") {
  Team team;
  CHECK(team.invite_known(team.lead, team.mai_id).status() == 201);
  CHECK(team.invite_known(team.lead, team.lead_id).status() == 403);
  CHECK(team.invite_known(team.lead, team.thanh_id).status() == 403);
  CHECK(team.invite_known(team.thanh, team.thanh_id).status() == 403);
  CHECK(team.invite_known(team.thanh, team.lead_id).status() == 201);
  CHECK(team.invite_known(team.admin, team.thanh_id).status() == 201);
  // A role elsewhere, or of no organisation, or one that begins next year, counts as well.
  team.server.grant(team.mai_id, Role::volunteer, kTaTong);
  CHECK(team.invite_known(team.lead, team.mai_id).status() == 403);
  const auto sinh = team.server.person("Vàng A Sình", Role::volunteer, kPaU);
  CHECK(team.invite_known(team.lead, sinh).status() == 403);
  // Giving a harmless role at the same time does not help.
  CHECK(team.invite(
                team.lead,
                {{"person", team.thanh_id.text()}, {"role", "volunteer"}, {"units", Value(Value::Array{Value(kPaU)})}})
            .status() == 403);
  CHECK(team.invite_known(team.thanh, {team.server.new_id().uuid}).status() == 403);
}

TEST_CASE("A coordinator joins only after the inviter has typed in the four digits that the new device shows") {
  Team team;
  const Answer invited = team.invite_new(team.admin, "coordinator", kLaiChau);
  REQUIRE(invited.status() == 201);
  CHECK(invited.integer("expires") == team.server.now_ms + kHourMs);
  CHECK(*invited.body.find("compared") == Value(true));
  const std::string id = invited.text("id");
  const certs::SigningKey key = certs::SigningKey::generate();
  const Answer waiting = team.enrol(key, invited.text("code"));
  REQUIRE(waiting.status() == 202);
  CHECK(waiting.text("comparison").size() == 4);
  CHECK_FALSE(waiting.header("Retry-After").empty());
  CHECK(waiting.body.find("token") == nullptr);
  CHECK(team.enrol(key, invited.text("code")).response.body == waiting.response.body);
  CHECK(team.enrol(certs::SigningKey::generate(), invited.text("code")).code() == "invitation_invalid");
  CHECK(team.state(team.admin, id) == "waiting");
  CHECK(team.confirm(team.admin, id, other_digits(waiting.text("comparison"))).code() == "digits_differ");
  CHECK(team.confirm(team.thanh, id, waiting.text("comparison")).status() == 404);
  CHECK(team.enrol(key, invited.text("code")).status() == 202);
  CHECK(team.confirm(team.admin, id, waiting.text("comparison")).status() == 204);
  CHECK(team.enrol(key, invited.text("code")).status() == 201);
  team.server.now_ms += 2 * kHourMs;
  CHECK(team.enrol(key, invited.text("code")).status() == 201);
  CHECK(team.confirm(team.admin, id, waiting.text("comparison")).status() == 404);
}

TEST_CASE("Three wrong comparisons, the hour, or taking it back end an invitation that waits") {
  Team team;
  const certs::SigningKey key = certs::SigningKey::generate();
  const auto waiting = [&] {
    const Answer invited = team.invite_new(team.admin, "coordinator", kLaiChau);
    const Answer answer = team.enrol(certs::SigningKey::generate(), invited.text("code"));
    return std::tuple(invited.text("id"), invited.text("code"), answer.text("comparison"));
  };
  const auto [id, code, digits] = waiting();
  for (int count = 0; count < 3; ++count) CHECK(team.confirm(team.admin, id, other_digits(digits)).status() == 409);
  CHECK(team.confirm(team.admin, id, digits).status() == 404);

  const auto [late, late_code, late_digits] = waiting();
  team.server.now_ms += kHourMs;
  CHECK(team.confirm(team.admin, late, late_digits).status() == 404);

  const auto [back, back_code, back_digits] = waiting();
  CHECK(team.server.ask("DELETE", "/v1/invitations/" + back, {}, team.thanh.token).status() == 404);
  CHECK(team.server.ask("DELETE", "/v1/invitations/" + back, {}, team.admin.token).status() == 204);
  CHECK(team.confirm(team.admin, back, back_digits).status() == 404);
  for (const std::string& void_code : {code, late_code, back_code}) {
    CHECK(team.enrol(key, void_code).code() == "invitation_invalid");
  }
}

TEST_CASE("Whose role ended meanwhile confirms nothing any more") {
  Team team;
  const Answer invited = team.invite_new(team.admin, "coordinator", kLaiChau);
  const Answer waiting = team.enrol(certs::SigningKey::generate(), invited.text("code"));
  team.server.withdraw(team.admin_id, Role::province_admin, kLaiChau);
  CHECK(team.confirm(team.admin, invited.text("id"), waiting.text("comparison")).code() == "invitation_not_allowed");
}

TEST_CASE("The server's own command line invites coordinators without a comparison") {
  Team team;
  const std::string code = team.server.invitation(team.thanh_id);
  CHECK(team.enrol(certs::SigningKey::generate(), code).status() == 201);
}

TEST_CASE("Codes cannot be guessed at speed, and a phone that joins well costs its neighbours nothing") {
  Team team;
  const std::string good = team.server.invitation(team.mai_id);
  int wrong = 0;
  Answer last;
  do {
    last = team.enrol(certs::SigningKey::generate(), "AAAA-" + std::to_string(wrong));
  } while (last.status() == 403 && ++wrong < 100);
  CHECK(wrong == 30);
  CHECK(last.status() == 429);
  CHECK_FALSE(last.header("Retry-After").empty());
  CHECK(team.enrol(certs::SigningKey::generate(), good).status() == 429);
  team.server.peer = "198.51.100.7";
  CHECK(team.enrol(certs::SigningKey::generate(), good).status() == 201);
}

TEST_CASE("An invitation that cannot be read, or names what is not there, makes nobody") {
  Team team;
  const auto status = [&](Value::Object body) { return team.invite(team.admin, std::move(body)).status(); };
  const Value units(Value::Array{Value(kPaU)});
  CHECK(status({}) == 422);
  CHECK(status({{"name", "A"}}) == 422);
  CHECK(status({{"name", "A"}, {"person", team.mai_id.text()}}) == 422);
  CHECK(status({{"name", "A"}, {"role", "king"}, {"units", units}}) == 422);
  CHECK(status({{"name", "A"}, {"role", "volunteer"}, {"units", Value(Value::Array{})}}) == 422);
  CHECK(status({{"name", "A"}, {"role", "volunteer"}, {"units", Value(Value::Array{"03442"})}}) == 422);
  CHECK(status({{"name", std::string(200, 'x')}, {"role", "volunteer"}, {"units", units}}) == 422);
  CHECK(status({{"person", "x"}}) == 422);
  CHECK(team.server.ask("POST", "/v1/invitations", "{}", "no token").status() == 401);
  const auto confirm = [&](const char* body) {
    return team.server.ask("POST", "/v1/invitations/x/confirm", body, team.admin.token).status();
  };
  CHECK(confirm(R"({"digits": "1234"})") == 404);
  for (const char* no_digits : {"{}", R"({"digits": 1234})", R"({"digits": "12"})"}) CHECK(confirm(no_digits) == 422);
  CHECK(team.server.ask("PUT", "/v1/invitations", "{}", team.admin.token).status() == 405);
}

}  // namespace suoi::mobile_api::test
