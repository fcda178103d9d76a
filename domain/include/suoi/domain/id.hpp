// UUIDs (RFC 9562) and the strong ids made of them.
//
// Purpose: names of records, devices, people; 16 bytes each, printed as 8-4-4-4-12 lower-case hex digits.
// Threads: value types. Errors: parse gives nullopt for anything but the canonical 36-character form (either case).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace suoi::domain {

struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  static std::optional<Uuid> parse(std::string_view text);
  std::string text() const;
  int version() const { return bytes[6] >> 4; }
  // All bits zero: "no id".
  bool is_nil() const { return *this == Uuid{}; }

  friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

// An id that cannot be taken for an id of another kind.
template <class Tag>
struct Id {
  Uuid uuid;

  static std::optional<Id> parse(std::string_view text) {
    if (auto uuid = Uuid::parse(text)) return Id{*uuid};
    return std::nullopt;
  }
  std::string text() const { return uuid.text(); }
  bool is_nil() const { return uuid.is_nil(); }

  friend auto operator<=>(const Id&, const Id&) = default;
};

using RecordId = Id<struct RecordTag>;
using DeviceId = Id<struct DeviceTag>;
using PersonId = Id<struct PersonTag>;  // the id of that person's record in the collection `person`

// One life of a device's local store: 16 random bytes, printed as 32 lower-case hex digits without dashes.
struct Incarnation {
  std::array<std::uint8_t, 16> bytes{};

  static std::optional<Incarnation> parse(std::string_view hex);
  std::string text() const;
  friend auto operator<=>(const Incarnation&, const Incarnation&) = default;
};

// Cryptographic digests that the pure modules need; the caller passes an implementation (storage has one on OpenSSL).
struct Hashing {
  std::array<std::uint8_t, 20> (*sha1)(std::string_view bytes) = nullptr;
  std::array<std::uint8_t, 32> (*sha256)(std::string_view bytes) = nullptr;
};

// The UUID of version 5 (RFC 9562, section 5.5) of `name` in `space`.
Uuid uuid_v5(const Hashing& hashing, const Uuid& space, std::string_view name);

struct UuidHash {
  std::size_t operator()(const Uuid& uuid) const {
    std::uint64_t high = 0, low = 0;
    std::memcpy(&high, uuid.bytes.data(), 8);
    std::memcpy(&low, uuid.bytes.data() + 8, 8);
    return std::hash<std::uint64_t>{}(high * 0x9e3779b97f4a7c15ULL ^ low);
  }
  template <class Tag>
  std::size_t operator()(const Id<Tag>& id) const {
    return (*this)(id.uuid);
  }
};

}  // namespace suoi::domain
