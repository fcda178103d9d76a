// The HTTP front: sockets on one side, mobile_api::Handler on the other.
//
// Purpose: accepts connections, reads HTTP/1.1 (RFC 9110, RFC 9112) strictly, and answers what the handler says. It is
//          safe without a proxy before it. What it refuses, it refuses as application/problem+json (RFC 9457).
// Shapes:  request bodies by Content-Length or chunked (RFC 9112, section 7.1; without extensions and trailers), plain
//          or gzip (RFC 1952; one member, nothing behind it). A body that was cut never reaches the handler, but for
//          one that the handler takes while it comes (Handler::intake). Answers
//          are gzip where Accept-Encoding allows and it pays.
// Owner:   keeps a reference to the handler, which must outlive it; shares the TLS context.
// Threads: starts one thread for accepting and up to `threads_max` for connections, one each. The handler, `log` and
//          `on_fault` are called from many threads at once. start, stop and the destructor: one caller at a time.
// Errors:  start throws Poco::Exception where the address can't be bound. What a handler throws becomes 500 `internal`.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "suoi/mobile_api/http.hpp"
#include "suoi/server/tls.hpp"

namespace suoi::server {

struct Limits {
  std::size_t threads_max = 6000;                            // connections served at once; beyond: 503
  std::size_t connections_per_address = 1000;                // but for loopback; beyond: 503. 0: no such limit
  std::size_t thread_stack_bytes = std::size_t{512} * 1024;  // address space; only touched pages cost memory
  std::size_t requests_max = 256;                            // handler calls at once; beyond: 503
  std::size_t decoding_bytes_max = std::size_t{256} << 20;   // bodies in memory, of all requests; beyond: 503
  int gzip_level = 5;                                        // of answers, 1 to 9
};

// Every wait on a socket ends at one of these, counted from the start of its phase and not from the last byte.
struct Deadlines {
  std::chrono::milliseconds handshake{10'000};
  std::chrono::milliseconds header{10'000};         // from the first byte of a request
  std::chrono::milliseconds idle{10'000};           // between requests
  std::chrono::milliseconds transfer_base{60'000};  // of a body or an answer, plus its size at the slowest rate
  std::size_t slowest_bytes_per_second = 2000;
  std::chrono::milliseconds drain{30'000};  // stop(): afterwards connections are cut
  std::chrono::seconds retry_after{5};      // what a 503 tells the client
};

struct Options {
  std::string listen_host = "127.0.0.1";  // an address, or a name that resolves to one; "::" takes IPv4, too
  std::uint16_t listen_port = 8443;       // 0 picks one
  std::shared_ptr<TlsContext> tls;        // none: plain HTTP
  Limits limits;
  Deadlines deadlines;
  // One JSON object a request: time, method, path (a template), status, ms, in, out, peer (a network), code, incident,
  // fault (a type) and what the handler put into Response::log.
  std::function<void(const std::string& line)> log;
  // The text of a fault, which may quote data, so it is no part of the log: for the operator's eyes.
  std::function<void(const std::string& incident, const std::string& text)> on_fault;
};

struct Metrics {
  std::uint64_t connections_open = 0;
  std::uint64_t connections_total = 0;
  std::uint64_t connections_turned_away_total = 0;  // no place for them: got a 503, or were closed
  std::uint64_t handshakes_failed_total = 0;
  std::uint64_t requests_in_flight = 0;  // inside the handler
  std::uint64_t requests_total = 0;      // answered
  std::uint64_t refused_total = 0;       // by the front itself, whatever the code
  std::uint64_t timeouts_total = 0;      // 408
  std::uint64_t overloaded_total = 0;    // 503
  std::uint64_t faults_total = 0;        // 500 `internal`
  std::uint64_t bytes_in_total = 0;      // of headers and bodies, as sent, without TLS
  std::uint64_t bytes_out_total = 0;
  std::uint64_t decoding_bytes = 0;  // now held of decoding_bytes_max
};

class HttpServer {
 public:
  HttpServer(mobile_api::Handler& handler, Options options);
  ~HttpServer();  // stops
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  void start();

  // The port listened on; 0 before start.
  std::uint16_t port() const;

  // Takes no more connections, answers the requests that have begun, closes. Returns when all threads have ended, after
  // `drain` at the latest plus what the handler still needs. It can't be started again.
  void stop();

  Metrics metrics() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace suoi::server
