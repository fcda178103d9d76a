// Random choices that follow from one number: the same on every machine and with every library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace suoi::sim {

// A good mixture of two numbers (the finaliser of SplitMix64).
constexpr std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  std::uint64_t x = a + 0x9e3779b97f4a7c15ULL * (b + 1);
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() { return mixed(state_, count_++); }
  std::size_t roll(std::size_t sides) { return static_cast<std::size_t>(next() % sides); }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool chance(std::size_t percent) { return roll(100) < percent; }
  template <class List>
  const auto& pick(const List& list) {
    return list[roll(std::size(list))];
  }
  std::string bytes(std::size_t count) {
    std::string text;
    while (text.size() < count) text += static_cast<char>(next() & 0xFF);
    return text;
  }

  using result_type = std::uint64_t;
  static constexpr std::uint64_t min() { return 0; }
  static constexpr std::uint64_t max() { return UINT64_MAX; }
  std::uint64_t operator()() { return next(); }

 private:
  std::uint64_t state_;
  std::uint64_t count_ = 0;
};

}  // namespace suoi::sim
