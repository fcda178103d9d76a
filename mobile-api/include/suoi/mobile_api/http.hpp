// A request and its answer as values, so that everything above the sockets is tested without one.
//
// Purpose: the border between the process (`server`, which knows sockets, TLS and Poco) and the contract
// (`mobile-api`). Shapes:  header names in lower case; the body is decoded (no transfer coding, no content coding) and
// within the
//          limits that `server` was told by `limits_for`.
// Threads: values; `Handler::handle` may be called from many threads at once.
// Errors:  a handler never throws for bad input: it answers application/problem+json (RFC 9457). A fault inside
//          (disk, bug) may throw; `server` answers 500 `internal`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace suoi::mobile_api {

struct Request {
  std::string method;                          // "GET", "POST" …
  std::string path;                            // "/v1/sync": percent-decoded, no query
  std::map<std::string, std::string> query;    // percent-decoded; the first of several equal names stands
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;                            // after content coding was undone
  std::string peer;                            // address of the other side, for limits and logs; no port
  std::int64_t received_ms = 0;                // server's clock at the first byte, ms since 1970 UTC
};

// A body that is too large to be held: read piece by piece while it is sent.
struct BodySource {
  std::uint64_t bytes = 0;                              // in all
  std::function<std::string(std::uint64_t from)> read;  // some bytes from there on, at least one
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;  // without Content-Length, Content-Encoding, Date
  std::string content_type = "application/json";
  std::string body;                        // `server` compresses it by Accept-Encoding
  std::optional<BodySource> source;        // instead of `body`, and sent as it is
  std::map<std::string, std::string> log;  // whitelisted facts for the request's log line
};

// What the front may read of a request before anybody decodes it; beyond: 413 `too_large` with limit_name and limit.
struct BodyLimits {
  std::size_t body_bytes_max = 0;      // as sent; limit_name "body_bytes"
  std::size_t inflated_bytes_max = 0;  // after gzip; limit_name "inflated_bytes"
};

// Takes a body while it comes, for requests of which every byte counts even where the rest never arrives. One thread.
class Intake {
 public:
  virtual ~Intake() = default;
  // The next bytes, in order; kept for good on return. A Response: nothing more of this body is wanted.
  virtual std::optional<Response> take(std::string_view bytes) = 0;
  // After the last byte.
  virtual Response finish() = 0;
};

class Handler {
 public:
  virtual ~Handler() = default;
  virtual BodyLimits limits_for(std::string_view method, std::string_view path) const = 0;
  virtual Response handle(const Request& request) = 0;
  // Asked with an empty body, before any of it is read. Null: the body is read whole, for handle(). A Response: it is
  // not wanted at all.
  virtual tl::expected<std::unique_ptr<Intake>, Response> intake(const Request&) { return nullptr; }
};

// A problem answer (RFC 9457): {"type":"about:blank","title","status","code","detail", …extra}. `extra` is a list of
// further members, each value already in JSON. For a code of domain/error_codes.hpp, `advice` says in both languages
// what to do next.
Response problem(int status, std::string_view code, std::string_view detail,
                 const std::vector<std::pair<std::string, std::string>>& extra = {});

// 204: done, and there is nothing to say.
Response no_content();

}  // namespace suoi::mobile_api
