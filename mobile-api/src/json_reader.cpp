#include "suoi/mobile_api/json_reader.hpp"

#include <simdjson.h>

#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

#include "suoi/mobile_api/normalise.hpp"

namespace suoi::mobile_api {
namespace {

using domain::Value;
using Kind = JsonFault::Kind;

constexpr std::int64_t kExactInteger = std::int64_t{1} << 53;
constexpr std::size_t kMembersUsual = 8;  // of an object; room for more is made where there are more
constexpr int kNumberOverflow = 406;      // nlohmann's json.exception.out_of_range.406

tl::unexpected<JsonFault> fault(Kind kind, std::size_t offset) {
  return tl::make_unexpected(JsonFault{kind, offset});
}

// A value's text within the whole text, found by brackets and quotes alone: what is inside, the parser judges.
struct Slice {
  std::string_view text;
  std::size_t offset = 0;
  std::optional<std::size_t> lone_surrogate;  // the offset of the first one within `text`
};

// Finds where values begin and end. The cursor stands in `at`; `failure` tells why a method gave false or nullopt.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::size_t at() const { return at_; }
  JsonFault failure() const { return failure_; }
  bool at_end() const { return at_ == text_.size(); }
  bool sees(char c) const { return at_ < text_.size() && text_[at_] == c; }
  void skip_blanks();
  // Steps over `c` and the blanks behind it, if `c` stands here.
  bool accept(char c);
  // The same, but its absence is a fault of syntax.
  bool expect(char c) { return accept(c) || fail(Kind::syntax, at_); }
  // The value here; the cursor goes behind it and the blanks that follow.
  std::optional<Slice> value();

 private:
  bool fail(Kind kind, std::size_t offset) {
    failure_ = {kind, offset};
    return false;
  }
  bool skip_value();
  bool skip_container();
  bool skip_string();
  void check_surrogates(std::size_t escape);
  std::optional<unsigned> unicode_escape(std::size_t at) const;

  std::string_view text_;
  std::size_t at_ = 0;
  std::optional<std::size_t> lone_surrogate_;
  std::size_t paired_until_ = 0;  // low surrogates before this place belong to a high one
  JsonFault failure_;
};

void Scanner::skip_blanks() {
  while (sees(' ') || sees('\n') || sees('\t') || sees('\r')) ++at_;
}

bool Scanner::accept(char c) {
  if (!sees(c)) return false;
  ++at_;
  skip_blanks();
  return true;
}

std::optional<Slice> Scanner::value() {
  const std::size_t start = at_;
  lone_surrogate_.reset();
  if (!skip_value()) return std::nullopt;
  Slice slice{text_.substr(start, at_ - start), start, std::nullopt};
  if (lone_surrogate_) slice.lone_surrogate = *lone_surrogate_ - start;
  skip_blanks();
  return slice;
}

bool Scanner::skip_value() {
  if (sees('{') || sees('[')) return skip_container();
  if (sees('"')) return skip_string();
  // The parser takes NUL for the end of its input, so nothing but the signs of numbers and literals may pass here.
  const auto belongs = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '+' || c == '.' || c == 'E';
  };
  const std::size_t start = at_;
  while (!at_end() && belongs(text_[at_])) ++at_;
  return at_ > start || fail(Kind::syntax, at_);
}

bool Scanner::skip_container() {
  std::size_t depth = 0;
  while (!at_end()) {
    switch (text_[at_]) {
      case '"':
        if (!skip_string()) return false;
        continue;
      case '{':
      case '[':
        if (++depth > kNestingMax) return fail(Kind::too_deep, at_);
        break;
      case '}':
      case ']':
        if (--depth == 0) {
          ++at_;
          return true;
        }
        break;
      default:
        break;
    }
    ++at_;
  }
  return fail(Kind::syntax, at_);
}

bool Scanner::skip_string() {
  for (++at_; !at_end(); ++at_) {
    if (text_[at_] == '"') {
      ++at_;
      return true;
    }
    if (text_[at_] != '\\') continue;
    check_surrogates(at_);
    ++at_;
    if (at_end()) break;
  }
  return fail(Kind::syntax, at_);
}

