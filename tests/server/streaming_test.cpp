// Bodies that the handler takes while they come, and answers that are read while they are sent.

#include <catch2/catch.hpp>

#include "front_fixture.hpp"

namespace front {
namespace {

using suoi::mobile_api::Intake;
using suoi::mobile_api::Request;
using suoi::mobile_api::Response;

// Keeps what comes to /take; /refuse is not wanted at all, /enough wants 10 bytes, /fail breaks.
class KeepingHandler : public suoi::mobile_api::Handler {
 public:
  suoi::mobile_api::BodyLimits limits_for(std::string_view, std::string_view) const override { return {1'000, 1'000}; }

  Response handle(const Request& request) override {
    Response response;
    if (request.path == "/range") response.body = request.headers.count("range") != 0 ? "asked" : "not asked";
    if (request.path != "/source") return response;
    response.content_type = "image/jpeg";
    response.source = {kSourceBytes, [](std::uint64_t from) {
                         return std::string(std::min<std::uint64_t>(70'000, kSourceBytes - from),
                                            static_cast<char>('a' + from / 70'000 % 26));
                       }};
    return response;
  }

  tl::expected<std::unique_ptr<Intake>, Response> intake(const Request& request) override {
    if (request.path == "/refuse") return tl::unexpected(suoi::mobile_api::problem(404, "not_found", "none"));
    if (request.path == "/source" || request.path == "/range") return nullptr;
    return std::make_unique<Keeping>(*this, request.path);
  }

  std::string kept() const {
    const std::lock_guard lock(mutex_);
    return kept_;
  }
  std::size_t largest_piece() const {
    const std::lock_guard lock(mutex_);
    return largest_;
  }

  static constexpr std::uint64_t kSourceBytes = 1'000'000;

 private:
  class Keeping : public Intake {
   public:
    Keeping(KeepingHandler& owner, std::string path) : owner_(owner), path_(std::move(path)) {}
    std::optional<Response> take(std::string_view bytes) override {
      const std::lock_guard lock(owner_.mutex_);
      if (path_ == "/fail") throw std::runtime_error("secret of the disk");
      owner_.kept_ += bytes;
      owner_.largest_ = std::max(owner_.largest_, bytes.size());
      if (path_ == "/enough") return suoi::mobile_api::problem(409, "upload_offset_wrong", "enough");
      return std::nullopt;
    }
    Response finish() override {
      Response response;
      response.status = 204;
      response.headers = {{"Upload-Offset", std::to_string(owner_.kept().size())}};
      return response;
    }

   private:
    KeepingHandler& owner_;
    std::string path_;
  };

  mutable std::mutex mutex_;
  std::string kept_;
  std::size_t largest_ = 0;
};

struct KeepingServer {
  explicit KeepingServer(const std::function<void(suoi::server::Options&)>& adapt = {}) {
    suoi::server::Options options;
    options.listen_port = 0;
    if (adapt) adapt(options);
    http = std::make_unique<suoi::server::HttpServer>(handler, std::move(options));
    http->start();
  }
  ~KeepingServer() { http->stop(); }
  Client client() const { return Client(Poco::Net::StreamSocket(Poco::Net::SocketAddress("127.0.0.1", http->port()))); }

  KeepingHandler handler;
  std::unique_ptr<suoi::server::HttpServer> http;
};

std::string patch(const std::string& path, std::size_t length, const std::string& body) {
  return "PATCH " + path + " HTTP/1.1\r\nHost: suoi.test\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n" +
         body;
}

std::string some_text(std::size_t size) {
  std::string text;
  for (std::size_t at = 0; at < size; ++at) text += static_cast<char>('a' + at * at % 23);
  return text;
}

}  // namespace

TEST_CASE("A body larger than what is held at once is handed on in pieces, and the connection goes on") {
  const KeepingServer server;
  Client client = server.client();
  const std::string body = some_text(3'000'000);
  const auto answer = client.ask(patch("/take", body.size(), body));
  REQUIRE(answer);
  CHECK(answer->status == 204);
  CHECK(answer->field("upload-offset") == "3000000");
  CHECK(server.handler.kept() == body);
  CHECK(server.handler.largest_piece() < 300'000);
  CHECK(client.ask(patch("/take", 3, "end"))->status == 204);
  CHECK(server.handler.kept() == body + "end");
  CHECK(eventually([&] { return server.http->metrics().decoding_bytes == 0; }));
}

TEST_CASE("A chunked body is handed on, too, and an empty one is finished at once") {
  const KeepingServer server;
  Client client = server.client();
  const auto answer = client.ask(
      "PATCH /take HTTP/1.1\r\nHost: suoi.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  CHECK(answer->status == 204);
  CHECK(server.handler.kept() == "abcde");
  CHECK(client.ask(patch("/take", 0, ""))->field("upload-offset") == "5");
}

TEST_CASE("Every byte that came before the link broke is handed on") {
  const KeepingServer server;
  const std::size_t sent = GENERATE(1, 300'000, 999'999);
  const std::string body = some_text(sent);
  SECTION("where the client closes") {
    Client client = server.client();
    client.send(patch("/take", 1'000'000, body));
    client.end_sending();
    CHECK(client.answer()->status == 400);
  }
  SECTION("where it is cut off") {
    Client client = server.client();
    client.send(patch("/take", 1'000'000, body));
    // Long enough for the server to have read it: a reset throws away what still waits in the kernel.
    std::this_thread::sleep_for(300ms);
    client.socket().setLinger(true, 0);
    client.socket().close();
  }
  CHECK(eventually([&] { return server.handler.kept() == body; }));
}

TEST_CASE("On a link that stalls, what came is handed on before the rest comes") {
  const KeepingServer server;
  Client client = server.client();
  client.send(patch("/take", 10, "first"));
  CHECK(eventually([&] { return server.handler.kept() == "first"; }));
  client.send("other");
  CHECK(client.answer()->status == 204);
}

TEST_CASE("A server that stops hands on what came of a body") {
  KeepingServer server([](suoi::server::Options& options) { options.deadlines.drain = 200ms; });
  Client client = server.client();
  client.send(patch("/take", 1'000, "first part"));
  std::this_thread::sleep_for(100ms);
  server.http->stop();
  CHECK(server.handler.kept() == "first part");
}

TEST_CASE("A body that is not wanted is refused before it comes, or in the middle of it") {
  const KeepingServer server;
  CHECK(server.client().ask(patch("/refuse", 1'000'000, "x"))->status == 404);
  CHECK(server.client().ask(patch("/enough", 1'000'000, some_text(400'000)))->status == 409);
  const auto fault = server.client().ask(patch("/fail", 5, "bytes"));
  CHECK(fault->status == 500);
  CHECK(fault->body.find("secret") == std::string::npos);
}

TEST_CASE("A body whose gzip has to be undone first is read whole, within the limits") {
  const KeepingServer server;
  const auto answer = server.client().ask(
      "PATCH /take HTTP/1.1\r\nHost: suoi.test\r\nContent-Encoding: gzip\r\nContent-Length: 1001\r\n\r\n");
  CHECK(answer->status == 413);
  CHECK(server.handler.kept().empty());
}

TEST_CASE("An answer that is too large to be held is read while it is sent") {
  const KeepingServer server;
  Client client = server.client();
  const auto answer = client.ask(get("/source", "Accept-Encoding: gzip\r\n"));
  REQUIRE(answer);
  CHECK(answer->field("content-length") == "1000000");
  CHECK(answer->field("content-encoding").empty());
  CHECK(answer->body.size() == KeepingHandler::kSourceBytes);
  CHECK(answer->body[0] == 'a');
  CHECK(answer->body[70'000] == 'b');
  client.send("HEAD /source HTTP/1.1\r\nHost: suoi.test\r\n\r\n");
  const auto head = client.answer(true);
  CHECK(head->field("content-length") == "1000000");
  CHECK(client.ask(get("/source"))->body.size() == KeepingHandler::kSourceBytes);
}

TEST_CASE("Ranges are asked for with GET alone") {
  const KeepingServer server;
  CHECK(server.client().ask(get("/range", "Range: bytes=0-1\r\n"))->body == "asked");
  Client client = server.client();
  client.send("HEAD /range HTTP/1.1\r\nHost: suoi.test\r\nRange: bytes=0-1\r\n\r\n");
  CHECK(client.answer(true)->field("content-length") == "9");
}

}  // namespace front
