#include "suoi/certs/hashing.hpp"

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "openssl.hpp"

namespace suoi::certs {
namespace {

using DigestAlgorithm = std::unique_ptr<EVP_MD, OpensslFree<EVP_MD_free>>;

DigestAlgorithm fetch(const char* name) {
  DigestAlgorithm algorithm(EVP_MD_fetch(nullptr, name, nullptr));
  ensure(algorithm != nullptr, name);
  return algorithm;
}

// Fetched once: OpenSSL 3 looks an algorithm up by name at every use of EVP_sha256(), which costs more than the digest
// of a short text.
const EVP_MD* sha256_algorithm() {
  static const DigestAlgorithm kSha256 = fetch("SHA256");
  return kSha256.get();
}

template <std::size_t kSize>
std::array<std::uint8_t, kSize> digest(const EVP_MD* algorithm, std::string_view bytes) {
  std::array<std::uint8_t, kSize> result{};
  unsigned int size = 0;
  ensure(EVP_Digest(bytes.data(), bytes.size(), result.data(), &size, algorithm, nullptr) == 1 && size == kSize,
         "digest");
  return result;
}

template <std::size_t kSize>
std::array<std::uint8_t, kSize> hmac(const EVP_MD* algorithm, std::string_view key, std::string_view bytes) {
  std::array<std::uint8_t, kSize> result{};
  unsigned int size = 0;
  // A null key means "as before" to HMAC(); an empty view may hold one.
  const char* const key_bytes = key.empty() ? "" : key.data();
  const auto* const made =
      HMAC(algorithm, key_bytes, static_cast<int>(key.size()), octets(bytes), bytes.size(), result.data(), &size);
  ensure(made != nullptr && size == result.size(), "HMAC");
  return result;
}

}  // namespace

std::array<std::uint8_t, 20> sha1(std::string_view bytes) {
  static const DigestAlgorithm kSha1 = fetch("SHA1");
  return digest<20>(kSha1.get(), bytes);
}

std::array<std::uint8_t, 32> sha256(std::string_view bytes) {
  return digest<32>(sha256_algorithm(), bytes);
}

Sha256::Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
  ensure(context_ && EVP_DigestInit_ex(context_.get(), sha256_algorithm(), nullptr) == 1, "SHA256");
}

Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
  ensure(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1, "SHA256");
}

std::array<std::uint8_t, 32> Sha256::finish() {
  std::array<std::uint8_t, 32> result{};
  unsigned int size = 0;
  ensure(EVP_DigestFinal_ex(context_.get(), result.data(), &size) == 1 && size == result.size(), "SHA256");
  return result;
}

std::array<std::uint8_t, 20> hmac_sha1(std::string_view key, std::string_view bytes) {
  return hmac<20>(EVP_sha1(), key, bytes);
}

std::array<std::uint8_t, 32> hmac_sha256(std::string_view key, std::string_view bytes) {
  return hmac<32>(EVP_sha256(), key, bytes);
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  ensure(RAND_priv_bytes(octets(bytes), static_cast<int>(count)) == 1, "random bytes");
  return bytes;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

domain::Hashing openssl_hashing() {
  return {sha1, sha256};
}

}  // namespace suoi::certs
