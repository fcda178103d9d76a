// Devices and roles of others, looked after from a desk.

#include <catch2/catch.hpp>

#include "service_fixture.hpp"

namespace suoi::mobile_api::test {
namespace {

using domain::Role;

struct Desk {
  TestServer server;
  domain::PersonId admin_id = server.person("Đào Thu Hương", Role::province_admin, kLaiChau);
  domain::PersonId thanh_id = server.person("Nguyễn Văn Thành", Role::coordinator, kLaiChau);
  domain::PersonId lead_id = server.person("Lý Gò Xá", Role::team_leader, kPaU);
  domain::PersonId mai_id = server.person("Lò Thị Mai", Role::volunteer, kPaU);
  Phone admin{server, admin_id};
  Phone thanh{server, thanh_id};
  Phone lead{server, lead_id};
  Phone mai{server, mai_id};

  Answer devices(const Phone& by, std::map<std::string, std::string> query = {}) {
    return server.ask("GET", "/v1/devices", {}, by.token, std::move(query));
  }
  std::string device_of(const Phone& by, const domain::PersonId& person) {
    const Answer answer = devices(by, {{"person", person.text()}});
    return answer.list("items").empty() ? "" : text_in(answer.list("items").front(), "device");
  }
  Answer revoke(const Phone& by, const std::string& device, std::map<std::string, std::string> query = {}) {
    return server.ask("DELETE", "/v1/devices/" + device, {}, by.token, std::move(query));
  }
  Answer give(const Phone& by, const domain::PersonId& person, std::string_view role, std::string_view unit) {
    const Value body(Value::Object{
        {"person", Value(person.text())}, {"role", Value(role)}, {"units", Value(Value::Array{Value(unit)})}});
    return server.ask("POST", "/v1/roles", domain::canonical_json(body), by.token);
  }
  Answer end(const Phone& by, const RecordId& role) {
    return server.ask("DELETE", "/v1/roles/" + role.text(), {}, by.token);
  }
  // The assignments of somebody that have not ended.
  std::vector<RecordId> roles_of(const domain::PersonId& person) {
    std::vector<RecordId> found;
    for (const std::string_view stream : {kPaU, kTaTong, kLaiChau}) {
      for (const auto& [id, record] : server.records_of(std::string(stream))) {
        const Value* fields = record.find("fields");
        const bool stands = text_in(record, "collection") == "role_assignment" && fields->find("ended_at") == nullptr;
        if (stands && text_in(*fields, "person") == person.text()) found.push_back(id);
      }
    }
    return found;
  }
};

}  // namespace

TEST_CASE("A desk sees the devices of those whom it may invite, and everybody their own") {
  Desk desk;
  CHECK(desk.devices(desk.admin).list("items").size() == 4);
  CHECK(desk.devices(desk.thanh).list("items").size() == 3);  // not the admin's
  CHECK(desk.devices(desk.lead).list("items").size() == 2);
  CHECK(desk.devices(desk.mai).list("items").size() == 1);
  const Answer own = desk.devices(desk.mai, {{"person", desk.mai_id.text()}});
  const Value& device = own.list("items").front();
  CHECK(*device.find("own") == Value(true));
  CHECK(*device.find("revoked") == Value(false));
  CHECK(device.find("until")->is_null());
  CHECK(integer_in(device, "last_seen") > 0);
  CHECK(desk.devices(desk.mai, {{"person", desk.lead_id.text()}}).list("items").empty());
  CHECK(desk.devices(desk.mai, {{"persson", "x"}}).code() == "unknown_filter");
  CHECK(desk.devices(desk.mai, {{"person", "x"}}).code() == "bad_filter");
  CHECK(desk.server.ask("GET", "/v1/devices").status() == 401);
}

TEST_CASE("A lost phone is taken away by its owner's other device or by who may invite them, and by nobody else") {
  Desk desk;
  const std::string device = desk.device_of(desk.thanh, desk.mai_id);
  Phone other(desk.server, desk.server.person("Vàng A Páo", Role::volunteer, kPaU));
  CHECK(desk.revoke(other, device).code() == "not_found");
  CHECK(desk.revoke(desk.thanh, desk.device_of(desk.admin, desk.admin_id)).code() == "not_found");
  CHECK(desk.revoke(desk.thanh, "no-device").code() == "not_found");
  CHECK(desk.mai.sync().status() == 200);
  CHECK(desk.revoke(desk.lead, device).status() == 204);
  CHECK(desk.mai.post(desk.mai.request()).code() == "device_revoked");
  CHECK(desk.revoke(desk.mai, device).code() == "device_revoked");  // from the phone itself no more
}

TEST_CASE("From a stolen phone nothing is taken any more") {
  Desk desk;
  CHECK(desk.revoke(desk.thanh, desk.device_of(desk.thanh, desk.mai_id), {{"stolen", "true"}}).status() == 204);
  CHECK(desk.mai.post(desk.mai.request()).code() == "token_invalid");
}

TEST_CASE("Roles are given and ended by who may give them, never one's own") {
  Desk desk;
  CHECK(desk.give(desk.thanh, desk.mai_id, "team_leader", kTaTong).status() == 204);
  CHECK(desk.roles_of(desk.mai_id).size() == 2);
  CHECK(desk.give(desk.lead, desk.mai_id, "team_leader", kPaU).code() == "forbidden");
  CHECK(desk.give(desk.thanh, desk.mai_id, "coordinator", kLaiChau).code() == "forbidden");
  CHECK(desk.give(desk.thanh, desk.thanh_id, "team_leader", kPaU).code() == "forbidden");
  CHECK(desk.give(desk.thanh, domain::PersonId{desk.server.new_id().uuid}, "volunteer", kPaU).status() == 422);
  CHECK(desk.give(desk.thanh, desk.mai_id, "king", kPaU).code() == "malformed");
  CHECK(desk.give(desk.thanh, desk.mai_id, "volunteer", "2025:99999").status() == 403);

  const RecordId coordinator = desk.roles_of(desk.thanh_id).front();
  CHECK(desk.end(desk.thanh, coordinator).code() == "forbidden");
  CHECK(desk.end(desk.lead, coordinator).code() == "forbidden");
  CHECK(desk.end(desk.admin, coordinator).status() == 204);
  CHECK(desk.roles_of(desk.thanh_id).empty());
  CHECK(desk.end(desk.admin, coordinator).code() == "not_found");  // it has ended
  CHECK(desk.end(desk.admin, desk.server.new_id()).code() == "not_found");
  CHECK(desk.end(desk.thanh, desk.roles_of(desk.mai_id).front()).code() == "forbidden");  // no coordinator any more
}

}  // namespace suoi::mobile_api::test
