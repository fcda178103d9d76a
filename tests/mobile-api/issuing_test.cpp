// From three confirmations to a certificate that anybody can check.

#include "suoi/mobile_api/issuing.hpp"

#include <catch2/catch.hpp>

#include "service_fixture.hpp"
#include "suoi/certs/carrier.hpp"
#include "suoi/mobile_api/certificate_decisions.hpp"

namespace suoi::mobile_api::test {
namespace {

using domain::Role;

struct Scene {
  TestServer server;
  RecordId team =
      server.own("organisation", {{"unit", Value(kPaU)}, {"kind", "team"}, {"name", "Đội tình nguyện Pa Ủ"}});
  domain::PersonId mai = server.person("Lò Thị Mai", Role::volunteer, kPaU);
  Phone xa{server, server.person("Lý Gò Xá", Role::team_leader, kPaU)};
  Phone lan{server, server.person("Phùng Thị Lan", Role::commune_leader, kPaU)};
  Phone thanh{server, server.person("Nguyễn Văn Thành", Role::coordinator, kLaiChau)};

  RecordId derived(std::string_view collection, const std::vector<RecordId>& from) const {
    return sync::derived_id(server.rules(), collection, from);
  }

  // An activity at which Mai took part from eight to eleven; gives her participation.
  RecordId participation(const std::string& title) {
    const RecordId activity = server.own("activity", {{"unit", Value(kPaU)}, {"title", Value(title)}});
    const RecordId id = derived("participation", {activity, {mai.uuid}});
    xa.edit("participation", id, 0,
            {{"unit", Value(kPaU)},
             {"activity", Value(activity.text())},
             {"person", Value(mai.text())},
             {"task", "Đón học sinh\nghi danh sách"}});
    const RecordId attendance = server.new_id();
    const std::int64_t from = server.now_ms + (days_++ * kDayMs);
    xa.edit("attendance", attendance, 0,
            {{"unit", Value(kPaU)},
             {"participation", Value(id.text())},
             {"from", Value(from)},
             {"to", Value(from + 3 * kHourMs)}});
    xa.sync_all();
    digests_[id] =
        sync::approval_digest(server.rules().hashing, activity, {mai.uuid}, {{attendance, from, from + 3 * kHourMs}});
    return id;
  }
  void confirm(Phone& phone, const RecordId& participation, std::string_view step) {
    phone.edit("approval", server.new_id(), 0,
               {{"unit", Value(kPaU)},
                {"participation", Value(participation.text())},
                {"step", Value(step)},
                {"digest", Value(digests_.at(participation))}});
    const Answer answer = phone.sync_all().back();
    REQUIRE(answer.status() == 200);
    REQUIRE(answer.list("verdicts").empty());
  }
  RecordId certified(const std::string& title) {
    const RecordId id = participation(title);
    confirm(xa, id, "attest");
    confirm(lan, id, "check");
    confirm(thanh, id, "approve");
    return derived("certificate", {id});
  }
  Answer check(const std::string& number, const std::string& code) {
    return server.ask("GET", "/v1/certificates/check", {}, {}, {{"number", number}, {"code", code}});
  }

