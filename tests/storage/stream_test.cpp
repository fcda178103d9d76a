// Positions, pages, removals and sums of streams.

#include <catch2/catch.hpp>
#include <random>

#include "store_fixture.hpp"

namespace suoi::storage::test {
namespace {

constexpr std::string_view kPaU = "2025:03442";
constexpr std::string_view kBumTo = "2025:03433";

struct World {
  ScratchFolder folder;
  std::unique_ptr<Store> store = Store::create(folder.path(), options());
};

StreamHead head_of(Store& store, std::string_view key) {
  return ask(store, [&](Reader& reader) { return reader.head(stream(key)); });
}

void check_sound(Store& store) {
  const auto report = store.check({});
  for (const auto& problem : report.problems) UNSCOPED_INFO(problem);
  CHECK(report.ok);
}

TEST_CASE("A record that a phone sent is there for the next reader, under position and version 1") {
  const World world;
  Phone phone(1);
  const auto plan = send(*world.store, phone, {new_activity(record_id(1), kPaU, "Dạy trẻ bơi")});
  REQUIRE(plan.changes.front().verdict == sync::Verdict{});

  const auto entries = page_of(*world.store, kPaU);
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].position == 1);
  CHECK(entries[0].record.version == 1);
  CHECK_FALSE(entries[0].removed);
  CHECK(entries[0].record.id == record_id(1));
  CHECK(entries[0].record.text("title") == "Dạy trẻ bơi");
  CHECK(entries[0].record.stream == stream(kPaU));
  CHECK(head_of(*world.store, kPaU).position == 1);
  CHECK(head_of(*world.store, kPaU).sum == recomputed_sum(*world.store, kPaU));
  CHECK(ask(*world.store, [&](Reader& reader) { return reader.life(phone.device, phone.incarnation); })->acked == 1);
  check_sound(*world.store);
}

TEST_CASE("A record that changed again shows once, at its new position") {
  const World world;
  Phone phone(1);
  send(*world.store, phone, {new_activity(record_id(1), kPaU, "A"), new_activity(record_id(2), kPaU, "B")});
  send(*world.store, phone, {set_field("activity", record_id(1), 1, "title", "C")});
  const auto all = page_of(*world.store, kPaU);
  REQUIRE(all.size() == 2);
  CHECK(all[0].record.id == record_id(2));
  CHECK(all[1].record.id == record_id(1));
  CHECK(all[1].position == 3);
  CHECK(all[1].record.version == 2);
  const auto news = page_of(*world.store, kPaU, 2);
  REQUIRE(news.size() == 1);
  CHECK(news[0].record.text("title") == "C");
}

TEST_CASE("A deleted record is told as removed to those who had the stream, and to nobody new") {
  const World world;
  Phone phone(1);
  send(*world.store, phone, {new_activity(record_id(1), kPaU, "A")});
  send(*world.store, phone, {delete_record("activity", record_id(1), 1)});
  CHECK(page_of(*world.store, kPaU).empty());
  const auto news = page_of(*world.store, kPaU, 1);
  REQUIRE(news.size() == 1);
  CHECK(news[0].removed);
  CHECK(news[0].position == 2);
  CHECK(news[0].record.id == record_id(1));
  CHECK(news[0].record.version == 2);
  CHECK_FALSE(news[0].moved_to);
  CHECK(head_of(*world.store, kPaU).sum == 0);
  CHECK_FALSE(ask(*world.store, [](Reader& reader) { return reader.record(record_id(1)); })->live);
  check_sound(*world.store);
}

TEST_CASE("A record that was filed elsewhere leaves a removal that says where it stands today") {
  const World world;
  Phone phone(1);
  send(*world.store, phone, {new_activity(record_id(1), kPaU, "A")});
  send(*world.store, phone, {set_field("activity", record_id(1), 1, "unit", kBumTo)});
  auto left = page_of(*world.store, kPaU, 1);
  REQUIRE(left.size() == 1);
  CHECK(left[0].removed);
  CHECK(left[0].moved_to == stream(kBumTo));
  CHECK(page_of(*world.store, kBumTo).size() == 1);

  SECTION("when it comes back, the removal goes and another one stands in the stream it left") {
    send(*world.store, phone, {set_field("activity", record_id(1), 2, "unit", kPaU)});
    const auto back = page_of(*world.store, kPaU, 1);
    REQUIRE(back.size() == 1);
    CHECK_FALSE(back[0].removed);
    CHECK(back[0].record.version == 3);
    const auto gone = page_of(*world.store, kBumTo, 1);
    REQUIRE(gone.size() == 1);
    CHECK(gone[0].moved_to == stream(kPaU));
    CHECK(head_of(*world.store, kBumTo).sum == 0);
  }
  SECTION("when it is deleted there, nothing says any more that it stands anywhere") {
    send(*world.store, phone, {delete_record("activity", record_id(1), 2)});
    left = page_of(*world.store, kPaU, 1);
    REQUIRE(left.size() == 1);
    CHECK_FALSE(left[0].moved_to);
  }
  CHECK(head_of(*world.store, kPaU).sum == recomputed_sum(*world.store, kPaU));
  check_sound(*world.store);
}

