// A server whose store was set back, and what phones then give and own up to (protocol.md, `server_restored`, `lost`).

#include <catch2/catch.hpp>

#include "service_fixture.hpp"
#include "suoi/certs/jws.hpp"

namespace suoi::mobile_api::test {
namespace {

const std::string kDesk = std::string(kPaU) + "/desk";

struct Scene {
  TestServer server;
  domain::PersonId person = server.person("Lò Thị Mai", domain::Role::volunteer, kPaU);
  Phone mai{server, person};

  RecordId place() {
    const RecordId id = server.new_id();
    mai.edit("place", id, 0, {{"unit", Value(kPaU)}, {"name", "Trường"}});
    return id;
  }
  // A receipt that this server would have given in another of its lives.
  std::string receipt(const std::string& epoch, std::int64_t seq) {
    const Value claim = Value::Object{{"device", Value(mai.device)},
                                      {"incarnation", Value(mai.incarnation)},
                                      {"seq", Value(seq)},
                                      {"epoch", Value(epoch)}};
    const certs::OwnKey own = server.keys().current(certs::Purpose::receipts, server.now_ms);
    return certs::sign_compact(own.key, {{"kid", own.kid()}}, domain::canonical_json(claim));
  }
  std::optional<Value> loss_case() {
    for (const auto& [id, record] : server.records_of(kDesk)) {
      const Value& fields = *record.find("fields");
      if (text_in(fields, "kind") == "lost_changes") return fields;
    }
    return std::nullopt;
  }
};

}  // namespace

TEST_CASE("A file that was copied back from before a restore is noticed by the first receipt of the later epoch") {
  Scene scene;
  scene.place();
  scene.mai.sync_all();
  scene.mai.epoch = "4-0123456789abcdef";
  scene.mai.receipt = scene.receipt(scene.mai.epoch, 1);
  const Answer answer = scene.mai.sync();
  REQUIRE(answer.code() == "server_restored");
  CHECK(scene.server.epoch().starts_with("5-"));
  CHECK(answer.text("epoch") == scene.server.epoch());
  CHECK(answer.integer("expected") == 2);
  scene.mai.epoch = answer.text("epoch");
  const RecordId id = scene.place();
  SECTION("versions then stand above all that the later epoch gave out, and the same receipt begins no other") {
    scene.mai.sync_all();
    CHECK(scene.server.record(id)->version == (std::int64_t{5} << 32) + 1);
    CHECK(scene.server.epoch() == answer.text("epoch"));
  }
}

TEST_CASE("Of two stores that were restored from one backup, each begins a new epoch when it meets the other's phone") {
  Scene scene;
  scene.place();
  scene.mai.sync_all();
  scene.mai.epoch = "0-0123456789abcdef";
  scene.mai.receipt = scene.receipt(scene.mai.epoch, 1);
  CHECK(scene.mai.sync().code() == "server_restored");
  CHECK(scene.server.epoch().starts_with("1-"));
}

TEST_CASE("A receipt of an earlier epoch, or one that this server never signed, begins nothing") {
  Scene scene;
  scene.place();
  scene.mai.sync_all();
  scene.server.run([](storage::Transaction& transaction) { transaction.begin_epoch(6); });
  const std::string epoch = scene.server.epoch();
  CHECK(scene.mai.sync().code() == "server_restored");
  CHECK(scene.server.epoch() == epoch);
  scene.mai.epoch = epoch;
  CHECK(scene.mai.sync().status() == 200);
  scene.mai.receipt = scene.receipt("9-0123456789abcdef", 1);
  scene.mai.receipt.back() = scene.mai.receipt.back() == 'A' ? 'B' : 'A';
  CHECK(scene.mai.sync().status() == 200);
  CHECK(scene.server.epoch() == epoch);
}

TEST_CASE("What a phone owns up to as lost opens a case at the desk, and a further loss opens it again") {
  Scene scene;
  CHECK_FALSE(scene.loss_case());
  scene.place();
  scene.mai.sync_all();
  scene.mai.last = 4;
  scene.mai.acked = 4;
  const RecordId next = scene.place();
  const Answer answer = scene.mai.sync({{"lost", Value::Array{Value(2), Value(4)}}});
  REQUIRE(answer.integer("acked") == 5);
  CHECK(scene.server.record(next));
  auto found = scene.loss_case();
  REQUIRE(found);
  CHECK(text_in(*found, "state") == "open");
  CHECK(found->find("subject")->array()->front() == Value(scene.person.text()));
  const Value::Array& candidates = *found->find("candidates")->array();
  REQUIRE(candidates.size() == 1);
  CHECK(integer_in(candidates.front(), "from") == 2);
  CHECK(integer_in(candidates.front(), "to") == 4);
  CHECK(text_in(candidates.front(), "device") == scene.mai.device);

  SECTION("the same said again counts once") {
    scene.mai.sync({{"lost", Value::Array{Value(2), Value(4)}}});
    CHECK(scene.loss_case()->find("candidates")->array()->size() == 1);
  }
  SECTION("a person closes it, and it opens again with the next loss") {
    Phone su(scene.server, scene.server.person("Vàng A Sử", domain::Role::coordinator, kLaiChau));
    su.sync_all();
    RecordId id;
    for (const auto& [record, held] : su.records) {
      if (held.collection == "case") id = record;
    }
    su.edit("case", id, su.version(id), {{"state", "resolved"}, {"how", "asked Mai"}});
    CHECK(su.sync().list("verdicts").empty());
    CHECK(text_in(*scene.loss_case(), "state") == "resolved");
    scene.mai.last = scene.mai.acked = 7;
    scene.mai.sync({{"lost", Value::Array{Value(6), Value(7)}}});
    CHECK(text_in(*scene.loss_case(), "state") == "open");
    CHECK(scene.loss_case()->find("candidates")->array()->size() == 2);
    CHECK(scene.loss_case()->find("how") == nullptr);
  }
}

}  // namespace suoi::mobile_api::test
