// When a change was really made, although clocks are wrong (merge.md, "Corrected time"; story 7).
#include "suoi/sync/clock.hpp"

#include <rapidcheck.h>

#include "world.hpp"

using namespace suoi::testing;
using suoi::sync::ClockHistory;
using suoi::sync::ClockReading;
using suoi::sync::corrected_time;
using suoi::sync::remember_sync;
using suoi::sync::SyncMoment;

namespace {

constexpr std::int64_t kTenYearsMs = 3652 * kDayMs;

}  // namespace

TEST_CASE("A clock that is wrong by ten years is put right by its offset") {
  const std::int64_t wrong = GENERATE(-kTenYearsMs, -kHourMs, std::int64_t{0}, kHourMs, kTenYearsMs);
  const ClockReading reading{kNowMs, -wrong, std::nullopt};
  CHECK(corrected_time({}, reading, kNowMs - kDayMs + wrong, std::nullopt) == kNowMs - kDayMs);
}

TEST_CASE("Nothing is dated after its arrival") {
  CHECK(corrected_time({}, {kNowMs, 0, std::nullopt}, kNowMs + kTenYearsMs, std::nullopt) == kNowMs);
}

TEST_CASE("The time since the app was started counts more than the clock") {
  const ClockReading reading{kNowMs, 0, 500'000};
  CHECK(corrected_time({}, reading, kNowMs - kTenYearsMs, 200'000) == kNowMs - 300'000);
  CHECK(corrected_time({}, reading, kNowMs - kHourMs, 500'000) == kNowMs);
  // A reading from after now is of no use.
  CHECK(corrected_time({}, reading, kNowMs - kHourMs, 500'001) == kNowMs - kHourMs);
  CHECK(corrected_time({}, {kNowMs, 0, std::nullopt}, kNowMs - kHourMs, 200'000) == kNowMs - kHourMs);
}

TEST_CASE("A change is not older than the latest sync whose clock it has passed") {
  ClockHistory history;
  history.syncs = {{1000, kNowMs - 2 * kDayMs}, {2000, kNowMs - kDayMs}};
  const ClockReading reading{kNowMs, 0, std::nullopt};
  CHECK(corrected_time(history, reading, 2500, std::nullopt) == kNowMs - kDayMs);
  CHECK(corrected_time(history, reading, 2000, std::nullopt) == kNowMs - kDayMs);
  CHECK(corrected_time(history, reading, 1999, std::nullopt) == kNowMs - 2 * kDayMs);
  CHECK(corrected_time(history, reading, 999, std::nullopt) == 999);
}

TEST_CASE("A clock set back keeps only syncs that can still be the latest before a change") {
  std::vector<SyncMoment> syncs;
  remember_sync(syncs, {5000, 1});
  remember_sync(syncs, {9000, 2});
  remember_sync(syncs, {6000, 3});
  REQUIRE(syncs.size() == 2);
  CHECK(syncs[0].arrival_ms == 1);
  CHECK(syncs[1].arrival_ms == 3);
  remember_sync(syncs, {6000, 4});
  REQUIRE(syncs.size() == 2);
  CHECK(syncs[1].arrival_ms == 4);
}

TEST_CASE("Dropping syncs never changes what a change is dated") {
  const bool holds = rc::check([](const std::vector<std::uint8_t>& clocks, std::uint8_t at) {
    ClockHistory all;
    ClockHistory kept;
    std::int64_t arrival_ms = 1000;
    for (const std::uint8_t clock : clocks) {
      all.syncs.push_back({clock, ++arrival_ms});
      remember_sync(kept.syncs, {clock, arrival_ms});
    }
    const ClockReading reading{5000, 0, std::nullopt};
    RC_ASSERT(corrected_time(all, reading, at, std::nullopt) == corrected_time(kept, reading, at, std::nullopt));
  });
  CHECK(holds);
}

TEST_CASE("Along the sequence of a phone time never runs backwards, nor past the arrival") {
  const bool holds = rc::check([](const std::vector<std::int32_t>& clocks, std::int32_t offset) {
    ClockHistory history;
    const ClockReading reading{kNowMs, offset, std::nullopt};
    for (const std::int32_t clock : clocks) {
      const std::int64_t time = corrected_time(history, reading, kNowMs + std::int64_t{clock} * 100, std::nullopt);
      RC_ASSERT(time >= history.last_corrected_ms);
      RC_ASSERT(time <= reading.arrival_ms);
      history.last_corrected_ms = time;
    }
  });
  CHECK(holds);
}

TEST_CASE("Story 7: after the battery died a clock says 2020, another is set to 2031; honest edits still win later") {
  World world;
  Phone lost = world.phone(1);
  Phone ahead = world.phone(2);
  Phone honest = world.phone(3);
  constexpr std::int64_t k2020Ms = 1'577'836'800'000;
  constexpr std::int64_t k2031Ms = 1'924'905'600'000;
  const auto dated = [&](std::int64_t at_ms, std::int64_t clock_ms) {
    return corrected_time({}, {kNowMs, kNowMs - clock_ms, std::nullopt}, at_ms, std::nullopt);
  };
  const RecordId need = id_of(1);
  world.write(lost, "need", need, 0, new_need({{"priority", Value(1)}}), dated(k2020Ms, k2020Ms + kHourMs));
  CHECK(world.record(need).state(0)->frontier.front().effective_ms == kNowMs - kHourMs);
  // Concurrent: the one in 2031 wrote ten minutes ago, the honest one five minutes ago.
  world.write(ahead, "need", need, 1, set({{"priority", Value(2)}}), dated(k2031Ms, k2031Ms + 10 * kMinuteMs));
  world.write(honest, "need", need, 1, set({{"priority", Value(3)}}), dated(kNowMs - 5 * kMinuteMs, kNowMs));
  CHECK(world.record(need).value("priority") == Value(3));
  // What saw it wins, although its phone is back in 2020 and was never put right.
  world.write(lost, "need", need, world.version(need), set({{"priority", Value(4)}}), k2020Ms);
  CHECK(world.record(need).value("priority") == Value(4));
}