TEST_CASE("A page stops at its bytes or entries and goes on where it stopped, each entry once") {
  const World world;
  Phone phone(1);
  std::vector<Edit> edits;
  for (std::uint64_t n = 1; n <= 40; ++n)
    edits.push_back(new_activity(record_id(n), kPaU, "Buổi " + std::to_string(n)));
  send(*world.store, phone, edits);
  send(*world.store, phone, {delete_record("activity", record_id(7), 1), delete_record("activity", record_id(40), 1)});

  const std::size_t bytes_max = GENERATE(1, 200, 1'000);
  const std::size_t entries_max = GENERATE(1, 7, 100);
  std::vector<StreamEntry> whole = page_of(*world.store, kPaU, 3);
  std::vector<std::int64_t> seen;
  std::int64_t after = 3;
  for (;;) {
    const auto page =
        ask(*world.store, [&](Reader& reader) { return reader.page(stream(kPaU), after, bytes_max, entries_max); });
    if (page.empty()) break;
    REQUIRE(page.size() <= entries_max);
    for (const StreamEntry& entry : page) seen.push_back(entry.position);
    after = page.back().position;
  }
  std::vector<std::int64_t> expected;
  for (const StreamEntry& entry : whole) expected.push_back(entry.position);
  CHECK(seen == expected);
  CHECK(expected.size() == 37);  // 42 positions, of which 1-3 are known and those of 7 and 40 were left behind
}

TEST_CASE("A list goes through several streams and begins again after the last entry seen") {
  const World world;
  Phone phone(1);
  send(*world.store, phone,
       {new_activity(record_id(1), kPaU, "A"),
        new_activity(record_id(2), kBumTo, "B"),
        new_activity(record_id(3), kPaU, "C"),
        {"place", record_id(4), 0, {{"unit", kPaU}, {"name", "Trường"}}, false}});
  send(*world.store, phone, {delete_record("activity", record_id(3), 1), new_activity(record_id(5), kPaU, "D")});
  const domain::Collection& activity = *domain::release_catalogue().find("activity");
  const std::vector<sync::StreamKey> streams = {stream(kPaU), stream(kBumTo)};
  std::vector<domain::RecordId> seen;
  std::optional<std::pair<sync::StreamKey, std::int64_t>> after;
  for (int turn = 0; turn < 10; ++turn) {
    const auto some = ask(*world.store, [&](Reader& reader) { return reader.list(activity, streams, after, 1); });
    if (some.empty()) break;
    REQUIRE(some.size() == 1);
    seen.push_back(some[0].record.id);
    after = {some[0].record.stream, some[0].position};
  }
  CHECK(seen == std::vector<domain::RecordId>{record_id(2), record_id(1), record_id(5)});
}

// Creates, edits, moves and deletes at random, by phones that have not always seen the latest.
Edit random_edit(std::mt19937_64& random, Store& store, std::uint64_t records) {
  const std::string_view units[] = {kPaU, kBumTo, "2025:03478"};
  const domain::RecordId id = record_id(random() % records + 1);
  const auto record = ask(store, [&](Reader& reader) { return reader.record(id); });
  if (!record) return new_activity(id, units[random() % 3], "Buổi " + std::to_string(random() % 5));
  const std::int64_t base = std::max<std::int64_t>(0, record->version - static_cast<std::int64_t>(random() % 3));
  switch (random() % 4) {
    case 0:
      return delete_record("activity", id, base);
    case 1:
      return set_field("activity", id, base, "unit", domain::Value(units[random() % 3]));
    case 2:
      return set_field("activity", id, base, "planned_start",
                       1'790'000'000'000 + std::int64_t(random() % 100) * 60'000);
    default:
      return set_field("activity", id, base, "title", "Tên " + std::to_string(random() % 100));
  }
}

TEST_CASE("After any plans the kept sums are those of the records, and a phone that follows has the same records") {
  const auto seed = GENERATE(range(1U, 13U));
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const World world;
  std::vector<Phone> phones = {Phone(1), Phone(2), Phone(3)};
  const std::vector<std::string> keys = {"2025:03442", "2025:03433", "2025:03478", "2025:03442/desk"};
  std::map<std::string, std::map<domain::RecordId, std::int64_t>> held;
  std::map<std::string, std::int64_t> cursors;
  for (int round = 0; round < 40; ++round) {
    send(*world.store, phones[random() % 3], {random_edit(random, *world.store, 8)});
    if (random() % 3 != 0) continue;
    for (const std::string& key : keys) {
      for (const StreamEntry& entry : page_of(*world.store, key, cursors[key])) {
        if (entry.removed) {
          held[key].erase(entry.record.id);
        } else {
          held[key][entry.record.id] = entry.record.version;
        }
        cursors[key] = entry.position;
      }
      CHECK(head_of(*world.store, key).sum == recomputed_sum(*world.store, key));
      std::map<domain::RecordId, std::int64_t> there;
      for (const StreamEntry& entry : page_of(*world.store, key)) there[entry.record.id] = entry.record.version;
      CHECK(held[key] == there);
    }
  }
  check_sound(*world.store);
}

}  // namespace
}  // namespace suoi::storage::test
