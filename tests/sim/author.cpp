#include "author.hpp"

#include <algorithm>
#include <array>

#include "cast.hpp"
#include "suoi/certs/hashing.hpp"
#include "suoi/domain/catalogue.hpp"

namespace suoi::sim {
namespace {

using domain::Collection;
using domain::Field;
using domain::FieldType;
using domain::MergeRule;

constexpr std::array<std::string_view, 6> kWords = {"một", "hai", "ba", "bốn", "năm", "sáu"};
constexpr std::array<std::string_view, 3> kTitles = {"Khám mắt cho trẻ em", "Khám mắt trẻ em", "Trồng rừng"};

struct Shown {
  RecordId id;
  Held held;
};

std::string derived(std::string_view collection, const RecordId& a, const RecordId& b) {
  const std::string name = std::string(collection) + ":" + a.text() + ":" + b.text();
  return domain::uuid_v5(certs::openssl_hashing(), domain::Catalogue::id_namespace(), name).text();
}

class Author {
 public:
  Author(const Phone& phone, Pen pen) : phone_(phone), pen_(pen), dice_(pen.dice) { look(); }

  std::optional<Value::Object> write() {
    if (is_coordinator() && dice_.chance(12)) return join();
    const std::size_t what = dice_.roll(100);
    if (what < 6) return new_activity();
    if (what < 9) return new_need();
    if (what < 10) return new_place();
    if (what < 13) return settle_activity();
    if (what < 55) return edit();
    if (what < 60) return new_participation("participation");
    if (what < 62) return new_participation("registration");
    if (what < 67) return new_attendance();
    if (what < 78) return new_approval();
    if (what < 81) return new_headcount();
    if (what < 86) return new_observation();
    if (what < 91) return move();
    if (what < 95) return decide();
    return erase();
  }

 private:
  bool is_coordinator() const {
    const auto& roles = cast()[phone_.person].roles;
    return std::any_of(roles.begin(), roles.end(),
                       [](const CastRole& role) { return role.role == domain::Role::coordinator; });
  }

  // What the screen shows: what the server sent, and own new records over it.
  void look() {
    for (const auto& [id, held] : phone_.store.records) shown_.push_back({id, held});
    for (const Life& life : phone_.store.lives) {
      for (const Kept& kept : life.kept) {
        const RecordId id = RecordId::parse(text_in(kept.content, "record")).value();
        const auto known = std::find_if(shown_.begin(), shown_.end(), [&](const Shown& one) { return one.id == id; });
        const bool creates = member(kept.content, "set").find("unit") != nullptr && kept.seq > life.acked;
        if (known != shown_.end() || !creates) continue;
        Held held;
        lay_over(kept.content, held);
        shown_.push_back({id, held});
      }
    }
  }

  // The same one for the same dice as long as it is there, whatever else comes or goes.
  const Shown* any(std::string_view collection, std::size_t hot_percent = 60) {
    const std::uint64_t salt = dice_.chance(hot_percent) ? 7 : dice_.next();
    const Shown* found = nullptr;
    std::uint64_t least = UINT64_MAX;
    for (const Shown& one : shown_) {
      if (one.held.collection != collection) continue;
      std::uint64_t low = 0;
      for (std::size_t at = 8; at < 16; ++at) low = low << 8 | one.id.uuid.bytes[at];
      // Most thoughts go to few records, so that people meet in them.
      const std::uint64_t rank = mixed(salt, low);
      if (rank >= least) continue;
      least = rank;
      found = &one;
    }
    return found;
  }

  static Value::Object change(std::string_view collection, const std::string& id, std::int64_t base) {
    return {{"collection", Value(collection)}, {"record", Value(id)}, {"base", Value(base)}};
  }

  std::optional<Value::Object> creation(std::string_view collection, Value::Object set) {
    return creation_of(collection, pen_.fresh_id().text(), std::move(set));
  }
  std::optional<Value::Object> creation_of(std::string_view collection, const std::string& id, Value::Object set) {
    const auto known = phone_.store.records.find(RecordId::parse(id).value());
    Value::Object made = change(collection, id, known != phone_.store.records.end() ? known->second.version : 0);
    set.try_emplace("unit", Value(unit()));
    made.emplace("set", Value(std::move(set)));
    return made;
  }

