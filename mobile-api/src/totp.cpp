#include "totp.hpp"

#include <array>

#include "suoi/certs/hashing.hpp"

namespace suoi::mobile_api {

std::string totp_code(std::string_view seed, std::int64_t step) {
  std::string counter(8, '\0');
  for (std::size_t index = 0; index < 8; ++index) counter[7 - index] = static_cast<char>(step >> (8 * index));
  const auto mac = certs::hmac_sha1(seed, counter);
  const std::size_t offset = mac.back() & 0x0FU;  // RFC 4226, section 5.3
  std::uint32_t number = mac[offset] & 0x7FU;
  for (std::size_t index = 1; index < 4; ++index) number = number << 8U | mac[offset + index];
  std::string code = std::to_string(number % 1'000'000);
  return std::string(6 - code.size(), '0') + code;
}

std::optional<std::int64_t> totp_step_of(std::string_view seed, std::string_view code, std::int64_t now_ms,
                                         std::int64_t used) {
  const std::int64_t now = now_ms / kTotpStepMs;
  std::optional<std::int64_t> found;
  for (std::int64_t step = now - 1; step <= now + 1; ++step) {
    const bool fits = certs::equal_in_constant_time(totp_code(seed, step), code);
    if (fits && step > used && !found) found = step;
  }
  return found;
}

std::string base32(std::string_view bytes) {
  static constexpr std::string_view kSigns = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char byte : bytes) {
    bits = bits << 8U | static_cast<unsigned char>(byte);
    for (count += 8; count >= 5; count -= 5) text += kSigns[bits >> (count - 5) & 31U];
  }
  if (count > 0) text += kSigns[bits << (5 - count) & 31U];
  return text;
}

}  // namespace suoi::mobile_api
