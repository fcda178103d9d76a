// What check() finds when somebody, or a bad disk, changed a store behind its back.

#include <catch2/catch.hpp>

#include "store_fixture.hpp"

namespace suoi::storage::test {
namespace {

constexpr std::string_view kPaU = "2025:03442";

struct Damage {
  std::string what;
  std::string sql;
  std::string finding;  // part of a problem that it has to name
};

// A store with everything in it that check() compares.
void fill(Store& store) {
  Phone a(1);
  Phone b(2);
  const auto activity = record_id(1);
  const auto person = record_id(2);
  Edit planned = new_activity(activity, kPaU, "A");
  planned.set.emplace("planned_start", std::int64_t{1'790'000'000'000});
  send(store, a, {planned, {"person", person, 0, {{"unit", kPaU}, {"full_name", "Mai"}}, false}});
  send(store, a, {new_activity(record_id(3), kPaU, "B"), new_activity(record_id(4), kPaU, "C")});
  send(store, a,
       {delete_record("activity", record_id(3), 1), set_field("activity", record_id(4), 1, "unit", "2025:03433")});
  send(store, a, {set_field("person", person, 1, "full_name", "Lò Mai")});
  send(store, b, {set_field("person", person, 1, "full_name", "Mai Lò")});            // opens a case
  send(store, b, {set_field("activity", record_id(9), 7, "title", "waits for it")});  // kept aside
  commit(store, [&](Transaction& transaction) {
    const Life life = *transaction.life(b.device, b.incarnation);
    transaction.book_lost(life.no, life.acked + 1, life.acked + 3);
    sync::MergePlan plan;
    sync::RecordUpdate certificate;
    certificate.after.collection = domain::release_catalogue().find("certificate");
    certificate.after.id = record_id(50);
    certificate.after.live = true;
    certificate.after.version = 1;
    certificate.after.unit = unit(kPaU);
    certificate.after.stream = {sync::StreamType::person, {}, {person.uuid}};
    certificate.after.state_or_new(2).value = "12-2026-000001";
    certificate.after.state_or_new(9).value = "issuing";
    plan.records.push_back(certificate);
    sync::PlannedChange change;
    change.change = sync::read_change(domain::Value::Object{{"at", 1},
                                                            {"collection", "certificate"},
                                                            {"record", record_id(50).text()},
                                                            {"base", 0},
                                                            {"set", domain::Value::Object{{"status", "issuing"}}}},
                                      transaction.next_server_seq());
    change.device = transaction.server_device();
    change.life = transaction.server_life();
    change.version = 1;
    plan.changes.push_back(change);
    transaction.apply(plan);
    for (const char* entry : {"first", "second", "third"}) transaction.append_to_log(entry, 1);
  });
}

const std::vector<Damage>& damages() {
  static const std::vector<Damage> all = {
      {"a changed state", "UPDATE record SET state = replace(state, 'A', 'Z') WHERE hex(state) LIKE '%0141%'",
       "altered"},
      {"an unreadable state", "UPDATE record SET state = x'0101'", "damaged"},
      {"a raised version", "UPDATE record SET version = version + 1", "altered"},
      {"a version whose seal fits no more, and the sum", "UPDATE record SET version = version + 1", "sum"},
      {"a record in another stream", "UPDATE record SET stream = 1 + (SELECT max(no) FROM stream)", "another stream"},
      {"a dead record called live", "UPDATE record SET live = 1 WHERE live = 0", "being live"},
      {"a record that vanished", "DELETE FROM record WHERE live = 1", "not there"},
      {"a position above the head", "UPDATE record SET position = 99 WHERE position = 1", "above the head"},
      {"a position given twice",
       "UPDATE record SET position = (SELECT max(position) FROM record AS o WHERE o.stream = record.stream)", "twice"},
      {"an entry of the log that vanished", "DELETE FROM log_entry WHERE no = 1", "lacks an entry"},
      {"an entry of the log that was rewritten", "UPDATE log_entry SET entry = x'01' WHERE no = 0", "do not follow"},
      {"a hash of the log that was changed", "UPDATE log_tile SET hashes = zeroblob(96)", "do not follow"},
      {"a wrong sum", "UPDATE stream SET sum = sum + 1", "sum"},
      {"a head set back", "UPDATE stream SET head = 0", "head"},
      {"a broken name of a stream", "UPDATE stream SET key = 'x' || key", "unreadable"},
      {"a change that vanished", "DELETE FROM change WHERE version IS NOT NULL", "no change made it"},
      {"a change in the middle that vanished", "DELETE FROM change WHERE life = 2 AND seq = 2", "gap"},
      {"an altered content", "UPDATE change SET content = (SELECT content FROM change WHERE no = 2) WHERE no = 1",
       "altered"},
      {"an altered digest", "UPDATE change SET digest = zeroblob(32) WHERE no = 3", "altered"},
      {"a content that names another record",
       "UPDATE change SET content = (SELECT content FROM change WHERE no = 2) WHERE no = 1", "names another record"},
      {"an altered verdict", "UPDATE change SET verdict = NULL WHERE version IS NULL", "neither applied"},
      {"an altered time", "UPDATE change SET corrected = corrected + 1", "altered"},
      {"an altered base", "UPDATE change SET base = base + 1", "altered"},
      {"another author", "UPDATE change SET person = zeroblob(16)", "altered"},
      {"a shifted version of a change", "UPDATE change SET version = version + 5 WHERE version = 1", "newer"},
      {"a change of nobody", "UPDATE change SET life = 77 WHERE no = 1", "no incarnation"},
      {"acked too high", "UPDATE life SET acked = acked + 1 WHERE no = 2", "gap"},
      {"acked too low", "UPDATE life SET acked = acked - 1 WHERE no = 2", "gap"},
      {"safe above acked", "UPDATE life SET safe = 1000", "safe"},
      {"a lost device", "DELETE FROM device", "no device"},
      {"a wrong last time", "UPDATE life SET last_corrected = last_corrected + 1 WHERE no = 2", "latest change"},
      {"lost and stored at once", "UPDATE lost SET first = first - 1", "given up for lost"},
      {"a forgotten loss", "DELETE FROM lost", "gap"},
      {"a missing link", "DELETE FROM link", "link"},
      {"a link too many", "INSERT INTO link VALUES (zeroblob(16), 1, zeroblob(16))", "follow from no record"},
      {"a missing time", "DELETE FROM activity_time", "its time is missing"},
      {"a wrong time", "UPDATE activity_time SET since = since - 1", "its time is missing"},
      {"a time too many", "INSERT INTO activity_time VALUES (1, 2, zeroblob(16), 1)", "follow from no activity"},
      {"a missing certificate", "DELETE FROM certificate", "among the certificates"},
      {"a certificate listed as issued", "UPDATE certificate SET issuing = 0", "among the certificates"},
      {"a number too many", "INSERT INTO certificate (record, number, issuing) VALUES (zeroblob(16), 'x', 0)",
       "not there"},
      {"a removal of a live record",
       "INSERT INTO tombstone SELECT stream, position + 1000, id, 0, 0 FROM record WHERE live = 1", "do not fit"},
      {"a removal of nothing", "INSERT INTO tombstone VALUES (1, 1000, zeroblob(16), 1, 0)", "do not fit"},
      {"a removal in no stream",
       "UPDATE tombstone SET stream = 99 WHERE position = (SELECT max(position) FROM tombstone)", "no stream"},
      {"a word that is gone", "UPDATE name SET text = 'xx' WHERE text = 'person'", "no collection"},
  };
  return all;
}

TEST_CASE("A sound store has nothing to find, and check counts what there is") {
  const ScratchFolder folder;
  const auto store = Store::create(folder.path(), options());
  fill(*store);
  std::int64_t first_total = -1;
  std::int64_t last_done = -1;
  const auto report = store->check([&](std::int64_t done, std::int64_t total) {
    if (first_total < 0) first_total = total;
    last_done = done;
  });
  for (const auto& problem : report.problems) UNSCOPED_INFO(problem);
  CHECK(report.ok);
  CHECK(report.problems.empty());
  CHECK(report.records >= 5);
  CHECK(report.changes >= 10);
  CHECK(report.streams >= 4);
  CHECK(last_done == first_total);
}

TEST_CASE("check finds every kind of damage and says in words what is wrong") {
  const ScratchFolder folder;
  {
    const auto store = Store::create(folder.path() / "sound", options());
    fill(*store);
    store->checkpoint();
  }
  int number = 0;
  for (const Damage& damage : damages()) {
    CAPTURE(damage.what, damage.sql);
    const auto copy = folder.path() / std::to_string(number++);
    std::filesystem::copy(folder.path() / "sound", copy);
    tamper(copy, damage.sql);
    const auto report = Store::open(copy, options())->check({});
    std::string problems;
    for (const std::string& problem : report.problems) problems += problem + "\n";
    CHECK_FALSE(report.ok);
    CHECK_THAT(problems, Catch::Contains(damage.finding));
  }
}

}  // namespace
}  // namespace suoi::storage::test
