// The trail of one record: what each change did, and what it found.

#include <algorithm>
#include <map>

#include "suoi/mobile_api/audit.hpp"
#include "suoi/mobile_api/json_writer.hpp"

namespace suoi::mobile_api {
namespace {

using domain::Value;

struct Touched {
  std::string_view deed;  // value, add, remove, inc
  Value given;
  Value before;
};
using TouchedFields = std::map<std::string, Touched>;

Value texts(const std::vector<std::string>& list) {
  Value::Array values;
  for (const std::string& text : list) values.emplace_back(text);
  return values;
}

// Takes the changes in the order in which they took effect and remembers what stands in each field.
class Replay {
 public:
  TouchedFields apply(const sync::Change& change) {
    TouchedFields touched;
    for (const auto& [name, value] : change.set) {
      touch(touched, name, "value", value);
      fields_[name] = value;
    }
    for (const auto& [name, amount] : change.inc) {
      touch(touched, name, "inc", Value(amount));
      const std::int64_t* before = fields_[name].integer();
      fields_[name] = Value((before != nullptr ? *before : 0) + amount);
    }
    for (const auto& [name, list] : change.add) touch_set(touched, name, "add", list);
    for (const auto& [name, list] : change.remove) touch_set(touched, name, "remove", list);
    return touched;
  }

 private:
  void touch(TouchedFields& touched, const std::string& name, std::string_view deed, Value given) {
    touched[name] = {deed, std::move(given), fields_[name]};
  }

  void touch_set(TouchedFields& touched, const std::string& name, std::string_view deed,
                 const std::vector<std::string>& list) {
    touch(touched, name, deed, texts(list));
    Value::Array items = fields_[name].array() != nullptr ? *fields_[name].array() : Value::Array{};
    for (const std::string& text : list) {
      std::erase(items, Value(text));
      if (deed == "add") items.emplace_back(text);
    }
    fields_[name] = Value(std::move(items));
  }

  std::map<std::string, Value> fields_;
};

void write_entry(JsonWriter& out, const storage::AuditEntry& entry, const TouchedFields& touched) {
  const sync::Stamp& stamp = entry.change.stamp;
  out.object().key("arrived").integer(entry.arrival_ms).key("made").integer(entry.change.corrected_ms);
  out.key("person").text(stamp.person.text()).key("device").text(stamp.device.text());
  out.key("seq").integer(stamp.seq).key("version").integer(stamp.version);
  out.key("verdict").value(Value(sync::verdict_members(entry.verdict)));
  if (entry.change.change.is_delete) out.key("deleted").text(entry.change.change.reason);
  out.key("fields").object();
  for (const auto& [name, field] : touched) {
    out.key(name).object().key(field.deed).value(field.given).key("before").value(field.before).end_object();
  }
  out.end_object().end_object();
}

}  // namespace

std::optional<std::string> audit_trail(storage::Reader& reader, const domain::RecordId& id) {
  const auto record = reader.record(id);
  const auto entries = reader.audit(id);
  if (!record && entries.empty()) return std::nullopt;
  std::vector<const storage::AuditEntry*> by_effect;
  for (const storage::AuditEntry& entry : entries) by_effect.push_back(&entry);
  const auto version = [](const storage::AuditEntry* entry) { return entry->change.stamp.version; };
  std::stable_sort(by_effect.begin(), by_effect.end(),
                   [&](const auto* a, const auto* b) { return version(a) < version(b); });
  Replay replay;
  std::map<const storage::AuditEntry*, TouchedFields> touched;
  for (const storage::AuditEntry* entry : by_effect) {
    // What is kept aside took no effect: it is compared with nothing and leaves nothing.
    touched[entry] = version(entry) == 0 ? Replay().apply(entry->change.change) : replay.apply(entry->change.change);
  }
  JsonWriter out;
  out.object().key("record").text(id.text()).key("collection");
  record ? out.text(record->collection->name) : out.null();
  out.key("entries").array();
  for (const storage::AuditEntry& entry : entries) write_entry(out, entry, touched[&entry]);
  out.end_array().end_object();
  return out.take();
}

}  // namespace suoi::mobile_api
