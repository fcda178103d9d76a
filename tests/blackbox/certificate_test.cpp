// From three approvals to a certificate that anybody can check (protocol.md, "Other endpoints").
#include <chrono>
#include <fstream>
#include <set>
#include <thread>

#include "world.hpp"

using namespace blackbox;

namespace {

constexpr std::int64_t kHour = 3'600'000;
constexpr std::int64_t kMorning = 1'763'690'400'000;  // 09:00 in Viet Nam on 21 November 2025

// A participation of Mai, four hours long, and the people who may confirm it.
struct Day {
  World world;
  Phone mai = world.volunteer();
  Phone team_leader = world.phone("Vàng Thị Dua", "team_leader", {kPaU});
  Phone commune_leader = world.phone("Pờ Xè Lừ", "commune_leader", {kPaU});
  Phone coordinator = world.coordinator();
  RecordId activity;
  RecordId participation;
  RecordId attendance;

  Day() {
    activity = mai->create("activity", {{"unit", Value(kPaU)}, {"title", "Khám bệnh cho trẻ em"}, {"status", "held"}});
    participation = suoi::client::derived_id("participation", {activity, mai.person_id()});
    mai->create("participation",
                {{"unit", Value(kPaU)},
                 {"activity", Value(activity.text())},
                 {"person", Value(mai.person)},
                 {"task", "Hướng dẫn"}},
                participation);
    attendance = attend(mai, kMorning, kMorning + 4 * kHour);
    synced(mai);
  }
  RecordId attend(const Phone& by, std::int64_t from, std::int64_t to) const {
    return by->create("attendance", {{"unit", Value(kPaU)},
                                     {"participation", Value(participation.text())},
                                     {"from", Value(from)},
                                     {"to", Value(to)},
                                     {"method", "list"}});
  }
  std::string digest() const {
    return suoi::client::approval_digest(activity, mai.person_id(), {{attendance, kMorning, kMorning + 4 * kHour}});
  }
  SyncReport confirm(const Phone& by, const char* step, const std::string& what) const {
    synced(by);
    by->create("approval", {{"unit", Value(kPaU)},
                            {"participation", Value(participation.text())},
                            {"step", step},
                            {"digest", Value(what)}});
    return synced(by);
  }
  void confirm_all() const {
    confirm(coordinator, "approve", digest());
    confirm(team_leader, "attest", digest());
    confirm(commune_leader, "check", digest());
  }
  // Signing happens after the commit, so the phone asks until it is there.
  std::optional<suoi::client::ShownRecord> certificate() const {
    for (int tries = 0; tries < 100; ++tries) {
      synced(mai);
      if (const auto found = find(*mai, "certificate", "status", "issued")) return found;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return std::nullopt;
  }
  std::string state() const {
    synced(mai);
    return mai->record(participation)->text("state");
  }
};

std::string check_target(const std::string& number, const std::string& code) {
  return "/v1/certificates/check?number=" + number + "&code=" + code;
}

}  // namespace

TEST_CASE("Three confirmations in any order give the volunteer a certificate on her phone") {
  const Day day;
  CHECK(day.state() == "recorded");
  CHECK(day.mai->record(day.participation)->integer("minutes") == 240);
  day.confirm_all();
  const auto certificate = day.certificate();
  REQUIRE(certificate.has_value());
  CHECK(day.state() == "certified");
  CHECK(certificate->stream == "person:" + day.mai.person);
  CHECK(certificate->text("holder") == "Lò Thị Mai");
  CHECK_FALSE(certificate->text("number").empty());
  CHECK(certificate->text("qr").substr(0, 5) == "GCN1:");
  CHECK(certificate->id == suoi::client::derived_id("certificate", {day.participation}));
}

TEST_CASE("A certificate is checked from its QR text, from a file or from standard input") {
  const Day day;
  day.confirm_all();
  const auto certificate = day.certificate();
  REQUIRE(certificate.has_value());
  const std::string qr = certificate->text("qr");
  const auto from_input = day.world.server.run({"certificate", "verify", "-"}, qr);
  INFO(from_input.err << from_input.out);
  CHECK(from_input.exit_status == 0);
  CHECK(text_of(from_input.json, "verdict") == "valid");
  CHECK(text_of(from_input.json, "number") == certificate->text("number"));
  CHECK(from_input.json.find("as_of") != nullptr);
  const std::string file = day.world.path("qr.txt");
  std::ofstream(file) << qr << "\n";
  CHECK(day.world.server.run({"certificate", "verify", file}).exit_status == 0);

  for (const std::size_t at : {std::size_t{10}, qr.size() / 2, qr.size() - 3}) {
    std::string forged = qr;
    forged[at] = forged[at] == 'A' ? 'B' : 'A';
    const auto refused = day.world.server.run({"certificate", "verify", "-"}, forged);
    CHECK(refused.exit_status == 1);
    CHECK(text_of(refused.json, "verdict") != "valid");
  }
  CHECK(day.world.server.run({"certificate", "verify", "-"}, "hello").exit_status == 1);
}

TEST_CASE("The holder gets a certificate as file and as paper, and a stranger checks all three without the server") {
  const Day day;
  day.confirm_all();
  const auto certificate = day.certificate();
  REQUIRE(certificate.has_value());
  const auto link = day.world.server.link();
  const auto fetched = [&](const std::string& target, const std::string& name) {
    const auto answer = link->get(target, day.mai.token());
    REQUIRE(answer.has_value());
    REQUIRE(answer->status == 200);
    const std::string file = day.world.path(name);
    std::ofstream(file, std::ios::binary) << answer->body;
    return file;
  };
  const std::string target = "/v1/certificates/" + certificate->id.text();
  const std::string qr = day.world.path("qr.txt");
  std::ofstream(qr) << certificate->text("qr") << "\n";
  const std::vector<std::string> carriers = {qr, fetched(target + ".json", "file.json"),
                                             fetched(target + ".pdf", "paper.pdf")};
  CHECK(link->get(target + ".pdf")->status == 401);
  const std::string keys = fetched("/.well-known/jwks.json", "jwks.json");
  const Value* place = certificate->field("facts")->find("status");
  REQUIRE(place != nullptr);
  const std::string list = std::to_string(*place->array()->front().integer());
  const auto verdicts = [&](bool with_server) {
    std::set<std::string> said;
    std::vector<std::string> known = {"--keys", keys};
    for (const char purpose : {'1', '2', '3'}) {
      known.push_back("--status");
      known.push_back(fetched("/v1/status-lists/" + list.substr(0, 4) + purpose, std::string("list") + purpose));
    }
    for (const std::string& carrier : carriers) {
      std::vector<std::string> words = {"certificate", "verify", carrier};
      if (!with_server) words.insert(words.end(), known.begin(), known.end());
      const auto verdict = day.world.server.run(words);
      CHECK(text_of(verdict.json, "number") == certificate->text("number"));
      said.insert(text_of(verdict.json, "verdict"));
    }
    return said;
  };
  CHECK(verdicts(true) == std::set<std::string>{"valid"});
  CHECK(verdicts(false) == std::set<std::string>{"valid"});
  const auto revoked =
      day.world.server.run({"certificate", "revoke", certificate->text("number"), "--reason", "Nhầm người"});
  CHECK(revoked.exit_status == 0);
  CHECK(verdicts(true) == std::set<std::string>{"revoked"});
  CHECK(verdicts(false) == std::set<std::string>{"revoked"});
  synced(day.mai);
  CHECK(find(*day.mai, "certificate", "status", "revoked").has_value());
  const std::string preview = day.world.path("preview.pdf");
  CHECK(day.world.server.run({"certificate", "preview", "--to", preview}).exit_status == 0);
  CHECK(std::ifstream(preview).good());
}

TEST_CASE("Number and printed code together confirm a certificate, the number alone tells nothing") {
  const Day day;
  day.confirm_all();
  const auto certificate = day.certificate();
  REQUIRE(certificate.has_value());
  const auto link = day.world.server.link();
  const std::string number = certificate->text("number");
  const std::string code = certificate->text("code");
  CHECK(code.size() >= 6);
  const auto good = link->get(check_target(number, code));
  REQUIRE(good.has_value());
  CHECK(good->status == 200);
  CHECK(text_of(*parse_json(good->body), "verdict") == "valid");
  CHECK(good->body.find("Lò Thị Mai") != std::string::npos);
  const auto wrong_code = link->get(check_target(number, "AAAAAA"));
  const auto wrong_number = link->get(check_target("12-2026-999999", code));
  const auto no_code = link->get("/v1/certificates/check?number=" + number);
  for (const auto* answer : {&wrong_code, &wrong_number, &no_code}) {
    REQUIRE(answer->has_value());
    CHECK((*answer)->status >= 400);
    CHECK((*answer)->body.find("Lò Thị Mai") == std::string::npos);
  }
  CHECK(wrong_code->body == wrong_number->body);
}

TEST_CASE("Two confirmations are not enough, and the same step twice counts once") {
  const Day day;
  day.confirm(day.team_leader, "attest", day.digest());
  day.confirm(day.team_leader, "attest", day.digest());
  day.confirm(day.coordinator, "approve", day.digest());
  CHECK(day.state() != "certified");
  CHECK(day.mai->records("certificate").empty());
}

TEST_CASE("A confirmation of something else than what stands there counts for nothing") {
  const Day day;
  day.confirm(day.team_leader, "attest", std::string(64, 'a'));
  day.confirm(day.commune_leader, "check", day.digest());
  day.confirm(day.coordinator, "approve", day.digest());
  CHECK(day.state() != "certified");
  day.confirm(day.team_leader, "attest", day.digest());
  CHECK(day.certificate().has_value());
}

TEST_CASE("Attendance that changes after a confirmation voids it") {
  const Day day;
  day.confirm(day.team_leader, "attest", day.digest());
  day.confirm(day.commune_leader, "check", day.digest());
  day.attend(day.mai, kMorning + 5 * kHour, kMorning + 6 * kHour);
  synced(day.mai);
  day.confirm(day.coordinator, "approve", day.digest());
  CHECK(day.state() == "recorded");
  CHECK(day.mai->records("certificate").empty());
}

TEST_CASE("Nobody confirms a step that is not theirs") {
  const Day day;
  for (const auto& [phone, step] : {std::pair<const Phone*, const char*>{&day.team_leader, "approve"},
                                    {&day.team_leader, "check"},
                                    {&day.commune_leader, "attest"},
                                    {&day.mai, "attest"}}) {
    const SyncReport report = day.confirm(*phone, step, day.digest());
    REQUIRE(report.verdicts.size() == 1);
    CHECK(report.verdicts[0].verdict == "quarantined");
  }
  CHECK(day.state() == "recorded");
}

TEST_CASE("Nobody confirms their own participation") {
  const World world;
  const Phone leader = world.phone("Vàng Thị Dua", "team_leader", {kPaU});
  const RecordId activity =
      leader->create("activity", {{"unit", Value(kPaU)}, {"title", "Dọn vệ sinh"}, {"status", "held"}});
  const RecordId own = suoi::client::derived_id("participation", {activity, leader.person_id()});
  leader->create("participation",
                 {{"unit", Value(kPaU)}, {"activity", Value(activity.text())}, {"person", Value(leader.person)}}, own);
  leader->create("approval", {{"unit", Value(kPaU)},
                              {"participation", Value(own.text())},
                              {"step", "attest"},
                              {"digest", Value(suoi::client::approval_digest(activity, leader.person_id(), {}))}});
  const SyncReport report = synced(leader);
  REQUIRE(report.verdicts.size() == 1);
  CHECK(report.verdicts[0].code == "own_participation");
}

TEST_CASE("A certificate issued once stays one, however often the confirmations are sent again") {
  Day day;
  day.confirm_all();
  REQUIRE(day.certificate().has_value());
  const std::string number = day.certificate()->text("number");
  day.confirm(day.coordinator, "approve", day.digest());
  CHECK(day.world.server.stop() == 0);
  day.world.server.start();
  const auto link = day.world.server.link();
  Device phone(*link, suoi::client::system_clock(), day.mai->store());
  synced(phone);
  const auto certificates = phone.records("certificate");
  REQUIRE(certificates.size() == 1);
  CHECK(certificates[0].text("number") == number);
}

namespace {

// A server whose root lies on a stick beside it.
struct Rooted : Day {
  std::string stick = world.path("root.pem");
  std::string words = world.path("passphrase");

