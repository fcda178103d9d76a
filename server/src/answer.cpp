#include "answer.hpp"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Timestamp.h>

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>

#include "gzip.hpp"
#include "request_head.hpp"

namespace suoi::server {
namespace {

constexpr std::size_t kCompressBytesMin = 256;
constexpr std::string_view kContentSecurityPolicy =
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' blob: data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
constexpr std::string_view kStrictTransport = "max-age=31536000";
constexpr std::array<std::string_view, 6> kFieldsOfTheFront{"connection", "content-length",    "content-type",
                                                            "date",       "transfer-encoding", "keep-alive"};

const std::string* find_field(const mobile_api::Response& response, std::string_view name) {
  for (const auto& field : response.headers) {
    if (equal_ignoring_case(field.first, name)) return &field.second;
  }
  return nullptr;
}

bool is_field_value(std::string_view value) {
  return std::none_of(value.begin(), value.end(),
                      [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; });
}

// The weight of one item (RFC 9110, section 12.4.2) in thousandths; nullopt where it is not well formed.
std::optional<int> weight_of(std::string_view parameters) {
  const auto text = trimmed(parameters);
  if (text.empty()) return 1000;
  if (text.size() < 3 || text.size() > 7 || (text[0] != 'q' && text[0] != 'Q') || text[1] != '=') return std::nullopt;
  if ((text[2] != '0' && text[2] != '1') || (text.size() > 3 && text[3] != '.')) return std::nullopt;
  int weight = (text[2] - '0') * 1000;
  int unit = 100;
  for (const char c : text.substr(std::min<std::size_t>(4, text.size()))) {
    if (c < '0' || c > '9') return std::nullopt;
    weight += (c - '0') * unit;
    unit /= 10;
  }
  return std::min(weight, 1000);
}

// Media types that shrink: texts, and what is made of JSON, XML or JavaScript.
bool is_compressible(std::string_view content_type) {
  const auto type = lower_case(trimmed(content_type.substr(0, content_type.find(';'))));
  const auto ends = [&](std::string_view end) {
    return type.size() >= end.size() && type.compare(type.size() - end.size(), end.size(), end) == 0;
  };
  return type.rfind("text/", 0) == 0 || ends("json") || ends("xml") || ends("javascript") ||
         type == "application/wasm" || type == "application/jose";
}

bool may_compress(const mobile_api::Response& response) {
  return response.body.size() >= kCompressBytesMin && response.status != 206 &&
         is_compressible(response.content_type) && !find_field(response, "content-encoding") &&
         !find_field(response, "content-range");
}

void add(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

void add_defaults(std::string& head, const mobile_api::Response& response, const AnswerTerms& terms) {
  const auto add_unless_set = [&](std::string_view name, std::string_view value) {
    if (!find_field(response, name)) add(head, name, value);
  };
  add_unless_set("X-Content-Type-Options", "nosniff");
  add_unless_set("Referrer-Policy", "no-referrer");
  add_unless_set("Cache-Control", "no-store");
  add_unless_set("Content-Security-Policy", kContentSecurityPolicy);
  if (terms.strict_transport) add_unless_set("Strict-Transport-Security", kStrictTransport);
}

void add_connection(std::string& head, const AnswerTerms& terms) {
  if (!terms.keep_alive) return add(head, "Connection", "close");
  if (terms.http_1_0) add(head, "Connection", "keep-alive");
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(terms.idle).count();
  add(head, "Keep-Alive", "timeout=" + std::to_string(seconds));
}

bool has_content(int status) {
  return status != 204 && status != 304;
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
  std::optional<int> gzip, any, identity;
  while (!accept_encoding.empty()) {
    const auto item = accept_encoding.substr(0, accept_encoding.find(','));
    accept_encoding.remove_prefix(std::min(accept_encoding.size(), item.size() + 1));
    const auto semicolon = item.find(';');
    const auto name = lower_case(trimmed(item.substr(0, semicolon)));
    const auto weight =
        weight_of(semicolon == std::string_view::npos ? std::string_view{} : item.substr(semicolon + 1));
    if (!weight) continue;
    if (name == "gzip" || name == "x-gzip") gzip = weight;
    if (name == "*") any = weight;
    if (name == "identity") identity = weight;
  }
  const int liked = gzip ? *gzip : any.value_or(0);
  return liked > 0 && liked >= identity.value_or(0);
}

void check_sendable(const mobile_api::Response& response) {
  if (response.status < 200 || response.status > 599) throw std::logic_error("a response has an impossible status");
  if (!is_field_value(response.content_type)) throw std::logic_error("a response has an impossible content type");
  for (const auto& [name, value] : response.headers) {
    const auto lower = lower_case(name);
    const bool reserved =
        std::find(kFieldsOfTheFront.begin(), kFieldsOfTheFront.end(), lower) != kFieldsOfTheFront.end();
    if (!is_token(name) || !is_field_value(value) || reserved) {
      throw std::logic_error("a response has an impossible header field");
    }
  }
}

WireAnswer encode_answer(const mobile_api::Response& response, const AnswerTerms& terms) {
  using Poco::Net::HTTPResponse;
  WireAnswer answer;
  const bool varies = may_compress(response);
  const bool gzip = varies && accepts_gzip(terms.accept_encoding);
  if (has_content(response.status)) {
    answer.body = gzip ? deflate_gzip(response.body, terms.gzip_level) : response.body;
    answer.source = response.source;
  }

  auto& head = answer.head;
  head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head.append(HTTPResponse::getReasonForStatus(static_cast<HTTPResponse::HTTPStatus>(response.status))).append("\r\n");
  add(head, "Date", Poco::DateTimeFormatter::format(Poco::Timestamp(), Poco::DateTimeFormat::HTTP_FORMAT));
  if (has_content(response.status)) {
    if (!response.content_type.empty()) add(head, "Content-Type", response.content_type);
    add(head, "Content-Length", std::to_string(answer.source ? answer.source->bytes : answer.body.size()));
  }
  if (gzip) add(head, "Content-Encoding", "gzip");
  if (varies) add(head, "Vary", "Accept-Encoding");
  for (const auto& [name, value] : response.headers) add(head, name, value);
  add_defaults(head, response, terms);
  add_connection(head, terms);
  head.append("\r\n");
  if (terms.head_only) {
    answer.body.clear();
    answer.source.reset();
  }
  return answer;
}

}  // namespace suoi::server
