// Who may do what, written out by hand from domain.md ("People and what they may do"), so that a slip in the catalogue
// shows. Roles: v volunteer, t team leader, l commune leader, c coordinator, p province admin, a auditor.
#include "world.hpp"

using namespace suoi::testing;

namespace {

constexpr std::string_view kLetters = "vtlcpa";

struct Row {
  std::string_view collection;
  std::string_view step;
  std::string_view roles;             // those that may
  Deed deed;                          // what they do
  std::vector<std::string> way = {};  // states that the record went through before; "" is a record without a state
};

Deed status(std::string_view value) {
  return set({{"status", Value(value)}});
}

Deed approval(std::string_view step) {
  return set({{"unit", Value(kPaU)},
              {"participation", Value(id_of(9).text())},
              {"step", Value(step)},
              {"digest", Value(std::string(64, '0'))}});
}

Deed about(std::string_view field, Value::Object more = {}) {
  more.emplace("unit", Value(kPaU));
  more.emplace(field, Value(id_of(9).text()));
  return set(std::move(more));
}

const Deed kActivity = new_activity();
const Deed kNeed = new_need();
const Deed kPlace = new_place();
const Deed kOrganisation = set({{"unit", Value(kPaU)}, {"name", Value("Đoàn xã")}});
const Deed kPerson = set({{"unit", Value(kPaU)}, {"full_name", Value("A")}});
const Deed kParticipation = new_participation(id_of(8), id_of(9));
const Deed kAttendance = new_attendance(id_of(9), kNowMs, kNowMs + kHourMs);
const Deed kHeadcount = about("activity", {{"count", Value(31)}});
const Deed kAssessment = about("need", {{"quantity", Value(9)}, {"assessed_on", Value("2026-11-10")}});
const Deed kDistribution = about("need", {{"quantity", Value(9)}, {"date", Value("2026-11-10")}});
const Deed kConfirmation = about("distribution", {{"outcome", Value("all")}});
const Deed kJoin = about("from", {{"into", Value(id_of(8).text())}, {"state", Value("joined")}});
const Deed kDonor = set({{"unit", Value(kPaU)}, {"name", Value("Công ty A")}});
const Deed kPledge = about("donor", {{"quantity", Value(500)}});
const Deed kReceipt = about("pledge", {{"received_on", Value("2026-11-10")}});
const Deed kAllocation = about("pledge", {{"need", Value(id_of(8).text())}, {"quantity_asked", Value(9)}});
const Deed kTitled = set({{"unit", Value(kPaU)}, {"title", Value("Hè tình nguyện")}});
const Deed kConsent = about("subject", {{"purpose", Value("photograph")}, {"state", Value("given")}});
const Deed kInspection = set({{"unit", Value(kPaU)}, {"unit_inspected", Value(kPaU)}});
const Deed kEvent = set({{"unit", Value(kPaU)}, {"kind", Value("forum")}});
const Deed kYearly = set({{"unit", Value(kPaU)}, {"kind", Value("yearly")}, {"period", Value("2026")}});
const Deed kAboutPerson = about("person");
const Deed kAward = about("person", {{"kind", Value("merit")}});
const Deed kBare = set({{"unit", Value(kPaU)}});

// An edit that changes nothing but needs the right to edit.
const Deed kEdit = set({{"unit", Value(kPaU)}});

std::vector<Row> rows() {
  return {
      {"place", "create", "vtlcp", kPlace},
      {"place", "edit", "vtlcp", kEdit, {""}},
      {"place", "delete", "vtlcp", erase(), {""}},
      {"organisation", "create", "cp", kOrganisation},
      {"organisation", "edit", "cp", kEdit, {""}},
      {"organisation", "delete", "cp", erase(), {""}},
      {"person", "create", "tcp", kPerson},
      {"person", "edit", "tcp", kEdit, {""}},
      {"person", "delete", "tcp", erase(), {""}},
      {"role_assignment", "create", "", kBare},
      {"role_assignment", "edit", "", kEdit, {""}},
      {"role_assignment", "delete", "", erase(), {""}},
      {"activity", "create", "vtcp", kActivity},
      {"activity", "edit", "vtcp", kEdit, {""}},
      {"activity", "delete", "vtcp", erase(), {""}},
      {"activity", "plan", "vtcp", status("planned"), {""}},
      {"activity", "begin open", "vtcp", status("open"), {""}},
      {"activity", "begin held", "vtcp", status("held"), {""}},
      {"activity", "begin reported", "", status("reported"), {""}},
      {"activity", "begin closed", "", status("closed"), {""}},
      {"activity", "begin cancelled", "", status("cancelled"), {""}},
      {"activity", "open", "vtcp", status("open"), {"planned"}},
      {"activity", "hold at once", "vtcp", status("held"), {"planned"}},
      {"activity", "report too early", "", status("reported"), {"planned"}},
      {"activity", "cancel planned", "vtcp", status("cancelled"), {"planned"}},
      {"activity", "hold", "vtcp", status("held"), {"open"}},
      {"activity", "skip", "", status("reported"), {"open"}},
      {"activity", "back", "", status("planned"), {"open"}},
      {"activity", "cancel open", "vtcp", status("cancelled"), {"open"}},
      {"activity", "report", "vtcp", status("reported"), {"held"}},
      {"activity", "cancel held", "", status("cancelled"), {"held"}},
      {"activity", "close too early", "", status("closed"), {"held"}},
      {"activity", "close", "cp", status("closed"), {"held", "reported"}},
      {"activity", "reopen", "", status("held"), {"held", "reported"}},
      {"activity", "after closing", "", status("reported"), {"held", "reported", "closed"}},
      {"activity", "plan again", "cp", status("planned"), {"planned", "cancelled"}},
      {"activity", "hold cancelled", "", status("held"), {"planned", "cancelled"}},
      {"activity", "clear the state", "", set({{"status", Value()}}), {"planned"}},
      {"registration", "create", "vtcp", kParticipation},
      {"registration", "edit", "vtcp", kEdit, {""}},
      {"registration", "delete", "vtcp", erase(), {""}},
      {"registration", "ask", "vtcp", status("asked"), {""}},
      {"registration", "begin accepted", "", status("accepted"), {""}},
      {"registration", "accept", "tcp", status("accepted"), {"asked"}},
      {"registration", "withdraw asked", "vtcp", status("withdrawn"), {"asked"}},
      {"registration", "withdraw accepted", "vtcp", status("withdrawn"), {"asked", "accepted"}},
      {"registration", "ask again", "vtcp", status("asked"), {"asked", "withdrawn"}},
      {"registration", "accept withdrawn", "", status("accepted"), {"asked", "withdrawn"}},
      {"participation", "create", "vtcp", kParticipation},
      {"participation", "edit", "vtcp", kEdit, {""}},
      {"participation", "delete", "vtcp", erase(), {""}},
      {"attendance", "create", "vtcp", kAttendance},
      {"attendance", "edit", "vtcp", kEdit, {""}},
      {"attendance", "delete", "vtcp", erase(), {""}},
      {"approval", "attest", "t", approval("attest")},
      {"approval", "check", "l", approval("check")},
      {"approval", "approve", "cp", approval("approve")},
      {"approval", "decline", "tlcp", approval("decline")},
      {"approval", "withdraw", "tlcp", approval("withdraw")},
      {"approval", "suspend", "cp", approval("suspend")},
      {"approval", "reinstate", "cp", approval("reinstate")},
      {"approval", "revoke", "cp", approval("revoke")},
      {"approval", "reissue", "cp", approval("reissue")},
      {"approval", "edit", "", kEdit, {""}},
      {"approval", "delete", "", erase(), {""}},
      {"headcount", "create", "vtcp", kHeadcount},
      {"headcount", "delete", "vtcp", erase(), {""}},
      {"need", "create", "vtlcp", kNeed},
      {"need", "edit", "vtlcp", kEdit, {""}},
      {"need", "delete", "vtlcp", erase(), {""}},
      {"need", "confirm", "lcp", set({{"confirmed", Value(true)}}), {""}},
      {"assessment", "create", "vtlcp", kAssessment},
      {"assessment", "delete", "vtlcp", erase(), {""}},
      {"distribution", "create", "vtcp", kDistribution},
      {"distribution", "delete", "vtcp", erase(), {""}},
      {"delivery_confirmation", "create", "lcp", kConfirmation},
      {"delivery_confirmation", "delete", "lcp", erase(), {""}},
      {"join", "create", "cp", kJoin},
      {"join", "edit", "cp", kEdit, {""}},
      {"join", "undo", "cp", set({{"state", Value("undone")}}), {""}},
      {"join", "delete", "cp", erase(), {""}},
      {"donor", "create", "cp", kDonor},
      {"donor", "edit", "cp", kEdit, {""}},
      {"pledge", "create", "cp", kPledge},
      {"pledge", "promise", "cp", status("promised"), {""}},
      {"pledge", "receive", "cp", status("received"), {"promised"}},
      {"pledge", "cancel", "cp", status("cancelled"), {"promised"}},
      {"pledge", "close too early", "", status("closed"), {"promised"}},
      {"receipt", "create", "cp", kReceipt},
      {"allocation", "create", "cp", kAllocation},
      {"allocation", "edit", "cp", set({{"quantity_asked", Value(5)}}), {""}},
      {"campaign", "create", "cp", kTitled},
      {"campaign", "edit", "cp", kEdit, {""}},
      {"consent", "create", "vtlcp", kConsent},
      {"consent", "edit", "", kEdit, {""}},
      {"training", "create", "cp", kTitled},
      {"training", "edit", "cp", kEdit, {""}},
      {"inspection", "create", "p", kInspection},
      {"inspection", "edit", "p", kEdit, {""}},
      {"event", "create", "cp", kEvent},
      {"event", "edit", "cp", kEdit, {""}},
      {"plan", "create", "p", kYearly},
      {"plan", "edit", "p", kEdit, {""}},
      {"report", "create", "cp", kYearly},
      {"report", "edit", "cp", kEdit, {""}},
      {"award", "create", "cp", kAward},
      {"award", "edit", "cp", kEdit, {""}},
      {"portal_submission", "create", "", kBare},
      {"portal_submission", "edit", "", kEdit, {""}},
      {"certificate_request", "create for another", "tcp", kAboutPerson},
      {"certificate_request", "edit another's", "tcp", kEdit, {""}},
      {"personal_data", "create for another", "tcp", kAboutPerson},
      {"personal_data", "edit another's", "tcp", kEdit, {""}},
      {"certificate", "create", "", kBare},
      {"certificate", "edit", "", kEdit, {""}},
      {"certificate", "delete", "", erase(), {""}},
      {"case", "create", "", kBare},
      {"case", "resolve", "cp", set({{"state", Value("resolved")}}), {"open"}},
      {"case", "open again", "cp", set({{"state", Value("open")}}), {"open", "resolved"}},
      {"case", "say how", "cp", set({{"how", Value("x")}}), {"open"}},
      {"case", "say why", "cp", set({{"why", Value("x")}}), {"open"}},
      {"case", "delete", "", erase(), {"open"}},
      {"quarantine", "create", "", kBare},
      {"quarantine", "edit", "cp", kEdit, {""}},
      {"quarantine", "say why", "cp", set({{"why", Value("x")}}), {""}},
      {"quarantine", "delete", "", erase(), {""}},
      {"returned_change", "create", "", kBare},
      {"returned_change", "edit", "", kEdit, {""}},
      {"returned_change", "delete", "", erase(), {""}},
  };
}

RecordId id_in(std::string_view collection) {
  if (collection == "personal_data") return suoi::sync::derived_id(rules(), collection, {id_of(9)});
  if (collection != "participation" && collection != "registration") return id_of(1);
  return suoi::sync::derived_id(rules(), collection, {id_of(8), id_of(9)});
}

const Deed& creation_in(std::string_view collection) {
  if (collection == "place") return kPlace;
  if (collection == "organisation") return kOrganisation;
  if (collection == "person") return kPerson;
  if (collection == "activity") return kActivity;
  if (collection == "registration" || collection == "participation") return kParticipation;
  if (collection == "attendance") return kAttendance;
  if (collection == "headcount") return kHeadcount;
  if (collection == "need") return kNeed;
  if (collection == "assessment") return kAssessment;
  if (collection == "distribution") return kDistribution;
  if (collection == "delivery_confirmation") return kConfirmation;
  static const std::map<std::string_view, const Deed*> kOthers = {{"join", &kJoin},
                                                                  {"donor", &kDonor},
                                                                  {"pledge", &kPledge},
                                                                  {"receipt", &kReceipt},
                                                                  {"campaign", &kTitled},
                                                                  {"allocation", &kAllocation},
                                                                  {"consent", &kConsent},
                                                                  {"training", &kTitled},
                                                                  {"event", &kEvent},
                                                                  {"inspection", &kInspection},
                                                                  {"plan", &kYearly},
                                                                  {"report", &kYearly},
                                                                  {"award", &kAward},
                                                                  {"certificate_request", &kAboutPerson},
                                                                  {"personal_data", &kAboutPerson}};
  if (const auto found = kOthers.find(collection); found != kOthers.end()) return *found->second;
  static const Deed kAttested = approval("attest");
  return collection == "approval" ? kAttested : kBare;
}

// The record as the row needs it, made by the server itself, and what a join joins.
void prepare(World& world, const Row& row) {
  Phone server = world.phone(1);
  server.author.authority = {true, {}};
  if (row.collection == "join") {
    for (const RecordId& end : {id_of(8), id_of(9)}) {
      REQUIRE(world.write(server, "place", end, 0, kPlace).kind == VerdictKind::applied);
    }
  }
  if (row.way.empty()) return;
  const RecordId id = id_in(row.collection);
  REQUIRE(world.write(server, row.collection, id, 0, creation_in(row.collection)).kind == VerdictKind::applied);
  for (const std::string& state : row.way) {
    if (state.empty()) continue;
    const char* field = row.collection == "case" ? "state" : "status";
    REQUIRE(world.write(server, row.collection, id, 0, set({{field, Value(state)}})).kind == VerdictKind::applied);
  }
}

}  // namespace