 private:
  std::map<RecordId, std::string> digests_;
  std::int64_t days_ = -20;
};

}  // namespace

TEST_CASE("Three confirmations decide a certificate, and the worker signs it for its holder's phone") {
  Scene scene;
  const RecordId id = scene.certified("Khám răng");
  REQUIRE(scene.server.record(id)->text("status") == "issuing");
  CHECK(scene.check(scene.server.record(id)->text("number"), "ABCDEF").status() == 404);
  CHECK(issue_certificates(scene.server.service(), 10) == 1);
  const auto issued = scene.server.record(id);
  CHECK(issued->text("status") == "issued");
  CHECK(issued->text("number") == "12-2026-000001");
  Phone phone(scene.server, scene.mai);
  phone.sync_all();
  REQUIRE(phone.records.contains(id));
  CHECK(phone.holds_what_server_has());
  const certs::OwnKey key = scene.server.keys().current(certs::Purpose::certificates, scene.server.now_ms);
  const auto checked = certs::verify_qr_text(*phone.records.at(id).fields.at("qr").text(),
                                             {{key.key.public_key(), 0, {}}}, scene.server.now_ms, {});
  REQUIRE(checked.facts);
  CHECK(checked.facts->holder == "Lò Thị Mai");
  CHECK(checked.facts->activity == "Khám răng");
  CHECK(checked.facts->minutes == 180);
  CHECK(checked.facts->role == "Đón học sinh ghi danh sách");
  CHECK(checked.facts->issuing_unit == "Tỉnh Lai Châu");
  CHECK(checked.facts->commune == kPaU);
}

TEST_CASE("The worker may run again, or twice at once, or crash between: one certificate, one number") {
  Scene scene;
  const RecordId id = scene.certified("Khám răng");
  SECTION("again") {
    CHECK(issue_certificates(scene.server.service(), 10) == 1);
    const auto version = scene.server.record(id)->version;
    CHECK(issue_certificates(scene.server.service(), 10) == 0);
    CHECK(scene.server.record(id)->version == version);
  }
  SECTION("another worker is done before") {
    struct Late : Writer {
      explicit Late(TestServer& at) : server(at) {}
      void run(const storage::Store::Job& job) override {
        if (!std::exchange(is_first, false)) return server.run(job);
        issue_certificates(server.service(), 10);
        server.run(job);
      }
      TestServer& server;
      bool is_first = true;
    } late(scene.server);
    Service service{scene.server.store(), late, scene.server.keys(), scene.server.rules(),
                    [&] { return scene.server.now_ms; }};
    CHECK(issue_certificates(service, 10) == 0);
    CHECK(scene.server.record(id)->version == 2);
  }
  SECTION("the power fails before the commit") {
    struct Failing : Writer {
      void run(const storage::Store::Job&) override { throw storage::StoreFault("no power", false); }
    } failing;
    Service service{scene.server.store(), failing, scene.server.keys(), scene.server.rules(),
                    [&] { return scene.server.now_ms; }};
    CHECK_THROWS_AS(issue_certificates(service, 10), storage::StoreFault);
    CHECK(scene.server.record(id)->text("status") == "issuing");
    scene.server.now_ms += kDayMs;
    CHECK(issue_certificates(scene.server.service(), 10) == 1);
  }
  CHECK(scene.server.record(id)->text("status") == "issued");
  CHECK(scene.server.record(id)->text("number") == "12-2026-000001");
}

TEST_CASE("Numbers are gapless per province and year, in the order of the last confirmation") {
  Scene scene;
  std::vector<std::string> numbers;
  for (const char* title : {"Một", "Hai", "Ba"})
    numbers.push_back(scene.server.record(scene.certified(title))->text("number"));
  CHECK(numbers == std::vector<std::string>{"12-2026-000001", "12-2026-000002", "12-2026-000003"});
  scene.server.now_ms += 60 * kDayMs;
  CHECK(scene.server.record(scene.certified("Năm mới"))->text("number") == "12-2027-000001");
  CHECK(issue_certificates(scene.server.service(), 3) == 3);
  CHECK(issue_certificates(scene.server.service(), 3) == 1);
}

TEST_CASE("What no paper can show stops no certificate, neither this one nor those behind it") {
  Scene scene;
  const RecordId odd = scene.certified(" \n\t ");
  const RecordId next = scene.certified("Dọn\tvệ sinh");
  CHECK(issue_certificates(scene.server.service(), 10) == 2);
  CHECK(scene.server.record(odd)->text("status") == "issued");
  CHECK(scene.server.record(next)->text("status") == "issued");
  const auto record = scene.server.record(next);
  CHECK(scene.check(record->text("number"), record->text("code")).text("activity") == "Dọn vệ sinh");
}

TEST_CASE("Number and printed code together show what is printed, the number alone tells nothing") {
  Scene scene;
  const RecordId id = scene.certified("Khám răng");
  issue_certificates(scene.server.service(), 10);
  const auto record = scene.server.record(id);
  const std::string number = record->text("number");
  const std::string code = record->text("code");
  const Answer good = scene.check(number, code);
  REQUIRE(good.status() == 200);
  CHECK(good.text("verdict") == "valid");
  CHECK(good.text("holder") == "Lò Thị Mai");
  CHECK(good.integer("as_of") == scene.server.now_ms);
  std::set<std::string> shown;
  for (const auto& [name, value] : *good.body.object()) shown.insert(name);
  CHECK(shown == std::set<std::string>{"verdict", "as_of", "number", "holder", "activity", "commune", "from", "to",
                                       "minutes", "role", "issued_on"});
  const std::string other = code.substr(0, 5) + (code[5] == 'A' ? 'B' : 'A');
  const Answer wrong = scene.check(number, other);
  const Answer unknown = scene.check("12-2026-000099", code);
  CHECK(wrong.status() == 404);
  CHECK(wrong.code() == "certificate_not_found");
  CHECK(wrong.response.body == unknown.response.body);
  CHECK(scene.check(number, "").response.body == wrong.response.body);
  CHECK(scene.check("", "").response.body == wrong.response.body);
  CHECK(scene.server.ask("GET", "/v1/certificates/check").response.body == wrong.response.body);
}

namespace {

// What strangers have: the public keys and the lists of a province and a year.
struct Stranger {
  explicit Stranger(TestServer& server)
      : keys(*certs::issuer_keys(server.ask("GET", "/.well-known/jwks.json").response.body)) {
    for (const char* list : {"26121", "26122", "26123"}) {
      const Answer answer = server.ask("GET", std::string("/v1/status-lists/") + list);
      REQUIRE(answer.status() == 200);
      lists.push_back(certs::read_status_list(answer.response.body, keys.badges).value());
    }
  }
  std::string verdict(const std::string& carrier, std::int64_t now_ms) const {
    return certs::name_of(certs::verify_carrier(carrier, keys, now_ms, lists).verdict);
  }

