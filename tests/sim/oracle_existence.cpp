// What lives, and where it is filed (merge.md, "Deletion"; protocol.md, "stream").

#include <algorithm>

#include "cast.hpp"
#include "oracle.hpp"

namespace suoi::sim {
namespace {

// Why the server deleted a record that had no live children any more: it follows from the rest, so it counts for
// nothing here.
bool follows_from_children(const Entry& entry) {
  return entry.by_server() && entry.is_delete;
}

class Existence {
 public:
  explicit Existence(const Facts& facts) : facts_(facts) {
    for (const auto& [id, fact] : facts.records) {
      if (fact.record.collection == nullptr || fact.record.collection->parent_field.empty()) continue;
      if (const auto parent = fact.record.ref(fact.record.collection->parent_field)) children_.emplace(*parent, id);
    }
  }

  // A record lives while an edit of it was not seen by a delete, or while a child of it lives.
  bool lives(const RecordId& id, const Fact& fact) const {
    for (const Entry& entry : fact.applied) {
      if (entry.is_delete || follows_from_children(entry)) continue;
      const bool overruled = std::any_of(fact.applied.begin(), fact.applied.end(), [&](const Entry& other) {
        return &other != &entry && !follows_from_children(other) && facts_.saw(other, entry);
      });
      if (!overruled) return true;
    }
    const auto [first, last] = children_.equal_range(id);
    return std::any_of(first, last, [&](const auto& link) {
      const Fact& child = facts_.records.at(link.second);
      const auto& kinds = fact.record.collection->children;
      return std::find(kinds.begin(), kinds.end(), child.record.collection->name) != kinds.end() &&
             lives(link.second, child);
    });
  }

 private:
  const Facts& facts_;
  std::multimap<RecordId, RecordId> children_;
};

std::string stream_for(const sync::Record& record) {
  switch (record.collection->stream) {
    case domain::StreamKind::unit:
      return record.unit.text();
    case domain::StreamKind::desk:
      return record.unit.text() + "/desk";
    case domain::StreamKind::person:
      break;
  }
  return "person:" + record.text(record.collection->person_field);
}

// A unit that was closed holds nothing; where all of it went to one successor, it is there.
void check_filing(const Facts& facts, const Fact& fact) {
  const sync::Record& record = fact.record;
  if (record.stream.text() != stream_for(record)) {
    throw Broken("record " + record.id.text() + " is in stream " + record.stream.text());
  }
  if (record.unit.list == domain::Register::pre2025) throw Broken("filed under a closed unit: " + shown(facts, fact));
  for (const Entry& entry : fact.applied) {
    const std::string sent = text_in(entry.set(), "unit");
    const auto key = domain::UnitKey::parse(sent);
    if (!key || entry.by_server()) continue;
    const domain::Filing filing = units().resolve_filing(*key);
    const auto lands = domain::UnitKey::parse(entry.filed_under);
    bool right = entry.filed_under.empty();
    if (filing.outcome == domain::FilingOutcome::redirected) right = lands == filing.to;
    if (filing.outcome == domain::FilingOutcome::split) {
      right = lands && std::find(filing.successors.begin(), filing.successors.end(), *lands) != filing.successors.end();
    }
    if (!right)
      throw Broken("change " + std::to_string(*entry.mark) + " for " + sent + " was filed under " + entry.filed_under);
  }
}

}  // namespace

void check_existence(const Facts& facts) {
  const Existence existence(facts);
  for (const auto& [id, fact] : facts.records) {
    if (fact.record.collection == nullptr) continue;
    check_filing(facts, fact);
    const bool expected = existence.lives(id, fact);
    if (fact.record.live != expected) {
      throw Broken(std::string("record ") + (expected ? "is gone and must live: " : "lives and must be gone: ") +
                   shown(facts, fact));
    }
  }
}

}  // namespace suoi::sim
