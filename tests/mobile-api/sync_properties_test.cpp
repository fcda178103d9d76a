// Properties 2 and 3 of merge.md over generated histories: pieces and repeats change nothing, and in the end every
// phone holds exactly what the server has.

#include <rapidcheck.h>

#include <array>
#include <catch2/catch.hpp>

#include "service_fixture.hpp"

namespace suoi::mobile_api::test {
namespace {

using domain::Role;

// What one generated number after the other decides.
using Step = std::array<std::uint8_t, 5>;

constexpr std::size_t kRecords = 4;

struct Work {
  std::array<RecordId, kRecords> activities;
  std::array<RecordId, kRecords> needs;

  explicit Work(TestServer& server) {
    for (RecordId& id : activities) id = server.new_id();
    for (RecordId& id : needs) id = server.new_id();
  }
};

std::string_view unit_of(std::uint8_t number) {
  return number % 4 == 0 ? kTaTong : kPaU;
}

Value::Object new_activity(const Step& step) {
  return {{"unit", Value(unit_of(step[3]))},
          {"title", Value("Hoạt động " + std::to_string(step[3] % 3))},
          {"themes", Value::Array{"children"}}};
}

// Appends one change, made of what the step says, by somebody who has seen `base` of the record.
void edit_activity(Phone& phone, const RecordId& id, std::int64_t base, const Step& step) {
  static constexpr std::array<const char*, 6> kStates = {"planned", "open", "held", "reported", "closed", "cancelled"};
  const Value word("Chữ " + std::to_string(step[3] % 3));
  switch (step[2] % 9) {
    case 0:
      phone.edit("activity", id, base, new_activity(step));
      break;
    case 1:
      phone.edit("activity", id, base, {{"title", word}});
      break;
    case 2:
      phone.edit("activity", id, base, {{"planned_start", Value(std::int64_t{step[3]} * kHourMs)}});
      break;
    case 3:
      phone.edit("activity", id, base, {{"status", kStates[step[3] % 6]}});
      break;
    case 4:
      phone.operate("activity", id, base, {{"inc", Value::Object{{"tally", Value(step[3] % 5 + 1)}}}});
      break;
    case 5:
      phone.operate("activity", id, base,
                    {{step[3] % 2 == 0 ? "add" : "remove", Value::Object{{"themes", Value::Array{word}}}}});
      break;
    case 6:
      phone.erase("activity", id, base);
      break;
    case 7:
      phone.edit("activity", id, base, {{"unit", Value(unit_of(step[3]))}});
      break;
    default:
      phone.edit("activity", id, base,
                 {{"narrative", Value("Sáng nay trời " + std::to_string(step[3] % 3) + " độ, đủ người")}});
  }
}

void edit_need(Phone& phone, const RecordId& id, std::int64_t base, const Step& step) {
  switch (step[2] % 4) {
    case 0:
      phone.edit("need", id, base, {{"unit", Value(kPaU)}, {"category", "nutrition"}, {"item", "Sữa"}});
      break;
    case 1:
      phone.edit("assessment", phone.server.new_id(), 0,
                 {{"unit", Value(kPaU)},
                  {"need", Value(id.text())},
                  {"quantity", Value(step[3])},
                  {"assessed_on", Value("2026-11-1" + std::to_string(step[3] % 10))}});
      break;
    case 2:
      phone.edit("need", id, base, {{"priority", Value(step[3])}});
      break;
    default:
      phone.edit("need", id, base,
                 {{"item", Value("Áo " + std::to_string(step[3] % 2))}, {"unit_of_measure", "piece"}});
  }
}

void edit_anything(Phone& phone, const Work& work, std::int64_t base_of(const Phone&, const RecordId&),
                   const Step& step) {
  const std::size_t n = step[1] % kRecords;
  const RecordId& id = step[4] % 3 == 0 ? work.needs[n] : work.activities[n];
  step[4] % 3 == 0 ? edit_need(phone, id, base_of(phone, id), step)
                   : edit_activity(phone, id, base_of(phone, id), step);
}

// The same people with the same keys and ids at two servers.
struct Twins {
  TestServer whole;
  TestServer pieces;

