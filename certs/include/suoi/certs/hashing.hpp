// Digests, message authentication and random bytes, on OpenSSL.
//
// Purpose: the few primitives that other modules need, without OpenSSL in their sources.
// Shapes:  SHA-1 (20 bytes) only for UUIDs of version 5; SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104) 32 bytes.
// Threads: callable from any thread.
// Errors:  std::runtime_error when the library fails or has no entropy: a fault, never an expected outcome.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "suoi/domain/id.hpp"

struct evp_md_ctx_st;

namespace suoi::certs {

std::array<std::uint8_t, 20> sha1(std::string_view bytes);
std::array<std::uint8_t, 32> sha256(std::string_view bytes);
// For one-time codes (RFC 6238) only.
std::array<std::uint8_t, 20> hmac_sha1(std::string_view key, std::string_view bytes);
std::array<std::uint8_t, 32> hmac_sha256(std::string_view key, std::string_view bytes);

// The same of bytes that come in pieces. One thread.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(std::string_view bytes);
  // Of everything that was added; afterwards nothing can be.
  std::array<std::uint8_t, 32> finish();

 private:
  std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> context_;
};

// `count` bytes from the operating system's generator, fit for keys.
std::string random_bytes(std::size_t count);

// Compares in a time that depends on the lengths only.
bool equal_in_constant_time(std::string_view a, std::string_view b);

// What the pure modules ask for: the functions above.
domain::Hashing openssl_hashing();

// A view of the bytes of an array; valid as long as the array is.
template <std::size_t kSize>
std::string_view bytes_of(const std::array<std::uint8_t, kSize>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), kSize};
}
template <std::size_t kSize>
std::string_view bytes_of(const std::array<std::uint8_t, kSize>&& bytes) = delete;

}  // namespace suoi::certs
