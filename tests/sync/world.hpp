// A small world for tests of the merge: people with phones in real communes, and the store that they reach.
#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "../support/memory_state.hpp"
#include "suoi/sync/plan.hpp"

namespace suoi::testing {

using domain::RecordId;
using domain::Role;
using domain::Value;
using sync::FieldOutcome;
using sync::Record;
using sync::Verdict;
using sync::VerdictKind;

inline constexpr std::int64_t kSecondMs = 1000;
inline constexpr std::int64_t kMinuteMs = 60 * kSecondMs;
inline constexpr std::int64_t kHourMs = 60 * kMinuteMs;
inline constexpr std::int64_t kDayMs = 24 * kHourMs;
inline constexpr std::int64_t kNowMs = 1'795'000'000'000;  // in November 2026

inline constexpr std::string_view kPaU = "2025:03442";
inline constexpr std::string_view kTaTong = "2025:03463";
inline constexpr std::string_view kBumTo = "2025:03433";
inline constexpr std::string_view kMuongTe = "2025:03445";
inline constexpr std::string_view kLaiChau = "2025:12";

RecordId id_of(unsigned number);
domain::UnitKey unit_of(std::string_view text);
const domain::AdminUnits& units();
sync::Rules rules();

// What a change does, as the members that a phone sends.
using Deed = Value::Object;
Deed set(Value::Object fields);
Deed inc(std::string field, std::int64_t amount);
Deed add(std::string field, std::vector<std::string> elements);
Deed take(std::string field, std::vector<std::string> elements);
Deed erase();

struct Phone {
  sync::Author author;
  std::int64_t seq = 0;
};

class World {
 public:
  // A phone whose owner has these roles; province-wide coordinator unless said otherwise.
  Phone phone(unsigned number, std::vector<sync::Assignment> roles);
  Phone phone(unsigned number);

  // Makes the next change of a phone.
  sync::TimedChange note(Phone& phone, std::string_view collection, const RecordId& record, std::int64_t base,
                         const Deed& deed, std::int64_t at_ms) const;
  // Sends one change that arrives now.
  Verdict write(Phone& phone, std::string_view collection, const RecordId& record, std::int64_t base, const Deed& deed,
                std::int64_t at_ms = kNowMs);
  // Sends several at once; their verdicts in order.
  std::vector<Verdict> send(const Phone& phone, std::vector<sync::TimedChange> changes);

  const Record& record(const RecordId& id) const;
  bool knows(const RecordId& id) const { return state.records().contains(id); }
  std::int64_t version(const RecordId& id) const;
  // The case where it is open, else nullptr.
  const Record* open_case(std::string_view kind, const std::vector<RecordId>& subject,
                          std::string_view field = {}) const;
  std::size_t open_cases() const;

  MemoryState state;
  std::int64_t arrival_ms = kNowMs;
};

sync::Assignment role_in(Role role, std::string_view unit, std::optional<RecordId> organisation = std::nullopt);

// The `value` members of a case's candidates.
std::set<Value> candidate_values(const Record& open_case);

// Two people edit one record that both have on their screen, and do not know of each other.
struct Meeting {
  std::string collection;
  Deed creation;  // empty: the record does not exist yet, and both create it
  Deed deed_a;
  Deed deed_b;
  std::int64_t at_a_ms = kNowMs;
  std::int64_t at_b_ms = kNowMs + kMinuteMs;
};

struct Met {
  World world;
  RecordId id;
  Verdict a;
  Verdict b;
  bool a_came_last = false;
  // The verdict of the one that came last: it met the other.
  const Verdict& last() const { return a_came_last ? a : b; }
  const Record& record() const { return world.record(id); }
  const Value& value(std::string_view field) const { return world.record(id).value(field); }
};

// Lets them meet in both orders of arrival and checks each outcome.
void meet(const Meeting& meeting, const std::function<void(Met&)>& check);

// The least that an activity, a need … needs.
Deed new_activity(Value::Object more = {});
Deed new_need(Value::Object more = {});
Deed new_place(Value::Object more = {});
Deed new_participation(const RecordId& activity, const RecordId& person);
Deed new_attendance(const RecordId& participation, std::int64_t from_ms, std::int64_t to_ms);
RecordId participation_id(const RecordId& activity, const RecordId& person);

}  // namespace suoi::testing
