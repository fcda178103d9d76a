// The server comes back from a backup, or with an older file, and phones give it again what it lacks (protocol.md,
// `server_restored`, `lost`, `safe`).
#include <filesystem>

#include "world.hpp"

using namespace blackbox;

namespace fs = std::filesystem;

namespace {

// A server in a directory of its own that was restored from a backup, with the keys of the old one.
struct Restored {
  LocalServer server;

  Restored(const World& world, const std::string& backup, const std::string& name)
      : server(SUOI_BINARY, world.path(name)) {
    fs::create_directories(server.data());
    fs::copy(world.server.data() / "keys", server.data() / "keys", fs::copy_options::recursive);
    const auto made = server.run({"restore", "--from", backup});
    INFO(made.err);
    REQUIRE(made.exit_status == 0);
    server.start();
  }
  // The same phone, now reaching this server.
  Phone phone(const Phone& before, suoi::client::LocalStore store) const {
    Phone here;
    here.link = server.link();
    here.device = std::make_unique<Device>(*here.link, suoi::client::system_clock(), std::move(store));
    here.person = before.person;
    return here;
  }
};

std::string backed_up(const World& world) {
  const std::string file = world.path("backup");
  REQUIRE(world.server.run({"backup", "--to", file}).exit_status == 0);
  return file;
}

}  // namespace

TEST_CASE("A restored server is given again what its backup did not hold, and calls safe what it did") {
  World world;
  const Phone mai = world.volunteer();
  const RecordId safe = mai->create("need", need_fields());
  synced(mai);
  const std::string backup = backed_up(world);
  const RecordId later = mai->create("need", need_fields(kPaU, "chăn"));
  synced(mai);
  CHECK(mai->store().life.safe == 1);
  world.server.stop();

  const Restored restored(world, backup, "restored");
  const Phone again = restored.phone(mai, mai->store());
  const SyncReport report = synced(again);
  CHECK(report.restores == 1);
  CHECK(report.lost.empty());
  suoi::client::LocalStore empty;
  empty.key = mai->store().key;
  empty.token = mai->store().token;
  const Phone fresh = restored.phone(mai, std::move(empty));
  synced(fresh);
  CHECK(fresh->record(safe).has_value());
  CHECK(fresh->record(later).has_value());
  CHECK(again->store().epoch.starts_with("1-"));
  CHECK(restored.server.run({"check"}).exit_status == 0);
}

TEST_CASE("What neither the restored server nor the phone has is owned up to, and a coordinator sees it") {
  World world;
  const Phone mai = world.volunteer();
  const Phone su = world.coordinator();
  synced(su);
  const std::string backup = backed_up(world);
  mai->create("need", need_fields());
  synced(mai);
  world.server.stop();
  const Restored restored(world, backup, "restored");
  suoi::client::LocalStore forgetful = mai->store();
  forgetful.life.outbox.clear();
  const Phone again = restored.phone(mai, std::move(forgetful));
  again->create("need", need_fields(kPaU, "chăn"));
  const SyncReport report = synced(again);
  REQUIRE(report.lost.size() == 1);
  CHECK(report.lost.front() == std::pair<std::int64_t, std::int64_t>(1, 1));
  const Phone desk = restored.phone(su, su->store());
  synced(desk);
  const auto found = find(*desk, "case", "kind", "lost_changes");
  REQUIRE(found.has_value());
  CHECK(found->text("state") == "open");
  CHECK(restored.server.run({"check"}).exit_status == 0);
}

TEST_CASE("A file from before a restore, copied back, is noticed by the first phone and nothing is numbered twice") {
  World world;
  const Phone mai = world.volunteer();
  mai->create("need", need_fields());
  synced(mai);
  const std::string backup = backed_up(world);
  world.server.stop();
  Restored restored(world, backup, "restored");
  const Phone later = restored.phone(mai, mai->store());
  const RecordId need = later->create("need", need_fields(kPaU, "chăn"));
  synced(later);
  CHECK(later->store().epoch.starts_with("1-"));
  restored.server.stop();
  fs::remove_all(restored.server.data() / "store");
  fs::copy(world.server.data() / "store", restored.server.data() / "store", fs::copy_options::recursive);
  restored.server.start();

  const Phone again = restored.phone(mai, later->store());
  CHECK(synced(again).restores == 1);
  CHECK(again->store().epoch.starts_with("2-"));
  REQUIRE(again->record(need).has_value());
  CHECK(again->record(need)->version > (std::int64_t{2} << 32));
  CHECK(restored.server.run({"check"}).exit_status == 0);
}

TEST_CASE("A restore touches no directory that holds anything but keys") {
  const World world(World::Serving::no);
  const std::string backup = backed_up(world);
  const LocalServer other(SUOI_BINARY, world.path("other"));
  fs::create_directories(other.data() / "letters");
  CHECK(other.run({"restore", "--from", backup}).exit_status == 1);
  CHECK(std::distance(fs::directory_iterator(other.data()), {}) == 1);
}

TEST_CASE("The operator sees whether a backup is missing: in the log, at /readyz and among the figures") {
  World world;
  const auto link = world.server.link();
  const auto overdue = [&] { return flag_of(parse_json(link->get("/readyz")->body).value(), "backup_overdue"); };
  CHECK(overdue());
  CHECK(link->get("/metrics")->body.find("suoi_backup_overdue 1\n") != std::string::npos);
  for (int tries = 0; tries < 50 && world.server.log().find("backup_overdue") == std::string::npos; ++tries) {
    suoi::client::system_clock().wait(100);
  }
  CHECK(world.server.log().find("backup_overdue") != std::string::npos);
  backed_up(world);
  CHECK_FALSE(overdue());
  CHECK(link->get("/metrics")->body.find("suoi_backup_overdue 0\n") != std::string::npos);
}
