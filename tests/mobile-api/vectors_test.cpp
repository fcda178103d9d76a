// The scenarios of tests/vectors against the service in this process, with a clock that moves when it is told to.

#include <array>
#include <catch2/catch.hpp>
#include <cstring>
#include <random>

#include "../support/vectors/runner.hpp"
#include "suoi/certs/hashing.hpp"
#include "suoi/client/json.hpp"
#include "suoi/mobile_api/administration.hpp"
#include "suoi/mobile_api/api.hpp"
#include "suoi/mobile_api/housekeeping.hpp"

namespace suoi::mobile_api::test {
namespace {

namespace fs = std::filesystem;

std::shared_ptr<const domain::AdminUnits> shared_units() {
  static const auto units = domain::AdminUnits::embedded();
  return units;
}

storage::Store::Options options() {
  storage::Store::Options options;
  options.catalogue = &domain::release_catalogue();
  options.hashing = certs::openssl_hashing();
  options.random_bytes = [](std::span<std::uint8_t> bytes) {
    const std::string random = certs::random_bytes(bytes.size());
    std::memcpy(bytes.data(), random.data(), bytes.size());
  };
  options.readers = 1;
  return options;
}

class InProcess final : public vectors::Host, private Writer {
 public:
  InProcess() {
    std::random_device random;
    folder_ = fs::temp_directory_path() / ("suoi-vectors-" + std::to_string(random()) + "-" + std::to_string(random()));
    fs::create_directory(folder_);
    keys_ = std::make_unique<certs::KeyStore>(
        certs::KeyStore::open({folder_ / "keys", std::nullopt}, InProcess::now_ms()).value());
    storage::Store::Options with_keys = options();
    with_keys.master = &keys_->box();
    store_ = storage::Store::create(folder_ / "store", with_keys);
    api_ = std::make_unique<Api>(service());
  }
  ~InProcess() override {
    api_.reset();
    store_.reset();
    fs::remove_all(folder_);
  }

  std::unique_ptr<client::Link> link() override { return std::make_unique<Line>(*this); }
  std::int64_t now_ms() override { return now_ms_; }
  bool sets_clock() const override { return true; }
  void pass(std::int64_t ms) override {
    now_ms_ += ms;
    while (forget_old_removals(service(), 100) > 0) {
    }
  }

  vectors::Invited invite(const std::string& name, const std::vector<vectors::Role>& roles) override {
    domain::PersonId person;
    administer([&](storage::Transaction& transaction) {
      person = add_person(transaction, rules(), now_ms(), name, unit_of(roles.front()), std::nullopt);
    });
    for (const vectors::Role& role : roles) grant(person.text(), role);
    return {code_for(person), person.text()};
  }
  std::string invite_again(const std::string& person, const vectors::Role&) override { return code_for(id_of(person)); }
  void grant(const std::string& person, const vectors::Role& role) override {
    administer([&](storage::Transaction& transaction) {
      const NewRole granted{domain::parse_role(role.name).value(), unit_of(role), std::nullopt, "", ""};
      grant_role(transaction, rules(), now_ms(), id_of(person), granted);
    });
  }
  void withdraw(const std::string& person, const vectors::Role& role) override {
    administer([&](storage::Transaction& transaction) {
      withdraw_role(transaction, rules(), now_ms(), id_of(person), domain::parse_role(role.name).value(),
                    unit_of(role));
    });
  }
  void revoke(const std::string& device, bool stolen) override {
    administer([&](storage::Transaction& transaction) {
      transaction.revoke_device(domain::DeviceId::parse(device).value(), stolen, now_ms());
    });
  }
  void backup(const std::string& name) override { store_->backup(folder_ / name, now_ms(), {}); }
  void restore(const std::string& name) override {
    api_.reset();
    store_.reset();
    store_ = storage::Store::restore(folder_ / name, folder_ / ("store-from-" + name), options());
    api_ = std::make_unique<Api>(service());
  }
  bool is_sound() override { return store_->check({}).ok; }

