// What each field must be, from the full list of its values (merge.md, "Rules of fields").

#include <algorithm>
#include <cmath>
#include <sstream>
#include <tuple>

#include "oracle.hpp"

namespace suoi::sim {
namespace {

using domain::Collection;
using domain::Field;
using domain::FieldType;
using domain::MergeRule;

// A value that somebody gave a field.
struct Given {
  const Entry* by = nullptr;
  Value value;
  std::int64_t effective_ms = 0;
};

bool earlier(const Given& a, const Given& b) {
  const auto key = [](const Given& given) {
    return std::tie(given.effective_ms, given.by->device, given.by->seq, given.by->life);
  };
  return key(a) < key(b);
}

const Given& latest(const std::vector<Given>& values) {
  return *std::max_element(values.begin(), values.end(), earlier);
}

// Of `values`, those that no other one saw.
std::vector<Given> unseen(const Facts& facts, const std::vector<Given>& values) {
  std::vector<Given> left;
  for (const Given& one : values) {
    const bool seen = std::any_of(values.begin(), values.end(), [&](const Given& other) {
      return other.by != one.by && facts.saw(*other.by, *one.by);
    });
    if (!seen) left.push_back(one);
  }
  return left;
}

std::vector<Given> seen_by(const Facts& facts, const Entry& author, const std::vector<Given>& values) {
  std::vector<Given> seen;
  for (const Given& one : values) {
    if (one.by != &author && facts.saw(author, *one.by)) seen.push_back(one);
  }
  return seen;
}

// The fields that stand and fall together with the one in this slot.
std::vector<const Field*> fields_of_slot(const Collection& collection, std::size_t slot) {
  const Field& first = collection.fields[slot];
  if (first.group.empty()) return {&first};
  std::vector<const Field*> group;
  for (const Field& field : collection.fields) {
    if (field.group == first.group) group.push_back(&field);
  }
  return group;
}

// What a change gives this slot; nothing: it does not touch it.
std::optional<Value> sent_value(const Entry& entry, const std::vector<const Field*>& fields) {
  Value::Object members;
  for (const Field* field : fields) {
    const Value* value = entry.set().find(field->name);
    if (value == nullptr) continue;
    if (field->name == "unit" && !entry.filed_under.empty()) return Value(entry.filed_under);
    if (field->group.empty()) return *value;
    members.emplace(field->name, *value);
  }
  return members.empty() ? std::nullopt : std::optional(Value(std::move(members)));
}

// All values of a slot with their effective times, in order of version.
std::vector<Given> values_of(const Facts& facts, const Fact& fact, std::size_t slot) {
  const auto fields = fields_of_slot(*fact.record.collection, slot);
  std::vector<Given> values;
  for (const Entry& entry : fact.applied) {
    auto sent = sent_value(entry, fields);
    if (!sent) continue;
    Given given{&entry, std::move(*sent), entry.corrected_ms};
    const std::vector<Given> seen = seen_by(facts, entry, values);
    for (const Given& before : seen) given.effective_ms = std::max(given.effective_ms, before.effective_ms + 1);
    // Members of a group that were left out stay as the author saw them.
    if (!fields.front()->group.empty() && !seen.empty()) {
      Value::Object whole = *latest(unseen(facts, seen)).value.object();
      for (const auto& [name, value] : *given.value.object()) whole.insert_or_assign(name, value);
      given.value = Value(std::move(whole));
    }
    values.push_back(std::move(given));
  }
  return values;
}

std::size_t rank(const Field& field, const Value& value) {
  for (std::size_t at = 0; at < field.values.size(); ++at) {
    if (value == Value(field.values[at])) return at + 1;
  }
  return 0;
}

Value standing(const Field& field, const std::vector<Given>& frontier) {
  if (frontier.empty()) return {};
  if (field.merge != MergeRule::state) return latest(frontier).value;
  const Given* highest = &frontier.front();
  for (const Given& one : frontier) {
    const auto a = rank(field, highest->value);
    const auto b = rank(field, one.value);
    if (b > a || (a == b && earlier(*highest, one))) highest = &one;
  }
  return highest->value;
}

bool all_equal(const std::vector<Given>& values) {
  return std::all_of(values.begin(), values.end(), [&](const Given& one) { return one.value == values.front().value; });
}

bool far_apart(const Field& field, const Value& a, const Value& b) {
  if (a.is_null() || b.is_null()) return a.is_null() != b.is_null();
  const auto degrees = [](const Value& place, const char* name) { return double(integer_in(place, name)) / 1e6; };
  const double north = (degrees(a, "lat") - degrees(b, "lat")) * 111'195.0;
  const double east = (degrees(a, "lon") - degrees(b, "lon")) * 111'195.0 * std::cos(degrees(a, "lat") * M_PI / 180);
  return std::hypot(north, east) > double(field.max);
}

bool contradict(const Field& field, const Value& a, const Value& b) {
  return std::any_of(field.contradict.begin(), field.contradict.end(), [&](const domain::Contradiction& pair) {
    return (a == Value(pair.a) && b == Value(pair.b)) || (b == Value(pair.a) && a == Value(pair.b));
  });
}

// Whether a person has to choose. Texts are looked at apart.
bool is_conflict(const Field& field, const std::vector<Given>& frontier) {
  if (frontier.size() < 2 || all_equal(frontier)) return false;
  const auto any_pair = [&](const auto& quarrel) {
    for (const Given& a : frontier) {
      for (const Given& b : frontier) {
        if (quarrel(field, a.value, b.value)) return true;
      }
    }
    return false;
  };
  if (field.merge == MergeRule::fixed) return true;
  if (field.merge == MergeRule::review) return field.type != FieldType::geo || any_pair(far_apart);
  if (field.merge == MergeRule::state) return any_pair(contradict);
  return false;
}

std::map<std::string, int> word_counts(const Value& text) {
  std::map<std::string, int> counts;
  std::istringstream words(text.text() != nullptr ? *text.text() : "");
  for (std::string word; words >> word;) ++counts[word];
  return counts;
}

// Every word that one of two added or took away was added or taken away.
bool has_both_edits(const Value& merged, const Value& ancestor, const Value& a, const Value& b) {
  const auto before = word_counts(ancestor), one = word_counts(a), other = word_counts(b), both = word_counts(merged);
  std::set<std::string> words;
  for (const auto* counts : {&before, &one, &other, &both}) {
    for (const auto& [word, count] : *counts) words.insert(word);
  }
  const auto count = [](const std::map<std::string, int>& counts, const std::string& word) {
    const auto found = counts.find(word);
    return found != counts.end() ? found->second : 0;
  };
  return std::all_of(words.begin(), words.end(), [&](const std::string& word) {
    return count(both, word) == count(one, word) + count(other, word) - count(before, word);
  });
}

// Two members with one common ancestor that the store shows as one text.
bool is_merged_text(const Facts& facts, const std::vector<Given>& all, const std::vector<Given>& frontier,
                    const Value& shown) {
  if (frontier.size() != 2) return false;
  std::vector<Given> shared;
  for (const Given& one : seen_by(facts, *frontier[0].by, all)) {
    if (one.by != frontier[1].by && facts.saw(*frontier[1].by, *one.by)) shared.push_back(one);
  }
  shared = unseen(facts, shared);
  return shared.size() == 1 && has_both_edits(shown, shared[0].value, frontier[0].value, frontier[1].value);
}

const Fact* case_about(const Facts& facts, const RecordId& id, std::string_view field) {
  for (const auto& [case_id, fact] : facts.records) {
    const sync::Record& record = fact.record;
    if (record.collection == nullptr || record.collection->name != "case") continue;
    if (record.text("kind") == "field_conflict" && record.text("field") == field &&
        record.value("subject") == Value(Value::Array{Value(id.text())})) {
      return &fact;
    }
  }
  return nullptr;
}

using Names = std::set<std::pair<std::string, std::int64_t>>;

Names names_in(const Value& candidates) {
  Names names;
  if (candidates.array() == nullptr) return names;
  for (const Value& one : *candidates.array()) names.emplace(text_in(one, "device"), integer_in(one, "seq"));
  return names;
}

// A resolution counts only where its author had every present candidate on the screen.
bool resolved_by_somebody_who_saw(const Fact& about, const Names& candidates) {
  for (const Entry& resolution : about.applied) {
    if (resolution.by_server() || member(resolution.content, "set").find("state") == nullptr) continue;
    if (text_in(resolution.set(), "state") != "resolved") continue;
    Names known;
    for (const Entry& listing : about.applied) {
      if (!listing.by_server() || listing.version > resolution.base) continue;
      known.merge(names_in(member(listing.set(), "candidates")));
    }
    if (std::includes(known.begin(), known.end(), candidates.begin(), candidates.end())) return true;
  }
  return false;
}

class FieldCheck {
 public:
  FieldCheck(const Facts& facts, const RecordId& id, const Fact& fact, std::size_t slot)
      : facts_(facts), id_(id), fact_(fact), field_(fact.record.collection->fields[slot]), slot_(slot) {
    for (const sync::FieldState& state : fact.record.fields) {
      if (state.slot == slot) shown_ = state.value;
    }
  }

