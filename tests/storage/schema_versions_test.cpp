// Old and new apps and servers speak different versions of the catalogue; nothing of what they say is lost.

#include <catch2/catch.hpp>

#include "store_fixture.hpp"
#include "suoi/certs/hashing.hpp"

namespace suoi::storage::test {
namespace {

using domain::Value;

constexpr std::string_view kPaU = "2025:03442";
constexpr std::string_view kDesk = "2025:03442/desk";

// The release's catalogue with another table of fields for `need`.
struct Release {
  std::vector<domain::Field> fields;
  std::vector<domain::Collection> collections;
  std::vector<domain::SchemaStep> steps;
  domain::Catalogue catalogue;

  Release(std::int64_t version, std::vector<domain::Field> need_fields, std::vector<domain::SchemaStep> all_steps = {})
      : fields(std::move(need_fields)),
        collections(with_fields(fields)),
        steps(std::move(all_steps)),
        catalogue(collections, version, steps) {}
  Release(const Release&) = delete;

  static std::vector<domain::Field> need_fields() {
    const auto all = domain::release_catalogue().find("need")->fields;
    return {all.begin(), all.end()};
  }

 private:
  static std::vector<domain::Collection> with_fields(const std::vector<domain::Field>& fields) {
    const auto all = domain::release_catalogue().collections();
    std::vector<domain::Collection> collections(all.begin(), all.end());
    for (domain::Collection& collection : collections) {
      if (collection.name == "need") collection.fields = fields;
    }
    return collections;
  }
};

sync::Authority everywhere() {
  sync::Assignment coordinator;
  coordinator.role = domain::Role::coordinator;
  coordinator.unit = unit("2025:12");
  return {false, {coordinator}};
}

std::vector<domain::Field> without(std::string_view name) {
  auto fields = Release::need_fields();
  std::erase_if(fields, [&](const domain::Field& field) { return field.name == name; });
  return fields;
}

std::vector<domain::Field> renamed(std::string_view from, std::string_view into) {
  auto fields = Release::need_fields();
  for (domain::Field& field : fields) {
    if (field.name == from) field.name = into;
  }
  return fields;
}

struct World {
  ScratchFolder folder;
  std::unique_ptr<Store> store;
  const Release* release = nullptr;
  Phone mai{1};
  Phone lan{2};

  // The store as this release serves it, from now on.
  void serve(const Release& next) {
    release = &next;
    Store::Options with = options();
    with.catalogue = &next.catalogue;
    store.reset();
    store = Store::create(folder.path() / "store", with);
    if (!store) store = Store::open(folder.path() / "store", with);
  }
  sync::Rules rules() const { return {release->catalogue, test::rules().units, certs::openssl_hashing()}; }

