#include "suoi/certs/secret_box.hpp"

#include <openssl/crypto.h>

#include <stdexcept>

#include "aes_gcm.hpp"
#include "suoi/certs/hashing.hpp"

namespace suoi::certs {
namespace {

std::string derived(std::string_view key, std::string_view use) {
  const auto made = hmac_sha256(key, use);
  return std::string(bytes_of(made));
}

void wipe(std::string& key) {
  OPENSSL_cleanse(key.data(), key.size());
}

}  // namespace

SecretBox::SecretBox(std::string_view key)
    : seal_key_(derived(key, "suoi secret box: seal")), mac_key_(derived(key, "suoi secret box: mac")) {
  if (key.size() != kBoxKeyBytes) throw std::runtime_error("the key of a secret box has 32 bytes");
}

SecretBox::~SecretBox() {
  wipe(seal_key_);
  wipe(mac_key_);
}

std::string SecretBox::seal(std::string_view purpose, std::string_view secret) const {
  const std::string nonce = random_bytes(kGcmNonceBytes);
  const Sealed sealed = gcm_seal(seal_key_, nonce, purpose, secret);
  return nonce + sealed.ciphertext + sealed.tag;
}

std::optional<std::string> SecretBox::open(std::string_view purpose, std::string_view sealed) const {
  if (sealed.size() < kGcmNonceBytes + kGcmTagBytes) return std::nullopt;
  const std::string_view inner = sealed.substr(kGcmNonceBytes);
  const std::size_t size = inner.size() - kGcmTagBytes;
  return gcm_open(seal_key_, sealed.substr(0, kGcmNonceBytes), purpose, inner.substr(0, size), inner.substr(size));
}

std::array<std::uint8_t, 32> SecretBox::mac(std::string_view purpose, std::string_view bytes) const {
  std::string text(purpose);
  text.push_back('\0');
  text.append(bytes);
  return hmac_sha256(mac_key_, text);
}

}  // namespace suoi::certs
