#include "cast.hpp"

#include <chrono>
#include <stdexcept>
#include <thread>
#include <utility>

#include "suoi/client/json.hpp"

namespace suoi::demo {
namespace {

constexpr int kTriesMax = 100;
constexpr client::LinkWeather kRidge = {
    .lose_request = 0.15, .lose_answer = 0.2, .duplicate = 0.1, .cut = 0.05, .cut_requests = 2, .delay_ms_max = 40};

client::Clock clock_off_by(std::int64_t off_ms) {
  client::Clock clock = client::system_clock();
  return {[right = clock.wall_ms, off_ms] { return right() + off_ms; }, clock.monotonic_ms, clock.wait};
}

}  // namespace

Actor::Actor(const client::LocalServer& server, std::string name, std::uint64_t seed, std::int64_t clock_off_ms)
    : name_(std::move(name)),
      link_(server.link()),
      bad_link_(*link_, seed, kRidge,
                [](std::int64_t ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }),
      device_(bad_link_, clock_off_by(clock_off_ms)) {}

void Actor::join(const client::LocalServer& server, const std::string& role, const std::vector<std::string>& units) {
  std::vector<std::string> words = {"invite", "--name", name_, "--role", role};
  for (const std::string& unit : units) words.insert(words.end(), {"--unit", unit});
  const auto invited = server.run(words);
  if (invited.exit_status != 0) throw std::runtime_error("no invitation: " + invited.err);
  person_ = client::text_of(invited.json, "person");
  const std::string code = client::text_of(invited.json, "code");
  for (int tries = 0; tries < kTriesMax; ++tries) {
    const auto joined = device_.enrol(code, "Điện thoại của " + name_);
    if (joined) return;
    if (joined.error().status != 0) throw std::runtime_error("cannot join: " + joined.error().code);
  }
  throw std::runtime_error("the network never let " + name_ + " join");
}

client::SyncReport Actor::sync() {
  std::vector<client::Verdict> verdicts;
  for (int tries = 0; tries < kTriesMax; ++tries) {
    client::SyncReport report = device_.sync();
    // A replay tells old verdicts again, so they are gathered over all tries and may stand twice.
    verdicts.insert(verdicts.end(), report.verdicts.begin(), report.verdicts.end());
    if (report.outcome == client::SyncOutcome::done) {
      report.verdicts = std::move(verdicts);
      return report;
    }
    if (report.outcome != client::SyncOutcome::no_answer && report.outcome != client::SyncOutcome::waiting) {
      throw std::runtime_error(name_ + " cannot sync: " + (report.problem ? report.problem->code : "stuck"));
    }
  }
  throw std::runtime_error("the network never let " + name_ + " sync");
}

}  // namespace suoi::demo
