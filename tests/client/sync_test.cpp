// Every row of the table of answers (protocol.md, "Sync"), and what a device keeps meanwhile.
#include <catch2/catch.hpp>

#include "scripted_server.hpp"
#include "suoi/client/ids.hpp"

using namespace suoi::client;
using suoi::domain::Value;
using Seqs = std::vector<std::int64_t>;

namespace {

const std::string kPaU = "2025:03442";

struct Phone {
  scripted::Server server;
  scripted::Time time;
  Device device{server, time.clock()};

  suoi::domain::RecordId need(const char* item) {
    return device.create("need", {{"unit", Value(kPaU)}, {"category", "warm_clothing"}, {"item", item}});
  }
};

}  // namespace

TEST_CASE("What was recorded without a network stays visible and is sent once there is one") {
  Phone phone;
  const auto id = phone.need("áo ấm");
  phone.device.edit(id, {{"priority", 1}});
  phone.server.then_nothing();
  CHECK(phone.device.sync().outcome == SyncOutcome::no_answer);
  CHECK(phone.device.record(id)->text("item") == "áo ấm");
  CHECK(phone.device.record(id)->is_pending);

  phone.server.then(scripted::ok(2, {{"settled", scripted::settled(id.text(), 7)}}));
  CHECK(phone.device.sync().outcome == SyncOutcome::done);
  CHECK(scripted::seqs(phone.server.asked[0]) == Seqs{1, 2});
  CHECK(scripted::seqs(phone.server.asked[1]) == Seqs{1, 2});
  CHECK(array_of(phone.server.asked[0], "changes") == array_of(phone.server.asked[1], "changes"));
  CHECK(phone.device.record(id)->version == 7);
  CHECK(phone.device.record(id)->integer("priority") == 1);
  CHECK_FALSE(phone.device.record(id)->is_pending);
}

TEST_CASE("A counter that was settled is not counted twice") {
  Phone phone;
  const auto id = phone.device.create("activity", {{"unit", Value(kPaU)}, {"title", "Khám bệnh"}});
  Edit taps;
  taps.inc["tally"] = 5;
  phone.device.change(id, taps);
  CHECK(phone.device.record(id)->integer("tally") == 5);
  phone.server.then(scripted::ok(2, {{"settled", scripted::settled(id.text(), 2)}}));
  phone.device.sync();
  CHECK(phone.device.record(id)->integer("tally") == 5);
  phone.device.change(id, taps);
  CHECK(phone.device.record(id)->integer("tally") == 10);
}

TEST_CASE("An edit names the version that was on the screen") {
  Phone phone;
  const auto id = phone.need("chăn");
  phone.server.then(scripted::ok(1, {{"settled", scripted::settled(id.text(), 12)}}));
  phone.device.sync();
  phone.device.edit(id, {{"priority", 2}});
  phone.server.then(scripted::ok(2, {{"settled", scripted::settled(id.text(), 13)}}));
  phone.device.sync();
  const Value& change = array_of(phone.server.asked.back(), "changes").front();
  CHECK(integer_of(change, "base", -1) == 12);
  CHECK(integer_of(change, "seq") == 2);
}

TEST_CASE("A gap is filled from the number that the server expects") {
  Phone phone;
  for (const char* item : {"a", "b", "c"}) phone.need(item);
  phone.server.then(scripted::ok(3));
  phone.device.sync();
  phone.need("d");
  phone.server.then(scripted::problem(409, "sequence_gap", {{"expected", 2}}));
  phone.server.then(scripted::ok(4));
  const SyncReport report = phone.device.sync();
  CHECK(report.outcome == SyncOutcome::done);
  CHECK(report.gaps == 1);
  CHECK(scripted::seqs(phone.server.asked.back()) == Seqs{2, 3, 4});
}

TEST_CASE("A restored phone takes a new incarnation and numbers what is pending anew") {
  Phone phone;
  phone.need("a");
  const auto second = phone.need("b");
  const auto third = phone.need("c");
  const std::string before = phone.device.store().life.incarnation.text();
  phone.server.then(scripted::problem(409, "device_forked", {{"at", 2}}));
  phone.server.then(scripted::ok(2));
  const SyncReport report = phone.device.sync();
  CHECK(report.outcome == SyncOutcome::done);
  CHECK(report.forks == 1);
  const Value& sent = phone.server.asked.back();
  CHECK(scripted::seqs(sent) == Seqs{1, 2});
  CHECK(text_of(sent, "incarnation") != before);
  CHECK(text_of(array_of(sent, "changes")[0], "record") == second.text());
  CHECK(text_of(array_of(sent, "changes")[1], "record") == third.text());
  const Value continues(object_of(sent, "continues"));
  CHECK(text_of(continues, "incarnation") == before);
  CHECK(integer_of(continues, "seq") == 1);
}

