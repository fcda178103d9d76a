// Seals small secrets under one key, and makes digests that nobody can try out without it.
//
// Purpose: what has to lie in the store and must not be readable there: seeds of one-time codes, keys of people, and
//          what is sealed under these.
// Shapes:  sealed = 12 bytes nonce, ciphertext, 16 bytes tag of AES-256-GCM (NIST SP 800-38D); `purpose` is bound to
// it.
//          mac = HMAC-SHA-256 (RFC 2104) over purpose, a NUL, the bytes. Both keys follow from the one given by HMAC.
//          Nonces are random: one key seals at most 2^32 secrets.
// Ownership: owns its keys and wipes them. Threads: const members from any thread.
// Errors:  open gives nothing for what this key did not seal for this purpose; std::runtime_error when OpenSSL fails.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace suoi::certs {

inline constexpr std::size_t kBoxKeyBytes = 32;

class SecretBox {
 public:
  explicit SecretBox(std::string_view key);
  ~SecretBox();
  SecretBox(const SecretBox&) = default;
  SecretBox& operator=(const SecretBox&) = default;

  std::string seal(std::string_view purpose, std::string_view secret) const;
  std::optional<std::string> open(std::string_view purpose, std::string_view sealed) const;
  std::array<std::uint8_t, 32> mac(std::string_view purpose, std::string_view bytes) const;

 private:
  std::string seal_key_;
  std::string mac_key_;
};

}  // namespace suoi::certs
