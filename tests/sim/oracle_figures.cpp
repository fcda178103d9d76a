// Totals that follow from observations, quorums, certificates (domain.md, "Derived figures", "People").

#include <algorithm>

#include "oracle.hpp"
#include "suoi/certs/hashing.hpp"

namespace suoi::sim {
namespace {

constexpr std::int64_t kMomentMs = 20'000;  // the times of this world are multiples of it
constexpr std::int64_t kDay = 86'400'000;
constexpr std::int64_t kLocal = 7LL * 3'600'000;  // Việt Nam is seven hours ahead

class Totals {
 public:
  explicit Totals(const Facts& facts) : facts_(facts), groups_(facts) {}

  void check(const Fact& fact) const {
    const std::string_view collection = fact.record.collection->name;
    if (collection == "need") check_need(fact.record);
    if (collection == "activity") check_activity(fact.record);
    if (collection == "participation") check_participation(fact.record);
    if (collection == "certificate") check_certificate(fact.record);
  }

 private:
  // Live observations about what is one thing with `target` that no other one voids.
  std::vector<const sync::Record*> valid(std::string_view collection, const char* field, const RecordId& target) const {
    const std::set<RecordId> targets = groups_.members(target);
    std::vector<const sync::Record*> live;
    std::set<RecordId> voided;
    for (const auto& [id, fact] : facts_.records) {
      const sync::Record& record = fact.record;
      if (record.collection == nullptr || record.collection->name != collection || !record.live) continue;
      const auto about = record.ref(field);
      if (!about || !targets.contains(*about)) continue;
      live.push_back(&record);
      if (const auto other = record.ref("voids")) voided.insert(*other);
    }
    std::erase_if(live, [&](const sync::Record* record) { return voided.contains(record->id); });
    return live;
  }

  static void expect(const sync::Record& record, const char* field, const Value& value) {
    if (record.value(field) == value) return;
    throw Broken(std::string(record.collection->name) + " " + record.id.text() + ": " + field + " is " +
                 domain::canonical_json(record.value(field)) + " and must be " + domain::canonical_json(value));
  }

  std::int64_t arrived(const sync::Record& distribution) const {
    const sync::Record* last = nullptr;
    for (const sync::Record* one : valid("delivery_confirmation", "distribution", distribution.id)) {
      if (last == nullptr || std::pair(last->created_ms, last->id) < std::pair(one->created_ms, one->id)) last = one;
    }
    const std::int64_t quantity = distribution.integer("quantity").value_or(0);
    if (last == nullptr || last->text("outcome") == "all") return quantity;
    return last->text("outcome") == "short" ? last->integer("quantity").value_or(0) : 0;
  }

  void check_need(const sync::Record& need) const {
    if (!need.live) return;
    std::int64_t delivered = 0;
    for (const sync::Record* one : valid("distribution", "need", need.id)) delivered += arrived(*one);
    std::optional<std::pair<std::string, std::int64_t>> stands;  // the latest day; of one day the larger
    for (const sync::Record* one : valid("assessment", "need", need.id)) {
      const std::pair seen(one->text("assessed_on"), one->integer("quantity").value_or(0));
      if (!stands || seen > *stands) stands = seen;
    }
    if (stands) {
      expect(need, "quantity", Value(stands->second));
      expect(need, "open", Value(std::max<std::int64_t>(0, stands->second - delivered)));
    } else {
      expect(need, "quantity", Value());
    }
    if (delivered > 0) expect(need, "delivered", Value(delivered));
  }

  void check_activity(const sync::Record& activity) const {
    if (!activity.live) return;
    static const std::map<std::string, int> kRank = {{"counted", 3}, {"list", 2}, {"estimated", 1}};
    std::map<std::string, std::pair<int, std::int64_t>> best;  // of each age band
    for (const sync::Record* count : valid("headcount", "activity", activity.id)) {
      const auto basis = kRank.find(count->text("basis"));
      const std::pair figure(basis != kRank.end() ? basis->second : 0, count->integer("count").value_or(0));
      auto& known = best[count->text("age_band")];
      known = std::max(known, figure);
    }
    std::int64_t children = 0;
    for (const auto& [band, figure] : best) children += band == "adult" ? 0 : figure.second;
    if (!best.empty()) expect(activity, "contacts", Value(children));
  }