  certs::IssuerKeys keys;
  std::vector<certs::StatusList> lists;
};

std::string file_of(TestServer& server, const RecordId& id, const char* form, const std::string& token) {
  const Answer answer = server.ask("GET", "/v1/certificates/" + id.text() + form, {}, token);
  REQUIRE(answer.status() == 200);
  return answer.response.body;
}

}  // namespace

TEST_CASE("The holder and the desk get a certificate as file and as paper, nobody else does") {
  Scene scene;
  const RecordId id = scene.certified("Khám răng");
  Phone phone(scene.server, scene.mai);
  CHECK(scene.server.ask("GET", "/v1/certificates/" + id.text() + ".json", {}, phone.token).status() == 404);
  issue_certificates(scene.server.service(), 10);
  const Stranger stranger(scene.server);
  for (const std::string& token : {phone.token, scene.thanh.token, scene.lan.token}) {
    CHECK(stranger.verdict(file_of(scene.server, id, ".json", token), scene.server.now_ms) == "valid");
    CHECK(stranger.verdict(file_of(scene.server, id, ".pdf", token), scene.server.now_ms) == "valid");
  }
  Phone other(scene.server, scene.server.person("Sùng A Dơ", Role::volunteer, kPaU));
  for (const char* form : {".json", ".pdf"}) {
    const std::string path = "/v1/certificates/" + id.text() + form;
    CHECK(scene.server.ask("GET", path, {}, other.token).status() == 404);
    CHECK(scene.server.ask("GET", path).status() == 401);
    CHECK(scene.server.ask("POST", path, {}, phone.token).status() == 405);
  }
  CHECK(scene.server.ask("GET", "/v1/certificates/" + scene.mai.text() + ".pdf", {}, phone.token).status() == 404);
  // Printing again gives the same sheet.
  CHECK(file_of(scene.server, id, ".pdf", phone.token) == file_of(scene.server, id, ".pdf", phone.token));
}

TEST_CASE("All three carriers of a certificate say the same to a stranger, and follow what is decided") {
  Scene scene;
  const RecordId id = scene.certified("Khám răng");
  issue_certificates(scene.server.service(), 10);
  Phone phone(scene.server, scene.mai);
  const std::string number = scene.server.record(id)->text("number");
  const std::vector<std::string> carriers = {file_of(scene.server, id, ".json", phone.token),
                                             file_of(scene.server, id, ".pdf", phone.token),
                                             scene.server.record(id)->text("qr")};
  const auto verdicts = [&] {
    std::set<std::string> said;
    const Stranger stranger(scene.server);
    for (const std::string& carrier : carriers) said.insert(stranger.verdict(carrier, scene.server.now_ms));
    return said;
  };
  const auto decide = [&](const std::string& step) {
    std::string counts;
    scene.server.now_ms += 1000;  // the later of two decisions counts
    scene.server.run([&](storage::Transaction& transaction) {
      counts = decide_certificate(transaction, scene.server.rules(), scene.server.now_ms, number, step, "thử");
    });
    return counts;
  };
  CHECK(verdicts() == std::set<std::string>{"valid"});
  decide("suspend");
  CHECK(verdicts() == std::set<std::string>{"suspended"});
  CHECK(scene.check(number, scene.server.record(id)->text("code")).text("verdict") == "suspended");
  CHECK_THROWS_AS(decide("suspend"), AdminFault);
  decide("reinstate");
  CHECK(verdicts() == std::set<std::string>{"valid"});
  CHECK(decide("reissue") == "12-2026-000002");
  CHECK(verdicts() == std::set<std::string>{"superseded"});
  CHECK_THROWS_AS(decide("revoke"), AdminFault);
  CHECK(issue_certificates(scene.server.service(), 10) == 1);
}

TEST_CASE("A coordinator revokes a certificate from the phone") {
  Scene scene;
  const RecordId participation = scene.participation("Khám răng");
  for (auto [phone, step] : {std::pair{&scene.xa, "attest"}, {&scene.lan, "check"}, {&scene.thanh, "approve"}}) {
    scene.confirm(*phone, participation, step);
  }
  issue_certificates(scene.server.service(), 10);
  const RecordId id = scene.derived("certificate", {participation});
  scene.confirm(scene.thanh, participation, "revoke");
  CHECK(scene.server.record(id)->text("status") == "revoked");
  const Stranger stranger(scene.server);
  CHECK(stranger.verdict(scene.server.record(id)->text("qr"), scene.server.now_ms) == "revoked");
}

TEST_CASE("The document of the server's did:web names the keys of its files") {
  Scene scene;
  const Answer did = scene.server.ask("GET", "/.well-known/did.json");
  CHECK(did.status() == 200);
  CHECK(did.text("id") == "did:web:suoi.example");
  const certs::OwnKey key = scene.server.keys().current(certs::Purpose::certificates, scene.server.now_ms);
  CHECK(did.response.body.find(certs::badge_key(key.key).public_key().multikey()) != std::string::npos);
  for (const char* wrong : {"/v1/status-lists/", "/v1/status-lists/26120", "/v1/status-lists/x", "/v1/status-lists/-1",
                            "/v1/status-lists/126121"}) {
    CHECK(scene.server.ask("GET", wrong).status() == 404);
  }
}

namespace {

std::string log_text(TestServer& server, const std::string& path) {
  const Answer answer = server.ask("GET", "/v1/log/" + path);
  REQUIRE(answer.status() == 200);
  return answer.response.body;
}

certs::Facts facts_of(TestServer& server, const RecordId& id) {
  return certificate_facts(*server.record(id), server.rules().units, "");
}

}  // namespace

TEST_CASE("What was issued and withdrawn stands in the log, and anybody can prove it") {
  Scene scene;
  const RecordId first = scene.certified("Khám răng");
  const RecordId second = scene.certified("Khám mắt");
  const Service service = scene.server.service();
  const auto log_key = scene.server.keys().log_key().public_key();
  const auto head = [&] { return certs::read_checkpoint(log_text(scene.server, "checkpoint"), log_key).value(); };
  CHECK(head().size == 0);
  CHECK(issue_certificates(service, 10) == 2);
  CHECK(log_certificates(service, 10) == 0);  // they were logged with the issue
  const certs::Checkpoint before = head();
  CHECK(before.size == 2);
  for (const RecordId& id : {first, second}) {
    const certs::Facts facts = facts_of(scene.server, id);
    const std::string proof = log_text(scene.server, "proofs/" + certs::proof_name(facts));
    CHECK(proof.size() < 1500);
    CHECK(certs::proven_index(proof, certs::log_entry(certs::LogEvent::issued, facts), {log_key}));
    CHECK(certs::parse_proof(proof)->checkpoint == log_text(scene.server, "checkpoint"));
  }
  const std::string number = scene.server.record(second)->text("number");
  scene.server.service().writer.run([&](storage::Transaction& transaction) {
    decide_certificate(transaction, scene.server.rules(), scene.server.now_ms, number, "revoke", "Nhầm người");
  });
  CHECK(log_certificates(service, 10) == 1);
  CHECK(log_certificates(service, 10) == 0);
  const certs::Checkpoint after = head();
  CHECK(after.size == 3);
  const std::string entries = log_text(scene.server, "tile/entries/000.p/3");
  CHECK(entries.substr(2 * 36 + 2) == certs::log_entry(certs::LogEvent::revoked, facts_of(scene.server, second)));
  const std::string hashes = log_text(scene.server, "tile/0/000.p/3");
  const auto leaf = [&](int level, std::int64_t at) {
    REQUIRE(level == 0);
    certs::merkle::Hash hash{};
    std::copy_n(hashes.data() + 32 * at, 32, reinterpret_cast<char*>(hash.data()));
    return hash;
  };
  CHECK(certs::merkle::node_hash(certs::merkle::node_hash(leaf(0, 0), leaf(0, 1)), leaf(0, 2)) == after.root);
  CHECK(certs::merkle::continues(2, before.root, 3, after.root, {leaf(0, 2)}));
  for (const char* nothing : {"tile/0/000", "tile/0/000.p/4", "tile/1/000.p/1", "tile/0/001.p/1", "tile/x", "proofs/00",
                              "tile/entries/000.p/4"}) {
    CAPTURE(nothing);
    CHECK(scene.server.ask("GET", std::string("/v1/log/") + nothing).status() == 404);
  }
  CHECK(scene.server.store().check({}).ok);
}

TEST_CASE("A witness that the operator named adds its signature to the log, and nobody else does") {
  Scene scene;
  scene.certified("Khám răng");
  issue_certificates(scene.server.service(), 10);
  const auto eye = certs::Ed25519Key::from_seed(std::string(32, 'w'));
  const std::string note = log_text(scene.server, "checkpoint");
  const std::string cosigned = note + certs::cosign(note, "eye.example", eye, 1'795'000'000);
  const auto post = [&](const std::string& body) {
    return scene.server.ask("POST", "/v1/log/cosignatures", body).status();
  };
  CHECK(post(cosigned) == 403);
  scene.server.witnesses.push_back({"eye.example", eye.public_key()});
  CHECK(post(note) == 403);
  CHECK(post("no checkpoint") == 422);
  const certs::Checkpoint other{"suoi.example/v1/log/0", 1, {}};
  const std::string foreign = certs::sign_checkpoint(other, scene.server.keys().log_key());
  CHECK(post(foreign + certs::cosign(foreign, "eye.example", eye, 1)) == 422);
  CHECK(post(cosigned) == 204);
  CHECK(log_text(scene.server, "checkpoint") == cosigned);
  scene.certified("Khám mắt");
  issue_certificates(scene.server.service(), 10);
  CHECK(certs::signature_lines(log_text(scene.server, "checkpoint")).size() == 1);
}

}  // namespace suoi::mobile_api::test
