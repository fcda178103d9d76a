#include "suoi/mobile_api/json_writer.hpp"

#include <array>
#include <charconv>
#include <stdexcept>
#include <utility>

#include "suoi/mobile_api/normalise.hpp"

namespace suoi::mobile_api {

void JsonWriter::before_value() {
  switch (state_) {
    case State::value:
      state_ = State::done;
      return;
    case State::member_value:
      state_ = State::next_member;
      return;
    case State::next_item:
      out_.push_back(',');
      return;
    case State::first_item:
      state_ = State::next_item;
      return;
    case State::first_member:
    case State::next_member:
      throw std::logic_error("JsonWriter: a member needs its key");
    case State::done:
      throw std::logic_error("JsonWriter: a second value at the top");
  }
}

void JsonWriter::begin(char bracket, State inside) {
  before_value();
  out_.push_back(bracket);
  outer_.push_back(std::exchange(state_, inside));
}

void JsonWriter::end(char bracket, State first, State next) {
  if (state_ != first && state_ != next) throw std::logic_error("JsonWriter: an end without its begin");
  out_.push_back(bracket);
  state_ = outer_.back();
  outer_.pop_back();
}

JsonWriter& JsonWriter::object() {
  begin('{', State::first_member);
  return *this;
}

JsonWriter& JsonWriter::end_object() {
  end('}', State::first_member, State::next_member);
  return *this;
}

JsonWriter& JsonWriter::array() {
  begin('[', State::first_item);
  return *this;
}

JsonWriter& JsonWriter::end_array() {
  end(']', State::first_item, State::next_item);
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view key) {
  if (state_ != State::first_member && state_ != State::next_member) {
    throw std::logic_error("JsonWriter: a key outside of an object");
  }
  if (state_ == State::next_member) out_.push_back(',');
  append_text(key);
  out_.push_back(':');
  state_ = State::member_value;
  return *this;
}

JsonWriter& JsonWriter::null() {
  return raw("null");
}

JsonWriter& JsonWriter::flag(bool flag) {
  return raw(flag ? "true" : "false");
}

JsonWriter& JsonWriter::integer(std::int64_t integer) {
  std::array<char, 24> buffer;
  const char* const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), integer).ptr;
  return raw({buffer.data(), static_cast<std::size_t>(end - buffer.data())});
}

JsonWriter& JsonWriter::text(std::string_view text) {
  before_value();
  append_text(text);
  return *this;
}

JsonWriter& JsonWriter::value(const domain::Value& value) {
  return raw(domain::canonical_json(value));
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  before_value();
  out_.append(json);
  return *this;
}

std::string JsonWriter::take() {
  if (state_ != State::done) throw std::logic_error("JsonWriter: the value is not whole");
  state_ = State::value;
  return std::exchange(out_, {});
}

void JsonWriter::append_text(std::string_view text) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  auto bad = ill_formed_at(text);
  if (!bad) return domain::append_canonical_text(out_, text);
  std::string mended;
  for (; bad; bad = ill_formed_at(text)) {
    mended.append(text.substr(0, *bad)).append(kReplacement);
    text.remove_prefix(*bad + 1);
  }
  domain::append_canonical_text(out_, mended.append(text));
}

}  // namespace suoi::mobile_api
