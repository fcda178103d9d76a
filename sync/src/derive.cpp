#include "derive.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "suoi/domain/value.hpp"

namespace suoi::sync {
namespace {

using domain::Value;
using Figures = std::map<std::string, Value, std::less<>>;

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;
constexpr std::int64_t kDayMs = 24 * kHourMs;
constexpr std::int64_t kVietNamMs = 7 * kHourMs;
constexpr std::int64_t kMinutesADayMax = 720;

std::int64_t day_of(std::int64_t time_ms) {
  const std::int64_t local = time_ms + kVietNamMs;
  return local >= 0 ? local / kDayMs : (local + 1) / kDayMs - 1;
}

// Counted stands over a list, a list over an estimate.
int basis_rank(const Record& observation) {
  const std::string basis = observation.text("basis");
  if (basis == "counted") return 3;
  if (basis == "list") return 2;
  return basis == "estimated" ? 1 : 0;
}

bool is_child_band(const std::string& band) {
  return band != "adult";
}

// Which of two assessments of the same need stands: the later day, then the larger, then the id.
bool stands_over(const Record& a, const Record& b) {
  const auto key = [](const Record& assessment) {
    return std::make_tuple(assessment.text("assessed_on"), assessment.integer("quantity").value_or(0), assessment.id);
  };
  return key(a) > key(b);
}

std::string need_status(bool assessed, std::int64_t delivered, std::int64_t open) {
  if (!assessed) return "unassessed";
  if (open == 0) return "met";
  return delivered > 0 ? "partly_met" : "open";
}

}  // namespace

std::optional<Span> activity_span(const Record& activity) {
  for (const auto& [start, end] : {std::pair{"held_start", "held_end"}, std::pair{"planned_start", "planned_end"}}) {
    const auto from = activity.integer(start);
    if (!from) continue;
    const auto to = activity.integer(end);
    return Span{*from, to && *to > *from ? *to : *from + kHourMs};
  }
  return std::nullopt;
}

std::int64_t attended_minutes(std::vector<Span> spans) {
  std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.from_ms < b.from_ms; });
  std::map<std::int64_t, std::int64_t> attended_ms_by_day;
  std::int64_t covered_to = INT64_MIN;
  for (const Span& span : spans) {
    std::int64_t from = std::max(span.from_ms, covered_to);
    while (from < span.to_ms) {
      const std::int64_t day = day_of(from);
      const std::int64_t midnight = (day + 1) * kDayMs - kVietNamMs;
      const std::int64_t to = std::min(span.to_ms, midnight);
      attended_ms_by_day[day] += to - from;
      from = to;
    }
    covered_to = std::max(covered_to, span.to_ms);
  }
  std::int64_t minutes = 0;
  for (const auto& [day, attended_ms] : attended_ms_by_day)
    minutes += std::min(attended_ms / kMinuteMs, kMinutesADayMax);
  return minutes;
}

std::vector<const Record*> standing(const std::vector<const Record*>& observations) {
  std::set<domain::RecordId> voided;
  for (const Record* observation : observations) {
    if (const auto target = observation->ref("voids")) voided.insert(*target);
  }
  std::vector<const Record*> valid;
  for (const Record* observation : observations) {
    if (!voided.contains(observation->id)) valid.push_back(observation);
  }
  return valid;
}

std::int64_t arrived(const Record& distribution, const std::vector<const Record*>& confirmations) {
  const std::int64_t handed_out = distribution.integer("quantity").value_or(0);
  const std::vector<const Record*> valid = standing(confirmations);
  if (valid.empty()) return handed_out;
  const Record* latest = *std::max_element(valid.begin(), valid.end(), [](const Record* a, const Record* b) {
    return std::tie(a->created_ms, a->id) < std::tie(b->created_ms, b->id);
  });
  const std::string outcome = latest->text("outcome");
  if (outcome == "all") return handed_out;
  return outcome == "short" ? latest->integer("quantity").value_or(0) : 0;
}

Figures need_figures(const std::vector<const Record*>& assessments, const std::vector<const Record*>& distributions,
                     const std::map<domain::RecordId, std::vector<const Record*>>& confirmations) {
  Figures figures;
  std::int64_t delivered = 0;
  for (const Record* distribution : standing(distributions)) {
    const auto found = confirmations.find(distribution->id);
    delivered += arrived(*distribution, found != confirmations.end() ? found->second : std::vector<const Record*>{});
  }
  const std::vector<const Record*> valid = standing(assessments);
  if (valid.empty() && distributions.empty()) return figures;
  figures.emplace("delivered", delivered);
  std::int64_t open = 0;
  if (!valid.empty()) {
    const Record& latest = **std::min_element(valid.begin(), valid.end(),
                                              [](const Record* a, const Record* b) { return stands_over(*a, *b); });
    const std::int64_t quantity = latest.integer("quantity").value_or(0);
    open = std::max<std::int64_t>(0, quantity - delivered);
    figures.emplace("quantity", quantity);
    figures.emplace("open", open);
    if (!latest.value("beneficiaries").is_null()) figures.emplace("beneficiaries", latest.value("beneficiaries"));
    const bool tied = std::any_of(valid.begin(), valid.end(), [&](const Record* other) {
      return other->text("assessed_on") == latest.text("assessed_on") &&
             other->integer("quantity").value_or(0) != quantity;
    });
    if (tied) figures.emplace("quantity_tied", true);
  }
  figures.emplace("status", need_status(!valid.empty(), delivered, open));
  return figures;
}

