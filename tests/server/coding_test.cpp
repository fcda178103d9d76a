#include <rapidcheck.h>
#include <zlib.h>

#include <catch2/catch.hpp>

#include "front_fixture.hpp"

using front::Client;
using front::get;
using front::post;
using front::Server;

namespace {

const std::string kGzip = "Content-Encoding: gzip\r\n";

// By zlib's own means and not by those of the server: `text`, `repeats` times.
std::string gzip_of(const std::string& text, std::size_t repeats = 1) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out;
  std::string room(65536, '\0');
  for (std::size_t i = 0; i < repeats; ++i) {
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    do {
      stream.next_out = reinterpret_cast<Bytef*>(room.data());
      stream.avail_out = static_cast<uInt>(room.size());
      deflate(&stream, i + 1 == repeats ? Z_FINISH : Z_NO_FLUSH);
      out.append(room, 0, room.size() - stream.avail_out);
    } while (stream.avail_out == 0);
  }
  deflateEnd(&stream);
  return out;
}

std::string inflated(const std::string& gzip) {
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, 31) == Z_OK);
  std::string out(10'000'000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip.data()));
  stream.avail_in = static_cast<uInt>(gzip.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int verdict = inflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return verdict == Z_STREAM_END ? out : "not gzip";
}

std::string varied_text(std::size_t bytes) {
  std::string text;
  for (unsigned i = 0; text.size() < bytes; ++i) text += std::to_string(i * 2654435761U);
  return text;
}

}  // namespace

TEST_CASE("A gzip body reaches the handler inflated") {
  Server server;
  Client client(server);
  CHECK(client.ask(post("/echo", gzip_of("hello"), kGzip))->body == "hello");
  CHECK(client.ask(post("/echo", gzip_of(""), kGzip))->body.empty());
  CHECK(client.ask(post("/echo", "hello", "Content-Encoding: Identity\r\n"))->body == "hello");
  CHECK(rc::check([&] {
    const auto body = *rc::gen::arbitrary<std::string>();
    RC_ASSERT(client.ask(post("/echo", gzip_of(body), kGzip))->body == body);
  }));
  const std::string large(5'000'000, 'x');
  CHECK(client.ask(post("/echo", gzip_of(large), kGzip))->body == large);
  CHECK(server.http->metrics().decoding_bytes == 0);
}

TEST_CASE("A gzip body that is cut, corrupt or followed by anything is refused, and the connection goes on") {
  const auto good = gzip_of(varied_text(2000));
  auto corrupt_crc = good;
  corrupt_crc[good.size() - 8] = static_cast<char>(corrupt_crc[good.size() - 8] ^ 1);
  auto wrong_size = good;
  wrong_size[good.size() - 1] = static_cast<char>(wrong_size[good.size() - 1] ^ 1);
  auto corrupt_data = good;
  corrupt_data[good.size() / 2] = static_cast<char>(corrupt_data[good.size() / 2] ^ 0x10);
  const std::vector<std::pair<std::string, std::string>> bodies{{"nothing", ""},
                                                                {"no gzip", "hello"},
                                                                {"cut at the end", good.substr(0, good.size() - 1)},
                                                                {"cut before the CRC", good.substr(0, good.size() - 8)},
                                                                {"cut in the middle", good.substr(0, good.size() / 2)},
                                                                {"only a head", good.substr(0, 10)},
                                                                {"wrong CRC", corrupt_crc},
                                                                {"wrong size", wrong_size},
                                                                {"wrong data", corrupt_data},
                                                                {"a byte behind", good + "x"},
                                                                {"zeros behind", good + std::string(10, '\0')},
                                                                {"a second member", good + good}};
  Server server;
  Client client(server);
  for (const auto& [what, body] : bodies) {
    INFO(what);
    const auto answer = client.ask(post("/echo", body, kGzip));
    REQUIRE(answer);
    CHECK(answer->status == 400);
    CHECK(answer->has_code("request_malformed"));
    CHECK(answer->field("connection").empty());
  }
  CHECK(server.handler.count() == 0);
  CHECK(client.ask(post("/echo", good, kGzip))->status == 200);
}

TEST_CASE("A gzip bomb is refused at the limit, quickly and without the memory that it asks for") {
  const auto bomb = gzip_of(std::string(1 << 20, '\0'), 1024);
  REQUIRE(bomb.size() < 1'200'000);
  Server server([](auto& options) { options.limits.decoding_bytes_max = 16 << 20; });
  Client client(server);
  std::optional<front::Answer> answer;
  const auto took = front::time_of([&] { answer = client.ask(post("/v1/sync", bomb, kGzip)); });
  REQUIRE(answer);
  CHECK(answer->status == 413);
  CHECK(answer->body.find(R"("limit_name":"inflated_bytes","limit":8388608)") != std::string::npos);
  CHECK(took < std::chrono::milliseconds(1000));
  CHECK(server.handler.count() == 0);
  CHECK(server.http->metrics().decoding_bytes == 0);
}

