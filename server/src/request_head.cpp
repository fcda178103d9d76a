#include "request_head.hpp"

#include <algorithm>
#include <array>

#include "request_target.hpp"

namespace suoi::server {
namespace {

constexpr std::size_t kMethodBytesMax = 16;
constexpr std::size_t kLengthDigitsMax = 18;  // below 2^63

// Fields that mean something else, or nothing, when they come twice.
constexpr std::array<std::string_view, 8> kSingleFields{"authorization",     "content-encoding", "content-length",
                                                        "content-type",      "expect",           "host",
                                                        "transfer-encoding", "upload-offset"};

Refusal headers_too_large() {
  return {431, "headers_too_large", "The request line or the header fields are too large."};
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

std::string_view take_line(std::string_view& rest) {
  const auto line = rest.substr(0, rest.find("\r\n"));
  rest.remove_prefix(line.size() + 2);
  return line;
}

bool is_host(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~:[]").find(c) != std::string_view::npos;
  });
}

std::optional<Refusal> parse_request_line(std::string_view line, RequestHead& head) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return malformed("The request line has not three parts.");
  const auto method = line.substr(0, first);
  const auto target = line.substr(first + 1, last - first - 1);
  const auto version = line.substr(last + 1);

  if (!is_token(method) || method.size() > kMethodBytesMax) return malformed("The method is not well formed.");
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return malformed("Only HTTP/1.1 and HTTP/1.0 are spoken.");
  if (std::any_of(target.begin(), target.end(), [](char c) { return c <= ' ' || c > '~'; })) {
    return malformed("The request target holds characters that must be encoded.");
  }
  auto parsed = parse_request_target(target);
  if (!parsed) return parsed.error();
  head.method = method;
  head.path = std::move(parsed->path);
  head.query = std::move(parsed->query);
  head.http_1_0 = version == "HTTP/1.0";
  return std::nullopt;
}

std::optional<Refusal> parse_field(std::string_view line, RequestHead& head) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    return malformed("A header field is not well formed.");
  }
  const auto value = trimmed(line.substr(colon + 1));
  if (!is_utf8(value)) return malformed("A header field is not UTF-8.");

  auto [field, is_new] = head.fields.emplace(lower_case(line.substr(0, colon)), value);
  if (is_new) return std::nullopt;
  if (std::find(kSingleFields.begin(), kSingleFields.end(), field->first) != kSingleFields.end()) {
    return malformed("The header field " + field->first + " stands more than once.");
  }
  field->second.append(field->first == "cookie" ? "; " : ", ").append(value);
  return std::nullopt;
}

const std::string* find_field(const RequestHead& head, const char* name) {
  const auto field = head.fields.find(name);
  return field == head.fields.end() ? nullptr : &field->second;
}

std::optional<Refusal> read_length(std::string_view text, RequestHead& head) {
  const bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (text.empty() || text.size() > kLengthDigitsMax || !digits) {
    return malformed("Content-Length is not a plain number.");
  }
  std::uint64_t length = 0;
  for (const char c : text) length = length * 10 + static_cast<std::uint64_t>(c - '0');
  head.content_length = length;
  return std::nullopt;
}

// RFC 9112, section 6: what frames the body. Both framings at once is the classic of request smuggling (section 11.2).
std::optional<Refusal> read_framing(RequestHead& head) {
  const auto* length = find_field(head, "content-length");
  if (const auto* coding = find_field(head, "transfer-encoding")) {
    if (length) return malformed("Content-Length and Transfer-Encoding exclude each other.");
    if (head.http_1_0) return malformed("HTTP/1.0 has no transfer codings.");
    if (!equal_ignoring_case(*coding, "chunked")) {
      return Refusal{501, "transfer_coding_unsupported", "The only transfer coding spoken here is chunked."};
    }
    head.chunked = true;
    return std::nullopt;
  }
  if (length) return read_length(*length, head);
  if (head.method == "POST" || head.method == "PUT" || head.method == "PATCH") {
    return Refusal{411, "length_required", "A request that carries a body says how long it is."};
  }
  return std::nullopt;
}

std::optional<Refusal> read_coding(RequestHead& head) {
  const auto* coding = find_field(head, "content-encoding");
  if (!coding || equal_ignoring_case(*coding, "identity")) return std::nullopt;
  if (!equal_ignoring_case(*coding, "gzip")) {
    return Refusal{415, "encoding_unsupported", "Bodies are taken plain or as gzip."};
  }
  head.gzip = head.chunked || head.content_length.has_value();
  return std::nullopt;
}

bool lists(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const auto item = list.substr(0, list.find(','));
    if (equal_ignoring_case(trimmed(item), word)) return true;
    list.remove_prefix(std::min(list.size(), item.size() + 1));
  }
  return false;
}

std::optional<Refusal> read_connection(RequestHead& head) {
  const auto* host = find_field(head, "host");
  if (host ? !is_host(*host) : !head.http_1_0) return malformed("The header field host is missing or not well formed.");

  const auto* connection = find_field(head, "connection");
  const std::string_view options = connection ? std::string_view(*connection) : std::string_view{};
  head.keep_alive = !lists(options, "close") && (!head.http_1_0 || lists(options, "keep-alive"));

  if (const auto* expect = find_field(head, "expect")) {
    if (!equal_ignoring_case(*expect, "100-continue")) return malformed("The only expectation met is 100-continue.");
    head.expects_continue = !head.http_1_0;
  }
  return std::nullopt;
}

}  // namespace

tl::expected<std::optional<std::size_t>, Refusal> HeadScanner::scan(std::string_view bytes) {
  for (; scanned_ < bytes.size(); ++scanned_) {
    const char c = bytes[scanned_];
    const bool after_cr = scanned_ > line_start_ && bytes[scanned_ - 1] == '\r';
    if (after_cr != (c == '\n')) return tl::unexpected(malformed("Lines end with CR LF and nothing else."));
    if (is_control(c) && c != '\r' && c != '\n')
      return tl::unexpected(malformed("The head holds a control character."));
    if (scanned_ >= kHeadBytesMax) return tl::unexpected(headers_too_large());
    if (lines_ == 0 && scanned_ > kRequestLineBytesMax + 1) return tl::unexpected(headers_too_large());
    if (c != '\n') continue;

    const bool empty = scanned_ - line_start_ == 1;
    if (empty) return std::optional<std::size_t>(scanned_ + 1);
    line_start_ = scanned_ + 1;
    if (++lines_ > kFieldsMax + 1) return tl::unexpected(headers_too_large());
  }
  return std::optional<std::size_t>();
}

tl::expected<RequestHead, Refusal> parse_request_head(std::string_view head) {
  RequestHead parsed;
  if (auto refusal = parse_request_line(take_line(head), parsed)) return tl::unexpected(std::move(*refusal));
  for (auto line = take_line(head); !line.empty(); line = take_line(head)) {
    if (auto refusal = parse_field(line, parsed)) return tl::unexpected(std::move(*refusal));
  }
  for (const auto read : {read_connection, read_framing, read_coding}) {
    if (auto refusal = read(parsed)) return tl::unexpected(std::move(*refusal));
  }
  return parsed;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return lower_case(a) == lower_case(b);
}

}  // namespace suoi::server
