// How the certificates of a participation stand: issued, set aside, withdrawn, replaced (docs/certificates.md,
// "Never edited").

#include <algorithm>

#include "derive.hpp"
#include "planner.hpp"

namespace suoi::sync {

using domain::Value;

// The first one follows from the participation, each later one from the one before.
std::vector<domain::RecordId> Planner::certificates_of(const domain::RecordId& participation) {
  std::vector<domain::RecordId> found;
  domain::RecordId id = derived_id(rules_, "certificate", {participation});
  while (work_.find(id) != nullptr) {
    found.push_back(id);
    id = derived_id(rules_, "certificate", {participation, id});
  }
  return found;
}

// What the approvals amount to. A full quorum over content that has no certificate yet decides one, for all that are
// read as one; so does the wish for a corrected one while the quorum stands.
std::string Planner::state_of(const Record& participation, const JoinGroup& one,
                              const std::vector<AttendedInterval>& attended, std::int64_t minutes, bool elsewhere) {
  const domain::RecordId person = *participation.ref("person");
  const std::string digest = approval_digest(rules_.hashing, *participation.ref("activity"), person, attended);
  std::set<domain::PersonId> subjects;
  for (const domain::RecordId& same : joins_.group_of(person).members) subjects.insert(domain::PersonId{same.uuid});
  const std::vector<const Record*> approvals = live_linked(one, "approval");
  const auto same_person = [this](const domain::PersonId& by) {
    return domain::PersonId{joins_.group_of(domain::RecordId{by.uuid}).head.uuid};
  };
  const Decision decision = decide(approvals, subjects, digest, same_person);
  const Withdrawals wanted = withdrawals(approvals, subjects, digest);
  std::size_t certificates = 0, over_this = 0;
  for (const domain::RecordId& member : one.members) {
    for (const domain::RecordId& id : certificates_of(member)) {
      ++certificates;
      if (work_.find(id)->text("digest") == digest) ++over_this;
    }
  }
  if (decision.state == "approved" && !elsewhere && !wanted.revoked && over_this < 1 + wanted.reissues) {
    std::vector<domain::RecordId> from = certificates_of(participation.id);
    from.erase(from.begin(), from.empty() ? from.end() : from.end() - 1);
    from.insert(from.begin(), participation.id);
    if (certify(derived_id(rules_, "certificate", from), participation, decision, digest, attended, minutes)) {
      ++certificates;
    }
  }
  const bool stands = certificates > 0 && settle_standing(one, subjects, digest);
  return stands ? "certified" : decision.state;
}

// `digest`: of the content as it is now. A certificate over it replaces all that came before; while there is none, the
// last one of each participation stands, and a case asks about it. True while one stands.
bool Planner::settle_standing(const JoinGroup& one, const std::set<domain::PersonId>& subjects,
                              const std::string& digest) {
  const std::vector<domain::RecordId> newest_chain = certificates_of(one.head);
  const bool renewed = !newest_chain.empty() && work_.find(newest_chain.back())->text("digest") == digest;
  bool stands = false;
  for (const domain::RecordId& member : one.members) {
    const std::vector<domain::RecordId> chain = certificates_of(member);
    std::set<Value> changed;
    for (const domain::RecordId& id : chain) {
      const Record& certificate = *work_.find(id);
      const Withdrawals decided = withdrawals(live_linked(one, "approval"), subjects, certificate.text("digest"));
      std::string status = certificate.text("qr").empty() ? "issuing" : "issued";
      if (decided.suspended) status = "suspended";
      if (id != chain.back() || (renewed && id != newest_chain.back())) status = "superseded";
      if (decided.revoked) status = "revoked";
      const bool counts = status != "superseded" && status != "revoked";
      stands = stands || counts;
      if (counts && certificate.text("digest") != digest) changed.emplace(digest);
      if (certificate.text("status") != status) server_change("certificate", id, {{"status", Value(status)}});
    }
    if (!chain.empty()) settle_case("certificate_basis_changed", {member}, "", changed);
  }
  return stands;
}

}  // namespace suoi::sync
