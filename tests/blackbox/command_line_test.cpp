// The command line that automation relies on (protocol.md): --json, exit codes, and what must not be touched.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "world.hpp"

using namespace blackbox;
namespace fs = std::filesystem;

namespace {

// Every file below a folder with what is in it.
std::map<std::string, std::string> contents(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    files[entry.path().lexically_relative(folder)] = {std::istreambuf_iterator<char>(file), {}};
  }
  return files;
}

bool is_object_alone(const std::string& out) {
  const auto json = parse_json(out);
  return json && json->object() != nullptr;
}

std::string some_person(const World& world) {
  return text_of(world.invite("Lò Thị Mai", "volunteer", {kPaU}), "person");
}

}  // namespace

TEST_CASE("Setting up a used directory fails and touches nothing") {
  const World world(World::Serving::no);
  const auto before = contents(world.server.data());
  REQUIRE_FALSE(before.empty());
  const auto again = world.server.run({"init"});
  CHECK(again.exit_status == 1);
  CHECK_FALSE((again.err + again.out).empty());
  CHECK(contents(world.server.data()) == before);

  const fs::path other = world.path("other");
  fs::create_directory(other);
  std::ofstream(other / "letter.txt") << "không xóa";
  const LocalServer foreign(SUOI_BINARY, other);
  CHECK(foreign.run({"init"}).exit_status == 1);
  CHECK(contents(other) == std::map<std::string, std::string>{{"letter.txt", "không xóa"}});
}

TEST_CASE("The sample province comes with people who can join at once") {
  const World world(World::Serving::no);
  LocalServer sample(SUOI_BINARY, world.path("sample"));
  const auto made = sample.run({"init", "--sample"});
  INFO(made.err);
  REQUIRE(made.exit_status == 0);
  CHECK(is_object_alone(made.out));
  const auto check = sample.run({"check"});
  CHECK(check.exit_status == 0);
  CHECK(integer_of(check.json, "records") > 10);
}

TEST_CASE("Wrong usage exits with 2 and says how it is used") {
  const World world(World::Serving::no);
  const std::string data = world.server.data().string();
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"fly"},
      {"init"},
      {"serve", "--data", data, "--listen", "nowhere"},
      {"invite", "--data", data},
      {"invite", "--data", data, "--name", "Lò Thị Mai", "--role", "king", "--unit", kPaU},
      {"device", "--data", data},
      {"device", "rename", "--data", data},
      {"backup", "--data", data},
      {"restore", "--data", data},
      {"check", "--data", data, "--colour"},
  };
  for (const auto& words : wrong) {
    INFO((words.empty() ? "nothing" : words.front()));
    const auto result = world.server.run_bare(words);
    CHECK(result.exit_status == 2);
    CHECK_FALSE(result.err.empty());
    CHECK(result.out.empty());
  }
}

TEST_CASE("What is right but cannot be done exits with 1") {
  const World world(World::Serving::no);
  const std::string nobody = fresh_id().text();
  const std::vector<std::vector<std::string>> impossible = {
      {"device", "revoke", nobody},
      {"device", "rename", nobody, "--name", "Máy"},
      {"person", "show", nobody},
      {"invite", "--person", nobody, "--role", "volunteer", "--unit", kPaU},
      {"invite", "--name", "Lò Thị Mai", "--role", "volunteer", "--unit", "2025:99999"},
      {"role", "grant", "--person", nobody, "--role", "volunteer", "--unit", kPaU},
      {"certificate", "verify", world.path("missing.txt")},
      {"backup", "--to", world.path("no/such/folder/backup")},
  };
  for (const auto& words : impossible) {
    INFO(words[0] + " " + words[1]);
    const auto result = world.server.run(words);
    INFO(result.out << result.err);
    CHECK(result.exit_status == 1);
    CHECK_FALSE(result.err.empty());
  }
  const LocalServer empty(SUOI_BINARY, world.path("empty"));
  CHECK(empty.run({"check"}).exit_status == 1);
  CHECK(empty.run({"invite", "--name", "A", "--role", "volunteer", "--unit", kPaU}).exit_status == 1);
  CHECK_FALSE(fs::exists(world.path("empty")));
}

