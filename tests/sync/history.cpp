#include "history.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <sstream>

namespace suoi::testing {
namespace {

constexpr std::array<std::string_view, 3> kCommunes = {kPaU, kTaTong, kBumTo};
constexpr std::array<std::string_view, 4> kThemes = {"children", "health", "forest", "traffic"};
constexpr std::array<std::string_view, 6> kStates = {"planned", "open", "held", "reported", "closed", "cancelled"};

// Makes one history: phones that sync now and then, and otherwise write what comes to mind about what they know.
class Author {
 public:
  explicit Author(std::uint64_t seed) : dice_(seed) {}

  History write(std::size_t most) {
    history_.phones = 2 + roll(4);
    synced_.assign(history_.phones, 0);
    const std::size_t length = 10 + roll(most - 9);
    while (history_.events.size() < length) turn(roll(history_.phones));
    return std::move(history_);
  }

 private:
  std::size_t roll(std::size_t sides) { return std::uniform_int_distribution<std::size_t>(0, sides - 1)(dice_); }
  bool chance(std::size_t percent) { return roll(100) < percent; }
  template <class List>
  const auto& pick(const List& list) {
    return list[roll(list.size())];
  }

  // A phone syncs (or not), then saves a few changes.
  void turn(std::size_t phone) {
    if (chance(50)) synced_[phone] = history_.events.size();
    const std::size_t saved = 1 + roll(4);
    for (std::size_t count = 0; count < saved; ++count) save(phone);
  }

  void save(std::size_t phone) {
    Event event;
    event.phone = phone;
    event.saw = synced_[phone];
    event.name = static_cast<int>(history_.events.size());
    // Clocks are wrong by up to ten years, but of one phone they never run backwards (clock.hpp).
    event.at_ms = std::max(last_ms_[phone], kNowMs + static_cast<std::int64_t>(roll(6)) * kMinuteMs +
                                                (chance(20) ? (chance(50) ? 1 : -1) * 3650 * kDayMs : 0));
    last_ms_[phone] = event.at_ms;
    if (!fill(event)) return;
    history_.events.push_back(std::move(event));
  }

  // Records of a collection that the phone has on its screen: created by what it saw or wrote itself.
  std::vector<RecordId> known(const Event& event, std::string_view collection) const {
    std::set<RecordId> ids;
    for (std::size_t at = 0; at < history_.events.size(); ++at) {
      const Event& earlier = history_.events[at];
      if ((at < event.saw || earlier.phone == event.phone) && earlier.collection == collection) {
        ids.insert(earlier.record);
      }
    }
    return {ids.begin(), ids.end()};
  }

  bool fill(Event& event) {
    const std::size_t what = roll(100);
    if (what < 12) return create_activity(event);
    if (what < 18) return create_need(event);
    if (what < 50) return edit_activity(event);
    if (what < 60) return edit_need(event);
    if (what < 72) return take_part(event);
    if (what < 80) return attend(event);
    if (what < 84) return approve(event);
    if (what < 88) return observe(event);
    if (what < 91) return edit_participation(event);
    if (what < 94) return resolve(event);
    if (what < 97) return join(event);
    return remove(event);
  }

  RecordId fresh() { return id_of(0x1000 + next_id_++); }

  Value hour() { return Value(kNowMs + static_cast<std::int64_t>(roll(4)) * kHourMs); }
  Value themes() {
    Value::Array list;
    for (const std::string_view theme : kThemes) {
      if (chance(40)) list.emplace_back(theme);
    }
    return Value(std::move(list));
  }

  bool create_activity(Event& event) {
    event.collection = "activity";
    event.record = fresh();
    Value::Object more;
    if (chance(70)) more.emplace("planned_start", hour());
    if (chance(50)) more.emplace("themes", themes());
    if (chance(50)) more.emplace("narrative", "một hai ba bốn năm");
    if (chance(50)) more.emplace("status", pick(kStates));  // some of them cannot be a first state
    if (chance(30)) more.emplace("organisation", id_of(0x900 + static_cast<unsigned>(roll(2))).text());
    event.deed = new_activity(std::move(more));
    return true;
  }

