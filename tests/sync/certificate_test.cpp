// When a certificate is decided, and what may hold it up (domain.md, "People and what they may do"; stories 10 and 11).
#include "world.hpp"

using namespace suoi::testing;

namespace {

struct Team {
  World world;
  Phone volunteer = world.phone(1, {role_in(Role::volunteer, kLaiChau)});
  Phone leader = world.phone(2, {role_in(Role::team_leader, kLaiChau)});
  Phone commune = world.phone(3, {role_in(Role::commune_leader, kLaiChau)});
  Phone coordinator = world.phone(4, {role_in(Role::coordinator, kLaiChau)});
  RecordId person = id_of(30);
  unsigned next = 100;

  RecordId participation(unsigned activity, std::string_view unit = kPaU) {
    const RecordId id = participation_id(id_of(activity), person);
    if (!world.knows(id_of(activity))) world.write(volunteer, "activity", id_of(activity), 0, in(new_activity(), unit));
    if (!world.knows(person)) {
      world.write(coordinator, "person", person, 0, set({{"unit", Value(kPaU)}, {"full_name", Value("Mai")}}));
    }
    world.write(volunteer, "participation", id, 0, in(new_participation(id_of(activity), person), unit));
    return id;
  }

  RecordId attend(const RecordId& id, std::int64_t from_ms, std::int64_t to_ms, Value::Object more = {}) {
    const RecordId attendance = id_of(++next);
    Deed deed = new_attendance(id, from_ms, to_ms);
    deed["set"].object()->insert(more.begin(), more.end());
    world.write(volunteer, "attendance", attendance, 0, deed);
    return attendance;
  }

  Verdict approve(Phone& phone, const RecordId& id, std::string_view step, const std::string& digest) {
    return world.write(phone, "approval", id_of(++next), 0,
                       set({{"unit", Value(kPaU)},
                            {"participation", Value(id.text())},
                            {"step", Value(step)},
                            {"digest", Value(digest)}}));
  }

  void approve_all(const RecordId& id, const std::string& digest) {
    approve(leader, id, "attest", digest);
    approve(commune, id, "check", digest);
    approve(coordinator, id, "approve", digest);
  }

  std::string state(const RecordId& id) const { return world.record(id).text("state"); }
  RecordId certificate(const RecordId& id) const { return suoi::sync::derived_id(rules(), "certificate", {id}); }

  static Deed in(Deed deed, std::string_view unit) {
    (*deed["set"].object())["unit"] = Value(unit);
    return deed;
  }
};

std::string digest_of(unsigned activity, const RecordId& person, std::vector<suoi::sync::AttendedInterval> attended) {
  return suoi::sync::approval_digest(test_hashing(), id_of(activity), person, std::move(attended));
}

}  // namespace

TEST_CASE("Attested, checked and approved by three people: the certificate is decided in the same set") {
  Team team;
  const RecordId id = team.participation(1);
  const RecordId attendance = team.attend(id, kNowMs - 4 * kHourMs, kNowMs);
  const std::string digest = digest_of(1, team.person, {{attendance, kNowMs - 4 * kHourMs, kNowMs}});
  CHECK(team.state(id) == "recorded");
  team.approve(team.leader, id, "attest", digest);
  CHECK(team.state(id) == "attested");
  team.approve(team.commune, id, "check", digest);
  CHECK(team.state(id) == "checked");
  CHECK_FALSE(team.world.knows(team.certificate(id)));
  team.approve(team.coordinator, id, "approve", digest);
  CHECK(team.state(id) == "certified");
  const Record& certificate = team.world.record(team.certificate(id));
  CHECK(certificate.text("status") == "issuing");
  CHECK(certificate.text("number") == "12-2026-000001");
  CHECK(certificate.text("holder") == "Mai");
  CHECK(certificate.text("digest") == digest);
  CHECK(certificate.value("approvals").array()->size() == 3);
  CHECK(certificate.value("facts").find("minutes")->integer() != nullptr);
  CHECK(*certificate.value("facts").find("minutes") == Value(240));
  CHECK(certificate.stream.text() == "person:" + team.person.text());
  team.approve(team.coordinator, id, "approve", digest);
  CHECK(team.world.state.certificates_numbered() == 1);
}

TEST_CASE("One person with all roles does not make a certificate, nor does an approval of something else") {
  Team team;
  const RecordId id = team.participation(1);
  const std::string digest = digest_of(1, team.person, {});
  Phone all = team.world.phone(5, {role_in(Role::team_leader, kLaiChau), role_in(Role::commune_leader, kLaiChau),
                                   role_in(Role::coordinator, kLaiChau)});
  team.approve_all(id, std::string(64, '0'));
  CHECK(team.state(id) == "recorded");
  for (const char* step : {"attest", "check", "approve"}) team.approve(all, id, step, digest);
  CHECK(team.state(id) == "checked");
  team.approve(team.leader, id, "attest", digest);
  CHECK(team.state(id) == "checked");
  team.approve(team.commune, id, "check", digest);
  CHECK(team.state(id) == "certified");
}

