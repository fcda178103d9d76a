// The answers that are no plain success, and what a phone makes of them (the table of protocol.md).
#include <filesystem>

#include "world.hpp"

using namespace blackbox;

namespace {

int status_of(const Answer& answer, const std::string& code) {
  INFO(answer.body);
  CHECK(code_of(answer) == code);
  CHECK(answer.header("content-type").find("application/problem+json") == 0);
  return answer.status;
}

Value body_of(const Answer& answer) {
  return parse_json(answer.body).value_or(Value());
}

}  // namespace

TEST_CASE("A gap inside a request stores what stands before it and acknowledges only that") {
  const World world;
  const Phone mai = world.volunteer();
  const Wire wire(mai);
  const RecordId late = fresh_id();
  const Value answer =
      wire.sync(wire.envelope(4, {Value(change(1, fresh_id(), need_fields())),
                                  Value(change(2, fresh_id(), need_fields())), Value(change(4, late, need_fields()))}));
  CHECK(integer_of(answer, "acked") == 2);
  synced(mai);
  CHECK(mai->records("need").size() == 2);
  CHECK_FALSE(mai->record(late).has_value());
}

TEST_CASE("Changes missing before the first one are asked for, and nothing is stored") {
  const World world;
  const Phone mai = world.volunteer();
  const Wire wire(mai);
  const Answer answer = wire.post(wire.envelope(3, {Value(change(3, fresh_id(), need_fields()))}));
  CHECK(status_of(answer, "sequence_gap") == 409);
  CHECK(integer_of(body_of(answer), "expected") == 1);
  synced(mai);
  CHECK(mai->records("need").empty());
}

TEST_CASE("A number that comes again with other content means a restored or cloned phone") {
  const World world;
  const Phone mai = world.volunteer();
  const Wire wire(mai);
  const Value first(change(1, fresh_id(), need_fields()));
  const Value second(change(2, fresh_id(), need_fields()));
  wire.sync(wire.envelope(2, {first, second}));

  const Answer other = wire.post(wire.envelope(2, {first, Value(change(2, fresh_id(), need_fields()))}));
  CHECK(status_of(other, "device_forked") == 409);
  CHECK(integer_of(body_of(other), "at") == 2);
  synced(mai);
  CHECK(mai->records("need").size() == 2);
}

TEST_CASE("A late repeat of an old request gets its old answer though more is stored by now") {
  const World world;
  const Phone mai = world.volunteer();
  const Wire wire(mai);
  const Value first(change(1, fresh_id(), need_fields()));
  const Value second(change(2, fresh_id(), need_fields()));
  wire.sync(wire.envelope(1, {first}));
  wire.sync(wire.envelope(2, {first, second}));
  const Answer repeat = wire.post(wire.envelope(1, {first}));
  INFO(repeat.body);
  CHECK(repeat.status == 200);
  CHECK(integer_of(body_of(repeat), "acked") == 1);
}

TEST_CASE("A phone put back from a backup is never told that numbers count that it has yet to give out") {
  const World world;
  const Phone mai = world.volunteer();
  const Wire wire(mai);
  const Value first(change(1, fresh_id(), need_fields()));
  wire.sync(wire.envelope(2, {first, Value(change(2, fresh_id(), need_fields()))}));
  // It has nothing new to send; if it took 2 for acknowledged, its next change would never leave it.
  const Answer answer = wire.post(wire.envelope(1));
  INFO(answer.body);
  if (answer.status == 200) {
    CHECK(integer_of(body_of(answer), "acked") <= 1);
  } else {
    CHECK(status_of(answer, "device_forked") == 409);
    CHECK(integer_of(body_of(answer), "at") == 2);
  }
}

TEST_CASE("A member that nobody knows is ignored, but makes it another change") {
  const World world;
  const Phone mai = world.volunteer();
  const Wire wire(mai);
  Value::Object known = change(1, fresh_id(), need_fields());
  Value::Object other = known;
  other["mood"] = "vui";
  const Value taken = wire.sync(wire.envelope(1, {Value(other)}));
  CHECK(array_of(taken, "verdicts").empty());
  CHECK(code_of(wire.post(wire.envelope(1, {Value(known)}))) == "device_forked");
}

