#include "suoi/certs/base45.hpp"

#include <cstdint>

namespace suoi::certs {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

// The number that a group of two or three letters stands for, the lowest digit first.
std::optional<std::uint32_t> number_of(std::string_view group) {
  std::uint32_t number = 0, weight = 1;
  for (const char letter : group) {
    const std::size_t digit = kAlphabet.find(letter);
    if (digit == std::string_view::npos) return std::nullopt;
    number += static_cast<std::uint32_t>(digit) * weight;
    weight *= 45;
  }
  return number;
}

void append_letters(std::string& text, std::uint32_t number, int count) {
  for (int i = 0; i < count; ++i, number /= 45) text += kAlphabet[number % 45];
}

}  // namespace

std::string base45(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() * 3 + 1) / 2);
  const auto byte = [&](std::size_t at) { return std::uint32_t{static_cast<std::uint8_t>(bytes[at])}; };
  std::size_t at = 0;
  for (; at + 1 < bytes.size(); at += 2) append_letters(text, byte(at) * 256 + byte(at + 1), 3);
  if (at < bytes.size()) append_letters(text, byte(at), 2);
  return text;
}

std::optional<std::string> parse_base45(std::string_view text) {
  if (text.size() % 3 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() * 2 / 3 + 1);
  for (; !text.empty(); text.remove_prefix(text.size() < 3 ? text.size() : 3)) {
    const bool whole = text.size() >= 3;
    const auto number = number_of(text.substr(0, 3));
    if (!number || *number > (whole ? 0xffffU : 0xffU)) return std::nullopt;
    if (whole) bytes += static_cast<char>(*number >> 8);
    bytes += static_cast<char>(*number & 0xff);
  }
  return bytes;
}

}  // namespace suoi::certs