TEST_CASE("Approvals that come before their participation count, but never the subject's own") {
  Team team;
  team.person = RecordId{team.leader.author.person.uuid};
  const std::string digest = digest_of(1, team.person, {});
  const RecordId id = participation_id(id_of(1), team.person);
  team.approve_all(id, digest);
  team.participation(1);
  CHECK(team.state(id) == "checked");
  Phone other = team.world.phone(6, {role_in(Role::team_leader, kLaiChau)});
  team.approve(other, id, "attest", digest);
  CHECK(team.state(id) == "certified");
}

TEST_CASE("Declined and withdrawn approvals count for what they say") {
  Team team;
  const RecordId id = team.participation(1);
  const std::string digest = digest_of(1, team.person, {});
  team.approve(team.leader, id, "attest", digest);
  team.approve(team.leader, id, "withdraw", digest);
  CHECK(team.state(id) == "recorded");
  team.approve(team.commune, id, "decline", digest);
  CHECK(team.state(id) == "declined");
  team.approve(team.commune, id, "withdraw", digest);
  team.approve_all(id, digest);
  CHECK(team.state(id) == "certified");
}

TEST_CASE("Story 10: on two lists at the same hour there is no certificate before a person cleared it") {
  Team team;
  const RecordId here = team.participation(1, kBumTo);
  const RecordId there = team.participation(2, kMuongTe);
  const RecordId one = team.attend(here, kNowMs, kNowMs + 2 * kHourMs);
  const RecordId other = team.attend(there, kNowMs + kHourMs, kNowMs + 3 * kHourMs);
  const std::vector<RecordId> pair = {std::min(here, there), std::max(here, there)};
  const Record* asked = team.world.open_case("double_attendance", pair);
  REQUIRE(asked != nullptr);
  CHECK(asked->stream.text() == std::string(kLaiChau) + "/desk");
  CHECK(asked->value("candidates").array()->size() == 2);
  const std::string digest = digest_of(1, team.person, {{one, kNowMs, kNowMs + 2 * kHourMs}});
  team.approve_all(here, digest);
  CHECK(team.state(here) == "approved");
  CHECK_FALSE(team.world.knows(team.certificate(here)));
  SECTION("by a person") {
    team.world.write(team.coordinator, "case", asked->id, asked->version,
                     set({{"state", Value("resolved")}, {"how", Value("both were true")}}));
  }
  SECTION("because the other list was mended") {
    team.attend(there, kNowMs + 2 * kHourMs, kNowMs + 3 * kHourMs, {{"voids", Value(other.text())}});
  }
  SECTION("because the other list was deleted") {
    team.world.write(team.volunteer, "attendance", other, team.world.version(other), erase());
    team.world.write(team.volunteer, "participation", there, team.world.version(there), erase());
  }
  CHECK(team.world.open_cases() == 0);
  CHECK(team.state(here) == "certified");
}

TEST_CASE("A deleted participation is no double attendance any more, also when all goes in one set") {
  Team team;
  const RecordId here = team.participation(1);
  const RecordId there = team.participation(2);
  team.attend(here, kNowMs, kNowMs + kHourMs);
  const RecordId other = team.attend(there, kNowMs, kNowMs + kHourMs);
  CHECK(team.world.open_cases() == 1);
  std::vector<suoi::sync::TimedChange> changes;
  changes.push_back(team.world.note(team.volunteer, "attendance", other, team.world.version(other), erase(), kNowMs));
  changes.push_back(
      team.world.note(team.volunteer, "participation", there, team.world.version(there), erase(), kNowMs));
  team.world.send(team.volunteer, changes);
  CHECK_FALSE(team.world.record(there).live);
  CHECK(team.world.open_cases() == 0);
}

TEST_CASE("Who has a role elsewhere confirms nothing here, whatever unit they name") {
  Team team;
  const RecordId here = team.participation(1);
  const RecordId hours = team.attend(here, kNowMs, kNowMs + kHourMs);
  const std::string digest = digest_of(1, team.person, {{hours, kNowMs, kNowMs + kHourMs}});
  // Also one who may do other things here.
  Phone other = team.world.phone(60, {role_in(Role::team_leader, kMuongTe), role_in(Role::volunteer, kPaU)});
  Phone stranger = team.world.phone(61, {role_in(Role::team_leader, kMuongTe)});
  for (Phone* phone : {&other, &stranger}) {
    const Verdict verdict = team.world.write(*phone, "approval", id_of(++team.next), 0,
                                             set({{"unit", Value(kMuongTe)},
                                                  {"participation", Value(here.text())},
                                                  {"step", "attest"},
                                                  {"digest", Value(digest)}}));
    CHECK(verdict.kind == VerdictKind::quarantined);
  }
  CHECK(team.state(here) == "recorded");
}

