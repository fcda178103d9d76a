#include "suoi/sync/record.hpp"

#include <algorithm>

namespace suoi::sync {
namespace {

const domain::Value kNothing;

constexpr std::string_view kPersonPrefix = "person:";
constexpr std::string_view kDeskSuffix = "/desk";

}  // namespace

std::optional<StreamKey> StreamKey::parse(std::string_view text) {
  if (text.starts_with(kPersonPrefix)) {
    const auto person = domain::PersonId::parse(text.substr(kPersonPrefix.size()));
    if (!person) return std::nullopt;
    return StreamKey{StreamType::person, {}, *person};
  }
  StreamKey key;
  if (text.ends_with(kDeskSuffix)) {
    key.type = StreamType::desk;
    text.remove_suffix(kDeskSuffix.size());
  }
  const auto unit = domain::UnitKey::parse(text);
  if (!unit) return std::nullopt;
  key.unit = *unit;
  return key;
}

std::string StreamKey::text() const {
  if (type == StreamType::person) return std::string(kPersonPrefix) + person.text();
  return type == StreamType::desk ? unit.text() + std::string(kDeskSuffix) : unit.text();
}

const FieldState* Record::state(std::size_t slot) const {
  const auto found = std::lower_bound(fields.begin(), fields.end(), slot,
                                      [](const FieldState& field, std::size_t wanted) { return field.slot < wanted; });
  return found != fields.end() && found->slot == slot ? &*found : nullptr;
}

FieldState& Record::state_or_new(std::size_t slot) {
  const auto found = std::lower_bound(fields.begin(), fields.end(), slot,
                                      [](const FieldState& field, std::size_t wanted) { return field.slot < wanted; });
  if (found != fields.end() && found->slot == slot) return *found;
  FieldState fresh;
  fresh.slot = static_cast<std::uint16_t>(slot);
  return *fields.insert(found, std::move(fresh));
}

const domain::Value& Record::value(std::string_view name) const {
  const domain::Field* field = collection->field(name);
  if (field == nullptr) return kNothing;
  const FieldState* found = state(domain::frontier_slot(*collection, collection->slot(*field)));
  if (found == nullptr) return kNothing;
  if (field->group.empty()) return found->value;
  const domain::Value* member = found->value.find(name);
  return member != nullptr ? *member : kNothing;
}

std::string Record::text(std::string_view field) const {
  const std::string* found = value(field).text();
  return found != nullptr ? *found : std::string();
}

std::optional<std::int64_t> Record::integer(std::string_view field) const {
  const std::int64_t* found = value(field).integer();
  return found != nullptr ? std::optional(*found) : std::nullopt;
}

std::optional<domain::RecordId> Record::ref(std::string_view field) const {
  const std::string* found = value(field).text();
  return found != nullptr ? domain::RecordId::parse(*found) : std::nullopt;
}

domain::Value::Object readable_fields(const Record& record) {
  domain::Value::Object readable;
  for (const FieldState& state : record.fields) {
    if (state.slot == domain::kUnitSlot || state.value.is_null()) continue;
    const domain::Field& field = record.collection->fields[state.slot];
    if (field.group.empty()) {
      readable.emplace(field.name, state.value);
      continue;
    }
    if (const domain::Value::Object* members = state.value.object()) {
      for (const auto& [name, value] : *members) {
        if (!value.is_null()) readable.emplace(name, value);
      }
    }
  }
  return readable;
}

}  // namespace suoi::sync
