#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "front_fixture.hpp"

using front::Client;
using front::get;
using front::post;
using front::Server;

namespace {

struct Probe {
  std::string what;
  std::string bytes;
  int status;
  std::string code;
};

const std::string kHost = "Host: suoi.test\r\n";

std::string many_fields(int count) {
  std::string fields;
  for (int i = 0; i < count; ++i) fields += "X-" + std::to_string(i) + ": a\r\n";
  return fields;
}

std::string with_fields(const std::string& fields, const std::string& body = "hello") {
  return "POST /echo HTTP/1.1\r\n" + kHost + fields + "\r\n" + body;
}

std::string with_target(const std::string& target) {
  return "GET " + target + " HTTP/1.1\r\n" + kHost + "\r\n";
}

// A second request stands behind each probe: it must not be answered, let alone reach the handler.
void refused_and_closed(const Probe& probe) {
  INFO(probe.what);
  Server server;
  Client client(server);
  client.send(probe.bytes + get("/smuggled"));
  const auto answer = client.answer();
  REQUIRE(answer);
  CHECK(answer->status == probe.status);
  CHECK(answer->has_code(probe.code));
  CHECK(answer->field("content-type") == "application/problem+json");
  CHECK(answer->field("connection") == "close");
  client.end_sending();
  CHECK(client.closed());
  CHECK(server.handler.count() == 0);
}

}  // namespace

