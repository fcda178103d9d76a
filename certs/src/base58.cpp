#include "base58.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace suoi::certs {
namespace {

constexpr std::string_view kLetters = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

// number = number * factor + addend; digits of `base`, the lowest first.
void multiply_add(std::vector<std::uint32_t>& digits, std::uint32_t base, std::uint32_t factor, std::uint32_t addend) {
  std::uint32_t carry = addend;
  for (std::uint32_t& digit : digits) {
    carry += digit * factor;
    digit = carry % base;
    carry /= base;
  }
  for (; carry > 0; carry /= base) digits.push_back(carry % base);
}

}  // namespace

std::string multibase58(std::string_view bytes) {
  std::vector<std::uint32_t> digits;
  for (const char byte : bytes) multiply_add(digits, 58, 256, static_cast<unsigned char>(byte));
  std::string text = "z";
  text.append(std::min(bytes.find_first_not_of('\0'), bytes.size()), '1');
  std::for_each(digits.rbegin(), digits.rend(), [&](std::uint32_t digit) { text += kLetters[digit]; });
  return text;
}

std::optional<std::string> parse_multibase58(std::string_view text, std::size_t size) {
  if (text.empty() || text[0] != 'z' || text.size() > 1 + 2 * size) return std::nullopt;
  text.remove_prefix(1);
  std::vector<std::uint32_t> digits;
  for (const char letter : text) {
    const std::size_t value = kLetters.find(letter);
    if (value == std::string_view::npos) return std::nullopt;
    multiply_add(digits, 256, 58, static_cast<std::uint32_t>(value));
  }
  std::string bytes(std::min(text.find_first_not_of('1'), text.size()), '\0');
  std::for_each(digits.rbegin(), digits.rend(), [&](std::uint32_t digit) { bytes += static_cast<char>(digit); });
  return bytes.size() == size ? std::optional(std::move(bytes)) : std::nullopt;
}

}  // namespace suoi::certs
