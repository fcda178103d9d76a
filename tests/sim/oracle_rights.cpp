// What was kept aside is where people see it, and nothing was applied that its author had no right to.

#include <algorithm>

#include "cast.hpp"
#include "oracle.hpp"

namespace suoi::sim {
namespace {

// The records of a collection that tell of changes that were kept aside, by mark.
std::map<std::int64_t, const sync::Record*> told(const Facts& facts, std::string_view collection) {
  std::map<std::int64_t, const sync::Record*> found;
  for (const auto& [id, fact] : facts.records) {
    if (fact.record.collection == nullptr || fact.record.collection->name != collection) continue;
    const std::int64_t* mark = member(fact.record.value("change"), "mark").integer();
    if (mark == nullptr) throw Broken("a record of " + std::string(collection) + " tells of no change");
    if (!found.emplace(*mark, &fact.record).second)
      throw Broken("a change is told of twice in " + std::string(collection));
  }
  return found;
}

}  // namespace

void check_quarantine(const Facts& facts) {
  const auto at_desk = told(facts, "quarantine");
  const auto returned = told(facts, "returned_change");
  std::set<std::int64_t> aside;
  for (const auto& [id, fact] : facts.records) {
    for (const Entry& entry : fact.entries) {
      if (!entry.mark || !entry.quarantined) continue;
      aside.insert(*entry.mark);
      const std::string name = "change " + std::to_string(*entry.mark);
      if (!at_desk.contains(*entry.mark)) throw Broken(name + " was kept aside and no desk sees it");
      if (!returned.contains(*entry.mark)) throw Broken(name + " was kept aside and its author does not see it");
      const std::string state = returned.at(*entry.mark)->text("state");
      if ((entry.version > 0) != (state == "released")) throw Broken(name + " is told to be " + state);
      if (at_desk.at(*entry.mark)->text("state") == "released" && entry.version == 0) {
        throw Broken(name + " was released and not applied");
      }
    }
  }
  for (const auto& [mark, record] : at_desk) {
    if (!aside.contains(mark)) throw Broken("change " + std::to_string(mark) + " is at a desk and was not kept aside");
  }
}

}  // namespace suoi::sim