 private:
  // Stays valid across a restore.
  class Line final : public client::Link {
   public:
    explicit Line(InProcess& host) : host_(host) {}
    std::optional<client::Answer> exchange(const client::LinkRequest& asked) override {
      host_.now_ms_ += 10;
      Request request;
      request.method = asked.method;
      request.path = asked.target;
      request.headers = {{"content-type", asked.content_type}};
      if (!asked.token.empty()) request.headers["authorization"] = "Bearer " + asked.token;
      request.body = asked.body;
      request.peer = "192.0.2.1";
      request.received_ms = host_.now_ms();
      const BodyLimits limits = host_.api_->limits_for(asked.method, asked.target);
      const bool too_large = asked.body.size() > limits.inflated_bytes_max;
      const Response response =
          too_large
              ? problem(413, "too_large", "beyond the limit inflated_bytes",
                        {{"limit_name", "\"inflated_bytes\""}, {"limit", std::to_string(limits.inflated_bytes_max)}})
              : host_.api_->handle(request);
      client::Answer answer{response.status, {}, response.body};
      for (const auto& [name, value] : response.headers) answer.headers[name] = value;
      return answer;
    }

   private:
    InProcess& host_;
  };

  void run(const storage::Store::Job& job) override {
    const auto outcomes = store_->commit_group(std::span(&job, 1));
    if (outcomes.front()) std::rethrow_exception(outcomes.front());
  }
  // What the operator does takes longer than a request.
  void administer(const storage::Store::Job& job) {
    now_ms_ += 1'000;
    run(job);
  }
  static domain::UnitKey unit_of(const vectors::Role& role) { return domain::UnitKey::parse(role.unit).value(); }
  static domain::PersonId id_of(const std::string& person) { return domain::PersonId::parse(person).value(); }
  static sync::Rules rules() { return {domain::release_catalogue(), *shared_units(), certs::openssl_hashing()}; }
  Service service() {
    return {*store_, *this, *keys_, rules(), [this] { return now_ms(); }};
  }
  std::string code_for(const domain::PersonId& person) {
    std::string code;
    administer([&](storage::Transaction& transaction) {
      code = mobile_api::invite(transaction, rules(), now_ms(), person).code;
    });
    return code;
  }

  fs::path folder_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<certs::KeyStore> keys_;
  std::unique_ptr<Api> api_;
  std::int64_t now_ms_ = 1'795'000'000'000;
};

}  // namespace

TEST_CASE("A scenario that tells something else than what happens is complained about, at its step") {
  const auto told = [](const char* fields) {
    const std::string text = std::string(R"({"people": {"mai": [["volunteer", "2025:03442"]]}, "steps": [
      {"save": "mai", "change": {"collection": "need", "record": "$R", "set": {"unit": "2025:03442",
                                 "category": "labour", "priority": 2}}},
      {"sync": "mai"}, {"holds": "mai", "records": {"R": {"fields": )") +
                             fields + "}}}]}";
    InProcess host;
    return vectors::play({"told", client::parse_json(text).value()}, host);
  };
  CHECK(told(R"({"priority": 2})").empty());
  REQUIRE(told(R"({"priority": 3})").size() == 1);
  CHECK_THAT(told(R"({"priority": 3})").front(), Catch::StartsWith("step 3 (holds)"));
  CHECK(told(R"({"priority": null})").size() == 1);
  CHECK(told(R"({"colour": "*"})").size() == 1);
}

TEST_CASE("Every scenario of the protocol comes out as it says, in this process") {
  std::size_t scenarios = 0;
  for (const fs::path& file : vectors::vector_files()) {
    scenarios += vectors::scenarios_of(file).size();
    vectors::play_file(file, [] { return std::make_unique<InProcess>(); });
  }
  CHECK(scenarios >= 120);
}

}  // namespace suoi::mobile_api::test
