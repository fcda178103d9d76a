#include "words.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <vector>

#include "suoi/client/ids.hpp"

namespace suoi::vectors {

using domain::Value;

namespace {

constexpr std::int64_t kVietNamMs = 7LL * 3600 * 1000;
constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

// The day in Viet Nam of an instant: "2026-11-21".
std::string day_of(std::int64_t time_ms) {
  const std::int64_t local_ms = time_ms + kVietNamMs;
  const std::chrono::sys_days day{std::chrono::days{local_ms / kDayMs}};
  const std::chrono::year_month_day date{day};
  char text[48];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()));
  return text;
}

bool fits_in_any_order(const Value::Array& expected, const Value& found) {
  if (found.array() == nullptr || found.array()->size() != expected.size()) return false;
  Value::Array left = *found.array();
  for (const Value& wanted : expected) {
    const auto it = std::find_if(left.begin(), left.end(), [&](const Value& item) { return fits(wanted, &item); });
    if (it == left.end()) return false;
    left.erase(it);
  }
  return true;
}

}  // namespace

std::int64_t Words::span_ms(std::string_view text) {
  const char unit = text.empty() ? ' ' : text.back();
  static const std::map<char, std::int64_t> kUnits = {
      {'s', 1000}, {'m', 60'000}, {'h', 3'600'000}, {'d', kDayMs}, {'y', 365 * kDayMs}};
  std::string_view digits = text.substr(0, text.empty() ? 0 : text.size() - 1);
  if (!digits.empty() && digits.front() == '+') digits.remove_prefix(1);
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  if (error != std::errc() || end != digits.data() + digits.size() || !kUnits.contains(unit)) {
    throw std::invalid_argument("no span of time: " + std::string(text));
  }
  return count * kUnits.at(unit);
}

domain::RecordId Words::record(const std::string& name) {
  const auto known = records_.find(name);
  if (known != records_.end()) return known->second;
  const std::int64_t at_ms = began_ms_ + static_cast<std::int64_t>(records_.size());
  return records_.emplace(name, client::new_record_id(at_ms)).first->second;
}

void Words::derive(const std::string& name, const Value::Array& from) {
  std::vector<domain::RecordId> ids;
  for (std::size_t index = 1; index < from.size(); ++index) {
    ids.push_back(domain::RecordId::parse(*said(from[index]).text()).value());
  }
  records_[name] = client::derived_id(*from.at(0).text(), ids);
}

bool Words::knows(std::string_view id) const {
  const auto is_it = [&](const auto& named) { return named.second == id; };
  return std::any_of(people_.begin(), people_.end(), is_it) ||
         std::any_of(records_.begin(), records_.end(), [&](const auto& named) { return named.second.text() == id; });
}

Value Words::word(const std::string& text) {
  if (text.empty() || text.front() != '$') return Value(text);
  const std::size_t colon = text.find(':');
  const std::string kind = text.substr(0, colon);
  const std::string rest = colon == std::string::npos ? "" : text.substr(colon + 1);
  if (kind == "$person") return Value(people_.at(rest));
  if (kind == "$own") return Value("person:" + people_.at(rest));
  if (kind == "$time") return Value(began_ms_ + span_ms(rest));
  if (kind == "$at") {  // "-1d:08:15": a time of a day in Viet Nam
    const std::size_t time = rest.find(':');
    const std::int64_t day_ms = (began_ms_ + span_ms(rest.substr(0, time)) + kVietNamMs) / kDayMs * kDayMs - kVietNamMs;
    return Value(day_ms + std::stol(rest.substr(time + 1, 2)) * 3'600'000 + std::stol(rest.substr(time + 4)) * 60'000);
  }
  if (kind == "$date") return Value(day_of(began_ms_ + span_ms(rest)));
  if (kind == "$long") return Value(std::string(std::stoul(rest), 'x'));
  return Value(record(text.substr(1)).text());
}

Value Words::said(const Value& value) {
  if (value.text() != nullptr) return word(*value.text());
  if (const Value::Array* items = value.array()) {
    Value::Array replaced;
    for (const Value& item : *items) replaced.push_back(said(item));
    return Value(std::move(replaced));
  }
  if (const Value::Object* members = value.object()) {
    Value::Object replaced;
    for (const auto& [name, member] : *members) {
      const bool is_name = name.size() > 1 && name.front() == '$';
      replaced.emplace(is_name ? *word(name).text() : name, said(member));
    }
    return Value(std::move(replaced));
  }
  return value;
}

bool fits(const Value& expected, const Value* found) {
  if (expected.is_null()) return found == nullptr || found->is_null();
  if (found == nullptr) return false;
  if (expected == Value("*")) return !found->is_null();
  if (const Value* items = expected.find("any_order")) return fits_in_any_order(*items->array(), *found);
  if (const Value::Object* members = expected.object()) {
    return found->object() != nullptr && std::all_of(members->begin(), members->end(), [&](const auto& member) {
             return fits(member.second, found->find(member.first));
           });
  }
  if (const Value::Array* items = expected.array()) {
    const Value::Array* others = found->array();
    if (others == nullptr || others->size() != items->size()) return false;
    for (std::size_t index = 0; index < items->size(); ++index) {
      if (!fits((*items)[index], &(*others)[index])) return false;
    }
    return true;
  }
  return expected == *found;
}

}  // namespace suoi::vectors
