#include "merge_field.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "text_merge.hpp"
#include "validate.hpp"

namespace suoi::sync {
namespace {

using domain::Field;
using domain::MergeRule;
using domain::Value;

std::size_t rank(const Field& field, const Value& state) {
  if (state.text() == nullptr) return 0;
  const auto found = std::find(field.values.begin(), field.values.end(), *state.text());
  return static_cast<std::size_t>(found - field.values.begin()) + 1;
}

const Member& latest(const std::vector<Member>& members) {
  return *std::max_element(members.begin(), members.end(), earlier);
}

// The member that readers see, of a frontier that is not merged into one text.
const Member& standing_member(const Field& field, const std::vector<Member>& members) {
  if (field.merge != MergeRule::state) return latest(members);
  return *std::max_element(members.begin(), members.end(), [&](const Member& a, const Member& b) {
    const auto rank_a = rank(field, a.value);
    const auto rank_b = rank(field, b.value);
    return rank_a != rank_b ? rank_a < rank_b : earlier(a, b);
  });
}

bool all_equal(const std::vector<Member>& members) {
  return std::all_of(members.begin(), members.end(), [&](const Member& m) { return m.value == members.front().value; });
}

double distance_m(const Value& a, const Value& b) {
  const auto degrees = [](const Value& position, std::string_view name) {
    const Value* value = position.find(name);
    return value != nullptr && value->integer() != nullptr ? static_cast<double>(*value->integer()) / 1e6 : 0.0;
  };
  constexpr double kMetresPerDegree = 111'195.0;  // on a sphere of 6,371 km
  constexpr double kRadians = 0.017453292519943295;
  const double north = degrees(a, "lat") - degrees(b, "lat");
  const double east = (degrees(a, "lon") - degrees(b, "lon")) * std::cos(degrees(a, "lat") * kRadians);
  return std::hypot(north, east) * kMetresPerDegree;
}

bool far_apart(const Field& field, const std::vector<Member>& members) {
  for (const Member& a : members) {
    for (const Member& b : members) {
      if (a.value.is_null() != b.value.is_null()) return true;
      if (distance_m(a.value, b.value) > static_cast<double>(field.max)) return true;
    }
  }
  return false;
}

bool contradicts(const Field& field, const Value& a, const Value& b) {
  if (a.text() == nullptr || b.text() == nullptr) return false;
  return std::any_of(field.contradict.begin(), field.contradict.end(), [&](const domain::Contradiction& pair) {
    return (pair.a == *a.text() && pair.b == *b.text()) || (pair.a == *b.text() && pair.b == *a.text());
  });
}

// Those that no other one saw.
std::vector<Member> heads_of(Causality& causality, const std::vector<const Member*>& members) {
  std::vector<Member> heads;
  for (auto at = members.begin(); at != members.end(); ++at) {
    const auto replaces = [&](const Member* other) { return causality.saw(other->stamp, (*at)->stamp); };
    // Mostly the next one does; an earlier one only where a change was released late.
    const bool replaced = std::any_of(at + 1, members.end(), replaces) || std::any_of(members.begin(), at, replaces);
    if (!replaced) heads.push_back(**at);
  }
  return heads;
}

// The latest values that the authors of both had seen.
std::vector<Member> common_ancestors(Causality& causality, const ValueLog& log, const Stamp& a, const Stamp& b) {
  std::vector<const Member*> shared;
  for (const Member& member : log) {
    const bool is_one_of_them = member.stamp == a || member.stamp == b;
    if (!is_one_of_them && causality.saw(a, member.stamp) && causality.saw(b, member.stamp)) shared.push_back(&member);
  }
  return heads_of(causality, shared);
}

// Two edits of one text that do not touch the same words, as one; nothing where a person has to look.
std::optional<Value> merged_text(const Field& field, const std::vector<Member>& members, const MergeContext& context) {
  if (members.size() != 2) return std::nullopt;
  const ValueLog& log = context.log();
  const std::vector<Member> ancestors = common_ancestors(context.causality, log, members[0].stamp, members[1].stamp);
  if (ancestors.size() != 1) return std::nullopt;
  const bool in_order = earlier(members[0], members[1]);
  const std::string* ancestor = ancestors[0].value.text();
  const std::string* first = members[in_order ? 0 : 1].value.text();
  const std::string* second = members[in_order ? 1 : 0].value.text();
  if (ancestor == nullptr || first == nullptr || second == nullptr) return std::nullopt;
  auto merged = merge_words(*ancestor, *first, *second);
  if (!merged || code_points(*merged) > static_cast<std::size_t>(field.max)) return std::nullopt;
  return Value(std::move(*merged));
}

Value readable_value(const Field& field, const std::vector<Member>& frontier, const MergeContext& context) {
  if (field.merge == MergeRule::text && frontier.size() > 1 && !all_equal(frontier)) {
    if (auto merged = merged_text(field, frontier, context)) return *merged;
  }
  return standing_member(field, frontier).value;
}

// The members of a group that the edit leaves out stay as the author saw them.
Value completed(const Value& sent, const Value& seen) {
  if (seen.object() == nullptr) return sent;
  Value::Object whole = *seen.object();
  for (const auto& [name, value] : *sent.object()) whole.insert_or_assign(name, value);
  return whole;
}

bool saw_all(const FieldState& state, const Stamp& author, Causality& causality) {
  return std::all_of(state.frontier.begin(), state.frontier.end(),
                     [&](const Member& member) { return causality.saw(author, member.stamp); });
}

// After every value that the author saw. Those that left the frontier count, too: a member that the author did not see
// may have replaced them. Where the author saw all of it, no earlier value is later than its members.
std::int64_t effective_time(const FieldState& state, const Stamp& author, std::int64_t corrected_ms,
                            const MergeContext& context) {
  const ValueLog& values = saw_all(state, author, context.causality) ? state.frontier : context.log();
  std::int64_t effective = corrected_ms;
  for (const Member& member : values) {
    if (context.causality.saw(author, member.stamp)) effective = std::max(effective, member.effective_ms + 1);
  }
  return effective;
}

std::optional<FieldOutcome> merge_value(const Field& field, FieldState& state, const FieldEdit& edit,
                                        const Stamp& author, std::int64_t corrected_ms, const MergeContext& context) {
  Causality& causality = context.causality;
  Member own{{}, author, effective_time(state, author, corrected_ms, context)};
  own.value = field.group.empty() ? edit.value : completed(edit.value, seen_value(field, state, author, context));
  std::erase_if(state.frontier, [&](const Member& member) { return causality.saw(author, member.stamp); });
  if (state.frontier.empty()) {
    context.logs.note_value(context.record, context.slot, own);
    state.value = own.value;
    state.frontier.push_back(std::move(own));
    return std::nullopt;
  }
  const bool concurrent = std::any_of(state.frontier.begin(), state.frontier.end(),
                                      [&](const Member& other) { return !(other.value == own.value); });
  // A change that was released late may already have been seen by a later one of its own device.
  const bool overtaken = std::any_of(state.frontier.begin(), state.frontier.end(),
                                     [&](const Member& other) { return causality.saw(other.stamp, author); });
  if (!overtaken) state.frontier.push_back(own);
  state.value = readable_value(field, state.frontier, context);
  context.logs.note_value(context.record, context.slot, own);
  if (!concurrent) return std::nullopt;
  if (state.value == own.value) return FieldOutcome::kept;
  const bool is_one_of = std::any_of(state.frontier.begin(), state.frontier.end(),
                                     [&](const Member& member) { return member.value == state.value; });
  return is_one_of ? FieldOutcome::superseded : FieldOutcome::combined;
}

// Drops the operations that the author saw and says whether one stays that the author did not know.
bool met_others(FieldState& state, const Stamp& author, Causality& causality) {
  state.frontier.erase(std::remove_if(state.frontier.begin(), state.frontier.end(),
                                      [&](const Member& member) { return causality.saw(author, member.stamp); }),
                       state.frontier.end());
  return !state.frontier.empty();
}

std::optional<FieldOutcome> merge_increment(FieldState& state, const FieldEdit& edit, const Stamp& author,
                                            std::int64_t corrected_ms, Causality& causality) {
  const bool others = met_others(state, author, causality);
  const std::int64_t before = state.value.integer() != nullptr ? *state.value.integer() : 0;
  state.value = Value(before + *edit.value.integer());
  state.frontier.push_back({edit.value, author, corrected_ms});
  return others ? std::optional(FieldOutcome::combined) : std::nullopt;
}

std::optional<FieldOutcome> merge_elements(FieldState& state, const FieldEdit& edit, const Stamp& author,
                                           std::int64_t corrected_ms, Causality& causality) {
  const bool others = met_others(state, author, causality);
  const auto drop_seen = [&](const std::string& text) {
    for (Element& element : state.elements) {
      if (element.text != text) continue;
      element.adds.erase(std::remove_if(element.adds.begin(), element.adds.end(),
                                        [&](const Stamp& add) { return causality.saw(author, add); }),
                         element.adds.end());
    }
  };
  std::vector<std::string> added = edit.add;
  std::vector<std::string> removed = edit.remove;
  if (const Value::Array* whole = edit.value.array()) {  // the set was sent whole
    for (const Element& element : state.elements) removed.push_back(element.text);
    for (const Value& text : *whole) added.push_back(*text.text());
  }
  std::sort(added.begin(), added.end());
  added.erase(std::unique(added.begin(), added.end()), added.end());
  for (const std::string& text : removed) drop_seen(text);
  for (const std::string& text : added) {
    drop_seen(text);
    auto element = std::find_if(state.elements.begin(), state.elements.end(),
                                [&](const Element& candidate) { return candidate.text == text; });
    if (element == state.elements.end()) element = state.elements.insert(element, Element{text, {}});
    element->adds.push_back(author);
  }
  std::erase_if(state.elements, [](const Element& element) { return element.adds.empty(); });
  std::sort(state.elements.begin(), state.elements.end(),
            [](const Element& a, const Element& b) { return a.text < b.text; });
  Value::Array texts;
  for (const Element& element : state.elements) texts.emplace_back(element.text);
  state.value = Value(std::move(texts));
  state.frontier.push_back({Value(), author, corrected_ms});
  return others ? std::optional(FieldOutcome::combined) : std::nullopt;
}

}  // namespace

bool earlier(const Member& a, const Member& b) {
  return std::tie(a.effective_ms, a.stamp.device, a.stamp.seq, a.stamp.life) <
         std::tie(b.effective_ms, b.stamp.device, b.stamp.seq, b.stamp.life);
}

std::vector<Member> seen_frontier(Causality& causality, const ValueLog& log, const Stamp& author) {
  std::vector<const Member*> seen;
  for (const Member& member : log) {
    if (!(member.stamp == author) && causality.saw(author, member.stamp)) seen.push_back(&member);
  }
  return heads_of(causality, seen);
}

Value seen_value(const Field& field, const FieldState& state, const Stamp& author, const MergeContext& context) {
  if (saw_all(state, author, context.causality)) return state.value;
  const std::vector<Member> heads = seen_frontier(context.causality, context.log(), author);
  return heads.empty() ? Value() : readable_value(field, heads, context);
}

std::optional<FieldOutcome> merge_field(const domain::Collection& collection, FieldState& state, const FieldEdit& edit,
                                        const Stamp& author, std::int64_t corrected_ms, const MergeContext& context) {
  const Field& field = collection.fields[edit.slot];
  switch (field.merge) {
    case MergeRule::server:
      state.value = edit.value;
      break;
    case MergeRule::counter:
      return merge_increment(state, edit, author, corrected_ms, context.causality);
    case MergeRule::set:
      return merge_elements(state, edit, author, corrected_ms, context.causality);
    case MergeRule::fixed:
    case MergeRule::latest:
    case MergeRule::review:
    case MergeRule::text:
    case MergeRule::state:
      return merge_value(field, state, edit, author, corrected_ms, context);
  }
  return std::nullopt;
}

std::vector<Member> conflict(const Field& field, const FieldState& state, const MergeContext& context) {
  const std::vector<Member>& members = state.frontier;
  if (members.size() < 2 || all_equal(members)) return {};
  switch (field.merge) {
    case MergeRule::fixed:
      return members;
    case MergeRule::review:
      if (field.type == domain::FieldType::geo && !far_apart(field, members)) return {};
      return members;
    case MergeRule::text:
      return merged_text(field, members, context) ? std::vector<Member>{} : members;
    case MergeRule::state:
      for (const Member& a : members) {
        for (const Member& b : members) {
          if (contradicts(field, a.value, b.value)) return members;
        }
      }
      return {};
    case MergeRule::server:
    case MergeRule::latest:
    case MergeRule::counter:
    case MergeRule::set:
      return {};
  }
  return {};
}

}  // namespace suoi::sync