TEST_CASE("Each role may do what its line says and nothing else") {
  for (const Row& row : rows()) {
    for (std::size_t index = 0; index < kLetters.size(); ++index) {
      const Role role = suoi::domain::kRoles[index];
      CAPTURE(row.collection, row.step, suoi::domain::role_name(role));
      World world;
      prepare(world, row);
      Phone phone = world.phone(2, {role_in(role, kPaU)});
      const RecordId id = id_in(row.collection);
      const Verdict verdict = world.write(phone, row.collection, id, world.version(id), row.deed);
      const bool may = row.roles.find(kLetters[index]) != std::string_view::npos;
      CHECK((verdict.kind == VerdictKind::applied) == may);
      if (verdict.fault) {
        const std::string& code = verdict.fault->code;
        const bool told = code == "role_not_allowed" || code == "transition_impossible" ||
                          (code == "bad_id" && row.collection == "certificate");
        CHECK(told);
        CHECK((code == "transition_impossible") <= row.roles.empty());
      }
    }
  }
}

TEST_CASE("A role counts in its unit and below, and nowhere else") {
  for (const auto& [where, may] :
       {std::pair{kPaU, true}, {kLaiChau, true}, {kTaTong, false}, {std::string_view("2025:19"), false}}) {
    CAPTURE(where);
    World world;
    Phone phone = world.phone(1, {role_in(Role::volunteer, where)});
    const Verdict verdict = world.write(phone, "need", id_of(1), 0, kNeed);
    CHECK((verdict.kind == VerdictKind::applied) == may);
    if (!may) CHECK(verdict.fault->code == "unit_out_of_reach");
  }
}

