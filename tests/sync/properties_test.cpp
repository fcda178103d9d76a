// What holds for every history (merge.md, "Properties to check"). A failure prints its seed and the smallest history
// that still shows it.
#include <algorithm>
#include <functional>

#include "history.hpp"

using namespace suoi::testing;
using suoi::domain::MergeRule;

namespace {

constexpr std::size_t kHistories = 2500;
constexpr std::size_t kEventsMax = 40;

using Complaint = std::function<std::string(const History&)>;  // empty: the property holds

History smallest(History history, const Complaint& complaint) {
  for (std::size_t at = 0; at < history.events.size();) {
    History fewer = without(history, at);
    if (complaint(fewer).empty()) {
      ++at;
    } else {
      history = std::move(fewer);
      at = 0;
    }
  }
  return history;
}

void holds_for_all(std::uint64_t first_seed, std::size_t histories, const std::function<Complaint(std::uint64_t)>& of) {
  for (std::uint64_t seed = first_seed; seed < first_seed + histories; ++seed) {
    const Complaint complaint = of(seed);
    const History history = random_history(seed, kEventsMax);
    if (complaint(history).empty()) continue;
    const History small = smallest(history, complaint);
    FAIL("seed " << seed << "\n" << shown(small) << complaint(small));
  }
  SUCCEED("seeds " << first_seed << " to " << first_seed + histories - 1);
}

std::string order_matters(const History& history, std::uint64_t seed) {
  const Outcome expected = outcome_of(history, run(history, false));
  for (std::uint64_t turn = 0; turn < 2; ++turn) {
    const History other = rearranged(history, seed * 2 + turn);
    const Outcome outcome = outcome_of(other, run(other, false));
    if (!(outcome == expected)) return "in this order:\n" + shown(other) + difference(expected, outcome);
  }
  return {};
}

std::string grouping_matters(const History& history) {
  const Run single = run(history, false);
  const Run grouped = run(history, true);
  const Outcome expected = outcome_of(history, single);
  const Outcome outcome = outcome_of(history, grouped);
  if (!(outcome == expected)) return difference(expected, outcome);
  for (std::size_t at = 0; at < single.verdicts.size(); ++at) {
    if (!(single.verdicts[at] == grouped.verdicts[at])) {
      return "change " + std::to_string(at) + ": " +
             suoi::domain::canonical_json(Value(verdict_members(single.verdicts[at]))) + " against " +
             suoi::domain::canonical_json(Value(verdict_members(grouped.verdicts[at])));
    }
  }
  return {};
}

// What one record's fields should be, worked out from the events and who saw what, without any of the merge's code.
class Expectation {
 public:
  Expectation(const History& history, const Run& run, const Record& record) : history_(history), record_(record) {
    for (const suoi::sync::PlannedChange& change : run.world.state.changes()) {
      const auto event = run.events.find({change.device, change.change.seq});
      if (event == run.events.end() || !change.version || !(change.change.record == record.id)) continue;
      changes_.push_back({event->second, &change});
    }
    std::sort(changes_.begin(), changes_.end(), [](const auto& a, const auto& b) { return a.event < b.event; });
  }

  std::string complaint() const {
    for (const suoi::domain::Field& field : record_.collection->fields) {
      const auto* state = record_.state(record_.collection->slot(field));
      std::string text;
      if (field.merge == MergeRule::counter) text = counter(field, state);
      if (field.merge == MergeRule::set) text = set_of(field, state);
      if (field.merge != MergeRule::counter && field.merge != MergeRule::set && field.merge != MergeRule::server &&
          suoi::domain::frontier_slot(*record_.collection, record_.collection->slot(field)) ==
              record_.collection->slot(field)) {
        text = frontier(field, state);
      }
      if (!text.empty()) return record_.id.text() + " " + std::string(field.name) + ": " + text;
    }
    return {};
  }