// The code unit of the escape \uXXXX at this place.
std::optional<unsigned> Scanner::unicode_escape(std::size_t at) const {
  constexpr std::size_t kLength = 6;
  if (at + kLength > text_.size() || text_[at] != '\\' || text_[at + 1] != 'u') return std::nullopt;
  unsigned unit = 0;
  for (const char c : text_.substr(at + 2, kLength - 2)) {
    unit <<= 4;
    if (c >= '0' && c <= '9') {
      unit |= static_cast<unsigned>(c - '0');
    } else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
      unit |= static_cast<unsigned>((c | 0x20) - 'a' + 10);
    } else {
      return std::nullopt;
    }
  }
  return unit;
}

void Scanner::check_surrogates(std::size_t escape) {
  constexpr std::size_t kLength = 6;
  const auto is_high = [](unsigned unit) { return unit >= 0xD800 && unit <= 0xDBFF; };
  const auto is_low = [](unsigned unit) { return unit >= 0xDC00 && unit <= 0xDFFF; };
  const auto unit = unicode_escape(escape);
  if (!unit || lone_surrogate_ || escape < paired_until_) return;
  if (is_high(*unit)) {
    const auto next = unicode_escape(escape + kLength);
    if (next && is_low(*next)) {
      paired_until_ = escape + 2 * kLength;
    } else {
      lone_surrogate_ = escape;
    }
  } else if (is_low(*unit)) {
    lone_surrogate_ = escape;
  }
}

// Builds one value from the parser's events. At a fault it lets go of what it has; then it either stops the parser or
// lets it judge the syntax of the rest.
class Builder {
 public:
  enum class AtFault { stop, go_on };

  Builder(std::size_t depth_max, std::size_t values_max, AtFault at_fault)
      : depth_max_(depth_max), values_max_(values_max), at_fault_(at_fault) {}

  bool null() { return scalar(Value()); }
  bool boolean(bool flag) { return scalar(Value(flag)); }
  bool number_integer(std::int64_t integer) { return scalar(exact(integer)); }
  bool number_unsigned(std::uint64_t integer) {
    if (integer > static_cast<std::uint64_t>(kExactInteger)) return scalar(Value(static_cast<double>(integer)));
    return scalar(Value(static_cast<std::int64_t>(integer)));
  }
  bool number_float(double number, const std::string&) { return scalar(integral(number)); }
  bool string(std::string& text) { return scalar(Value(std::move(text))); }
  bool binary(std::vector<std::uint8_t>&) { throw std::logic_error("a JSON text has no binary values"); }
  bool start_object(std::size_t) {
    Value::Object members;
    members.reserve(kMembersUsual);
    return open(Value(std::move(members)));
  }
  bool start_array(std::size_t) { return open(Value(Value::Array{})); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& key) {
    if (fault_) return true;
    auto [member, added] = open_.back()->object()->try_emplace(std::move(key));
    if (!added) return fail(Kind::duplicate_key);
    member_ = &member->second;
    return true;
  }
  bool parse_error(std::size_t read, const std::string&, const nlohmann::json::exception& error) {
    stopped_ = {read, error.id == kNumberOverflow};
    return false;
  }

  // Where and why the parser gave up: `read` counts the bytes that it had taken.
  struct Stop {
    std::size_t read = 0;
    bool number_overflow = false;
  };
  const std::optional<Stop>& stopped() const { return stopped_; }
  const std::optional<Kind>& fault() const { return fault_; }
  std::size_t values() const { return values_; }
  Value take() { return std::move(root_); }