  // Mostly one's own, also by its old name; now and then one that is perhaps out of reach.
  std::string unit() {
    if (dice_.chance(2)) return std::string(dice_.pick(kCommunes));
    const std::string_view own = dice_.pick(cast()[phone_.person].roles).unit;
    if (own == kLeLoi && dice_.chance(30)) return std::string(kLeLoiBefore);
    if ((own == kPhuBinh || own == kDiemThuy) && dice_.chance(25)) return std::string(kThuongDinh);
    return std::string(own == kLaiChau ? kPaU : own);
  }

  Value date() { return Value("2026-11-" + std::to_string(10 + dice_.roll(4))); }
  Value instant() { return Value(1'795'000'000'000 + static_cast<std::int64_t>(dice_.roll(6)) * 3'600'000); }
  Value position() {
    static constexpr std::array<std::int64_t, 3> kLatitudes = {22'460'000, 22'460'010, 21'500'000};
    return Value::Object{{"lat", Value(dice_.pick(kLatitudes))}, {"lon", Value(105'900'000)}, {"accuracy", Value(10)}};
  }
  Value themes(const Field& field) {
    static constexpr std::array<std::string_view, 4> kThemes = {"children", "forest", "health", "traffic"};
    Value::Array list;
    for (const std::string_view theme : kThemes) {
      if (dice_.chance(40)) list.emplace_back(field.values.empty() ? theme : field.values.front());
    }
    return Value(std::move(list));
  }

  Value text_like(const Field& field, const Value& before) {
    if (field.merge != MergeRule::text) return Value(dice_.pick(kTitles));
    std::string text = before.text() != nullptr ? *before.text() : "một hai ba bốn năm";
    if (dice_.chance(10)) return Value(dice_.pick(kWords));
    // Changes, drops or adds one word.
    std::vector<std::string> words;
    for (std::size_t from = 0; from <= text.size();) {
      const std::size_t to = std::min(text.find(' ', from), text.size());
      if (to > from) words.push_back(text.substr(from, to - from));
      from = to + 1;
    }
    const std::size_t at = words.empty() ? 0 : dice_.roll(words.size());
    const std::string word(dice_.pick(kWords));
    if (words.size() > 1 && dice_.chance(25)) {
      words.erase(words.begin() + static_cast<std::ptrdiff_t>(at));
    } else if (words.size() < 12 && dice_.chance(60)) {
      words.insert(words.begin() + static_cast<std::ptrdiff_t>(at), word);
    } else if (!words.empty()) {
      words[at] = word;
    }
    std::string joined;
    for (const std::string& one : words) joined += (joined.empty() ? "" : " ") + one;
    return Value(joined);
  }

  Value state_after(const Field& field, const Value& before) {
    const std::string now = before.text() != nullptr ? *before.text() : "";
    std::vector<std::string_view> next;
    for (const domain::Edge& edge : field.edges) {
      if (edge.from == now) next.push_back(edge.to);
    }
    if (next.empty() || dice_.chance(8)) return Value(dice_.pick(field.values));
    return Value(dice_.pick(next));
  }

  Value value_for(const Field& field, const Value& before) {
    if (dice_.chance(1)) return Value(Value::Object{{"bad", Value(true)}});
    switch (field.type) {
      case FieldType::text:
        return text_like(field, before);
      case FieldType::integer:
      case FieldType::money:
      case FieldType::minutes:
        return Value(static_cast<std::int64_t>(dice_.roll(5)));
      case FieldType::date:
        return date();
      case FieldType::instant:
        return instant();
      case FieldType::flag:
        return Value(dice_.chance(50));
      case FieldType::geo:
        return position();
      case FieldType::enumeration:
        return field.merge == MergeRule::state ? state_after(field, before) : Value(dice_.pick(field.values));
      case FieldType::set:
        return themes(field);
      case FieldType::counts:
        return Value::Object{{std::string(field.values.front()), Value(static_cast<std::int64_t>(dice_.roll(9)))}};
      case FieldType::digest:
        return Value(std::string(64, static_cast<char>('a' + dice_.roll(3))));
      case FieldType::ref:
      case FieldType::refs:
      case FieldType::digests:
      case FieldType::unit:
      case FieldType::object:
        break;
    }
    return Value(std::string(kPaU));  // fits units, and no other of these
  }

