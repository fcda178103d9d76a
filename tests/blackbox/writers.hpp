// Phones that write and sync by threads of their own while a test does something to the server or to the link.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "world.hpp"

namespace blackbox {

// Where the server listens just now; it gets another port with every start.
class Address {
 public:
  void move(const LocalServer::Ready& ready) {
    const std::lock_guard lock(mutex_);
    ready_ = ready;
  }
  LocalServer::Ready now() const {
    const std::lock_guard lock(mutex_);
    return ready_;
  }

 private:
  mutable std::mutex mutex_;
  LocalServer::Ready ready_;
};

class FollowingLink : public suoi::client::Link {
 public:
  explicit FollowingLink(const Address& address, std::int64_t timeout_ms = 5000)
      : address_(address), timeout_ms_(timeout_ms) {}

  std::optional<Answer> exchange(const suoi::client::LinkRequest& request) override {
    const LocalServer::Ready ready = address_.now();
    if (link_ == nullptr || ready.origin != origin_) {
      suoi::client::HttpsLink::Options options;
      options.ca_file = ready.ca_file;
      options.timeout_ms = timeout_ms_;
      link_ = std::make_unique<suoi::client::HttpsLink>(ready.origin, options);
      origin_ = ready.origin;
    }
    return link_->exchange(request);
  }

 private:
  const Address& address_;
  const std::int64_t timeout_ms_;
  std::unique_ptr<suoi::client::HttpsLink> link_;
  std::string origin_;
};

struct Writer {
  explicit Writer(const Address& address, std::int64_t timeout_ms = 5000)
      : link(address, timeout_ms), device(link, suoi::client::system_clock()) {}

  // Writes and syncs until told to stop; what was made is remembered apart from the device's own store.
  void work(const std::atomic<bool>& stop, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    while (!stop) {
      const auto count = 1 + random() % 20;
      for (std::uint64_t i = 0; i < count; ++i) write(random);
      const SyncReport report = device.sync();
      stuck = stuck || report.outcome == SyncOutcome::stuck || report.outcome == SyncOutcome::refused;
      forks += report.forks;
      restores += report.restores;
      if (report.outcome != SyncOutcome::done) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  void write(std::mt19937_64& random) {
    if (made.empty() || random() % 3 != 0) {
      auto fields = need_fields();
      if (random() % 10 == 0) fields["priority"] = 99;  // kept aside
      made.emplace_back(device.create("need", fields), device.store().life.last);
    } else if (const auto record = device.record(made[random() % made.size()].first)) {
      device.edit(record->id, {{"priority", Value(static_cast<std::int64_t>(random() % 10))}});
    }
  }

  FollowingLink link;
  Device device;
  std::vector<std::pair<RecordId, std::int64_t>> made;  // with the number of the change that made it
  bool stuck = false;
  int forks = 0;
  int restores = 0;
};

// Every receipt that a phone holds is honoured, and everything acknowledged is found by somebody new.
inline void check_receipts(const World& world, const std::vector<std::unique_ptr<Writer>>& writers) {
  const Phone fresh = world.coordinator();
  synced(fresh);
  std::set<std::string> found;
  for (const auto& record : fresh->records("need")) found.insert(record.id.text());
  for (const auto& held : fresh->records("quarantine")) found.insert(held.text("record"));
  for (const auto& writer : writers) {
    const auto& life = writer->device.store().life;
    const auto receipt = writer->device.read_receipt(life.receipt);
    REQUIRE(receipt.has_value());
    CHECK(life.acked >= receipt->seq);
    CHECK(life.acked == life.last);
    for (const auto& [id, seq] : writer->made) {
      INFO("seq " << seq << " " << id.text());
      if (found.count(id.text()) == 0) FAIL("an acknowledged change is nowhere");
    }
  }
}

}  // namespace blackbox