 private:
  static Value exact(std::int64_t integer) {
    if (integer < -kExactInteger || integer > kExactInteger) return Value(static_cast<double>(integer));
    return Value(integer);
  }
  static Value integral(double number) {
    const bool fits = std::fabs(number) <= static_cast<double>(kExactInteger) && std::trunc(number) == number;
    return fits ? Value(static_cast<std::int64_t>(number)) : Value(number);
  }
  bool fail(Kind kind) {
    fault_ = kind;
    root_ = Value();
    open_.clear();
    return at_fault_ == AtFault::go_on;
  }
  // Puts the value where it belongs; nullptr where the count is used up.
  Value* place(Value value) {
    if (++values_ > values_max_) return nullptr;
    if (open_.empty()) return &(root_ = std::move(value));
    if (Value::Array* items = open_.back()->array()) return &items->emplace_back(std::move(value));
    return &(*member_ = std::move(value));
  }
  bool scalar(Value value) {
    if (fault_) return true;
    return place(std::move(value)) != nullptr || fail(Kind::too_many_values);
  }
  bool open(Value container) {
    if (fault_) return true;
    if (open_.size() == depth_max_) return fail(Kind::too_deep);
    Value* const placed = place(std::move(container));
    if (placed == nullptr) return fail(Kind::too_many_values);
    open_.push_back(placed);
    return true;
  }
  bool close() {
    if (!fault_) open_.pop_back();
    return true;
  }

  std::size_t depth_max_;
  std::size_t values_max_;
  AtFault at_fault_;
  std::size_t values_ = 0;
  Value root_;
  std::vector<Value*> open_;  // containers from the outermost to the one being filled; only the last one grows
  Value* member_ = nullptr;   // the member of open_.back() whose key was read
  std::optional<Kind> fault_;
  std::optional<Stop> stopped_;
};

// Why the parser gave up, in terms of the whole text.
JsonFault stop_fault(const Slice& slice, const Builder::Stop& stop) {
  if (const auto bad = ill_formed_at(slice.text)) return {Kind::encoding, slice.offset + *bad};
  // The parser takes no lone surrogate, so had it met another fault before this one, it would not have come so far.
  if (slice.lone_surrogate && stop.read > *slice.lone_surrogate) {
    return {Kind::lone_surrogate, slice.offset + *slice.lone_surrogate};
  }
  const std::size_t last = stop.read == 0 ? 0 : stop.read - 1;
  return {stop.number_overflow ? Kind::number_range : Kind::syntax, slice.offset + last};
}

// Gives the builder what simdjson has read; the builder has the last word about depth, number of values and keys.
bool build(Builder& builder, const simdjson::dom::element& element);

bool build_object(Builder& builder, const simdjson::dom::object& members) {
  if (!builder.start_object(members.size())) return false;
  for (const auto& [key, member] : members) {
    std::string name(key);
    if (!builder.key(name) || !build(builder, member)) return false;
  }
  return builder.end_object();
}

bool build_array(Builder& builder, const simdjson::dom::array& items) {
  if (!builder.start_array(items.size())) return false;
  for (const simdjson::dom::element item : items) {
    if (!build(builder, item)) return false;
  }
  return builder.end_array();
}

bool build(Builder& builder, const simdjson::dom::element& element) {
  using Type = simdjson::dom::element_type;
  switch (element.type()) {
    case Type::OBJECT:
      return build_object(builder, element.get_object().value_unsafe());
    case Type::ARRAY:
      return build_array(builder, element.get_array().value_unsafe());
    case Type::STRING: {
      std::string text(element.get_string().value_unsafe());
      return builder.string(text);
    }
    case Type::INT64:
      return builder.number_integer(element.get_int64().value_unsafe());
    case Type::UINT64:
      return builder.number_unsigned(element.get_uint64().value_unsafe());
    case Type::DOUBLE:
      return builder.number_float(element.get_double().value_unsafe(), {});
    case Type::BOOL:
      return builder.boolean(element.get_bool().value_unsafe());
    case Type::NULL_VALUE:
      return builder.null();
  }
  throw std::logic_error("an unknown type of a JSON value");
}

