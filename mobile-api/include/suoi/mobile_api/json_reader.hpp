// JSON from outside (RFC 8259, in the strict sense of I-JSON, RFC 7493) read into values, within limits.
//
// Purpose: the only door by which foreign JSON comes in; what passes has unique keys, well-formed text, bounded depth
//          and bounded size, so that nothing behind the door needs to guard against these again.
// Shapes:  text in UTF-8 without a byte order mark. Integers within ±2^53, and fractions or exponents that come to one
//          (1.0, 1e3), become integers; every other number becomes a double. A key or text may hold U+0000: see
//          `has_nul` in normalise.hpp.
// Memory:  `read_json` holds the tree of the whole text; `read_json_members` at most that of one member or element.
// Threads: pure functions; safe from any thread. The visitor is called on the caller's thread.
// Errors:  bad input is a JsonFault, never an exception; what a visitor throws passes through.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "suoi/domain/value.hpp"

namespace suoi::mobile_api {

// Containers within one another that any text may have; deeper text is refused whole before it is parsed.
inline constexpr std::size_t kNestingMax = 64;

struct JsonLimits {
  std::size_t depth_max = 16;              // containers within one another, counted from the value or element itself
  std::size_t values_max = 10'000;         // scalars, arrays and objects in all; without those inside elements
  std::size_t element_values_max = 1'000;  // the same within one element
  std::size_t elements_max = 5'000;        // elements of the array that is delivered piecewise
};

struct JsonFault {
  enum class Kind {
    syntax,             // no JSON
    encoding,           // ill-formed UTF-8
    trailing,           // more than blanks after the value
    too_deep,           // beyond depth_max or kNestingMax
    duplicate_key,      // the same key twice in one object
    too_many_values,    // beyond values_max or element_values_max
    too_many_elements,  // beyond elements_max
    lone_surrogate,     // half of a \uD8xx\uDCxx pair: JavaScript sends this for a text cut in the middle of a sign
    number_range,       // a number too large for a double
  };
  Kind kind = Kind::syntax;
  std::size_t offset = 0;  // bytes from the start of the text: the place, or the start of the value that has the fault

  friend bool operator==(const JsonFault&, const JsonFault&) = default;
};

// The name of a kind, as the enumerator is spelled; for problem details and logs.
std::string_view name(JsonFault::Kind kind);

tl::expected<domain::Value, JsonFault> read_json(std::string_view text, const JsonLimits& limits = {});

struct JsonElement {
  std::size_t index = 0;
  std::size_t offset = 0;  // of `raw` in the text
  std::string_view raw;    // the element as sent, without the blanks around it; dies with the text
  tl::expected<domain::Value, JsonFault> value;  // a fault concerns this element only
};

// Who takes a body piece by piece, in the order of the text.
struct JsonVisitor {
  std::string_view array;  // the member whose elements come one at a time; as a member where it is no array
  std::function<void(std::string key, domain::Value value)> on_member;
  std::function<void()> on_array;  // may be empty; called before the elements, also where there are none
  std::function<void(JsonElement element)> on_element;
};

// Reads a text that is one object. A fault of an element of the kinds too_deep (within kNestingMax), duplicate_key,
// too_many_values, lone_surrogate and number_range is delivered with this element and reading goes on; every other
// fault is returned, and what was delivered before it is void.
tl::expected<void, JsonFault> read_json_members(std::string_view text, const JsonLimits& limits,
                                                const JsonVisitor& visitor);

// The scalar member `key` of an object's text, although other members may be at fault: how the number of a faulty
// element is found. Nullopt where the key is absent, stands twice, or is no scalar, or the text is no object.
std::optional<domain::Value> read_scalar_member(std::string_view object, std::string_view key);

}  // namespace suoi::mobile_api