  bool create_need(Event& event) {
    event.collection = "need";
    event.record = fresh();
    event.deed = new_need({{"priority", Value(static_cast<std::int64_t>(roll(3)))}, {"item", Value("áo ấm")}});
    return true;
  }

  bool edit_activity(Event& event) {
    event.collection = "activity";
    const std::vector<RecordId> ids = known(event, "activity");
    if (ids.empty()) return create_activity(event);
    event.record = pick(ids);
    switch (roll(12)) {
      case 0:
        event.deed = set({{"planned_start", hour()}});
        return true;
      case 1:
        event.deed = set({{"status", Value(pick(kStates))}});
        return true;
      case 2:
        event.deed = set({{"status", Value(pick(kStates))}, {"model", Value(pick(kThemes))}});
        return true;
      case 3:
        event.deed = set({{"narrative", narrative()}});
        return true;
      case 4:
        event.deed = set({{"themes", themes()}});
        return true;
      case 5:
        event.deed = add("themes", {std::string(pick(kThemes))});
        return true;
      case 6:
        event.deed = take("themes", {std::string(pick(kThemes))});
        return true;
      case 7:
        event.deed = inc("tally", static_cast<std::int64_t>(roll(9)) - 2);
        return true;
      case 8:
        event.deed = set({{"unit", Value(pick(kCommunes))}});
        return true;
      case 9:
        event.deed = set({{"organisation", Value(id_of(0x900 + static_cast<unsigned>(roll(2))).text())}});
        return true;
      case 10:
        event.deed = set({{"title", Value(chance(50) ? "Khám mắt cho trẻ em" : "Trồng rừng")}});
        return true;
      default:
        event.deed = set({{"model", chance(20) ? Value() : Value(pick(kThemes))}, {"held_start", hour()}});
        return true;
    }
  }

  Value narrative() {
    std::string text;
    for (const char* word : {"một", "hai", "ba", "bốn", "năm"}) {
      if (chance(15)) continue;
      text += (text.empty() ? "" : " ") + std::string(chance(15) ? "mười" : word);
    }
    return Value(std::move(text));
  }

  bool edit_need(Event& event) {
    event.collection = "need";
    const std::vector<RecordId> ids = known(event, "need");
    if (ids.empty()) return create_need(event);
    event.record = pick(ids);
    switch (roll(4)) {
      case 0:
        event.deed = set({{"item", Value(chance(50) ? "chăn" : "áo ấm")}});
        return true;
      case 1:
        event.deed = set({{"unit_of_measure", Value(chance(50) ? "piece" : "set")}});
        return true;
      case 2:
        event.deed = set({{"item", Value("gạo")}, {"unit_of_measure", Value("meal")}});
        return true;
      default:
        event.deed = set({{"priority", Value(static_cast<std::int64_t>(roll(12)))}});  // up to 9 is good
        return true;
    }
  }

  bool take_part(Event& event) {
    const std::vector<RecordId> activities = known(event, "activity");
    if (activities.empty()) return false;
    const RecordId activity = pick(activities);
    const RecordId person = id_of(0x800 + static_cast<unsigned>(roll(3)));
    event.collection = "participation";
    event.record = participation_id(activity, person);
    event.deed = new_participation(activity, person);
    if (chance(50)) event.deed["set"].object()->emplace("task", pick(kThemes));
    return true;
  }

  bool edit_participation(Event& event) {
    event.collection = "participation";
    const std::vector<RecordId> ids = known(event, "participation");
    if (ids.empty()) return false;
    event.record = pick(ids);
    event.deed = set({{"task", Value(pick(kThemes))}});
    return true;
  }

  bool attend(Event& event) {
    const std::vector<RecordId> ids = known(event, "participation");
    if (ids.empty()) return take_part(event);
    event.collection = "attendance";
    event.record = fresh();
    const std::int64_t from_ms = kNowMs + static_cast<std::int64_t>(roll(5)) * kHourMs;
    event.deed = new_attendance(pick(ids), from_ms, from_ms + (1 + static_cast<std::int64_t>(roll(3))) * kHourMs);
    const std::vector<RecordId> others = known(event, "attendance");
    if (!others.empty() && chance(20)) event.deed["set"].object()->emplace("voids", pick(others).text());
    return true;
  }

