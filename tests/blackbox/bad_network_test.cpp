// Many phones, a network that loses and repeats, phones put back from backups: in the end everybody has the same.
#include <random>
#include <set>

#include "suoi/client/lossy_link.hpp"
#include "world.hpp"

using namespace blackbox;

namespace {

constexpr suoi::client::LinkWeather kStorm = {
    .lose_request = 0.15, .lose_answer = 0.2, .duplicate = 0.15, .cut = 0.05, .cut_requests = 2, .delay_ms_max = 0};

// Looks at every answer of a sync: what must hold of each, whatever was asked.
class InspectingLink : public suoi::client::Link {
 public:
  explicit InspectingLink(suoi::client::Link& inner) : inner_(inner) {}

  std::optional<Answer> exchange(const suoi::client::LinkRequest& request) override {
    auto answer = inner_.exchange(request);
    if (answer && answer->status == 200 && request.target == "/v1/sync") {
      inspect(parse_json(request.body).value_or(Value()), parse_json(answer->body).value_or(Value()));
    }
    return answer;
  }

 private:
  static void inspect(const Value& asked, const Value& said) {
    std::set<std::string> held;
    for (const Value& stream : array_of(said, "streams")) held.insert(*stream.text());
    std::set<std::string> sent;
    for (const Value& record : array_of(said, "records")) {
      CHECK(sent.insert(text_of(record, "id")).second);
      CHECK(held.count(text_of(record, "stream")) == 1);
      if (!flag_of(said, "more")) CHECK(object_of(said, "sums").count(text_of(record, "stream")) == 1);
    }
    for (const Value& settled : array_of(said, "settled")) CHECK(sent.insert(*(*settled.array())[0].text()).second);
    for (const Value& removal : array_of(said, "removed")) CHECK(sent.count(text_of(removal, "id")) == 0);
    std::int64_t before = 0;
    for (const Value& verdict : array_of(said, "verdicts")) {
      CHECK(integer_of(verdict, "seq") > before);
      before = integer_of(verdict, "seq");
      CHECK(before <= integer_of(said, "acked"));
      CHECK(text_of(verdict, "verdict") != "applied");
    }
    CHECK(integer_of(said, "safe") <= integer_of(said, "acked"));
    for (const auto& [stream, position] : object_of(asked, "cursors")) {
      CHECK(integer_of(object_of(said, "cursors"), stream, *position.integer()) >= *position.integer());
    }
  }

  suoi::client::Link& inner_;
};

// Somebody who works in two communes over a bad link.
class Wanderer {
 public:
  Wanderer(const World& world, std::uint64_t seed)
      : phone_(world.phone("Người thứ " + std::to_string(seed % 100), "team_leader", {kPaU, kTaTong})),
        honest_(*phone_.link),
        bad_(honest_, seed, kStorm, [](std::int64_t) {}),
        device_(bad_, suoi::client::system_clock(), phone_->store()),
        random_(seed) {}

  void live() {
    for (auto deeds = 1 + random_() % 5; deeds > 0; --deeds) act();
    if (random_() % 10 == 0) backup_ = device_.store();
    if (backup_ && random_() % 15 == 0) device_.restore(*std::exchange(backup_, std::nullopt));
    attempt();
  }
  // Tries until it is through; anything but a lost message is a failure.
  void get_through() {
    for (int tries = 0; tries < 200; ++tries) {
      if (attempt()) return;
    }
    FAIL("never got through");
  }

  Device& device() { return device_; }
  int sums_differed() const { return sums_differed_; }
  const std::set<std::string>& made() const { return made_; }

 private:
  bool attempt() {
    const SyncReport report = device_.sync();
    sums_differed_ += report.sums_differed;
    INFO((report.problem ? report.problem->code + " " + report.problem->detail : std::string()));
    REQUIRE((report.outcome == SyncOutcome::done || report.outcome == SyncOutcome::no_answer));
    // What a device was told to be stored stays so, whatever becomes of the phone.
    for (const auto& record : device_.records("activity")) {
      if (!record.is_pending) made_.insert(record.id.text());
    }
    return report.outcome == SyncOutcome::done;
  }

  void act() {
    const auto known = device_.records("activity");
    if (known.empty() || random_() % 4 == 0) {
      device_.create("activity", {{"unit", Value(random_() % 2 == 0 ? kPaU : kTaTong)},
                                  {"title", Value("Việc " + std::to_string(random_() % 1000))},
                                  {"narrative", "một hai ba bốn năm sáu"},
                                  {"status", "planned"}});
      return;
    }
    const RecordId id = known[random_() % known.size()].id;
    suoi::client::Edit edit;
    switch (random_() % 6) {
      case 0:
        edit.inc["tally"] = static_cast<std::int64_t>(1 + random_() % 9);
        break;
      case 1:
        edit.add["themes"] = {"chủ đề " + std::to_string(random_() % 5)};
        break;
      case 2:
        edit.remove["themes"] = {"chủ đề " + std::to_string(random_() % 5)};
        break;
      case 3:
        edit.set["unit"] = Value(random_() % 2 == 0 ? kPaU : kTaTong);
        break;
      case 4:
        edit.set["narrative"] = "một hai ba bốn năm sáu " + std::to_string(random_() % 10);
        break;
      default:
        edit.set["planned_start"] = Value(static_cast<std::int64_t>(1'764'000'000'000 + random_() % 1000));
    }
    device_.change(id, edit);
  }

  Phone phone_;
  InspectingLink honest_;
  suoi::client::LossyLink bad_;
  Device device_;
  std::mt19937_64 random_;
  std::optional<suoi::client::LocalStore> backup_;
  std::set<std::string> made_;
  int sums_differed_ = 0;
};

void converge(std::uint64_t seed, int rounds) {
  INFO("seed " << seed);
  const World world;
  std::vector<std::unique_ptr<Wanderer>> wanderers;
  for (std::uint64_t i = 0; i < 4; ++i) wanderers.push_back(std::make_unique<Wanderer>(world, seed * 100 + i));
  std::mt19937_64 random(seed);
  for (int round = 0; round < rounds; ++round) wanderers[random() % wanderers.size()]->live();
  for (int twice = 0; twice < 2; ++twice) {
    for (const auto& one : wanderers) one->get_through();
  }
  const Phone fresh = world.phone("Người mới", "team_leader", {kPaU, kTaTong});
  synced(fresh);
  for (const auto& one : wanderers) {
    CHECK(one->sums_differed() == 0);
    CHECK(shown(one->device(), "activity") == shown(*fresh, "activity"));
    for (const std::string& id : one->made()) CHECK(fresh->record(*RecordId::parse(id)).has_value());
  }
  CHECK(world.server.run({"check"}).exit_status == 0);
}

}  // namespace

TEST_CASE("Four phones on a bad network end with the same records, though some were put back from backups") {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) converge(seed, 60);
}

TEST_CASE("Four phones on a bad network end with the same records, over many days", "[long]") {
  for (std::uint64_t seed = 10; seed < 40; ++seed) converge(seed, 200);
}
