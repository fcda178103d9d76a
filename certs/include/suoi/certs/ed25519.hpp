// Ed25519 (RFC 8032) in pure form: what Data Integrity proofs are signed with.
//
// Purpose: the keys of Open Badges files and of status lists, which the suites of others expect on this curve.
// Shapes:  public key 32 bytes; signature 64 bytes; multikey: "z" + base58btc of ed 01 and the public key (Controlled
//          Identifiers 1.0, section 2.2.2), 48 characters: the fragment of a verification method; JWK of kty OKP
//          (RFC 8037), thumbprint as RFC 8037 appendix A.3 has it.
// Ownership: copies share one immutable key. Threads: all const members from any thread.
// Errors:  nullopt for what comes from outside and is no key; std::runtime_error when OpenSSL itself fails.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "suoi/certs/signing_key.hpp"

namespace suoi::certs {

inline constexpr std::size_t kEd25519KeyBytes = 32;
inline constexpr std::size_t kEd25519SignatureBytes = 64;

class Ed25519PublicKey {
 public:
  // Any 32 bytes; those that are no point of the curve verify nothing.
  static std::optional<Ed25519PublicKey> from_bytes(std::string_view bytes);
  static std::optional<Ed25519PublicKey> from_multikey(std::string_view text);
  // A JWK of kty OKP and crv Ed25519 without a private part; other members are ignored.
  static std::optional<Ed25519PublicKey> from_jwk(std::string_view json);

  const std::string& bytes() const { return bytes_; }
  std::string multikey() const;
  // {"crv":"Ed25519","kty":"OKP","x":"…"}
  std::string jwk() const;
  std::string thumbprint() const;

  // False for every other length, and for a signature whose s is not below the order of the group.
  bool verify(std::string_view message, std::string_view signature) const;

  friend bool operator==(const Ed25519PublicKey&, const Ed25519PublicKey&) = default;

 private:
  explicit Ed25519PublicKey(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string bytes_;
};

class Ed25519Key {
 public:
  // std::invalid_argument unless the seed has 32 bytes.
  static Ed25519Key from_seed(std::string_view seed);
  // The key that belongs to `parent` for one use: its seed is HMAC-SHA-256(secret of the parent, use). So it lives and
  // is replaced together with its parent, and needs no file of its own.
  static Ed25519Key derive(const SigningKey& parent, std::string_view use);

  const Ed25519PublicKey& public_key() const { return public_key_; }
  std::string sign(std::string_view message) const;

 private:
  struct Data;
  Ed25519Key(std::shared_ptr<const Data> data, Ed25519PublicKey public_key);
  std::shared_ptr<const Data> data_;
  Ed25519PublicKey public_key_;
};

}  // namespace suoi::certs