  Rooted() { std::ofstream(words) << "bốn chữ dễ nhớ lắm\n"; }
  LocalServer::Command keys(std::vector<std::string> words_before) const {
    words_before.insert(words_before.begin(), "keys");
    words_before.insert(words_before.end(), {"--root", stick, "--passphrase-file", words});
    return world.server.run(words_before);
  }
  std::string saved_list() const {
    const auto answer = world.server.link()->get("/v1/key-list");
    REQUIRE(answer.has_value());
    REQUIRE(answer->status == 200);
    const std::string file = world.path("list.json");
    std::ofstream(file, std::ios::binary | std::ios::trunc) << answer->body;
    return file;
  }
};

}  // namespace

TEST_CASE("A root that is kept elsewhere signs the list of keys, and a stolen key loses its certificates") {
  const Rooted day;
  const auto link = day.world.server.link();
  CHECK(link->get("/v1/key-list")->status == 404);
  CHECK(day.keys({"rotate"}).exit_status == 1);
  const auto made = day.keys({"init"});
  INFO(made.err);
  REQUIRE(made.exit_status == 0);
  const std::string root = text_of(made.json, "root");
  CHECK(day.keys({"init"}).exit_status == 1);
  day.confirm_all();
  const auto certificate = day.certificate();
  REQUIRE(certificate.has_value());
  const std::string qr = day.world.path("qr.txt");
  std::ofstream(qr) << certificate->text("qr");
  const auto verify = [&](const std::string& by) {
    return day.world.server.run({"certificate", "verify", qr, "--keys", day.saved_list(), "--root", by});
  };
  CHECK(text_of(verify(root).json, "verdict") == "valid_as_of");
  CHECK(verify("another").exit_status == 1);
  CHECK(day.world.server.run({"certificate", "verify", qr, "--keys", day.saved_list()}).exit_status == 2);

  const std::string kid = text_of(made.json.find("keys")->array()->front(), "kid");
  CHECK(day.keys({"retire", kid}).exit_status == 1);  // no other key would sign
  CHECK(day.keys({"compromise", kid, "--since", "tomorrow"}).exit_status == 2);
  const auto served = link->get("/v1/key-list")->body;
  const auto stolen = day.keys({"compromise", kid, "--since", "2026-01-01"});
  INFO(stolen.err);
  REQUIRE(stolen.exit_status == 0);
  CHECK(integer_of(stolen.json, "serial") == 2);
  for (int tries = 0; tries < 200 && link->get("/v1/key-list")->body == served; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  CHECK(text_of(day.world.server.run({"certificate", "verify", qr}).json, "verdict") == "forged");
  const auto said = verify(root);
  CHECK(text_of(said.json, "verdict") == "forged");
  CHECK(text_of(said.json, "reason").find("no longer safe") != std::string::npos);
  const auto inside = day.world.server.run({"keys", "list"});
  CHECK(inside.json.find("keys")->array()->size() == 5);  // two pairs and the key of the log
}