  // Sends one change that speaks this version; gives its verdict.
  sync::Verdict send(Phone& phone, std::int64_t version, const domain::RecordId& record, std::int64_t base,
                     Value::Object set) {
    sync::Verdict verdict;
    commit(*store, [&](Transaction& transaction) {
      if (!transaction.device(phone.device)) {
        Device device;
        device.id = phone.device;
        device.person = phone.person;
        transaction.put_device(device, certs::sha256(phone.device.text()));
      }
      const Life life = transaction.open_life(phone.device, phone.incarnation);
      phone.clock_ms += 1'000;
      const std::int64_t seq = life.acked + 1;
      const Value content = Value::Object{{"seq", Value(seq)},    {"at", Value(phone.clock_ms)},
                                          {"collection", "need"}, {"record", Value(record.text())},
                                          {"base", Value(base)},  {"set", Value(set)}};
      sync::Change change = sync::read_change(content, seq);
      change.digest = certs::sha256(domain::canonical_json(content));
      change.schema_version = version;
      sync::read_in_todays_words(change, release->catalogue);
      sync::ChangeSet changes;
      changes.author = {phone.device, phone.person, life.no, everywhere()};
      changes.arrival_ms = phone.clock_ms;
      changes.changes.push_back({std::move(change), phone.clock_ms});
      const auto plan = sync::plan_merge(transaction, std::move(changes), rules());
      for (const auto& planned : plan.changes) {
        if (planned.life == life.no && planned.change.seq == seq) verdict = planned.verdict;
      }
      transaction.apply(plan);
    });
    return verdict;
  }
  // A role that the store itself knows of.
  void grant(const Phone& phone) {
    commit(*store, [&](Transaction& transaction) {
      const Life life = transaction.server_life_row();
      const std::int64_t seq = transaction.next_server_seq();
      const Value set =
          Value::Object{{"unit", "2025:12"}, {"person", Value(phone.person.text())}, {"role", Value("coordinator")}};
      const Value content = Value::Object{
          {"seq", Value(seq)}, {"at", 1},   {"collection", "role_assignment"}, {"record", Value(record_id(900).text())},
          {"base", 0},         {"set", set}};
      sync::ChangeSet changes;
      changes.author = {life.device, {}, life.no, {true, {}}};
      changes.changes.push_back({sync::read_change(content, seq), 1});
      transaction.apply(sync::plan_merge(transaction, std::move(changes), rules()));
    });
  }
  void take_up() {
    commit(*store, [&](Transaction& transaction) {
      std::vector<domain::RecordId> held;
      for (const auto& record : transaction.all_of(*release->catalogue.find("quarantine"), {}, 100)) {
        held.push_back(record.id);
      }
      transaction.apply(sync::plan_update(transaction, held, mai.clock_ms + 5'000, rules()));
    });
  }
  Value value(const domain::RecordId& id, std::string_view field) const {
    return ask(*store, [&](Reader& reader) {
      const auto record = reader.record(id);
      return record ? record->value(field) : Value();
    });
  }
  std::vector<std::string> states_of_quarantine() const {
    std::vector<std::string> states;
    for (const StreamEntry& entry : page_of(*store, kDesk)) {
      if (entry.record.collection->name == "quarantine") states.push_back(entry.record.text("state"));
    }
    return states;
  }
  bool is_sound() const {
    const auto report = store->check({});
    for (const auto& problem : report.problems) UNSCOPED_INFO(problem);
    return report.ok;
  }
};

Value::Object need(Value::Object more = {}) {
  more.emplace("unit", kPaU);
  more.emplace("category", "warm_clothing");
  return more;
}

TEST_CASE("A field that only a newer app knows is kept aside alone, and taken up after the update") {
  const Release old_release(2, without("priority"));
  const Release new_release(3, Release::need_fields());
  World world;
  world.serve(old_release);
  const sync::Verdict verdict = world.send(world.mai, 3, record_id(1), 0, need({{"priority", 4}, {"note", "gấp"}}));
  CHECK(verdict.kind == sync::VerdictKind::quarantined);
  REQUIRE(verdict.fault);
  CHECK(verdict.fault->code == "unknown_field");
  CHECK(verdict.fault->field == "priority");
  CHECK(world.value(record_id(1), "note") == Value("gấp"));
  CHECK(world.states_of_quarantine() == std::vector<std::string>{"held"});
  world.take_up();
  CHECK(world.states_of_quarantine() == std::vector<std::string>{"held"});
  CHECK(world.is_sound());

  world.serve(new_release);
  SECTION("as its author wrote it") {
    world.take_up();
    CHECK(world.value(record_id(1), "priority") == Value(4));
    CHECK(world.states_of_quarantine() == std::vector<std::string>{"released"});
    world.take_up();
    CHECK(world.value(record_id(1), "priority") == Value(4));
  }
  SECTION("and merged with what somebody wrote since, who had not seen it") {
    world.lan.clock_ms = world.mai.clock_ms + 60'000;
    world.send(world.lan, 3, record_id(1), 0, {{"priority", 7}});
    world.take_up();
    CHECK(world.value(record_id(1), "priority") == Value(7));
    const auto record = ask(*world.store, [](Reader& reader) { return *reader.record(record_id(1)); });
    CHECK(record.state(record.collection->slot(*record.collection->field("priority")))->frontier.size() == 2);
  }
  CHECK(world.is_sound());
}

TEST_CASE("A change of nothing but a newer field waits whole, and is applied after the update") {
  const Release old_release(2, without("priority"));
  const Release new_release(3, Release::need_fields());
  World world;
  world.serve(old_release);
  world.send(world.mai, 3, record_id(1), 0, need());
  CHECK(world.send(world.mai, 3, record_id(1), 1, {{"priority", 4}}).fault->code == "unknown_field");
  world.serve(new_release);
  SECTION("where its author may do what it does") {
    world.grant(world.mai);
    world.take_up();
    CHECK(world.value(record_id(1), "priority") == Value(4));
    CHECK(world.states_of_quarantine() == std::vector<std::string>{"released"});
  }
  SECTION("else it stays where people see it") {
    world.take_up();
    CHECK(world.value(record_id(1), "priority").is_null());
    CHECK(world.states_of_quarantine() == std::vector<std::string>{"held"});
  }
  CHECK(world.is_sound());
}

TEST_CASE("An app of this version or an older one that names an unknown field has its change kept aside whole") {
  const Release old_release(2, without("priority"));
  World world;
  world.serve(old_release);
  CHECK(world.send(world.mai, 2, record_id(1), 0, need({{"priority", 4}})).fault->code == "unknown_field");
  CHECK(world.value(record_id(1), "category").is_null());
}

TEST_CASE("After a field got another name, old apps are understood, and what was stored before is found") {
  const Release old_release(2, renamed("priority", "urgency"));
  const domain::SchemaStep step{3, domain::SchemaStep::Renames::field, "need", "", "urgency", "priority"};
  const Release new_release(3, Release::need_fields(), {step});
  World world;
  world.serve(old_release);
  world.send(world.mai, 2, record_id(1), 0, need({{"urgency", 4}}));
  world.serve(new_release);
  CHECK(world.value(record_id(1), "priority") == Value(4));
  CHECK(world.is_sound());

  CHECK(world.send(world.mai, 2, record_id(2), 0, need({{"urgency", 5}})).kind == sync::VerdictKind::applied);
  CHECK(world.value(record_id(2), "priority") == Value(5));
  SECTION("the history stays as it was written, and a concurrent edit reads it in today's words") {
    world.lan.clock_ms = world.mai.clock_ms + 60'000;
    world.send(world.lan, 3, record_id(1), 0, {{"priority", 6}});
    CHECK(world.value(record_id(1), "priority") == Value(6));
    const auto audit = ask(*world.store, [](Reader& reader) { return reader.audit(record_id(1)); });
    REQUIRE(audit.size() == 2);
    CHECK(audit[0].change.change.content->find("set")->find("urgency") != nullptr);
    CHECK(audit[0].change.change.set.at("priority") == Value(4));
  }
  CHECK(world.is_sound());
}

}  // namespace
}  // namespace suoi::storage::test
