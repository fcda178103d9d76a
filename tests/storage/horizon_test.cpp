// Removals grow old and are forgotten; the store remembers how far.

#include <algorithm>
#include <catch2/catch.hpp>

#include "store_fixture.hpp"

namespace suoi::storage::test {
namespace {

constexpr std::string_view kPaU = "2025:03442";

struct World {
  ScratchFolder folder;
  std::unique_ptr<Store> store = Store::create(folder.path(), options());
  Phone phone{1};

  // A number of activities, all deleted again in order; the clock of the phone goes on by a second for each change.
  void create_and_delete(std::uint64_t count) {
    for (std::uint64_t n = 1; n <= count; ++n) send(*store, phone, {new_activity(record_id(n), kPaU, "A")});
    for (std::uint64_t n = 1; n <= count; ++n) send(*store, phone, {delete_record("activity", record_id(n), 1)});
  }
  std::size_t forget(std::int64_t before_ms, std::size_t most) const {
    std::size_t forgotten = 0;
    commit(*store, [&](Transaction& transaction) { forgotten = transaction.forget_removals(before_ms, most); });
    return forgotten;
  }
  StreamHead head() const {
    return ask(*store, [](Reader& reader) { return reader.head(stream(kPaU)); });
  }
  std::size_t removals(std::int64_t after) const {
    const auto entries = page_of(*store, kPaU, after);
    return static_cast<std::size_t>(
        std::count_if(entries.begin(), entries.end(), [](const StreamEntry& entry) { return entry.removed; }));
  }
};

void check_sound(Store& store) {
  const auto report = store.check({});
  for (const auto& problem : report.problems) UNSCOPED_INFO(problem);
  CHECK(report.ok);
}

TEST_CASE("Old removals are forgotten in pieces, young ones stay, and the stream says up to where") {
  World world;
  world.create_and_delete(5);
  CHECK(world.removals(1) == 5);
  CHECK(world.head().forgotten == 0);
  const std::int64_t youngest_ms = world.phone.clock_ms + 1'000;  // arrival of the last delete
  CHECK(world.forget(youngest_ms - 4'000, 100) == 0);
  CHECK(world.forget(youngest_ms, 3) == 3);
  const std::int64_t third = world.head().forgotten;
  CHECK(third == 8);
  CHECK(world.removals(third) == 2);
  CHECK(world.forget(youngest_ms, 3) == 1);
  CHECK(world.forget(youngest_ms, 3) == 0);
  CHECK(world.removals(1) == 1);
  CHECK(world.head().forgotten == 9);
  CHECK(world.head().position == 10);
  check_sound(*world.store);
}

TEST_CASE("A record whose removal was forgotten can come back and go again") {
  World world;
  world.create_and_delete(1);
  CHECK(world.forget(INT64_MAX, 10) == 1);
  send(*world.store, world.phone, {set_field("activity", record_id(1), 1, "title", domain::Value("trở lại"))});
  Phone other(2);
  send(*world.store, other, {set_field("activity", record_id(1), 1, "title", domain::Value("của người khác"))});
  CHECK(page_of(*world.store, kPaU).size() == 1);
  const auto version = ask(*world.store, [](Reader& reader) { return reader.record(record_id(1))->version; });
  send(*world.store, world.phone, {delete_record("activity", record_id(1), version)});
  CHECK(world.removals(2) == 1);
  check_sound(*world.store);
}

TEST_CASE("Who brought a device's changes is noted once") {
  World world;
  world.create_and_delete(2);
  const Carriage carriage{world.phone.incarnation, 1, 4, {record_id(77).uuid}, 5};
  for (int times = 0; times < 2; ++times) {
    commit(*world.store, [&](Transaction& transaction) {
      const Life life = *transaction.life(world.phone.device, world.phone.incarnation);
      transaction.note_carriage(life.no, {carriage.incarnation, 1, 4, carriage.carrier, 5 + times});
    });
  }
  const auto noted = ask(*world.store, [&](Reader& reader) { return reader.carriages(world.phone.device); });
  REQUIRE(noted.size() == 1);
  CHECK(noted.front() == carriage);
}

}  // namespace
}  // namespace suoi::storage::test
