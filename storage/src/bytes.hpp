// Writing and strict reading of the compact binary forms that stand in the store's blobs.
//
// Shapes:  unsigned numbers as LEB128 (7 bits a byte, low ones first), signed ones folded onto them (0, -1, 1, -2 …).
// Errors:  StoreFault where stored bytes end early, run over or are written in a way that the writer never does.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "suoi/storage/store.hpp"

namespace suoi::storage {

[[noreturn]] inline void throw_damaged(std::string_view what) {
  throw StoreFault("the store is damaged: " + std::string(what), false, true);
}

// `a` − `b` modulo 2^64, so that no pair of stored numbers overflows.
inline std::int64_t difference(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
inline std::int64_t sum(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

class ByteWriter {
 public:
  void byte(std::uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
  void number(std::uint64_t value) {
    while (value >= 0x80U) {
      byte(static_cast<std::uint8_t>(value | 0x80U));
      value >>= 7U;
    }
    byte(static_cast<std::uint8_t>(value));
  }
  void signed_number(std::int64_t value) {
    number(static_cast<std::uint64_t>(value) << 1U ^ static_cast<std::uint64_t>(value >> 63));
  }
  void raw(std::string_view bytes) { bytes_.append(bytes); }
  template <std::size_t kSize>
  void raw(const std::array<std::uint8_t, kSize>& bytes) {
    bytes_.append(reinterpret_cast<const char*>(bytes.data()), kSize);
  }
  void text(std::string_view text) {
    number(text.size());
    raw(text);
  }
  const std::string& bytes() const { return bytes_; }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  std::uint8_t byte() { return static_cast<std::uint8_t>(raw(1).front()); }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint8_t next = byte();
      const std::uint64_t bits = next & 0x7FU;
      if (shift == 63 && bits > 1) break;
      value |= bits << shift;
      if (next >= 0x80U) continue;
      if (next == 0 && shift > 0) break;
      return value;
    }
    throw_damaged("a number is too long");
  }
  std::int64_t signed_number() {
    const std::uint64_t folded = number();
    return static_cast<std::int64_t>(folded >> 1U ^ (~(folded & 1U) + 1U));
  }
  // A count of things that take at least one byte each: bounded by what is left, before anything is allocated.
  std::size_t count() {
    const std::uint64_t value = number();
    if (value > rest_.size()) throw_damaged("a list is cut short");
    return static_cast<std::size_t>(value);
  }
  std::string_view raw(std::size_t size) {
    if (size > rest_.size()) throw_damaged("an entry is cut short");
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  template <std::size_t kSize>
  std::array<std::uint8_t, kSize> array() {
    const std::string_view taken = raw(kSize);
    std::array<std::uint8_t, kSize> bytes{};
    std::memcpy(bytes.data(), taken.data(), kSize);
    return bytes;
  }
  std::string_view text() { return raw(count()); }
  bool done() const { return rest_.empty(); }
  void expect_done() const {
    if (!rest_.empty()) throw_damaged("an entry has bytes left over");
  }

 private:
  std::string_view rest_;
};

}  // namespace suoi::storage