TEST_CASE("What one person decided another does not take back, and nobody takes back a revocation") {
  Team team;
  const RecordId id = team.participation(1);
  const std::string digest =
      digest_of(1, team.person, {{team.attend(id, kNowMs, kNowMs + kHourMs), kNowMs, kNowMs + kHourMs}});
  team.approve_all(id, digest);
  REQUIRE(team.state(id) == "certified");
  const std::string step = GENERATE(as<std::string>(), "suspend", "revoke");
  const std::string status = step == "suspend" ? "suspended" : "revoked";
  team.approve(team.coordinator, id, step, digest);
  const RecordId decided = id_of(team.next);
  REQUIRE(team.world.record(team.certificate(id)).text("status") == status);
  const auto take_back = [&](Phone& phone) {
    team.world.write(phone, "approval", id_of(++team.next), 0,
                     set({{"unit", Value(kPaU)},
                          {"participation", Value(id.text())},
                          {"step", "withdraw"},
                          {"digest", Value(digest)},
                          {"voids", Value(decided.text())}}));
  };
  take_back(team.leader);
  CHECK(team.world.record(team.certificate(id)).text("status") == status);
  take_back(team.coordinator);
  CHECK((team.world.record(team.certificate(id)).text("status") == status) == (step == "revoke"));
}

TEST_CASE("Story 11: a late phone voids 6 of 40 hours; the certificate is left as it is, or revoked") {
  Team team;
  const RecordId id = team.participation(1);
  std::vector<suoi::sync::AttendedInterval> attended;
  for (std::int64_t day = 0; day < 5; ++day) {
    const std::int64_t from_ms = kNowMs - kNowMs % kDayMs - (9 - day) * kDayMs;  // 07:00 in Viet Nam
    attended.push_back({team.attend(id, from_ms, from_ms + 8 * kHourMs), from_ms, from_ms + 8 * kHourMs});
  }
  team.approve_all(id, digest_of(1, team.person, attended));
  REQUIRE(team.state(id) == "certified");
  CHECK(team.world.record(id).value("minutes") == Value(2400));
  team.world.arrival_ms += 7 * kDayMs;
  const suoi::sync::AttendedInterval& last = attended.back();
  team.attend(id, last.from_ms, last.from_ms + 2 * kHourMs, {{"voids", Value(last.id.text())}});
  CHECK(team.world.record(id).value("minutes") == Value(2040));
  CHECK(team.state(id) == "certified");
  const Record* asked = team.world.open_case("certificate_basis_changed", {id});
  REQUIRE(asked != nullptr);
  SECTION("left") {
    team.world.write(team.coordinator, "case", asked->id, asked->version,
                     set({{"state", Value("resolved")}, {"how", Value("left")}}));
    CHECK(team.world.open_cases() == 0);
    CHECK(team.state(id) == "certified");
    // Another correction is another basis, and asked again.
    team.attend(id, kNowMs - 20 * kDayMs, kNowMs - 20 * kDayMs + kHourMs);
    CHECK(team.world.open_cases() == 1);
  }
  SECTION("revoked") {
    const RecordId certificate = team.certificate(id);
    team.approve(team.coordinator, id, "revoke", team.world.record(certificate).text("digest"));
    CHECK(team.world.record(certificate).text("status") == "revoked");
    CHECK(team.world.open_cases() == 0);
    CHECK(team.state(id) == "recorded");
    CHECK(team.world.record(certificate).value("facts").find("minutes")->integer() != nullptr);
  }
  CHECK(team.world.state.certificates_numbered() == 1);
}

TEST_CASE("Story 11: approved twice within seconds, one answer lost: one number, one certificate") {
  Team team;
  const RecordId id = team.participation(1);
  const std::string digest = digest_of(1, team.person, {});
  team.approve_all(id, digest);
  Phone second = team.world.phone(6, {role_in(Role::coordinator, kLaiChau)});
  team.approve(second, id, "approve", digest);
  team.approve(team.coordinator, id, "approve", digest);
  CHECK(team.world.state.certificates_numbered() == 1);
  CHECK(team.world.record(team.certificate(id)).text("number") == "12-2026-000001");
}

