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

struct Post {
  std::string person;
  domain::Role role;
  domain::UnitKey unit;
  std::int64_t until_ms;
};

std::vector<Post> posts_in(const Facts& facts) {
  std::vector<Post> posts;
  for (const auto& [id, fact] : facts.records) {
    const sync::Record& record = fact.record;
    if (record.collection == nullptr || record.collection->name != "role_assignment") continue;
    const auto role = domain::parse_role(record.text("role"));
    if (!role) throw Broken("a role assignment without a role");
    posts.push_back({record.text("person"), *role, record.unit, record.integer("ended_at").value_or(INT64_MAX)});
  }
  return posts;
}

// Every unit that the record was ever filed under.
std::set<domain::UnitKey> units_of(const Fact& fact) {
  std::set<domain::UnitKey> found = {fact.record.unit};
  for (const Entry& entry : fact.applied) {
    for (const std::string& text : {text_in(entry.set(), "unit"), entry.filed_under}) {
      if (const auto unit = domain::UnitKey::parse(text)) found.insert(*unit);
    }
  }
  return found;
}

// Whoever changed a record had a role for it then, in a unit that it was filed under. What a second person released
// stands by that person's roles.
void check_rights(const Facts& facts) {
  const std::vector<Post> posts = posts_in(facts);
  for (const auto& [id, fact] : facts.records) {
    for (const Entry& entry : fact.applied) {
      if (entry.by_server() || entry.quarantined) continue;
      const domain::Collection& collection = *fact.record.collection;
      const std::set<domain::UnitKey> filed = units_of(fact);
      const bool may = std::any_of(posts.begin(), posts.end(), [&](const Post& post) {
        const bool role_fits = collection.may_edit.has(post.role) || collection.may_create.has(post.role);
        return post.person == entry.person && role_fits && entry.corrected_ms < post.until_ms &&
               std::any_of(filed.begin(), filed.end(),
                           [&](const domain::UnitKey& unit) { return units().covers(post.unit, unit); });
      });
      if (!may)
        throw Broken("change " + std::to_string(*entry.mark) + " was applied without a right: " + shown(facts, fact));
    }
  }
}

}  // namespace

void check_quarantine(const Facts& facts) {
  check_rights(facts);
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
