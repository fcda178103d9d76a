#include "suoi/domain/schema_steps.hpp"

#include <array>
#include <string>

#include "suoi/domain/catalogue.hpp"

namespace suoi::domain {
namespace {

constexpr std::array<std::string_view, 4> kOperations = {"set", "inc", "add", "remove"};

Value::Object* operation(Value::Object& content, std::string_view name) {
  const auto found = content.find(name);
  return found != content.end() ? found->second.object() : nullptr;
}

void rename_field(Value::Object& content, const SchemaStep& step) {
  for (const std::string_view name : kOperations) {
    Value::Object* fields = operation(content, name);
    const auto old = fields != nullptr ? fields->find(step.from) : Value::Object::iterator{};
    if (fields == nullptr || old == fields->end()) continue;
    Value value = std::move(old->second);
    fields->erase(old);
    fields->insert_or_assign(std::string(step.into), std::move(value));
  }
}

void rename_value(Value& value, const SchemaStep& step) {
  if (value.text() != nullptr && *value.text() == step.from) value = Value(step.into);
  if (value.array() == nullptr) return;
  for (Value& element : *value.array()) {
    if (element.text() != nullptr && *element.text() == step.from) element = Value(step.into);
  }
}

void take(Value::Object& content, const SchemaStep& step) {
  const auto collection = content.find("collection");
  const std::string* named = collection != content.end() ? collection->second.text() : nullptr;
  switch (step.renames) {
    case SchemaStep::Renames::collection:
      if (named != nullptr && *named == step.from) collection->second = Value(step.into);
      return;
    case SchemaStep::Renames::field:
      if (named != nullptr && *named == step.collection) rename_field(content, step);
      return;
    case SchemaStep::Renames::value:
      if (named == nullptr || *named != step.collection) return;
      for (const std::string_view name : kOperations) {
        Value::Object* fields = operation(content, name);
        if (fields == nullptr) continue;
        const auto field = fields->find(step.field);
        if (field != fields->end()) rename_value(field->second, step);
      }
  }
}

}  // namespace

Value translated(const Catalogue& catalogue, Value content, std::int64_t version) {
  if (content.object() == nullptr) return content;
  for (const SchemaStep& step : catalogue.steps()) {
    if (step.version > version) take(*content.object(), step);
  }
  return content;
}

}  // namespace suoi::domain
