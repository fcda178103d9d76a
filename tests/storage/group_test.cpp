// What a group of jobs does to each other, to readers and to other processes on the same directory.

#include <atomic>
#include <catch2/catch.hpp>
#include <set>
#include <thread>

#include "store_fixture.hpp"
#include "suoi/certs/hashing.hpp"

namespace suoi::storage::test {
namespace {

constexpr std::string_view kPaU = "2025:03442";

struct World {
  ScratchFolder folder;
  std::unique_ptr<Store> store = Store::create(folder.path(), options());
};

void check_sound(Store& store) {
  const auto report = store.check({});
  for (const auto& problem : report.problems) UNSCOPED_INFO(problem);
  CHECK(report.ok);
}

struct Undone : std::runtime_error {
  Undone() : std::runtime_error("undone") {}
};

// Two phones change the same field unseen, so that the server opens a case with a change of its own.
Store::Job quarrel(Phone& a, Phone& b, const domain::RecordId& id, bool fails) {
  return [&, id, fails](Transaction& transaction) {
    submit(transaction, a, {{"person", id, 0, {{"unit", kPaU}, {"full_name", "Mai"}}, false}});
    submit(transaction, a, {set_field("person", id, 1, "full_name", "Lò Mai")});
    submit(transaction, b, {set_field("person", id, 1, "full_name", "Mai Lò")});
    transaction.next_certificate_number(unit("2025:12"), 2026);
    if (fails) throw Undone();
  };
}

TEST_CASE("One job of a group that fails takes nothing with it and leaves no gap in any number") {
  const World world;
  Phone a(1);
  Phone b(2);
  Phone c(3);
  Phone d(4);
  const std::vector<Store::Job> jobs = {quarrel(a, b, record_id(1), false), quarrel(c, d, record_id(2), true),
                                        quarrel(c, d, record_id(3), false)};
  const auto outcomes = world.store->commit_group(jobs);
  REQUIRE(outcomes.size() == 3);
  CHECK_FALSE(outcomes[0]);
  CHECK_THROWS_AS(std::rethrow_exception(outcomes[1]), Undone);
  CHECK_FALSE(outcomes[2]);

  CHECK(ask(*world.store, [](Reader& reader) { return reader.record(record_id(1)).has_value(); }));
  CHECK_FALSE(ask(*world.store, [](Reader& reader) { return reader.record(record_id(2)).has_value(); }));
  CHECK(ask(*world.store, [](Reader& reader) { return reader.record(record_id(3)).has_value(); }));
  CHECK(page_of(*world.store, "2025:03442/desk").size() == 2);
  commit(*world.store, [](Transaction& transaction) {
    CHECK(transaction.server_life_row().acked == 2);
    CHECK(transaction.next_certificate_number(unit("2025:12"), 2026) == 3);
    CHECK(transaction.next_certificate_number(unit("2025:12"), 2027) == 1);
    CHECK(transaction.next_certificate_number(unit("2025:19"), 2026) == 1);
  });
  check_sound(*world.store);
}

TEST_CASE("A job sees what it wrote itself, and a record that it looked at before stays readable") {
  const World world;
  Phone phone(1);
  send(*world.store, phone, {new_activity(record_id(1), kPaU, "A")});
  commit(*world.store, [&](Transaction& transaction) {
    const sync::Record* before = transaction.find(record_id(1));
    CHECK(transaction.find(record_id(2)) == nullptr);
    submit(transaction, phone,
           {set_field("activity", record_id(1), 1, "title", "B"), new_activity(record_id(2), kPaU, "C")});
    CHECK(before->text("title") == "A");
    CHECK(transaction.find(record_id(1))->text("title") == "B");
    CHECK(transaction.find(record_id(2))->text("title") == "C");
  });
}

TEST_CASE("What an undone job looked at is not taken for what is stored") {
  const World world;
  Phone phone(1);
  const std::vector<Store::Job> jobs = {
      [&](Transaction& transaction) {
        submit(transaction, phone, {new_activity(record_id(1), kPaU, "A")});
        CHECK(transaction.find(record_id(1)) != nullptr);
        throw Undone();
      },
      [&](Transaction& transaction) { CHECK(transaction.find(record_id(1)) == nullptr); }};
  const auto outcomes = world.store->commit_group(jobs);
  CHECK(outcomes[0]);
  CHECK_FALSE(outcomes[1]);
}

TEST_CASE("A reader sees one state from begin to end, whatever is written meanwhile") {
  const World world;
  Phone phone(1);
  send(*world.store, phone, {new_activity(record_id(1), kPaU, "A")});
  world.store->read([&](Reader& reader) {
    send(*world.store, phone, {new_activity(record_id(2), kPaU, "B")});
    world.store->checkpoint();
    CHECK(reader.page(stream(kPaU), 0, 1 << 20, 100).size() == 1);
    CHECK(reader.head(stream(kPaU)).position == 1);
  });
  CHECK(page_of(*world.store, kPaU).size() == 2);
}

TEST_CASE("Many readers beside a writer never see a head without its entries") {
  const World world;
  Phone phone(1);
  std::atomic<bool> done = false;
  std::atomic<int> torn = 0;
  std::atomic<int> looks = 0;
  std::vector<std::thread> readers;
  for (int count = 0; count < 6; ++count) {
    readers.emplace_back([&] {
      do {
        world.store->read([&](Reader& reader) {
          const auto head = reader.head(stream(kPaU)).position;
          const auto page = reader.page(stream(kPaU), 0, 1 << 30, 1 << 30);
          if (static_cast<std::int64_t>(page.size()) != head) ++torn;
          ++looks;
        });
      } while (!done);
    });
  }
  for (std::uint64_t n = 1; n <= 60; ++n) send(*world.store, phone, {new_activity(record_id(n), kPaU, "A")});
  done = true;
  for (std::thread& reader : readers) reader.join();
  CHECK(torn == 0);
  CHECK(looks >= 6);
  CHECK(page_of(*world.store, kPaU).size() == 60);
}

TEST_CASE("Two processes that write one directory in turn go on where the other stopped") {
  const World world;
  const auto other = Store::open(world.folder.path(), options());
  Phone a(1);
  Phone b(2);
  CHECK_FALSE(world.store->changed_elsewhere());
  for (std::uint64_t n = 0; n < 10; ++n) {
    send(*world.store, a, {new_activity(record_id(2 * n + 1), kPaU, "A")});
    CHECK_FALSE(world.store->changed_elsewhere());
    send(*other, b, {new_activity(record_id(2 * n + 2), kPaU, "B")});
    CHECK(world.store->changed_elsewhere());
    if (n % 3 == 0) other->checkpoint();
  }
  CHECK(page_of(*world.store, kPaU).size() == 20);
  CHECK(page_of(*other, kPaU).back().position == 20);
  check_sound(*other);
}

TEST_CASE("Two processes that write one directory at once lose and mix up nothing") {
  const World world;
  const auto other = Store::open(world.folder.path(), options());
  const auto write = [](Store& store, std::uint64_t series) {
    Phone phone(series);
    for (std::uint64_t n = 0; n < 40; ++n) {
      send(store, phone, {new_activity(record_id(series * 1'000 + n), kPaU, "A")});
      if (n % 10 == 0) store.checkpoint();
    }
  };
  std::thread second([&] { write(*other, 2); });
  write(*world.store, 1);
  second.join();
  CHECK(page_of(*world.store, kPaU).size() == 80);
  check_sound(*world.store);
}

TEST_CASE("A store survives its process: everything is there after it was opened again") {
  const ScratchFolder folder;
  Phone phone(1);
  {
    const auto store = Store::create(folder.path(), options());
    send(*store, phone, {new_activity(record_id(1), kPaU, "A")});
  }
  const auto store = Store::open(folder.path(), options());
  CHECK(page_of(*store, kPaU).size() == 1);
  send(*store, phone, {new_activity(record_id(2), kPaU, "B")});
  CHECK(page_of(*store, kPaU).size() == 2);
}

TEST_CASE("A directory that holds a store is not made anew, and one that holds none cannot be opened") {
  const ScratchFolder folder;
  CHECK_THROWS_AS(Store::open(folder.path(), options()), StoreFault);
  CHECK(std::filesystem::is_empty(folder.path()));
  Phone phone(1);
  {
    const auto store = Store::create(folder.path() / "new", options());
    REQUIRE(store);
    send(*store, phone, {new_activity(record_id(1), kPaU, "A")});
  }
  CHECK(Store::create(folder.path() / "new", options()) == nullptr);
  CHECK(page_of(*Store::open(folder.path() / "new", options()), kPaU).size() == 1);
}

TEST_CASE("Nobody but the owner may look into a store") {
  const ScratchFolder folder;
  const auto store = Store::create(folder.path() / "store", options());
  namespace fs = std::filesystem;
  CHECK((fs::status(folder.path() / "store").permissions() & (fs::perms::group_all | fs::perms::others_all)) ==
        fs::perms::none);
  int files = 0;
  for (const auto& entry : fs::directory_iterator(folder.path() / "store")) {
    CAPTURE(entry.path());
    CHECK((entry.status().permissions() & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none);
    ++files;
  }
  CHECK(files >= 2);
}

TEST_CASE("What a crash left of a store in the making does not stand in the way of making it") {
  const ScratchFolder folder;
  std::filesystem::copy_file(SUOI_SOURCE_DIR "/storage/CMakeLists.txt", folder.path() / "store.db.part");
  const auto store = Store::create(folder.path(), options());
  REQUIRE(store);
  check_sound(*store);
}

TEST_CASE("A store that a newer release wrote is refused in plain words") {
  const ScratchFolder folder;
  REQUIRE(Store::create(folder.path(), options()));
  tamper(folder.path(), "INSERT INTO schema_migration (version) VALUES (99)");
  CHECK_THROWS_WITH(Store::open(folder.path(), options()), Catch::Contains("newer release"));
}

}  // namespace
}  // namespace suoi::storage::test
