#include "personal_values.hpp"

#include <algorithm>

namespace suoi::storage {
namespace {

using domain::Collection;
using domain::Value;

bool is_kept_aside(const Collection& collection) {
  return collection.name == "quarantine" || collection.name == "returned_change";
}

std::string text_in(const Value* object, std::string_view member) {
  const Value* found = object != nullptr ? object->find(member) : nullptr;
  return found != nullptr && found->text() != nullptr ? *found->text() : std::string();
}

domain::Uuid id_in(const Value* object, std::string_view member, const domain::Uuid& otherwise) {
  return domain::Uuid::parse(text_in(object, member)).value_or(otherwise);
}

// A person's own record is about itself; others say whom they are about, or stand for a person without a record.
domain::Uuid subject(const Collection& collection, const domain::RecordId& record, const Value& set,
                     const sync::Record* after) {
  if (collection.name == "person" || collection.person_field.empty()) return record.uuid;
  const auto stored = after != nullptr ? after->ref(collection.person_field) : std::nullopt;
  return id_in(&set, collection.person_field, stored ? stored->uuid : record.uuid);
}

bool names_personal_field(const domain::Catalogue& catalogue, std::string_view field) {
  const auto& all = catalogue.collections();
  return std::any_of(all.begin(), all.end(), [&](const Collection& collection) {
    const domain::Field* known = collection.field(field);
    return known != nullptr && known->personal;
  });
}

// The values that a case lets people choose from: [{"value", "person", …}].
std::optional<Value> sealed_candidates(const Value& candidates, const domain::Uuid& about, const Seal& seal) {
  if (candidates.array() == nullptr) return std::nullopt;
  Value::Array sealed;
  for (const Value& candidate : *candidates.array()) {
    if (candidate.object() == nullptr) return std::nullopt;
    Value::Object members = *candidate.object();
    if (const auto value = members.find("value"); value != members.end()) value->second = seal(about, value->second);
    sealed.emplace_back(std::move(members));
  }
  return Value(std::move(sealed));
}

// A change inside a record about it. What a person mended may leave out collection and record: then the outer one says.
std::optional<Value> sealed_inner_change(const Value& change, const Value& collection, const Value& record,
                                         const domain::Catalogue& catalogue, const Seal& seal) {
  if (change.object() == nullptr) return std::nullopt;
  Value::Object whole = *change.object();
  const bool bare = whole.emplace("collection", collection).second;
  const auto outer = record.text() != nullptr ? domain::Uuid::parse(*record.text()) : std::nullopt;
  const domain::Uuid about = id_in(&change, "record", outer.value_or(domain::Uuid{}));
  auto sealed = sealed_content(Value(std::move(whole)), catalogue, {about}, nullptr, seal);
  if (!sealed || !bare) return sealed;
  Value::Object members = *sealed->object();
  members.erase("collection");
  return Value(std::move(members));
}

bool holds_a_change(const Collection& collection, std::string_view field) {
  return is_kept_aside(collection) && (field == "change" || field == "mended");
}

// What a case is about, where that is a personal field of one record.
std::optional<domain::Uuid> case_subject(const domain::Catalogue& catalogue, const Value& subjects,
                                         const std::string& field) {
  const bool listed = subjects.array() != nullptr && !subjects.array()->empty();
  const std::string* first = listed ? subjects.array()->front().text() : nullptr;
  if (first == nullptr || !names_personal_field(catalogue, field)) return std::nullopt;
  return domain::Uuid::parse(*first);
}

const Value& member_or_field(const Value::Object& set, const sync::Record* after, std::string_view name) {
  static const Value kNone;
  const auto found = set.find(std::string(name));
  if (found != set.end()) return found->second;
  return after != nullptr ? after->value(name) : kNone;
}

}  // namespace

bool may_be_personal(const Collection& collection) {
  if (is_kept_aside(collection) || collection.name == "case") return true;
  return std::any_of(collection.fields.begin(), collection.fields.end(),
                     [](const domain::Field& field) { return field.personal; });
}

std::optional<Value> sealed_content(const Value& content, const domain::Catalogue& catalogue,
                                    const domain::RecordId& record, const sync::Record* after, const Seal& seal) {
  const Collection* collection = catalogue.find(text_in(&content, "collection"));
  const Value* sent = content.find("set");
  if (collection == nullptr || sent == nullptr || sent->object() == nullptr || !may_be_personal(*collection)) {
    return std::nullopt;
  }
  const Value::Object& plain = *sent->object();
  std::optional<Value::Object> set;  // copied once something is sealed
  const auto replace = [&](const std::string& name, std::optional<Value> sealed) {
    if (!sealed) return;
    if (!set) set = plain;
    (*set)[name] = std::move(*sealed);
  };
  for (const auto& [name, value] : plain) {
    const domain::Field* field = value.is_null() ? nullptr : collection->field(name);
    if (field == nullptr) continue;
    if (field->personal) {
      replace(name, seal(subject(*collection, record, *sent, after), value));
    } else if (holds_a_change(*collection, name)) {
      replace(name, sealed_inner_change(value, member_or_field(plain, after, "collection"),
                                        member_or_field(plain, after, "record"), catalogue, seal));
    } else if (collection->name == "case" && name == "candidates") {
      const Value& about = member_or_field(plain, after, "field");
      const auto whose = case_subject(catalogue, member_or_field(plain, after, "subject"),
                                      about.text() != nullptr ? *about.text() : std::string());
      if (whose) replace(name, sealed_candidates(value, *whose, seal));
    }
  }
  if (!set) return std::nullopt;
  Value::Object sealed = *content.object();
  sealed.find("set")->second = Value(std::move(*set));
  return Value(std::move(sealed));
}

std::optional<domain::Uuid> first_subject(const Value& content, const domain::Catalogue& catalogue,
                                          const domain::RecordId& record) {
  std::optional<domain::Uuid> first;
  sealed_content(content, catalogue, record, nullptr, [&](const domain::Uuid& subject, const Value& value) {
    if (!first) first = subject;
    return value;
  });
  return first;
}

std::optional<sync::Record> sealed_record(const sync::Record& record, const domain::Catalogue& catalogue,
                                          const Seal& seal) {
  const Collection& collection = *record.collection;
  if (!may_be_personal(collection)) return std::nullopt;
  const auto sealed_value = [&](const domain::Field& field, const Value& value) -> std::optional<Value> {
    if (value.is_null()) return std::nullopt;
    if (field.personal) return seal(subject(collection, record.id, Value(Value::Object{}), &record), value);
    if (holds_a_change(collection, field.name)) {
      return sealed_inner_change(value, record.value("collection"), record.value("record"), catalogue, seal);
    }
    if (collection.name != "case" || field.name != "candidates") return std::nullopt;
    const auto whose = case_subject(catalogue, record.value("subject"), record.text("field"));
    return whose ? sealed_candidates(value, *whose, seal) : std::nullopt;
  };
  std::optional<sync::Record> sealed;
  for (std::size_t place = 0; place < record.fields.size(); ++place) {
    const sync::FieldState& state = record.fields[place];
    const domain::Field& field = collection.fields[state.slot];
    auto shown = sealed_value(field, state.value);
    for (std::size_t index = 0; index < state.frontier.size(); ++index) {
      const Value& value = state.frontier[index].value;
      auto hidden = shown && value == state.value ? shown : sealed_value(field, value);
      if (!hidden) continue;
      if (!sealed) sealed = record;
      sealed->fields[place].frontier[index].value = std::move(*hidden);
    }
    if (!shown) continue;
    if (!sealed) sealed = record;
    sealed->fields[place].value = std::move(*shown);
  }
  return sealed;
}

}  // namespace suoi::storage
