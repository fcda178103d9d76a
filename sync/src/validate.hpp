// Does a value fit its field? (domain/catalogue.hpp)
#pragma once

#include <optional>
#include <string_view>

#include "suoi/sync/plan.hpp"

namespace suoi::sync {

// Nothing: it fits. Null always fits (it clears the field).
std::optional<Fault> value_fault(const domain::Field& field, const domain::Value& value);

// The elements of `add` and `remove`.
std::optional<Fault> element_fault(const domain::Field& field, const std::string& element);

// How many elements one change may name in a set field.
std::optional<Fault> size_fault(const domain::Field& field, std::size_t elements);

// Unicode code points of a UTF-8 text.
std::size_t code_points(std::string_view text);

// "YYYY-MM-DD" of a day that exists.
bool is_date(std::string_view text);

}  // namespace suoi::sync
