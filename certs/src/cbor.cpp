#include "suoi/certs/cbor.hpp"

#include <stdexcept>
#include <tuple>

#include "utf8.hpp"

namespace suoi::certs {
namespace {

enum Major : std::uint8_t { kUnsigned, kNegative, kBytes, kText, kArray, kMap, kTag, kSimple };

void append_head(std::string& out, Major major, std::uint64_t argument) {
  const auto initial = [&](unsigned info) { out += static_cast<char>((major << 5) | info); };
  int size = 0;
  if (argument < 24) {
    initial(static_cast<unsigned>(argument));
  } else if (argument <= 0xff) {
    initial(24), size = 1;
  } else if (argument <= 0xffff) {
    initial(25), size = 2;
  } else if (argument <= 0xffffffff) {
    initial(26), size = 4;
  } else {
    initial(27), size = 8;
  }
  for (int shift = (size - 1) * 8; shift >= 0; shift -= 8) out += static_cast<char>((argument >> shift) & 0xff);
}

void append_integer(std::string& out, std::int64_t number) {
  if (number >= 0) return append_head(out, kUnsigned, static_cast<std::uint64_t>(number));
  append_head(out, kNegative, ~static_cast<std::uint64_t>(number));
}

void append_text(std::string& out, const std::string& text) {
  if (!is_utf8(text)) throw std::invalid_argument("CBOR text is not UTF-8");
  append_head(out, kText, text.size());
  out += text;
}

void append_value(std::string& out, const Cbor& value, std::size_t level) {
  if (level > kCborDepthMax) throw std::invalid_argument("CBOR with too many levels");
  if (const auto* integer = value.integer()) return append_integer(out, *integer);
  if (const auto* text = value.text()) return append_text(out, *text);
  if (const auto* bytes = value.byte_string()) {
    append_head(out, kBytes, bytes->size());
    out += *bytes;
  } else if (const auto* array = value.array()) {
    append_head(out, kArray, array->size());
    for (const Cbor& item : *array) append_value(out, item, level + 1);
  } else if (const auto* map = value.map()) {
    append_head(out, kMap, map->size());
    for (const auto& [key, item] : *map) {
      if (const auto* number = key.integer()) append_integer(out, *number);
      if (const auto* name = key.text()) append_text(out, *name);
      append_value(out, item, level + 1);
    }
  } else if (const auto* tag = value.tag()) {
    append_head(out, kTag, tag->number);
    append_value(out, *tag->content, level + 1);
  }
}

using Fault = tl::unexpected<CborFault>;

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  bool at_end() const { return rest_.empty(); }
  tl::expected<Cbor, CborFault> value(std::size_t level) {
    if (level > kCborDepthMax) return Fault(CborFault::depth);
    const auto head = read_head();
    if (!head) return Fault(head.error());
    switch (head->major) {
      case kUnsigned:
      case kNegative:
        return integer(*head).map([](std::int64_t number) { return Cbor(number); });
      case kBytes:
        return take(head->argument).map([](std::string_view bytes) { return Cbor::bytes(bytes); });
      case kText:
        return text(head->argument).map([](std::string&& read) { return Cbor(std::move(read)); });
      case kArray:
        return array(head->argument, level);
      case kMap:
        return map(head->argument, level);
      case kTag:
        return tag(head->argument, level);
      case kSimple:
        break;
    }
    return Fault(CborFault::unsupported);
  }

 private:
  struct Head {
    Major major;
    std::uint64_t argument;
  };

  tl::expected<Head, CborFault> read_head() {
    if (rest_.empty()) return Fault(CborFault::truncated);
    const auto initial = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    const auto major = static_cast<Major>(initial >> 5);
    const unsigned info = initial & 31;
    if (major == kSimple) return Fault(info == 31 ? CborFault::indefinite : CborFault::unsupported);
    if (info < 24) return Head{major, info};
    if (info == 31) return Fault(CborFault::indefinite);
    if (info > 27) return Fault(CborFault::unsupported);
    const auto bytes = take(std::uint64_t{1} << (info - 24));
    if (!bytes) return Fault(bytes.error());
    std::uint64_t argument = 0;
    for (const char byte : *bytes) argument = (argument << 8) | static_cast<std::uint8_t>(byte);
    constexpr std::uint64_t kSmallest[] = {24, 0x100, 0x10000, 0x100000000};
    if (argument < kSmallest[info - 24]) return Fault(CborFault::not_shortest);
    return Head{major, argument};
  }

  static tl::expected<std::int64_t, CborFault> integer(const Head& head) {
    if (head.argument > static_cast<std::uint64_t>(INT64_MAX)) return Fault(CborFault::unsupported);
    const auto number = static_cast<std::int64_t>(head.argument);
    return head.major == kUnsigned ? number : -1 - number;
  }

  tl::expected<std::string_view, CborFault> take(std::uint64_t count) {
    if (count > rest_.size()) return Fault(CborFault::truncated);
    const std::string_view bytes = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return bytes;
  }