  bool edited() const {
    return std::any_of(changes_.begin(), changes_.end(), [&](const Applied& edit) {
      return !edit.change->change.is_delete &&
             std::none_of(changes_.begin(), changes_.end(), [&](const Applied& later) {
               return later.event != edit.event && saw(history_, later.event, edit.event);
             });
    });
  }

 private:
  struct Applied {
    std::size_t event;
    const suoi::sync::PlannedChange* change;
  };
  struct Written {
    std::size_t event;
    Value value;
    std::int64_t effective_ms;
  };

  std::string counter(const suoi::domain::Field& field, const suoi::sync::FieldState* state) const {
    std::int64_t sum = 0;
    for (const Applied& applied : changes_) {
      const auto found = applied.change->change.inc.find(field.name);
      if (found != applied.change->change.inc.end()) sum += found->second;
    }
    const std::int64_t shown = state != nullptr ? *state->value.integer() : 0;
    return shown == sum ? "" : std::to_string(shown) + " instead of the sum " + std::to_string(sum);
  }

  static bool names(const std::map<std::string, std::vector<std::string>, std::less<>>& elements,
                    std::string_view field, const std::string& text) {
    const auto found = elements.find(field);
    return found != elements.end() &&
           std::find(found->second.begin(), found->second.end(), text) != found->second.end();
  }

  std::string set_of(const suoi::domain::Field& field, const suoi::sync::FieldState* state) const {
    std::set<std::string> expected;
    for (const char* text : {"children", "health", "forest", "traffic"}) {
      const auto whole = [&](const Applied& applied) { return applied.change->change.set.contains(field.name); };
      const auto adds = [&](const Applied& applied) {
        if (names(applied.change->change.add, field.name, text)) return true;
        if (!whole(applied)) return false;
        const Value::Array& list = *applied.change->change.set.find(field.name)->second.array();
        return std::find(list.begin(), list.end(), Value(text)) != list.end();
      };
      const auto removes = [&](const Applied& applied) {
        return whole(applied) || names(applied.change->change.remove, field.name, text);
      };
      for (const Applied& added : changes_) {
        if (!adds(added)) continue;
        const bool removed = std::any_of(changes_.begin(), changes_.end(), [&](const Applied& other) {
          return other.event != added.event && removes(other) && saw(history_, other.event, added.event);
        });
        if (!removed) expected.insert(text);
      }
    }
    std::set<std::string> shown;
    if (state != nullptr) {
      for (const Value& element : *state->value.array()) shown.insert(*element.text());
    }
    return shown == expected ? "" : "the elements differ";
  }

  std::optional<Value> sent(const suoi::domain::Field& field, const Applied& applied) const {
    const Value::Object& all = applied.change->change.set;
    if (field.group.empty()) {
      const auto found = all.find(field.name);
      return found != all.end() ? std::optional(found->second) : std::nullopt;
    }
    Value::Object members;
    for (const auto& [name, value] : all) {
      if (record_.collection->field(name)->group == field.group) members.emplace(name, value);
    }
    return members.empty() ? std::nullopt : std::optional(Value(std::move(members)));
  }

  bool less(const Written& a, const Written& b) const {
    const auto key = [&](const Written& written) {
      return std::make_tuple(written.effective_ms, history_.events[written.event].phone, written.event);
    };
    return key(a) < key(b);
  }

  std::vector<Written> heads(const std::vector<Written>& all) const {
    std::vector<Written> found;
    for (const Written& one : all) {
      const bool replaced = std::any_of(all.begin(), all.end(), [&](const Written& other) {
        return other.event != one.event && saw(history_, other.event, one.event);
      });
      if (!replaced) found.push_back(one);
    }
    return found;
  }

