// Backups, and the life of a store after one was restored.

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <thread>

#include "store_fixture.hpp"

namespace suoi::storage::test {
namespace {

constexpr std::string_view kPaU = "2025:03442";

struct World {
  ScratchFolder folder;
  std::filesystem::path file = folder.path() / "backup.suoi";
  std::unique_ptr<Store> store = Store::create(folder.path() / "first", options());
};

void check_sound(Store& store) {
  const auto report = store.check({});
  for (const auto& problem : report.problems) UNSCOPED_INFO(problem);
  CHECK(report.ok);
}

Life life_of(Store& store, const Phone& phone) {
  return ask(store, [&](Reader& reader) { return *reader.life(phone.device, phone.incarnation); });
}

TEST_CASE("A backup makes safe what it holds, and not what came later") {
  const World world;
  Phone phone(1);
  send(*world.store, phone, {new_activity(record_id(1), kPaU, "A"), new_activity(record_id(2), kPaU, "B")});
  CHECK(life_of(*world.store, phone).safe == 0);
  CHECK_FALSE(ask(*world.store, [](Reader& reader) { return reader.last_verified_backup_ms(); }));
  bool later = false;
  std::int64_t last_done = -1;
  world.store->backup(world.file, 1'790'000'000'777, [&](std::int64_t done, std::int64_t total) {
    CHECK(done <= total);
    last_done = done;
    // After the first step: the copy is of the state before.
    if (!std::exchange(later, true)) send(*world.store, phone, {new_activity(record_id(3), kPaU, "C")});
  });
  CHECK(last_done > 0);
  CHECK(life_of(*world.store, phone).acked == 3);
  CHECK(life_of(*world.store, phone).safe == 2);
  CHECK(ask(*world.store, [](Reader& reader) { return reader.last_verified_backup_ms(); }) == 1'790'000'000'777);
  int beside = 0;
  for (const auto& entry : std::filesystem::directory_iterator(world.folder.path())) beside += entry.is_regular_file();
  CHECK(beside == 1);
  check_sound(*world.store);
}

TEST_CASE("A restored store is a new epoch: everything of the backup, versions and positions above its floor") {
  const World world;
  Phone phone(1);
  send(*world.store, phone, {new_activity(record_id(1), kPaU, "A"), new_activity(record_id(2), kPaU, "B")});
  world.store->backup(world.file, 1, {});
  send(*world.store, phone, {new_activity(record_id(3), kPaU, "C")});
  const Epoch before = ask(*world.store, [](Reader& reader) { return reader.epoch(); });

  const auto restored = Store::restore(world.file, world.folder.path() / "second", options());
  REQUIRE(restored);
  const Epoch epoch = ask(*restored, [](Reader& reader) { return reader.epoch(); });
  CHECK(before.number == 0);
  CHECK(epoch.number == 1);
  CHECK(epoch.id != before.id);
  CHECK(epoch.id.starts_with("1-"));
  CHECK(epoch.id.size() == 18);
  CHECK(page_of(*restored, kPaU).size() == 2);
  const std::vector<sync::StreamKey> streams = {stream(kPaU), stream("2025:03433")};
  const auto heads = ask(*restored, [&](Reader& reader) { return reader.heads_before_epoch(streams, before.id); });
  REQUIRE(heads.size() == 1);
  CHECK(heads[0] == std::pair(stream(kPaU), std::int64_t{2}));
  CHECK(ask(*restored, [](Reader& reader) { return reader.head(stream("2025:03433")); }).position == epoch.floor());

  // The phone sends again what the backup did not have.
  send(*restored, phone, {new_activity(record_id(3), kPaU, "C"), set_field("activity", record_id(1), 1, "title", "D")});
  const auto news = page_of(*restored, kPaU, 2);
  REQUIRE(news.size() == 2);
  CHECK(news[0].position == (1LL << 32) + 1);
  CHECK(news[0].record.version == (1LL << 32) + 1);
  CHECK(news[1].record.version == (1LL << 32) + 1);
  CHECK(ask(*restored, [&](Reader& reader) { return reader.heads_before_epoch(streams, before.id); }) == heads);
  check_sound(*restored);

  SECTION("two restored copies of one backup tell themselves apart") {
    const auto twin = Store::restore(world.file, world.folder.path() / "third", options());
    CHECK(ask(*twin, [](Reader& reader) { return reader.epoch(); }).id != epoch.id);
  }
}

TEST_CASE("Of a stream that has grown since a device's epoch, a store restored twice vouches for no position") {
  const World world;
  Phone phone(1);
  const std::vector<sync::StreamKey> streams = {stream(kPaU), stream("2025:03433")};
  const auto new_epoch = [&] {
    std::string id;
    const std::vector<Store::Job> jobs = {
        [&](Transaction& transaction) { id = transaction.begin_epoch(transaction.epoch().number).id; }};
    world.store->commit_group(jobs);
    return id;
  };
  const auto heads_for = [&](const std::string& epoch) {
    return ask(*world.store, [&](Reader& reader) { return reader.heads_before_epoch(streams, epoch); });
  };
  const std::string first = ask(*world.store, [](Reader& reader) { return reader.epoch(); }).id;
  send(*world.store, phone, {new_activity(record_id(1), kPaU, "A"), new_activity(record_id(2), "2025:03433", "B")});
  const std::string second = new_epoch();
  send(*world.store, phone, {new_activity(record_id(3), kPaU, "C")});
  CHECK(heads_for(first).size() == 2);
  new_epoch();
  // A device of the first epoch may have positions in Pa Ủ that were lost with it and lie below those of today.
  REQUIRE(heads_for(first).size() == 1);
  CHECK(heads_for(first)[0] == std::pair(stream("2025:03433"), std::int64_t{1}));
  REQUIRE(heads_for(second).size() == 2);
  CHECK(heads_for(second)[0] == std::pair(stream(kPaU), (std::int64_t{1} << 32) + 1));
  CHECK(heads_for("1-0123456789abcdef").empty());
}

TEST_CASE("A store that finds itself set back begins a new epoch where it stands; an undone job does not") {
  const World world;
  Phone phone(1);
  send(*world.store, phone, {new_activity(record_id(1), kPaU, "A")});
  const std::vector<Store::Job> jobs = {[](Transaction& transaction) {
                                          CHECK(transaction.begin_epoch(0).number == 1);
                                          throw std::runtime_error("undone");
                                        },
                                        [&](Transaction& transaction) {
                                          CHECK(transaction.epoch().number == 0);
                                          CHECK(transaction.begin_epoch(0).number == 1);
                                          CHECK(transaction.version_floor() == 1LL << 32);
                                          submit(transaction, phone, {new_activity(record_id(2), kPaU, "B")});
                                        }};
  CHECK_FALSE(world.store->commit_group(jobs)[1]);
  CHECK(page_of(*world.store, kPaU).back().position == (1LL << 32) + 1);
  check_sound(*world.store);
}

TEST_CASE("A restore touches no directory that is in use, and a damaged backup makes no store") {
  const World world;
  Phone phone(1);
  send(*world.store, phone, {new_activity(record_id(1), kPaU, "A")});
  world.store->backup(world.file, 1, {});

  CHECK(Store::restore(world.file, world.folder.path() / "first", options()) == nullptr);
  CHECK(page_of(*world.store, kPaU).size() == 1);
  std::filesystem::create_directory(world.folder.path() / "others");
  std::ofstream(world.folder.path() / "others" / "letter.txt") << "mine";
  CHECK(Store::restore(world.file, world.folder.path() / "others", options()) == nullptr);
  CHECK(std::distance(std::filesystem::directory_iterator(world.folder.path() / "others"), {}) == 1);

  const auto size = static_cast<std::streamoff>(std::filesystem::file_size(world.file));
  std::fstream damaged(world.file, std::ios::in | std::ios::out | std::ios::binary);
  damaged.seekp(size / 2);
  damaged << std::string(static_cast<std::size_t>(size / 2), 'Z');
  damaged.close();
  CHECK_THROWS_AS(Store::restore(world.file, world.folder.path() / "second", options()), StoreFault);
  CHECK_THROWS_AS(Store::open(world.folder.path() / "second", options()), StoreFault);
}

TEST_CASE("A backup never replaces a file, and the store is written to while it is made") {
  const World world;
  Phone phone(1);
  send(*world.store, phone, {new_activity(record_id(1), kPaU, "A")});
  std::ofstream(world.file) << "an older backup";
  CHECK_THROWS_WITH(world.store->backup(world.file, 1, {}), Catch::Contains("already"));
  CHECK(std::filesystem::file_size(world.file) == 15);

  std::thread writer([&] {
    for (std::uint64_t n = 2; n < 60; ++n) send(*world.store, phone, {new_activity(record_id(n), kPaU, "B")});
  });
  std::vector<std::unique_ptr<Store>> restored;
  for (int count = 0; count < 4; ++count) {
    const auto file = world.folder.path() / ("backup" + std::to_string(count));
    world.store->backup(file, count + 1, {});
    restored.push_back(Store::restore(file, world.folder.path() / ("restored" + std::to_string(count)), options()));
  }
  writer.join();
  for (const auto& store : restored) {
    const auto held = static_cast<std::int64_t>(page_of(*store, kPaU).size());
    CHECK(life_of(*store, phone).acked == held);
    CHECK(life_of(*world.store, phone).safe >= held);
    check_sound(*store);
  }
  CHECK(life_of(*world.store, phone).acked == 59);
}

}  // namespace
}  // namespace suoi::storage::test
