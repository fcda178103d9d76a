// From three confirmations to a certificate that anybody can check.

#include "suoi/mobile_api/issuing.hpp"

#include <catch2/catch.hpp>

#include "service_fixture.hpp"
#include "suoi/certs/certificate.hpp"

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

}  // namespace suoi::mobile_api::test
