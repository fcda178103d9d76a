// Stores that earlier schemas left behind (tests/prior/README.md) are as good as new after an update.

#include <catch2/catch.hpp>
#include <filesystem>

#include "store_fixture.hpp"
#include "suoi/certs/hashing.hpp"

namespace suoi::storage::test {
namespace {

constexpr std::string_view kPaU = "2025:03442";

domain::RecordId prior_id(int n) {
  return domain::RecordId::parse("00000000-0000-7000-8000-00000000000" + std::to_string(n)).value();
}

struct Updated {
  ScratchFolder folder;
  std::unique_ptr<Store> store;

  explicit Updated(int schema) {
    std::filesystem::create_directories(folder.path() / "store");
    std::filesystem::copy_file(
        std::filesystem::path(SUOI_SOURCE_DIR) / "tests/prior" / ("schema_" + std::to_string(schema) + ".db"),
        folder.path() / "store" / "store.db");
    store = Store::open(folder.path() / "store", options());
  }
  void check_sound() const {
    const auto report = store->check({});
    for (const auto& problem : report.problems) UNSCOPED_INFO(problem);
    CHECK(report.ok);
  }
  std::size_t forget(std::int64_t before_ms) const {
    std::size_t forgotten = 0;
    commit(*store, [&](Transaction& transaction) { forgotten = transaction.forget_removals(before_ms, 10); });
    return forgotten;
  }
};

}  // namespace

TEST_CASE("A store of an earlier schema is sound after the update, and keeps what was kept aside") {
  const Updated updated(GENERATE(1));
  updated.check_sound();
  CHECK(page_of(*updated.store, kPaU).size() == 1);
  CHECK(ask(*updated.store, [](Reader& reader) { return reader.audit(prior_id(3)).size(); }) == 1);
  Phone phone(1);
  send(*updated.store, phone, {set_field("activity", prior_id(1), 1, "title", domain::Value("Khám mắt"))});
  CHECK(ask(*updated.store, [](Reader& reader) { return reader.record(prior_id(1))->text("title"); }) == "Khám mắt");
  updated.check_sound();
}

TEST_CASE("A store of an earlier schema knows its photographs after the update") {
  const Updated updated(GENERATE(1));
  const auto streams =
      ask(*updated.store, [](Reader& reader) { return reader.streams_naming(certs::sha256("photograph")); });
  REQUIRE(streams.size() == 1);
  CHECK(streams.front().text() == kPaU);
}

TEST_CASE("A store of an earlier schema learns the age of its removals from its changes") {
  const Updated updated(GENERATE(1));
  const auto changes = ask(*updated.store, [](Reader& reader) { return reader.audit(prior_id(2)); });
  REQUIRE(changes.size() == 2);
  const std::int64_t deleted_ms = changes.back().arrival_ms;
  CHECK(updated.forget(deleted_ms) == 0);
  CHECK(updated.forget(deleted_ms + 1) == 1);
  updated.check_sound();
}

}  // namespace suoi::storage::test