  std::vector<Written> log(const suoi::domain::Field& field) const {
    std::vector<Written> all;
    for (const Applied& applied : changes_) {
      std::optional<Value> value = sent(field, applied);
      if (!value) continue;
      Written own{applied.event, *value, applied.change->corrected_ms};
      std::vector<Written> seen;
      for (const Written& before : all) {
        if (saw(history_, applied.event, before.event)) seen.push_back(before);
      }
      for (const Written& before : seen) own.effective_ms = std::max(own.effective_ms, before.effective_ms + 1);
      if (!field.group.empty() && !seen.empty()) {
        const std::vector<Written> tips = heads(seen);
        Value::Object whole = *std::max_element(tips.begin(), tips.end(), [&](const Written& a, const Written& b) {
                                 return less(a, b);
                               })->value.object();
        for (const auto& [name, member] : *own.value.object()) whole.insert_or_assign(name, member);
        own.value = Value(std::move(whole));
      }
      all.push_back(std::move(own));
    }
    return all;
  }

  std::string frontier(const suoi::domain::Field& field, const suoi::sync::FieldState* state) const {
    const std::vector<Written> expected = heads(log(field));
    const std::size_t members = state != nullptr ? state->frontier.size() : 0;
    if (members != expected.size())
      return std::to_string(members) + " members instead of " + std::to_string(expected.size());
    if (members == 0) return {};
    for (const Written& one : expected) {
      const bool found =
          std::any_of(state->frontier.begin(), state->frontier.end(), [&](const suoi::sync::Member& member) {
            return member.value == one.value && member.effective_ms == one.effective_ms;
          });
      if (!found)
        return "no member " + suoi::domain::canonical_json(one.value) + " of event " + std::to_string(one.event);
    }
    if (field.merge == MergeRule::text) return {};
    const auto rank = [&](const Written& one) {
      if (field.merge != MergeRule::state) return std::ptrdiff_t{0};
      return std::find(field.values.begin(), field.values.end(), *one.value.text()) - field.values.begin();
    };
    const Written& stands = *std::max_element(
        expected.begin(), expected.end(),
        [&](const Written& a, const Written& b) { return rank(a) != rank(b) ? rank(a) < rank(b) : less(a, b); });
    return state->value == stands.value ? ""
                                        : "shows " + suoi::domain::canonical_json(state->value) + " instead of " +
                                              suoi::domain::canonical_json(stands.value);
  }

