#include <Poco/Net/NetException.h>

#include <catch2/catch.hpp>

#include "front_fixture.hpp"

using front::Client;
using front::get;
using front::post;
using front::Server;
using namespace std::chrono_literals;

namespace {

void hurried(suoi::server::Options& options) {
  options.deadlines.handshake = 400ms;
  options.deadlines.header = 400ms;
  options.deadlines.idle = 400ms;
  options.deadlines.transfer_base = 400ms;
  options.deadlines.slowest_bytes_per_second = 1'000'000;
}

// One byte each 50 ms, until the server has had enough.
std::chrono::milliseconds time_until_refused(Client& client, const std::string& begin, char filler) {
  return front::time_of([&] {
    client.send(begin);
    for (int i = 0; i < 200 && !client.socket().poll(Poco::Timespan(0, 50'000), Poco::Net::Socket::SELECT_READ); ++i) {
      client.send(std::string_view(&filler, 1));
    }
  });
}

bool can_connect(const Server& server) {
  try {
    const Client client(server);
    return true;
  } catch (const Poco::Net::NetException&) {
    return false;
  }
}

}  // namespace

TEST_CASE("A header that trickles in is cut off at the deadline however steadily it comes") {
  Server server(hurried);
  Client client(server);
  CHECK(time_until_refused(client, "GET / HTTP/1.1\r\nX-Slow: ", 'a') < 3s);
  const auto answer = client.answer();
  REQUIRE(answer);
  CHECK(answer->status == 408);
  CHECK(answer->has_code("request_timeout"));
  CHECK(server.http->metrics().timeouts_total == 1);
}

TEST_CASE("A body that trickles in is cut off at the deadline and never reaches the handler") {
  Server server(hurried);
  for (const std::string framing : {"Content-Length: 1000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n3e8\r\n"}) {
    Client client(server);
    CHECK(time_until_refused(client, "POST /echo HTTP/1.1\r\nHost: a\r\n" + framing, 'a') < 3s);
    CHECK(client.answer()->status == 408);
  }
  CHECK(server.handler.count() == 0);
}

TEST_CASE("Who connects and says nothing is let go without an answer") {
  Server server(hurried);
  Client silent(server);
  Client served(server);
  CHECK(served.ask(get("/"))->status == 200);
  CHECK(front::time_of([&] { CHECK(silent.closed()); }) < 3s);
  CHECK(served.closed());
  CHECK(server.log.all().size() == 1);
}

TEST_CASE("Who doesn't read the answer is let go") {
  Server server([](auto& options) {
    hurried(options);
    options.deadlines.slowest_bytes_per_second = 100'000'000;
  });
  Poco::Net::StreamSocket socket;
  socket.connect(Client::address(server));
  socket.setReceiveBufferSize(4096);
  Client client(socket);
  for (int i = 0; i < 60; ++i) client.send(get("/large"));
  REQUIRE(front::eventually([&] { return server.http->metrics().requests_total > 0; }));
  CHECK(server.http->metrics().connections_open == 1);
  CHECK(front::eventually([&] { return server.http->metrics().connections_open == 0; }));
}

TEST_CASE("300 idle connections don't keep a client waiting") {
  Server server;
  std::vector<Client> idle;
  for (int i = 0; i < 300; ++i) idle.emplace_back(server);
  REQUIRE(front::eventually([&] { return server.http->metrics().connections_open == 300; }));
  Client client(server);
  CHECK(front::time_of([&] {
          for (int i = 0; i < 100; ++i) CHECK(client.ask(get("/"))->status == 200);
        }) < 5s);
  CHECK(idle.back().ask(get("/"))->status == 200);
}

TEST_CASE("Beyond the last thread a client is told to come back, and is served when there is room again") {
  Server server([](auto& options) { options.limits.threads_max = 4; });
  std::vector<Client> holders;
  for (int i = 0; i < 4; ++i) holders.emplace_back(server);
  REQUIRE(front::eventually([&] { return server.http->metrics().connections_open == 4; }));

  Client late(server);
  const auto answer = late.ask(post("/echo", "hello"));
  REQUIRE(answer);
  CHECK(answer->status == 503);
  CHECK(answer->has_code("overloaded"));
  CHECK(answer->field("retry-after") == "5");
  CHECK(answer->field("connection") == "close");
  CHECK(server.handler.count() == 0);
  CHECK(server.http->metrics().connections_turned_away_total == 1);

  holders.clear();
  REQUIRE(front::eventually([&] { return server.http->metrics().connections_open <= 1; }));
  CHECK(Client(server).ask(post("/echo", "hello"))->status == 200);
}

TEST_CASE("Where threads get scarce connections are not kept alive") {
  Server server([](auto& options) { options.limits.threads_max = 4; });
  std::vector<Client> holders;
  for (int i = 0; i < 3; ++i) holders.emplace_back(server);
  REQUIRE(front::eventually([&] { return server.http->metrics().connections_open == 3; }));
  Client fourth(server);
  CHECK(fourth.ask(get("/"))->field("connection") == "close");
  CHECK(fourth.closed());
}

TEST_CASE("More requests at once than the handler may get are answered 503 and the connection stays") {
  Server server([](auto& options) { options.limits.requests_max = 1; });
  Client first(server);
  first.send(get("/wait"));
  REQUIRE(front::eventually([&] { return server.http->metrics().requests_in_flight == 1; }));
  Client second(server);
  const auto refused = second.ask(post("/echo", "hello"));
  REQUIRE(refused);
  CHECK(refused->status == 503);
  CHECK(refused->field("retry-after") == "5");
  server.handler.open_gate();
  CHECK(first.answer()->status == 200);
  REQUIRE(front::eventually([&] { return server.http->metrics().requests_in_flight == 0; }));
  CHECK(second.ask(post("/echo", "hello"))->status == 200);
}

TEST_CASE("stop() answers the request in flight and the one half sent, then closes") {
  Server server;
  Client in_flight(server), half_sent(server), idle(server);
  CHECK(idle.ask(get("/"))->status == 200);
  in_flight.send(get("/wait"));
  half_sent.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
  REQUIRE(front::eventually([&] {
    const auto metrics = server.http->metrics();
    return metrics.requests_in_flight == 1 && metrics.decoding_bytes > 0;
  }));
  std::thread stopping([&] { server.http->stop(); });
  CHECK(idle.closed());
  CHECK(front::eventually([&] { return !can_connect(server); }));

  half_sent.send("world");
  const auto completed = half_sent.answer();
  server.handler.open_gate();
  const auto answered = in_flight.answer();
  stopping.join();
  REQUIRE(completed);
  CHECK(completed->body == "helloworld");
  CHECK(completed->field("connection") == "close");
  REQUIRE(answered);
  CHECK(answered->status == 200);
  CHECK(in_flight.closed());
  CHECK(server.http->metrics().connections_open == 0);
}

TEST_CASE("Who connected just before stop() and asks at once is still answered") {
  Server server;
  Client client(server);
  REQUIRE(front::eventually([&] { return server.http->metrics().connections_open == 1; }));
  std::thread stopping([&] { server.http->stop(); });
  REQUIRE(front::eventually([&] { return !can_connect(server); }));
  client.send(get("/"));
  const auto answer = client.answer();
  stopping.join();
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(answer->field("connection") == "close");
}

TEST_CASE("stop() with nothing to answer takes less than a second, and cuts who never ends") {
  {
    Server server;
    std::vector<Client> idle;
    for (int i = 0; i < 20; ++i) idle.emplace_back(server).ask(get("/"));
    CHECK(front::time_of([&] { server.http->stop(); }) < 1s);
  }
  Server server([](auto& options) { options.deadlines.drain = 300ms; });
  Client client(server);
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
  REQUIRE(front::eventually([&] { return server.http->metrics().decoding_bytes > 0; }));
  CHECK(front::time_of([&] { server.http->stop(); }) < 2s);
  CHECK(server.handler.count() == 0);
}

TEST_CASE("A port that is taken is an error, not a second server on it") {
  Server server;
  front::RecordingHandler handler;
  suoi::server::Options options;
  options.listen_port = server.http->port();
  suoi::server::HttpServer second(handler, options);
  CHECK_THROWS_AS(second.start(), Poco::Exception);
}

TEST_CASE("Many clients at once each get their own answers") {
  Server server;
  std::atomic<int> right{0};
  std::vector<std::thread> clients;
  for (int c = 0; c < 16; ++c) {
    clients.emplace_back([&, c] {
      for (int round = 0; round < 5; ++round) {
        Client client(server);
        for (int i = 0; i < 20; ++i) {
          const auto body = std::to_string(c) + "/" + std::to_string(round) + "/" + std::to_string(i);
          const auto answer = client.ask(post("/echo", body));
          if (answer && answer->body == body) ++right;
        }
      }
    });
  }
  for (auto& client : clients) client.join();
  CHECK(right == 16 * 5 * 20);
  CHECK(server.handler.count() == 1600);
  CHECK(front::eventually([&] { return server.log.all().size() == 1600; }));
  CHECK(front::eventually([&] { return server.http->metrics().connections_open == 0; }));
}

TEST_CASE("A client that resets the connection in the middle of its answer harms nobody") {
  Server server;
  for (int i = 0; i < 20; ++i) {
    Client client(server);
    for (int request = 0; request < 20; ++request) client.send(get("/large"));
    client.socket().setLinger(true, 0);
    client.socket().close();
  }
  CHECK(front::eventually([&] { return server.http->metrics().connections_open == 0; }));
  CHECK(Client(server).ask(get("/"))->status == 200);
}
