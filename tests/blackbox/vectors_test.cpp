// The scenarios of tests/vectors against the real program over HTTPS.
#include <filesystem>

#include "../support/vectors/runner.hpp"
#include "world.hpp"

using namespace blackbox;

namespace fs = std::filesystem;
namespace vectors = suoi::vectors;

namespace {

// Fifty-six scenarios in which nothing meets: in one process they are played always.
constexpr const char* kManyPairs = "two_rules";

class RealProgram final : public vectors::Host {
 public:
  std::unique_ptr<suoi::client::Link> link() override { return server().link(); }
  std::int64_t now_ms() override { return blackbox::now_ms(); }

  vectors::Invited invite(const std::string& name, const std::vector<vectors::Role>& roles) override {
    const Value invited = said({"invite", "--name", name, "--role", roles.front().name, "--unit", roles.front().unit});
    const std::string person = text_of(invited, "person");
    for (std::size_t further = 1; further < roles.size(); ++further) grant(person, roles[further]);
    return {text_of(invited, "code"), person};
  }
  std::string invite_again(const std::string& person, const vectors::Role&) override {
    return text_of(said({"invite", "--person", person}), "code");
  }
  void grant(const std::string& person, const vectors::Role& role) override {
    said({"role", "grant", "--person", person, "--role", role.name, "--unit", role.unit});
  }
  void withdraw(const std::string& person, const vectors::Role& role) override {
    said({"role", "withdraw", "--person", person, "--role", role.name, "--unit", role.unit});
  }
  void revoke(const std::string& device, bool stolen) override {
    stolen ? said({"device", "revoke", device, "--stolen"}) : said({"device", "revoke", device});
  }
  void backup(const std::string& name) override { said({"backup", "--to", world_.path(name)}); }
  // The old server ends; one that was restored from its backup takes over, with its keys.
  void restore(const std::string& name) override {
    server().stop();
    auto next = std::make_unique<LocalServer>(SUOI_BINARY, world_.path("restored-" + name));
    fs::create_directories(next->data());
    fs::copy(server().data() / "keys", next->data() / "keys", fs::copy_options::recursive);
    restored_ = std::move(next);
    said({"restore", "--from", world_.path(name)});
    restored_->start();
  }
  bool is_sound() override { return server().run({"check"}).exit_status == 0; }

 private:
  LocalServer& server() { return restored_ ? *restored_ : world_.server; }
  Value said(const std::vector<std::string>& words) {
    const auto command = server().run(words);
    if (command.exit_status != 0) throw std::runtime_error("suoi " + words.front() + ": " + command.err);
    return command.json;
  }

  World world_;
  std::unique_ptr<LocalServer> restored_;
};

}  // namespace

TEST_CASE("Every scenario of the protocol comes out as it says, with the real program") {
  const fs::path file = GENERATE(from_range(vectors::vector_files()));
  if (file.stem() == kManyPairs) return;
  vectors::play_file(file, [] { return std::make_unique<RealProgram>(); });
}

TEST_CASE("Every pair of rules comes out as its scenario says, with the real program", "[long]") {
  for (const fs::path& file : vectors::vector_files()) {
    if (file.stem() == kManyPairs) vectors::play_file(file, [] { return std::make_unique<RealProgram>(); });
  }
}