  bool approve(Event& event) {
    const std::vector<RecordId> ids = known(event, "participation");
    if (ids.empty()) return false;
    event.collection = "approval";
    event.record = fresh();
    event.deed = set({{"unit", Value(kPaU)},
                      {"participation", Value(pick(ids).text())},
                      {"step", Value(chance(50) ? "decline" : "withdraw")},
                      {"digest", Value(std::string(64, 'a'))}});
    return true;
  }

  bool observe(Event& event) {
    const std::vector<RecordId> needs = known(event, "need");
    if (needs.empty()) return false;
    event.record = fresh();
    const Value quantity(static_cast<std::int64_t>(50 + 10 * roll(5)));
    if (chance(50)) {
      event.collection = "assessment";
      event.deed = set({{"unit", Value(kPaU)},
                        {"need", Value(pick(needs).text())},
                        {"quantity", quantity},
                        {"assessed_on", Value("2026-11-1" + std::to_string(roll(3)))}});
    } else {
      event.collection = "distribution";
      event.deed = set({{"unit", Value(kPaU)},
                        {"need", Value(pick(needs).text())},
                        {"quantity", quantity},
                        {"date", Value("2026-11-20")}});
    }
    return true;
  }

  bool resolve(Event& event) {
    static constexpr std::array<std::string_view, 4> kFields = {"planned_start", "narrative", "status", "unit"};
    const std::vector<RecordId> ids = known(event, "activity");
    if (ids.empty()) return false;
    event.collection = "case";
    event.record = sync::case_id(rules(), "field_conflict", {pick(ids)}, pick(kFields));
    event.deed = set({{"state", Value("resolved")}, {"how", Value("decided")}});
    return true;
  }

  // Two days, two needs or two entries of a person are one thing; or are they not?
  bool join(Event& event) {
    event.collection = "join";
    const std::vector<RecordId> joins = known(event, "join");
    if (!joins.empty() && chance(40)) {
      event.record = pick(joins);
      event.deed = set({{"state", Value(chance(50) ? "undone" : "joined")}});
      return true;
    }
    static constexpr std::array<std::string_view, 5> kAny = {"activity", "activity", "activity", "need", "person"};
    const std::string_view of = pick(kAny);
    const std::vector<RecordId> ids = known(event, of);
    if (of == "person" && ids.size() < 3) return enrol(event);
    if (ids.size() < 2) return false;
    event.record = fresh();
    event.deed = set({{"unit", Value(pick(kCommunes))},
                      {"from", Value(pick(ids).text())},
                      {"into", Value(pick(ids).text())},  // sometimes itself
                      {"state", Value("joined")}});
    return true;
  }

  bool enrol(Event& event) {
    event.collection = "person";
    event.record = id_of(0x800 + static_cast<unsigned>(roll(3)));
    event.deed = set({{"unit", Value(kPaU)}, {"full_name", Value("Mai")}});
    return true;
  }

  bool remove(Event& event) {
    static constexpr std::array<std::string_view, 6> kAny = {"activity",   "participation", "attendance",
                                                             "assessment", "need",          "join"};
    event.collection = pick(kAny);
    const std::vector<RecordId> ids = known(event, event.collection);
    if (ids.empty()) return false;
    event.record = pick(ids);
    event.deed = erase();
    return true;
  }

