// The server is killed at random moments while phones write: whatever they hold a receipt for must be there.
//
// This cannot prove durability against a power cut, for a killed process leaves the kernel's buffers alone; it proves
// that no acknowledged change is lost and no invariant broken by an end at any moment of the program.
#include "writers.hpp"

using namespace blackbox;

namespace {

constexpr int kPhones = 4;
constexpr std::uint64_t kSeed = 20261121;

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
  check_receipts(siege.world, siege.writers);
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
