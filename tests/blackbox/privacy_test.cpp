// A name is planted through the real program and looked for in every file that it leaves; then its owner is erased.

#include <fstream>
#include <set>

#include "world.hpp"

namespace fs = std::filesystem;

namespace blackbox {
namespace {

const std::string kPlanted = "Quàng Văn Thửnghiệm";

std::set<std::string> files_with(const std::string& bytes, const std::vector<fs::path>& places) {
  std::set<std::string> found;
  const auto look = [&](const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string all{std::istreambuf_iterator<char>(file), {}};
    if (all.find(bytes) != std::string::npos) found.insert(path.filename());
  };
  for (const fs::path& place : places) {
    if (fs::is_regular_file(place)) look(place);
    if (!fs::is_directory(place)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(place)) {
      if (entry.is_regular_file()) look(entry.path());
    }
  }
  return found;
}

// Somebody with the planted name whose phone has synced, and a coordinator who has renamed them meanwhile.
struct Planted {
  World world;
  Phone thu = world.blank_phone();
  Phone su = world.coordinator();

  Planted() {
    const Value invitation = world.invite(kPlanted, "volunteer", {kPaU});
    thu.person = text_of(invitation, "person");
    REQUIRE(thu->enrol(text_of(invitation, "code"), "Điện thoại").has_value());
    thu->create("need", need_fields());
    synced(thu);
    synced(su);
    su->edit(thu.person_id(), {{"full_name", Value(kPlanted + " mới")}});
    su->edit(thu.person_id(), {{"full_name", Value(kPlanted + std::string(200, 'x'))}});  // kept aside
    synced(su);
  }
  std::string path(const std::string& name) const { return world.path(name); }
  std::string shown_name(const LocalServer& server) const {
    const auto shown = server.run({"person", "show", thu.person});
    INFO(shown.err);
    REQUIRE(shown.exit_status == 0);
    return text_of(shown.json, "full_name");
  }
};

}  // namespace

TEST_CASE("No file of the server holds a name: not the store, its log, the audit trail, the backup") {
  Planted planted;
  const auto& server = planted.world.server;
  REQUIRE(server.run({"backup", "--to", planted.path("backup")}).exit_status == 0);
  CHECK(planted.shown_name(server) == kPlanted + " mới");
  CHECK(files_with("Quàng Văn", {server.data(), planted.path("backup"), planted.path("backup.keys")}).empty());
  CHECK(server.log().find("Quàng") == std::string::npos);
  const auto metrics = server.link()->get("/metrics");
  REQUIRE(metrics.has_value());
  CHECK(metrics->body.find("Quàng") == std::string::npos);
}

TEST_CASE("Who was erased stays erased after the restore of an older backup, and the trail still proves itself") {
  Planted planted;
  const auto& server = planted.world.server;
  REQUIRE(server.run({"backup", "--to", planted.path("backup")}).exit_status == 0);
  REQUIRE(server.run({"audit", "checkpoint", "--to", planted.path("checkpoint")}).exit_status == 0);
  const auto erased = server.run({"person", "erase", planted.thu.person});
  INFO(erased.err);
  REQUIRE(erased.exit_status == 0);
  CHECK(planted.shown_name(server).empty());
  CHECK(planted.thu->sync().outcome != SyncOutcome::done);
  synced(planted.su);
  CHECK(shown(*planted.su, "person").find("Quàng") == std::string::npos);
  CHECK(server.run({"check"}).exit_status == 0);
  const auto verified = server.run({"audit", "verify", "--checkpoint", planted.path("checkpoint")});
  INFO(verified.out);
  CHECK(verified.exit_status == 0);

  const LocalServer restored(SUOI_BINARY, planted.path("restored"));
  const auto put_back =
      restored.run({"restore", "--from", planted.path("backup"), "--erased", (server.data() / "erased").string()});
  INFO(put_back.err);
  REQUIRE(put_back.exit_status == 0);
  CHECK(planted.shown_name(restored).empty());
  CHECK(restored.run({"check"}).exit_status == 0);
  const auto again = restored.run({"audit", "verify", "--checkpoint", planted.path("checkpoint")});
  INFO(again.out);
  CHECK(again.exit_status == 0);
}

TEST_CASE("A password that the command line gave opens the desk, and the trail of a record names who wrote it") {
  World world;
  const Phone su = world.coordinator();
  const auto made = world.server.run({"person", "password", su.person, "--login", "vang.a.su"});
  INFO(made.err);
  REQUIRE(made.exit_status == 0);
  CHECK(text_of(made.json, "password").size() >= 20);
  CHECK(world.server.run({"person", "totp", su.person}).exit_status == 0);
  CHECK(world.server.run({"person", "totp", su.person, "--remove"}).exit_status == 0);
  CHECK(world.server.run({"person", "password", su.person, "--stdin"}, "ngắn\n").exit_status == 1);
  const RecordId place = su->create("place", {{"unit", Value(kPaU)}, {"name", "Bản Pa Ủ"}});
  synced(su);
  const auto trail = world.server.run({"audit", "show", place.text()});
  REQUIRE(trail.exit_status == 0);
  CHECK(text_of(array_of(trail.json, "entries").front(), "person") == su.person);
  CHECK(world.server.run({"audit", "show", fresh_id().text()}).exit_status == 1);
  CHECK(world.server.run({"audit", "verify", "--checkpoint", world.path("none")}).exit_status == 1);
}

}  // namespace blackbox
