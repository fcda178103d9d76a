#include "suoi/domain/id.hpp"

#include <algorithm>
#include <stdexcept>

namespace suoi::domain {
namespace {

constexpr std::string_view kLowerHex = "0123456789abcdef";
constexpr std::size_t kUuidText = 36;
constexpr std::size_t kIncarnationText = 32;

// The value of a hex digit, or -1.
constexpr int nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr bool dash_before_byte(std::size_t byte) {
  return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

void append_hex(std::string& out, std::uint8_t byte) {
  out.push_back(kLowerHex[byte >> 4]);
  out.push_back(kLowerHex[byte & 0x0F]);
}

}  // namespace

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != kUuidText) return std::nullopt;
  Uuid uuid;
  std::size_t at = 0;
  for (std::size_t byte = 0; byte < uuid.bytes.size(); ++byte) {
    if (dash_before_byte(byte) && text[at++] != '-') return std::nullopt;
    const int high = nibble(text[at]);
    const int low = nibble(text[at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    uuid.bytes[byte] = static_cast<std::uint8_t>(high << 4 | low);
    at += 2;
  }
  return uuid;
}

std::string Uuid::text() const {
  std::string out;
  out.reserve(kUuidText);
  for (std::size_t byte = 0; byte < bytes.size(); ++byte) {
    if (dash_before_byte(byte)) out.push_back('-');
    append_hex(out, bytes[byte]);
  }
  return out;
}

std::optional<Incarnation> Incarnation::parse(std::string_view hex) {
  if (hex.size() != kIncarnationText) return std::nullopt;
  Incarnation incarnation;
  for (std::size_t byte = 0; byte < incarnation.bytes.size(); ++byte) {
    const int high = nibble(hex[2 * byte]);
    const int low = nibble(hex[2 * byte + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    incarnation.bytes[byte] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return incarnation;
}

std::string Incarnation::text() const {
  std::string out;
  out.reserve(kIncarnationText);
  for (const std::uint8_t byte : bytes) append_hex(out, byte);
  return out;
}

Uuid uuid_v5(const Hashing& hashing, const Uuid& space, std::string_view name) {
  if (hashing.sha1 == nullptr) throw std::invalid_argument("uuid_v5: no SHA-1 was passed");
  std::string input(space.bytes.begin(), space.bytes.end());
  input.append(name);
  const auto digest = hashing.sha1(input);
  Uuid uuid;
  std::copy_n(digest.begin(), uuid.bytes.size(), uuid.bytes.begin());
  uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0F) | 0x50);
  uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3F) | 0x80);
  return uuid;
}

}  // namespace suoi::domain
