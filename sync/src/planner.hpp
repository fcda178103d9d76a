// Makes a merge plan, change by change. The control flow stands in planner.cpp; what is decided about existence in
// existence.cpp, about cases in cases.cpp, about joined records in aliases.cpp, about pledges in aid.cpp, about
// figures in consequences.cpp, about certificates also in certificates.cpp.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "causality.hpp"
#include "derive.hpp"
#include "joins.hpp"
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
  bool released = false;              // it waited in quarantine
  std::vector<std::string> newer;     // fields that only a newer schema knows, taken out of the change
  std::optional<domain::Value> mend;  // what a person made of it there

  const domain::Collection* collection = nullptr;
  std::vector<FieldEdit> edits;
  std::optional<domain::UnitKey> unit;          // that it files the record under, after redirects
  std::optional<domain::UnitKey> filed_under;   // of a redirect
  std::vector<domain::UnitKey> possible_units;  // the unit that it named was split among these
  Verdict verdict;
};

// Work of one day that arrived just now.
struct LateWork {
  domain::RecordId about;  // the activity, need … whose figures it changes
  std::string day;
};

class Planner : private ValueLogs {
 public:
  Planner(StateSource& state, const Rules& rules)
      : rules_(rules),
        work_(state),
        causality_(state),
        joins_(work_, rules),
        allocations_(*rules.catalogue.find("allocation")),
        reports_(*rules.catalogue.find("report")) {}

  void add(ChangeSet set);
  // Applies what waited for an update, where it can stand now.
  void take_up(const domain::RecordId& quarantine, std::int64_t arrival_ms);
  MergePlan finish();

 private:
  // planner.cpp
  void pass(Passage& passage);
  std::optional<Fault> admit(Passage& passage);
  std::optional<Fault> admit_creation(Passage& passage);
  std::optional<Fault> admit_edit(Passage& passage, const Record& record);
  std::optional<Fault> read_edits(Passage& passage);
  std::optional<Fault> read_increments(Passage& passage);
  std::optional<Fault> read_elements(Passage& passage);
  std::optional<Fault> read_unit(Passage& passage);
  std::optional<Fault> check_rights(const Passage& passage, const Record* record);
  std::optional<Fault> check_organisation(const Passage& passage, const Record* record) const;
  std::optional<Fault> check_about_others(const Passage& passage, const Record* record);
  std::optional<Fault> check_fields(const Passage& passage, const Record* record);
  std::optional<Fault> check_sealed(const Passage& passage, const Record& record);
  std::optional<Fault> check_new(const Passage& passage);
  std::optional<Fault> check_field(const Passage& passage, const Record* record, const FieldEdit& edit);
  const Record* confirmed(const Passage& passage);
  std::optional<Fault> check_writer(const Passage& passage, const Record* record, const FieldEdit& edit);
  std::optional<Fault> check_fixed(const Passage& passage, const Record& record, const FieldEdit& edit);
  std::optional<Fault> check_state(const Passage& passage, const domain::Field& field, const domain::Value& from,
                                   const domain::Value& to, const domain::UnitKey& unit) const;
  Stamp stamp_of(const Passage& passage, const Record* record);
  MergeContext context_for(const domain::RecordId& record, std::size_t slot);
  domain::Value position_of(const Passage& passage);

  // apply.cpp
  std::size_t apply(Passage& passage);  // gives the index of the change in the plan
  Record& open_record(Passage& passage);
  std::vector<std::size_t> merge_edits(Passage& passage, Record& record, const Stamp& stamp);
  void file(Record& record);
  const ValueLog& value_log(const domain::RecordId& record, std::size_t slot) override;
  void note_value(const domain::RecordId& record, std::size_t slot, const Member& written) override;
  ValueLog replay(const domain::RecordId& record, std::size_t slot);
  void release_waiting(const domain::RecordId& record);
  void release_waiting(const WaitingChange& waiting);
  void quarantine(Passage& passage, Fault fault);
  bool releases(const Passage& passage, const Record* record) const;
  std::optional<WaitingChange> held_change(const Record& quarantine);
  std::optional<Fault> check_release(const Passage& passage, const Record& quarantine);
  void release_held(const Passage& release, const domain::RecordId& quarantine, const std::optional<Member>& mend);
  void apply_released(Passage& passage);
  domain::UnitKey responsible_unit(const Passage& passage);