TEST_CASE("A phone put back from a backup keeps both branches of its work") {
  const World world;
  const Phone mai = world.volunteer();
  mai->create("need", need_fields(kPaU, "trước khi sao lưu"));
  synced(mai);
  const auto backup = mai->store();
  const RecordId after_backup = mai->create("need", need_fields(kPaU, "sau khi sao lưu"));
  synced(mai);
  mai->restore(backup);
  const RecordId after_restore = mai->create("need", need_fields(kPaU, "sau khi khôi phục"));
  const SyncReport report = synced(mai);
  CHECK(report.forks == 1);
  CHECK(mai->records("need").size() == 3);
  CHECK(mai->record(after_backup).has_value());
  CHECK(mai->record(after_restore).has_value());
}

TEST_CASE("A cloned phone and its original both keep working") {
  const World world;
  const Phone mai = world.volunteer();
  mai->create("need", need_fields());
  synced(mai);
  const Phone clone = world.clone(mai, mai->store());
  for (int round = 0; round < 3; ++round) {
    mai->create("need", need_fields(kPaU, "bản gốc"));
    clone->create("need", need_fields(kPaU, "bản sao"));
    synced(mai);
    synced(clone);
  }
  synced(mai);
  CHECK(mai->records("need").size() == 7);
  CHECK(shown(*mai, "need") == shown(*clone, "need"));
}

TEST_CASE("A restored server is given again what it lost") {
  World world;
  const Phone mai = world.volunteer();
  mai->create("need", need_fields(kPaU, "một"));
  synced(mai);
  const auto backed_up = world.server.run({"backup", "--to", world.path("backup")});
  INFO(backed_up.err);
  REQUIRE(backed_up.exit_status == 0);
  CHECK(mai->store().life.safe == 0);
  synced(mai);
  CHECK(mai->store().life.safe == 1);

  mai->create("need", need_fields(kPaU, "hai"));
  mai->create("need", need_fields(kPaU, "ba"));
  synced(mai);
  const std::string before = mai->store().epoch;
  world.server.kill();
  LocalServer restored(SUOI_BINARY, world.path("restored"));
  const auto came_back = restored.run({"restore", "--from", world.path("backup")});
  INFO(came_back.err);
  REQUIRE(came_back.exit_status == 0);
  restored.start();
  const auto link = restored.link();

  const std::string raw = "{\"changes\":[],\"clock\":1,\"cursors\":{},\"epoch\":\"" + before + "\",\"incarnation\":\"" +
                          mai->store().life.incarnation.text() + "\",\"last\":3,\"protocol\":1,\"schema_version\":1}";
  const auto answer = link->post("/v1/sync", mai.token(), raw);
  REQUIRE(answer.has_value());
  CHECK(status_of(*answer, "server_restored") == 409);
  CHECK(integer_of(body_of(*answer), "expected") == 2);
  CHECK(text_of(body_of(*answer), "epoch") != before);
  CHECK(body_of(*answer).find("heads") != nullptr);

  Device phone(*link, suoi::client::system_clock(), mai->store());
  const SyncReport report = synced(phone);
  CHECK(report.restores == 1);
  CHECK(report.lost.empty());
  CHECK(phone.records("need").size() == 3);
  for (const auto& record : phone.records("need")) CHECK_FALSE(record.is_pending);
  CHECK(restored.run({"check"}).exit_status == 0);
}

TEST_CASE("What a phone no longer has when the server comes back from a backup is booked as lost") {
  World world;
  const Phone mai = world.volunteer();
  mai->create("need", need_fields(kPaU, "một"));
  synced(mai);
  REQUIRE(world.server.run({"backup", "--to", world.path("backup")}).exit_status == 0);
  mai->create("need", need_fields(kPaU, "hai"));
  synced(mai);
  auto store = mai->store();
  store.life.outbox.clear();
  world.server.kill();
  LocalServer restored(SUOI_BINARY, world.path("restored"));
  REQUIRE(restored.run({"restore", "--from", world.path("backup")}).exit_status == 0);
  restored.start();
  const auto link = restored.link();
  Device phone(*link, suoi::client::system_clock(), store);
  const RecordId third = phone.create("need", need_fields(kPaU, "ba"));
  const SyncReport report = synced(phone);
  CHECK(report.lost == std::vector<std::pair<std::int64_t, std::int64_t>>{{2, 2}});
  CHECK(phone.store().life.acked == 3);
  CHECK(phone.record(third).has_value());
  CHECK(phone.records("need").size() == 2);
}

