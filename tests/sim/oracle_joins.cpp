// Which records are read as one, and which of them shows (merge.md, "Join").

#include <algorithm>
#include <tuple>

#include "oracle.hpp"
#include "suoi/certs/hashing.hpp"

namespace suoi::sim {
namespace {

bool is_live(const Facts& facts, const RecordId& id) {
  const auto found = facts.records.find(id);
  return found != facts.records.end() && found->second.record.collection != nullptr && found->second.record.live;
}

// The join as it was first said; later only its state changes.
const Entry* first_said(const Fact& join) {
  const auto said = std::find_if(join.applied.begin(), join.applied.end(), [](const Entry& entry) {
    return member(entry.content, "set").find("into") != nullptr;
  });
  return said != join.applied.end() ? &*said : nullptr;
}

bool said_before(const Entry& a, const Entry& b) {
  return std::tie(a.corrected_ms, a.device, a.seq, a.life) < std::tie(b.corrected_ms, b.device, b.seq, b.life);
}

}  // namespace

Groups::Groups(const Facts& facts) {
  for (const auto& [id, fact] : facts.records) {
    if (!is_live(facts, id) || fact.record.collection->name != "join" || fact.record.text("state") == "undone")
      continue;
    const auto from = fact.record.ref("from");
    const auto into = fact.record.ref("into");
    if (from && into && is_live(facts, *from) && is_live(facts, *into))
      links_.push_back({*from, *into, first_said(fact)});
  }
  for (const Link& link : links_) {
    for (const RecordId& id : {link.from, link.into}) {
      if (heads_.contains(id)) continue;
      const std::set<RecordId> all = reached(id, true);
      // On a circle is who comes back to itself.
      const auto on_circle = std::find_if(all.begin(), all.end(), [&](const RecordId& one) {
        return std::any_of(links_.begin(), links_.end(), [&](const Link& first) {
          return first.from == one && reached(first.into, false).contains(one);
        });
      });
      const Link* earliest = nullptr;
      for (const Link& one : links_) {
        if (all.contains(one.from) && (earliest == nullptr || said_before(*one.said, *earliest->said))) earliest = &one;
      }
      for (const RecordId& one : all) heads_[one] = on_circle != all.end() ? *on_circle : earliest->into;
    }
  }
  read_lists(facts);
}

std::set<RecordId> Groups::reached(const RecordId& start, bool both_ways) const {
  std::set<RecordId> found = {start};
  for (bool more = true; more;) {
    more = false;
    for (const Link& link : links_) {
      if (found.contains(link.from) && found.insert(link.into).second) more = true;
      if (both_ways && found.contains(link.into) && found.insert(link.from).second) more = true;
    }
  }
  return found;
}

// Lines of lists that name the same person in what turned out to be one activity.
void Groups::read_lists(const Facts& facts) {
  std::map<std::tuple<std::string, RecordId, RecordId>, std::set<RecordId>> same;
  for (const auto& [id, fact] : facts.records) {
    if (!is_live(facts, id)) continue;
    const std::string collection(fact.record.collection->name);
    if (collection != "participation" && collection != "registration") continue;
    const auto activity = fact.record.ref("activity");
    const auto person = fact.record.ref("person");
    if (activity && person) same[{collection, head(*activity), head(*person)}].insert(id);
  }
  for (const auto& [names, ids] : same) {
    const auto& [collection, activity, person] = names;
    const std::string name = collection + ":" + activity.text() + ":" + person.text();
    const RecordId of_heads{domain::uuid_v5(certs::openssl_hashing(), domain::Catalogue::id_namespace(), name)};
    for (const RecordId& id : ids) heads_[id] = ids.contains(of_heads) ? of_heads : *ids.begin();
  }
}

RecordId Groups::head(const RecordId& id) const {
  const auto known = heads_.find(id);
  return known != heads_.end() ? known->second : id;
}

std::set<RecordId> Groups::members(const RecordId& id) const {
  std::set<RecordId> all = {id};
  for (const auto& [one, its_head] : heads_) {
    if (its_head == head(id)) all.insert(one);
  }
  return all;
}

void check_joins(const Facts& facts) {
  const Groups groups(facts);
  for (const auto& [id, fact] : facts.records) {
    if (!is_live(facts, id) || fact.record.collection->field(domain::kSameAs) == nullptr) continue;
    const RecordId head = groups.head(id);
    const Value expected = head == id ? Value() : Value(head.text());
    if (fact.record.value(domain::kSameAs) != expected) {
      throw Broken("is read as " + domain::canonical_json(fact.record.value(domain::kSameAs)) + " and must be as " +
                   domain::canonical_json(expected) + ": " + shown(facts, fact));
    }
  }
}

}  // namespace suoi::sim