  void run() {
    if (field_.merge == MergeRule::server) return;
    if (field_.merge == MergeRule::counter) return counter();
    if (field_.merge == MergeRule::set) return set();
    const std::vector<Given> all = values_of(facts_, fact_, slot_);
    const std::vector<Given> frontier = unseen(facts_, all);
    const Value expected = standing(field_, frontier);
    bool quarrel = is_conflict(field_, frontier);
    if (field_.merge == MergeRule::text && frontier.size() > 1 && !all_equal(frontier)) {
      quarrel = !is_merged_text(facts_, all, frontier, shown_);
      if (quarrel) expect(expected);
      // Where one of two only moved words, the counts fit the latest text and a merged one alike: merged or a case.
      if (!quarrel && shown_ == expected) return;
    } else {
      expect(expected);
    }
    // The server's own fields of cases and the like have no quarrels.
    check_case(frontier, quarrel);
    if (field_.merge == MergeRule::state) check_machine(all);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Broken("field " + std::string(field_.name) + ": " + what + "\n      " + shown(facts_, fact_));
  }

  void expect(const Value& value) const {
    if (shown_ != value) {
      fail("is " + domain::canonical_json(shown_) + " and must be " + domain::canonical_json(value));
    }
  }

  // The sum of distinct increments.
  void counter() const {
    std::optional<std::int64_t> sum;
    for (const Entry& entry : fact_.applied) {
      const Value* amount = member(entry.content, "inc").find(field_.name);
      if (amount != nullptr) sum = sum.value_or(0) + *amount->integer();
    }
    expect(sum ? Value(*sum) : Value());
  }

