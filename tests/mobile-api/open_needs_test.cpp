// The list of open needs that everybody may read.

#include <catch2/catch.hpp>

#include "service_fixture.hpp"
#include "suoi/mobile_api/json_reader.hpp"

namespace suoi::mobile_api::test {
namespace {

using Query = std::map<std::string, std::string>;

struct Scene {
  TestServer server;

  RecordId need(std::string_view unit, std::string_view item, int quantity, Value::Object more = {}) {
    Value::Object set{{"unit", Value(unit)}, {"category", "warm_clothing"}, {"item", Value(item)}};
    for (auto& [name, value] : more) set.insert_or_assign(name, value);
    const RecordId id = server.own("need", std::move(set));
    server.own("assessment", {{"unit", Value(unit)},
                              {"need", Value(id.text())},
                              {"quantity", quantity},
                              {"beneficiaries", Value::Object{{"6_10", 2}, {"11_15", quantity}}},
                              {"assessed_on", "2026-11-02"}});
    return id;
  }
  Answer list(Query query = {}, std::map<std::string, std::string> headers = {}) {
    return server.ask("GET", "/v1/open-needs", {}, {}, std::move(query), std::move(headers));
  }
};

}  // namespace

TEST_CASE("Anybody reads what is still needed, without a token and without a name") {
  Scene scene;
  scene.need(kPaU, "Áo ấm", 120, {{"confirmed", true}, {"needed_by", "2026-12-20"}});
  const RecordId met = scene.need(kPaU, "Giày", 10);
  scene.server.own("distribution",
                   {{"unit", Value(kPaU)}, {"need", Value(met.text())}, {"quantity", 10}, {"date", "2026-11-05"}});
  const Answer answer = scene.list();
  REQUIRE(answer.status() == 200);
  REQUIRE(answer.list("items").size() == 1);
  const Value& item = answer.list("items").front();
  CHECK(text_in(item, "commune") == kPaU);
  CHECK(text_in(item, "commune_name") == "Xã Pa Ủ");
  CHECK(text_in(item, "province_name") == "Tỉnh Lai Châu");
  CHECK(text_in(item, "item") == "Áo ấm");
  CHECK(integer_in(item, "quantity") == 120);
  CHECK(integer_in(item, "beneficiaries") == 122);
  CHECK(text_in(item, "needed_by") == "2026-12-20");
  for (const char* inner : {"id", "created_by", "place", "note", "delivered"}) CHECK(item.find(inner) == nullptr);
}

TEST_CASE("Counts below five are not told, and words only once the commune has confirmed them") {
  Scene scene;
  scene.need(kPaU, "Xe lăn cho một cháu", 2);
  const Answer answer = scene.list();
  const Value& item = answer.list("items").front();
  CHECK(text_in(item, "quantity") == "<5");
  CHECK(text_in(item, "open") == "<5");
  CHECK(text_in(item, "beneficiaries") == "<5");
  CHECK(item.find("item")->is_null());
  CHECK(text_in(item, "category") == "warm_clothing");
  CHECK(scene.list({{"format", "csv"}}).response.body.find("Xe lăn") == std::string::npos);
  CHECK(scene.list({{"format", "geojson"}}).response.body.find("Xe lăn") == std::string::npos);
}

TEST_CASE("The open needs are narrowed by place and kind, and an unknown filter is an error") {
  Scene scene;
  scene.need(kPaU, "a", 10);
  scene.need(kTaTong, "b", 20, {{"category", "nutrition"}});
  CHECK(scene.list().list("items").size() == 2);
  CHECK(scene.list({{"unit", std::string(kTaTong)}}).list("items").size() == 1);
  CHECK(scene.list({{"unit", std::string(kLaiChau)}}).list("items").size() == 2);
  CHECK(scene.list({{"category", "nutrition"}}).list("items").size() == 1);
  for (const auto& [name, value, code] :
       {std::tuple{"place", "x", "unknown_filter"}, std::tuple{"unit", "03442", "bad_filter"},
        std::tuple{"category", "food", "bad_filter"}, std::tuple{"format", "xml", "bad_filter"}}) {
    const Answer answer = scene.list({{name, value}});
    CHECK(answer.status() == 400);
    CHECK(answer.code() == code);
  }
}

TEST_CASE("The open needs come as a table or as points on a map") {
  Scene scene;
  scene.need(kPaU, "=1+\"Áo\"", 10, {{"confirmed", true}});
  const Answer table = scene.list({}, {{"accept", "text/html, text/csv;q=0.9"}});
  CHECK(table.response.content_type == "text/csv; charset=utf-8");
  CHECK(table.response.body.find(
            "\"2025:03442\",\"Xã Pa Ủ\",\"Tỉnh Lai Châu\",\"warm_clothing\",\"'=1+\"\"Áo\"\"\",\"\",10,10,12,\r\n") !=
        std::string::npos);
  const Answer map = scene.list({{"format", "geojson"}});
  CHECK(map.response.content_type == "application/geo+json");
  const Value& feature = map.list("features").front();
  const Value::Array& at = *feature.find("geometry")->find("coordinates")->array();
  CHECK(*at[0].number() == Approx(102.5).margin(0.5));
  CHECK(*at[1].number() == Approx(22.6).margin(0.5));
}

TEST_CASE("A need that was joined to another is told once") {
  Scene scene;
  const RecordId one = scene.need(kPaU, "a", 10);
  const RecordId other = scene.need(kPaU, "b", 20);
  scene.server.own(
      "join", {{"unit", Value(kPaU)}, {"from", Value(other.text())}, {"into", Value(one.text())}, {"state", "joined"}});
  const Answer answer = scene.list();
  REQUIRE(answer.list("items").size() == 1);
  CHECK(integer_in(answer.list("items").front(), "quantity") == 20);
}

TEST_CASE("What was just reported is on the public list within a minute, not at each asking") {
  Scene scene;
  CHECK(scene.list().list("items").empty());
  scene.need(kPaU, "a", 10);
  CHECK(scene.list().list("items").empty());
  scene.server.now_ms += 60'000;
  CHECK(scene.list().list("items").size() == 1);
}

}  // namespace suoi::mobile_api::test
