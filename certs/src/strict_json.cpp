#include "strict_json.hpp"

#include <nlohmann/json.hpp>

namespace suoi::certs {
namespace {

using domain::Value;

constexpr std::size_t kDepthMax = 8;

// Builds a Value from the events of nlohmann's reader; returning false stops it.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Builder(std::size_t values_max) : values_max_(values_max) {}

  bool null() override { return add(Value()); }
  bool boolean(bool flag) override { return add(Value(flag)); }
  bool number_integer(std::int64_t number) override { return add(Value(number)); }
  bool number_unsigned(std::uint64_t number) override {
    if (number > static_cast<std::uint64_t>(INT64_MAX)) return add(Value(static_cast<double>(number)));
    return add(Value(static_cast<std::int64_t>(number)));
  }
  bool number_float(double number, const std::string&) override { return add(Value(number)); }
  bool string(std::string& text) override { return add(Value(std::move(text))); }
  bool binary(nlohmann::json::binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Value(Value::Object{})); }
  bool start_array(std::size_t) override { return open(Value(Value::Array{})); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(std::string& name) override {
    if (open_.back().value.object()->count(name) != 0) return false;
    open_.back().member = std::move(name);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

  Value take() { return std::move(result_); }

 private:
  struct Level {
    Value value;
    std::string member;
  };

  bool open(Value value) {
    if (open_.size() == kDepthMax) return false;
    open_.push_back({std::move(value), {}});
    return true;
  }
  bool close() {
    Value value = std::move(open_.back().value);
    open_.pop_back();
    return add(std::move(value));
  }
  bool add(Value value) {
    if (++values_ > values_max_) return false;
    if (open_.empty()) {
      result_ = std::move(value);
    } else if (auto* object = open_.back().value.object()) {
      object->emplace(std::move(open_.back().member), std::move(value));
    } else {
      open_.back().value.array()->push_back(std::move(value));
    }
    return true;
  }

  std::vector<Level> open_;
  Value result_;
  const std::size_t values_max_;
  std::size_t values_ = 0;
};

}  // namespace

std::optional<Value> parse_strict_json(std::string_view text, std::size_t values_max) {
  // nlohmann takes a raw NUL for the end of the input and a byte order mark for nothing.
  if (text.find('\0') != std::string_view::npos || text.substr(0, 3) == "\xef\xbb\xbf") return std::nullopt;
  Builder builder(values_max);
  if (!nlohmann::json::sax_parse(text, &builder)) return std::nullopt;
  return builder.take();
}

const std::string* text_member(const Value::Object& object, std::string_view name) {
  const auto member = object.find(name);
  return member == object.end() ? nullptr : member->second.text();
}

}  // namespace suoi::certs