  // An element is in if it has an add that no remove saw.
  void set() const {
    struct Operation {
      const Entry* by;
      std::set<std::string> adds, removes;
      bool replaces = false;
    };
    std::vector<Operation> operations;
    const auto texts = [&](const Value& list) {
      std::set<std::string> found;
      if (list.array() == nullptr) return found;
      for (const Value& text : *list.array()) found.insert(*text.text());
      return found;
    };
    std::set<std::string> elements;
    for (const Entry& entry : fact_.applied) {
      Operation operation{&entry, texts(member(member(entry.content, "add"), field_.name)),
                          texts(member(member(entry.content, "remove"), field_.name)), false};
      if (const Value* whole = entry.set().find(field_.name)) {
        operation.replaces = true;
        operation.adds.merge(texts(*whole));
      }
      elements.insert(operation.adds.begin(), operation.adds.end());
      if (operation.replaces || !operation.adds.empty() || !operation.removes.empty()) operations.push_back(operation);
    }
    Value::Array present;
    for (const std::string& element : elements) {
      const bool in = std::any_of(operations.begin(), operations.end(), [&](const Operation& add) {
        return add.adds.contains(element) &&
               std::none_of(operations.begin(), operations.end(), [&](const Operation& remove) {
                 return (remove.replaces || remove.removes.contains(element)) && remove.by != add.by &&
                        !remove.adds.contains(element) && facts_.saw(*remove.by, *add.by);
               });
      });
      if (in) present.emplace_back(element);
    }
    const bool untouched = operations.empty();
    expect(untouched ? Value() : Value(std::move(present)));
  }

  void check_case(const std::vector<Given>& frontier, bool quarrel) const {
    const Fact* about = case_about(facts_, id_, field_.group.empty() ? field_.name : field_.group);
    const bool open = about != nullptr && about->record.text("state") == "open";
    if (!quarrel) {
      if (open) fail("has an open case about nothing");
      return;
    }
    if (about == nullptr) fail("has a conflict and no case");
    Names wanted;
    for (const Given& one : frontier) wanted.emplace(one.by->device, one.by->seq);
    if (names_in(about->record.value("candidates")) != wanted)
      fail("has a case with other candidates: " + shown(facts_, *about));
    if (!open && !resolved_by_somebody_who_saw(*about, wanted))
      fail("has a conflict whose case nobody closed: " + shown(facts_, *about));
  }

  // Each step went along an edge from the state that its author saw.
  void check_machine(const std::vector<Given>& all) const {
    for (const Given& one : all) {
      if (one.by->by_server()) continue;
      const Value from = standing(field_, unseen(facts_, seen_by(facts_, *one.by, all)));
      if (from == one.value) continue;
      const bool allowed = std::any_of(field_.edges.begin(), field_.edges.end(), [&](const domain::Edge& edge) {
        return (from.is_null() ? edge.from.empty() : from == Value(edge.from)) && one.value == Value(edge.to);
      });
      if (!allowed) fail("went from " + domain::canonical_json(from) + " to " + domain::canonical_json(one.value));
    }
  }

  const Facts& facts_;
  const RecordId& id_;
  const Fact& fact_;
  const Field& field_;
  std::size_t slot_;
  Value shown_;
};

}  // namespace

void check_fields(const Facts& facts) {
  for (const auto& [id, fact] : facts.records) {
    if (fact.record.collection == nullptr) continue;
    const Collection& collection = *fact.record.collection;
    for (std::size_t slot = 0; slot < collection.fields.size(); ++slot) {
      // A group is one thing, at its first field.
      const std::string_view group = collection.fields[slot].group;
      if (!group.empty() && fields_of_slot(collection, slot).front() != &collection.fields[slot]) continue;
      FieldCheck(facts, id, fact, slot).run();
    }
  }
}

}  // namespace suoi::sim