  std::optional<Value::Object> edit() {
    static constexpr std::array<std::string_view, 10> kOften = {"activity",      "activity",    "activity", "activity",
                                                                "activity",      "need",        "need",     "place",
                                                                "participation", "registration"};
    const Shown* shown = any(dice_.chance(4) ? std::string_view("attendance") : dice_.pick(kOften));
    if (shown == nullptr) return new_activity();
    const Collection& collection = *domain::release_catalogue().find(shown->held.collection);
    Value::Object made = change(collection.name, shown->id.text(), base_of(*shown));
    const std::size_t fields = dice_.chance(70) ? 1 : 2;
    for (std::size_t count = 0; count < fields; ++count) edit_field(made, collection, *shown);
    if (!made.contains("set") && !made.contains("inc") && !made.contains("add") && !made.contains("remove")) {
      return std::nullopt;
    }
    return made;
  }

  // Who opened the screen before the last sync edits what stood there then.
  std::int64_t base_of(const Shown& shown) {
    return dice_.chance(10) && shown.held.version_before > 0 ? shown.held.version_before : shown.held.version;
  }

  // A field that people write; hardly ever another one.
  const Field* some_field(const Collection& collection) {
    for (int tries = 0; tries < 12; ++tries) {
      const Field& field = collection.fields[1 + dice_.roll(collection.fields.size() - 1)];
      if (field.type == FieldType::ref) continue;
      const bool of_others = field.merge == MergeRule::server || !field.may_write.empty();
      if (of_others && !dice_.chance(2)) continue;
      if (field.merge == MergeRule::fixed && !dice_.chance(10)) continue;
      return &field;
    }
    return nullptr;
  }

  void edit_field(Value::Object& made, const Collection& collection, const Shown& shown) {
    const Field* chosen = some_field(collection);
    if (chosen == nullptr) return;
    const Field& field = *chosen;
    const std::string name(field.name);
    const auto held = shown.held.fields.find(name);
    const Value before = held != shown.held.fields.end() ? held->second : Value();
    if (field.merge == MergeRule::counter) {
      made["inc"] = Value(Value::Object{{name, Value(dice_.between(-2, 9))}});
    } else if (field.merge == MergeRule::set && dice_.chance(75)) {
      const std::string operation = dice_.chance(55) ? "add" : "remove";
      static constexpr std::array<std::string_view, 4> kThemes = {"children", "forest", "health", "traffic"};
      made[operation] = Value(Value::Object{{name, Value(Value::Array{Value(dice_.pick(kThemes))})}});
    } else {
      Value::Object set = made.contains("set") ? *made["set"].object() : Value::Object{};
      set[name] = !field.required && dice_.chance(5) ? Value() : value_for(field, before);
      made["set"] = Value(std::move(set));
    }
  }

  std::optional<Value::Object> new_activity() {
    Value::Object set{{"title", Value(dice_.pick(kTitles))}};
    if (dice_.chance(60)) set.emplace("planned_start", instant());
    if (dice_.chance(50)) set.emplace("themes", themes(*domain::release_catalogue().find("activity")->field("themes")));
    if (dice_.chance(50)) set.emplace("narrative", "một hai ba bốn năm");
    if (dice_.chance(60)) set.emplace("status", dice_.chance(60) ? "planned" : "held");
    return creation("activity", std::move(set));
  }

  std::optional<Value::Object> new_need() {
    Value::Object set{{"category", Value("warm_clothing")}, {"item", Value(dice_.pick(kTitles))}};
    if (dice_.chance(50)) set.emplace("unit_of_measure", "piece");
    if (const Shown* place = dice_.chance(50) ? any("place") : nullptr) set.emplace("place", place->id.text());
    return creation("need", std::move(set));
  }

  std::optional<Value::Object> new_place() {
    Value::Object set{{"name", Value(dice_.pick(kTitles))}};
    if (dice_.chance(70)) set.emplace("position", position());
    return creation("place", std::move(set));
  }

