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
  std::int64_t known_ms;  // to the server, since then
};

std::vector<Post> posts_in(const Facts& facts) {
  std::vector<Post> posts;
  for (const auto& [id, fact] : facts.records) {
    const sync::Record& record = fact.record;
    if (record.collection == nullptr || record.collection->name != "role_assignment") continue;
    const auto role = domain::parse_role(record.text("role"));
    if (!role) throw Broken("a role assignment without a role");
    const std::string last_day = record.text("to");
    const std::int64_t until_ms = last_day.empty() ? INT64_MAX : end_of_day(last_day);
    posts.push_back({record.text("person"), *role, record.unit,
                     std::min(until_ms, record.integer("ended_at").value_or(INT64_MAX)),
                     fact.entries.front().arrival_ms});
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

// Whether somebody may join these by the roles that they had from the beginning, wherever the records ever were.
bool may_join(const std::vector<Post>& posts, const Entry& entry, const std::set<domain::UnitKey>& places) {
  std::int64_t beginning_ms = INT64_MAX;
  for (const Post& post : posts) beginning_ms = std::min(beginning_ms, post.known_ms);
  const domain::RoleSet roles = domain::release_catalogue().find("join")->may_create;
  return std::all_of(places.begin(), places.end(), [&](const domain::UnitKey& unit) {
    return std::any_of(posts.begin(), posts.end(), [&](const Post& post) {
      return post.person == entry.person && roles.has(post.role) && post.known_ms == beginning_ms &&
             entry.corrected_ms < post.until_ms && units().covers(post.unit, unit);
    });
  });
}

// A join waits for its records only until they are there.
void check_waiting_joins(const Facts& facts, const std::map<std::int64_t, const sync::Record*>& at_desk) {
  const std::vector<Post> posts = posts_in(facts);
  for (const auto& [id, fact] : facts.records) {
    for (const Entry& entry : fact.entries) {
      if (!entry.mark || entry.version > 0 || !entry.quarantined || entry.base > 0) continue;
      const auto told_as = at_desk.find(*entry.mark);
      if (text_in(entry.content, "collection") != "join" || told_as == at_desk.end()) continue;
      if (told_as->second->text("code") != "unknown_record") continue;
      const auto from = facts.records.find(RecordId::parse(text_in(entry.set(), "from")).value());
      const auto into = facts.records.find(RecordId::parse(text_in(entry.set(), "into")).value());
      const auto here = [&](const auto& end) {
        return end != facts.records.end() && end->second.record.collection != nullptr;
      };
      if (!here(from) || !here(into)) continue;
      std::set<domain::UnitKey> places = units_of(from->second);
      places.merge(units_of(into->second));
      if (const auto unit = domain::UnitKey::parse(text_in(entry.set(), "unit"))) places.insert(*unit);
      if (may_join(posts, entry, places)) throw Broken("change " + std::to_string(*entry.mark) + " waits for nothing");
    }
  }
}

// Nobody releases what they wrote themselves.
void check_releases(const Facts& facts) {
  for (const auto& [id, fact] : facts.records) {
    if (fact.record.collection == nullptr || fact.record.collection->name != "quarantine") continue;
    for (const Entry& entry : fact.applied) {
      if (entry.by_server() || text_in(entry.set(), "state") != "released") continue;
      if (entry.person == fact.record.text("author")) {
        throw Broken("change " + std::to_string(*entry.mark) + " releases a change of its own author");
      }
    }
  }
}

}  // namespace

void check_quarantine(const Facts& facts) {
  check_rights(facts);
  check_releases(facts);
  const auto at_desk = told(facts, "quarantine");
  const auto returned = told(facts, "returned_change");
  check_waiting_joins(facts, at_desk);
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