TEST_CASE("A restored server gets again what it lost, also from before a fork") {
  Phone phone;
  phone.need("a");
  phone.server.then(scripted::ok(1));
  phone.device.sync();
  const std::string first_life = phone.device.store().life.incarnation.text();
  phone.need("b");
  phone.server.then(scripted::problem(409, "device_forked", {{"at", 2}}));
  phone.server.then(scripted::ok(1));
  phone.device.sync();
  const std::string second_life = phone.device.store().life.incarnation.text();

  phone.server.then(scripted::problem(409, "server_restored", {{"epoch", "e2"}, {"expected", 1}}));
  phone.server.then(scripted::ok(1, {{"epoch", "e2"}}));
  phone.server.then(scripted::ok(1, {{"epoch", "e2"}}));
  CHECK(phone.device.sync().outcome == SyncOutcome::done);
  const auto& asked = phone.server.asked;
  CHECK(text_of(asked[asked.size() - 2], "incarnation") == first_life);
  CHECK(scripted::seqs(asked[asked.size() - 2]) == Seqs{1});
  CHECK(text_of(asked.back(), "incarnation") == second_life);
  CHECK(scripted::seqs(asked.back()) == Seqs{1});
}

TEST_CASE("After the server was restored, streams beyond its heads are forgotten and the others stay") {
  Phone phone;
  const auto near = new_record_id(1).text();
  const auto far = new_record_id(2).text();
  const Value::Object fields{{"item", "chăn"}};
  phone.server.then(scripted::ok(
      0, {{"streams", Value::Array{"s1", "s2"}},
          {"records", Value::Array{scripted::record(near, 3, fields, "s1"), scripted::record(far, 9, fields, "s2")}},
          {"cursors", Value::Object{{"s1", 3}, {"s2", 9}}}}));
  phone.device.sync();
  phone.server.then(scripted::problem(
      409, "server_restored", {{"epoch", "e2"}, {"expected", 1}, {"heads", Value::Object{{"s1", 3}, {"s2", 5}}}}));
  phone.server.then(scripted::ok(0, {{"epoch", "e2"}, {"streams", Value::Array{"s1", "s2"}}}));
  const SyncReport report = phone.device.sync();
  CHECK(report.restores == 1);
  CHECK(phone.device.store().epoch == "e2");
  CHECK(object_of(phone.server.asked.back(), "cursors") == Value::Object{{"s1", 3}});
  CHECK(phone.device.records("need").size() == 1);
}

TEST_CASE("Changes that a phone no longer has are owned up to as lost") {
  Phone phone;
  phone.need("a");
  phone.server.then(scripted::ok(1, {{"safe", 1}}));
  phone.device.sync();
  CHECK(phone.device.store().life.outbox.empty());
  phone.need("b");
  phone.server.then(scripted::problem(409, "server_restored", {{"epoch", "e2"}, {"expected", 1}}));
  phone.server.then(scripted::ok(2, {{"epoch", "e2"}}));
  const SyncReport report = phone.device.sync();
  CHECK(array_of(phone.server.asked.back(), "lost") == Value::Array{1, 1});
  CHECK(scripted::seqs(phone.server.asked.back()) == Seqs{2});
  CHECK(report.lost == std::vector<std::pair<std::int64_t, std::int64_t>>{{1, 1}});
}

TEST_CASE("Acknowledged changes are kept until they are safe or 60 days old") {
  Phone phone;
  phone.need("a");
  phone.need("b");
  phone.server.then(scripted::ok(2, {{"safe", 1}}));
  phone.device.sync();
  CHECK(phone.device.store().life.outbox.size() == 1);
  phone.time.wall_ms += 59LL * 24 * 3600 * 1000;
  phone.server.then(scripted::ok(2));
  phone.device.sync();
  CHECK(phone.device.store().life.outbox.size() == 1);
  phone.time.wall_ms += 2LL * 24 * 3600 * 1000;
  phone.server.then(scripted::ok(2));
  phone.device.sync();
  CHECK(phone.device.store().life.outbox.empty());
}

TEST_CASE("A cursor that is too old is dropped and pending changes stay") {
  Phone phone;
  phone.server.then(scripted::ok(0, {{"records", Value::Array{scripted::record(new_record_id(1).text(), 3, {})}},
                                     {"cursors", Value::Object{{kPaU, 3}}}}));
  phone.device.sync();
  const auto id = phone.need("a");
  phone.server.then(scripted::problem(410, "cursor_too_old", {{"streams", Value::Array{Value(kPaU)}}}));
  phone.server.then_nothing();
  phone.device.sync();
  CHECK(object_of(phone.server.asked.back(), "cursors").empty());
  CHECK(phone.device.record(id).has_value());
  CHECK(scripted::seqs(phone.server.asked.back()) == Seqs{1});
}

