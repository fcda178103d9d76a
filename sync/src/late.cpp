// Work that arrives after a report of its unit and period was filed (docs/decisions/0021).

#include <algorithm>
#include <array>

#include "periods.hpp"
#include "planner.hpp"

namespace suoi::sync {
namespace {

using domain::Value;

std::string day_of(const Record& record) {
  static constexpr std::array<std::string_view, 4> kDays = {"assessed_on", "date", "received_on", "from"};
  if (const auto span = activity_span(record)) return local_date(span->from_ms);
  for (const std::string_view field : kDays) {
    if (const std::string day = record.text(field); !day.empty()) return day;
    if (const auto instant = record.integer(field)) return local_date(*instant);
  }
  return {};
}

// Does the change alter what a report counts? Of an activity only when, where and whether it was held.
bool counts(const Passage& passage, bool is_new) {
  static constexpr std::array<std::string_view, 10> kReported = {
      "activity",     "participation",         "attendance", "headcount", "assessment",
      "distribution", "delivery_confirmation", "receipt",    "training",  "event"};
  static constexpr std::array<std::string_view, 6> kTelling = {"unit",     "status",        "held_start",
                                                               "held_end", "planned_start", "planned_end"};
  if (std::find(kReported.begin(), kReported.end(), passage.collection->name) == kReported.end()) return false;
  if (is_new || passage.change.is_delete) return true;
  return std::any_of(kTelling.begin(), kTelling.end(),
                     [&](std::string_view name) { return passage.change.set.contains(name); });
}

}  // namespace

// The record whose figures change, and the day to which they belong: its own, or that of what it belongs to.
std::optional<LateWork> Planner::late_work(const Passage& passage, bool is_new) {
  if (!counts(passage, is_new)) return std::nullopt;
  const Record* record = work_.find(passage.change.record);
  LateWork work{record->id, day_of(*record)};
  while (record != nullptr && !record->collection->parent_field.empty()) {
    const auto parent = record->ref(record->collection->parent_field);
    record = parent ? work_.find(*parent) : nullptr;
    if (record == nullptr) break;
    work.about = record->id;
    if (work.day.empty()) work.day = day_of(*record);
  }
  return work.day.empty() ? std::nullopt : std::optional(work);
}

void Planner::note_late(const Passage& passage, bool is_new) {
  if (!work_.any(reports_)) return;
  const auto work = late_work(passage, is_new);
  if (!work) return;
  const domain::UnitKey unit = work_.find(passage.change.record)->unit;
  for (const domain::UnitKey& area : {unit, rules_.units.province(unit).value_or(unit)}) {
    for (const domain::RecordId& id : work_.linked(unit_target(area), "report", rules_.catalogue)) {
      const Record& report = *work_.find(id);
      const auto period = parse_period(report.text("period"));
      if (!report.live || report.value("filed").is_null() || !period || !period->has(work->day)) continue;
      late_[id].emplace(
          Value::Object{{"record", Value(work->about.text())}, {"arrived", Value(local_date(arrival_ms_))}});
    }
  }
}

// Each late piece of work is told once a day; the case of a report names all of them.
void Planner::settle_late(const domain::RecordId& report, std::set<Value> work) {
  if (const Record* known = work_.find(case_id(rules_, "late_for_report", {report}))) {
    if (const Value::Array* before = known->value("candidates").array()) work.insert(before->begin(), before->end());
  }
  settle_case("late_for_report", {report}, "", work);
}

}  // namespace suoi::sync
