// The server is killed at random moments while phones write: whatever they hold a receipt for must be there.
//
// This cannot prove durability against a power cut, for a killed process leaves the kernel's buffers alone; it proves
// that no acknowledged change is lost and no invariant broken by an end at any moment of the program.
#include <atomic>
#include <chrono>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "world.hpp"

using namespace blackbox;

namespace {

constexpr int kPhones = 4;
constexpr std::uint64_t kSeed = 20261121;

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
  explicit FollowingLink(const Address& address) : address_(address) {}

  std::optional<Answer> exchange(const suoi::client::LinkRequest& request) override {
    const LocalServer::Ready ready = address_.now();
    if (link_ == nullptr || ready.origin != origin_) {
      suoi::client::HttpsLink::Options options;
      options.ca_file = ready.ca_file;
      options.timeout_ms = 5000;
      link_ = std::make_unique<suoi::client::HttpsLink>(ready.origin, options);
      origin_ = ready.origin;
    }
    return link_->exchange(request);
  }

 private:
  const Address& address_;
  std::unique_ptr<suoi::client::HttpsLink> link_;
  std::string origin_;
};

struct Writer {
  explicit Writer(const Address& address) : link(address), device(link, suoi::client::system_clock()) {}

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

struct Siege {
  World world;
  Address address;
  std::vector<std::unique_ptr<Writer>> writers;

  Siege() {
    address.move(world.server.ready());
    for (int i = 0; i < kPhones; ++i) {
      const Value invitation = world.invite("Tình nguyện viên " + std::to_string(i + 1), "volunteer", {kPaU});
      writers.push_back(std::make_unique<Writer>(address));
      REQUIRE(writers.back()->device.enrol(text_of(invitation, "code"), "Máy").has_value());
    }
  }

  void kill_again_and_again(int cycles) {
    std::atomic<bool> stop = false;
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < writers.size(); ++i) {
      threads.emplace_back([&, i] { writers[i]->work(stop, kSeed + i); });
    }
    std::mt19937_64 random(kSeed);
    std::string fault;
    for (int cycle = 0; cycle < cycles && fault.empty(); ++cycle) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20 + random() % 200));
      world.server.kill();
      try {
        address.move(world.server.start());
      } catch (const std::exception& failure) {
        fault = "cycle " + std::to_string(cycle) + ": " + failure.what();
      }
    }
    stop = true;
    for (std::thread& thread : threads) thread.join();
    INFO(fault);
    REQUIRE(fault.empty());
  }

  // Every receipt that a phone holds is honoured, and everything acknowledged is found by somebody new.
  void check_receipts() {
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
};

void survive(int cycles) {
  Siege siege;
  siege.kill_again_and_again(cycles);
  std::size_t written = 0;
  for (const auto& writer : siege.writers) {
    synced(writer->device);
    CHECK_FALSE(writer->stuck);
    CHECK(writer->forks == 0);
    CHECK(writer->restores == 0);
    written += writer->made.size();
  }
  CHECK(written > static_cast<std::size_t>(cycles));
  const auto check = siege.world.server.run({"check"});
  INFO(check.out << check.err);
  CHECK(check.exit_status == 0);
  CHECK(flag_of(check.json, "ok"));
  siege.check_receipts();
  // Twice, so that everybody has what everybody sent.
  for (const auto& writer : siege.writers) synced(writer->device);
  for (const auto& writer : siege.writers) {
    CHECK(shown(writer->device, "need") == shown(siege.writers[0]->device, "need"));
  }
}

}  // namespace

TEST_CASE("A server killed fifty times at work keeps every change that a phone has a receipt for") {
  survive(50);
}

TEST_CASE("A server killed five hundred times at work keeps every change that a phone has a receipt for", "[long]") {
  survive(500);
}