  const History& history_;
  const Record& record_;
  std::vector<Applied> changes_;
};

bool by_people(const Record& record) {
  const std::string_view name = record.collection->name;
  return name != "case" && name != "quarantine" && name != "returned_change";
}

std::string differs_from_definition(const History& history) {
  const Run done = run(history, true);
  for (const auto& [id, record] : done.world.state.records()) {
    if (!by_people(record)) continue;
    const Expectation expected(history, done, record);
    if (std::string text = expected.complaint(); !text.empty()) return text;
    const RecordId& parent = id;
    const bool has_children =
        std::any_of(done.world.state.records().begin(), done.world.state.records().end(), [&](const auto& entry) {
          const Record& child = entry.second;
          return child.live && !child.collection->parent_field.empty() &&
                 child.ref(child.collection->parent_field) == parent;
        });
    if (record.live != (expected.edited() || has_children)) return id.text() + (record.live ? " is live" : " is gone");
  }
  return {};
}

// Every change is applied, or kept aside where a person can see it; every loser of a review is a candidate of a case.
std::string loses_something(const History& history) {
  const Run done = run(history, true);
  const Outcome outcome = outcome_of(history, done);
  std::size_t found = outcome.kept_aside.size();
  for (const auto& [id, events] : outcome.applied) found += events.size();
  if (found + done.left_out != history.events.size())
    return std::to_string(history.events.size() - done.left_out - found) + " changes are nowhere";
  std::size_t on_desks = 0;
  std::size_t returned = 0;
  for (const auto& [id, record] : done.world.state.records()) {
    if (record.collection->name == "quarantine") ++on_desks;
    if (record.collection->name == "returned_change") ++returned;
    if (!by_people(record)) continue;
    for (const suoi::sync::FieldState& state : record.fields) {
      const suoi::domain::Field& field = record.collection->fields[state.slot];
      if (field.merge != MergeRule::review) continue;
      std::set<Value> values;
      for (const suoi::sync::Member& member : state.frontier) values.insert(member.value);
      const auto about =
          done.world.state.records().find(suoi::sync::case_id(rules(), "field_conflict", {id}, field.name));
      const bool exists = about != done.world.state.records().end();
      const Record* asked = exists && about->second.text("how") != "no_longer_in_question" ? &about->second : nullptr;
      if ((values.size() > 1) != (asked != nullptr)) return id.text() + " " + std::string(field.name) + ": case wrong";
      if (asked != nullptr && candidate_values(*asked) != values) return id.text() + ": a candidate is missing";
    }
  }
  if (on_desks != outcome.kept_aside.size() || returned != on_desks) return "the desk does not show all kept aside";
  return {};
}

bool names_join(const Event& event) {
  return event.collection == "join";
}

// The history without its joins; of the same history where every join is undone in the end the same is read.
std::string undoing_leaves_traces(const History& history) {
  History never{{}, history.phones};
  std::vector<std::size_t> left;
  for (const Event& event : history.events) {
    left.push_back(never.events.size());
    if (!names_join(event)) never.events.push_back(event);
  }
  for (Event& event : never.events) event.saw = left[event.saw];
  History undone = history;
  std::set<RecordId> joins;
  for (const Event& event : history.events) {
    if (names_join(event)) joins.insert(event.record);
  }
  int name = 1000;
  for (const RecordId& join : joins) {
    Event undo{0,     history.events.size(), "join", join, set({{"state", Value("undone")}}), kNowMs + 3660 * kDayMs,
               ++name};
    undone.events.push_back(std::move(undo));
  }
  const auto without_joins = [&](const History& of) {
    Run done = run(of, false);
    Outcome outcome = outcome_of(of, done);
    for (const RecordId& join : joins) {
      outcome.live.erase(join);
      outcome.applied.erase(join);
    }
    for (const Event& event : of.events) {
      if (names_join(event)) outcome.kept_aside.erase(event.name);
    }
    return outcome;
  };
  const Outcome expected = without_joins(never);
  const Outcome outcome = without_joins(undone);
  return outcome == expected ? std::string() : difference(expected, outcome);
}

}  // namespace

TEST_CASE("A history whose joins are all undone reads as if nobody had joined anything") {
  holds_for_all(400'001, kHistories, [](std::uint64_t) { return undoing_leaves_traces; });
}

TEST_CASE("The order of arrival does not matter where everybody saw the same") {
  holds_for_all(1, kHistories, [](std::uint64_t seed) {
    return [seed](const History& history) { return order_matters(history, seed); };
  });
}

TEST_CASE("Change sets may be split anywhere: the same state, cases and verdicts") {
  holds_for_all(100'001, kHistories, [](std::uint64_t) { return grouping_matters; });
}

TEST_CASE("Fields are what their definition over all events says") {
  holds_for_all(200'001, kHistories, [](std::uint64_t) { return differs_from_definition; });
}

TEST_CASE("No change is lost, and every loser of a review is a candidate") {
  holds_for_all(300'001, kHistories, [](std::uint64_t) { return loses_something; });
}

TEST_CASE("The properties hold for twenty times as many histories", "[.][long]") {
  holds_for_all(1'000'001, 20 * kHistories, [](std::uint64_t seed) {
    return [seed](const History& history) { return order_matters(history, seed); };
  });
  holds_for_all(2'000'001, 20 * kHistories, [](std::uint64_t) { return grouping_matters; });
  holds_for_all(3'000'001, 20 * kHistories, [](std::uint64_t) { return differs_from_definition; });
  holds_for_all(4'000'001, 20 * kHistories, [](std::uint64_t) { return loses_something; });
  holds_for_all(5'000'001, 20 * kHistories, [](std::uint64_t) { return undoing_leaves_traces; });
}