  std::mt19937_64 dice_;
  History history_;
  std::vector<std::size_t> synced_;
  std::map<std::size_t, std::int64_t> last_ms_;
  unsigned next_id_ = 0;
};

bool seen_alike(const History& history, std::size_t first) {
  const Event& a = history.events[first];
  const Event& b = history.events[first + 1];
  if (a.phone == b.phone || b.saw > first) return false;
  return std::none_of(history.events.begin() + static_cast<std::ptrdiff_t>(first) + 2, history.events.end(),
                      [&](const Event& later) { return later.saw == first + 1; });
}

// The event joins the set of the one before it: both are of one phone, which did not look at the store in between, nor
// did anybody else.
bool joins(const History& history, std::size_t index) {
  const Event& event = history.events[index];
  const Event& before = history.events[index - 1];
  return event.phone == before.phone && event.saw == before.saw &&
         std::none_of(history.events.begin(), history.events.end(),
                      [&](const Event& other) { return other.saw == index; });
}

}  // namespace

History random_history(std::uint64_t seed, std::size_t most) {
  return Author(seed).write(most);
}

History rearranged(History history, std::uint64_t seed) {
  std::mt19937_64 dice(seed);
  const std::size_t count = history.events.size();
  if (count < 2) return history;
  for (std::size_t round = 0; round < 4 * count; ++round) {
    const std::size_t first = std::uniform_int_distribution<std::size_t>(0, count - 2)(dice);
    // An event that saw exactly the first of the two could tell; events that saw both or neither cannot.
    if (seen_alike(history, first)) std::swap(history.events[first], history.events[first + 1]);
  }
  return history;
}

History without(const History& history, std::size_t index) {
  const RecordId record = history.events[index].record;
  const auto is_first = [&](std::size_t at) {
    return std::none_of(history.events.begin(), history.events.begin() + static_cast<std::ptrdiff_t>(at),
                        [&](const Event& earlier) { return earlier.record == record; });
  };
  const bool all_of_it = is_first(index);
  History fewer{{}, history.phones};
  std::vector<std::size_t> left;  // how many events are left before each old position
  for (std::size_t at = 0; at < history.events.size(); ++at) {
    left.push_back(fewer.events.size());
    const Event& event = history.events[at];
    const bool names_it = domain::canonical_json(Value(event.deed)).find(record.text()) != std::string::npos;
    if (at == index || (all_of_it && (event.record == record || names_it))) continue;
    fewer.events.push_back(event);
  }
  for (Event& event : fewer.events) event.saw = left[event.saw];
  return fewer;
}

bool saw(const History& history, std::size_t later, std::size_t earlier) {
  if (history.events[later].phone == history.events[earlier].phone) return earlier < later;
  return earlier < history.events[later].saw;
}

std::string shown(const History& history) {
  std::ostringstream text;
  for (std::size_t at = 0; at < history.events.size(); ++at) {
    const Event& event = history.events[at];
    text << at << " #" << event.name << ": phone " << event.phone << " saw <" << event.saw << " " << event.collection
         << " " << event.record.text().substr(28) << " at " << event.at_ms - kNowMs << " "
         << domain::canonical_json(Value(event.deed)) << "\n";
  }
  return text.str();
}

Run run(const History& history, bool grouped) {
  Run run;
  std::vector<Phone> phones;
  for (unsigned number = 0; number < history.phones; ++number) {
    phones.push_back(run.world.phone(number, {role_in(Role::coordinator, kLaiChau), role_in(Role::volunteer, kLaiChau),
                                              role_in(Role::team_leader, kLaiChau)}));
  }
  std::vector<std::map<RecordId, std::int64_t>> versions{{}};  // of all records, before each event
  const auto note_versions = [&] {
    std::map<RecordId, std::int64_t> now;
    for (const auto& [id, record] : run.world.state.records()) {
      const bool closed = record.collection->name == "case" && record.text("state") != "open";
      if (!closed) now.emplace(id, record.version);
    }
    versions.push_back(std::move(now));
  };
  const std::vector<Event>& events = history.events;
  for (std::size_t first = 0; first < events.size();) {
    std::size_t end = first + 1;
    while (grouped && end < events.size() && joins(history, end)) ++end;
    Phone& phone = phones[events[first].phone];
    std::vector<sync::TimedChange> changes;
    for (std::size_t at = first; at < end; ++at) {
      const auto& seen = versions[std::min(events[at].saw, first)];
      const auto found = seen.find(events[at].record);
      const std::int64_t base = found != seen.end() ? found->second : 0;
      if (events[at].collection == "case" && base == 0) {
        ++run.left_out;
        continue;
      }
      changes.push_back(
          run.world.note(phone, events[at].collection, events[at].record, base, events[at].deed, events[at].at_ms));
      run.events.emplace(std::pair(phone.author.device, phone.seq), at);
    }
    for (Verdict& verdict : run.world.send(phone, std::move(changes))) run.verdicts.push_back(std::move(verdict));
    for (; first < end; ++first) note_versions();
  }
  return run;
}

namespace {

// Members of a frontier as (value, effective time, event), in order of event.
std::string shown_field(const History& history, const Run& run, const sync::FieldState& state) {
  std::set<std::string> members;
  for (const sync::Member& member : state.frontier) {
    const std::size_t event = run.events.at({member.stamp.device, member.stamp.seq});
    members.insert("#" + std::to_string(history.events[event].name) + " " + domain::canonical_json(member.value) + "@" +
                   std::to_string(member.effective_ms - kNowMs));
  }
  std::string text = domain::canonical_json(state.value);
  for (const std::string& member : members) text += " | " + member;
  return text;
}

bool made_by_people(const Record& record) {
  const std::string_view name = record.collection->name;
  return name != "case" && name != "quarantine" && name != "returned_change";
}

// The sequence number of a phone and the server's store differ between runs; what the candidates say does not.
std::string shown_case(const History& history, const Run& run, const Record& open) {
  std::set<std::string> candidates;
  for (const Value& candidate : *open.value("candidates").array()) {
    const Value* device = candidate.find("device");
    if (device == nullptr) {
      candidates.insert(domain::canonical_json(candidate));
      continue;
    }
    const std::size_t event =
        run.events.at({*domain::DeviceId::parse(*device->text()), *candidate.find("seq")->integer()});
    candidates.insert("#" + std::to_string(history.events[event].name));
  }
  std::string text = open.text("kind") + " in " + open.stream.text();
  for (const std::string& candidate : candidates) text += " | " + candidate;
  return text;
}

}  // namespace

Outcome outcome_of(const History& history, const Run& run) {
  Outcome outcome;
  for (const auto& [id, record] : run.world.state.records()) {
    if (record.collection->name == "case" && record.text("state") == "open") {
      outcome.open_cases.emplace(id, shown_case(history, run, record));
    }
    if (!made_by_people(record) || !record.live) continue;
    std::string text = std::string(record.collection->name) + " in " + record.stream.text();
    for (const sync::FieldState& state : record.fields) {
      if (state.value.is_null() && state.frontier.empty()) continue;  // a figure that is no longer there
      text +=
          "\n  " + std::string(record.collection->fields[state.slot].name) + " = " + shown_field(history, run, state);
    }
    outcome.live.emplace(id, std::move(text));
  }
  for (const sync::PlannedChange& change : run.world.state.changes()) {
    const auto event = run.events.find({change.device, change.change.seq});
    if (event == run.events.end()) continue;
    const int name = history.events[event->second].name;
    if (change.version) {
      outcome.applied[change.change.record].insert(name);
    } else {
      outcome.kept_aside.emplace(name, change.verdict.fault.value().code);
    }
  }
  return outcome;
}

namespace {

template <class Map, class Shown>
void list_differences(std::ostringstream& text, const char* what, const Map& a, const Map& b,
                      const Shown& shown_value) {
  for (const auto& [key, value] : a) {
    const auto other = b.find(key);
    if (other != b.end() && other->second == value) continue;
    text << what << ": " << shown_value(value) << "\n   against "
         << (other == b.end() ? "nothing" : shown_value(other->second)) << "\n";
  }
  for (const auto& [key, value] : b) {
    if (!a.contains(key)) text << what << ": nothing against " << shown_value(value) << "\n";
  }
}

}  // namespace

std::string difference(const Outcome& a, const Outcome& b) {
  std::ostringstream text;
  const auto plain = [](const std::string& value) { return value; };
  const auto names = [](const std::set<int>& events) {
    std::string joined;
    for (const int name : events) joined += " #" + std::to_string(name);
    return joined;
  };
  list_differences(text, "live", a.live, b.live, plain);
  list_differences(text, "applied", a.applied, b.applied, names);
  list_differences(text, "kept aside", a.kept_aside, b.kept_aside, plain);
  list_differences(text, "case", a.open_cases, b.open_cases, plain);
  return text.str();
}

}  // namespace suoi::testing
