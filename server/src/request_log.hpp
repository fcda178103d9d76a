// The one line that the log gets of a request: whitelisted facts, no bodies, tokens, names or queries.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace suoi::server {

struct LogFacts {
  std::int64_t time_ms = 0;  // since 1970 UTC
  std::string method = "-";  // "-": the head could not be read
  std::string path = "-";    // as asked for; only its template is written
  int status = 0;
  std::int64_t taken_ms = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::string peer;  // whole; only its network is written
  std::string incident;
  std::string fault;                        // the type of what was thrown
  std::map<std::string, std::string> more;  // of the handler; can't replace one of the above
};

// A JSON object without a line end; "time" is RFC 3339 in UTC.
std::string log_line(const LogFacts& facts);

// Segments that are not plainly a word of a route become ":id": "/v1/files/9f0c…" -> "/v1/files/:id".
std::string path_template(std::string_view path);

// The /24 of an IPv4 address, the /48 of an IPv6 address; "-" for anything else.
std::string peer_network(const std::string& address);

}  // namespace suoi::server
