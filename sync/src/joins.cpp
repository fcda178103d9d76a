#include "joins.hpp"

#include <algorithm>
#include <set>

#include "merge_field.hpp"

namespace suoi::sync {
namespace {

bool contains(const std::vector<domain::RecordId>& sorted, const domain::RecordId& id) {
  return std::binary_search(sorted.begin(), sorted.end(), id);
}

// On which nodes of a graph one comes back to where one started, going along its edges: those of strongly connected
// components of more than one (Kosaraju). In proportion to nodes and edges.
std::vector<bool> on_circles(std::size_t nodes, const std::vector<std::pair<std::size_t, std::size_t>>& edges) {
  std::vector<std::vector<std::size_t>> forward(nodes);
  std::vector<std::vector<std::size_t>> back(nodes);
  for (const auto& [from, into] : edges) {
    forward[from].push_back(into);
    back[into].push_back(from);
  }
  // Everything that is reached from `start` and was not before; what was left last comes last.
  const auto walk = [](const std::vector<std::vector<std::size_t>>& next, std::vector<bool>& met, std::size_t start) {
    std::vector<std::size_t> left;
    if (met[start]) return left;
    std::vector<std::pair<std::size_t, std::size_t>> path = {{start, 0}};  // node, and which edge is next
    met[start] = true;
    while (!path.empty()) {
      auto& [node, edge] = path.back();
      if (edge == next[node].size()) {
        left.push_back(node);
        path.pop_back();
        continue;
      }
      const std::size_t to = next[node][edge++];
      if (met[to]) continue;
      met[to] = true;
      path.emplace_back(to, 0);
    }
    return left;
  };
  std::vector<std::size_t> order;
  std::vector<bool> met(nodes, false);
  for (std::size_t node = 0; node < nodes; ++node) {
    for (const std::size_t one : walk(forward, met, node)) order.push_back(one);
  }
  std::vector<bool> found(nodes, false);
  met.assign(nodes, false);
  for (auto node = order.rbegin(); node != order.rend(); ++node) {
    const std::vector<std::size_t> component = walk(back, met, *node);
    if (component.size() < 2) continue;
    for (const std::size_t one : component) found[one] = true;
  }
  return found;
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

domain::RecordId Joins::head_of(const std::vector<domain::RecordId>& members, const std::vector<Link>& links) {
  const auto place = [&](const domain::RecordId& id) {
    return static_cast<std::size_t>(std::lower_bound(members.begin(), members.end(), id) - members.begin());
  };
  std::vector<std::pair<std::size_t, std::size_t>> edges;
  for (const Link& link : links) edges.emplace_back(place(link.from), place(link.into));
  const std::vector<bool> circles = on_circles(members.size(), edges);
  const auto first = std::find(circles.begin(), circles.end(), true);
  if (first != circles.end()) return members[static_cast<std::size_t>(first - circles.begin())];
  return std::min_element(links.begin(), links.end(),
                          [](const Link& a, const Link& b) { return earlier(a.said, b.said); })
      ->into;
}

void Joins::forget() {
  groups_.clear();
  naming_.clear();
}

void Joins::forget_names() {
  naming_.clear();
}

JoinGroup Joins::group_of(const domain::RecordId& id) {
  if (!any()) return {id, {id}};
  const auto known = groups_.find(id);
  if (known != groups_.end()) return *known->second;
  const auto group = std::make_shared<const JoinGroup>(look_up(id));
  for (const domain::RecordId& member : group->members) groups_.insert_or_assign(member, group);
  return *group;
}

JoinGroup Joins::look_up(const domain::RecordId& id) {
  JoinGroup group{id, {id}};
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

JoinGroup Joins::read_as_one(const Record& record) {
  JoinGroup one{record.id, {}};
  if (record.live) one.members.push_back(record.id);
  if (!any()) return one;
  std::vector<JoinGroup> groups;
  std::vector<domain::RecordId> heads;
  for (const std::string_view field : record.collection->id_from) {
    const auto named = record.ref(field);
    if (!named) return one;
    groups.push_back(group_of(*named));
    heads.push_back(groups.back().head);
  }
  const auto is_alone = [](const JoinGroup& group) { return group.members.size() == 1; };
  if (std::all_of(groups.begin(), groups.end(), is_alone)) return one;
  const auto key = std::pair(record.collection->name, heads);
  auto known = naming_.find(key);
  if (known == naming_.end()) known = naming_.emplace(key, naming(*record.collection, groups)).first;
  one.members = known->second;
  const domain::RecordId of_heads = derived_id(rules_, record.collection->name, heads);
  if (!one.members.empty()) one.head = one.has(of_heads) ? of_heads : one.members.front();
  return one;
}

// Few are asked for by the ids that they would have; else all are looked at that name a member of the last group.
std::vector<domain::RecordId> Joins::naming(const domain::Collection& collection,
                                            const std::vector<JoinGroup>& groups) {
  constexpr std::size_t kAskedMax = 64;
  std::size_t combinations = 1;
  for (const JoinGroup& group : groups) combinations *= group.members.size();
  std::vector<domain::RecordId> ids;
  if (combinations <= kAskedMax) {
    ids = ids_naming(collection, groups);
  } else {
    for (const domain::RecordId& member : groups.back().members) {
      for (const domain::RecordId& id : work_.linked(member, collection.name, rules_.catalogue)) ids.push_back(id);
    }
  }
  std::erase_if(ids, [&](const domain::RecordId& id) {
    const Record* found = work_.find(id);
    if (found == nullptr || !found->live || found->collection != &collection) return true;
    for (std::size_t at = 0; at < groups.size(); ++at) {
      const auto named = found->ref(collection.id_from[at]);
      if (!named || !groups[at].has(*named)) return true;
    }
    return false;
  });
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

std::vector<domain::RecordId> Joins::ids_naming(const domain::Collection& collection,
                                                const std::vector<JoinGroup>& groups) const {
  std::vector<std::vector<domain::RecordId>> names = {{}};
  for (const JoinGroup& group : groups) {
    std::vector<std::vector<domain::RecordId>> longer;
    for (const std::vector<domain::RecordId>& begun : names) {
      for (const domain::RecordId& member : group.members) {
        longer.push_back(begun);
        longer.back().push_back(member);
      }
    }
    names = std::move(longer);
  }
  std::vector<domain::RecordId> ids;
  for (const std::vector<domain::RecordId>& from : names) ids.push_back(derived_id(rules_, collection.name, from));
  return ids;
}

JoinGroup Joins::group_for(const Record& record) {
  return record.collection->joinable() ? group_of(record.id) : read_as_one(record);
}

std::vector<domain::RecordId> Joins::reach(std::vector<domain::RecordId> waiting) {
  std::set<domain::RecordId> reached(waiting.begin(), waiting.end());
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