  // newer_fields.cpp
  void set_newer_aside(Passage& passage);
  void quarantine_newer(Passage& passage, const domain::Value& content);
  void take_up_field(const Record& quarantine);
  bool replay_field(const domain::RecordId& record, const domain::Field& field);

  // mending.cpp
  std::optional<Member> mend_seen(const Passage& passage, const Record& quarantine);
  std::optional<Fault> check_mend(const Passage& passage, const Record& record);

  // existence.cpp
  bool saw_only_deletion(const Passage& passage, const Record& record);
  const ValueLog& existence_log(const domain::RecordId& record);
  void merge_existence(Passage& passage, Record& record, const Stamp& stamp);
  void settle_existence(const domain::RecordId& id, Verdict* verdict);
  bool has_live_children(const Record& record);
  void return_for_children(const domain::RecordId& id);
  void go_with_children(const domain::RecordId& id);
  void return_parent(const domain::RecordId& child, Verdict* verdict);

  // cases.cpp
  std::optional<domain::RecordId> settle_case(std::string_view kind, const std::vector<domain::RecordId>& subject,
                                              std::string_view field, const std::set<domain::Value>& candidates);
  void open_case(std::string_view kind, const std::vector<domain::RecordId>& subject, std::string_view field,
                 const std::set<domain::Value>& candidates);
  domain::UnitKey desk_of(const std::vector<domain::RecordId>& subject);
  void refile_cases(const domain::RecordId& subject);
  void settle_field_cases(const domain::RecordId& id, const std::vector<std::size_t>& slots, Verdict& verdict);
  void settle_split(const domain::RecordId& id, Passage& passage, bool is_new);
  void server_change(std::string_view collection, const domain::RecordId& id, domain::Value::Object set);
  Passage server_passage(const domain::Collection& collection, const domain::RecordId& id);
  void find_duplicates(const domain::RecordId& activity);
  void note_loss(const Author& author, const Loss& loss);

  // aliases.cpp
  std::optional<Fault> check_join(const Passage& passage, const Record* join);
  std::optional<Fault> check_joined(const domain::RecordId& from, const domain::RecordId& into);
  std::vector<domain::UnitKey> units_of_ends(const Passage& passage, const Record* record);
  void note_joined(Passage& passage, const Record& record);
  void note_reading(const Record& record, bool is_new);
  void note_regrouped();
  void derive_alias(const domain::RecordId& id);
  bool is_same_person(const domain::RecordId& person, const domain::PersonId& author);

  // late.cpp
  void note_late(const Passage& passage, bool is_new);
  std::optional<LateWork> late_work(const Passage& passage, bool is_new);
  void settle_late(const domain::RecordId& report, std::set<domain::Value> work);

  // aid.cpp
  struct HandedOut {
    std::vector<const Record*> distributions;  // that stand
    std::int64_t quantity = 0;                 // that arrived
  };
  void note_aid(const Record& record, bool is_new);
  bool any_allocations();
  HandedOut handed_out(const std::vector<const Record*>& distributions);
  HandedOut handed_out_of(const Record& allocation);
  void derive_pledge(const domain::RecordId& id);
  std::int64_t grant(const domain::RecordId& id, std::int64_t before, std::int64_t granted);
  void decide_allocation(const domain::RecordId& id, domain::Value::Object decided);
  void number_receipt(const domain::RecordId& id);
  std::vector<const Record*> distributions_to(const JoinGroup& need);
  void weigh_aid(const JoinGroup& need, const std::vector<const Record*>& distributions,
                 std::map<std::string, domain::Value, std::less<>>& figures);
  void settle_aid(const JoinGroup& need, bool allocated, const std::set<domain::Value>& over,
                  const std::set<domain::Value>& overlapping);

