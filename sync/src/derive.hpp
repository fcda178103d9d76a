// Figures that follow from other records and are never edited (domain.md, "Derived figures").
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "suoi/sync/plan.hpp"

namespace suoi::sync {

// Length of the union of the spans in whole minutes, at most 720 in a day of Viet Nam (UTC+7).
std::int64_t attended_minutes(std::vector<Span> spans);

// Those of `observations` (live ones of one collection) that no other one names in `voids`.
std::vector<const Record*> standing(const std::vector<const Record*>& observations);

// What of a hand-out arrived, as its confirmations say.
std::int64_t arrived(const Record& distribution, const std::vector<const Record*>& confirmations);

// Figures of a need: quantity, beneficiaries, delivered, open, status, quantity_tied.
std::map<std::string, domain::Value, std::less<>> need_figures(
    const std::vector<const Record*>& assessments, const std::vector<const Record*>& distributions,
    const std::map<domain::RecordId, std::vector<const Record*>>& confirmations);

// Figures of an activity from its head counts: contacts, children_min, children_max.
std::map<std::string, domain::Value, std::less<>> activity_figures(const std::vector<const Record*>& headcounts);

// What the approvals of one participation amount to.
struct Decision {
  std::string state;                     // recorded, attested, checked, approved or declined
  std::vector<domain::RecordId> quorum;  // approved: attest, check, approve by three different people
};
// What coordinators decided about certificates over the content with `digest`. Reinstating answers a suspension,
// whichever came last; nothing answers a revocation.
struct Withdrawals {
  bool suspended = false;
  bool revoked = false;
  std::size_t reissues = 0;  // how often a corrected certificate over the same content was asked for
};
Withdrawals withdrawals(const std::vector<const Record*>& approvals, const std::set<domain::PersonId>& subjects,
                        const std::string& digest);

// Of records of people that were joined the one that stands for all.
using SamePerson = std::function<domain::PersonId(const domain::PersonId&)>;

// `subjects`: the person and those that are the same one; none of them counts, and nobody counts twice.
Decision decide(const std::vector<const Record*>& approvals, const std::set<domain::PersonId>& subjects,
                const std::string& digest, const SamePerson& same_person);

}  // namespace suoi::sync
