// Why the front answers a request itself instead of asking the handler.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace suoi::server {

struct Refusal {
  int status = 400;
  std::string_view code;  // a literal
  std::string detail;     // quotes nothing of what was sent
  std::string_view limit_name = {};
  std::size_t limit = 0;
};

inline Refusal malformed(std::string detail) {
  return {400, "request_malformed", std::move(detail)};
}

inline Refusal too_large(std::string_view limit_name, std::size_t limit) {
  return {413, "too_large", "The body is larger than this address takes.", limit_name, limit};
}

inline Refusal overloaded() {
  return {503, "overloaded", "The server is busy; nothing was stored. Try again later."};
}

inline Refusal timed_out() {
  return {408, "request_timeout", "The request did not arrive in time."};
}

}  // namespace suoi::server