TEST_CASE("A gzip body may inflate to just the limit and no byte more") {
  Server server;
  CHECK(Client(server).ask(post("/small", gzip_of(std::string(2000, 'a')), kGzip))->status == 200);
  CHECK(Client(server).ask(post("/small", gzip_of(std::string(2001, 'a')), kGzip))->status == 413);
}

TEST_CASE("Beyond the budget of bytes being decoded the server is busy instead of out of memory") {
  Server server([](auto& options) { options.limits.decoding_bytes_max = 1 << 20; });
  Client holder(server);
  // 900 kB of a 2 MB body stay in memory as long as the rest doesn't come.
  holder.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n" + std::string(900'000, 'x'));
  REQUIRE(front::eventually([&] { return server.http->metrics().decoding_bytes >= 900'000; }));

  const auto plain = Client(server).ask(post("/echo", std::string(500'000, 'x')));
  REQUIRE(plain);
  CHECK(plain->status == 503);
  CHECK(plain->has_code("overloaded"));
  CHECK(plain->field("retry-after") == "5");
  CHECK(Client(server).ask(post("/echo", gzip_of(std::string(500'000, 'x')), kGzip))->status == 503);
  CHECK(Client(server).ask(post("/echo", "small"))->status == 200);

  holder.socket().close();
  CHECK(front::eventually([&] { return server.http->metrics().decoding_bytes == 0; }));
  CHECK(Client(server).ask(post("/echo", std::string(500'000, 'x')))->status == 200);
}

TEST_CASE("An answer is compressed where the client likes gzip no less than plain") {
  struct Wish {
    std::string accepts;
    bool gzip;
  };
  const std::vector<Wish> wishes{{"", false},
                                 {"gzip", true},
                                 {"GZIP", true},
                                 {"br, gzip", true},
                                 {"br, deflate", false},
                                 {"*", true},
                                 {"gzip;q=0", false},
                                 {"gzip;q=0.000", false},
                                 {"gzip;q=0.001", true},
                                 {"gzip ; q=1.000", true},
                                 {"*;q=0", false},
                                 {"gzip;q=0, *", false},
                                 {"*;q=0, gzip", true},
                                 {"gzip;q=0.5, identity", false},
                                 {"gzip;q=0.5, identity;q=0.5", true},
                                 {"gzip;q=0.5, identity;q=0.4", true},
                                 {"gzip;q=2", false},
                                 {"gzip;q=a", false},
                                 {"gzip;q=", false},
                                 {"identity", false},
                                 {",,gzip,,", true}};
  Server server;
  Client client(server);
  for (const auto& wish : wishes) {
    INFO(wish.accepts);
    const auto answer =
        client.ask(get("/large", wish.accepts.empty() ? "" : "Accept-Encoding: " + wish.accepts + "\r\n"));
    REQUIRE(answer);
    CHECK(answer->field("vary") == "Accept-Encoding");
    CHECK((answer->field("content-encoding") == "gzip") == wish.gzip);
    CHECK((wish.gzip ? inflated(answer->body) : answer->body) == std::string(300'000, 'x'));
  }
}

TEST_CASE("Small answers and pictures are not compressed") {
  Server server;
  Client client(server);
  for (const auto* path : {"/", "/picture"}) {
    const auto answer = client.ask(get(path, "Accept-Encoding: gzip\r\n"));
    CHECK(answer->field("content-encoding").empty());
    CHECK(answer->field("vary").empty());
  }
  CHECK(client.ask(post("/echo", std::string(255, 'a'), "Accept-Encoding: gzip\r\n"))->body.size() == 255);
  CHECK(client.ask(post("/echo", std::string(256, 'a'), "Accept-Encoding: gzip\r\n"))->body.size() < 100);
}

TEST_CASE("An answer without content has neither body nor length") {
  Server server;
  Client client(server);
  const auto answer = client.ask(get("/none"));
  CHECK(answer->status == 204);
  CHECK(answer->fields.count("content-length") == 0);
  CHECK(client.ask(get("/"))->status == 200);
}

TEST_CASE("Every answer carries the security headers, and the handler's own wins") {
  Server server;
  Client client(server);
  for (const auto& request : {get("/"), get("/throw"), get("/../")}) {
    const auto answer = client.ask(request);
    REQUIRE(answer);
    CHECK(answer->field("x-content-type-options") == "nosniff");
    CHECK(answer->field("referrer-policy") == "no-referrer");
    CHECK(answer->field("cache-control") == "no-store");
    CHECK(answer->field("content-security-policy").rfind("default-src 'self'; script-src 'self'", 0) == 0);
    CHECK(answer->field("strict-transport-security").empty());
    CHECK(answer->field("date").size() == 29);
  }
  const auto cached = Client(server).ask(get("/cached"));
  CHECK(cached->field("cache-control") == "max-age=60");
  CHECK(cached->head.find("no-store") == std::string::npos);
}
