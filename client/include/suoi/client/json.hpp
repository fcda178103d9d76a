// Reading what a server answers.
//
// Purpose: JSON (RFC 8259) to domain::Value, and members of it by name; domain::canonical_json writes.
// Threads: pure functions.
// Errors:  parse_json gives nullopt for anything but one JSON value of at most 64 levels; the getters give a default
//          where the member is missing or of another shape.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "suoi/domain/value.hpp"

namespace suoi::client {

std::optional<domain::Value> parse_json(std::string_view text);

std::string text_of(const domain::Value::Object& object, std::string_view member);
std::string text_of(const domain::Value& object, std::string_view member);
std::int64_t integer_of(const domain::Value::Object& object, std::string_view member, std::int64_t otherwise = 0);
std::int64_t integer_of(const domain::Value& object, std::string_view member, std::int64_t otherwise = 0);
bool flag_of(const domain::Value::Object& object, std::string_view member);
bool flag_of(const domain::Value& object, std::string_view member);
// Empty where there is no such array or object. The result lives as long as `object`.
const domain::Value::Array& array_of(const domain::Value::Object& object, std::string_view member);
const domain::Value::Array& array_of(const domain::Value& object, std::string_view member);
const domain::Value::Array& array_of(const domain::Value&& object, std::string_view member) = delete;
const domain::Value::Object& object_of(const domain::Value::Object& object, std::string_view member);
const domain::Value::Object& object_of(const domain::Value& object, std::string_view member);
const domain::Value::Object& object_of(const domain::Value&& object, std::string_view member) = delete;

}  // namespace suoi::client
