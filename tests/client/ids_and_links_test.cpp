#include <catch2/catch.hpp>

#include "scripted_server.hpp"
#include "suoi/certs/hashing.hpp"
#include "suoi/certs/jwe.hpp"
#include "suoi/certs/jws.hpp"
#include "suoi/client/ids.hpp"
#include "suoi/client/lossy_link.hpp"
#include "suoi/domain/catalogue.hpp"

using namespace suoi::client;
using suoi::domain::RecordId;
using suoi::domain::Value;

TEST_CASE("Ids made on a device carry their time and never repeat") {
  const auto a = new_record_id(1'763'700'000'000);
  const auto b = new_record_id(1'763'700'000'000);
  CHECK(a.uuid.version() == 7);
  CHECK((a.uuid.bytes[8] & 0xc0) == 0x80);
  CHECK(a != b);
  CHECK(a.text().substr(0, 13) == b.text().substr(0, 13));
  CHECK(a < new_record_id(1'763'700'000'001));
}

TEST_CASE("An id that follows from others is the same on every phone and differs by collection") {
  const auto activity = *RecordId::parse("019a0000-0000-7000-8000-000000000001");
  const auto person = *RecordId::parse("019a0000-0000-7000-8000-000000000002");
  const auto id = derived_id("participation", {activity, person});
  CHECK(id.uuid.version() == 5);
  CHECK(id == derived_id("participation", {activity, person}));
  CHECK(id != derived_id("registration", {activity, person}));
  CHECK(id != derived_id("participation", {person, activity}));
  const std::string name = "participation:" + activity.text() + ":" + person.text();
  const auto space = suoi::domain::Catalogue::id_namespace();
  CHECK(id.uuid == suoi::domain::uuid_v5(suoi::certs::openssl_hashing(), space, name));
}

TEST_CASE("What an approval signs does not depend on the order of the attendance, but on every part of it") {
  const auto activity = new_record_id(1);
  const auto person = new_record_id(2);
  const AttendedInterval morning{new_record_id(3), 100, 200};
  const AttendedInterval evening{new_record_id(4), 300, 400};
  const std::string digest = approval_digest(activity, person, {morning, evening});
  CHECK(digest == approval_digest(activity, person, {evening, morning}));
  CHECK(digest != approval_digest(activity, person, {morning}));
  CHECK(digest != approval_digest(person, activity, {morning, evening}));
  const std::string canonical = R"({"activity":")" + activity.text() + R"(","attendance":[[")" + morning.id.text() +
                                R"(",100,200]],"person":")" + person.text() + R"("})";
  const auto bytes = suoi::certs::sha256(canonical);
  std::string hex;
  for (const auto byte : bytes) {
    char two[3];
    std::snprintf(two, sizeof two, "%02x", byte);
    hex += two;
  }
  CHECK(approval_digest(activity, person, {morning}) == hex);
}

TEST_CASE("Enrolling sends the code under the phone's own key and keeps what comes back") {
  scripted::Server server;
  scripted::Time time;
  Device device(server, time.clock());
  server.then(scripted::answer(201, Value::Object{{"token", "t"},
                                                  {"person", new_record_id(1).text()},
                                                  {"streams", Value::Array{"2025:03442"}},
                                                  {"epoch", "e1"},
                                                  {"limits", Value::Object{{"changes", 7}}}}));
  REQUIRE(device.enrol("code", "Điện thoại của Mai").has_value());
  const auto jws = suoi::certs::verify_flattened(suoi::domain::canonical_json(server.asked[0]));
  REQUIRE(jws.has_value());
  CHECK(jws->signer == device.store().key->public_key());
  CHECK(text_of(*parse_json(jws->payload), "code") == "code");
  CHECK(device.store().token == "t");
  CHECK(device.store().limits.changes == 7);
  CHECK(device.store().epoch == "e1");
}

TEST_CASE("A refused invitation says why") {
  scripted::Server server;
  scripted::Time time;
  Device device(server, time.clock());
  server.then(scripted::problem(403, "invitation_invalid"));
  const auto enrolled = device.enrol("code", "Điện thoại");
  REQUIRE_FALSE(enrolled.has_value());
  CHECK(enrolled.error().status == 403);
  CHECK(enrolled.error().code == "invitation_invalid");
}

TEST_CASE("A bad link loses the same things again under the same seed") {
  const auto play = [](std::uint64_t seed) {
    scripted::Server server;
    for (int i = 0; i < 200; ++i) server.then(scripted::ok(0));
    LossyLink link(server, seed, {0.2, 0.2, 0.1, 0.05, 2, 0}, [](std::int64_t) {});
    std::string fate;
    for (int i = 0; i < 80; ++i) fate += link.exchange({}) ? '.' : 'x';
    return fate;
  };
  CHECK(play(1) == play(1));
  CHECK(play(1) != play(2));
  CHECK(play(1).find('x') != std::string::npos);
  CHECK(play(1).find('.') != std::string::npos);
}

