// Whoever alters, takes out or cuts off what is stored of the past is found.

#include <catch2/catch.hpp>

#include "../../storage/src/audit_chain.hpp"
#include "../../storage/src/names.hpp"
#include "../../storage/src/schema.hpp"
#include "store_fixture.hpp"

namespace suoi::storage::test {
namespace {

constexpr std::string_view kPaU = "2025:03442";
constexpr std::string_view kBumTo = "2025:03433";

struct Scene {
  ScratchFolder folder;
  std::filesystem::path place = folder.path() / "store";
  Phone a{1};
  Phone b{2};

  Scene() {
    const auto store = Store::create(place, options());
    send(*store, a, {new_activity(record_id(1), kPaU, "A"), new_activity(record_id(2), kBumTo, "B")});
    send(*store, a, {set_field("activity", record_id(1), 1, "title", "A2")});
    send(*store, b, {set_field("activity", record_id(9), 7, "title", "waits for it")});
  }
  std::unique_ptr<Store> open() const { return Store::open(place, options()); }
  std::vector<ChainHead> chains() const {
    const auto store = open();
    return ask(*store, [](Reader& reader) { return reader.audit_chains(); });
  }
  // The text of the problems; empty where all is well.
  std::string verify(const std::vector<ChainHead>& kept = {}) const {
    std::string problems;
    for (const std::string& problem : open()->verify_audit(kept, {}).problems) problems += problem + "\n";
    return problems;
  }
  // Makes the chains fit to whatever stands there now, as somebody with the whole store in hand can.
  void forge_chains() const {
    const auto made = options();
    Connection connection(place / "store.db", Access::read_write);
    const Names names = load_names(connection, *made.catalogue);
    const Context context{*made.catalogue, made.hashing, made.random_bytes, names, nullptr};
    connection.execute("DELETE FROM audit_chain");
    for (const auto& [stream, chain] : walk_chains(connection, context, {})) store_chain(connection, stream, chain);
  }
};

}  // namespace

TEST_CASE("Each stream has a chain of its own, and what was kept aside another") {
  const Scene scene;
  std::map<std::string, std::int64_t> counts;
  for (const ChainHead& head : scene.chains()) counts[head.stream] = head.count;
  CHECK(counts.at("2025:03442") == 2);
  CHECK(counts.at("2025:03433") == 1);
  CHECK(counts.at("") == 1);
  CHECK(scene.verify().empty());
  CHECK(scene.verify(scene.chains()).empty());
}

TEST_CASE("A chain that was kept still fits after more was stored, after a backup and after a restore") {
  Scene scene;
  const auto kept = scene.chains();
  {
    const auto store = scene.open();
    send(*store, scene.a,
         {set_field("activity", record_id(1), 2, "title", "A3"), delete_record("activity", record_id(2), 1)});
    send(*store, scene.b, {new_activity(record_id(9), kPaU, "now it is there")});
    store->backup(scene.folder.path() / "backup.db", 1, {});
  }
  CHECK(scene.verify(kept).empty());
  const auto restored = Store::restore(scene.folder.path() / "backup.db", scene.folder.path() / "new", options());
  CHECK(restored->verify_audit(kept, {}).ok);
}

TEST_CASE("A row that was altered, moved or taken out breaks its chain") {
  const Scene scene;
  const std::string sql =
      GENERATE(as<std::string>{}, "UPDATE change SET person = zeroblob(16) WHERE no = 2",
               "UPDATE change SET arrival = arrival - 1 WHERE no = 1",
               "UPDATE change SET content = (SELECT content FROM change WHERE no = 1) WHERE no = 3",
               "UPDATE change SET digest = zeroblob(32) WHERE no = 4", "DELETE FROM change WHERE no = 3",
               "UPDATE change SET stream = 0 WHERE no = 2", "UPDATE change SET seq = seq + 100 WHERE no = 4",
               "DELETE FROM audit_chain WHERE stream = 0", "UPDATE life SET device = zeroblob(16) WHERE no > 1");
  INFO(sql);
  tamper(scene.place, sql);
  CHECK_FALSE(scene.verify().empty());
}

TEST_CASE("Somebody who makes all chains anew is found by a chain that was kept elsewhere") {
  const Scene scene;
  const auto kept = scene.chains();
  SECTION("the end was cut off") {
    tamper(scene.place, "DELETE FROM change WHERE no = 3");
    scene.forge_chains();
    CHECK(scene.verify().empty());
    CHECK_THAT(scene.verify(kept), Catch::Matchers::Contains("stream 2025:03442: its end was cut off"));
  }
  SECTION("the past was rewritten") {
    tamper(scene.place, "UPDATE change SET person = zeroblob(16) WHERE no = 1");
    scene.forge_chains();
    CHECK(scene.verify().empty());
    CHECK_THAT(scene.verify(kept), Catch::Matchers::Contains("is not what it was when the checkpoint was made"));
  }
  SECTION("a whole stream is gone") {
    tamper(scene.place, "DELETE FROM change WHERE no = 4");
    scene.forge_chains();
    CHECK_THAT(scene.verify(kept), Catch::Matchers::Contains("what was kept aside"));
  }
}

}  // namespace suoi::storage::test
