// AES-256-GCM (NIST SP 800-38D) with a 12-byte nonce and a 16-byte tag; private to this module.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace suoi::certs {

inline constexpr std::size_t kGcmKeyBytes = 32;
inline constexpr std::size_t kGcmNonceBytes = 12;
inline constexpr std::size_t kGcmTagBytes = 16;

struct Sealed {
  std::string ciphertext;
  std::string tag;
};

// A nonce must never be used twice with one key.
Sealed gcm_seal(std::string_view key, std::string_view nonce, std::string_view associated, std::string_view plaintext);

// nullopt where key, nonce, associated data, ciphertext and tag do not belong together.
std::optional<std::string> gcm_open(std::string_view key, std::string_view nonce, std::string_view associated,
                                    std::string_view ciphertext, std::string_view tag);

}  // namespace suoi::certs