TEST_CASE("A lost answer was delivered, a lost request was not") {
  scripted::Server server;
  for (int i = 0; i < 10; ++i) server.then(scripted::ok(0));
  LossyLink deaf(server, 1, {0, 1, 0, 0, 0, 0}, [](std::int64_t) {});
  CHECK_FALSE(deaf.exchange({}).has_value());
  CHECK(server.asked.size() == 1);
  LossyLink mute(server, 1, {1, 0, 0, 0, 0, 0}, [](std::int64_t) {});
  CHECK_FALSE(mute.exchange({}).has_value());
  CHECK(server.asked.size() == 1);
  LossyLink stutter(server, 1, {0, 0, 1, 0, 0, 0}, [](std::int64_t) {});
  CHECK(stutter.exchange({}).has_value());
  CHECK(server.asked.size() == 3);
}

TEST_CASE("An answer that is no JSON or absurdly deep counts as none") {
  CHECK_FALSE(parse_json("{\"a\":").has_value());
  CHECK_FALSE(parse_json(std::string(100000, '[')).has_value());
  CHECK_FALSE(parse_json(std::string(65, '[') + std::string(65, ']')).has_value());
  CHECK(parse_json(R"({"a":"[[[{{{\"[[["})").has_value());
}

namespace {

// A phone that knows a server's two keys, and those keys.
struct Carried {
  suoi::certs::SigningKey seal = suoi::certs::SigningKey::generate();
  suoi::certs::SigningKey receipts = suoi::certs::SigningKey::generate();
  scripted::Server server;
  scripted::Time time;
  Device device{server, time.clock()};

  Carried() {
    const auto jwk = [](const suoi::certs::SigningKey& key, const char* use) {
      Value one = *parse_json(key.public_key().jwk());
      one.object()->emplace("use", use);
      one.object()->emplace("kid", key.public_key().thumbprint());
      return one;
    };
    server.then(scripted::answer(
        201, Value::Object{{"keys", Value::Object{{"keys", Value::Array{jwk(receipts, "sig"), jwk(seal, "enc")}}}}}));
    REQUIRE(device.enrol("code", "Máy").has_value());
    device.create("need", {{"unit", "2025:03442"}});
    device.create("need", {{"unit", "2025:03463"}});
  }
  std::string answer(const std::string& incarnation, std::int64_t seq) const {
    const Value receipt = Value::Object{
        {"device", device.id().text()}, {"incarnation", incarnation}, {"seq", Value(seq)}, {"epoch", "e1"}};
    const std::string jws = suoi::certs::sign_compact(receipts, {}, suoi::domain::canonical_json(receipt));
    return suoi::domain::canonical_json(Value::Object{{"acked", Value(seq)}, {"receipt", Value(jws)}});
  }
  std::string incarnation() const { return device.store().life.incarnation.text(); }
};

}  // namespace

TEST_CASE("A bundle for somebody else to carry holds all that is unsent, and only the server can open it") {
  const Carried phone;
  const auto bundle = phone.device.make_bundle();
  REQUIRE(bundle.has_value());
  CHECK_FALSE(suoi::certs::decrypt_compact(phone.receipts, *bundle).has_value());
  const auto opened = suoi::certs::decrypt_compact(phone.seal, *bundle);
  REQUIRE(opened.has_value());
  const auto jws = suoi::certs::verify_flattened(*opened, phone.device.store().key->public_key());
  REQUIRE(jws.has_value());
  const Value content = *parse_json(jws->payload);
  CHECK(scripted::seqs(content) == std::vector<std::int64_t>{1, 2});
  CHECK(text_of(content, "device") == phone.device.id().text());
  CHECK(text_of(content, "incarnation") == phone.incarnation());
}

TEST_CASE("An answer that came back with a carrier frees only what its receipt covers") {
  Carried phone;
  CHECK_FALSE(phone.device.accept_bundle_answer("{}"));
  CHECK_FALSE(phone.device.accept_bundle_answer(phone.answer(new_incarnation().text(), 2)));
  CHECK_FALSE(phone.device.accept_bundle_answer(phone.answer(phone.incarnation(), 3)));
  CHECK(phone.device.store().life.acked == 0);
  CHECK(phone.device.accept_bundle_answer(phone.answer(phone.incarnation(), 1)));
  CHECK(phone.device.store().life.acked == 1);
  CHECK(phone.device.make_bundle().has_value());
  CHECK(phone.device.accept_bundle_answer(phone.answer(phone.incarnation(), 2)));
  CHECK_FALSE(phone.device.make_bundle().has_value());
}
