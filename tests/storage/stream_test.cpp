// Positions, pages, removals and sums of streams.

#include <catch2/catch.hpp>

#include "store_fixture.hpp"

namespace suoi::storage::test {
namespace {

constexpr std::string_view kPaU = "2025:03442";
constexpr std::string_view kMuongTe = "2025:03433";

TEST_CASE("A record that a phone sent is there for the next reader, under position and version 1") {
  const ScratchFolder folder;
  const auto store = Store::create(folder.path(), options());
  REQUIRE(store);
  Phone phone(1);
  const auto plan = send(*store, phone, {new_activity(record_id(1), kPaU, "Dạy trẻ bơi")});
  REQUIRE(plan.changes.front().verdict == sync::Verdict{});

  const auto entries = page_of(*store, kPaU);
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].position == 1);
  CHECK(entries[0].record.version == 1);
  CHECK_FALSE(entries[0].removed);
  CHECK(entries[0].record.id == record_id(1));
  CHECK(entries[0].record.text("title") == "Dạy trẻ bơi");
  CHECK(entries[0].record.stream == stream(kPaU));
  const StreamHead head = ask(*store, [&](Reader& reader) { return reader.head(stream(kPaU)); });
  CHECK(head.position == 1);
  CHECK(head.sum == recomputed_sum(*store, kPaU));
  CHECK(ask(*store, [&](Reader& reader) { return reader.life(phone.device, phone.incarnation); })->acked == 1);
  const auto report = store->check({});
  for (const auto& problem : report.problems) UNSCOPED_INFO(problem);
  CHECK(report.ok);
  CHECK(report.records == 1);
}

}  // namespace
}  // namespace suoi::storage::test
