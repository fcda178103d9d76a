// A phone that was away for longer than removals are remembered (protocol.md, `cursor_too_old`).
#include <sqlite3.h>

#include "world.hpp"

using namespace blackbox;

namespace {

// The store as it will be so many days after what was removed from it.
void grow_old(const World& world, int days) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open((world.server.data() / "store" / "store.db").c_str(), &db) == SQLITE_OK);
  sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);  // only the program seals pages
  const std::string age = std::to_string(days) + " * 86400000";
  const std::string sql =
      "UPDATE device SET last_seen = last_seen - " + age + "; UPDATE tombstone SET buried = buried - " + age;
  CHECK(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  CHECK(sqlite3_changes(db) > 0);
  sqlite3_close(db);
}

// The server tidies up soon after its start; until then a phone with these cursors is still brought up to date.
bool has_forgotten(const World& world) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open((world.server.data() / "store" / "store.db").c_str(), &db) == SQLITE_OK);
  sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  const auto note = [](void* found, int, char** values, char**) {
    *static_cast<bool*>(found) = values[0] != nullptr && std::string(values[0]) != "0";
    return 0;
  };
  bool forgotten = false;
  for (int tries = 0; tries < 50 && !forgotten; ++tries) {
    suoi::client::system_clock().wait(100);
    sqlite3_exec(db, "SELECT max(forgotten) FROM stream", note, &forgotten, nullptr);
  }
  sqlite3_close(db);
  return forgotten;
}

}  // namespace

TEST_CASE("A phone comes back after more than 400 days: its streams begin anew and its work is taken") {
  World world;
  const Phone mai = world.volunteer();
  const Phone lan = world.phone("Tẩn Thị Lan", "volunteer", {kPaU});
  const RecordId gone = mai->create("need", need_fields());
  const RecordId kept = mai->create("need", need_fields(kPaU, "chăn"));
  synced(mai);
  synced(lan);
  const suoi::client::LocalStore long_ago = lan->store();
  mai->remove(gone, "ghi hai lần");
  synced(mai);
  world.server.stop();
  grow_old(world, 401);
  world.server.start();

  Phone back = world.clone(lan, long_ago);
  const RecordId own = back->create("need", need_fields(kPaU, "giày"));
  REQUIRE(has_forgotten(world));
  const SyncReport report = synced(back);
  REQUIRE(report.problem.has_value());
  CHECK(report.problem->status == 410);
  CHECK_FALSE(back->record(gone).has_value());
  CHECK(back->record(kept).has_value());
  CHECK(report.sums_differed == 0);
  const Phone mai_again = world.clone(mai, mai->store());  // the server listens elsewhere now
  synced(mai_again);
  CHECK(mai_again->record(own).has_value());
  CHECK(world.server.run({"check"}).exit_status == 0);
}