TEST_CASE("A store that was put back by copying files is noticed by a phone's receipt") {
  namespace fs = std::filesystem;
  World world;
  const Phone mai = world.volunteer();
  mai->create("need", need_fields(kPaU, "một"));
  synced(mai);
  world.server.stop();
  const fs::path data = world.server.data();
  fs::copy(data, world.path("copy"), fs::copy_options::recursive);
  world.server.start();
  {
    const auto link = world.server.link();
    Device phone(*link, suoi::client::system_clock(), mai->store());
    phone.create("need", need_fields(kPaU, "hai"));
    synced(phone);
    mai->restore(phone.store());
  }
  const std::string before = mai->store().epoch;
  world.server.stop();
  fs::remove_all(data);
  fs::rename(world.path("copy"), data);
  world.server.start();
  const auto link = world.server.link();
  Device phone(*link, suoi::client::system_clock(), mai->store());
  const SyncReport report = synced(phone);
  CHECK(report.restores == 1);
  CHECK(phone.store().epoch != before);
  CHECK(phone.records("need").size() == 2);
  for (const auto& record : phone.records("need")) CHECK_FALSE(record.is_pending);
  CHECK(world.server.run({"check"}).exit_status == 0);
}

TEST_CASE("Versions of a restored server begin above all it ever gave out") {
  World world;
  const Phone mai = world.volunteer();
  REQUIRE(world.server.run({"backup", "--to", world.path("backup")}).exit_status == 0);
  const RecordId lost = mai->create("need", need_fields());
  synced(mai);
  const std::int64_t before = mai->record(lost)->version;
  world.server.kill();
  LocalServer restored(SUOI_BINARY, world.path("restored"));
  REQUIRE(restored.run({"restore", "--from", world.path("backup")}).exit_status == 0);
  restored.start();
  const auto link = restored.link();
  Device phone(*link, suoi::client::system_clock(), mai->store());
  synced(phone);
  CHECK(phone.record(lost)->version > before);
  CHECK(phone.record(lost)->version > (std::int64_t{1} << 32));
}

TEST_CASE("More than the limits is refused with the name of the limit, and nothing is stored") {
  const World world;
  const Phone mai = world.volunteer();
  const auto plain = world.server.link(false);
  Wire wire(mai);
  const auto refused = [&](const Answer& answer, const char* name, std::int64_t limit) {
    CHECK(answer.status == 413);
    INFO(answer.body.substr(0, 300));
    CHECK(text_of(body_of(answer), "limit_name") == name);
    CHECK(integer_of(body_of(answer), "limit") == limit);
  };
  SECTION("changes") {
    Value::Array changes;
    for (int seq = 1; seq <= 5001; ++seq) changes.emplace_back(change(seq, fresh_id(), {{"priority", 1}}));
    refused(wire.post(wire.envelope(5001, changes)), "changes", 5000);
  }
  SECTION("one change") {
    auto fields = need_fields();
    fields["note"] = std::string(70000, 'x');
    refused(wire.post(
                wire.envelope(2, {Value(change(1, fresh_id(), need_fields())), Value(change(2, fresh_id(), fields))})),
            "change_bytes", 65536);
  }
  SECTION("the body") {
    const auto answer = plain->post("/v1/sync", mai.token(), std::string(4194305, ' '));
    REQUIRE(answer.has_value());
    refused(*answer, "body_bytes", 4194304);
  }
  SECTION("what a small body unpacks to") {
    refused(wire.post_text(std::string(9'000'000, ' ')), "inflated_bytes", 8388608);
  }
  synced(mai);
  CHECK(mai->records("need").empty());
}