TEST_CASE("A bare code of a commune is refused on the command line too") {
  const World world(World::Serving::no);
  const auto result = world.server.run({"invite", "--name", "Lò Thị Mai", "--role", "volunteer", "--unit", "03442"});
  CHECK(result.exit_status != 0);
  CHECK(result.out.find("\"code\":") == std::string::npos);
}

TEST_CASE("Devices are listed, renamed and revoked while the server runs") {
  const World world;
  const Phone mai = world.volunteer();
  const std::string id = mai->id().text();
  const auto listed = world.server.run({"device", "list"});
  CHECK(listed.exit_status == 0);
  REQUIRE(is_object_alone(listed.out));
  CHECK(listed.out.find(id) != std::string::npos);
  CHECK(listed.out.find("Điện thoại của Lò Thị Mai") != std::string::npos);

  CHECK(world.server.run({"device", "rename", id, "--name", "Máy ở điểm trường"}).exit_status == 0);
  CHECK(world.server.run({"device", "list"}).out.find("Máy ở điểm trường") != std::string::npos);
  const auto revoked = world.server.run({"device", "revoke", id});
  CHECK(revoked.exit_status == 0);
  CHECK(is_object_alone(revoked.out));
  CHECK(mai->sync().outcome == SyncOutcome::revoked);
}

TEST_CASE("People are added and shown") {
  const World world;
  const auto added = world.server.run({"person", "add", "--name", "Sùng Thị Dợ", "--unit", kPaU});
  INFO(added.err);
  REQUIRE(added.exit_status == 0);
  const std::string id = text_of(added.json, "person");
  REQUIRE_FALSE(id.empty());
  const auto shown = world.server.run({"person", "show", id});
  CHECK(shown.exit_status == 0);
  REQUIRE(is_object_alone(shown.out));
  CHECK(shown.out.find("Sùng Thị Dợ") != std::string::npos);
  const Phone mai = world.volunteer();
  synced(mai);
  CHECK(mai->record(*RecordId::parse(id))->text("full_name") == "Sùng Thị Dợ");
}

TEST_CASE("A person gets all that is kept about them") {
  const World world;
  const Phone mai = world.volunteer();
  synced(mai);
  const auto exported = world.server.run({"person", "export", mai.person});
  INFO(exported.err);
  CHECK(exported.exit_status == 0);
  CHECK(is_object_alone(exported.out));
  CHECK(exported.out.find("Lò Thị Mai") != std::string::npos);
}

TEST_CASE("A role is granted and withdrawn from the command line, and phones follow") {
  const World world;
  const std::string person = some_person(world);
  const auto granted = world.server.run({"role", "grant", "--person", person, "--role", "commune_leader", "--unit",
                                         kTaTong, "--from", "2026-01-01", "--to", "2030-12-31"});
  INFO(granted.err);
  CHECK(granted.exit_status == 0);
  CHECK(is_object_alone(granted.out));
  CHECK(world.server.run({"person", "show", person}).out.find("commune_leader") != std::string::npos);
  const auto withdrawn =
      world.server.run({"role", "withdraw", "--person", person, "--role", "commune_leader", "--unit", kTaTong});
  CHECK(withdrawn.exit_status == 0);
  CHECK(
      world.server.run({"role", "withdraw", "--person", person, "--role", "auditor", "--unit", kTaTong}).exit_status ==
      1);
}

TEST_CASE("A person who was invited again has one more phone") {
  const World world;
  const Phone mai = world.volunteer();
  const auto invited = world.server.run({"invite", "--person", mai.person, "--role", "volunteer", "--unit", kPaU});
  INFO(invited.err);
  REQUIRE(invited.exit_status == 0);
  CHECK(text_of(invited.json, "person") == mai.person);
  const Phone second = world.blank_phone();
  REQUIRE(second->enrol(text_of(invited.json, "code"), "Máy thứ hai").has_value());
  mai->create("need", need_fields());
  synced(mai);
  synced(second);
  CHECK(shown(*second) == shown(*mai));
}

