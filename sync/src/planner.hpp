// Makes a merge plan, change by change. The control flow stands in planner.cpp; what is decided about existence in
// existence.cpp, about cases in cases.cpp, about figures and certificates in consequences.cpp.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "causality.hpp"
#include "derive.hpp"
#include "merge_field.hpp"
#include "suoi/sync/plan.hpp"
#include "workspace.hpp"

namespace suoi::sync {

// One change on its way through the planner.
struct Passage {
  Change change;
  domain::DeviceId device;
  domain::PersonId person;
  LifeNo life = 0;
  std::int64_t corrected_ms = 0;
  std::int64_t arrival_ms = 0;
  const Authority* authority = nullptr;
  bool released = false;  // it waited in quarantine

  const domain::Collection* collection = nullptr;
  std::vector<FieldEdit> edits;
  std::optional<domain::UnitKey> unit;          // that it files the record under, after redirects
  std::optional<domain::UnitKey> filed_under;   // of a redirect
  std::vector<domain::UnitKey> possible_units;  // the unit that it named was split among these
  Verdict verdict;
};

class Planner {
 public:
  Planner(StateSource& state, const Rules& rules) : rules_(rules), work_(state), causality_(state) {}

  void add(const ChangeSet& set);
  MergePlan finish();

 private:
  // planner.cpp
  void pass(Passage& passage);
  std::optional<Fault> admit(Passage& passage);
  std::optional<Fault> admit_creation(Passage& passage);
  std::optional<Fault> admit_edit(Passage& passage, const Record& record);
  std::optional<Fault> read_edits(Passage& passage);
  std::optional<Fault> read_unit(Passage& passage);
  std::optional<Fault> check_rights(const Passage& passage, const Record* record) const;
  std::optional<Fault> check_fields(Passage& passage, const Record* record);
  std::optional<Fault> check_field(Passage& passage, const Record* record, const FieldEdit& edit);
  std::optional<Fault> check_state(const Passage& passage, const domain::Field& field, const domain::Value& from,
                                   const domain::Value& to, const domain::UnitKey& unit) const;
  Stamp stamp_of(const Passage& passage, const Record* record);
  MergeContext context_for(const domain::RecordId& record, std::size_t slot);

  // apply.cpp
  void apply(Passage& passage);
  Record& open_record(Passage& passage);
  std::vector<std::size_t> merge_edits(Passage& passage, Record& record, const Stamp& stamp);
  void file(Record& record);
  ValueLog value_log(const domain::RecordId& record, std::size_t slot);
  void release_waiting(const domain::RecordId& record);
  void quarantine(Passage& passage, Fault fault);
  domain::UnitKey responsible_unit(const Passage& passage);

  // existence.cpp
  bool saw_only_deletion(const Passage& passage, const Record& record);
  void merge_existence(Passage& passage, Record& record, const Stamp& stamp);
  void settle_existence(const domain::RecordId& id, Verdict* verdict);
  bool has_live_children(const Record& record);
  void return_parent(const domain::RecordId& child, Verdict* verdict);

  // cases.cpp
  std::optional<domain::RecordId> settle_case(std::string_view kind, const std::vector<domain::RecordId>& subject,
                                              std::string_view field, const domain::UnitKey& unit,
                                              std::vector<domain::Value> candidates);
  bool case_is_open(std::string_view kind, const std::vector<domain::RecordId>& subject);
  void settle_field_cases(Passage& passage, const std::vector<std::size_t>& slots);
  void settle_split(Passage& passage);
  void server_change(std::string_view collection, const domain::RecordId& id, domain::Value::Object set);
  void find_duplicates(const domain::RecordId& activity);

  // consequences.cpp
  void note_consequences(const domain::RecordId& id, bool is_new);
  void note_participations_of(const domain::RecordId& target);
  void draw_consequences();
  void derive_participation(const domain::RecordId& id);
  void derive_need(const domain::RecordId& id);
  void derive_activity(const domain::RecordId& id);
  void set_figures(const domain::RecordId& id, const std::vector<std::string_view>& names,
                   const std::map<std::string, domain::Value, std::less<>>& figures);
  std::vector<const Record*> live_linked(const domain::RecordId& target, std::string_view collection);
  bool attends_elsewhere(const Record& participation, const std::vector<const Record*>& attendance);
  std::string certify(const Record& participation, const Decision& decision, const std::string& digest,
                      std::int64_t minutes);
  domain::Value::Object certificate_facts(const Record& participation, std::int64_t minutes);

  const Rules& rules_;
  Workspace work_;
  Causality causality_;
  Authority server_{true, {}};
  std::int64_t arrival_ms_ = 0;
  std::set<domain::RecordId> participations_;  // whose figures have to be drawn anew
  std::set<domain::RecordId> needs_;
  std::set<domain::RecordId> activities_;
  std::set<domain::RecordId> titles_;  // activities that may have become, or ceased to be, like another
};

std::int64_t next_version(const Record* record, StateSource& state);

// "2025:03442" … at the time of an instant, the local date: "2026-11-21".
std::string local_date(std::int64_t time_ms);

}  // namespace suoi::sync
