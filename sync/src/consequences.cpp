// What follows from a change for other records: figures, double attendance, certificates.

#include <algorithm>
#include <chrono>
#include <utility>

#include "derive.hpp"
#include "planner.hpp"
#include "suoi/domain/status_place.hpp"

namespace suoi::sync {
namespace {

using domain::Value;
using Figures = std::map<std::string, Value, std::less<>>;

constexpr std::int64_t kVietNamMs = 7LL * 3600 * 1000;

std::vector<AttendedInterval> intervals(const std::vector<const Record*>& attendance) {
  std::vector<AttendedInterval> attended;
  for (const Record* one : attendance) {
    attended.push_back({one->id, one->integer("from").value_or(0), one->integer("to").value_or(0)});
  }
  return attended;
}

// The ids of attendance that claims the same time for one person, of both sides.
std::set<domain::RecordId> overlapping(const std::vector<AttendedInterval>& ours,
                                       const std::vector<AttendedInterval>& theirs) {
  std::set<domain::RecordId> ids;
  for (const AttendedInterval& one : ours) {
    for (const AttendedInterval& other : theirs) {
      if (one.from_ms >= other.to_ms || other.from_ms >= one.to_ms) continue;
      ids.insert(one.id);
      ids.insert(other.id);
    }
  }
  return ids;
}

std::string hex(const std::array<std::uint8_t, 16>& bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace

std::string local_date(std::int64_t time_ms) {
  const auto day = std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(time_ms + kVietNamMs)));
  const std::chrono::year_month_day date(day);
  const auto padded = [](std::string digits, std::size_t width) {
    return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
  };
  return padded(std::to_string(static_cast<int>(date.year())), 4) + "-" +
         padded(std::to_string(static_cast<unsigned>(date.month())), 2) + "-" +
         padded(std::to_string(static_cast<unsigned>(date.day())), 2);
}

int year_of(std::int64_t time_ms) {
  return std::stoi(local_date(time_ms).substr(0, 4));
}

std::string number_text(const domain::UnitKey& province, int year, std::int64_t count) {
  std::string digits = std::to_string(count);
  digits.insert(0, digits.size() < 6 ? 6 - digits.size() : 0, '0');
  return std::string(province.code()) + "-" + std::to_string(year) + "-" + digits;
}

void Planner::note_participations_of(const domain::RecordId& target) {
  for (const domain::RecordId& id : work_.linked(target, "participation", rules_.catalogue)) participations_.insert(id);
}

// Titles, times and places decide what may be the same activity; nothing else that changes in one does.
void Planner::note_likeness(const Passage& passage, bool is_new) {
  if (passage.collection->name != "activity") return;
  static constexpr std::array<std::string_view, 6> kTelling = {"unit",        "title",      "planned_start",
                                                               "planned_end", "held_start", "held_end"};
  const Change& change = passage.change;
  const bool tells =
      is_new || work_.find(change.record)->ever_deleted || change.set.contains("themes") ||
      change.add.contains("themes") || change.remove.contains("themes") ||
      std::any_of(kTelling.begin(), kTelling.end(), [&](std::string_view name) { return change.set.contains(name); });
  if (tells) titles_.insert(change.record);
}

void Planner::note_consequences(const domain::RecordId& id, bool is_new) {
  const Record& record = *work_.find(id);
  const std::string_view collection = record.collection->name;
  const auto parent =
      record.collection->parent_field.empty() ? std::nullopt : record.ref(record.collection->parent_field);
  note_reading(record, is_new);
  note_aid(record, is_new);
  if (collection == "participation") participations_.insert(id);
  if (collection == "certificate" && !is_new && parent) participations_.insert(*parent);
  if ((collection == "attendance" || collection == "approval") && parent) participations_.insert(*parent);
  if (collection == "headcount" && parent) activities_.insert(*parent);
  if ((collection == "assessment" || collection == "distribution") && parent) needs_.insert(*parent);
  if (collection == "need" && (is_new || record.ever_deleted)) needs_.insert(id);
  if (collection == "delivery_confirmation" && parent) {
    const Record* distribution = work_.find(*parent);
    if (distribution != nullptr && distribution->collection->name == "distribution") {
      note_consequences(distribution->id, false);
    }
  }
  if ((collection == "activity" || collection == "person") && is_new) note_participations_of(id);
  if (collection == "activity" && (is_new || record.ever_deleted)) activities_.insert(id);
  if (collection == "case" && record.text("kind") == "double_attendance") {
    for (const domain::RecordId& subject : link_targets(record)) participations_.insert(subject);
  }
}

// A figure may open a case and a case may free a certificate, so this goes on until nothing follows any more.
void Planner::draw_consequences() {
  const auto each = [](std::set<domain::RecordId>& ids, const auto& derive) {
    const std::set<domain::RecordId> due = std::exchange(ids, {});
    for (const domain::RecordId& id : due) derive(id);
  };
  while (!participations_.empty() || !pledges_.empty() || !receipts_.empty() || !late_.empty() || !needs_.empty() ||
         !activities_.empty() || !regrouped_.empty() || !aliases_.empty() || !titles_.empty()) {
    note_regrouped();
    each(participations_, [this](const domain::RecordId& id) { derive_participation(id); });
    each(receipts_, [this](const domain::RecordId& id) { number_receipt(id); });
    each(pledges_, [this](const domain::RecordId& id) { derive_pledge(id); });
    each(needs_, [this](const domain::RecordId& id) { derive_need(id); });
    each(activities_, [this](const domain::RecordId& id) { derive_activity(id); });
    each(aliases_, [this](const domain::RecordId& id) { derive_alias(id); });
    for (const auto& [report, work] : std::exchange(late_, {})) settle_late(report, work);
    each(titles_, [this](const domain::RecordId& id) { find_duplicates(id); });
  }
}

std::vector<const Record*> Planner::live_linked(const domain::RecordId& target, std::string_view collection) {
  std::vector<const Record*> found;
  for (const domain::RecordId& id : work_.linked(target, collection, rules_.catalogue)) {
    const Record* record = work_.find(id);
    if (record->live) found.push_back(record);
  }
  return found;
}

std::vector<const Record*> Planner::live_linked(const JoinGroup& targets, std::string_view collection) {
  std::vector<const Record*> found;
  for (const domain::RecordId& target : targets.members) {
    for (const Record* record : live_linked(target, collection)) found.push_back(record);
  }
  return found;
}

void Planner::set_figures(const domain::RecordId& id, const std::vector<std::string_view>& names,
                          const Figures& figures) {
  const Record& record = *work_.find(id);
  const auto wanted = [&](std::string_view name) {
    const auto found = figures.find(name);
    return found != figures.end() ? found->second : Value();
  };
  const bool same = std::all_of(names.begin(), names.end(),
                                [&](std::string_view name) { return record.value(name) == wanted(name); });
  if (same) return;
  Record& changed = work_.edit(id);
  for (const std::string_view name : names) {
    changed.state_or_new(changed.collection->slot(*changed.collection->field(name))).value = wanted(name);
  }
  changed.version = next_version(&changed, work_.state());
}

void Planner::derive_need(const domain::RecordId& id) {
  const Record* need = work_.find(id);
  if (need == nullptr || need->collection->name != "need" || !need->live) return;
  const JoinGroup group = joins_.group_of(id);
  if (group.head != id) {
    needs_.insert(group.head);
    return;
  }
  const std::vector<const Record*> distributions = distributions_to(group);
  std::map<domain::RecordId, std::vector<const Record*>> confirmations;
  for (const Record* distribution : distributions) {
    confirmations.emplace(distribution->id, live_linked(distribution->id, "delivery_confirmation"));
  }
  Figures figures = need_figures(live_linked(group, "assessment"), distributions, confirmations);
  weigh_aid(group, distributions, figures);
  for (const domain::RecordId& member : group.members) {
    set_figures(member,
                {"quantity", "beneficiaries", "reserved", "delivered", "open", "status", "quantity_tied", "beyond"},
                figures);
  }
}

void Planner::derive_activity(const domain::RecordId& id) {
  const Record* activity = work_.find(id);
  if (activity == nullptr || activity->collection->name != "activity" || !activity->live) return;
  const JoinGroup group = joins_.group_of(id);
  if (group.head != id) {
    activities_.insert(group.head);
    return;
  }
  const Figures figures = activity_figures(live_linked(group, "headcount"));
  for (const domain::RecordId& member : group.members) {
    set_figures(member, {"contacts", "children_min", "children_max"}, figures);
  }
}

// Those that are read as one have the same figures; they are drawn for the one that shows.
void Planner::derive_participation(const domain::RecordId& id) {
  const Record* found = work_.find(id);
  if (found == nullptr || found->collection->name != "participation") return;
  const Record participation = *found;
  if (!participation.ref("person") || !participation.ref("activity")) return;
  const JoinGroup one = joins_.read_as_one(participation);
  // A deleted one has no live attendance (it would live), so that its cases close.
  if (!participation.live) attends_elsewhere(participation, one, {});
  if (one.head != id || one.members.empty()) {
    if (!one.members.empty()) participations_.insert(one.head);
    return;
  }
  const std::vector<AttendedInterval> attended = intervals(standing(live_linked(one, "attendance")));
  bool elsewhere = false;
  for (const domain::RecordId& member : one.members) {
    const Record own = *work_.find(member);
    if (attends_elsewhere(own, one, one.members.size() == 1 ? attended : attended_by(member))) elsewhere = true;
  }
  std::vector<Span> spans;
  for (const AttendedInterval& interval : attended) spans.push_back({interval.from_ms, interval.to_ms});
  const std::int64_t minutes = attended_minutes(std::move(spans));
  const std::string state = state_of(participation, one, attended, minutes, elsewhere);
  for (const domain::RecordId& member : one.members) {
    const Value same_as = member == one.head ? Value() : Value(one.head.text());
    set_figures(member, {"minutes", "state", domain::kSameAs},
                {{"minutes", Value(minutes)}, {"state", Value(state)}, {std::string(domain::kSameAs), same_as}});
  }
}

std::vector<AttendedInterval> Planner::attended_by(const domain::RecordId& participation) {
  return intervals(standing(live_linked(participation, "attendance")));
}

// Opens a case for each other participation of the same person at the same time; true while one is open. Those that are
// read as one with it are no other.
bool Planner::attends_elsewhere(const Record& participation, const JoinGroup& one,
                                const std::vector<AttendedInterval>& attended) {
  std::map<domain::RecordId, std::set<Value>> pairs;  // the other participation, and what overlaps
  for (const domain::RecordId& about : work_.linked(participation.id, "case", rules_.catalogue)) {
    const Record& known = *work_.find(about);
    if (known.text("kind") != "double_attendance") continue;
    for (const domain::RecordId& subject : link_targets(known)) pairs.try_emplace(subject);
  }
  pairs.erase(participation.id);
  if (!attended.empty()) {
    for (const Record* other : live_linked(joins_.group_of(*participation.ref("person")), "participation")) {
      if (other->id == participation.id || one.has(other->id)) continue;
      for (const domain::RecordId& id : overlapping(attended, attended_by(other->id))) {
        pairs[other->id].emplace(id.text());
      }
    }
  }
  bool in_question = false;
  for (auto& [other, candidates] : pairs) {
    const std::vector<domain::RecordId> pair = {std::min(participation.id, other), std::max(participation.id, other)};
    if (settle_case("double_attendance", pair, "", candidates)) in_question = true;
  }
  return in_question;
}

// Decides the certificate in the transaction that completes its quorum: number, facts, salt. Signing comes later. False
// while something that it would state is not known yet.
bool Planner::certify(const domain::RecordId& id, const Record& participation, const Decision& decision,
                      const std::string& digest, const std::vector<AttendedInterval>& attended, std::int64_t minutes) {
  const Record* person = work_.find(*participation.ref("person"));
  const Record* activity = work_.find(*participation.ref("activity"));
  const auto province = rules_.units.province(participation.unit);
  if (person == nullptr || activity == nullptr || !province) return false;
  Value::Array approvals;
  for (const domain::RecordId& approval : decision.quorum) approvals.emplace_back(approval.text());
  const int year = year_of(arrival_ms_);
  const std::int64_t count = work_.state().next_certificate_number(*province, year);
  Value::Object facts = certificate_facts(participation, attended, minutes);
  if (const auto place = domain::status_place(*province, year, count)) {
    facts.emplace("status", Value::Array{Value(place->list), Value(place->index)});
  }
  Value::Object set{{"unit", Value(participation.unit.text())},
                    {"participation", Value(participation.id.text())},
                    {"person", Value(person->id.text())},
                    {"number", Value(number_text(*province, year, count))},
                    {"template", Value("participation-1")},
                    {"holder", Value(person->text("full_name"))},
                    {"facts", Value(std::move(facts))},
                    {"issued_on", Value(local_date(arrival_ms_))},
                    {"approvals", Value(std::move(approvals))},
                    {"digest", Value(digest)},
                    {"status", Value("issuing")}};
  server_change("certificate", id, std::move(set));
  return true;
}

Value::Object Planner::certificate_facts(const Record& participation, const std::vector<AttendedInterval>& attended,
                                         std::int64_t minutes) {
  const Record& activity = *work_.find(*participation.ref("activity"));
  std::int64_t first_ms = INT64_MAX;
  std::int64_t last_ms = INT64_MIN;
  for (const AttendedInterval& one : attended) {
    first_ms = std::min(first_ms, one.from_ms);
    last_ms = std::max(last_ms, one.to_ms);
  }
  if (first_ms > last_ms) first_ms = last_ms = participation.created_ms;
  const auto province = rules_.units.province(participation.unit);
  return {{"activity", Value(activity.id.text())},
          {"activity_title", Value(activity.text("title"))},
          {"commune", Value(participation.unit.text())},
          {"issuing_unit", Value(province->text())},
          {"from", Value(local_date(first_ms))},
          {"to", Value(local_date(last_ms))},
          {"minutes", Value(minutes)},
          {"role", Value(participation.text("task"))},
          {"salt", Value(hex(work_.state().certificate_salt()))}};
}

}  // namespace suoi::sync
