// Names lie in the store only sealed, and go for good with their key.

#include <catch2/catch.hpp>
#include <fstream>

#include "../../storage/src/keyring.hpp"
#include "../../storage/src/record_codec.hpp"
#include "../../storage/src/rows.hpp"
#include "../../storage/src/sqlite_store.hpp"
#include "../../storage/src/value_codec.hpp"
#include "store_fixture.hpp"
#include "suoi/certs/hashing.hpp"

namespace suoi::storage::test {
namespace {

using domain::Value;

constexpr std::string_view kPaU = "2025:03442";
const std::string kPlanted = "Quàng Văn Thử";
const std::string kOther = "Thử Văn Quàng";
const std::string kThird = "Quàng Thử Ba";

bool stands_in(const std::filesystem::path& folder, const std::string& bytes) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string all{std::istreambuf_iterator<char>(file), {}};
    if (all.find(bytes) != std::string::npos) return true;
  }
  return false;
}

bool any_name_stands_in(const std::filesystem::path& folder) {
  return stands_in(folder, kPlanted) || stands_in(folder, kOther) || stands_in(folder, kThird);
}

Edit person(const domain::RecordId& id, const std::string& name) {
  return {"person", id, 0, {{"unit", kPaU}, {"full_name", Value(name)}}, false};
}

// A name in a record, in history, in a case that it opened, and in what was kept aside.
void plant(Store& store, const domain::RecordId& id) {
  Phone a(1);
  Phone b(2);
  send(store, a, {person(id, kPlanted)});
  send(store, a, {set_field("person", id, 1, "full_name", kOther)});
  send(store, b, {set_field("person", id, 1, "full_name", kThird)});
  send(store, b, {{"person", record_id(7), 0, {{"unit", "2025:99999"}, {"full_name", Value(kPlanted)}}, false}});
}

std::string name_of(Store& store, const domain::RecordId& id) {
  return ask(store, [&](Reader& reader) { return reader.record(id)->text("full_name"); });
}

// What everybody who may read everything can read, as one text.
std::string everything(Store& store) {
  std::string all;
  for (const char* name : {"2025:03442", "2025:03442/desk"}) {
    for (const StreamEntry& entry : page_of(store, name)) {
      all += domain::canonical_json(Value(sync::readable_fields(entry.record)));
    }
  }
  store.read([&](Reader& reader) {
    for (const std::uint64_t n : {2U, 7U}) {
      for (const AuditEntry& entry : reader.audit(record_id(n))) {
        all += domain::canonical_json(entry.change.change.content);
      }
    }
  });
  return all;
}

// Makes of a store what an earlier release left: everything in it readable.
void open_all_seals(const std::filesystem::path& folder) {
  const auto file = folder / "store.db";
  {
    const auto made = options();
    Connection connection(file, Access::read_write);
    Names names = load_names(connection, *made.catalogue);
    Keyring keyring(file, made.master, made.random_bytes);
    names.open_with(keyring);
    Query records(connection, "SELECT id, collection, version, live, state, stream, position FROM record");
    while (records.step()) {
      const sync::Record record = record_of(records, 0, names);
      const std::string state = record_state(record, names);
      const auto seal = record_seal(record, names.number(*record.collection), records.integer(5), records.integer(6),
                                    state, made.hashing);
      run(connection, "UPDATE record SET state = ?, seal = ? WHERE id = ?", Blob{state},
          static_cast<std::int64_t>(seal), blob(record.id));
    }
    Query changes(connection, "SELECT * FROM stored_change");
    while (changes.step()) {
      ChangeRow row = change_row(changes);
      const Value content = value_of_blob(row.content, names);
      row.content = value_blob(content, names);
      row.digest = certs::sha256(domain::canonical_json(content));
      run(connection, "UPDATE change SET content = ?, digest = ?, seal = ?, stream = 0 WHERE no = ?", Blob{row.content},
          blob(row.digest), static_cast<std::int64_t>(seal_of(row, made.hashing)), row.no);
    }
  }
  back_to_first_schema(folder);
}

}  // namespace

