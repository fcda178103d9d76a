#include "joins.hpp"

#include <algorithm>
#include <set>

#include "merge_field.hpp"

namespace suoi::sync {
namespace {

bool contains(const std::vector<domain::RecordId>& sorted, const domain::RecordId& id) {
  return std::binary_search(sorted.begin(), sorted.end(), id);
}

}  // namespace

bool JoinGroup::has(const domain::RecordId& id) const {
  return contains(members, id);
}

bool Joins::any() {
  return work_.any(joins_);
}

// A join of records that are there, of one collection.
bool Joins::stands(const Record& join) {
  if (!join.live || join.text("state") == "undone") return false;
  const auto from = join.ref("from");
  const auto into = join.ref("into");
  const Record* one = from ? work_.find(*from) : nullptr;
  const Record* other = into ? work_.find(*into) : nullptr;
  return one != nullptr && other != nullptr && one->live && other->live && one->collection == other->collection &&
         one->collection->joinable();
}

std::vector<Joins::Link> Joins::links_of(const domain::RecordId& id) {
  std::vector<Link> links;
  for (const domain::RecordId& about : work_.linked(id, joins_.name, rules_.catalogue)) {
    const Record& join = *work_.find(about);
    if (!stands(join)) continue;
    const FieldState& into = *join.state(join.collection->slot(*join.collection->field("into")));
    links.push_back(
        {*join.ref("from"), *join.ref("into"), *std::min_element(into.frontier.begin(), into.frontier.end(), earlier)});
  }
  return links;
}

JoinGroup Joins::group_of(const domain::RecordId& id) {
  JoinGroup group{id, {id}};
  if (!any()) return group;
  std::set<domain::RecordId> members = {id};
  std::vector<domain::RecordId> waiting = {id};
  std::vector<Link> links;
  while (!waiting.empty()) {
    const domain::RecordId here = waiting.back();
    waiting.pop_back();
    for (Link& link : links_of(here)) {
      for (const domain::RecordId& end : {link.from, link.into}) {
        if (members.insert(end).second) waiting.push_back(end);
      }
      if (link.from == here) links.push_back(std::move(link));  // each is met from both ends
    }
  }
  group.members.assign(members.begin(), members.end());
  if (!links.empty()) group.head = head_of(group.members, links);
  return group;
}

domain::RecordId Joins::head_of(const std::vector<domain::RecordId>& members, const std::vector<Link>& links) {
  const auto leads_back = [&](const domain::RecordId& start) {
    std::set<domain::RecordId> reached;
    std::vector<domain::RecordId> waiting = {start};
    while (!waiting.empty()) {
      const domain::RecordId here = waiting.back();
      waiting.pop_back();
      for (const Link& link : links) {
        if (link.from == here && reached.insert(link.into).second) waiting.push_back(link.into);
      }
    }
    return reached.contains(start);
  };
  const auto on_circle = std::find_if(members.begin(), members.end(), leads_back);
  if (on_circle != members.end()) return *on_circle;
  return std::min_element(links.begin(), links.end(),
                          [](const Link& a, const Link& b) { return earlier(a.said, b.said); })
      ->into;
}

JoinGroup Joins::read_as_one(const Record& record) {
  JoinGroup one{record.id, {}};
  if (record.live) one.members.push_back(record.id);
  if (!any()) return one;
  // The ids of all that name the same things, the one that names the heads first.
  std::vector<std::vector<domain::RecordId>> names = {{}};
  std::vector<domain::RecordId> heads;
  for (const std::string_view field : record.collection->id_from) {
    const auto named = record.ref(field);
    if (!named) return one;
    const JoinGroup group = group_of(*named);
    heads.push_back(group.head);
    std::vector<std::vector<domain::RecordId>> longer;
    for (const std::vector<domain::RecordId>& begun : names) {
      for (const domain::RecordId& member : group.members) {
        longer.push_back(begun);
        longer.back().push_back(member);
      }
    }
    names = std::move(longer);
  }
  if (names.size() == 1) return one;
  std::set<domain::RecordId> members(one.members.begin(), one.members.end());
  for (const std::vector<domain::RecordId>& from : names) {
    const domain::RecordId id = derived_id(rules_, record.collection->name, from);
    const Record* found = work_.find(id);
    if (found != nullptr && found->live && found->collection == record.collection) members.insert(id);
  }
  one.members.assign(members.begin(), members.end());
  const domain::RecordId of_heads = derived_id(rules_, record.collection->name, heads);
  if (!members.empty()) one.head = members.contains(of_heads) ? of_heads : *members.begin();
  return one;
}

JoinGroup Joins::group_for(const Record& record) {
  return record.collection->joinable() ? group_of(record.id) : read_as_one(record);
}

std::vector<domain::RecordId> Joins::reach(const domain::RecordId& id) {
  std::set<domain::RecordId> reached = {id};
  std::vector<domain::RecordId> waiting = {id};
  while (!waiting.empty()) {
    const domain::RecordId here = waiting.back();
    waiting.pop_back();
    for (const domain::RecordId& about : work_.linked(here, joins_.name, rules_.catalogue)) {
      for (const domain::RecordId& end : link_targets(*work_.find(about))) {
        if (reached.insert(end).second) waiting.push_back(end);
      }
    }
  }
  return {reached.begin(), reached.end()};
}

}  // namespace suoi::sync
