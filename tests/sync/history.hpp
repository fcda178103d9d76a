// Random histories for the properties of the merge (merge.md, "Properties to check").
//
// A history is a list of events in the order of their arrival. Each event saw every event before its `saw` and all
// earlier ones of its own phone; what that means as a `base` is found out while the history runs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "world.hpp"

namespace suoi::testing {

struct Event {
  std::size_t phone = 0;
  std::size_t saw = 0;
  std::string collection;
  RecordId record;
  Deed deed;
  std::int64_t at_ms = 0;
  int name = 0;  // stays with the event however the history is rearranged
};

struct History {
  std::vector<Event> events;
  std::size_t phones = 0;
};

// A history of up to `most` events by a few phones on a few records, made of one seed.
History random_history(std::uint64_t seed, std::size_t most);

// Exchanges neighbours where no event can tell: not of one phone, and every other event saw both or neither.
History rearranged(History history, std::uint64_t seed);

// Without one event, and what was seen recounted. With the first event of a record goes all that names the record.
History without(const History& history, std::size_t index);

// Did `later` see `earlier` (positions in the history)?
bool saw(const History& history, std::size_t later, std::size_t earlier);

std::string shown(const History& history);

// What a history led to, in a form in which two runs can be compared.
struct Outcome {
  // Of each live record of people: unit, fields, and of each field the values on its frontier.
  std::map<RecordId, std::string> live;
  std::map<RecordId, std::set<int>> applied;   // names of events, of each record
  std::map<int, std::string> kept_aside;       // names of events with their codes
  std::map<RecordId, std::string> open_cases;  // where they are filed and their candidates
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

struct Run {
  World world;
  std::vector<Verdict> verdicts;  // of each event that was sent
  std::size_t left_out = 0;       // resolutions of cases that were not open for their author
  std::map<std::pair<domain::DeviceId, std::int64_t>, std::size_t> events;  // by device and seq
};

// Runs each event as a change set of its own, or those of one phone that follow each other and saw the same as one.
Run run(const History& history, bool grouped);
Outcome outcome_of(const History& history, const Run& run);
// What differs, for messages.
std::string difference(const Outcome& a, const Outcome& b);

}  // namespace suoi::testing
