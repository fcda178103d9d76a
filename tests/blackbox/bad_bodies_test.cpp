// Bodies that no honest phone sends: a documented answer, nothing stored, and the server goes on serving.
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include "world.hpp"

using namespace blackbox;

namespace {

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

std::string repeated(const std::string& part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

// A request that would be taken, as text to spoil.
std::string good_request(const Wire& wire) {
  return suoi::domain::canonical_json(wire.envelope(1, {Value(change(1, fresh_id(), need_fields()))}));
}

}  // namespace

TEST_CASE("A body that is no proper JSON is malformed, stores nothing and harms nobody") {
  const World world;
  const Phone mai = world.volunteer();
  const Wire wire(mai);
  const std::string good = good_request(wire);
  const std::map<std::string, std::string> bodies = {
      {"empty", ""},
      {"blank", "   "},
      {"a text", "\"hello\""},
      {"a list", "[]"},
      {"a number", "42"},
      {"null", "null"},
      {"cut short", good.substr(0, good.size() / 2)},
      {"one brace short", good.substr(0, good.size() - 1)},
      {"followed by something", good + "{}"},
      {"followed by a zero byte", good + std::string("\0junk", 5)},
      {"deep lists", repeated("[", 200'000)},
      {"deep objects", repeated("{\"a\":", 100'000)},
      {"deep inside",
       replaced(good, "\"changes\":", "\"x\":" + repeated("[", 5000) + repeated("]", 5000) + ",\"changes\":")},
      {"no UTF-8", replaced(good, "áo", "\xff\xfe")},
      {"half a character", replaced(good, "áo", "\xe1")},
      {"too long a form of a character", replaced(good, "áo", "\xc0\xaf")},
      {"a name twice", replaced(good, "\"protocol\":1", "\"protocol\":1,\"protocol\":1")},
      {"a number out of range", replaced(good, "\"last\":1", "\"last\":99999999999999999999")},
      {"a fraction", replaced(good, "\"last\":1", "\"last\":1.5")},
      {"NaN", replaced(good, "\"last\":1", "\"last\":NaN")},
      {"a comment", "/* hello */" + good},
  };
  for (const auto& [name, body] : bodies) {
    INFO(name);
    const Answer answer = wire.post_text(body);
    INFO(answer.body.substr(0, 300));
    CHECK(answer.status == 422);
    CHECK(code_of(answer) == "malformed");
  }
  synced(mai);
  CHECK(mai->records("need").empty());
  CHECK(wire.post_text(good).status == 200);
  CHECK(world.server.run({"check"}).exit_status == 0);
}

TEST_CASE("A bad change inside a good set is kept aside alone, whatever is wrong with it") {
  const World world;
  const Phone mai = world.volunteer();
  const Wire wire(mai);
  const RecordId first = fresh_id();
  const RecordId last = fresh_id();
  Value::Array changes = {Value(change(1, first, need_fields()))};
  const auto add = [&](Value::Object bad) {
    bad["seq"] = Value(static_cast<std::int64_t>(changes.size()) + 1);
    changes.emplace_back(std::move(bad));
  };
  auto no_record = change(0, fresh_id(), need_fields());
  no_record.erase("record");
  add(no_record);
  add({});
  add({{"collection", 5}, {"record", Value::Array{}}, {"set", 7}, {"base", "x"}, {"at", Value()}});
  add(change(0, fresh_id(), {{"unit", Value(kPaU)}, {"category", Value::Object{{"deep", Value::Array{1}}}}}));
  add(change(0, fresh_id(), {{"unit", Value(kPaU)}}));
  auto nothing = change(0, first, {});
  nothing.erase("set");
  add(nothing);
  auto far = change(0, fresh_id(), need_fields());
  far["set"].object()->emplace("priority", std::int64_t{1} << 60);
  add(far);
  add(change(0, last, need_fields()));

  const Value answer = wire.sync(wire.envelope(static_cast<std::int64_t>(changes.size()), changes));
  CHECK(integer_of(answer, "acked") == static_cast<std::int64_t>(changes.size()));
  for (std::size_t seq = 2; seq < changes.size(); ++seq) {
    INFO(suoi::domain::canonical_json(changes[seq - 1]));
    CHECK(text_of(verdict_on(answer, static_cast<std::int64_t>(seq)), "verdict") == "quarantined");
  }
  synced(mai);
  CHECK(mai->record(first).has_value());
  CHECK(mai->record(last).has_value());
  CHECK(mai->records("need").size() == 2);
  CHECK(world.server.run({"check"}).exit_status == 0);
}

TEST_CASE("A body that says it is packed but is not is refused") {
  const World world;
  const Phone mai = world.volunteer();
  suoi::client::LinkRequest request{"POST", "/v1/sync", mai.token(), "this is not gzip", "application/json", {}};
  request.headers["Content-Encoding"] = "gzip";
  const auto answer = mai.link->exchange(request);
  REQUIRE(answer.has_value());
  CHECK(answer->status >= 400);
  CHECK(answer->status < 500);
  request.headers["Content-Encoding"] = "br";
  const auto unknown = mai.link->exchange(request);
  REQUIRE(unknown.has_value());
  CHECK(unknown->status == 415);
  CHECK(synced(mai).outcome == SyncOutcome::done);
}

TEST_CASE("A request that breaks off in the middle stores nothing") {
  World world(World::Serving::no);
  world.server.start({"--plain-http"});
  const Phone mai = world.volunteer();
  const std::string body = good_request(Wire(mai));
  const std::string head =
      "POST /v1/sync HTTP/1.1\r\nHost: suoi\r\nContent-Type: application/json\r\nAuthorization: Bearer " + mai.token() +
      "\r\nContent-Length: ";
  const std::string address = world.server.ready().origin.substr(7);
  // Cut inside the body, and a whole body that the length says goes on.
  for (const std::string& request : {head + std::to_string(body.size()) + "\r\n\r\n" + body.substr(0, body.size() / 2),
                                     head + std::to_string(body.size() + 100) + "\r\n\r\n" + body}) {
    Poco::Net::StreamSocket socket(Poco::Net::SocketAddress{address});
    socket.sendBytes(request.data(), static_cast<int>(request.size()));
    socket.shutdownSend();
    char answer[1024];
    const int got = socket.receiveBytes(answer, sizeof answer);
    CHECK(std::string(answer, static_cast<std::size_t>(std::max(got, 0))).find(" 200 ") == std::string::npos);
  }
  synced(mai);
  CHECK(mai->records("need").empty());
}

TEST_CASE("Nothing of what a person wrote, and no token, stands in the server's log") {
  World world;
  const Phone mai = world.volunteer();
  mai->create("need", need_fields(kPaU, "chăn bông màu tím"));
  synced(mai);
  Wire(mai).post_text("{\"broken\": \"chăn bông màu tím\"");
  mai.link->post("/v1/sync", "mat-ma-bi-mat", "{}");
  world.server.stop();
  const std::string log = world.server.log();
  REQUIRE_FALSE(log.empty());
  for (const std::string& secret :
       {std::string("chăn bông"), std::string("mat-ma-bi-mat"), mai.token(), mai.code, std::string("Lò Thị Mai")}) {
    INFO(secret);
    CHECK(log.find(secret) == std::string::npos);
  }
}