TEST_CASE("A role in a unit that was closed reaches what the unit became") {
  World world;
  Phone phone = world.phone(1, {role_in(Role::volunteer, "pre2025:03481")});
  CHECK(world.write(phone, "need", id_of(1), 0, new_need({{"unit", Value("2025:03487")}})).kind ==
        VerdictKind::applied);
  const Verdict elsewhere = world.write(phone, "need", id_of(2), 0, kNeed);
  REQUIRE(elsewhere.fault);
  CHECK(elsewhere.fault->code == "unit_out_of_reach");
}

TEST_CASE("A role that ended counts for what was done before, not for approvals that arrive after") {
  World world;
  suoi::sync::Assignment leader = role_in(Role::team_leader, kPaU);
  leader.until_ms = kNowMs - kDayMs;
  Phone phone = world.phone(1, {leader});
  CHECK(world.write(phone, "need", id_of(1), 0, kNeed, leader.until_ms - 1).kind == VerdictKind::applied);
  const Verdict late = world.write(phone, "need", id_of(2), 0, kNeed, leader.until_ms);
  REQUIRE(late.fault);
  CHECK(late.fault->code == "role_ended");
  const Verdict approved = world.write(phone, "approval", id_of(3), 0, approval("attest"), leader.until_ms - 1);
  REQUIRE(approved.fault);
  CHECK(approved.fault->code == "role_ended");
}

