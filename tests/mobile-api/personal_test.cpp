// Erasing a person, and the trail of what was done.

#include <catch2/catch.hpp>

#include "service_fixture.hpp"
#include "suoi/certs/jws.hpp"
#include "suoi/mobile_api/audit.hpp"
#include "suoi/mobile_api/erasure.hpp"
#include "suoi/mobile_api/issuing.hpp"
#include "suoi/mobile_api/json_reader.hpp"
#include "suoi/mobile_api/sign_in.hpp"

namespace suoi::mobile_api::test {
namespace {

using domain::Role;

const std::string kName = "Quàng Văn Thử";
const std::string kRenamed = "Quàng Thị Thử";

struct Scene {
  TestServer server;
  Phone thanh{server, server.person("Nguyễn Văn Thành", Role::coordinator, kLaiChau)};
  Phone xa{server, server.person("Lý Gò Xá", Role::team_leader, kPaU)};
  domain::PersonId thu = server.person(kName, Role::volunteer, kPaU);

  RecordId id() const { return {thu.uuid}; }
  void erase() {
    server.run(
        [&](storage::Transaction& transaction) { erase_person(transaction, server.rules(), server.now_ms, thu); });
  }
  bool anybody_reads(const std::string& name) {
    std::string all;
    for (const char* stream : {"2025:03442", "2025:03442/desk", "2025:12", "2025:12/desk"}) {
      for (const auto& [record, value] : server.records_of(stream)) all += domain::canonical_json(value);
    }
    server.store().read([&](storage::Reader& reader) { all += *audit_trail(reader, id()); });
    return all.find(name) != std::string::npos;
  }
  Answer trail(const Phone& by, const RecordId& record) {
    return server.ask("GET", "/v1/audit", {}, by.token, {{"record", record.text()}});
  }
};

}  // namespace

TEST_CASE("An erased person's name is gone from records, cases, history and files, and phones get the record without") {
  Scene scene;
  scene.thanh.sync_all();
  scene.xa.sync_all();
  const std::int64_t seen = scene.thanh.version(scene.id());
  scene.thanh.edit("person", scene.id(), seen, {{"full_name", Value(kRenamed)}});
  scene.xa.edit("person", scene.id(), seen, {{"full_name", "Thử Quàng"}});
  scene.thanh.sync_all();
  scene.xa.sync_all();
  scene.xa.edit("person", scene.id(), seen, {{"full_name", Value(std::string(200, 'x') + kName)}});
  scene.xa.sync_all();
  CHECK(scene.anybody_reads(kName));
  CHECK(scene.anybody_reads(kRenamed));
  scene.erase();
  for (const std::string& name : {kName, kRenamed, std::string("Thử Quàng")}) {
    CHECK_FALSE(scene.anybody_reads(name));
    CHECK_FALSE(scene.server.folder_contains(name));
  }
  scene.thanh.sync_all();
  CHECK_FALSE(scene.thanh.records.at(scene.id()).fields.contains("full_name"));
  CHECK(scene.thanh.holds_what_server_has());
  CHECK(scene.server.store().check({}).ok);
  CHECK(scene.server.store().verify_audit({}, {}).ok);
}

TEST_CASE("An erased person cannot come in any more, and their phone is told to wipe itself") {
  Scene scene;
  Phone phone(scene.server, scene.thu);
  const std::string kept = keep_password("nước chảy đá mòn");
  scene.server.run([&](storage::Transaction& transaction) {
    set_password(transaction, scene.server.keys().box(), scene.thu, "thu", kept, scene.server.now_ms);
  });
  const std::string code = scene.server.invitation(scene.thu);
  scene.erase();
  const Answer answer = phone.post(phone.request());
  CHECK(answer.code() == "device_revoked");
  CHECK(*answer.body.find("wipe") == Value(true));
  for (const std::string& any : {code, phone.code}) {
    CHECK(scene.server.ask("POST", "/v1/enrolments", enrolment(certs::SigningKey::generate(), any)).code() ==
          "invitation_invalid");
  }
  CHECK(scene.server.ask("POST", "/v1/enrolments", enrolment(phone.key, phone.code)).code() == "invitation_invalid");
  scene.server.store().read([&](storage::Reader& reader) {
    CHECK_FALSE(reader.sign_in_of(scene.thu));
    for (const sync::Assignment& role : reader.assignments(scene.thu)) CHECK_FALSE(role.active_at(scene.server.now_ms));
  });
  CHECK_THROWS_AS(scene.server.invitation(scene.thu), AdminFault);
}

TEST_CASE("What a phone offers again of an erased person is refused by name and stored without it") {
  Scene scene;
  scene.xa.sync_all();
  const std::int64_t first =
      scene.xa.edit("person", scene.id(), scene.xa.version(scene.id()), {{"full_name", Value(kRenamed)}});
  const Value::Object sent = scene.xa.request();
  REQUIRE(scene.xa.post(sent).status() == 200);
  scene.erase();
  // The answer was lost: the same request comes again, and is no fork.
  const Answer again = scene.xa.post(sent);
  REQUIRE(again.status() == 200);
  CHECK(again.integer("acked") == first);
  scene.xa.take(again);
  const std::int64_t later =
      scene.xa.edit("person", scene.id(), scene.xa.version(scene.id()), {{"full_name", "Thử Quàng"}});
  const Answer answer = scene.xa.sync();
  CHECK(text_in(verdict_of(answer, later), "code") == "person_erased");
  CHECK_FALSE(scene.anybody_reads("Thử Quàng"));
  CHECK_FALSE(scene.server.folder_contains("Thử Quàng"));
}

TEST_CASE("Personal data that are made and mended in one go are known again when they come twice, also after erasing") {
  Scene scene;
  scene.xa.sync_all();
  const RecordId own = sync::derived_id(scene.server.rules(), "personal_data", {scene.id()});
  scene.xa.edit("personal_data", own, 0,
                {{"unit", Value(kPaU)}, {"person", Value(scene.id().text())}, {"phone", "0900 000 001"}});
  // This one does not say whose the number is; the store knows it by the time it comes again.
  scene.xa.edit("personal_data", own, 0, {{"phone", "0900 000 002"}});
  const Value::Object sent = scene.xa.request();
  const Answer first = scene.xa.post(sent);
  REQUIRE(first.status() == 200);
  const Answer again = scene.xa.post(sent);
  CHECK(again.status() == 200);
  CHECK(again.list("verdicts") == first.list("verdicts"));
  CHECK_FALSE(scene.server.folder_contains("0900 000 002"));
  scene.erase();
  CHECK(scene.xa.post(sent).status() == 200);
}

TEST_CASE("Somebody whose record was deleted before can be erased") {
  Scene scene;
  scene.thanh.sync_all();
  scene.thanh.erase("person", scene.id(), scene.thanh.version(scene.id()));
  scene.thanh.sync_all();
  REQUIRE_FALSE(scene.server.record(scene.id())->live);
  scene.erase();
  CHECK_FALSE(scene.anybody_reads(kName));
}

TEST_CASE("Erasing somebody who is not in the store yet refuses them when a phone brings them") {
  Scene scene;
  const RecordId unknown = scene.server.new_id();
  scene.server.run([&](storage::Transaction& transaction) {
    erase_person(transaction, scene.server.rules(), scene.server.now_ms, {unknown.uuid});
  });
  const auto seq = scene.xa.edit("person", unknown, 0, {{"unit", Value(kPaU)}, {"full_name", "Thử Quàng"}});
  CHECK(text_in(verdict_of(scene.xa.sync(), seq), "code") == "person_erased");
  CHECK_FALSE(scene.server.folder_contains("Thử Quàng"));
}

TEST_CASE("The trail of a record says who did what from which device, and what stood there before") {
  Scene scene;
  const RecordId id = scene.server.new_id();
  scene.xa.edit("place", id, 0, {{"unit", Value(kPaU)}, {"kind", "school"}, {"name", "Trường cũ"}});
  scene.xa.sync_all();
  scene.thanh.sync_all();
  scene.thanh.edit("place", id, scene.thanh.version(id), {{"name", "Trường mới"}});
  scene.thanh.sync_all();
  const Answer answer = scene.trail(scene.thanh, id);
  REQUIRE(answer.status() == 200);
  REQUIRE(answer.list("entries").size() == 2);
  const Value& second = answer.list("entries")[1];
  CHECK(text_in(second, "person") == scene.thanh.person.text());
  CHECK(text_in(second, "device") == scene.thanh.device);
  CHECK(*second.find("fields")->find("name") == Value(Value::Object{{"value", "Trường mới"}, {"before", "Trường cũ"}}));
}

TEST_CASE("Only who coordinates or audits there may look into a trail") {
  Scene scene;
  const Phone auditor(scene.server, scene.server.person("Kiểm Toán", Role::auditor, kPaU));
  const Phone elsewhere(scene.server, scene.server.person("Ở Xa", Role::auditor, kTaTong));
  CHECK(scene.trail(auditor, scene.id()).status() == 200);
  CHECK(scene.trail(scene.thanh, scene.id()).status() == 200);
  CHECK(scene.trail(elsewhere, scene.id()).status() == 404);
  CHECK(scene.trail(scene.xa, scene.id()).status() == 404);
  CHECK(scene.trail(auditor, scene.server.new_id()).status() == 404);
  CHECK(scene.server.ask("GET", "/v1/audit", {}, auditor.token).code() == "bad_filter");
  CHECK(scene.server.ask("GET", "/v1/audit", {}, auditor.token, {{"person", "x"}}).code() == "unknown_filter");
  CHECK(scene.server.ask("GET", "/v1/audit", {}, {}, {{"record", scene.id().text()}}).status() == 401);
}

TEST_CASE("A checkpoint is signed by the server, and another's, an altered one or a receipt is none") {
  Scene scene;
  std::string made;
  std::vector<storage::ChainHead> chains;
  scene.server.store().read([&](storage::Reader& reader) {
    made = make_checkpoint(reader, scene.server.keys(), scene.server.now_ms);
    chains = reader.audit_chains();
  });
  const auto read = read_checkpoint(made, scene.server.keys());
  REQUIRE(read);
  CHECK(read->chains == chains);
  CHECK(read->epoch == scene.server.epoch());
  CHECK(read->at_ms == scene.server.now_ms);
  std::string altered = made;
  altered[made.size() / 2] = altered[made.size() / 2] == 'A' ? 'B' : 'A';
  CHECK_FALSE(read_checkpoint(altered, scene.server.keys()));
  CHECK_FALSE(read_checkpoint(made, TestServer().keys()));
  const certs::OwnKey key = scene.server.keys().current(certs::Purpose::receipts, scene.server.now_ms);
  CHECK_FALSE(read_checkpoint(certs::sign_compact(key.key, {{"kid", key.kid()}}, "{}"), scene.server.keys()));
}

}  // namespace suoi::mobile_api::test
