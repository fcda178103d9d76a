// Pledges, what is granted of them, and what was handed out beyond that (merge.md, "Scarce things are decided in one
// place"; domain.md, "Derived figures").

#include <algorithm>

#include "grants.hpp"
#include "planner.hpp"

namespace suoi::sync {
namespace {

using domain::Value;

bool names_or_is_open(const Value& earmark, const std::string& wanted) {
  const Value::Array* names = earmark.array();
  if (names == nullptr || names->empty()) return true;
  return std::any_of(names->begin(), names->end(), [&](const Value& name) { return name == Value(wanted); });
}

std::int64_t amount_of(const Record& record) {
  return record.integer("quantity").value_or(record.integer("money").value_or(0));
}

// What of a pledge came; what was rejected did not.
std::int64_t received_of(const Record& pledge, const std::vector<const Record*>& receipts) {
  const std::string_view kind = pledge.integer("quantity") ? "quantity" : "money";
  std::int64_t received = 0;
  for (const Record* receipt : standing(receipts)) {
    if (receipt->text("quality") != "rejected") received += receipt->integer(kind).value_or(0);
  }
  return received;
}

// What can be granted: what was promised, and once all of it came no more than came.
std::int64_t amount_to_grant(const Record& pledge, std::int64_t received) {
  if (pledge.text("status") == "cancelled") return 0;
  const std::int64_t promised = amount_of(pledge);
  if (promised == 0) return received;
  return pledge.text("status") == "received" && received > 0 ? std::min(promised, received) : promised;
}

std::string allocation_status(std::int64_t asked, std::int64_t granted, std::int64_t delivered) {
  if (asked == 0) return "released";
  if (granted == 0) return "refused";
  return delivered >= granted ? "delivered" : "reserved";
}

bool came_before(const Record* a, const Record* b) {
  const auto turn = [](const Record* allocation) { return allocation->integer("turn").value_or(INT64_MAX); };
  return std::tuple(turn(a), a->created_ms, a->id) < std::tuple(turn(b), b->created_ms, b->id);
}

std::set<Value> ids_of(const std::vector<const Record*>& records) {
  std::set<Value> ids;
  for (const Record* record : records) ids.emplace(record->id.text());
  return ids;
}

}  // namespace

void Planner::note_aid(const Record& record, bool is_new) {
  const std::string_view collection = record.collection->name;
  if (collection == "pledge") pledges_.insert(record.id);
  if (collection == "receipt") {
    if (const auto pledge = record.ref("pledge")) pledges_.insert(*pledge);
    if (is_new) receipts_.insert(record.id);
  }
  if (collection == "allocation") {
    pledges_.insert(*record.ref("pledge"));
    needs_.insert(*record.ref("need"));
  }
  if (collection != "distribution") return;
  const auto named = record.ref("allocation");
  const Record* allocation = named ? work_.find(*named) : nullptr;
  if (allocation != nullptr && allocation->collection->name == "allocation") note_aid(*allocation, false);
}

bool Planner::any_allocations() {
  return work_.any(allocations_);
}

Planner::HandedOut Planner::handed_out(const std::vector<const Record*>& distributions) {
  HandedOut out;
  for (const Record* distribution : standing(distributions)) {
    out.distributions.push_back(distribution);
    out.quantity += arrived(*distribution, live_linked(distribution->id, "delivery_confirmation"));
  }
  return out;
}

// What was handed out under an allocation. A correction need not name it again, so all of its need are looked at.
Planner::HandedOut Planner::handed_out_of(const Record& allocation) {
  std::map<domain::RecordId, const Record*> all;
  for (const domain::RecordId& target : {allocation.id, *allocation.ref("need")}) {
    for (const Record* one : live_linked(target, "distribution")) all.emplace(one->id, one);
  }
  std::vector<const Record*> distributions;
  for (const auto& [id, one] : all) distributions.push_back(one);
  std::vector<const Record*> valid = standing(distributions);
  std::erase_if(valid, [&](const Record* one) { return one->ref("allocation") != allocation.id; });
  return handed_out(valid);
}

void Planner::derive_pledge(const domain::RecordId& id) {
  const Record* pledge = work_.find(id);
  if (pledge != nullptr && pledge->collection->name != "pledge") return;
  std::vector<const Record*> allocations = live_linked(id, "allocation");
  std::sort(allocations.begin(), allocations.end(), came_before);
  std::vector<domain::RecordId> ids;
  for (const Record* one : allocations) ids.push_back(one->id);
  if (pledge == nullptr) {
    for (const domain::RecordId& waiting : ids) decide_allocation(waiting, {{"status", Value("asked")}});
    return;
  }
  const std::int64_t received = received_of(*pledge, live_linked(id, "receipt"));
  const std::string until = pledge->text("valid_until");
  const bool in_force = until.empty() || until >= local_date(arrival_ms_);
  std::vector<Ask> asks;
  for (const Record* one : allocations) {
    const Record* need = work_.find(*one->ref("need"));
    const bool meant =
        (need == nullptr || names_or_is_open(pledge->value("earmark_categories"), need->text("category"))) &&
        names_or_is_open(pledge->value("earmark_communes"), (need != nullptr ? need : one)->unit.text());
    asks.push_back({one->integer("quantity_asked").value_or(0), one->integer("granted").value_or(0), meant});
  }
  const std::int64_t amount = amount_to_grant(*pledge, received);
  const std::vector<std::int64_t> granted = share_out(amount, in_force && pledge->text("status") != "closed", asks);
  std::int64_t turn = 0;
  std::int64_t sum = 0;
  for (std::size_t at = 0; at < ids.size(); ++at) {
    sum += granted[at];
    turn = grant(ids[at], turn, granted[at]);
  }
  set_figures(id, {"received", "granted", "free"},
              {{"received", Value(received)}, {"granted", Value(sum)}, {"free", Value(amount - sum)}});
}

// Writes what an allocation gets; gives its turn. The turn after `before` is that of one which had none.
std::int64_t Planner::grant(const domain::RecordId& id, std::int64_t before, std::int64_t granted) {
  const Record allocation = *work_.find(id);
  const std::int64_t asked = allocation.integer("quantity_asked").value_or(0);
  const std::int64_t turn = allocation.integer("turn").value_or(before + 1);
  const HandedOut out = handed_out_of(allocation);
  decide_allocation(id, {{"granted", Value(granted)},
                         {"status", Value(allocation_status(asked, granted, out.quantity))},
                         {"short", Value(asked - granted)},
                         {"turn", Value(turn)}});
  settle_case("over_delivery", {id}, "", out.quantity > granted ? ids_of(out.distributions) : std::set<Value>{});
  return turn;
}

void Planner::decide_allocation(const domain::RecordId& id, Value::Object decided) {
  const Record& allocation = *work_.find(id);
  erase_if(decided, [&](const auto& field) { return allocation.value(field.first) == field.second; });
  if (!decided.empty()) server_change("allocation", id, std::move(decided));
}

// Numbers are given once, in the order of arrival, without gaps.
void Planner::number_receipt(const domain::RecordId& id) {
  const Record& receipt = *work_.find(id);
  const auto province = rules_.units.province(receipt.unit);
  if (!province || !receipt.value("slip_number").is_null()) return;
  const int year = year_of(arrival_ms_);
  const std::int64_t count = work_.state().next_slip_number(*province, year);
  server_change("receipt", id, {{"slip_number", Value(number_text(*province, year, count))}});
}

// The distributions of a need with those that name only an allocation to it.
std::vector<const Record*> Planner::distributions_to(const JoinGroup& need) {
  std::vector<const Record*> all = live_linked(need, "distribution");
  if (!any_allocations()) return all;
  for (const Record* allocation : live_linked(need, "allocation")) {
    for (const Record* one : live_linked(allocation->id, "distribution")) {
      if (one->value("need").is_null()) all.push_back(one);
    }
  }
  return all;
}

// Adds what is reserved for a need and what goes beyond it, and asks a person where that is so.
void Planner::weigh_aid(const JoinGroup& need, const std::vector<const Record*>& distributions,
                        std::map<std::string, Value, std::less<>>& figures) {
  const bool allocated = any_allocations();
  const std::vector<const Record*> allocations =
      allocated ? live_linked(need, "allocation") : std::vector<const Record*>{};
  std::vector<const Record*> unnamed = standing(distributions);
  std::int64_t room = 0;  // what was granted and not yet handed out
  std::set<domain::RecordId> sources;
  std::set<Value> supply;
  for (const Record* allocation : allocations) {
    std::erase_if(unnamed, [&](const Record* one) { return one->ref("allocation") == allocation->id; });
    const std::int64_t granted = allocation->integer("granted").value_or(0);
    room += std::max<std::int64_t>(0, granted - handed_out_of(*allocation).quantity);
    if (granted == 0) continue;
    sources.insert(*allocation->ref("pledge"));
    supply.emplace(allocation->id.text());
  }
  // How much of it arrived only matters beside what was granted.
  const HandedOut out = allocated ? handed_out(unnamed) : HandedOut{unnamed, 0};
  for (const Record* one : out.distributions) {
    sources.insert(one->id);
    supply.emplace(one->id.text());
  }
  const std::int64_t reserved = std::max<std::int64_t>(0, room - out.quantity);
  if (!allocations.empty()) figures.emplace("reserved", reserved);
  const auto quantity = figures.find("quantity");
  const auto delivered = figures.find("delivered");
  const std::int64_t beyond = quantity == figures.end() || delivered == figures.end()
                                  ? 0
                                  : *delivered->second.integer() + reserved - *quantity->second.integer();
  if (beyond > 0 && sources.size() > 1) figures.emplace("beyond", beyond);
  const bool over = !allocations.empty() && out.quantity > room;
  settle_aid(need, allocated, over ? ids_of(out.distributions) : std::set<Value>{},
             figures.contains("beyond") ? supply : std::set<Value>{});
}

void Planner::settle_aid(const JoinGroup& need, bool allocated, const std::set<Value>& over,
                         const std::set<Value>& overlapping) {
  for (const domain::RecordId& member : need.members) {
    const bool shows = member == need.head;
    if (allocated) settle_case("over_delivery", {member}, "", shows ? over : std::set<Value>{});
    // While nothing went beyond the need there is no such case to close.
    if (overlapping.empty() && work_.find(member)->value("beyond").is_null()) continue;
    settle_case("overlap", {member}, "", shows ? overlapping : std::set<Value>{});
  }
}

}  // namespace suoi::sync
