#include "suoi/certs/ed25519.hpp"

#include <stdexcept>

#include "base58.hpp"
#include "openssl.hpp"
#include "strict_json.hpp"
#include "suoi/certs/base64url.hpp"
#include "suoi/certs/hashing.hpp"

namespace suoi::certs {
namespace {

constexpr std::string_view kMultikeyHead = "\xed\x01";  // multicodec ed25519-pub as a varint
constexpr std::size_t kJwkBytesMax = 4096;

}  // namespace

std::optional<Ed25519PublicKey> Ed25519PublicKey::from_bytes(std::string_view bytes) {
  if (bytes.size() != kEd25519KeyBytes) return std::nullopt;
  return Ed25519PublicKey(std::string(bytes));
}

std::optional<Ed25519PublicKey> Ed25519PublicKey::from_multikey(std::string_view text) {
  const auto bytes = parse_multibase58(text, kMultikeyHead.size() + kEd25519KeyBytes);
  if (!bytes || bytes->substr(0, kMultikeyHead.size()) != kMultikeyHead) return std::nullopt;
  return from_bytes(std::string_view(*bytes).substr(kMultikeyHead.size()));
}

std::optional<Ed25519PublicKey> Ed25519PublicKey::from_jwk(std::string_view json) {
  const auto value = json.size() <= kJwkBytesMax ? parse_strict_json(json) : std::nullopt;
  if (!value || value->object() == nullptr) return std::nullopt;
  const auto& members = *value->object();
  const auto* kty = text_member(members, "kty");
  const auto* crv = text_member(members, "crv");
  const auto* x = text_member(members, "x");
  if (kty == nullptr || *kty != "OKP" || crv == nullptr || *crv != "Ed25519" || x == nullptr) return std::nullopt;
  const auto bytes = parse_base64url(*x);
  return bytes && members.count("d") == 0 ? from_bytes(*bytes) : std::nullopt;
}

std::string Ed25519PublicKey::multikey() const {
  return multibase58(std::string(kMultikeyHead) + bytes_);
}

std::string Ed25519PublicKey::jwk() const {
  return R"({"crv":"Ed25519","kty":"OKP","x":")" + base64url(bytes_) + R"("})";
}

std::string Ed25519PublicKey::thumbprint() const {
  const auto digest = sha256(jwk());
  return base64url(bytes_of(digest));
}

bool Ed25519PublicKey::verify(std::string_view message, std::string_view signature) const {
  if (signature.size() != kEd25519SignatureBytes) return false;
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, octets(bytes_), bytes_.size()));
  const DigestContext context(EVP_MD_CTX_new());
  ensure(key && context, "Ed25519 key");
  const bool good =
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
      EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(message), message.size()) == 1;
  ERR_clear_error();
  return good;
}

struct Ed25519Key::Data {
  Key key;
};

Ed25519Key::Ed25519Key(std::shared_ptr<const Data> data, Ed25519PublicKey public_key)
    : data_(std::move(data)), public_key_(std::move(public_key)) {}

Ed25519Key Ed25519Key::from_seed(std::string_view seed) {
  if (seed.size() != kEd25519KeyBytes) throw std::invalid_argument("the seed of an Ed25519 key has 32 bytes");
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, octets(seed), seed.size()));
  ensure(key != nullptr, "Ed25519 key");
  std::string bytes(kEd25519KeyBytes, '\0');
  std::size_t size = bytes.size();
  ensure(EVP_PKEY_get_raw_public_key(key.get(), octets(bytes), &size) == 1 && size == bytes.size(), "Ed25519 key");
  return {std::make_shared<const Data>(Data{std::move(key)}), *Ed25519PublicKey::from_bytes(bytes)};
}

Ed25519Key Ed25519Key::derive(const SigningKey& parent, std::string_view use) {
  const Secret secret(parent.secret());
  auto seed = hmac_sha256(secret.bytes(), use);
  Ed25519Key key = from_seed(bytes_of(seed));
  OPENSSL_cleanse(seed.data(), seed.size());
  return key;
}

std::string Ed25519Key::sign(std::string_view message) const {
  const DigestContext context(EVP_MD_CTX_new());
  std::string signature(kEd25519SignatureBytes, '\0');
  std::size_t size = signature.size();
  ensure(context && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, data_->key.get()) == 1 &&
             EVP_DigestSign(context.get(), octets(signature), &size, octets(message), message.size()) == 1 &&
             size == signature.size(),
         "Ed25519 signature");
  return signature;
}

}  // namespace suoi::certs