  std::pair<Phone, Phone> phone(Role role, std::string_view unit) {
    const domain::PersonId person{whole.new_id().uuid};
    const RecordId assignment = whole.new_id();
    for (TestServer* server : {&whole, &pieces}) server->same_person(person, assignment, role, unit);
    const certs::SigningKey key = certs::SigningKey::generate();
    std::pair<Phone, Phone> twins{Phone(whole, person, key), Phone(pieces, person, key)};
    twins.second.incarnation = twins.first.incarnation;
    return twins;
  }
};

Value fields_of(TestServer& server, const RecordId& id) {
  const auto record = server.record(id);
  if (!record) return {};
  return Value::Object{{"live", Value(record->live)},
                       {"unit", Value(record->unit.text())},
                       {"fields", Value(sync::readable_fields(*record))}};
}

Answer send(Phone& phone, std::size_t first, std::size_t count, std::int64_t last) {
  Value::Object body = phone.request();
  body["changes"] = Value(Value::Array(phone.queue.begin() + static_cast<std::ptrdiff_t>(first),
                                       phone.queue.begin() + static_cast<std::ptrdiff_t>(first + count)));
  body["last"] = Value(last);
  return phone.post(body);
}

// Sends the queue in pieces that overlap, now and then one of them twice; gives the verdict of each change.
std::map<std::int64_t, Value> send_in_pieces(Phone& phone, const std::vector<std::uint8_t>& cuts) {
  std::map<std::int64_t, Value> verdicts;
  const auto note = [&](const Answer& answer) {
    RC_ASSERT(answer.status() == 200);
    for (const Value& verdict : answer.list("verdicts")) {
      const auto [known, is_new] = verdicts.emplace(integer_in(verdict, "seq"), verdict);
      RC_ASSERT(known->second == verdict);
    }
  };
  std::size_t sent = 0;
  for (std::size_t n = 0; sent < phone.queue.size(); ++n) {
    const std::uint8_t cut = cuts.empty() ? 1 : cuts[n % cuts.size()];
    const std::size_t again = std::min<std::size_t>(sent, cut % 4);
    const std::size_t fresh = std::min<std::size_t>(phone.queue.size() - sent, cut / 4 % 5 + 1);
    note(send(phone, sent - again, again + fresh, phone.last));
    sent += fresh;
    if (cut % 3 == 0) note(send(phone, 0, sent / 2, static_cast<std::int64_t>(sent)));
  }
  return verdicts;
}

}  // namespace

TEST_CASE("The same changes in one go, or in pieces, twice and late, give the same records and verdicts") {
  REQUIRE(rc::check([](const std::vector<Step>& steps, const std::vector<std::uint8_t>& cuts) {
    Twins twins;
    const Work work(twins.whole);
    std::array<std::pair<Phone, Phone>, 2> people = {twins.phone(Role::volunteer, kPaU),
                                                     twins.phone(Role::coordinator, kLaiChau)};
    std::int64_t at = twins.whole.now_ms - kDayMs;
    const auto base = [](const Phone&, const RecordId&) { return std::int64_t{0}; };
    for (const Step& step : steps) {
      auto& [one, other] = people[step[0] % 2];
      edit_anything(one, work, base, step);
      // Nobody has seen anything of others here; what the same phone wrote before counts as seen.
      (*one.queue.back().object())["at"] = Value(at += 60'000);
      other.queue.push_back(one.queue.back());
      other.last = one.last;
    }
    for (auto& [one, other] : people) {
      const Answer answer = one.post(one.request());
      RC_ASSERT(answer.status() == 200);
      std::map<std::int64_t, Value> verdicts;
      for (const Value& verdict : answer.list("verdicts")) verdicts.emplace(integer_in(verdict, "seq"), verdict);
      RC_ASSERT(send_in_pieces(other, cuts) == verdicts);
    }
    for (const auto& ids : {work.activities, work.needs}) {
      for (const RecordId& id : ids) RC_ASSERT(fields_of(twins.whole, id) == fields_of(twins.pieces, id));
    }
  }));
}

TEST_CASE("After everybody has synced twice, every phone holds exactly what the server has") {
  REQUIRE(rc::check([](const std::vector<Step>& steps) {
    TestServer server;
    const Work work(server);
    std::array<Phone, 4> phones = {Phone(server, server.person("Mai", Role::volunteer, kPaU)),
                                   Phone(server, server.person("Sình", Role::team_leader, kTaTong)),
                                   Phone(server, server.person("Lan", Role::commune_leader, kPaU)),
                                   Phone(server, server.person("Thành", Role::coordinator, kLaiChau))};
    const auto seen = [](const Phone& phone, const RecordId& id) { return phone.version(id); };
    for (const Step& step : steps) {
      Phone& phone = phones[step[0] % phones.size()];
      server.now_ms += 60'000;
      edit_anything(phone, work, seen, step);
      if (step[4] % 5 == 0) phone.post(phone.request());  // the answer is lost
      if (step[4] % 4 == 1) phone.sync({{"max_bytes", Value(1024)}});
      if (step[4] % 7 == 2) phone.sync_all();
    }
    for (int round = 0; round < 2; ++round) {
      for (Phone& phone : phones) phone.sync_all({{"max_bytes", Value(round == 0 ? 4096 : 65536)}});
    }
    for (const Phone& phone : phones) {
      RC_ASSERT(phone.acked == phone.last);
      RC_ASSERT(phone.holds_what_server_has());
      RC_ASSERT(phone.sums_seen > 0);
      RC_ASSERT(phone.sums_differed == 0);
    }
  }));
}

}  // namespace suoi::mobile_api::test