TEST_CASE("A name stands in no file of the store or of its backup, wherever it came in, and is read all the same") {
  const ScratchFolder folder;
  const auto store = Store::create(folder.path() / "store", options());
  plant(*store, record_id(2));
  CHECK_FALSE(name_of(*store, record_id(2)).empty());
  const std::string readable = everything(*store);
  for (const std::string& name : {kPlanted, kOther, kThird}) CHECK(readable.find(name) != std::string::npos);
  store->backup(folder.path() / "backup.db", 1, {});
  store->checkpoint();
  CHECK_FALSE(any_name_stands_in(folder.path()));
  CHECK(store->check({}).ok);
}

TEST_CASE("With the key destroyed nobody reads the name any more, and everything else stays whole") {
  const ScratchFolder folder;
  const auto store = Store::create(folder.path() / "store", options());
  plant(*store, record_id(2));
  const auto wrapped = [&] {
    Connection connection(folder.path() / "store" / "store.db", Access::read_only);
    Query query(connection, "SELECT wrapped FROM person_key WHERE subject = ?", blob(record_id(2)));
    return query.step() ? std::string(query.bytes(0)) : std::string();
  };
  const std::string key = wrapped();
  REQUIRE_FALSE(key.empty());
  commit(*store, [](Transaction& transaction) {
    CHECK(transaction.record(record_id(2))->value("full_name").text() != nullptr);
    transaction.erase(record_id(2), 5);
    CHECK(transaction.record(record_id(2))->value("full_name").is_null());
  });
  store->scrub();
  CHECK(wrapped().empty());
  CHECK_FALSE(stands_in(folder.path() / "store", key));
  CHECK(ask(*store, [](Reader& reader) { return reader.erased(record_id(2)); }));
  const std::string readable = everything(*store);
  CHECK(readable.find(kOther) == std::string::npos);
  CHECK(readable.find(kThird) == std::string::npos);
  CHECK(readable.find(kPlanted) != std::string::npos);  // the other person of that name, kept aside
  CHECK(store->check({}).ok);
  CHECK(store->verify_audit({}, {}).ok);
}

TEST_CASE("A destroyed key that could not be scrubbed away at once is gone after the next writing") {
  const ScratchFolder folder;
  const auto place = folder.path() / "store";
  auto store = Store::create(place, options());
  plant(*store, record_id(2));
  std::string key;
  {
    Connection connection(place / "store.db", Access::read_only);
    Query query(connection, "SELECT wrapped FROM person_key WHERE subject = ?", blob(record_id(2)));
    REQUIRE(query.step());
    key = query.bytes(0);
  }
  commit(*store, [](Transaction& transaction) { transaction.erase(record_id(2), 5); });
  store.reset();  // the process ends before it scrubs
  REQUIRE(stands_in(place, key));
  store = Store::open(place, options());
  store->read([&](Reader& reader) {
    reader.epoch();
    commit(*store, [](Transaction&) {});  // while somebody reads: put off, without waiting
  });
  CHECK(stands_in(place, key));
  store.reset();
  store = Store::open(place, options());
  commit(*store, [](Transaction&) {});
  CHECK_FALSE(stands_in(place, key));
  CHECK(store->check({}).ok);
}

TEST_CASE("What comes of an erased person later is not sealed under a new key, but dropped") {
  const ScratchFolder folder;
  const auto store = Store::create(folder.path() / "store", options());
  Phone a(1);
  send(*store, a, {person(record_id(2), kPlanted)});
  commit(*store, [](Transaction& transaction) { transaction.erase(record_id(2), 5); });
  send(*store, a, {set_field("person", record_id(2), 1, "full_name", kOther)});
  CHECK(name_of(*store, record_id(2)).empty());
  commit(*store, [](Transaction& transaction) {
    sync::Change change = sync::read_change(Value::Object{{"at", 1},
                                                          {"collection", "person"},
                                                          {"record", Value(record_id(2).text())},
                                                          {"base", 0},
                                                          {"set", Value::Object{{"full_name", Value(kOther)}}}},
                                            9);
    CHECK_FALSE(transaction.digest_of(change));
  });
  CHECK_FALSE(any_name_stands_in(folder.path()));
}

