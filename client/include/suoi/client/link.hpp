// The way to a server, as an interface: one request, at most one answer.
//
// Purpose: the same device over real HTTPS, over a network that loses things, and against a server made up in a test.
// Shapes:  bodies without content coding (a link may compress on the way); header names of answers in lower case.
// Threads: an object belongs to one thread at a time.
// Errors:  no answer is a value (nullopt): the request may have arrived or not, nobody here can know.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace suoi::client {

struct LinkRequest {
  std::string method = "GET";
  std::string target = "/";  // path and query
  std::string token;         // goes into Authorization: Bearer; empty: none
  std::string body;
  std::string content_type = "application/json";
  std::map<std::string, std::string> headers;  // further ones
};

struct Answer {
  int status = 0;
  std::map<std::string, std::string> headers;
  std::string body;

  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
  }
};

class Link {
 public:
  virtual ~Link() = default;
  virtual std::optional<Answer> exchange(const LinkRequest& request) = 0;

  std::optional<Answer> post(std::string_view target, std::string_view token, std::string_view body) {
    return exchange({"POST", std::string(target), std::string(token), std::string(body), "application/json", {}});
  }
  std::optional<Answer> get(std::string_view target, std::string_view token = {}) {
    return exchange({"GET", std::string(target), std::string(token), "", "application/json", {}});
  }
};

}  // namespace suoi::client
