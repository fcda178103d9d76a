#include "oracle.hpp"

#include <algorithm>
#include <sstream>

#include "cast.hpp"
#include "world.hpp"

namespace suoi::sim {
namespace {

// Every stream that anything in this world can be filed in.
std::vector<std::string> all_streams() {
  std::vector<std::string> streams;
  for (std::size_t person = 0; person < cast().size(); ++person)
    streams.push_back("person:" + person_id(person).text());
  for (const std::string_view commune : {kLaiChau, kPhuBinh}) {
    const domain::UnitKey province = *units().province(*domain::UnitKey::parse(commune));
    std::vector<domain::UnitKey> keys = units().children(province);
    keys.push_back(province);
    for (const domain::UnitKey& key : keys) {
      streams.push_back(key.text());
      streams.push_back(key.text() + "/desk");
    }
  }
  return streams;
}

Entry entry_of(const storage::AuditEntry& audit) {
  Entry entry;
  const sync::AppliedChange& change = audit.change;
  entry.content = change.change.content;
  if (const std::int64_t* mark = member(entry.content, "mark").integer()) entry.mark = *mark;
  entry.device = change.stamp.device.text();
  entry.person = change.stamp.person.text();
  entry.life = change.stamp.life;
  entry.seq = change.stamp.seq;
  entry.version = change.stamp.version;
  const std::int64_t* base = member(entry.content, "base").integer();
  entry.base = std::min(base != nullptr ? *base : 0, entry.version - 1);
  entry.corrected_ms = change.corrected_ms;
  entry.arrival_ms = audit.arrival_ms;
  if (change.filed_under) entry.filed_under = change.filed_under->text();
  entry.is_delete = !member(entry.content, "delete").is_null();
  entry.quarantined = audit.verdict.kind == sync::VerdictKind::quarantined;
  return entry;
}

void add_record(Facts& facts, storage::Reader& reader, const RecordId& id) {
  if (facts.records.contains(id)) return;
  Fact fact;
  const auto record = reader.record(id);
  if (record) fact.record = *record;
  for (const storage::AuditEntry& audit : reader.audit(id)) fact.entries.push_back(entry_of(audit));
  if (!record && fact.entries.empty()) return;
  for (const Entry& entry : fact.entries) {
    if (entry.version > 0) fact.applied.push_back(entry);
  }
  std::stable_sort(fact.applied.begin(), fact.applied.end(),
                   [](const Entry& a, const Entry& b) { return a.version < b.version; });
  if (!record && !fact.applied.empty()) throw Broken("record " + id.text() + " has changes and is not there");
  facts.records.emplace(id, std::move(fact));
}

void add_lives(Facts& facts, storage::Reader& reader, const Books& books) {
  const auto number = [&](const std::string& device, const std::string& incarnation) {
    return reader.life(*domain::DeviceId::parse(device), *domain::Incarnation::parse(incarnation));
  };
  for (const auto& [life, before] : books.continued) {
    const auto later = number(life.first, life.second);
    const auto earlier = number(life.first, before.first);
    if (later && earlier) facts.continues.emplace(later->no, std::pair(earlier->no, before.second));
  }
}

// Promises 1 and 2: what anybody got a receipt for is there, once.
void check_kept(const Facts& facts, const Books& books, const std::vector<const Phone*>& phones) {
  std::map<std::int64_t, int> found;
  for (const auto& [id, fact] : facts.records) {
    for (const Entry& entry : fact.entries) {
      if (entry.mark) ++found[*entry.mark];
    }
  }
  for (const auto& [mark, times] : found) {
    if (times > 1) throw Broken("change " + std::to_string(mark) + " is stored " + std::to_string(times) + " times");
    for (auto was = books.written().at(mark).was; was; was = books.written().at(*was).was) {
      if (found.contains(*was) && books.set_back.empty()) {
        throw Broken("change " + std::to_string(mark) + " is stored a second time as " + std::to_string(*was));
      }
    }
  }
  std::set<std::int64_t> still_held;
  for (const Phone* phone : phones) {
    if (phone->stolen || phone->store.wiped) continue;
    for (const Life& life : phone->store.lives) {
      for (const Kept& kept : life.kept) still_held.insert(kept.mark);
    }
  }
  std::set<std::int64_t> there;
  for (const auto& [mark, times] : found) {
    for (std::optional<std::int64_t> is = mark; is; is = books.written().at(*is).was) there.insert(*is);
  }
  for (const auto& [mark, written] : books.written()) {
    if (there.contains(mark)) continue;
    // A store that went back has lost what no phone kept: the phone itself was restored, wiped or stolen since.
    const bool nobody_has_it = books.set_back.contains(mark) && !still_held.contains(mark);
    if (written.promised && !nobody_has_it) {
      throw Broken("change " + std::to_string(mark) +
                   " had a receipt and is not there: " + domain::canonical_json(written.content));
    }
  }
}

// What was stored is what was written.
void check_content(const Facts& facts, const Books& books) {
  for (const auto& [id, fact] : facts.records) {
    for (const Entry& entry : fact.entries) {
      if (!entry.mark) continue;
      const Written& written = books.written().at(*entry.mark);
      if (entry.content != written.content) {
        throw Broken("change " + std::to_string(*entry.mark) + " was stored as " +
                     domain::canonical_json(entry.content));
      }
      if (entry.device != written.device) throw Broken("change " + std::to_string(*entry.mark) + " has another author");
    }
  }
}

// Clocks: never after the arrival, never backwards along a device's numbers.
void check_times(const Facts& facts) {
  std::map<std::pair<sync::LifeNo, std::int64_t>, const Entry*> by_seq;
  for (const auto& [id, fact] : facts.records) {
    for (const Entry& entry : fact.entries) {
      if (!entry.by_server()) by_seq[{entry.life, entry.seq}] = &entry;
    }
  }
  const Entry* before = nullptr;
  for (const auto& [key, entry] : by_seq) {
    if (before != nullptr && before->life == entry->life && before->corrected_ms > entry->corrected_ms) {
      throw Broken("change " + std::to_string(*entry->mark) + " is dated before the one that its device wrote earlier");
    }
    // Only where the server's own clock went back: then it is dated as the change before.
    const bool follows =
        before != nullptr && before->life == entry->life && before->corrected_ms == entry->corrected_ms;
    if (entry->corrected_ms > entry->arrival_ms && !follows) {
      throw Broken("change " + std::to_string(*entry->mark) + " is dated after its arrival");
    }
    before = entry;
  }
}

Value shown_record(std::int64_t version, const std::string& unit, const std::string& collection,
                   const Value::Object& fields) {
  return Value::Object{
      {"version", Value(version)}, {"unit", Value(unit)}, {"collection", Value(collection)}, {"fields", Value(fields)}};
}

// Property 3: every phone holds exactly the server's records of its streams.
void check_phones(const Facts& facts, const std::vector<const Phone*>& phones) {
  for (const Phone* phone : phones) {
    if (phone->stolen || phone->store.wiped || phone->revoked) continue;
    std::map<RecordId, Value> there, here;
    for (const auto& [id, fact] : facts.records) {
      const sync::Record& record = fact.record;
      if (record.collection == nullptr || !record.live || !phone->store.streams.contains(record.stream.text()))
        continue;
      there.emplace(id, shown_record(record.version, record.unit.text(), std::string(record.collection->name),
                                     fields_of(record)));
    }
    for (const auto& [id, held] : phone->store.records) {
      here.emplace(id, shown_record(held.version, held.unit, held.collection, held.fields));
    }
    if (here == there) continue;
    for (const auto& [id, value] : there) {
      const auto found = here.find(id);
      if (found != here.end() && found->second == value) continue;
      throw Broken("phone " + std::to_string(phone->number) + " holds " +
                   (found == here.end() ? "nothing" : domain::canonical_json(found->second)) + " instead of record " +
                   id.text() + " " + domain::canonical_json(value));
    }
    for (const auto& [id, value] : here) {
      if (!there.contains(id)) {
        throw Broken("phone " + std::to_string(phone->number) + " still holds record " + id.text() + " " +
                     domain::canonical_json(value));
      }
    }
  }
}

void check_store(Server& server) {
  const auto report = server.store().check({});
  if (!report.ok) throw Broken("suoi check: " + report.problems.front());
}

}  // namespace

bool Facts::saw(const Entry& later, const Entry& earlier) const {
  if (earlier.version <= later.base) return true;
  if (earlier.device != later.device) return false;
  if (earlier.life == later.life) return earlier.seq < later.seq;
  std::int64_t up_to = INT64_MAX;
  for (auto link = continues.find(later.life); link != continues.end(); link = continues.find(link->second.first)) {
    // What a predecessor took over itself, it had in full.
    up_to = link->second.second;
    if (link->second.first == earlier.life) return earlier.seq <= up_to;
  }
  return false;
}

Value::Object fields_of(const sync::Record& record) {
  Value::Object fields;
  for (const sync::FieldState& state : record.fields) {
    const domain::Field& field = record.collection->fields[state.slot];
    if (field.name == "unit" || state.value.is_null()) continue;
    if (field.group.empty()) {
      fields.emplace(field.name, state.value);
      continue;
    }
    for (const auto& [name, value] : *state.value.object()) {
      if (!value.is_null()) fields.emplace(name, value);
    }
  }
  return fields;
}

std::string shown(const Facts&, const Fact& fact) {
  std::ostringstream text;
  if (fact.record.collection != nullptr) {
    text << fact.record.collection->name << " " << fact.record.id.text() << " version " << fact.record.version << " "
         << (fact.record.live ? "live " : "deleted ") << domain::canonical_json(Value(fields_of(fact.record)));
  }
  for (const Entry& entry : fact.entries) {
    text << "\n      " << (entry.mark ? "change " + std::to_string(*entry.mark) : "server") << " version "
         << entry.version << " base " << entry.base << " life " << entry.life << " seq " << entry.seq << " at "
         << entry.corrected_ms << " " << domain::canonical_json(entry.content);
  }
  return text.str();
}

Facts gather(Server& server, const Books& books, const std::vector<const Phone*>& phones) {
  Facts facts;
  static_cast<void>(phones);
  server.read([&](storage::Reader& reader) {
    for (const auto& [mark, written] : books.written()) add_record(facts, reader, written.record);
    for (const std::string& stream : all_streams()) {
      for (const auto& entry : reader.page(*sync::StreamKey::parse(stream), 0, 1U << 30, 1U << 30)) {
        add_record(facts, reader, entry.record.id);
      }
    }
    add_lives(facts, reader, books);
  });
  return facts;
}

void check_promise(Server& server, const Books& books, const std::vector<const Phone*>& phones,
                   const std::function<void(const std::string&)>& tell, Figures& figures) {
  check_store(server);
  const Facts facts = gather(server, books, phones);
  for (const auto& [id, fact] : facts.records) {
    const bool of_people =
        std::any_of(fact.entries.begin(), fact.entries.end(), [](const Entry& one) { return !one.by_server(); });
    if (of_people) tell(shown(facts, fact));
    if (fact.record.collection == nullptr) continue;
    figures.cases += fact.record.collection->name == "case" ? 1 : 0;
    figures.quarantined += fact.record.collection->name == "quarantine" ? 1 : 0;
    figures.certificates += fact.record.collection->name == "certificate" ? 1 : 0;
  }
  check_kept(facts, books, phones);
  check_content(facts, books);
  check_times(facts);
  check_phones(facts, phones);
  check_existence(facts);
  check_fields(facts);
  check_joins(facts);
  check_quarantine(facts);
  check_figures(facts);
}

}  // namespace suoi::sim
