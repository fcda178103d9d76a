// GET /metrics for the operator's own tools: on loopback only, in the text format that Prometheus reads (0.0.4).
#pragma once

#include <string>

#include "suoi/mobile_api/http.hpp"
#include "suoi/mobile_api/service.hpp"
#include "suoi/server/http_server.hpp"
#include "suoi/server/write_queue.hpp"

namespace suoi::server {

// Answers /metrics for callers on this machine and leaves everything else to `next`.
class MetricsHandler final : public mobile_api::Handler {
 public:
  MetricsHandler(mobile_api::Handler& next, mobile_api::Service service, const WriteQueue& writer)
      : next_(next), service_(std::move(service)), writer_(writer) {}

  // Called before the front starts; its figures are shown, too.
  void watch(const HttpServer& front) { front_ = &front; }

  mobile_api::BodyLimits limits_for(std::string_view method, std::string_view path) const override {
    return next_.limits_for(method, path);
  }
  mobile_api::Response handle(const mobile_api::Request& request) override;
  tl::expected<std::unique_ptr<mobile_api::Intake>, mobile_api::Response> intake(
      const mobile_api::Request& request) override {
    return next_.intake(request);
  }

 private:
  std::string text() const;

  mobile_api::Handler& next_;
  mobile_api::Service service_;
  const WriteQueue& writer_;
  const HttpServer* front_ = nullptr;
};

}  // namespace suoi::server
