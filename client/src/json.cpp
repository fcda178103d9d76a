#include "suoi/client/json.hpp"

#include <nlohmann/json.hpp>

namespace suoi::client {
namespace {

using domain::Value;

// The parser recurses nowhere, but converting does: a hostile answer must not overflow the stack.
constexpr int kDepthMax = 64;

bool is_too_deep(std::string_view text) {
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_text) {
      if (c == '\\') ++i;
      if (c == '"') in_text = false;
    } else if (c == '"') {
      in_text = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kDepthMax) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

Value value_from(const nlohmann::json& json) {
  switch (json.type()) {
    case nlohmann::json::value_t::boolean:
      return Value(json.get<bool>());
    case nlohmann::json::value_t::number_integer:
    case nlohmann::json::value_t::number_unsigned:
      return Value(json.get<std::int64_t>());
    case nlohmann::json::value_t::number_float:
      return Value(json.get<double>());
    case nlohmann::json::value_t::string:
      return Value(json.get_ref<const std::string&>());
    case nlohmann::json::value_t::array: {
      Value::Array items;
      for (const auto& item : json) items.push_back(value_from(item));
      return Value(std::move(items));
    }
    case nlohmann::json::value_t::object: {
      Value::Object members;
      for (const auto& [name, member] : json.items()) members.emplace(name, value_from(member));
      return Value(std::move(members));
    }
    default:
      return Value();
  }
}

const Value* find(const Value::Object& object, std::string_view member) {
  const auto found = object.find(member);
  return found == object.end() ? nullptr : &found->second;
}

const Value::Object& members(const Value& value) {
  static const Value::Object kNone;
  return value.object() != nullptr ? *value.object() : kNone;
}

}  // namespace

std::optional<Value> parse_json(std::string_view text) {
  if (is_too_deep(text)) return std::nullopt;
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded()) return std::nullopt;
  return value_from(json);
}

std::string text_of(const Value::Object& object, std::string_view member) {
  const Value* found = find(object, member);
  return found != nullptr && found->text() != nullptr ? *found->text() : std::string();
}

std::int64_t integer_of(const Value::Object& object, std::string_view member, std::int64_t otherwise) {
  const Value* found = find(object, member);
  return found != nullptr && found->integer() != nullptr ? *found->integer() : otherwise;
}

bool flag_of(const Value::Object& object, std::string_view member) {
  const Value* found = find(object, member);
  return found != nullptr && found->flag() != nullptr && *found->flag();
}

const Value::Array& array_of(const Value::Object& object, std::string_view member) {
  static const Value::Array kEmpty;
  const Value* found = find(object, member);
  return found != nullptr && found->array() != nullptr ? *found->array() : kEmpty;
}

const Value::Object& object_of(const Value::Object& object, std::string_view member) {
  static const Value::Object kEmpty;
  const Value* found = find(object, member);
  return found != nullptr && found->object() != nullptr ? *found->object() : kEmpty;
}

std::string text_of(const Value& object, std::string_view member) {
  return text_of(members(object), member);
}

std::int64_t integer_of(const Value& object, std::string_view member, std::int64_t otherwise) {
  return integer_of(members(object), member, otherwise);
}

bool flag_of(const Value& object, std::string_view member) {
  return flag_of(members(object), member);
}

const Value::Array& array_of(const Value& object, std::string_view member) {
  return array_of(members(object), member);
}

const Value::Object& object_of(const Value& object, std::string_view member) {
  return object_of(members(object), member);
}

}  // namespace suoi::client