TEST_CASE("The digest of a change with a name cannot be tried out without the key; others are as ever") {
  const ScratchFolder folder;
  const auto store = Store::create(folder.path() / "store", options());
  const auto change = [](const char* collection, const char* field) {
    sync::Change made = sync::read_change(Value::Object{{"at", 1},
                                                        {"collection", collection},
                                                        {"record", Value(record_id(2).text())},
                                                        {"base", 0},
                                                        {"set", Value::Object{{field, "Mai"}}}},
                                          9);
    made.digest = certs::sha256("content");
    return made;
  };
  commit(*store, [&](Transaction& transaction) {
    const auto keyed = transaction.digest_of(change("person", "full_name"));
    CHECK(keyed);
    CHECK(keyed != certs::sha256("content"));
    CHECK(keyed == transaction.digest_of(change("person", "full_name")));
    CHECK(transaction.digest_of(change("person", "membership")) == certs::sha256("content"));
    CHECK(transaction.digest_of(change("activity", "title")) == certs::sha256("content"));
  });
}

TEST_CASE("A key that was made in a job that failed is used by nobody afterwards") {
  const ScratchFolder folder;
  {
    const auto store = Store::create(folder.path() / "store", options());
    Phone a(1);
    Phone b(2);
    const std::array<Store::Job, 3> jobs = {
        [&](Transaction& transaction) { submit(transaction, a, {person(record_id(3), kOther)}); },
        [&](Transaction& transaction) {
          Phone failing(9);
          submit(transaction, failing, {person(record_id(2), kPlanted)});
          throw std::runtime_error("undone");
        },
        [&](Transaction& transaction) {
          submit(transaction, b, {person(record_id(2), kPlanted)});
          CHECK(transaction.record(record_id(3))->text("full_name") == kOther);
        }};
    const auto outcomes = store->commit_group(jobs);
    CHECK_FALSE(outcomes[0]);
    CHECK(outcomes[1]);
    CHECK_FALSE(outcomes[2]);
  }
  const auto again = Store::open(folder.path() / "store", options());
  CHECK(name_of(*again, record_id(2)) == kPlanted);
  CHECK(name_of(*again, record_id(3)) == kOther);
}

TEST_CASE("Another process learns of new keys and of destroyed ones") {
  const ScratchFolder folder;
  const auto server = Store::create(folder.path() / "store", options());
  const auto command_line = Store::open(folder.path() / "store", options());
  Phone a(1);
  send(*command_line, a, {person(record_id(2), kPlanted)});
  CHECK(name_of(*server, record_id(2)) == kPlanted);
  commit(*command_line, [](Transaction& transaction) { transaction.erase(record_id(2), 5); });
  CHECK(name_of(*server, record_id(2)).empty());
}

TEST_CASE("A store is not opened with another master key, and without one shows no name and takes none") {
  const ScratchFolder folder;
  {
    const auto store = Store::create(folder.path() / "store", options());
    Phone a(1);
    send(*store, a, {person(record_id(2), kPlanted)});
  }
  Store::Options other = options();
  const certs::SecretBox master(std::string(32, 'x'));
  other.master = &master;
  CHECK_THROWS_WITH(Store::open(folder.path() / "store", other), Catch::Matchers::Contains("another master key"));
  other.master = nullptr;
  const auto blind = Store::open(folder.path() / "store", other);
  CHECK(name_of(*blind, record_id(2)).empty());
  Phone b(2);
  CHECK_THROWS_AS(send(*blind, b, {person(record_id(3), kOther)}), StoreFault);
  CHECK_NOTHROW(send(*blind, b, {new_activity(record_id(4), kPaU, "Khám răng")}));
}

TEST_CASE("A store of an earlier release is sealed when it is opened, and nothing readable stays in its files") {
  const ScratchFolder folder;
  const auto place = folder.path() / "store";
  std::string before;
  {
    const auto store = Store::create(place, options());
    plant(*store, record_id(2));
    before = everything(*store);
  }
  open_all_seals(place);
  REQUIRE(any_name_stands_in(place));
  const auto store = Store::open(place, options());
  CHECK(everything(*store) == before);
  CHECK_FALSE(any_name_stands_in(place));
  CHECK(store->check({}).ok);
  CHECK(store->verify_audit({}, {}).ok);
  Phone c(3);
  send(*store, c, {new_activity(record_id(4), kPaU, "Khám răng")});
  CHECK(store->verify_audit({}, {}).ok);
}

}  // namespace suoi::storage::test