TEST_CASE("Volunteers and team leaders write only their own organisation's activities") {
  const RecordId ours = id_of(50);
  const RecordId theirs = id_of(51);
  for (const Role role : {Role::volunteer, Role::team_leader, Role::coordinator}) {
    const bool bound = role != Role::coordinator;
    CAPTURE(suoi::domain::role_name(role));
    World world;
    Phone phone = world.phone(1, {role_in(role, kPaU, ours)});
    Phone other = world.phone(2);
    world.write(other, "activity", id_of(1), 0, new_activity({{"organisation", Value(theirs.text())}}));
    CHECK(world.write(phone, "activity", id_of(2), 0, new_activity({{"organisation", Value(ours.text())}})).kind ==
          VerdictKind::applied);
    CHECK(world.write(phone, "activity", id_of(4), 0, new_activity()).kind != VerdictKind::quarantined);
    const Verdict foreign =
        world.write(phone, "activity", id_of(3), 0, new_activity({{"organisation", Value(theirs.text())}}));
    CHECK((foreign.kind == VerdictKind::quarantined) == bound);
    const Verdict edit = world.write(phone, "activity", id_of(1), 1, set({{"model", Value("x")}}));
    CHECK((edit.kind == VerdictKind::quarantined) == bound);
    // Not by calling it one's own, either.
    const Verdict taken = world.write(phone, "activity", id_of(1), 0, set({{"organisation", Value(ours.text())}}));
    CHECK((taken.kind == VerdictKind::quarantined) == bound);
  }
}

TEST_CASE("Nobody confirms their own participation") {
  World world;
  Phone leader = world.phone(1, {role_in(Role::team_leader, kPaU)});
  const RecordId own{leader.author.person.uuid};
  const RecordId participation = participation_id(id_of(8), own);
  world.write(leader, "participation", participation, 0, new_participation(id_of(8), own));
  const Deed attest = set({{"unit", Value(kPaU)},
                           {"participation", Value(participation.text())},
                           {"step", Value("attest")},
                           {"digest", Value(std::string(64, '0'))}});
  const Verdict verdict = world.write(leader, "approval", id_of(1), 0, attest);
  REQUIRE(verdict.fault);
  CHECK(verdict.fault->code == "own_participation");
}