TEST_CASE("The check counts what is there and finds it sound") {
  const World world;
  const Phone mai = world.volunteer();
  const auto before = world.server.run({"check"});
  REQUIRE(before.exit_status == 0);
  CHECK(flag_of(before.json, "ok"));
  for (int i = 0; i < 5; ++i) mai->create("place", {{"unit", Value(kPaU)}, {"name", "Bản"}});
  synced(mai);
  const auto after = world.server.run({"check"});
  CHECK(flag_of(after.json, "ok"));
  CHECK(integer_of(after.json, "records") == integer_of(before.json, "records") + 5);
}

TEST_CASE("A backup restored elsewhere is the same store in a new life, and a used directory stays as it was") {
  World world;
  const Phone mai = world.volunteer();
  for (int i = 0; i < 5; ++i) mai->create("need", need_fields());
  synced(mai);
  const std::string backup = world.path("backup");
  const auto made = world.server.run({"backup", "--to", backup});
  INFO(made.err);
  REQUIRE(made.exit_status == 0);
  CHECK(is_object_alone(made.out));
  const LocalServer restored(SUOI_BINARY, world.path("restored"));
  REQUIRE(restored.run({"restore", "--from", backup}).exit_status == 0);
  const auto check = restored.run({"check"});
  CHECK(check.exit_status == 0);
  CHECK(integer_of(check.json, "records") == integer_of(world.server.run({"check"}).json, "records"));

  const auto before = contents(restored.data());
  CHECK(restored.run({"restore", "--from", backup}).exit_status == 1);
  CHECK(contents(restored.data()) == before);
}

TEST_CASE("A file that is no backup cannot be restored") {
  const World world(World::Serving::no);
  std::ofstream(world.path("letter.txt")) << "không phải bản sao lưu";
  const LocalServer restored(SUOI_BINARY, world.path("restored"));
  CHECK(restored.run({"restore", "--from", world.path("letter.txt")}).exit_status == 1);
  CHECK(restored.run({"restore", "--from", world.path("missing")}).exit_status == 1);
  CHECK(restored.run({"check"}).exit_status == 1);
}

TEST_CASE("Serving says in one line where it listens, whom to trust, and ends when it is asked to") {
  World world(World::Serving::no);
  const auto& ready = world.server.start();
  CHECK(ready.origin.find("https://127.0.0.1:") == 0);
  CHECK(fs::exists(ready.ca_file));
  CHECK_FALSE(ready.fingerprint.empty());
  REQUIRE(world.server.link()->get("/healthz").has_value());
  const auto began = now_ms();
  CHECK(world.server.stop() == 0);
  CHECK(now_ms() - began < 8000);
  world.server.start({"--plain-http"});
  CHECK(world.server.ready().origin.find("http://127.0.0.1:") == 0);
  REQUIRE(world.server.link()->get("/healthz").has_value());
  const auto outside = world.server.run_bare(
      {"serve", "--data", world.server.data().string(), "--listen", "0.0.0.0:0", "--plain-http", "--json"});
  CHECK(outside.exit_status != 0);
}

TEST_CASE("A phone that trusts another authority gets no answer from this server") {
  const World world;
  World other;
  suoi::client::HttpsLink::Options options;
  options.ca_file = other.server.ready().ca_file;
  suoi::client::HttpsLink link(world.server.ready().origin, options);
  CHECK_FALSE(link.get("/healthz").has_value());
}

TEST_CASE("Every verb explains itself") {
  const World world(World::Serving::no);
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"--help"}, {"serve", "--help"}, {"device", "revoke", "--help"}}) {
    const auto help = world.server.run_bare(words);
    CHECK(help.exit_status == 0);
    CHECK(help.out.find("--") != std::string::npos);
  }
}
