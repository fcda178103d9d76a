// A phone whose app was updated between two changes.
#include <catch2/catch.hpp>

#include "scripted_server.hpp"
#include "suoi/client/ids.hpp"

using suoi::client::Device;
using suoi::client::integer_of;
using suoi::client::LocalStore;
using suoi::domain::Value;

TEST_CASE("Changes that an earlier version of the app numbered are sent apart, as what they were") {
  scripted::Server server;
  scripted::Time time;
  LocalStore before;
  before.token = "t";
  before.schema_version = 1;
  Device old_app(server, time.clock(), before);
  old_app.create("need", {{"unit", "2025:03442"}});
  LocalStore updated = old_app.store();
  updated.schema_version = 2;
  Device new_app(server, time.clock(), updated);
  new_app.create("need", {{"unit", "2025:03442"}});
  server.then(scripted::ok(1));
  server.then(scripted::ok(2));
  CHECK(new_app.sync().outcome == suoi::client::SyncOutcome::done);
  REQUIRE(server.asked.size() == 2);
  CHECK(integer_of(server.asked[0], "schema_version") == 1);
  CHECK(scripted::seqs(server.asked[0]) == std::vector<std::int64_t>{1});
  CHECK(integer_of(server.asked[1], "schema_version") == 2);
  CHECK(scripted::seqs(server.asked[1]) == std::vector<std::int64_t>{2});
}
