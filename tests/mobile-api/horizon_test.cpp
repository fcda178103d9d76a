// Phones that were away longer than the server remembers removals (protocol.md, `cursor_too_old`).

#include <catch2/catch.hpp>

#include "service_fixture.hpp"
#include "suoi/mobile_api/housekeeping.hpp"

namespace suoi::mobile_api::test {
namespace {

struct Scene {
  TestServer server;
  domain::PersonId person = server.person("Lò Thị Mai", domain::Role::volunteer, kPaU);
  Phone mai{server, person};
  Phone lan{server, server.person("Tẩn Thị Lan", domain::Role::volunteer, kPaU)};
  RecordId gone = place();
  RecordId kept = place();

  Scene() {
    mai.sync_all();
    lan.sync_all();
    mai.erase("place", gone, mai.version(gone));
    mai.sync_all();
  }
  RecordId place() {
    const RecordId id = server.new_id();
    mai.edit("place", id, 0, {{"unit", Value(kPaU)}, {"name", "Trường"}});
    return id;
  }
  std::size_t days_later(std::int64_t days) {
    server.now_ms += days * kDayMs;
    return forget_old_removals(server.service(), 100);
  }
};

}  // namespace

TEST_CASE("A phone that was away for more than 400 days begins its streams anew and keeps what it wrote") {
  Scene scene;
  const RecordId own = scene.server.new_id();
  scene.lan.edit("place", own, 0, {{"unit", Value(kPaU)}, {"name", "Nhà văn hóa"}});
  CHECK(scene.days_later(399) == 0);
  CHECK(scene.days_later(2) == 1);
  const Answer old = scene.lan.sync();
  REQUIRE(old.status() == 410);
  CHECK(old.code() == "cursor_too_old");
  REQUIRE(old.list("streams").size() == 1);
  CHECK(old.list("streams").front() == Value(kPaU));
  CHECK_FALSE(scene.server.record(own));
  scene.lan.cursors.erase(std::string(kPaU));
  std::erase_if(scene.lan.records, [](const auto& held) { return held.second.stream == kPaU; });
  CHECK(scene.lan.sync_all().back().status() == 200);
  CHECK(scene.server.record(own));
  CHECK(scene.lan.holds_what_server_has());
  CHECK(scene.lan.records.count(scene.gone) == 0);
  CHECK(scene.lan.sums_differed == 0);
}

TEST_CASE("Only a cursor that reaches behind what was forgotten is too old") {
  Scene scene;
  REQUIRE(scene.days_later(401) == 1);
  Value::Object request = scene.lan.request();
  const auto with_cursor = [&](std::int64_t position) {
    request["cursors"] = Value::Object{{std::string(kPaU), Value(position)}};
    return scene.lan.post(request).status();
  };
  std::int64_t forgotten = 0;
  scene.server.store().read(
      [&](storage::Reader& reader) { forgotten = reader.head(sync::StreamKey::parse(kPaU).value()).forgotten; });
  REQUIRE(forgotten > 2);
  CHECK(with_cursor(1) == 410);
  CHECK(with_cursor(forgotten - 1) == 410);
  SECTION("from the start on, and beyond what was forgotten, it is brought up to date") {
    for (const std::int64_t position : {std::int64_t{0}, forgotten, std::int64_t{1'000}}) {
      CHECK(with_cursor(position) == 200);  // above the head: as if absent
    }
  }
  SECTION("one that is not wanted now is not looked at") {
    request["want"] = Value::Array{Value("person:" + scene.lan.person.text())};
    CHECK(with_cursor(1) == 200);
  }
  SECTION("one without an epoch, or of a stream out of reach, is ignored") {
    request.erase("epoch");
    CHECK(with_cursor(1) == 200);
    request["epoch"] = Value(scene.server.epoch());
    request["cursors"] = Value::Object{{std::string(kTaTong), Value(1)}};
    CHECK(scene.lan.post(request).status() == 200);
  }
  SECTION("another epoch is told first") {
    request["epoch"] = Value("1-0123456789abcdef");
    CHECK(with_cursor(1) == 409);
  }
}

TEST_CASE("A phone that gets a long stream from its start passes what was forgotten, page by page") {
  Scene scene;
  for (int count = 0; count < 30; ++count) scene.place();
  scene.mai.sync_all();
  const RecordId last = scene.place();
  scene.mai.sync_all();
  scene.mai.erase("place", last, scene.mai.version(last));
  scene.mai.sync_all();
  REQUIRE(scene.days_later(401) == 2);
  Phone fresh(scene.server, scene.server.person("Lý Thị Súa", domain::Role::volunteer, kPaU));
  const auto pages = fresh.sync_all({{"max_bytes", Value(1024)}});
  CHECK(pages.size() > 3);
  CHECK(pages.back().status() == 200);
  CHECK(fresh.holds_what_server_has());
  CHECK(fresh.sums_differed == 0);
}

TEST_CASE("What is forgotten between the look at a cursor and the answer shows in the sum") {
  Scene scene;
  scene.server.now_ms += 401 * kDayMs;
  scene.lan.edit("place", scene.server.new_id(), 0, {{"unit", Value(kPaU)}, {"name", "Nhà văn hóa"}});
  scene.server.after_next_commit([&] { REQUIRE(forget_old_removals(scene.server.service(), 100) == 1); });
  CHECK(scene.lan.sync().status() == 200);
  CHECK(scene.lan.sums_differed == 1);
  scene.lan.sync_all();
  CHECK(scene.lan.holds_what_server_has());
}

TEST_CASE("The operator is warned while no verified backup is younger than 60 days") {
  Scene scene;
  CHECK(backup_state(scene.server.service()).overdue);
  CHECK(*scene.server.ask("GET", "/readyz").body.find("backup_overdue")->flag());
  const auto file = std::filesystem::temp_directory_path() / ("suoi-backup-" + scene.server.epoch());
  scene.server.store().backup(file, scene.server.now_ms, {});
  std::filesystem::remove(file);
  CHECK_FALSE(backup_state(scene.server.service()).overdue);
  CHECK(backup_state(scene.server.service()).last_verified_ms == scene.server.now_ms);
  CHECK_FALSE(*scene.server.ask("GET", "/readyz").body.find("backup_overdue")->flag());
  scene.server.now_ms += 60 * kDayMs;
  CHECK(backup_state(scene.server.service()).overdue);
}

}  // namespace suoi::mobile_api::test