TEST_CASE("A request whose framing two readers could read differently is refused and the connection closed") {
  const std::string bad = "request_malformed";
  const std::vector<Probe> probes{
      {"length and transfer coding", with_fields("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400, bad},
      {"transfer coding and length", with_fields("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400, bad},
      {"a body that ends well in either reading",
       with_fields("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400, bad},
      {"two equal lengths", with_fields("Content-Length: 5\r\nContent-Length: 5\r\n"), 400, bad},
      {"two different lengths", with_fields("Content-Length: 5\r\nContent-Length: 50\r\n"), 400, bad},
      {"a list of lengths", with_fields("Content-Length: 5, 5\r\n"), 400, bad},
      {"a negative length", with_fields("Content-Length: -5\r\n"), 400, bad},
      {"a length with a plus", with_fields("Content-Length: +5\r\n"), 400, bad},
      {"a length with a comma", with_fields("Content-Length: 1,000\r\n"), 400, bad},
      {"a length in hex", with_fields("Content-Length: 0x5\r\n"), 400, bad},
      {"an empty length", with_fields("Content-Length:\r\n"), 400, bad},
      {"a length beyond 64 bits", with_fields("Content-Length: 99999999999999999999\r\n"), 400, bad},
      {"two transfer codings fields", with_fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n"), 400, bad},
      {"chunked after gzip", with_fields("Transfer-Encoding: gzip, chunked\r\n"), 501, "transfer_coding_unsupported"},
      {"chunked twice", with_fields("Transfer-Encoding: chunked, chunked\r\n"), 501, "transfer_coding_unsupported"},
      {"an invented coding", with_fields("Transfer-Encoding: xchunked\r\n"), 501, "transfer_coding_unsupported"},
      {"the coding identity", with_fields("Transfer-Encoding: identity\r\n"), 501, "transfer_coding_unsupported"},
      {"a vertical tab in the coding",
       with_fields("Transfer-Encoding: \x0b"
                   "chunked\r\n"),
       400, bad},
      {"chunked in HTTP/1.0", "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, bad},
      {"a blank before the colon", with_fields("Content-Length : 5\r\n"), 400, bad},
      {"a folded line", with_fields("X-A: 1\r\n Content-Length: 5\r\n"), 400, bad},
      {"a folded first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400, bad},
      {"a field without a colon", with_fields("Content-Length 5\r\n"), 400, bad},
      {"a field without a name", with_fields(": 5\r\n"), 400, bad},
      {"a name that is no token", with_fields("Content(Length): 5\r\n"), 400, bad},
      {"a bare LF", "GET / HTTP/1.1\nHost: a\n\n", 400, bad},
      {"a bare LF between fields", "GET / HTTP/1.1\r\nHost: a\nX-A: b\r\n\r\n", 400, bad},
      {"a bare LF in a value", with_fields("X-A: b\nX-B: c\r\nContent-Length: 5\r\n"), 400, bad},
      {"a bare CR in a value", with_fields("X-A: b\rContent-Length: 5\r\n"), 400, bad},
      {"CR CR LF", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", 400, bad},
      {"an empty line in front", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400, bad},
      {"a zero byte in a value", with_fields(std::string("X-A: a\0b\r\n", 10)), 400, bad},
      {"a control character in a value",
       with_fields("X-A: a\x01"
                   "b\r\n"),
       400, bad},
      {"a delete character in a value",
       with_fields("X-A: a\x7f"
                   "b\r\n"),
       400, bad},
      {"a value that is no UTF-8", with_fields("X-A: \xc0\xaf\r\n"), 400, bad},
      {"no host", "GET / HTTP/1.1\r\n\r\n", 400, bad},
      {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400, bad},
      {"an empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400, bad},
      {"a host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400, bad},
      {"a host with a user", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400, bad},
      {"two authorizations", get("/", "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n"), 400, bad},
      {"HTTP/2.0", "GET / HTTP/2.0\r\n" + kHost + "\r\n", 400, bad},
      {"the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, bad},
      {"HTTP/1.2", "GET / HTTP/1.2\r\n" + kHost + "\r\n", 400, bad},
      {"http in small letters", "GET / http/1.1\r\n" + kHost + "\r\n", 400, bad},
      {"HTTP/0.9", "GET /\r\n", 400, bad},
      {"two blanks", "GET  / HTTP/1.1\r\n" + kHost + "\r\n", 400, bad},
      {"a tab for a blank", "GET\t/\tHTTP/1.1\r\n" + kHost + "\r\n", 400, bad},
      {"a method that is no token", "GE(T / HTTP/1.1\r\n" + kHost + "\r\n", 400, bad},
      {"the handshake of TLS", "\x16\x03\x01\x02", 400, bad},
      {"an unknown expectation", with_fields("Content-Length: 5\r\nExpect: a-miracle\r\n"), 400, bad},
      {"no length", with_fields("", ""), 411, "length_required"},
      {"a coding of the body that is not spoken", with_fields("Content-Length: 5\r\nContent-Encoding: br\r\n"), 415,
       "encoding_unsupported"},
      {"gzip twice", with_fields("Content-Length: 5\r\nContent-Encoding: gzip, gzip\r\n"), 415, "encoding_unsupported"},
      {"too many fields", get("/", many_fields(64)), 431, "headers_too_large"},
      {"fields too large", get("/", "X-A: " + std::string(16 * 1024, 'a') + "\r\n"), 431, "headers_too_large"},
      {"a request line too large", get("/" + std::string(4096, 'a')), 431, "headers_too_large"},
      {"a line without an end", std::string(5000, 'A'), 431, "headers_too_large"},
  };
  for (const auto& probe : probes) refused_and_closed(probe);
}

TEST_CASE("A request target that is no plain path is refused") {
  const std::vector<std::string> targets{"http://suoi.test/v1/sync",
                                         "suoi.test:80",
                                         "*",
                                         "v1/sync",
                                         "//evil.test/",
                                         "/a#b",
                                         "/a?b#c",
                                         "/a/../b",
                                         "/..",
                                         "/a/%2e%2e/b",
                                         "/%2E/b",
                                         "/a%00b",
                                         "/a%2fb",
                                         "/a%2Fb",
                                         "/a%5cb",
                                         "/a\\b",
                                         "/%c0%af",
                                         "/%e0%80%af",
                                         "/%f0%80%80%af",
                                         "/%ed%a0%80",
                                         "/%ff",
                                         "/%80",
                                         "/a%0d%0ab",
                                         "/a%7fb",
                                         "/a%",
                                         "/a%2",
                                         "/a%zz",
                                         "/a%u0041",
                                         "/a?b=%00",
                                         "/a?b=%c0%af",
                                         "/a?%00=b",
                                         "/a?b=%",
                                         "/a\"b",
                                         "/a<b",
                                         "/caf\xc3\xa9",
                                         "/a?b=\xc3\xa9",
                                         "/%f5%80%80%80",
                                         "/%e1%80",
                                         "/a%0Ab",
                                         "/./a"};
  for (const auto& target : targets) refused_and_closed({target, with_target(target), 400, "request_malformed"});
}

TEST_CASE("A body that was cut never reaches the handler") {
  const std::string chunked = "POST /echo HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n";
  const std::vector<std::string> cuts{with_fields("Content-Length: 100\r\n", "hello"),
                                      with_fields("Content-Length: 1\r\n", ""),
                                      chunked,
                                      chunked + "5",
                                      chunked + "5\r\nhel",
                                      chunked + "5\r\nhello",
                                      chunked + "5\r\nhello\r\n",
                                      chunked + "5\r\nhello\r\n0",
                                      chunked + "5\r\nhello\r\n0\r\n",
                                      chunked + "5\r\nhello\r\n0\r\n\r"};
  for (const auto& bytes : cuts) {
    INFO(bytes);
    Server server;
    Client client(server);
    client.send(bytes);
    client.end_sending();
    const auto answer = client.answer();
    REQUIRE(answer);
    CHECK(answer->status == 400);
    CHECK(answer->has_code("request_malformed"));
    CHECK(client.closed());
    CHECK(server.handler.count() == 0);
  }
}

TEST_CASE("A chunked body that is not well formed is refused and the connection closed") {
  const std::string chunked = "POST /echo HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n";
  const std::vector<std::string> bodies{"g\r\n",
                                        "-5\r\nhello\r\n",
                                        "0x5\r\nhello\r\n",
                                        "5;a=b\r\nhello\r\n0\r\n\r\n",
                                        " 5\r\nhello\r\n",
                                        "5 \r\nhello\r\n",
                                        "5\nhello\n0\n\n",
                                        "5\r\nhelloX\r\n0\r\n\r\n",
                                        "\r\n",
                                        "5\r\nhello\r\n\r\n",
                                        "fffffffff\r\n",
                                        "5\r\nhello\r\n0\r\nX-Trailer: a\r\n\r\n",
                                        "5\r\rhello",
                                        "5\r\nhello\rX0\r\n\r\n",
                                        "5\r\nhelloX\n0\r\n\r\n",
                                        "0\r\nX\n",
                                        "0\r\n\rX",
                                        "5\r\nhello\n0\r\n\r\n",
                                        "000000005\r\nhello\r\n"};
  for (const auto& body : bodies) refused_and_closed({body, chunked + body, 400, "request_malformed"});
}

TEST_CASE("A chunked body arrives whole however it is cut into chunks and packets") {
  Server server;
  Client client(server);
  CHECK(rc::check([&] {
    const auto body = *rc::gen::container<std::string>(rc::gen::inRange('a', 'z'));
    std::string bytes = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n";
    for (std::size_t at = 0; at < body.size();) {
      const auto size = std::min<std::size_t>(body.size() - at, *rc::gen::inRange<std::size_t>(1, 40));
      char hex[20];
      std::snprintf(hex, sizeof hex, "%zX\r\n", size);
      bytes += hex + body.substr(at, size) + "\r\n";
      at += size;
    }
    bytes += "0\r\n\r\n";
    const auto cut = *rc::gen::inRange<std::size_t>(0, bytes.size());
    client.send(bytes.substr(0, cut));
    client.send(bytes.substr(cut));
    const auto answer = client.answer();
    RC_ASSERT(answer.has_value());
    RC_ASSERT(answer->status == 200);
    RC_ASSERT(answer->body == body);
  }));
}

TEST_CASE("Whatever bytes come, the server answers 4xx or 5xx or closes, and goes on serving") {
  Server server;
  CHECK(rc::check([&] {
    const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
        "GET ", "POST ", "/", "/a", " HTTP/1.1", "\r\n", "\n", "\r", "Host: a", "Content-Length: ", "5", "-", ":", " ",
        "Transfer-Encoding: chunked", "\x01", "\xff", "0\r\n\r\n", "%2e", "?", "gzip", "Expect: 100-continue"));
    std::string bytes;
    for (const auto& piece : pieces) bytes += piece;
    const auto before = server.handler.count();
    Client client(server);
    client.send(bytes);
    client.end_sending();
    const bool whole_request = bytes.find("\r\n\r\n") != std::string::npos;
    while (const auto answer = client.answer()) RC_ASSERT(answer->status >= 400 || whole_request);
    if (!whole_request) RC_ASSERT(server.handler.count() == before);
  }));
  CHECK(Client(server).ask(get("/healthy"))->status == 200);
}

TEST_CASE("A request is answered the same when its bytes come one by one") {
  Server server;
  Client client(server);
  for (const char c : post("/echo", "hello", "X-Note: a\r\n")) client.send(std::string_view(&c, 1));
  const auto answer = client.answer();
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(answer->body == "hello");
}

TEST_CASE("One connection carries many requests, also sent ahead of their answers") {
  Server server;
  Client client(server);
  for (int i = 0; i < 50; ++i) REQUIRE(client.ask(post("/echo", std::to_string(i)))->body == std::to_string(i));
  client.send(post("/echo", "one") + get("/two") + post("/echo", "three"));
  CHECK(client.answer()->body == "one");
  CHECK(client.answer()->status == 200);
  CHECK(client.answer()->body == "three");
  CHECK(server.http->metrics().connections_total == 1);
  CHECK(server.handler.count() == 53);
}

TEST_CASE("A refusal sent before the body was read ends the connection, so the body never runs as a request") {
  Server server;
  Client client(server);
  const std::string body = get("/smuggled") + std::string(2000, ' ');
  client.send(post("/small", body) + get("/smuggled-too"));
  const auto answer = client.answer();
  REQUIRE(answer);
  CHECK(answer->status == 413);
  CHECK(answer->field("connection") == "close");
  client.end_sending();
  CHECK(client.closed());
  CHECK(server.handler.count() == 0);
}

TEST_CASE("A body beyond the limit is refused with the limit's name, and the answer survives the rest of the body") {
  Server server;
  Client client(server);
  client.send("POST /v1/sync HTTP/1.1\r\n" + kHost + "Content-Length: 5000000\r\n\r\n");
  client.send(std::string(5'000'000, 'x'));
  const auto answer = client.answer();
  REQUIRE(answer);
  CHECK(answer->status == 413);
  CHECK(answer->has_code("too_large"));
  CHECK(answer->body.find(R"("limit_name":"body_bytes","limit":4194304)") != std::string::npos);
  CHECK(server.handler.count() == 0);
}

TEST_CASE("A chunked body beyond the limit is refused while it still comes") {
  Server server;
  Client client(server);
  client.send("POST /small HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n7d0\r\n" +
              std::string(1500, 'x'));
  const auto answer = client.answer();
  REQUIRE(answer);
  CHECK(answer->status == 413);
  CHECK(answer->body.find(R"("limit_name":"body_bytes","limit":1000)") != std::string::npos);
  CHECK(server.handler.count() == 0);
}

TEST_CASE("A body of just the allowed size is taken") {
  Server server;
  CHECK(Client(server).ask(post("/small", std::string(1000, 'x')))->status == 200);
  CHECK(Client(server).ask(post("/small", std::string(1001, 'x')))->status == 413);
  CHECK(Client(server).ask(post("/v1/sync", std::string(front::kBodyBytesMax, 'x')))->status == 200);
}

TEST_CASE("A client that asks first is told to go on only when its body will be taken") {
  Server server;
  {
    Client client(server);
    client.send("POST /echo HTTP/1.1\r\n" + kHost + "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    CHECK(client.answer()->status == 100);
    CHECK(client.ask("hello")->body == "hello");
    CHECK(client.ask(get("/again"))->status == 200);
  }
  Client client(server);
  const auto answer =
      client.ask("POST /small HTTP/1.1\r\n" + kHost + "Content-Length: 5000\r\nExpect: 100-continue\r\n\r\n");
  CHECK(answer->status == 413);
  client.end_sending();
  CHECK(client.closed());
}

TEST_CASE("HEAD is answered like GET without the body") {
  Server server;
  Client client(server);
  client.send("HEAD /large HTTP/1.1\r\n" + kHost + "\r\n");
  const auto answer = client.answer(true);
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(answer->field("content-length") == "300000");
  CHECK(client.ask(get("/next"))->body == R"({"ok":true})");
  CHECK(server.handler.requests().front().method == "GET");
}

TEST_CASE("HTTP/1.0 is answered and closed, unless it asks to be kept") {
  Server server;
  {
    Client client(server);
    CHECK(client.ask("GET / HTTP/1.0\r\n\r\n")->status == 200);
    CHECK(client.closed());
  }
  Client client(server);
  CHECK(client.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")->field("connection") == "keep-alive");
  CHECK(client.ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: foo, Close\r\n\r\n")->field("connection") == "close");
  CHECK(client.closed());
}

TEST_CASE("The handler sees the path and query decoded, and header values as they were sent") {
  Server server;
  Client client(server);
  const auto answer = client.ask(
      get("/v1/l%C3%A0ng/a+b?q=L%C3%B2+Th%E1%BB%8B&q=second&empty&plus=%2B",
          "AUTHORIZATION: =?UTF-8?B?DQpYLUluamVjdGVkOiBh?=\r\nX-List:  a \t\r\nx-list: b\r\nX-Name: L\xC3\xB2\r\n"));
  REQUIRE(answer);
  CHECK(answer->status == 200);
  const auto request = server.handler.requests().front();
  CHECK(request.path == "/v1/l\xC3\xA0ng/a+b");
  CHECK(request.query.at("q") == "L\xC3\xB2 Th\xE1\xBB\x8B");
  CHECK(request.query.at("empty").empty());
  CHECK(request.query.at("plus") == "+");
  CHECK(request.headers.at("authorization") == "=?UTF-8?B?DQpYLUluamVjdGVkOiBh?=");
  CHECK(request.headers.at("x-list") == "a, b");
  CHECK(request.headers.at("x-name") == "L\xC3\xB2");
  CHECK(request.peer == "127.0.0.1");
  CHECK(request.received_ms > 1'500'000'000'000);
}

TEST_CASE("64 header fields and a request line of 4,096 bytes are still read") {
  Server server;
  CHECK(Client(server).ask(get("/", many_fields(63)))->status == 200);
  const auto path = "/" + std::string(4096 - std::string("GET / HTTP/1.1").size(), 'a');
  CHECK(Client(server).ask(get(path))->status == 200);
  CHECK(Client(server).ask(get(path + "a"))->status == 431);
}
