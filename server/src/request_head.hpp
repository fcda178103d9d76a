// The head of an HTTP/1.1 request (RFC 9112, sections 2 to 5), read so strictly that no two readers can differ about
// it.
//
// Purpose: finds where a head ends, and turns it into values; every laxity that RFC 9112 grants is refused: bare CR or
//          LF, line folding, blanks before a colon, an empty line in front, other targets than origin-form.
// Threads: values. Errors: a Refusal, to be answered; the connection must then be closed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "refusal.hpp"

namespace suoi::server {

constexpr std::size_t kHeadBytesMax = 16 * 1024;        // request line and fields, with the empty line
constexpr std::size_t kRequestLineBytesMax = 4 * 1024;  // without its CRLF
constexpr std::size_t kFieldsMax = 64;

// Looks for the end of a head in a buffer that grows; complains at the first byte that no head can hold.
class HeadScanner {
 public:
  // `bytes` is the whole buffer, each time longer. The size of the head, once it is there.
  tl::expected<std::optional<std::size_t>, Refusal> scan(std::string_view bytes);

 private:
  std::size_t scanned_ = 0;
  std::size_t line_start_ = 0;
  std::size_t lines_ = 0;
};

struct RequestHead {
  std::string method;
  std::string path;
  std::map<std::string, std::string> query;
  std::map<std::string, std::string> fields;  // names in lower case; equal names joined by ", " (RFC 9110, section 5.3)
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool http_1_0 = false;
  bool keep_alive = true;
  bool expects_continue = false;
  bool gzip = false;  // of the body

  bool has_body() const { return chunked || content_length.value_or(0) > 0; }
};

// `head` as HeadScanner found it, with the empty line.
tl::expected<RequestHead, Refusal> parse_request_head(std::string_view head);

bool is_token(std::string_view text);             // RFC 9110, section 5.6.2
std::string lower_case(std::string_view text);    // ASCII
std::string_view trimmed(std::string_view text);  // without blanks and tabs around it
bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace suoi::server