TEST_CASE("A phone whose token is not taken keeps everything and asks to be enrolled again") {
  Phone phone;
  const auto id = phone.need("a");
  phone.server.then(scripted::problem(401, "token_invalid"));
  CHECK(phone.device.sync().outcome == SyncOutcome::enrol_again);
  CHECK(phone.device.record(id).has_value());
  CHECK(phone.device.store().life.has_unsent());
}

TEST_CASE("A revoked phone hands over everything and only then forgets what it held") {
  Phone phone;
  phone.server.then(scripted::ok(0, {{"records", Value::Array{scripted::record(new_record_id(1).text(), 3, {})}}}));
  phone.device.sync();
  phone.need("a");
  phone.need("b");
  const Value::Object part{{"acked", 1}, {"receipt", "r"}, {"wipe", true}};
  phone.server.then(scripted::problem(403, "device_revoked", part));
  phone.server.then_nothing();
  phone.device.sync();
  CHECK_FALSE(phone.device.store().records.empty());
  phone.server.then(scripted::problem(403, "device_revoked", {{"acked", 2}, {"receipt", "r"}, {"wipe", true}}));
  CHECK(phone.device.sync().outcome == SyncOutcome::revoked);
  CHECK(phone.device.store().records.empty());
  CHECK_FALSE(phone.device.store().life.has_unsent());
}

TEST_CASE("A set that is too large is sent in halves") {
  Phone phone;
  for (int i = 0; i < 4; ++i) phone.need("a");
  phone.server.then(scripted::problem(413, "too_large", {{"limit_name", "changes"}, {"limit", 2}}));
  phone.server.then(scripted::ok(2));
  phone.server.then(scripted::ok(4));
  CHECK(phone.device.sync().outcome == SyncOutcome::done);
  CHECK(scripted::seqs(phone.server.asked[1]) == Seqs{1, 2});
  CHECK(scripted::seqs(phone.server.asked[2]) == Seqs{3, 4});
}

TEST_CASE("A phone told that it is too old keeps everything and says so") {
  Phone phone;
  phone.need("a");
  phone.server.then(scripted::problem(426, "protocol_unsupported"));
  CHECK(phone.device.sync().outcome == SyncOutcome::update_app);
  CHECK(phone.device.store().life.has_unsent());
}

TEST_CASE("An overloaded server is left alone for as long as it asks") {
  Phone phone;
  phone.need("a");
  Answer busy = scripted::problem(503, "overloaded");
  busy.headers["retry-after"] = "4";
  phone.server.then(busy);
  phone.server.then(scripted::ok(1));
  CHECK(phone.device.sync().outcome == SyncOutcome::done);
  CHECK(phone.time.waited_ms >= 4000);
  CHECK(phone.time.waited_ms <= 6000);
}

TEST_CASE("A server that never stops saying no does not hold a phone for ever") {
  Phone phone;
  phone.need("a");
  for (int i = 0; i < 100; ++i) phone.server.then(scripted::problem(409, "sequence_gap", {{"expected", 1}}));
  CHECK(phone.device.sync().outcome == SyncOutcome::stuck);
  CHECK(phone.server.asked.size() < 20);
}

TEST_CASE("Removals, settlements and records are taken in that order") {
  Phone phone;
  const auto moved = new_record_id(1).text();
  phone.server.then(scripted::ok(
      0, {{"streams", Value::Array{"s1", "s2"}}, {"records", Value::Array{scripted::record(moved, 3, {}, "s1")}}}));
  phone.device.sync();
  const Value removal = Value::Object{{"id", Value(moved)}, {"version", 5}, {"stream", "s1"}};

  SECTION("a record that left is gone") {
    phone.server.then(scripted::ok(0, {{"streams", Value::Array{"s1", "s2"}}, {"removed", Value::Array{removal}}}));
    phone.device.sync();
    CHECK(phone.device.records().empty());
  }
  SECTION("a removal from a stream where the copy no longer is does nothing") {
    phone.server.then(scripted::ok(
        0, {{"streams", Value::Array{"s1", "s2"}}, {"records", Value::Array{scripted::record(moved, 5, {}, "s2")}}}));
    phone.device.sync();
    phone.server.then(scripted::ok(0, {{"streams", Value::Array{"s1", "s2"}}, {"removed", Value::Array{removal}}}));
    phone.device.sync();
    CHECK(phone.device.records().size() == 1);
  }
  SECTION("a removal that is older than the copy does nothing") {
    phone.server.then(scripted::ok(
        0, {{"streams", Value::Array{"s1"}}, {"records", Value::Array{scripted::record(moved, 6, {}, "s1")}}}));
    phone.device.sync();
    phone.server.then(scripted::ok(0, {{"streams", Value::Array{"s1"}}, {"removed", Value::Array{removal}}}));
    phone.device.sync();
    CHECK(phone.device.records().size() == 1);
  }
}

