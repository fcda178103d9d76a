// What may be wrong with a request, and with one change of it.

#include <catch2/catch.hpp>

#include "service_fixture.hpp"
#include "suoi/mobile_api/limits.hpp"

namespace suoi::mobile_api::test {
namespace {

struct Scene {
  TestServer server;
  Phone mai{server, server.person("Lò Thị Mai", domain::Role::volunteer, kPaU)};
  RecordId id = server.new_id();

  // A request with these elements as `changes`, as text.
  std::string body(const std::string& changes, std::int64_t last) {
    Value::Object request = mai.request();
    request.erase("changes");
    request["last"] = Value(last);
    std::string text = domain::canonical_json(Value(std::move(request)));
    text.pop_back();
    return text + ",\"changes\":[" + changes + "]}";
  }
  // A creation whose `set` holds one more member, as text.
  std::string creation(std::int64_t seq, const RecordId& record, const std::string& more) {
    return R"({"seq":)" + std::to_string(seq) + R"(,"at":1,"collection":"place","record":")" + record.text() +
           R"(","base":0,"set":{"unit":"2025:03442","name":"Trường")" + more + "}}";
  }
};

}  // namespace

TEST_CASE("An envelope that cannot be read is malformed, and nothing of it is stored") {
  Scene scene;
  scene.mai.edit("place", scene.id, 0, {{"unit", Value(kPaU)}, {"name", "Trường"}});
  Value::Object body = scene.mai.request();
  SECTION("no incarnation") {
    body.erase("incarnation");
  }
  SECTION("an incarnation that is none") {
    body["incarnation"] = "xyz";
  }
  SECTION("no clock") {
    body.erase("clock");
  }
  SECTION("a clock beyond 2^53") {
    body["clock"] = 1e300;
  }
  SECTION("no last") {
    body.erase("last");
  }
  SECTION("a last below a number sent") {
    body["last"] = 0;
  }
  SECTION("no protocol") {
    body.erase("protocol");
  }
  SECTION("a protocol in words") {
    body["protocol"] = "one";
  }
  SECTION("an epoch that is a number") {
    body["epoch"] = 1;
  }
  SECTION("a negative cursor") {
    body["cursors"] = Value::Object{{std::string(kPaU), -1}};
  }
  SECTION("a cursor in words") {
    body["cursors"] = Value::Object{{std::string(kPaU), "9"}};
  }
  SECTION("cursors in a list") {
    body["cursors"] = Value::Array{};
  }
  SECTION("a wish that is no stream") {
    body["want"] = Value::Array{1};
  }
  SECTION("losses the wrong way round") {
    body["lost"] = Value::Array{3, 2};
  }
  SECTION("losses that are sent all the same") {
    body["lost"] = Value::Array{1, 1};
  }
  SECTION("losses beyond the last number") {
    body["lost"] = Value::Array{2, 9};
  }
  SECTION("a life to continue without a number") {
    body["continues"] = Value::Object{{"incarnation", "00"}};
  }
  SECTION("changes that are no list") {
    body["changes"] = 5;
  }
  SECTION("a change without a number") {
    body["changes"] = Value::Array{Value::Object{{"at", 1}}};
  }
  SECTION("a change that is no object") {
    body["changes"] = Value::Array{1};
  }
  SECTION("a number below one") {
    body["changes"] = Value::Array{Value::Object{{"seq", 0}}};
  }
  SECTION("a number with a fraction") {
    body["changes"] = Value::Array{Value::Object{{"seq", 1.5}}};
  }
  SECTION("a number twice") {
    body["changes"] = Value::Array{scene.mai.queue[0], scene.mai.queue[0]};
  }
  const Answer answer = scene.mai.post(body);
  CHECK(answer.status() == 422);
  CHECK(answer.code() == "malformed");
  CHECK(answer.response.content_type == "application/problem+json");
  CHECK_FALSE(scene.server.record(scene.id));
}

