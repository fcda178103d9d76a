// CBOR in its one deterministic form (RFC 8949, section 4.2.1): what signed carriers are made of.
//
// Purpose: nlohmann's CBOR has no integer keys and takes lax input; a signature needs exactly one encoding.
// Shapes:  integers within signed 64 bits, byte strings, UTF-8 text, arrays, maps with keys that are integers or texts,
//          tags. Simple values and floating-point numbers do not exist here.
// Threads: value types and pure functions.
// Errors:  parse_cbor gives a CborFault for everything that encode_cbor would not have written: longer integers than
//          needed, indefinite lengths, unsorted or doubled keys, bad UTF-8, more than 8 levels, trailing bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

namespace suoi::certs {

inline constexpr std::size_t kCborDepthMax = 8;

// The key of a map. The order is that of the encoded bytes: 0, 1, … -1, -2, … then texts, the shorter first.
class CborKey {
 public:
  CborKey(int number) : key_(std::int64_t{number}) {}
  CborKey(std::int64_t number) : key_(number) {}
  CborKey(const char* text) : key_(std::string(text)) {}
  CborKey(std::string text) : key_(std::move(text)) {}

  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&key_); }
  const std::string* text() const { return std::get_if<std::string>(&key_); }

  friend bool operator==(const CborKey&, const CborKey&) = default;
  friend bool operator<(const CborKey& a, const CborKey& b);

 private:
  std::variant<std::int64_t, std::string> key_;
};

class Cbor {
 public:
  struct Bytes {
    std::string value;
    friend bool operator==(const Bytes&, const Bytes&) = default;
  };
  using Array = std::vector<Cbor>;
  using Map = std::map<CborKey, Cbor>;
  struct Tag {
    std::uint64_t number = 0;
    std::shared_ptr<const Cbor> content;  // never null
  };

  Cbor(int integer) : data_(std::int64_t{integer}) {}
  Cbor(std::int64_t integer) : data_(integer) {}
  Cbor(const char* text) : data_(std::string(text)) {}
  Cbor(std::string text) : data_(std::move(text)) {}
  Cbor(Bytes bytes) : data_(std::move(bytes)) {}
  Cbor(Array items) : data_(std::move(items)) {}
  Cbor(Map members) : data_(std::move(members)) {}
  static Cbor bytes(std::string_view value) { return Bytes{std::string(value)}; }
  static Cbor tagged(std::uint64_t number, Cbor content);

  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&data_); }
  const std::string* text() const { return std::get_if<std::string>(&data_); }
  const std::string* byte_string() const;
  const Array* array() const { return std::get_if<Array>(&data_); }
  const Map* map() const { return std::get_if<Map>(&data_); }
  const Tag* tag() const { return std::get_if<Tag>(&data_); }

  // The member `key` of a map; nullptr where this is no map or has none.
  const Cbor* find(const CborKey& key) const;

  friend bool operator==(const Cbor& a, const Cbor& b);

 private:
  explicit Cbor(Tag tag) : data_(std::move(tag)) {}
  std::variant<std::int64_t, std::string, Bytes, Array, Map, Tag> data_;
};

enum class CborFault {
  truncated,
  trailing,      // bytes behind the value
  not_shortest,  // an integer or a length in more bytes than it needs
  indefinite,    // a length that is not stated
  unsupported,   // a simple value, a floating-point number, an integer beyond 64 signed bits, a key of another type
  order,         // keys unsorted or doubled
  utf8,
  depth,
};

const char* name_of(CborFault fault);

// std::invalid_argument for text that is not UTF-8 and for more than kCborDepthMax levels.
std::string encode_cbor(const Cbor& value);
tl::expected<Cbor, CborFault> parse_cbor(std::string_view bytes);

}  // namespace suoi::certs
