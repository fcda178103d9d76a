// The public contract (protocol.md): routes of version 1.
//
// Purpose: decode, who are you, may you, decide, store, answer.
// Threads: handle() from many threads at once.
// Errors:  application/problem+json with the codes of domain/error_codes.hpp; faults of the store throw.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "suoi/mobile_api/http.hpp"
#include "suoi/mobile_api/service.hpp"

namespace suoi::mobile_api {

class Api final : public Handler {
 public:
  explicit Api(Service service);
  ~Api() override;

  BodyLimits limits_for(std::string_view method, std::string_view path) const override;
  Response handle(const Request& request) override;
  tl::expected<std::unique_ptr<Intake>, Response> intake(const Request& request) override;

  // Method and path of everything that is answered; {…} stands for one segment.
  std::vector<std::pair<std::string, std::string>> operations();

 private:
  struct Route {
    std::string_view method;
    std::string_view path;
    std::function<Response()> answer;
  };
  // The one table of routes. `word` is what stands for the {…} of the path when an answer is asked for.
  std::vector<Route> routes(const Request& request, const std::string_view& word);
  Response route(const Request& request);

  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace suoi::mobile_api
