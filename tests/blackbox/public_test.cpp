// Lists for desks, and what everybody may read (protocol.md, "Other endpoints").
#include "suoi/domain/catalogue.hpp"
#include "world.hpp"

using namespace blackbox;

namespace {

Answer get(const Phone& phone, const std::string& target) {
  const auto answer = phone.link->get(target, phone.token());
  REQUIRE(answer.has_value());
  return *answer;
}

Value items(const Phone& phone, const std::string& target) {
  const Answer answer = get(phone, target);
  INFO(target << " " << answer.body);
  REQUIRE(answer.status == 200);
  const Value body = *parse_json(answer.body);
  REQUIRE(body.find("items") != nullptr);
  CHECK(body.find("next") != nullptr);
  return body;
}

std::size_t count(const Phone& phone, const std::string& target) {
  const Value body = items(phone, target);
  return array_of(body, "items").size();
}

}  // namespace

TEST_CASE("The server says that it lives and that it is ready") {
  const World world;
  const auto link = world.server.link();
  for (const char* target : {"/healthz", "/readyz"}) {
    const auto answer = link->get(target);
    REQUIRE(answer.has_value());
    CHECK(answer->status == 200);
  }
}

TEST_CASE("The schema names every collection and is fetched once") {
  const World world;
  const auto link = world.server.link();
  const auto answer = link->get("/v1/schema");
  REQUIRE(answer.has_value());
  REQUIRE(answer->status == 200);
  const Value schema = *parse_json(answer->body);
  CHECK(text_of(schema, "namespace") == suoi::domain::Catalogue::id_namespace().text());
  CHECK(integer_of(schema, "schema_version") >= 1);
  const Value collections(object_of(schema, "collections"));
  const Value participation(object_of(collections, "participation"));
  CHECK(text_of(participation, "stream") == "unit");
  CHECK(array_of(participation, "id_from") == Value::Array{"activity", "person"});
  CHECK(array_of(participation, "children").front() == Value("attendance"));
  const Value activity(object_of(collections, "activity"));
  const Value fields(object_of(activity, "fields"));
  const Value status(object_of(fields, "status"));
  CHECK(text_of(status, "merge") == "state");
  CHECK_FALSE(array_of(status, "states").empty());
  CHECK(array_of(status, "edges").front().array()->size() == 3);
  const Value title(object_of(fields, "title"));
  CHECK(integer_of(title, "max") == 200);
  CHECK(text_of(Value(object_of(title, "labels")), "vi") == "Tên hoạt động");

  const std::string tag = answer->header("etag");
  REQUIRE_FALSE(tag.empty());
  const auto again = link->exchange({"GET", "/v1/schema", "", "", "", {{"If-None-Match", tag}}});
  REQUIRE(again.has_value());
  CHECK(again->status == 304);
  CHECK(again->body.empty());
}

TEST_CASE("The server's public keys are there for everybody, and no private part") {
  const World world;
  const auto answer = world.server.link()->get("/.well-known/jwks.json");
  REQUIRE(answer.has_value());
  REQUIRE(answer->status == 200);
  const Value set = *parse_json(answer->body);
  REQUIRE_FALSE(array_of(set, "keys").empty());
  for (const Value& key : array_of(set, "keys")) {
    // P-256 signs QR codes and papers, Ed25519 the files for others (certificates.md, "Keys").
    CHECK(text_of(key, "crv") == (text_of(key, "kty") == "OKP" ? "Ed25519" : "P-256"));
    CHECK_FALSE(text_of(key, "kid").empty());
    CHECK(key.find("d") == nullptr);
  }
}

TEST_CASE("A desk lists needs, activities, cases and quarantine of its streams") {
  const World world;
  const Phone mai = world.volunteer();
  const Phone other = world.volunteer(kTaTong);
  mai->create("need", need_fields());
  mai->create("activity", {{"unit", Value(kPaU)}, {"title", "Khám bệnh"}, {"status", "planned"}});
  auto bad = need_fields();
  bad["priority"] = 99;
  mai->create("need", bad);
  other->create("need", need_fields(kTaTong));
  synced(mai);
  synced(other);

  CHECK(count(mai, "/v1/needs") == 1);
  CHECK(count(mai, "/v1/activities") == 1);
  CHECK(count(mai, "/v1/cases") == 0);
  CHECK(count(mai, "/v1/quarantine") == 0);
  const Phone su = world.coordinator();
  CHECK(count(su, "/v1/needs") == 2);
  CHECK(count(su, "/v1/quarantine") == 1);
  CHECK(count(su, "/v1/needs?unit=" + kTaTong) == 1);

  for (const char* list : {"/v1/needs", "/v1/activities", "/v1/cases", "/v1/quarantine", "/v1/certificates"}) {
    const auto stranger = mai.link->get(list);
    REQUIRE(stranger.has_value());
    CHECK(stranger->status == 401);
  }
}

TEST_CASE("A long list comes in parts that together are the whole") {
  const World world;
  const Phone mai = world.volunteer();
  for (int i = 0; i < 25; ++i) mai->create("need", need_fields());
  synced(mai);
  std::map<std::string, int> seen;
  std::string next = "/v1/needs?limit=10";
  for (int parts = 0; parts < 10 && !next.empty(); ++parts) {
    const Value page = items(mai, next);
    for (const Value& item : array_of(page, "items")) ++seen[text_of(item, "id")];
    const std::string after = text_of(page, "next");
    next = after.empty() ? "" : "/v1/needs?limit=10&after=" + after;
  }
  CHECK(seen.size() == 25);
  for (const auto& [id, times] : seen) CHECK(times == 1);
}

TEST_CASE("A filter that nobody knows is an error and never means everything") {
  const World world;
  const Phone mai = world.volunteer();
  mai->create("need", need_fields());
  synced(mai);
  for (const char* target : {"/v1/needs?colour=red", "/v1/needs?unit=03442", "/v1/needs?limit=-1"}) {
    INFO(target);
    const Answer answer = get(mai, target);
    CHECK(answer.status == 400);
  }
}

TEST_CASE("An address that does not exist and a method that does not fit are told apart") {
  const World world;
  const auto link = world.server.link();
  CHECK(link->get("/v1/nothing")->status == 404);
  CHECK(link->get("/v1/sync")->status == 405);
}