TEST_CASE("Only an envelope or a number that cannot be read makes a request malformed") {
  const World world;
  const Phone mai = world.volunteer();
  const Wire wire(mai);
  const Value good(change(1, fresh_id(), need_fields()));
  const auto without = [&](const char* member) {
    auto body = wire.envelope(1, {good});
    body.erase(member);
    return wire.post(body);
  };
  const auto with = [&](const char* member, Value value) {
    auto body = wire.envelope(1, {good});
    body[member] = std::move(value);
    return wire.post(body);
  };
  CHECK(status_of(without("incarnation"), "malformed") == 422);
  CHECK(status_of(with("incarnation", "xyz"), "malformed") == 422);
  CHECK(status_of(with("changes", "none"), "malformed") == 422);
  CHECK(status_of(with("last", -1), "malformed") == 422);
  CHECK(status_of(with("cursors", Value::Object{{kPaU, -1}}), "malformed") == 422);
  for (const Value& seq : {Value("1"), Value(0), Value(-1), Value()}) {
    auto bad = *good.object();
    bad["seq"] = seq;
    CHECK(status_of(wire.post(wire.envelope(1, {Value(bad)})), "malformed") == 422);
  }
  synced(mai);
  CHECK(mai->records("need").empty());

  // A fault anywhere else in a change is that change's own.
  for (const auto& [member, value] : std::vector<std::pair<const char*, Value>>{
           {"base", -1}, {"record", 5}, {"collection", Value()}, {"set", "x"}, {"at", "gestern"}}) {
    INFO(member);
    const Wire life(mai);
    auto bad = *good.object();
    bad["record"] = fresh_id().text();
    bad[member] = value;
    const Value answer = life.sync(life.envelope(1, {Value(bad)}));
    CHECK(integer_of(answer, "acked") == 1);
    CHECK(text_of(verdict_on(answer, 1), "verdict") == "quarantined");
  }
}

TEST_CASE("A protocol from the future is refused as such") {
  const World world;
  const Phone mai = world.volunteer();
  const Wire wire(mai);
  auto body = wire.envelope(1, {Value(change(1, fresh_id(), need_fields()))});
  body["protocol"] = 999;
  CHECK(status_of(wire.post(body), "protocol_unsupported") == 426);
  synced(mai);
  CHECK(mai->records("need").empty());
}

TEST_CASE("A wrong, empty or missing token is told apart from nothing else") {
  const World world;
  const Phone mai = world.volunteer();
  const std::string body = suoi::domain::canonical_json(Wire(mai).envelope(0));
  for (const std::string& token : {std::string("wrong"), std::string(), mai.token() + "x"}) {
    const auto answer = mai.link->post("/v1/sync", token, body);
    REQUIRE(answer.has_value());
    CHECK(status_of(*answer, "token_invalid") == 401);
  }
}

TEST_CASE("A revoked phone hands its unsent work over into quarantine, a stolen one nothing") {
  const World world;
  const Phone mai = world.volunteer();
  synced(mai);
  const RecordId id = mai->create("need", need_fields());
  const std::string device = mai->id().text();

  SECTION("revoked") {
    REQUIRE(world.server.run({"device", "revoke", device}).exit_status == 0);
    const SyncReport report = mai->sync();
    CHECK(report.outcome == SyncOutcome::revoked);
    REQUIRE(report.problem.has_value());
    CHECK(report.problem->status == 403);
    CHECK(mai->store().life.acked == 1);
    CHECK(mai->read_receipt(text_of(report.problem->members, "receipt")).has_value());
    REQUIRE(report.verdicts.size() == 1);
    CHECK(report.verdicts[0].verdict == "quarantined");
    const Phone su = world.coordinator();
    synced(su);
    CHECK(find(*su, "quarantine", "record", id.text()).has_value());
    CHECK_FALSE(su->record(id).has_value());
  }
  SECTION("stolen") {
    REQUIRE(world.server.run({"device", "revoke", device, "--stolen"}).exit_status == 0);
    CHECK(mai->sync().outcome == SyncOutcome::enrol_again);
    const Phone su = world.coordinator();
    synced(su);
    CHECK_FALSE(find(*su, "quarantine", "record", id.text()).has_value());
  }
}

TEST_CASE("A receipt is signed by the server and names device, life, number and epoch") {
  const World world;
  const Phone mai = world.volunteer();
  mai->create("need", need_fields());
  synced(mai);
  const auto receipt = mai->read_receipt(mai->store().life.receipt);
  REQUIRE(receipt.has_value());
  CHECK(receipt->device == mai->id().text());
  CHECK(receipt->incarnation == mai->store().life.incarnation.text());
  CHECK(receipt->seq == 1);
  CHECK(receipt->epoch == mai->store().epoch);
  std::string forged = mai->store().life.receipt;
  forged[forged.size() / 2] = forged[forged.size() / 2] == 'A' ? 'B' : 'A';
  CHECK_FALSE(mai->read_receipt(forged).has_value());
}
