#include "world.hpp"

#include <algorithm>
#include <stdexcept>

#include "suoi/domain/catalogue.hpp"

namespace suoi::testing {

RecordId id_of(unsigned number) {
  RecordId id;
  id.uuid.bytes[0] = 0x01;
  id.uuid.bytes[6] = 0x70;
  id.uuid.bytes[8] = 0x80;
  for (std::size_t at = 0; at < 4; ++at) id.uuid.bytes[15 - at] = static_cast<std::uint8_t>(number >> (8 * at));
  return id;
}

domain::UnitKey unit_of(std::string_view text) {
  const auto key = domain::UnitKey::parse(text);
  if (!key) throw std::invalid_argument("no unit: " + std::string(text));
  return *key;
}

const domain::AdminUnits& units() {
  static const std::shared_ptr<const domain::AdminUnits> kUnits = domain::AdminUnits::embedded();
  return *kUnits;
}

sync::Rules rules() {
  return {domain::release_catalogue(), units(), test_hashing()};
}

Deed set(Value::Object fields) {
  return {{"set", Value(std::move(fields))}};
}

Deed inc(std::string field, std::int64_t amount) {
  return {{"inc", Value(Value::Object{{std::move(field), Value(amount)}})}};
}

namespace {

Deed elements(const char* operation, std::string field, const std::vector<std::string>& texts) {
  Value::Array list;
  for (const std::string& text : texts) list.emplace_back(text);
  return {{operation, Value(Value::Object{{std::move(field), Value(std::move(list))}})}};
}

}  // namespace

Deed add(std::string field, std::vector<std::string> texts) {
  return elements("add", std::move(field), texts);
}

Deed take(std::string field, std::vector<std::string> texts) {
  return elements("remove", std::move(field), texts);
}

Deed erase() {
  return {{"delete", Value(true)}, {"reason", Value("entered twice")}};
}

sync::Assignment role_in(Role role, std::string_view unit, std::optional<RecordId> organisation) {
  return {role, unit_of(unit), organisation, INT64_MIN, INT64_MAX};
}

Phone World::phone(unsigned number, std::vector<sync::Assignment> roles) {
  Phone phone;
  phone.author.device.uuid = id_of(0xD000 + number).uuid;
  phone.author.person.uuid = id_of(0xE000 + number).uuid;
  phone.author.life = state.begin_life();
  phone.author.authority.assignments = std::move(roles);
  state.set_authority(phone.author.person, phone.author.authority);
  return phone;
}

Phone World::phone(unsigned number) {
  return phone(number, {role_in(Role::coordinator, kLaiChau)});
}

sync::TimedChange World::note(Phone& phone, std::string_view collection, const RecordId& record, std::int64_t base,
                              const Deed& deed, std::int64_t at_ms) const {
  Value::Object content = deed;
  content.emplace("seq", ++phone.seq);
  content.emplace("at", at_ms);
  content.emplace("collection", collection);
  content.emplace("record", record.text());
  content.emplace("base", base);
  return {sync::read_change(Value(std::move(content)), phone.seq), at_ms};
}

Verdict World::write(Phone& phone, std::string_view collection, const RecordId& record, std::int64_t base,
                     const Deed& deed, std::int64_t at_ms) {
  return send(phone, {note(phone, collection, record, base, deed, at_ms)}).front();
}

std::vector<Verdict> World::send(const Phone& phone, std::vector<sync::TimedChange> changes) {
  const sync::MergePlan plan = sync::plan_merge(state, {phone.author, arrival_ms, std::move(changes)}, rules());
  state.apply(plan);
  std::vector<Verdict> verdicts;
  for (const sync::PlannedChange& change : plan.changes) {
    if (change.life == phone.author.life && !change.released) verdicts.push_back(change.verdict);
  }
  return verdicts;
}

const Record& World::record(const RecordId& id) const {
  return state.records().at(id);
}

std::int64_t World::version(const RecordId& id) const {
  const auto found = state.records().find(id);
  return found != state.records().end() ? found->second.version : 0;
}

const Record* World::open_case(std::string_view kind, const std::vector<RecordId>& subject,
                               std::string_view field) const {
  const auto found = state.records().find(sync::case_id(rules(), kind, subject, field));
  return found != state.records().end() && found->second.text("state") == "open" ? &found->second : nullptr;
}

std::size_t World::open_cases() const {
  return static_cast<std::size_t>(std::count_if(state.records().begin(), state.records().end(), [](const auto& entry) {
    return entry.second.collection->name == "case" && entry.second.text("state") == "open";
  }));
}

std::set<Value> candidate_values(const Record& open_case) {
  std::set<Value> values;
  for (const Value& candidate : *open_case.value("candidates").array()) values.insert(*candidate.find("value"));
  return values;
}

void meet(const Meeting& meeting, const std::function<void(Met&)>& check) {
  for (const bool a_came_last : {false, true}) {
    CAPTURE(a_came_last);
    Met met;
    met.a_came_last = a_came_last;
    met.id = id_of(1);
    World& world = met.world;
    Phone author = world.phone(1);
    Phone phone_a = world.phone(2);
    Phone phone_b = world.phone(3);
    if (!meeting.creation.empty()) {
      const Verdict made = world.write(author, meeting.collection, met.id, 0, meeting.creation, kNowMs - kDayMs);
      REQUIRE(made.kind == VerdictKind::applied);
    }
    const std::int64_t base = world.version(met.id);
    const auto send_a = [&] {
      met.a = world.write(phone_a, meeting.collection, met.id, base, meeting.deed_a, meeting.at_a_ms);
    };
    const auto send_b = [&] {
      met.b = world.write(phone_b, meeting.collection, met.id, base, meeting.deed_b, meeting.at_b_ms);
    };
    if (!a_came_last) send_a();
    send_b();
    if (a_came_last) send_a();
    check(met);
  }
}

namespace {

Deed with(Value::Object least, Value::Object more) {
  more.insert(least.begin(), least.end());
  return set(std::move(more));
}

}  // namespace

Deed new_activity(Value::Object more) {
  return with({{"unit", Value(kPaU)}, {"title", Value("Khám mắt cho trẻ em")}}, std::move(more));
}

Deed new_need(Value::Object more) {
  return with({{"unit", Value(kPaU)}, {"category", Value("warm_clothing")}}, std::move(more));
}

Deed new_place(Value::Object more) {
  return with({{"unit", Value(kPaU)}, {"name", Value("Điểm trường Nhú Ma")}}, std::move(more));
}

Deed new_participation(const RecordId& activity, const RecordId& person) {
  return set({{"unit", Value(kPaU)}, {"activity", Value(activity.text())}, {"person", Value(person.text())}});
}

Deed new_attendance(const RecordId& participation, std::int64_t from_ms, std::int64_t to_ms) {
  return set({{"unit", Value(kPaU)},
              {"participation", Value(participation.text())},
              {"from", Value(from_ms)},
              {"to", Value(to_ms)}});
}

RecordId participation_id(const RecordId& activity, const RecordId& person) {
  return sync::derived_id(rules(), "participation", {activity, person});
}

}  // namespace suoi::testing