  std::optional<Value::Object> new_participation(std::string_view collection) {
    const Shown* activity = any("activity");
    if (activity == nullptr) return new_activity();
    static constexpr std::array<std::size_t, 4> kVolunteers = {0, 0, 4, 6};
    const RecordId person{person_id(dice_.pick(kVolunteers)).uuid};
    Value::Object set{{"activity", Value(activity->id.text())},
                      {"person", Value(person.text())},
                      {"unit", Value(activity->held.unit)}};
    if (collection == "registration") set.emplace("status", "asked");
    if (collection == "participation" && dice_.chance(40)) set.emplace("task", Value(dice_.pick(kTitles)));
    const std::string id = dice_.chance(3) ? pen_.fresh_id().text() : derived(collection, activity->id, person);
    return creation_of(collection, id, std::move(set));
  }

  std::optional<Value::Object> new_attendance() {
    const Shown* participation = any("participation");
    if (participation == nullptr) return new_participation("participation");
    const std::int64_t from = *instant().integer() + dice_.between(0, 3) * 86'400'000;
    Value::Object set{{"participation", Value(participation->id.text())},
                      {"unit", Value(participation->held.unit)},
                      {"from", Value(from)},
                      {"to", Value(from + dice_.between(1, 3) * 3'600'000)}};
    if (const Shown* other = dice_.chance(15) ? any("attendance") : nullptr) set.emplace("voids", other->id.text());
    return creation("attendance", std::move(set));
  }

  // What this phone shows of it, as an approval names it.
  std::string digest_of(const Shown& participation) {
    std::map<std::string, Value> attendance;
    std::set<std::string> voided;
    for (const Shown& one : shown_) {
      if (one.held.collection != "attendance") continue;
      const auto field = [&](const char* name) {
        const auto found = one.held.fields.find(name);
        return found != one.held.fields.end() ? found->second : Value();
      };
      if (field("participation") != Value(participation.id.text())) continue;
      if (field("voids").text() != nullptr) voided.insert(*field("voids").text());
      attendance.emplace(one.id.text(), Value::Array{Value(one.id.text()), field("from"), field("to")});
    }
    Value::Array list;
    for (const auto& [id, interval] : attendance) {
      if (!voided.contains(id)) list.push_back(interval);
    }
    const auto field = [&](const char* name) {
      const auto found = participation.held.fields.find(name);
      return found != participation.held.fields.end() ? found->second : Value();
    };
    const Value content =
        Value::Object{{"activity", field("activity")}, {"attendance", Value(list)}, {"person", field("person")}};
    const auto digest = certs::sha256(domain::canonical_json(content));
    return hex_text(certs::bytes_of(digest));
  }

  std::optional<Value::Object> new_approval() {
    const Shown* participation = any("participation", 85);
    if (participation == nullptr) return new_participation("participation");
    std::string_view step = "decline";
    for (const CastRole& role : cast()[phone_.person].roles) {
      if (role.role == domain::Role::team_leader) step = "attest";
      if (role.role == domain::Role::commune_leader) step = "check";
      if (role.role == domain::Role::coordinator) step = "approve";
    }
    if (dice_.chance(5)) step = "withdraw";
    if (dice_.chance(3)) step = "approve";
    Value::Object set{{"participation", Value(participation->id.text())},
                      {"unit", Value(participation->held.unit)},
                      {"step", Value(step)},
                      {"digest", Value(dice_.chance(95) ? digest_of(*participation) : std::string(64, 'a'))}};
    return creation("approval", std::move(set));
  }

  std::optional<Value::Object> new_headcount() {
    const Shown* activity = any("activity");
    if (activity == nullptr) return new_activity();
    static constexpr std::array<std::string_view, 3> kBands = {"0_2", "6_10", "adult"};
    static constexpr std::array<std::string_view, 3> kBases = {"counted", "list", "estimated"};
    return creation("headcount", {{"activity", Value(activity->id.text())},
                                  {"unit", Value(activity->held.unit)},
                                  {"count", Value(dice_.between(1, 40))},
                                  {"age_band", Value(dice_.pick(kBands))},
                                  {"basis", Value(dice_.pick(kBases))}});
  }

