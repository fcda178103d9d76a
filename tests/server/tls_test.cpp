#include <Poco/Net/Context.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/TemporaryFile.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "front_fixture.hpp"

using front::Client;
using front::get;
using front::post;
using front::Server;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

struct Folder {
  Folder() : path(Poco::TemporaryFile::tempName()) { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  const fs::path path;
};

struct TlsServer {
  explicit TlsServer(const std::function<void(suoi::server::Options&)>& adapt = {})
      : trial(suoi::server::ensure_trial_certificate(folder.path, {}, std::chrono::system_clock::now())),
        tls(std::make_shared<suoi::server::TlsContext>(trial.files)),
        server([&](auto& options) {
          options.tls = tls;
          if (adapt) adapt(options);
        }) {}

  Folder folder;
  suoi::server::TrialCertificate trial;
  std::shared_ptr<suoi::server::TlsContext> tls;
  Server server;
};

Poco::Net::Context::Ptr trusting(const fs::path& ca) {
  return new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, ca.string(), Poco::Net::Context::VERIFY_STRICT);
}

Poco::Net::SecureStreamSocket connect(const Server& server, Poco::Net::Context::Ptr context,
                                      const std::string& host = "localhost") {
  Poco::Net::SecureStreamSocket socket(Client::address(server), host, context);
  socket.completeHandshake();
  socket.verifyPeerCertificate(host);
  return socket;
}

unsigned mode_of(const fs::path& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777U;
}

std::string content_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::chrono::system_clock::time_point days_from_now(int days) {
  return std::chrono::system_clock::now() + std::chrono::hours(24 * days);
}

}  // namespace

