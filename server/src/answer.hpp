// From a Response to the bytes on the wire (RFC 9110, RFC 9112).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "suoi/mobile_api/http.hpp"

namespace suoi::server {

struct AnswerTerms {
  bool head_only = false;  // the request was HEAD
  bool keep_alive = false;
  bool http_1_0 = false;             // then keeping alive has to be said
  std::string_view accept_encoding;  // of the request; empty: none
  bool strict_transport = false;     // RFC 6797
  int gzip_level = 5;
  std::chrono::milliseconds idle{0};
};

struct WireAnswer {
  std::string head;                              // with the empty line
  std::string body;                              // empty for HEAD, 204 and 304
  std::optional<mobile_api::BodySource> source;  // sent instead of `body`
};

// std::logic_error where `response` can't be sent: a status that is none, a field that is no field or belongs to the
// front. Asked before anything is on the wire, so that such a fault becomes a plain 500.
void check_sendable(const mobile_api::Response& response);

WireAnswer encode_answer(const mobile_api::Response& response, const AnswerTerms& terms);

// Whether gzip may be used, and is not liked less than identity (RFC 9110, section 12.5.3).
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace suoi::server