// Almost every text is well formed, and simdjson reads it in a quarter of the time. It does not say where a fault is,
// and takes half a surrogate pair for a sign, so that what it refuses, and what may hold one, is left to the other
// parser.
bool read_well_formed(const Slice& slice, Builder& builder) {
  constexpr std::size_t kSizeMax = 65'536;  // bounds what a thread keeps for its next text
  thread_local simdjson::dom::parser parser(kSizeMax);
  thread_local std::string padded;
  if (slice.lone_surrogate || slice.text.size() > kSizeMax) return false;
  padded.assign(slice.text);
  padded.append(simdjson::SIMDJSON_PADDING, ' ');
  simdjson::dom::element root;
  if (parser.parse(padded.data(), slice.text.size(), false).get(root) != simdjson::SUCCESS) return false;
  build(builder, root);
  return true;
}

tl::expected<Value, JsonFault> parse(const Slice& slice, Builder& builder) {
  if (read_well_formed(slice, builder)) {
    if (builder.fault()) return fault(*builder.fault(), slice.offset);
    return builder.take();
  }
  const char* const begin = slice.text.data();
  const bool whole = nlohmann::json::sax_parse(begin, begin + slice.text.size(), &builder);
  if (builder.stopped()) {
    const JsonFault stop = stop_fault(slice, *builder.stopped());
    const bool fatal = stop.kind == Kind::syntax || stop.kind == Kind::encoding;
    if (fatal || !builder.fault()) return tl::make_unexpected(stop);
  }
  if (builder.fault()) return fault(*builder.fault(), slice.offset);
  if (!whole) throw std::logic_error("the JSON parser stopped without a reason");
  return builder.take();
}

bool concerns_element_only(Kind kind) {
  switch (kind) {
    case Kind::too_deep:
    case Kind::duplicate_key:
    case Kind::too_many_values:
    case Kind::lone_surrogate:
    case Kind::number_range:
      return true;
    case Kind::syntax:
    case Kind::encoding:
    case Kind::trailing:
    case Kind::too_many_elements:
      return false;
  }
  throw std::logic_error("an unknown kind of JSON fault");
}

// One reading of `read_json_members`.
class MembersReader {
 public:
  MembersReader(std::string_view text, const JsonLimits& limits, const JsonVisitor& visitor)
      : text_(text), scanner_(text), limits_(limits), visitor_(visitor), values_left_(limits.values_max) {}

  tl::expected<void, JsonFault> read();

 private:
  tl::expected<std::string, JsonFault> key();
  tl::expected<void, JsonFault> member();
  tl::expected<void, JsonFault> elements();
  tl::expected<void, JsonFault> element(std::size_t index);
  tl::unexpected<JsonFault> scan_fault() const;

  std::string_view text_;
  Scanner scanner_;
  const JsonLimits& limits_;
  const JsonVisitor& visitor_;
  std::size_t values_left_;
  std::set<std::string, std::less<>> keys_;
};

tl::expected<void, JsonFault> MembersReader::read() {
  scanner_.skip_blanks();
  if (!scanner_.expect('{')) return scan_fault();
  if (!scanner_.accept('}')) {
    do {
      if (auto done = member(); !done) return done;
    } while (scanner_.accept(','));
    if (!scanner_.expect('}')) return scan_fault();
  }
  if (!scanner_.at_end()) return fault(Kind::trailing, scanner_.at());
  return {};
}

// Ill-formed UTF-8 outside of a text stops the scanner like any other sign that does not belong there.
tl::unexpected<JsonFault> MembersReader::scan_fault() const {
  const JsonFault failure = scanner_.failure();
  if (failure.kind == Kind::syntax) {
    if (const auto bad = ill_formed_at(text_)) return fault(Kind::encoding, *bad);
  }
  return tl::make_unexpected(failure);
}

tl::expected<std::string, JsonFault> MembersReader::key() {
  if (!scanner_.sees('"')) return fault(Kind::syntax, scanner_.at());
  const auto slice = scanner_.value();
  if (!slice) return scan_fault();
  Builder builder(0, 1, Builder::AtFault::stop);
  auto value = parse(*slice, builder);
  if (!value) return tl::make_unexpected(value.error());
  std::string text = std::move(*value->text());
  if (!keys_.insert(text).second) return fault(Kind::duplicate_key, slice->offset);
  if (!scanner_.expect(':')) return scan_fault();
  return text;
}