TEST_CASE("A client that trusts the trial CA is served over TLS, by name and by address") {
  TlsServer tls;
  for (const std::string host : {"localhost", "127.0.0.1"}) {
    Client client(connect(tls.server, trusting(tls.trial.ca), host));
    CHECK(client.ask(post("/echo", "hello"))->body == "hello");
    CHECK(client.ask(get("/large"))->body.size() == 300'000);
    CHECK(client.ask(post("/echo", std::string(1'000'000, 'x')))->body.size() == 1'000'000);
  }
}

TEST_CASE("A client that doesn't know the trial CA doesn't accept the certificate") {
  TlsServer tls;
  Folder other;
  const auto stranger = suoi::server::ensure_trial_certificate(other.path, {}, std::chrono::system_clock::now());
  CHECK_THROWS_AS(connect(tls.server, trusting(stranger.ca)), Poco::Net::SSLException);
  CHECK(front::eventually([&] { return tls.server.http->metrics().connections_open == 0; }));
}

TEST_CASE("Only TLS 1.2 and 1.3 with forward secrecy and authenticated encryption are spoken") {
  TlsServer tls;
  struct Offer {
    int version;
    const char* ciphers;
    bool accepted;
  };
  const std::vector<Offer> offers{{TLS1_3_VERSION, nullptr, true},
                                  {TLS1_2_VERSION, "ECDHE-ECDSA-AES128-GCM-SHA256", true},
                                  {TLS1_2_VERSION, "ECDHE-ECDSA-CHACHA20-POLY1305", true},
                                  {TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA256", false},
                                  {TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA", false},
                                  {TLS1_2_VERSION, "ECDHE-ECDSA-AES256-CCM8", false},
                                  {TLS1_2_VERSION, "ECDHE-ECDSA-ARIA128-GCM-SHA256", false},
                                  {TLS1_2_VERSION, "AES128-GCM-SHA256", false},
                                  {TLS1_1_VERSION, "ALL:@SECLEVEL=0", false},
                                  {TLS1_VERSION, "ALL:@SECLEVEL=0", false}};
  for (const auto& offer : offers) {
    INFO(offer.version << " " << (offer.ciphers ? offer.ciphers : "default"));
    auto context = trusting(tls.trial.ca);
    SSL_CTX_set_min_proto_version(context->sslContext(), offer.version);
    SSL_CTX_set_max_proto_version(context->sslContext(), offer.version);
    if (offer.ciphers) REQUIRE(SSL_CTX_set_cipher_list(context->sslContext(), offer.ciphers) == 1);
    if (offer.accepted) {
      CHECK(Client(connect(tls.server, context)).ask(get("/"))->status == 200);
    } else {
      CHECK_THROWS_AS(connect(tls.server, context), Poco::Exception);
    }
  }
}

TEST_CASE("Clients that are silent or trickle in the handshake are let go while others are served") {
  TlsServer tls([](auto& options) { options.deadlines.handshake = 1000ms; });
  std::vector<Client> silent;
  for (int i = 0; i < 40; ++i) silent.emplace_back(tls.server);
  Client trickling(tls.server);
  trickling.send(std::string("\x16\x03\x01\x02\x00", 5));
  Client healthy(connect(tls.server, trusting(tls.trial.ca)));
  CHECK(front::time_of([&] { CHECK(healthy.ask(get("/"))->status == 200); }) < 900ms);
  for (int i = 0; i < 100 && !trickling.socket().poll(Poco::Timespan(0, 50'000), Poco::Net::Socket::SELECT_READ); ++i) {
    trickling.send(std::string(1, '\x01'));
  }
  CHECK(front::eventually([&] { return tls.server.http->metrics().handshakes_failed_total == 41; }));
  CHECK(front::eventually([&] { return tls.server.http->metrics().connections_open <= 1; }));
}

TEST_CASE("Over TLS a trickling header gets its 408, too, and a cut body never reaches the handler") {
  TlsServer tls([](auto& options) { options.deadlines.header = 400ms; });
  {
    Client client(connect(tls.server, trusting(tls.trial.ca)));
    const auto answer = client.ask("GET / HTTP/1.1\r\nX-Slow: ");
    REQUIRE(answer);
    CHECK(answer->status == 408);
  }
  {
    Client client(connect(tls.server, trusting(tls.trial.ca)));
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhello");
    client.socket().shutdown();  // close_notify: an orderly end of TLS is no end of a body
  }
  {
    Client client(connect(tls.server, trusting(tls.trial.ca)));
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhello");
    REQUIRE(::shutdown(client.socket().impl()->sockfd(), SHUT_RDWR) == 0);
  }
  CHECK(front::eventually([&] { return tls.server.http->metrics().connections_open == 0; }));
  CHECK(tls.server.handler.count() == 0);
}

TEST_CASE("A client that resets its TLS connection in the middle of an answer harms nobody") {
  TlsServer tls;
  for (int i = 0; i < 20; ++i) {
    Client client(connect(tls.server, trusting(tls.trial.ca)));
    for (int request = 0; request < 20; ++request) client.send(get("/large"));
    const struct linger reset { 1, 0 };
    const int descriptor = client.socket().impl()->sockfd();
    REQUIRE(::setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &reset, sizeof reset) == 0);
    client.socket().close();
  }
  CHECK(front::eventually([&] { return tls.server.http->metrics().connections_open == 0; }));
  CHECK(Client(connect(tls.server, trusting(tls.trial.ca))).ask(get("/"))->status == 200);
}

TEST_CASE("Beyond the last thread a client gets its 503 over TLS, too") {
  TlsServer tls([](auto& options) { options.limits.threads_max = 2; });
  Client first(connect(tls.server, trusting(tls.trial.ca)));
  Client second(connect(tls.server, trusting(tls.trial.ca)));
  const auto answer = Client(connect(tls.server, trusting(tls.trial.ca))).ask(get("/"));
  REQUIRE(answer);
  CHECK(answer->status == 503);
  CHECK(answer->field("retry-after") == "5");
}

TEST_CASE("Plain HTTP on the TLS port reaches nobody") {
  TlsServer tls;
  Client client(tls.server);
  client.send(get("/"));
  CHECK_FALSE(client.answer());
  CHECK(tls.server.handler.count() == 0);
}

TEST_CASE("Strict transport is asked for only where the server is reached from elsewhere") {
  TlsServer near;
  CHECK(
      Client(connect(near.server, trusting(near.trial.ca))).ask(get("/"))->field("strict-transport-security").empty());
  TlsServer far([](auto& options) { options.listen_host = "0.0.0.0"; });
  CHECK(Client(connect(far.server, trusting(far.trial.ca))).ask(get("/"))->field("strict-transport-security") ==
        "max-age=31536000");
  Server plain([](auto& options) { options.listen_host = "0.0.0.0"; });
  CHECK(Client(plain).ask(get("/"))->field("strict-transport-security").empty());
}

TEST_CASE("A replaced certificate serves the connections to come and disturbs none that stand") {
  TlsServer tls;
  Client standing(connect(tls.server, trusting(tls.trial.ca)));
  CHECK(standing.ask(get("/"))->status == 200);
  Folder other;
  const auto next = suoi::server::ensure_trial_certificate(other.path, {}, std::chrono::system_clock::now());
  tls.tls->reload(next.files);
  CHECK(standing.ask(get("/"))->status == 200);
  CHECK(Client(connect(tls.server, trusting(next.ca))).ask(get("/"))->status == 200);
  CHECK_THROWS_AS(connect(tls.server, trusting(tls.trial.ca)), Poco::Net::SSLException);

  CHECK_THROWS_AS(tls.tls->reload({other.path / "none.pem", other.path / "none.pem"}), std::runtime_error);
  CHECK_THROWS_AS(tls.tls->reload({next.files.chain, tls.trial.files.key}), std::runtime_error);
  CHECK(Client(connect(tls.server, trusting(next.ca))).ask(get("/"))->status == 200);
}

TEST_CASE("A trial certificate is kept, and its keys are nobody else's to read") {
  Folder folder;
  const auto now = std::chrono::system_clock::now();
  const auto first = suoi::server::ensure_trial_certificate(folder.path, {"suoi.lan", "192.168.7.9"}, now);
  const auto again = suoi::server::ensure_trial_certificate(folder.path, {"suoi.lan"}, now);
  CHECK(first.ca == folder.path / "tls" / "ca.pem");
  CHECK(first.ca_fingerprint.size() == 95);
  CHECK(first.ca_fingerprint.find_first_not_of("0123456789ABCDEF:") == std::string::npos);
  CHECK(again.ca_fingerprint == first.ca_fingerprint);
  CHECK(again.certificate_fingerprint == first.certificate_fingerprint);
  for (const auto& entry : fs::directory_iterator(folder.path / "tls")) {
    const bool has_key = content_of(entry.path()).find("PRIVATE KEY") != std::string::npos;
    CHECK(mode_of(entry.path()) == (has_key ? 0600 : 0644));
  }
  CHECK(content_of(first.ca).find("PRIVATE KEY") == std::string::npos);
}

TEST_CASE("A trial certificate is made anew when it nears its end, lacks a host or is damaged; the CA stays") {
  Folder folder;
  const auto make = [&](const std::vector<std::string>& hosts, int days) {
    return suoi::server::ensure_trial_certificate(folder.path, hosts, days_from_now(days));
  };
  const auto first = make({}, 0);
  CHECK(make({}, 364).certificate_fingerprint == first.certificate_fingerprint);
  const auto renewed = make({}, 368);
  CHECK(renewed.certificate_fingerprint != first.certificate_fingerprint);
  CHECK(renewed.ca_fingerprint == first.ca_fingerprint);

  const auto with_host = make({"suoi.lan"}, 368);
  CHECK(with_host.certificate_fingerprint != renewed.certificate_fingerprint);

  std::ofstream(with_host.files.chain) << "-----BEGIN CERTIFICATE-----\nnonsense\n";
  const auto mended = make({"suoi.lan"}, 368);
  CHECK(mended.certificate_fingerprint != with_host.certificate_fingerprint);
  CHECK(mended.ca_fingerprint == first.ca_fingerprint);

  const auto next_decade = make({"suoi.lan"}, 3300);
  CHECK(next_decade.ca_fingerprint != first.ca_fingerprint);
  CHECK_NOTHROW(suoi::server::TlsContext(next_decade.files));
}

TEST_CASE("A host can't add further names to the trial certificate") {
  Folder folder;
  const auto trial =
      suoi::server::ensure_trial_certificate(folder.path, {"a.lan,DNS:bank.test"}, std::chrono::system_clock::now());
  Server server([&](auto& options) { options.tls = std::make_shared<suoi::server::TlsContext>(trial.files); });
  CHECK_THROWS_AS(connect(server, trusting(trial.ca), "bank.test"), Poco::Exception);
}