TEST_CASE("An own delete is gone as soon as it is acknowledged, though no answer names it") {
  Phone phone;
  const auto id = new_record_id(1);
  phone.server.then(scripted::ok(0, {{"records", Value::Array{scripted::record(id.text(), 3, {})}}}));
  phone.device.sync();
  phone.device.remove(id, "ghi nhầm");
  CHECK_FALSE(phone.device.record(id).has_value());
  phone.server.then(scripted::ok(1));
  phone.device.sync();
  CHECK(phone.device.store().records.empty());
}

TEST_CASE("A change that was kept aside does not show any more, and its verdict says why") {
  Phone phone;
  const auto id = new_record_id(1);
  phone.server.then(scripted::ok(0, {{"records", Value::Array{scripted::record(id.text(), 3, {{"priority", 1}})}}}));
  phone.device.sync();
  phone.device.edit(id, {{"priority", 99}});
  CHECK(phone.device.record(id)->integer("priority") == 99);
  const Value verdict = Value::Object{
      {"seq", 1}, {"verdict", "quarantined"}, {"code", "bad_value"}, {"detail", "too large"}, {"field", "priority"}};
  phone.server.then(scripted::ok(1, {{"verdicts", Value::Array{verdict}}}));
  const SyncReport report = phone.device.sync();
  CHECK(phone.device.record(id)->integer("priority") == 1);
  REQUIRE(report.verdicts.size() == 1);
  CHECK(report.verdicts[0].code == "bad_value");
  CHECK(report.verdicts[0].field == "priority");
}

TEST_CASE("A withdrawn stream takes its records along and leaves unsent changes") {
  Phone phone;
  phone.server.then(scripted::ok(0, {{"records", Value::Array{scripted::record(new_record_id(1).text(), 3, {})}},
                                     {"cursors", Value::Object{{kPaU, 3}}}}));
  phone.device.sync();
  const auto id = phone.need("a");
  phone.server.then(scripted::ok(0, {{"streams", Value::Array{}}}));
  phone.server.then_nothing();
  phone.device.sync();
  CHECK(phone.device.store().records.empty());
  CHECK(phone.device.store().cursors.empty());
  CHECK(phone.device.record(id).has_value());
}

TEST_CASE("A stream whose sum differs is fetched again, and pending changes stay") {
  Phone phone;
  const auto id = new_record_id(1);
  const Value sent = scripted::record(id.text(), 3, {});
  phone.server.then(scripted::ok(0, {{"records", Value::Array{sent}},
                                     {"cursors", Value::Object{{kPaU, 3}}},
                                     {"sums", Value::Object{{kPaU, "0000000000000001"}}}}));
  phone.server.then(scripted::ok(0, {{"records", Value::Array{sent}}, {"cursors", Value::Object{{kPaU, 3}}}}));
  const SyncReport report = phone.device.sync();
  CHECK(report.sums_differed == 1);
  CHECK(object_of(phone.server.asked.back(), "cursors").empty());
  CHECK(phone.device.records().size() == 1);
}

TEST_CASE("Pages follow each other until there are no more, each from the cursor of the last") {
  Phone phone;
  for (int page = 1; page <= 3; ++page) {
    phone.server.then(
        scripted::ok(0, {{"records", Value::Array{scripted::record(new_record_id(page).text(), page, {})}},
                         {"cursors", Value::Object{{kPaU, page}}},
                         {"more", page < 3}}));
  }
  CHECK(phone.device.sync().round_trips == 3);
  CHECK(phone.device.records().size() == 3);
  CHECK(object_of(phone.server.asked[2], "cursors") == Value::Object{{kPaU, 2}});
}

TEST_CASE("Changes of an earlier start of the app are not dated by this start's clock") {
  Phone phone;
  phone.need("a");
  scripted::Server server;
  Device restarted(server, phone.time.clock(), phone.device.store());
  server.then(scripted::ok(1));
  restarted.sync();
  CHECK(server.asked[0].find("up") == nullptr);
  CHECK(server.asked[0].find("run") == nullptr);
  restarted.create("need", {{"unit", Value(kPaU)}});
  server.then(scripted::ok(2));
  restarted.sync();
  CHECK(text_of(server.asked[1], "run") == restarted.run());
}

TEST_CASE("Two copies of one store number the same; each keeps its own changes") {
  Phone phone;
  phone.need("a");
  scripted::Server server;
  Device clone(server, phone.time.clock(), phone.device.store());
  const auto mine = phone.need("b");
  const auto theirs = clone.create("need", {{"unit", Value(kPaU)}});
  CHECK(phone.device.record(mine).has_value());
  CHECK_FALSE(clone.record(mine).has_value());
  CHECK_FALSE(phone.device.record(theirs).has_value());
  CHECK(clone.store().life.last == phone.device.store().life.last);
}