TEST_CASE("Story 11: a later correction of the attendance puts the certificate's basis in question") {
  Team team;
  const RecordId id = team.participation(1);
  const RecordId attendance = team.attend(id, kNowMs - 6 * kHourMs, kNowMs);
  team.approve_all(id, digest_of(1, team.person, {{attendance, kNowMs - 6 * kHourMs, kNowMs}}));
  CHECK(team.state(id) == "certified");
  team.attend(id, kNowMs - 2 * kHourMs, kNowMs, {{"voids", Value(attendance.text())}});
  CHECK(team.state(id) == "certified");
  CHECK(team.world.record(id).value("minutes") == Value(120));
  CHECK(team.world.open_case("certificate_basis_changed", {id}) != nullptr);
  CHECK(team.world.state.certificates_numbered() == 1);
}

namespace {

// A certified participation and what is decided about it afterwards.
struct Certified {
  Team team;
  RecordId id = team.participation(1);
  RecordId attendance = team.attend(id, kNowMs - 4 * kHourMs, kNowMs);
  std::string digest = digest_of(1, team.person, {{attendance, kNowMs - 4 * kHourMs, kNowMs}});

  Certified() {
    team.approve_all(id, digest);
    REQUIRE(status(0) == "issuing");
  }
  RecordId certificate(int nth) const {
    RecordId found = suoi::sync::derived_id(rules(), "certificate", {id});
    for (; nth > 0; --nth) found = suoi::sync::derived_id(rules(), "certificate", {id, found});
    return found;
  }
  std::string status(int nth) const {
    const RecordId found = certificate(nth);
    return team.world.knows(found) ? team.world.record(found).text("status") : "none";
  }
  void decide(std::string_view step) { team.approve(team.coordinator, id, step, digest); }
};

}  // namespace

TEST_CASE("A coordinator suspends a certificate and puts it into force again") {
  Certified one;
  one.decide("suspend");
  CHECK(one.status(0) == "suspended");
  CHECK(one.team.state(one.id) == "certified");
  one.decide("reinstate");
  CHECK(one.status(0) == "issuing");
}

TEST_CASE("A revoked certificate stays revoked, and nothing takes its place without a new basis") {
  Certified one;
  one.decide("revoke");
  CHECK(one.status(0) == "revoked");
  one.decide("reinstate");
  one.decide("reissue");
  CHECK(one.status(0) == "revoked");
  CHECK(one.status(1) == "none");
}

TEST_CASE("A corrected certificate supersedes the one before and has a number of its own") {
  Certified one;
  one.team.world.write(one.team.coordinator, "person", one.team.person, one.team.world.record(one.team.person).version,
                       set({{"full_name", Value("Lò Thị Mai")}}));
  one.decide("reissue");
  CHECK(one.status(0) == "superseded");
  CHECK(one.status(1) == "issuing");
  CHECK(one.team.world.record(one.certificate(0)).text("number") == "12-2026-000001");
  CHECK(one.team.world.record(one.certificate(1)).text("number") == "12-2026-000002");
  CHECK(one.team.world.record(one.certificate(0)).text("holder") == "Mai");
  CHECK(one.team.world.record(one.certificate(1)).text("holder") == "Lò Thị Mai");
  one.decide("suspend");
  CHECK(one.status(0) == "superseded");
  CHECK(one.status(1) == "suspended");
}

TEST_CASE("Hours that arrive late open a case, and three new confirmations make a new certificate") {
  Certified one;
  const RecordId more = one.team.attend(one.id, kNowMs - 8 * kHourMs, kNowMs - 6 * kHourMs);
  CHECK(one.status(0) == "issuing");
  one.decide("reissue");  // the quorum was given for something else
  CHECK(one.status(1) == "none");
  const std::string now =
      digest_of(1, one.team.person,
                {{one.attendance, kNowMs - 4 * kHourMs, kNowMs}, {more, kNowMs - 8 * kHourMs, kNowMs - 6 * kHourMs}});
  one.team.approve_all(one.id, now);
  CHECK(one.status(0) == "superseded");
  CHECK(one.status(1) == "issuing");
  CHECK(*one.team.world.record(one.certificate(1)).value("facts").find("minutes") == Value(360));
}

TEST_CASE("Only coordinators and above decide about certificates, and never about their own") {
  Certified one;
  for (Phone* phone : {&one.team.volunteer, &one.team.leader, &one.team.commune}) {
    CHECK(one.team.approve(*phone, one.id, "revoke", one.digest).fault.has_value());
  }
  CHECK(one.status(0) == "issuing");
}

TEST_CASE("A certificate knows its place in the status lists of its province and year") {
  Certified one;
  const Value* place = one.team.world.record(one.certificate(0)).value("facts").find("status");
  REQUIRE(place != nullptr);
  CHECK(*place == Value(Value::Array{Value(26121), Value(0)}));
}
