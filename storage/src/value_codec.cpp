#include "value_codec.hpp"

#include <algorithm>
#include <bit>

#include "keyring.hpp"
#include "suoi/domain/id.hpp"

namespace suoi::storage {
namespace {

using domain::Value;

// Numbers of the stored format: they never change their meaning.
enum class Tag : std::uint8_t {
  null = 0,
  no = 1,
  yes = 2,
  integer = 3,  // signed number
  number = 4,   // 8 bytes of IEEE 754, low ones first
  text = 5,     // length, bytes
  word = 6,     // number in the dictionary
  uuid = 7,     // 16 bytes of a text in canonical lower case
  digest = 8,   // 32 bytes of a text of 64 lower-case hex digits
  array = 9,    // count, values
  object = 10,  // count, members: key and value in ascending order
};

constexpr std::size_t kWordSizeMax = 40;  // no word is longer, so longer texts need no look-up
constexpr std::string_view kHexDigits = "0123456789abcdef";

void write_tag(ByteWriter& out, Tag tag) {
  out.byte(static_cast<std::uint8_t>(tag));
}

bool is_lower_hex(std::string_view text) {
  return text.find_first_not_of(kHexDigits) == std::string_view::npos;
}

bool has_upper_hex(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return 'A' <= c && c <= 'F'; });
}

void write_digest(ByteWriter& out, std::string_view hex) {
  for (std::size_t at = 0; at < hex.size(); at += 2) {
    out.byte(static_cast<std::uint8_t>(kHexDigits.find(hex[at]) << 4U | kHexDigits.find(hex[at + 1])));
  }
}

std::string read_digest(ByteReader& in) {
  std::string hex;
  hex.reserve(64);
  for (const char byte : in.raw(32)) {
    hex += kHexDigits[static_cast<unsigned char>(byte) >> 4U];
    hex += kHexDigits[static_cast<unsigned char>(byte) & 15U];
  }
  return hex;
}

void write_text(ByteWriter& out, std::string_view text, const Names& names) {
  if (text.size() <= kWordSizeMax && names.may_be_word(text)) {
    if (const auto no = names.number(text)) {
      write_tag(out, Tag::word);
      return out.number(*no);
    }
  }
  const auto uuid = domain::Uuid::parse(text);
  if (uuid && !has_upper_hex(text)) {
    write_tag(out, Tag::uuid);
    return out.raw(uuid->bytes);
  }
  if (text.size() == 64 && is_lower_hex(text)) {
    write_tag(out, Tag::digest);
    return write_digest(out, text);
  }
  write_tag(out, Tag::text);
  out.text(text);
}

// Keys are mostly words: an even number names one, an odd one carries the length of a text.
void write_key(ByteWriter& out, std::string_view key, const Names& names) {
  if (const auto no = names.number(key)) return out.number(std::uint64_t{*no} << 1U);
  out.number(std::uint64_t{key.size()} << 1U | 1U);
  out.raw(key);
}

std::string read_key(ByteReader& in, const Names& names) {
  const std::uint64_t head = in.number();
  return std::string((head & 1U) == 0 ? names.word(head >> 1U) : in.raw(static_cast<std::size_t>(head >> 1U)));
}

void write_nested(ByteWriter& out, const Value& value, const Names& names, int depth) {
  if (depth > kDepthMax) throw StoreFault("a value is nested too deeply to be stored", false);
  if (value.is_null()) return write_tag(out, Tag::null);
  if (const bool* flag = value.flag()) return write_tag(out, *flag ? Tag::yes : Tag::no);
  if (const std::string* text = value.text()) return write_text(out, *text, names);
  if (const std::int64_t* integer = value.integer()) {
    write_tag(out, Tag::integer);
    return out.signed_number(*integer);
  }
  if (const double* number = value.number()) {
    write_tag(out, Tag::number);
    const auto bits = std::bit_cast<std::uint64_t>(*number);
    for (unsigned shift = 0; shift < 64; shift += 8) out.byte(static_cast<std::uint8_t>(bits >> shift));
    return;
  }
  if (const Value::Array* items = value.array()) {
    write_tag(out, Tag::array);
    out.number(items->size());
    for (const Value& item : *items) write_nested(out, item, names, depth + 1);
    return;
  }
  write_tag(out, Tag::object);
  out.number(value.object()->size());
  for (const auto& [key, member] : *value.object()) {
    write_key(out, key, names);
    write_nested(out, member, names, depth + 1);
  }
}

Value read_nested(ByteReader& in, const Names& names, int depth);

double read_number(ByteReader& in) {
  std::uint64_t bits = 0;
  for (unsigned shift = 0; shift < 64; shift += 8) bits |= std::uint64_t{in.byte()} << shift;
  return std::bit_cast<double>(bits);
}

Value read_array(ByteReader& in, const Names& names, int depth) {
  const std::size_t count = in.count();
  Value::Array items;
  items.reserve(count);
  for (std::size_t index = 0; index < count; ++index) items.push_back(read_nested(in, names, depth + 1));
  return items;
}

Value read_object(ByteReader& in, const Names& names, int depth) {
  Value::Object members;
  for (std::size_t left = in.count(); left > 0; --left) {
    std::string key = read_key(in, names);
    if (!members.empty() && key <= members.rbegin()->first) throw_damaged("the members of a value are out of order");
    members.try_emplace(std::move(key), read_nested(in, names, depth + 1));
  }
  return members;
}

// A sealed value stands as a text; with its key gone it is null.
Value read_text(ByteReader& in, const Names& names) {
  const std::string_view text = in.text();
  if (!Keyring::is_sealed(text)) return text;
  const auto opened = names.keyring() != nullptr ? names.keyring()->open(text) : std::nullopt;
  return opened ? value_of_blob(*opened, names) : Value();
}

Value read_nested(ByteReader& in, const Names& names, int depth) {
  if (depth > kDepthMax) throw_damaged("a value is nested too deeply");
  switch (static_cast<Tag>(in.byte())) {
    case Tag::null:
      return {};
    case Tag::no:
      return false;
    case Tag::yes:
      return true;
    case Tag::integer:
      return in.signed_number();
    case Tag::number:
      return read_number(in);
    case Tag::text:
      return read_text(in, names);
    case Tag::word:
      return names.word(in.number());
    case Tag::uuid:
      return domain::Uuid{in.array<16>()}.text();
    case Tag::digest:
      return read_digest(in);
    case Tag::array:
      return read_array(in, names, depth);
    case Tag::object:
      return read_object(in, names, depth);
  }
  throw_damaged("a value has an unknown tag");
}

}  // namespace

void write_value(ByteWriter& out, const Value& value, const Names& names) {
  write_nested(out, value, names, 0);
}

Value read_value(ByteReader& in, const Names& names) {
  return read_nested(in, names, 0);
}

std::string value_blob(const Value& value, const Names& names) {
  ByteWriter out;
  write_value(out, value, names);
  return out.take();
}

Value value_of_blob(std::string_view blob, const Names& names) {
  ByteReader in(blob);
  Value value = read_value(in, names);
  in.expect_done();
  return value;
}

}  // namespace suoi::storage
