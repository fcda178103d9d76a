// Lists for desks, and what everybody may ask.

#include <catch2/catch.hpp>

#include "service_fixture.hpp"
#include "suoi/mobile_api/json_reader.hpp"

namespace suoi::mobile_api::test {
namespace {

using Query = std::map<std::string, std::string>;

struct Scene {
  TestServer server;
  Phone mai{server, server.person("Lò Thị Mai", domain::Role::volunteer, kPaU)};
  Phone thanh{server, server.person("Nguyễn Văn Thành", domain::Role::coordinator, kLaiChau)};

  RecordId need(std::string_view unit, std::string_view category) {
    return server.own("need", {{"unit", Value(unit)}, {"category", Value(category)}});
  }
  Answer list(const Phone& phone, const std::string& path, Query query = {}) {
    return server.ask("GET", path, {}, phone.token, std::move(query));
  }
};

std::set<std::string> ids_in(const Answer& answer) {
  std::set<std::string> ids;
  for (const Value& item : answer.list("items")) ids.insert(text_in(item, "id"));
  return ids;
}

}  // namespace

TEST_CASE("A list holds what the caller's streams hold, and nothing else") {
  Scene scene;
  const RecordId here = scene.need(kPaU, "nutrition");
  const RecordId there = scene.need(kTaTong, "other");
  CHECK(ids_in(scene.list(scene.mai, "/v1/needs")) == std::set<std::string>{here.text()});
  CHECK(ids_in(scene.list(scene.thanh, "/v1/needs")) == std::set<std::string>{here.text(), there.text()});
  CHECK(scene.list(scene.mai, "/v1/needs").body.find("next")->is_null());
  CHECK(scene.list(scene.mai, "/v1/activities").list("items").empty());
  SECTION("also where the caller names a foreign unit or place in the list") {
    CHECK(ids_in(scene.list(scene.mai, "/v1/needs", {{"unit", std::string(kTaTong)}})).empty());
    const Answer first = scene.list(scene.thanh, "/v1/needs", {{"limit", "1"}});
    CHECK_FALSE(ids_in(scene.list(scene.mai, "/v1/needs", {{"after", first.text("next")}})).contains(there.text()));
  }
  SECTION("and nobody reads one without a token") {
    CHECK(scene.server.ask("GET", "/v1/needs").status() == 401);
  }
}

TEST_CASE("Pledges and what is granted of them are on the lists of desks only") {
  Scene scene;
  const RecordId need = scene.need(kPaU, "warm_clothing");
  const RecordId pledge = scene.server.own("pledge", {{"unit", Value(kPaU)}, {"quantity", 500}});
  const RecordId ask = scene.server.own(
      "allocation",
      {{"unit", Value(kPaU)}, {"pledge", Value(pledge.text())}, {"need", Value(need.text())}, {"quantity_asked", 400}});
  const Answer answer = scene.list(scene.thanh, "/v1/allocations", {{"status", "reserved"}});
  CHECK(ids_in(answer) == std::set<std::string>{ask.text()});
  CHECK(integer_in(*answer.list("items").front().find("fields"), "granted") == 400);
  CHECK(ids_in(scene.list(scene.thanh, "/v1/pledges")) == std::set<std::string>{pledge.text()});
  CHECK(ids_in(scene.list(scene.mai, "/v1/allocations")).empty());
  CHECK(ids_in(scene.list(scene.mai, "/v1/pledges")).empty());
}

TEST_CASE("Filters narrow a list, and an unknown one is an error and never means everything") {
  Scene scene;
  const RecordId food = scene.need(kPaU, "nutrition");
  const RecordId other = scene.need(kTaTong, "other");
  CHECK(ids_in(scene.list(scene.thanh, "/v1/needs", {{"category", "nutrition"}})) ==
        std::set<std::string>{food.text()});
  CHECK(ids_in(scene.list(scene.thanh, "/v1/needs", {{"unit", std::string(kTaTong)}})) ==
        std::set<std::string>{other.text()});
  CHECK(ids_in(scene.list(scene.thanh, "/v1/needs", {{"unit", std::string(kLaiChau)}})).size() == 2);
  CHECK(ids_in(scene.list(scene.thanh, "/v1/needs", {{"unit", std::string(kPaU)}, {"category", "other"}})).empty());
  for (const auto& [name, value, code] :
       {std::tuple{"categry", "nutrition", "unknown_filter"}, std::tuple{"", "", "unknown_filter"},
        std::tuple{"note", "x", "unknown_filter"}, std::tuple{"category", "food", "bad_filter"},
        std::tuple{"unit", "03442", "bad_filter"}, std::tuple{"limit", "0", "bad_filter"},
        std::tuple{"limit", "1001", "bad_filter"}, std::tuple{"limit", "ten", "bad_filter"},
        std::tuple{"after", "nowhere", "bad_filter"}}) {
    const Answer answer = scene.list(scene.thanh, "/v1/needs", {{name, value}});
    CHECK(answer.status() == 400);
    CHECK(answer.code() == code);
  }
}

TEST_CASE("A long list comes in parts that together are the whole, each item once") {
  Scene scene;
  scene.server.run([&](storage::Transaction& transaction) {
    std::vector<OwnChange> changes;
    for (int n = 0; n < 1'203; ++n) {
      changes.push_back(
          {"need", {}, {{"unit", Value(n % 3 == 0 ? kPaU : kTaTong)}, {"category", n % 2 == 0 ? "other" : "labour"}}});
    }
    write_own(transaction, scene.server.rules(), scene.server.now_ms, std::move(changes));
  });
  const std::string category = GENERATE("", "labour");
  Query query{{"limit", "100"}};
  if (!category.empty()) query["category"] = category;
  std::set<std::string> seen;
  std::size_t items = 0;
  for (int page = 0; page < 20; ++page) {
    const Answer answer = scene.list(scene.thanh, "/v1/needs", query);
    CHECK(answer.list("items").size() <= 100);
    items += answer.list("items").size();
    seen.merge(ids_in(answer));
    if (answer.body.find("next")->is_null()) break;
    query["after"] = answer.text("next");
  }
  CHECK(seen.size() == (category.empty() ? 1'203 : 601));
  CHECK(items == seen.size());
}

TEST_CASE("A filter that fits nothing looks through a bounded number of records at a time") {
  Scene scene;
  for (int part = 0; part < 5; ++part) {
    scene.server.run([&](storage::Transaction& transaction) {
      std::vector<OwnChange> changes(2'500, {"need", {}, {{"unit", Value(kPaU)}, {"category", "other"}}});
      write_own(transaction, scene.server.rules(), scene.server.now_ms, std::move(changes));
    });
  }
  const RecordId last = scene.need(kPaU, "labour");
  const Answer first = scene.list(scene.mai, "/v1/needs", {{"category", "labour"}});
  CHECK(first.list("items").empty());
  REQUIRE_FALSE(first.text("next").empty());
  const Answer second = scene.list(scene.mai, "/v1/needs", {{"category", "labour"}, {"after", first.text("next")}});
  CHECK(ids_in(second) == std::set<std::string>{last.text()});
  CHECK(second.body.find("next")->is_null());
}

TEST_CASE("The schema describes every collection and is sent once") {
  TestServer server;
  const Answer answer = server.ask("GET", "/v1/schema");
  REQUIRE(answer.status() == 200);
  CHECK(answer.integer("schema_version") == domain::Catalogue::kSchemaVersion);
  CHECK(answer.text("namespace") == domain::Catalogue::id_namespace().text());
  const Value::Object& collections = answer.object("collections");
  CHECK(collections.size() == domain::release_catalogue().collections().size());
  const Value& participation = collections.at("participation");
  CHECK(text_in(participation, "stream") == "unit");
  CHECK(*participation.find("id_from") == Value(Value::Array{"activity", "person"}));
  CHECK_FALSE(text_in(*participation.find("labels"), "vi").empty());
  CHECK_FALSE(participation.find("may_create")->array()->empty());
  const Value& status = *collections.at("activity").find("fields")->find("status");
  CHECK(text_in(status, "type") == "state");
  CHECK(*status.find("states")->array()->front().text() == "planned");
  CHECK((*status.find("edges")->array())[0].array()->size() == 3);
  CHECK(status.find("contradict")->array()->size() == 3);
  const std::string tag = answer.header("ETag");
  REQUIRE(tag.size() > 2);
  for (const std::string& known : {tag, "W/" + tag, "\"other\", " + tag, std::string("*")}) {
    const Answer again = server.ask("GET", "/v1/schema", {}, {}, {}, {{"if-none-match", known}});
    CHECK(again.status() == 304);
    CHECK(again.response.body.empty());
    CHECK(again.header("ETag") == tag);
  }
  CHECK(server.ask("GET", "/v1/schema", {}, {}, {}, {{"if-none-match", "\"other\""}}).status() == 200);
}

TEST_CASE("The public keys are there for everybody, and no private part") {
  TestServer server;
  const Answer answer = server.ask("GET", "/.well-known/jwks.json");
  REQUIRE(answer.status() == 200);
  // For codes and papers, for files and status lists, for bundles.
  std::vector<std::string> kinds;
  for (const Value& key : answer.list("keys")) kinds.push_back(text_in(key, "crv") + " " + text_in(key, "use"));
  CHECK(kinds == std::vector<std::string>{"P-256 sig", "Ed25519 sig", "P-256 enc"});
  for (const Value& key : answer.list("keys")) CHECK(key.find("d") == nullptr);
}

TEST_CASE("An address that does not exist and a method that does not fit are told apart") {
  TestServer server;
  CHECK(server.ask("GET", "/v1/nothing").code() == "not_found");
  CHECK(server.ask("GET", "/v1/sync").code() == "method_not_allowed");
  CHECK(server.ask("DELETE", "/v1/needs").status() == 405);
  CHECK(server.ask("GET", "/healthz").status() == 200);
  CHECK(server.ask("GET", "/readyz").status() == 200);
}

}  // namespace suoi::mobile_api::test