tl::expected<void, JsonFault> MembersReader::member() {
  auto name = key();
  if (!name) return tl::make_unexpected(name.error());
  if (*name == visitor_.array && scanner_.sees('[')) return elements();
  const auto slice = scanner_.value();
  if (!slice) return scan_fault();
  Builder builder(limits_.depth_max, values_left_, Builder::AtFault::stop);
  auto value = parse(*slice, builder);
  if (!value) return tl::make_unexpected(value.error());
  values_left_ -= builder.values();
  visitor_.on_member(std::move(*name), std::move(*value));
  return {};
}

tl::expected<void, JsonFault> MembersReader::elements() {
  if (visitor_.on_array) visitor_.on_array();
  scanner_.accept('[');
  if (scanner_.accept(']')) return {};
  std::size_t index = 0;
  do {
    if (index == limits_.elements_max) return fault(Kind::too_many_elements, scanner_.at());
    if (auto done = element(index++); !done) return done;
  } while (scanner_.accept(','));
  if (!scanner_.expect(']')) return scan_fault();
  return {};
}

tl::expected<void, JsonFault> MembersReader::element(std::size_t index) {
  const auto slice = scanner_.value();
  if (!slice) return scan_fault();
  Builder builder(limits_.depth_max, limits_.element_values_max, Builder::AtFault::go_on);
  auto value = parse(*slice, builder);
  if (!value && !concerns_element_only(value.error().kind)) return tl::make_unexpected(value.error());
  visitor_.on_element({index, slice->offset, slice->text, std::move(value)});
  return {};
}

}  // namespace

std::string_view name(JsonFault::Kind kind) {
  switch (kind) {
    case Kind::syntax:
      return "syntax";
    case Kind::encoding:
      return "encoding";
    case Kind::trailing:
      return "trailing";
    case Kind::too_deep:
      return "too_deep";
    case Kind::duplicate_key:
      return "duplicate_key";
    case Kind::too_many_values:
      return "too_many_values";
    case Kind::too_many_elements:
      return "too_many_elements";
    case Kind::lone_surrogate:
      return "lone_surrogate";
    case Kind::number_range:
      return "number_range";
  }
  throw std::logic_error("an unknown kind of JSON fault");
}

tl::expected<Value, JsonFault> read_json(std::string_view text, const JsonLimits& limits) {
  Scanner scanner(text);
  scanner.skip_blanks();
  const auto slice = scanner.value();
  if (!slice) {
    const auto bad = ill_formed_at(text);
    if (bad && scanner.failure().kind == Kind::syntax) return fault(Kind::encoding, *bad);
    return tl::make_unexpected(scanner.failure());
  }
  Builder builder(limits.depth_max, limits.values_max, Builder::AtFault::stop);
  auto value = parse(*slice, builder);
  if (value && !scanner.at_end()) return fault(Kind::trailing, scanner.at());
  return value;
}

tl::expected<void, JsonFault> read_json_members(std::string_view text, const JsonLimits& limits,
                                                const JsonVisitor& visitor) {
  return MembersReader(text, limits, visitor).read();
}

std::optional<Value> read_scalar_member(std::string_view object, std::string_view key) {
  Scanner scanner(object);
  std::optional<Value> found;
  scanner.skip_blanks();
  if (!scanner.accept('{')) return std::nullopt;
  do {
    const auto name = scanner.sees('"') ? scanner.value() : std::nullopt;
    if (!name || !scanner.accept(':')) return std::nullopt;
    const auto slice = scanner.value();
    if (!slice) return std::nullopt;
    Builder name_builder(0, 1, Builder::AtFault::stop);
    const auto name_value = parse(*name, name_builder);
    if (!name_value || *name_value->text() != key) continue;
    Builder builder(0, 1, Builder::AtFault::stop);
    auto value = parse(*slice, builder);
    if (found || !value) return std::nullopt;
    found = std::move(*value);
  } while (scanner.accept(','));
  return scanner.accept('}') && scanner.at_end() ? found : std::nullopt;
}

}  // namespace suoi::mobile_api