  std::optional<Value::Object> new_observation() {
    const Shown* need = any("need");
    if (need == nullptr) return new_need();
    Value::Object set{{"need", Value(need->id.text())},
                      {"unit", Value(need->held.unit)},
                      {"quantity", Value(dice_.between(5, 9) * 10)}};
    const Shown* distribution = any("distribution");
    if (distribution != nullptr && dice_.chance(25)) {
      return creation("delivery_confirmation", {{"distribution", Value(distribution->id.text())},
                                                {"unit", Value(distribution->held.unit)},
                                                {"outcome", Value("short")},
                                                {"quantity", Value(dice_.between(1, 40))}});
    }
    const bool hands_out = dice_.chance(40);
    set.emplace(hands_out ? "date" : "assessed_on", date());
    return creation(hands_out ? "distribution" : "assessment", std::move(set));
  }

  std::optional<Value::Object> move() {
    static constexpr std::array<std::string_view, 4> kMovable = {"activity", "need", "place", "participation"};
    const Shown* shown = any(dice_.pick(kMovable));
    if (shown == nullptr) return std::nullopt;
    Value::Object made = change(shown->held.collection, shown->id.text(), base_of(*shown));
    made.emplace("set", Value::Object{{"unit", Value(unit())}});
    return made;
  }

  // Says that two records are one thing, or takes that back.
  std::optional<Value::Object> join() {
    if (const Shown* known = dice_.chance(50) ? any("join", 0) : nullptr) {
      if (dice_.chance(25)) return join_round(*known);
      Value::Object made = change("join", known->id.text(), base_of(*known));
      const auto state = known->held.fields.find("state");
      const bool undone = state != known->held.fields.end() && state->second == Value("undone");
      made.emplace("set", Value::Object{{"state", Value(undone ? "joined" : "undone")}});
      return made;
    }
    static constexpr std::array<std::string_view, 4> kJoinable = {"activity", "activity", "need", "place"};
    const std::string_view collection = dice_.pick(kJoinable);
    const Shown* from = any(collection, 50);
    const Shown* into = any(collection, 20);
    if (from == nullptr || into == nullptr || (from == into && !dice_.chance(5))) return std::nullopt;
    Value::Object set{
        {"from", Value(from->id.text())}, {"into", Value(into->id.text())}, {"unit", Value(into->held.unit)}};
    if (dice_.chance(50)) set.emplace("state", "joined");
    return creation("join", std::move(set));
  }

  // The other way round, which makes a circle.
  std::optional<Value::Object> join_round(const Shown& known) {
    const auto end = [&](const char* name) { return known.held.fields.at(name); };
    if (!known.held.fields.contains("from") || !known.held.fields.contains("into")) return std::nullopt;
    return creation("join", {{"from", end("into")}, {"into", end("from")}, {"unit", Value(known.held.unit)}});
  }

  // It took place, or it was called off; people disagree.
  std::optional<Value::Object> settle_activity() {
    const Shown* shown = any("activity", 90);
    if (shown == nullptr) return std::nullopt;
    Value::Object made = change("activity", shown->id.text(), base_of(*shown));
    made.emplace("set", Value::Object{{"status", Value(dice_.chance(50) ? "held" : "cancelled")}});
    return made;
  }

  std::optional<Value::Object> decide() {
    const bool about_quarantine = dice_.chance(40);
    const Shown* shown = any(about_quarantine ? "quarantine" : "case");
    if (shown == nullptr) return std::nullopt;
    Value::Object made = change(shown->held.collection, shown->id.text(), base_of(*shown));
    Value::Object set;
    if (about_quarantine) {
      set.emplace("state", dice_.chance(75) ? "released" : "dismissed");
    } else {
      set.emplace("state", "resolved");
      set.emplace("how", "decided");
    }
    made.emplace("set", Value(std::move(set)));
    return made;
  }

  std::optional<Value::Object> erase() {
    static constexpr std::array<std::string_view, 9> kErasable = {"activity",   "activity",   "participation",
                                                                  "attendance", "assessment", "need",
                                                                  "place",      "headcount",  "distribution"};
    const Shown* shown = any(dice_.pick(kErasable));
    if (shown == nullptr) return std::nullopt;
    Value::Object made = change(shown->held.collection, shown->id.text(), base_of(*shown));
    made.emplace("delete", true);
    made.emplace("reason", "entered twice");
    return made;
  }

  const Phone& phone_;
  Pen pen_;
  Dice& dice_;
  std::vector<Shown> shown_;
};

}  // namespace

std::optional<Value::Object> think_of_change(const Phone& phone, Pen pen) {
  return Author(phone, pen).write();
}

}  // namespace suoi::sim
