// The people of the day, their phones, and the bad network between them and the server.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "suoi/client/device.hpp"
#include "suoi/client/https_link.hpp"
#include "suoi/client/local_server.hpp"
#include "suoi/client/lossy_link.hpp"

namespace suoi::demo {

inline const std::string kPaU = "2025:03442";
inline const std::string kTaTong = "2025:03463";
inline const std::string kBumTo = "2025:03433";
inline const std::string kMuongTe = "2025:03445";
inline const std::string kLaiChau = "2025:12";

// Somebody with a phone whose clock is off by `clock_off_ms`.
class Actor {
 public:
  Actor(const client::LocalServer& server, std::string name, std::uint64_t seed, std::int64_t clock_off_ms);

  // Invited by the operator with a role in these units; joins, however often the network fails.
  void join(const client::LocalServer& server, const std::string& role, const std::vector<std::string>& units);
  // Syncs until everything is there and here; std::runtime_error where the server does not let it.
  client::SyncReport sync();

  client::Device& phone() { return device_; }
  const std::string& name() const { return name_; }
  const std::string& person() const { return person_; }
  domain::RecordId person_id() const { return *domain::RecordId::parse(person_); }
  int losses() const { return bad_link_.counts().requests_lost + bad_link_.counts().answers_lost; }

 private:
  std::string name_;
  std::string person_;
  std::unique_ptr<client::HttpsLink> link_;
  client::LossyLink bad_link_;
  client::Device device_;
};

}  // namespace suoi::demo
