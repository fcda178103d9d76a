// A change that was kept aside, as a person mended it (merge.md, "Refused is not lost"): the content is theirs, author,
// number, base and times stay its own.

#include <algorithm>
#include <array>

#include "planner.hpp"

namespace suoi::sync {
namespace {

using domain::Value;

// What a change does; this a person may replace.
constexpr std::array<std::string_view, 6> kContent = {"set", "inc", "add", "remove", "delete", "reason"};
// Where and when it was made; only what cannot be read is replaced.
constexpr std::array<std::string_view, 4> kPlace = {"at", "collection", "record", "base"};

bool is_one_of(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_readable(const domain::Catalogue& catalogue, std::string_view name, const Value* value) {
  if (value == nullptr) return false;
  if (name == "collection") return value->text() != nullptr && catalogue.find(*value->text()) != nullptr;
  if (name == "record") {
    const auto id = value->text() != nullptr ? domain::RecordId::parse(*value->text()) : std::nullopt;
    return id && !id->is_nil();
  }
  return value->integer() != nullptr && (name == "at" || *value->integer() >= 0);
}

std::optional<Fault> shape_fault(const Value& mend) {
  if (mend.is_null()) return std::nullopt;
  const Value::Object* members = mend.object();
  const bool fits = members != nullptr && std::all_of(members->begin(), members->end(), [](const auto& member) {
                      return is_one_of(kContent, member.first) || is_one_of(kPlace, member.first);
                    });
  if (fits) return std::nullopt;
  return Fault{"bad_value", "must hold nothing but what a change does: set, inc, add, remove, delete, reason",
               "mended"};
}

}  // namespace

Change mended_change(const WaitingChange& held, const Value& mend, const domain::Catalogue& catalogue) {
  Value::Object content;
  for (const std::string_view name : {"seq", "at", "up", "collection", "record", "base"}) {
    const Value* own = held.change.content->find(name);
    const Value* given = mend.find(name);
    const bool replaced = given != nullptr && is_one_of(kPlace, name) && !is_readable(catalogue, name, own);
    if (replaced || own != nullptr) content.emplace(name, replaced ? *given : *own);
  }
  for (const std::string_view name : kContent) {
    if (const Value* given = mend.find(name)) content.emplace(name, *given);
  }
  Change change = read_change(Value(std::move(content)), held.change.seq);
  change.digest = held.change.digest;
  return change;
}

// The latest mend that the author of a change saw of a record of quarantine; nothing: none, or it was taken back.
std::optional<Member> Planner::mend_seen(const Passage& passage, const Record& quarantine) {
  const std::size_t slot = quarantine.collection->slot(*quarantine.collection->field("mended"));
  if (quarantine.state(slot) == nullptr) return std::nullopt;
  const Stamp author = stamp_of(passage, &quarantine);
  std::vector<Member> seen = seen_frontier(causality_, value_log(quarantine.id, slot), author);
  const auto latest = std::max_element(seen.begin(), seen.end(), earlier);
  if (latest == seen.end() || latest->value.is_null()) return std::nullopt;
  return std::move(*latest);
}

// Whoever mends a change does not release it in the same breath, nor after it was released.
std::optional<Fault> Planner::check_mend(const Passage& passage, const Record& record) {
  const auto mend = passage.change.set.find("mended");
  if (record.collection->name != "quarantine" || mend == passage.change.set.end()) return std::nullopt;
  if (auto fault = shape_fault(mend->second)) return fault;
  const std::size_t slot = record.collection->slot(*record.collection->field("state"));
  const FieldState* state = record.state(slot);
  const Value seen =
      seen_value(record.collection->fields[slot], *state, stamp_of(passage, &record), context_for(record.id, slot));
  if (seen == Value("released")) return Fault{"not_held", "this change is not waiting any more", "mended"};
  const auto to = passage.change.set.find("state");
  if (!mend->second.is_null() && to != passage.change.set.end() && to->second == Value("released")) {
    return Fault{"second_person_needed", "nobody releases what they mended", "state"};
  }
  return std::nullopt;
}

}  // namespace suoi::sync