  // Moment by moment, each counted once; of each day the whole minutes, at most 720.
  std::int64_t minutes(const std::vector<const sync::Record*>& attendance) const {
    std::map<std::int64_t, std::set<std::int64_t>> by_day;
    for (const sync::Record* one : attendance) {
      for (std::int64_t at = *one->integer("from"); at < *one->integer("to"); at += kMomentMs) {
        by_day[(at + kLocal) / kDay].insert(at);
      }
    }
    std::int64_t sum = 0;
    for (const auto& [day, attended] : by_day) {
      sum += std::min<std::int64_t>(720, static_cast<std::int64_t>(attended.size()) * kMomentMs / 60'000);
    }
    return sum;
  }

  static std::string digest(const sync::Record& participation, const std::vector<const sync::Record*>& attendance) {
    std::map<std::string, Value> by_id;
    for (const sync::Record* one : attendance) {
      by_id.emplace(one->id.text(), Value::Array{Value(one->id.text()), one->value("from"), one->value("to")});
    }
    Value::Array list;
    for (const auto& [id, interval] : by_id) list.push_back(interval);
    const Value content = Value::Object{{"activity", participation.value("activity")},
                                        {"attendance", Value(std::move(list))},
                                        {"person", participation.value("person")}};
    const auto bytes = certs::sha256(domain::canonical_json(content));
    return hex_text(certs::bytes_of(bytes));
  }

  const sync::Record* certificate_of(const RecordId& participation) const {
    for (const auto& [id, fact] : facts_.records) {
      if (fact.record.collection == nullptr || fact.record.collection->name != "certificate") continue;
      const auto about = fact.record.ref("participation");
      if (about && groups_.members(participation).contains(*about)) return &fact.record;
    }
    return nullptr;
  }

  // The people whose approval of a step stands: it names the present digest, and its author did not withdraw later.
  std::set<std::string> people_for(const sync::Record& participation, const std::string& now,
                                   std::string_view step) const {
    std::vector<const sync::Record*> approvals = valid("approval", "participation", participation.id);
    std::sort(approvals.begin(), approvals.end(), [](const sync::Record* a, const sync::Record* b) {
      return std::pair(a->created_ms, a->id) < std::pair(b->created_ms, b->id);
    });
    std::set<std::string> people;
    for (const sync::Record* approval : approvals) {
      const std::string person = approval->created_by.text();
      if (approval->text("digest") != now || person == participation.text("person")) continue;
      if (approval->text("step") == step) people.insert(person);
      if (approval->text("step") == "withdraw") people.erase(person);
    }
    return people;
  }

  void check_participation(const sync::Record& participation) const {
    if (!participation.live) return;
    const auto attendance = valid("attendance", "participation", participation.id);
    expect(participation, "minutes", Value(minutes(attendance)));
    const sync::Record& shows = facts_.records.at(groups_.head(participation.id)).record;
    const std::string now = digest(shows, attendance);
    if (certificate_of(participation.id) != nullptr) return expect(participation, "state", Value("certified"));
    const auto attesters = people_for(participation, now, "attest");
    const auto checkers = people_for(participation, now, "check");
    const auto approvers = people_for(participation, now, "approve");
    bool quorum = false;
    for (const std::string& attester : attesters) {
      for (const std::string& checker : checkers) {
        for (const std::string& approver : approvers) {
          quorum = quorum || (attester != checker && checker != approver && attester != approver);
        }
      }
    }
    std::string state = attesters.empty() ? "recorded" : "attested";
    if (!checkers.empty()) state = "checked";
    if (quorum) state = "approved";
    if (!people_for(participation, now, "decline").empty()) state = "declined";
    expect(participation, "state", Value(state));
  }

  // Never without a quorum: three different people, none of them its subject, for what the certificate states.
  void check_certificate(const sync::Record& certificate) const {
    const auto fail = [&](const std::string& what) {
      throw Broken("certificate " + certificate.id.text() + " " + what);
    };
    std::set<std::string> steps, people;
    for (const Value& id : *certificate.value("approvals").array()) {
      const auto found = facts_.records.find(*RecordId::parse(*id.text()));
      if (found == facts_.records.end()) return fail("names an approval that is not there");
      const sync::Record& approval = found->second.record;
      if (approval.text("digest") != certificate.text("digest")) fail("names an approval of something else");
      if (approval.ref("participation") != certificate.ref("participation")) fail("names an approval of another one");
      steps.insert(approval.text("step"));
      people.insert(approval.created_by.text());
    }
    if (steps != std::set<std::string>{"approve", "attest", "check"}) fail("has not all three steps");
    if (people.size() != 3 || people.contains(certificate.text("person"))) fail("has no three different people");
  }

  const Facts& facts_;
  const Groups groups_;
};

}  // namespace

void check_figures(const Facts& facts) {
  const Totals totals(facts);
  std::set<std::string> numbers;
  for (const auto& [id, fact] : facts.records) {
    if (fact.record.collection == nullptr) continue;
    totals.check(fact);
    if (fact.record.collection->name != "certificate") continue;
    if (!numbers.insert(fact.record.text("number")).second) throw Broken("a certificate's number was given twice");
  }
}

}  // namespace suoi::sim
