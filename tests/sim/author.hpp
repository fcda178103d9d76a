// What comes to a person's mind to write about what their phone shows.
#pragma once

#include <functional>
#include <optional>

#include "phone.hpp"

namespace suoi::sim {

struct Pen {
  Dice& dice;
  std::int64_t now_ms = 0;             // by the phone's clock
  std::function<RecordId()> fresh_id;  // of a new record
};

// A change without seq and time; nothing: there was nothing to write.
std::optional<Value::Object> think_of_change(const Phone& phone, Pen pen);

}  // namespace suoi::sim