  // consequences.cpp
  void note_consequences(const domain::RecordId& id, bool is_new);
  void note_likeness(const Passage& passage, bool is_new);
  void note_participations_of(const domain::RecordId& target);
  void draw_consequences();
  void derive_participation(const domain::RecordId& id);
  void derive_need(const domain::RecordId& id);
  void derive_activity(const domain::RecordId& id);
  void set_figures(const domain::RecordId& id, const std::vector<std::string_view>& names,
                   const std::map<std::string, domain::Value, std::less<>>& figures);
  std::vector<const Record*> live_linked(const domain::RecordId& target, std::string_view collection);
  std::vector<const Record*> live_linked(const JoinGroup& targets, std::string_view collection);
  std::vector<AttendedInterval> attended_by(const domain::RecordId& participation);
  bool attends_elsewhere(const Record& participation, const JoinGroup& one,
                         const std::vector<AttendedInterval>& attended);
  std::string state_of(const Record& participation, const JoinGroup& one, const std::vector<AttendedInterval>& attended,
                       std::int64_t minutes, bool elsewhere);
  bool certify(const domain::RecordId& id, const Record& participation, const Decision& decision,
               const std::string& digest, const std::vector<AttendedInterval>& attended, std::int64_t minutes);
  std::vector<domain::RecordId> certificates_of(const domain::RecordId& participation);
  Authority authority_for(const Passage& release, const WaitingChange& held);
  bool settle_standing(const JoinGroup& one, const std::set<domain::PersonId>& subjects, const std::string& digest);
  domain::Value::Object certificate_facts(const Record& participation, const std::vector<AttendedInterval>& attended,
                                          std::int64_t minutes);

  const Rules& rules_;
  Workspace work_;
  Causality causality_;
  Joins joins_;
  const domain::Collection& allocations_;
  const domain::Collection& reports_;
  Authority server_{true, {}};
  std::map<std::pair<domain::RecordId, std::size_t>, ValueLog> value_logs_;  // those that were asked for
  std::map<domain::RecordId, ValueLog> existence_logs_;
  std::int64_t arrival_ms_ = 0;
  std::set<domain::RecordId> participations_;  // whose figures have to be drawn anew
  std::set<domain::RecordId> needs_;
  std::set<domain::RecordId> pledges_;
  std::map<domain::RecordId, std::set<domain::Value>> late_;  // of filed reports, the work that they lack
  std::set<domain::RecordId> receipts_;                       // that wait for their slip number
  std::set<domain::RecordId> activities_;
  std::set<domain::RecordId> regrouped_;  // whose joins changed
  std::set<domain::RecordId> aliases_;    // records that may have become, or ceased to be, read as another
  std::set<domain::RecordId> titles_;     // activities that may have become, or ceased to be, like another
};

std::int64_t next_version(const Record* record, StateSource& state);

// What is told of a change that was kept aside: the id of the record that tells it, of one field where `field` names
// one, and its fields (apply.cpp).
domain::RecordId kept_aside_id(const Rules& rules, std::string_view collection, const Passage& passage,
                               std::string_view field = {});
domain::Value::Object kept_aside_fields(const Passage& passage, const Fault& fault, const domain::UnitKey& unit);
Passage passage_of(const WaitingChange& waiting, const Authority& authority);

// The held change with the content that a person made of it (mending.cpp).
Change mended_change(const WaitingChange& held, const domain::Value& mend, const domain::Catalogue& catalogue);

// The change as it goes into the plan, without a version yet.
PlannedChange planned(const Passage& passage, Change own);

// At the time of an instant, the local date: "2026-11-21".
std::string local_date(std::int64_t time_ms);
int year_of(std::int64_t time_ms);
// "12-2026-000001": the count-th of a province and year.
std::string number_text(const domain::UnitKey& province, int year, std::int64_t count);

}  // namespace suoi::sync