TEST_CASE("A body that is no JSON object is malformed") {
  Scene scene;
  const std::string good = scene.body("", 0);
  for (const std::string& text : {std::string(), std::string("[]"), std::string("null"), good + "x", good + '\0',
                                  good.substr(0, good.size() - 1), std::string("{\"a\":\"\xFF\"}"),
                                  std::string(100'000, '['), "{\"protocol\":1,\"protocol\":1}" + std::string()}) {
    const Answer answer = scene.mai.post_text(text);
    CHECK(answer.status() == 422);
    CHECK(answer.code() == "malformed");
  }
  CHECK(scene.mai.post_text(good).status() == 200);
}

TEST_CASE("Another protocol is refused as such, whatever its envelope and changes look like") {
  Scene scene;
  for (const char* text : {R"({"protocol":2})", R"({"protocol":2,"changes":[{"n":1}]})",
                           R"({"changes":[1],"protocol":0,"incarnation":7})"}) {
    const Answer answer = scene.mai.post_text(text);
    CHECK(answer.status() == 426);
    CHECK(answer.code() == "protocol_unsupported");
  }
}

TEST_CASE("Every other fault keeps that change aside alone, and it is given back as it was sent") {
  Scene scene;
  std::string more;
  std::string code = "bad_value";
  SECTION("half a sign") {
    more = R"(,"village":"\ud83d")";
  }
  SECTION("the zero sign") {
    more = R"(,"village":"a\u0000b")";
  }
  SECTION("the zero sign in a name") {
    more = R"(,"a\u0000b":1)";
    code = "bad_value";
  }
  SECTION("a member twice") {
    more = R"(,"village":"a","village":"b")";
  }
  SECTION("too deep") {
    more = ",\"village\":" + std::string(30, '[') + std::string(30, ']');
  }
  SECTION("too many values") {
    more = ",\"village\":[1" + [] {
      std::string s;
      for (int n = 0; n < 1500; ++n) s += ",1";
      return s;
    }() + "]";
  }
  SECTION("a number beyond all bounds") {
    more = R"(,"village":1e999)";
  }
  SECTION("a fraction where a text belongs") {
    more = R"(,"village":0.1)";
  }
  SECTION("an integer beyond 2^53") {
    more = R"(,"position":{"lat":123456789012345678901234567890,"lon":1})";
  }
  SECTION("an unknown field") {
    more = R"(,"colour":"red")";
    code = "unknown_field";
  }
  const RecordId good = scene.server.new_id();
  const std::string body = scene.body(scene.creation(1, scene.id, more) + "," + scene.creation(2, good, "") + "," +
                                          scene.creation(3, scene.server.new_id(), ""),
                                      3);
  const Answer answer = scene.mai.post_text(body);
  REQUIRE(answer.status() == 200);
  CHECK(answer.integer("acked") == 3);
  CHECK(answer.list("verdicts").size() == 1);
  CHECK(text_in(verdict_of(answer, 1), "verdict") == "quarantined");
  CHECK(text_in(verdict_of(answer, 1), "code") == code);
  CHECK(scene.server.record(good));
  CHECK_FALSE(scene.server.record(scene.id));
  const Answer again = scene.mai.post_text(body);
  REQUIRE(again.status() == 200);
  CHECK(again.list("verdicts") == answer.list("verdicts"));
  Phone desk(scene.server, scene.server.person("Nguyễn Văn Thành", domain::Role::coordinator, kLaiChau));
  desk.sync_all();
  CHECK(desk.holds_what_server_has());
}

TEST_CASE("The zero sign is blamed on the field where it stands") {
  Scene scene;
  const Answer answer = scene.mai.post_text(scene.body(scene.creation(1, scene.id, R"(,"village":"a\u0000b")"), 1));
  CHECK(text_in(verdict_of(answer, 1), "field") == "village");
}

TEST_CASE("An edit of a record whose creation could not be read follows it") {
  Scene scene;
  const std::string edit = R"({"seq":2,"at":2,"collection":"place","record":")" + scene.id.text() +
                           R"(","base":0,"set":{"village":"Bản Mới"}})";
  const Answer answer =
      scene.mai.post_text(scene.body(scene.creation(1, scene.id, R"(,"village":"\ud83d")") + "," + edit, 2));
  CHECK(text_in(verdict_of(answer, 1), "code") == "bad_value");
  CHECK(text_in(verdict_of(answer, 2), "code") == "depends_on");
}

