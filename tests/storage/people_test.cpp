// Devices, their lives and clocks, invitations, roles, verdicts and certificates.

#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "store_fixture.hpp"
#include "suoi/certs/hashing.hpp"

namespace suoi::storage::test {
namespace {

using domain::Value;

constexpr std::string_view kPaU = "2025:03442";

struct World {
  ScratchFolder folder;
  std::unique_ptr<Store> store = Store::create(folder.path(), options());
};

void check_sound(Store& store) {
  const auto report = store.check({});
  for (const auto& problem : report.problems) UNSCOPED_INFO(problem);
  CHECK(report.ok);
}

// What the command line does: a change of the server's own device.
void write_as_server(Store& store, std::string_view collection, const domain::RecordId& id, Value::Object set) {
  commit(store, [&](Transaction& transaction) {
    const Life life = transaction.server_life_row();
    sync::ChangeSet changes;
    changes.author = {life.device, {}, life.no, {true, {}}};
    changes.arrival_ms = 1'790'000'000'000;
    const auto* known = transaction.find(id);
    const std::int64_t seq = transaction.next_server_seq();
    Value content = Value::Object{{"seq", seq},
                                  {"at", changes.arrival_ms},
                                  {"collection", Value(collection)},
                                  {"record", id.text()},
                                  {"base", known != nullptr ? known->version : 0},
                                  {"set", std::move(set)}};
    changes.changes.push_back({sync::read_change(content, seq), changes.arrival_ms});
    const auto plan = sync::plan_merge(transaction, changes, rules());
    REQUIRE_FALSE(plan.changes.front().verdict.fault);
    transaction.apply(plan);
  });
}

TEST_CASE("A device is found by its id and by its token, and a renewed token replaces the old one") {
  const World world;
  Device device;
  device.id = {record_id(1).uuid};
  device.person = {record_id(2).uuid};
  device.jwk = R"({"kty":"EC"})";
  device.name = "Điện thoại";
  device.platform = "android";
  device.created_ms = 5;
  device.token_until_ms = INT64_MAX;
  commit(*world.store, [&](Transaction& transaction) { transaction.put_device(device, certs::sha256("one")); });
  commit(*world.store, [&](Transaction& transaction) {
    transaction.put_device(device, certs::sha256("two"));
    transaction.rename_device(device.id, "Máy mới");
    transaction.note_sync(device.id, {100, 200});
  });
  CHECK_FALSE(ask(*world.store, [](Reader& reader) { return reader.device_by_token(certs::sha256("one")); }));
  const auto found = ask(*world.store, [](Reader& reader) { return reader.device_by_token(certs::sha256("two")); });
  REQUIRE(found);
  CHECK(found->id == device.id);
  CHECK(found->person == device.person);
  CHECK(found->jwk == device.jwk);
  CHECK(found->name == "Máy mới");
  CHECK(found->platform == "android");
  CHECK(found->created_ms == 5);
  CHECK(found->last_seen_ms == 200);
  CHECK(found->token_until_ms == INT64_MAX);
  CHECK_FALSE(found->revoked_ms);
  commit(*world.store, [&](Transaction& transaction) { transaction.revoke_device(device.id, true, 77); });
  const auto devices = ask(*world.store, [](Reader& reader) { return reader.devices(); });
  REQUIRE(devices.size() == 1);  // the server's own is not listed
  CHECK(devices[0].revoked_ms == 77);
  CHECK(devices[0].stolen);
}

TEST_CASE("An invitation is redeemed once and remembers by which key") {
  const World world;
  const Digest code = certs::sha256("code");
  commit(*world.store, [&](Transaction& transaction) {
    Invitation added;
    added.code_hash = code;
    added.person = {record_id(2).uuid};
    added.expires_ms = 1'000;
    transaction.add_invitation(added);
  });
  CHECK(ask(*world.store, [&](Reader& reader) { return reader.invitation(code); })->redeemed_by.empty());
  commit(*world.store, [&](Transaction& transaction) {
    Invitation used = *transaction.invitation(code);
    used.redeemed_by = "thumb";
    used.redeemed_ms = 500;
    transaction.update_invitation(used);
  });
  const auto invitation = ask(*world.store, [&](Reader& reader) { return reader.invitation(code); });
  CHECK(invitation->redeemed_by == "thumb");
  CHECK(invitation->redeemed_ms == 500);
  CHECK(invitation->expires_ms == 1'000);
  CHECK(invitation->person == domain::PersonId{record_id(2).uuid});
  CHECK_FALSE(ask(*world.store, [](Reader& reader) { return reader.invitation(certs::sha256("other")); }));
}

TEST_CASE("An inviter finds again what they invited to, until it expires") {
  const World world;
  Invitation added;
  added.code_hash = certs::sha256("code");
  added.person = {record_id(2).uuid};
  added.inviter = {record_id(3).uuid};
  added.expires_ms = 1'000;
  added.compared = true;
  commit(*world.store, [&](Transaction& transaction) { transaction.add_invitation(added); });
  added.digits = "0042";
  added.redeemed_by = "thumb";
  added.wrong_digits = 2;
  commit(*world.store, [&](Transaction& transaction) { transaction.update_invitation(added); });
  const auto by = [&](std::uint64_t person, std::int64_t now_ms) {
    return ask(*world.store, [&](Reader& reader) { return reader.invitations_by({record_id(person).uuid}, now_ms); });
  };
  CHECK(by(3, 999) == std::vector<Invitation>{added});
  CHECK(by(3, 1'000).empty());
  CHECK(by(2, 0).empty());
}

TEST_CASE("A login belongs to one person, and who has a password can lose it again") {
  const World world;
  SignIn mai{{record_id(2).uuid}, certs::sha256("mai"), "hash", std::string("\0seed", 5), 7};
  const SignIn thief{{record_id(3).uuid}, mai.login, "other", "", 0};
  bool taken = true;
  commit(*world.store, [&](Transaction& transaction) {
    CHECK(transaction.put_sign_in(mai));
    taken = !transaction.put_sign_in(thief);
    mai.totp_step = 8;
    CHECK(transaction.put_sign_in(mai));
  });
  CHECK(taken);
  const auto found = ask(*world.store, [&](Reader& reader) { return reader.sign_in(mai.login); });
  REQUIRE(found);
  CHECK(found->person == mai.person);
  CHECK(found->password == "hash");
  CHECK(found->totp == mai.totp);
  CHECK(found->totp_step == 8);
  commit(*world.store, [&](Transaction& transaction) { transaction.drop_sign_in(mai.person); });
  CHECK_FALSE(ask(*world.store, [&](Reader& reader) { return reader.sign_in_of(mai.person); }));
}

TEST_CASE("Ending the sessions of a person ends their browsers and not their phone") {
  const World world;
  Device phone;
  phone.id = {record_id(1).uuid};
  phone.person = {record_id(2).uuid};
  phone.token_until_ms = INT64_MAX;
  Device browser = phone;
  browser.id = {record_id(4).uuid};
  browser.token_until_ms = 900;
  commit(*world.store, [&](Transaction& transaction) {
    transaction.put_device(phone, certs::sha256("a"));
    transaction.put_device(browser, certs::sha256("b"));
    transaction.end_sessions(phone.person, 100);
  });
  CHECK(ask(*world.store, [&](Reader& reader) { return reader.device(phone.id); })->token_until_ms == INT64_MAX);
  CHECK(ask(*world.store, [&](Reader& reader) { return reader.device(browser.id); })->token_until_ms == 100);
}

TEST_CASE("A life that takes over from others has seen what all of them wrote, and a ring of claims ends") {
  const World world;
  Phone first(1);
  commit(*world.store, [&](Transaction& transaction) {
    const Life a = transaction.open_life(first.device, first.incarnation);
    const Life b = transaction.open_life(first.device, Phone(2).incarnation);
    const Life c = transaction.open_life(first.device, Phone(3).incarnation);
    CHECK(transaction.open_life(first.device, first.incarnation).no == a.no);
    transaction.continue_life(c.no, b.no, 5);
    transaction.continue_life(b.no, a.no, 3);
    const auto ancestors = transaction.ancestors(c.no);
    REQUIRE(ancestors.size() == 2);
    CHECK(ancestors[0].life == b.no);
    CHECK(ancestors[0].seq == 5);
    CHECK(ancestors[1].life == a.no);
    CHECK(ancestors[1].seq == 3);
    CHECK(transaction.ancestors(a.no).empty());
    transaction.continue_life(a.no, c.no, 9);
    CHECK(transaction.ancestors(c.no).size() == 3);
  });
}

TEST_CASE("Changes that are lost count as acknowledged, follow what is stored and have no verdict") {
  const World world;
  Phone phone(1);
  send(*world.store, phone, {new_activity(record_id(1), kPaU, "A")});
  const Life life = *ask(*world.store, [&](Reader& reader) { return reader.life(phone.device, phone.incarnation); });
  commit(*world.store, [&](Transaction& transaction) {
    CHECK_THROWS_AS(transaction.book_lost(life.no, 3, 4), StoreFault);
    transaction.book_lost(life.no, 2, 4);
  });
  send(*world.store, phone, {new_activity(record_id(2), kPaU, "B")});
  const auto verdicts = ask(*world.store, [&](Reader& reader) { return reader.verdicts(life.no, 1, 100); });
  REQUIRE(verdicts.size() == 2);
  CHECK(verdicts[0].seq == 1);
  CHECK(verdicts[1].seq == 5);
  check_sound(*world.store);
}

TEST_CASE("What is remembered of a device's clock is what sync::remember_sync keeps, a thousand at most") {
  const World world;
  const domain::DeviceId device{record_id(1).uuid};
  CHECK(rc::check([&] {
    const auto clocks = *rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 30));
    std::vector<sync::SyncMoment> expected;
    sync::ClockHistory history;
    const Store::Job job = [&](Transaction& transaction) {
      for (std::size_t at = 0; at < clocks.size(); ++at) {
        const sync::SyncMoment moment{clocks[at], static_cast<std::int64_t>(at)};
        sync::remember_sync(expected, moment);
        transaction.note_sync(device, moment);
      }
      history = transaction.clock_history(device, 1);
      throw std::runtime_error("undone, so that the next try begins anew");
    };
    world.store->commit_group(std::span(&job, 1));
    RC_ASSERT(history.syncs.size() == expected.size());
    for (std::size_t at = 0; at < expected.size(); ++at) {
      RC_ASSERT(history.syncs[at].clock_ms == expected[at].clock_ms);
      RC_ASSERT(history.syncs[at].arrival_ms == expected[at].arrival_ms);
    }
  }));
  commit(*world.store, [&](Transaction& transaction) {
    for (std::int64_t at = 0; at < 1'010; ++at) transaction.note_sync(device, {at, at});
    const auto history = transaction.clock_history(device, 1);
    CHECK(history.syncs.size() == 1'000);
    CHECK(history.syncs.front().clock_ms == 10);
    CHECK(history.last_corrected_ms == INT64_MIN);
  });
}

TEST_CASE("The time of the latest stored change is kept, so that later ones are never dated before it") {
  const World world;
  Phone phone(1);
  send(*world.store, phone, {new_activity(record_id(1), kPaU, "A"), new_activity(record_id(2), kPaU, "B")});
  commit(*world.store, [&](Transaction& transaction) {
    const Life life = *transaction.life(phone.device, phone.incarnation);
    CHECK(transaction.clock_history(phone.device, life.no).last_corrected_ms == phone.clock_ms);
  });
}

TEST_CASE("A role counts from its first day to the end of its last one in Viet Nam, or to the instant it was ended") {
  const World world;
  const auto person = record_id(9);
  const domain::PersonId who{person.uuid};
  const auto roles = [&] { return ask(*world.store, [&](Reader& reader) { return reader.assignments(who); }); };
  write_as_server(*world.store, "person", person, {{"unit", kPaU}, {"full_name", "Mai"}});
  write_as_server(*world.store, "role_assignment", record_id(10),
                  {{"unit", kPaU},
                   {"person", person.text()},
                   {"role", "team_leader"},
                   {"from", "2026-01-01"},
                   {"to", "2026-12-31"},
                   {"organisation", record_id(77).text()}});
  REQUIRE(roles().size() == 1);
  const sync::Assignment role = roles().front();
  CHECK(role.role == domain::Role::team_leader);
  CHECK(role.unit == unit(kPaU));
  CHECK(role.organisation == record_id(77));
  CHECK(role.from_ms == 1'767'200'400'000);   // 2025-12-31T17:00Z
  CHECK(role.until_ms == 1'798'736'400'000);  // 2026-12-31T17:00Z
  write_as_server(*world.store, "role_assignment", record_id(10), {{"ended_at", std::int64_t{1'780'000'000'123}}});
  CHECK(roles().front().until_ms == 1'780'000'000'123);
  write_as_server(*world.store, "role_assignment", record_id(11),
                  {{"unit", "2025:12"}, {"person", person.text()}, {"role", "auditor"}});
  REQUIRE(roles().size() == 2);
  CHECK(roles()[1].from_ms == INT64_MIN);
  CHECK(roles()[1].until_ms == INT64_MAX);
  commit(*world.store, [&](Transaction& transaction) {
    CHECK_FALSE(transaction.authority(who).is_server);
    CHECK(transaction.authority(who).assignments.size() == 2);
  });
  check_sound(*world.store);
}

TEST_CASE("A change that waited for its record is released with it, and a replay still gets its first verdict") {
  const World world;
  Phone early(1);
  Phone late(2);
  write_as_server(*world.store, "role_assignment", record_id(70),
                  {{"unit", kPaU}, {"person", early.person.text()}, {"role", "volunteer"}});
  send(*world.store, early, {set_field("activity", record_id(1), 5, "title", "sau")});
  CHECK_FALSE(ask(*world.store, [](Reader& reader) { return reader.record(record_id(1)).has_value(); }));
  send(*world.store, late, {new_activity(record_id(1), kPaU, "trước")});
  const auto record = ask(*world.store, [](Reader& reader) { return reader.record(record_id(1)); });
  REQUIRE(record);
  CHECK(record->version == 2);
  const auto audit = ask(*world.store, [](Reader& reader) { return reader.audit(record_id(1)); });
  REQUIRE(audit.size() == 2);
  CHECK(audit[0].verdict.kind == sync::VerdictKind::quarantined);
  CHECK(audit[0].verdict.fault->code == "unknown_record");
  CHECK(audit[0].change.stamp.version == 2);
  CHECK(audit[0].change.stamp.base == 1);  // as the planner bounded it when the record was there
  CHECK(audit[1].change.stamp.version == 1);
  commit(*world.store, [&](Transaction& transaction) {
    CHECK(transaction.waiting(record_id(1)).empty());
    const auto history = transaction.history(record_id(1));
    REQUIRE(history.size() == 2);
    CHECK(history[0].stamp.version == 1);
    CHECK(history[1].change.set.at("title") == Value("sau"));
  });
  check_sound(*world.store);
}

TEST_CASE("A change that is kept aside waits with its author, its times and the reason") {
  const World world;
  Phone phone(1);
  send(*world.store, phone, {set_field("activity", record_id(1), 5, "title", "sau")});
  commit(*world.store, [&](Transaction& transaction) {
    const auto waiting = transaction.waiting(record_id(1));
    REQUIRE(waiting.size() == 1);
    CHECK(waiting[0].code == "unknown_record");
    CHECK(waiting[0].device == phone.device);
    CHECK(waiting[0].person == phone.person);
    CHECK(waiting[0].corrected_ms == phone.clock_ms);
    CHECK(waiting[0].arrival_ms == phone.clock_ms + 1'000);
    CHECK(waiting[0].change.base == 5);
    CHECK(waiting[0].change.seq == 1);
    CHECK(transaction.history(record_id(1)).empty());
  });
}

TEST_CASE("The store knows whether it holds any join, also where one was undone with its job") {
  World world;
  const domain::Collection& joins = *domain::release_catalogue().find("join");
  const auto any = [&] {
    bool found = false;
    commit(*world.store, [&](Transaction& transaction) { found = transaction.any(joins); });
    return found;
  };
  write_as_server(*world.store, "need", record_id(1), {{"unit", kPaU}, {"category", "other"}});
  CHECK_FALSE(any());
  const Store::Job joins_and_fails = [&](Transaction& transaction) {
    Phone phone(1);
    const auto from = record_id(1).text();
    submit(transaction, phone, {{"join", record_id(3), 0, {{"unit", kPaU}, {"from", from}, {"into", from}}, false}});
    CHECK_FALSE(transaction.any(joins));  // nothing is joined to itself
    const auto into = record_id(9).text();
    submit(transaction, phone, {{"join", record_id(4), 0, {{"unit", kPaU}, {"from", from}, {"into", into}}, false}});
    CHECK(transaction.any(joins));
    throw std::runtime_error("undone");
  };
  CHECK(world.store->commit_group({&joins_and_fails, 1}).front() != nullptr);
  CHECK_FALSE(any());
  write_as_server(*world.store, "join", record_id(2),
                  {{"unit", kPaU}, {"from", record_id(1).text()}, {"into", record_id(9).text()}});
  CHECK(any());
  commit(*world.store, [&](Transaction& transaction) {
    CHECK(transaction.linked(record_id(1), joins) == std::vector{record_id(2)});
    CHECK(transaction.linked(record_id(9), joins) == std::vector{record_id(2)});
    CHECK(transaction.next_slip_number(unit("2025:12"), 2026) == 1);
    CHECK(transaction.next_slip_number(unit("2025:12"), 2026) == 2);
    CHECK(transaction.next_slip_number(unit("2025:12"), 2027) == 1);
  });
  check_sound(*world.store);
  tamper(world.folder.path(), "DELETE FROM seldom");
  CHECK_FALSE(world.store->check({}).ok);
}

TEST_CASE("Activities of a commune are found by time while they are live, after moves of place and time, too") {
  const World world;
  Phone phone(1);
  constexpr std::int64_t kHour = 3'600'000;
  const std::int64_t start = 1'790'000'000'000;
  Edit edit = new_activity(record_id(1), kPaU, "A");
  edit.set.emplace("planned_start", start);
  send(*world.store, phone, {edit});
  const auto found = [&](std::string_view where, std::int64_t from, std::int64_t to) {
    std::size_t count = 0;
    commit(*world.store,
           [&](Transaction& transaction) { count = transaction.activities_between(unit(where), from, to).size(); });
    return count == 1;
  };
  CHECK(found(kPaU, start + kHour - 1, start + 9 * kHour));
  CHECK_FALSE(found(kPaU, start + kHour, start + 9 * kHour));  // an open end counts as one hour
  CHECK_FALSE(found(kPaU, start - kHour, start));
  send(*world.store, phone, {set_field("activity", record_id(1), 1, "held_start", start + 10 * kHour)});
  CHECK_FALSE(found(kPaU, start, start + 1));
  CHECK(found(kPaU, start + 10 * kHour, start + 10 * kHour + 1));
  send(*world.store, phone, {set_field("activity", record_id(1), 2, "unit", "2025:03433")});
  CHECK_FALSE(found(kPaU, 0, INT64_MAX));
  CHECK(found("2025:03433", 0, INT64_MAX));
  send(*world.store, phone, {delete_record("activity", record_id(1), 3)});
  CHECK_FALSE(found("2025:03433", 0, INT64_MAX));
  check_sound(*world.store);
}

TEST_CASE("A certificate waits to be issued in the order of decisions, and is found by its number") {
  const World world;
  const auto participation = record_id(5);
  for (const std::uint64_t n : {1U, 2U}) {
    write_as_server(*world.store, "certificate", record_id(n),
                    {{"unit", kPaU},
                     {"participation", participation.text()},
                     {"person", record_id(9).text()},
                     {"number", "12-2026-00000" + std::to_string(n)},
                     {"status", "issuing"}});
  }
  const auto waiting = [&](std::size_t most) {
    return ask(*world.store, [&](Reader& reader) { return reader.certificates_to_issue(most); });
  };
  CHECK(waiting(10) == std::vector<domain::RecordId>{record_id(1), record_id(2)});
  CHECK(waiting(1) == std::vector<domain::RecordId>{record_id(1)});
  write_as_server(*world.store, "certificate", record_id(1), {{"status", "issued"}});
  CHECK(waiting(10) == std::vector<domain::RecordId>{record_id(2)});
  const auto by_number = [&](std::string_view number) {
    return ask(*world.store, [&](Reader& reader) { return reader.certificate_by_number(number); });
  };
  CHECK(by_number("12-2026-000001") == record_id(1));
  CHECK_FALSE(by_number("12-2026-000003"));
  const auto withdrawn = [&] {
    std::vector<std::pair<std::string, WithdrawnCertificate::Status>> found;
    for (const char* numbers : {"12-2026-", "12-2025-", "1-2026-"}) {
      const auto some = ask(*world.store, [&](Reader& reader) { return reader.certificates_withdrawn(numbers); });
      for (const WithdrawnCertificate& one : some) found.emplace_back(one.number, one.status);
    }
    return found;
  };
  using Status = WithdrawnCertificate::Status;
  CHECK(withdrawn().empty());
  write_as_server(*world.store, "certificate", record_id(1), {{"status", "suspended"}});
  write_as_server(*world.store, "certificate", record_id(2), {{"status", "superseded"}});
  CHECK(withdrawn() == std::vector<std::pair<std::string, Status>>{{"12-2026-000001", Status::suspended},
                                                                   {"12-2026-000002", Status::superseded}});
  CHECK(waiting(10).empty());
  write_as_server(*world.store, "certificate", record_id(1), {{"status", "revoked"}});
  write_as_server(*world.store, "certificate", record_id(2), {{"status", "issued"}});
  CHECK(withdrawn() == std::vector<std::pair<std::string, Status>>{{"12-2026-000001", Status::revoked}});
  check_sound(*world.store);
}

TEST_CASE("A plan that does not start from what is stored is refused whole") {
  const World world;
  Phone phone(1);
  const auto plan = send(*world.store, phone, {new_activity(record_id(1), kPaU, "A")});
  CHECK_THROWS_AS(commit(*world.store, [&](Transaction& transaction) { transaction.apply(plan); }), StoreFault);
  CHECK(page_of(*world.store, kPaU).size() == 1);
  check_sound(*world.store);
}

}  // namespace
}  // namespace suoi::storage::test
