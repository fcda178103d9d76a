#include "suoi/certs/certificate.hpp"
#include "suoi/certs/hashing.hpp"

namespace suoi::certs {
namespace {

// 32 letters, so five bits each, without those that people take for others.
constexpr std::string_view kLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
constexpr int kCodeLetters = 6;
constexpr int kBitsPerLetter = 5;
static_assert(kLetters.size() == 1U << kBitsPerLetter);

}  // namespace

std::string check_code(std::string_view secret, std::string_view number) {
  // The prefix keeps this apart from other uses of the same salt.
  const auto mac = hmac_sha256(secret, "suoi check code:" + std::string(number));
  std::uint32_t bits = 0;
  for (int i = 0; i < 4; ++i) bits = (bits << 8) | mac[static_cast<std::size_t>(i)];
  std::string code;
  for (int i = 0; i < kCodeLetters; ++i, bits <<= kBitsPerLetter) code += kLetters[bits >> (32 - kBitsPerLetter)];
  return code;
}

bool check_code_matches(std::string_view secret, std::string_view number, std::string_view typed) {
  std::string code;
  for (const char letter : typed) {
    if (letter == ' ' || letter == '-') continue;
    code += letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
  }
  return equal_in_constant_time(code, check_code(secret, number));
}

}  // namespace suoi::certs