TEST_CASE("Beyond the limits nothing is taken, and the limit is named") {
  Scene scene;
  std::string changes;
  std::string limit_name;
  std::size_t limit = 0;
  SECTION("too many changes") {
    for (std::size_t n = 1; n <= kChangesMax + 1; ++n) {
      changes += (n > 1 ? ",{\"seq\":" : "{\"seq\":") + std::to_string(n) + "}";
    }
    limit_name = "changes";
    limit = kChangesMax;
  }
  SECTION("too large a change") {
    changes = scene.creation(1, scene.id, "") + "," +
              scene.creation(2, scene.server.new_id(), ",\"village\":\"" + std::string(kChangeBytesMax, 'x') + '"');
    limit_name = "change_bytes";
    limit = kChangeBytesMax;
  }
  const Answer answer = scene.mai.post_text(scene.body(changes, 1'000'000));
  CHECK(answer.status() == 413);
  CHECK(answer.code() == "too_large");
  CHECK(answer.text("limit_name") == limit_name);
  CHECK(answer.integer("limit") == static_cast<std::int64_t>(limit));
  CHECK_FALSE(scene.server.record(scene.id));
}

TEST_CASE("The front is told how much of a body to read") {
  TestServer server;
  Api api(server.service());
  CHECK(api.limits_for("POST", "/v1/sync").body_bytes_max == 4'194'304);
  CHECK(api.limits_for("POST", "/v1/sync").inflated_bytes_max == 8'388'608);
  CHECK(api.limits_for("POST", "/v1/enrolments").body_bytes_max == 65'536);
}

TEST_CASE("Thousands of cursors and wishes are read in no time, and more are malformed") {
  Scene scene;
  Value::Object cursors;
  Value::Array want;
  for (int n = 0; n < 4'000; ++n) {
    cursors.emplace("2025:" + std::to_string(10'000 + n), n);
    want.emplace_back("2025:" + std::to_string(10'000 + n));
  }
  CHECK(scene.mai.sync({{"cursors", Value(cursors)}, {"want", Value(want)}}).status() == 200);
  for (int n = 0; n < 20'000; ++n) cursors.emplace("pre2025:" + std::to_string(n), n);
  CHECK(scene.mai.sync({{"cursors", Value(cursors)}}).status() == 422);
}

TEST_CASE("Clocks that are wrong by any number of years are taken") {
  Scene scene;
  const std::int64_t clock =
      GENERATE(std::int64_t{0}, std::int64_t{-9'007'199'254'740'991}, std::int64_t{9'007'199'254'740'991});
  const std::int64_t at =
      GENERATE(std::int64_t{0}, std::int64_t{-9'007'199'254'740'991}, std::int64_t{9'007'199'254'740'991});
  scene.mai.append({{"collection", "place"},
                    {"record", Value(scene.id.text())},
                    {"base", 0},
                    {"at", Value(at)},
                    {"up", Value(at)},
                    {"set", Value::Object{{"unit", Value(kPaU)}, {"name", "Trường"}}}});
  const Answer answer = scene.mai.sync({{"clock", Value(clock)}, {"up", Value(-at)}, {"run", "1"}});
  REQUIRE(answer.status() == 200);
  CHECK(answer.list("verdicts").empty());
  CHECK(scene.server.record(scene.id));
}

TEST_CASE("A clock that jumped years ahead before the sync does not date work before the sync that preceded it") {
  Scene scene;
  scene.mai.sync();
  const std::int64_t synced_ms = scene.server.now_ms;
  scene.server.now_ms += kHourMs;
  scene.mai.edit("place", scene.id, 0, {{"unit", Value(kPaU)}, {"name", "Trường"}});
  scene.mai.clock_skew_ms = 5 * 365 * kDayMs;
  scene.mai.sync();
  CHECK(scene.server.record(scene.id)->created_ms == synced_ms);
}

TEST_CASE("No answer to a bad request repeats what a person wrote") {
  Scene scene;
  const std::string body = scene.body(scene.creation(1, scene.id, R"(,"kind":"Bí mật của Mai","village":5)"), 1);
  const Answer answer = scene.mai.post_text(body);
  CHECK(domain::canonical_json(verdict_of(answer, 1)).find("Bí mật") == std::string::npos);
  for (const auto& [name, value] : answer.response.log) CHECK((name == "changes" || name == "code"));
  const Answer broken = scene.mai.post_text(body + "Bí mật của Mai");
  CHECK(broken.status() == 422);
  CHECK(broken.response.body.find("Bí mật") == std::string::npos);
}

}  // namespace suoi::mobile_api::test
