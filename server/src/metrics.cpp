#include "metrics.hpp"

#include "suoi/mobile_api/housekeeping.hpp"

namespace suoi::server {
namespace {

bool is_loopback(const std::string& peer) {
  return peer.starts_with("127.") || peer == "::1";
}

void line(std::string& out, const char* name, std::uint64_t value) {
  out += std::string(name) + " " + std::to_string(value) + "\n";
}

}  // namespace

mobile_api::Response MetricsHandler::handle(const mobile_api::Request& request) {
  if (request.path != "/metrics" || request.method != "GET" || !is_loopback(request.peer)) return next_.handle(request);
  mobile_api::Response response;
  response.content_type = "text/plain; version=0.0.4";
  response.body = text();
  return response;
}

std::string MetricsHandler::text() const {
  std::string out;
  const WriteQueue::Counts written = writer_.counts();
  line(out, "suoi_commit_groups_total", written.groups);
  line(out, "suoi_commit_jobs_total", written.jobs);
  const mobile_api::BackupState backup = mobile_api::backup_state(service_);
  line(out, "suoi_last_verified_backup_timestamp_seconds",
       static_cast<std::uint64_t>(backup.last_verified_ms.value_or(0) / 1000));
  line(out, "suoi_store_damaged", service_.store.damage() ? 1 : 0);
  line(out, "suoi_backup_overdue", backup.overdue ? 1 : 0);
  if (front_ == nullptr) return out;
  const Metrics front = front_->metrics();
  line(out, "suoi_connections_open", front.connections_open);
  line(out, "suoi_connections_total", front.connections_total);
  line(out, "suoi_connections_turned_away_total", front.connections_turned_away_total);
  line(out, "suoi_handshakes_failed_total", front.handshakes_failed_total);
  line(out, "suoi_requests_in_flight", front.requests_in_flight);
  line(out, "suoi_requests_total", front.requests_total);
  line(out, "suoi_refused_total", front.refused_total);
  line(out, "suoi_timeouts_total", front.timeouts_total);
  line(out, "suoi_overloaded_total", front.overloaded_total);
  line(out, "suoi_faults_total", front.faults_total);
  line(out, "suoi_bytes_in_total", front.bytes_in_total);
  line(out, "suoi_bytes_out_total", front.bytes_out_total);
  line(out, "suoi_decoding_bytes", front.decoding_bytes);
  return out;
}

}  // namespace suoi::server