  tl::expected<std::string, CborFault> text(std::uint64_t count) {
    const auto bytes = take(count);
    if (!bytes) return Fault(bytes.error());
    if (!is_utf8(*bytes)) return Fault(CborFault::utf8);
    return std::string(*bytes);
  }

  tl::expected<Cbor, CborFault> array(std::uint64_t count, std::size_t level) {
    Cbor::Array items;
    for (std::uint64_t i = 0; i < count; ++i) {
      auto item = value(level + 1);
      if (!item) return item;
      items.push_back(std::move(*item));
    }
    return Cbor(std::move(items));
  }

  tl::expected<CborKey, CborFault> key() {
    const auto head = read_head();
    if (!head) return Fault(head.error());
    if (head->major == kText)
      return text(head->argument).map([](std::string&& read) { return CborKey(std::move(read)); });
    if (head->major != kUnsigned && head->major != kNegative) return Fault(CborFault::unsupported);
    return integer(*head).map([](std::int64_t number) { return CborKey(number); });
  }

  tl::expected<Cbor, CborFault> map(std::uint64_t count, std::size_t level) {
    Cbor::Map members;
    for (std::uint64_t i = 0; i < count; ++i) {
      auto name = key();
      if (!name) return Fault(name.error());
      if (!members.empty() && !(members.rbegin()->first < *name)) return Fault(CborFault::order);
      auto item = value(level + 1);
      if (!item) return item;
      members.emplace_hint(members.end(), std::move(*name), std::move(*item));
    }
    return Cbor(std::move(members));
  }

  tl::expected<Cbor, CborFault> tag(std::uint64_t number, std::size_t level) {
    auto content = value(level + 1);
    if (!content) return content;
    return Cbor::tagged(number, std::move(*content));
  }

  std::string_view rest_;
};

}  // namespace

bool operator<(const CborKey& a, const CborKey& b) {
  // Rank 0, 1, 2: major types 0, 1, 3. Within negative numbers -1 comes first.
  const auto rank = [](const CborKey& key) { return key.text() != nullptr ? 2 : *key.integer() < 0 ? 1 : 0; };
  if (rank(a) != rank(b)) return rank(a) < rank(b);
  if (rank(a) == 0) return *a.integer() < *b.integer();
  if (rank(a) == 1) return *a.integer() > *b.integer();
  return std::forward_as_tuple(a.text()->size(), *a.text()) < std::forward_as_tuple(b.text()->size(), *b.text());
}

Cbor Cbor::tagged(std::uint64_t number, Cbor content) {
  return Cbor(Tag{number, std::make_shared<const Cbor>(std::move(content))});
}

const std::string* Cbor::byte_string() const {
  const auto* bytes = std::get_if<Bytes>(&data_);
  return bytes == nullptr ? nullptr : &bytes->value;
}

const Cbor* Cbor::find(const CborKey& key) const {
  const auto* members = map();
  if (members == nullptr) return nullptr;
  const auto member = members->find(key);
  return member == members->end() ? nullptr : &member->second;
}

bool operator==(const Cbor& a, const Cbor& b) {
  const auto *tag_a = a.tag(), *tag_b = b.tag();
  if (tag_a != nullptr && tag_b != nullptr) {
    return tag_a->number == tag_b->number && *tag_a->content == *tag_b->content;
  }
  if (tag_a != nullptr || tag_b != nullptr) return false;
  if (const auto* array_a = a.array(), *array_b = b.array(); array_a && array_b) return *array_a == *array_b;
  if (const auto* map_a = a.map(), *map_b = b.map(); map_a && map_b) return *map_a == *map_b;
  if (const auto* bytes_a = a.byte_string(), *bytes_b = b.byte_string(); bytes_a && bytes_b) {
    return *bytes_a == *bytes_b;
  }
  if (const auto* text_a = a.text(), *text_b = b.text(); text_a && text_b) return *text_a == *text_b;
  const auto *integer_a = a.integer(), *integer_b = b.integer();
  return integer_a && integer_b && *integer_a == *integer_b;
}

const char* name_of(CborFault fault) {
  switch (fault) {
    case CborFault::truncated:
      return "the CBOR ends too early";
    case CborFault::trailing:
      return "bytes behind the CBOR";
    case CborFault::not_shortest:
      return "a CBOR integer is not in its shortest form";
    case CborFault::indefinite:
      return "a CBOR length is indefinite";
    case CborFault::unsupported:
      return "a CBOR type that has no place here";
    case CborFault::order:
      return "CBOR keys unsorted or doubled";
    case CborFault::utf8:
      return "CBOR text is not UTF-8";
    case CborFault::depth:
      return "CBOR with too many levels";
  }
  throw std::logic_error("a CborFault without a name");
}

std::string encode_cbor(const Cbor& value) {
  std::string out;
  append_value(out, value, 1);
  return out;
}

tl::expected<Cbor, CborFault> parse_cbor(std::string_view bytes) {
  Reader reader(bytes);
  auto value = reader.value(1);
  if (value && !reader.at_end()) return Fault(CborFault::trailing);
  return value;
}

}  // namespace suoi::certs