Figures activity_figures(const std::vector<const Record*>& headcounts) {
  if (headcounts.empty()) return {};
  // One figure for each thing counted: the best basis, and among equals the larger count.
  std::map<std::tuple<std::string, std::string, std::string, std::string>, std::pair<int, std::int64_t>> best;
  for (const Record* count : standing(headcounts)) {
    auto& figure = best[{count->text("age_band"), count->text("scope"), count->text("category"), count->text("sex")}];
    figure = std::max(figure, std::pair(basis_rank(*count), count->integer("count").value_or(0)));
  }
  std::map<std::string, std::map<std::string, std::int64_t>> by_band_and_station;
  std::int64_t contacts = 0;
  for (const auto& [key, figure] : best) {
    const auto& [band, scope, category, sex] = key;
    if (!is_child_band(band)) continue;
    contacts += figure.second;
    by_band_and_station[band][scope + "\n" + category] += figure.second;
  }
  std::int64_t at_least = 0;
  for (const auto& [band, stations] : by_band_and_station) {
    std::int64_t largest = 0;
    for (const auto& [station, count] : stations) largest = std::max(largest, count);
    at_least += largest;
  }
  return {{"contacts", contacts}, {"children_min", at_least}, {"children_max", contacts}};
}

namespace {

// What a person said they take back themselves; a revocation stays.
std::vector<const Record*> not_taken_back(const std::vector<const Record*>& approvals) {
  std::vector<const Record*> valid = approvals;
  std::erase_if(valid, [&](const Record* said) {
    return said->text("step") != "revoke" && std::any_of(approvals.begin(), approvals.end(), [&](const Record* later) {
             return later->created_by == said->created_by && later->ref("voids") == said->id;
           });
  });
  return valid;
}

// By time, ties by device and then by number (merge.md, "Order"): one person's decisions within a moment keep their
// order.
std::vector<const Record*> in_order(const std::vector<const Record*>& approvals) {
  std::vector<const Record*> ordered = not_taken_back(approvals);
  const auto place = [](const Record* approval) {
    const std::int64_t seq = approval->heads.empty() ? 0 : approval->heads.front().stamp.seq;
    return std::tuple(approval->created_ms, approval->created_on, seq, approval->id);
  };
  std::sort(ordered.begin(), ordered.end(), [&](const Record* a, const Record* b) { return place(a) < place(b); });
  return ordered;
}

}  // namespace

Withdrawals withdrawals(const std::vector<const Record*>& approvals, const std::set<domain::PersonId>& subjects,
                        const std::string& digest) {
  Withdrawals found;
  for (const Record* approval : in_order(approvals)) {
    if (subjects.contains(approval->created_by) || approval->text("digest") != digest) continue;
    const std::string step = approval->text("step");
    if (step == "suspend") found.suspended = true;
    if (step == "reinstate") found.suspended = false;
    if (step == "revoke") found.revoked = true;
    if (step == "reissue") ++found.reissues;
  }
  return found;
}

Decision decide(const std::vector<const Record*>& approvals, const std::set<domain::PersonId>& subjects,
                const std::string& digest, const SamePerson& same_person) {
  const std::vector<const Record*> ordered = in_order(approvals);
  std::map<domain::PersonId, std::vector<const Record*>> by_person;
  for (const Record* approval : ordered) {
    if (subjects.contains(approval->created_by) || approval->text("digest") != digest) continue;
    auto& own = by_person[same_person(approval->created_by)];
    if (approval->text("step") == "withdraw") {
      own.clear();
    } else {
      own.push_back(approval);
    }
  }
  std::vector<const Record*> attests, checks, approves;
  for (const auto& [person, own] : by_person) {
    for (const Record* approval : own) {
      const std::string step = approval->text("step");
      if (step == "decline") return {"declined", {}};
      if (step == "attest") attests.push_back(approval);
      if (step == "check") checks.push_back(approval);
      if (step == "approve") approves.push_back(approval);
    }
  }
  for (const Record* attest : attests) {
    for (const Record* check : checks) {
      for (const Record* approve : approves) {
        const std::set<domain::PersonId> people = {same_person(attest->created_by), same_person(check->created_by),
                                                   same_person(approve->created_by)};
        if (people.size() == 3) return {"approved", {attest->id, check->id, approve->id}};
      }
    }
  }
  if (!checks.empty()) return {"checked", {}};
  return {attests.empty() ? "recorded" : "attested", {}};
}

}  // namespace suoi::sync
