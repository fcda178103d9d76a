// JSON for answers (RFC 8259), appended to one string as it is said: no tree is built.
//
// Purpose: large answers cost their own bytes and nothing more.
// Shapes:  compact UTF-8. `writer.object().key("acked").integer(42).end_object()` gives {"acked":42}; commas come by
//          themselves. Keys are written as they come: a caller gives each key once.
// Threads: one writer belongs to one thread.
// Errors:  std::logic_error where calls do not make one whole JSON value (an end without its begin, a member without a
//          key, a second value at the top).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "suoi/domain/value.hpp"

namespace suoi::mobile_api {

class JsonWriter {
 public:
  explicit JsonWriter(std::size_t bytes_expected = 0) { out_.reserve(bytes_expected); }

  JsonWriter& object();
  JsonWriter& end_object();
  JsonWriter& array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view key);

  JsonWriter& null();
  JsonWriter& flag(bool flag);
  JsonWriter& integer(std::int64_t integer);
  // Bytes that are no well-formed UTF-8 come out as U+FFFD.
  JsonWriter& text(std::string_view text);
  JsonWriter& value(const domain::Value& value);
  // Text that is one JSON value already; it is not looked at.
  JsonWriter& raw(std::string_view json);

  // Bytes so far: for pages that stay near a size.
  std::size_t size() const { return out_.size(); }
  // The whole text; the writer is empty afterwards.
  std::string take();

 private:
  enum class State { value, first_member, next_member, member_value, first_item, next_item, done };

  void before_value();
  void begin(char bracket, State inside);
  void end(char bracket, State first, State next);
  void append_text(std::string_view text);

  std::string out_;
  State state_ = State::value;
  std::vector<State> outer_;  // what follows once the containers around are closed
};

}  // namespace suoi::mobile_api
