// Keys on the curve P-256: signing with ES256 and agreeing on a secret with ECDH.
//
// Purpose: the device keys of enrolments and bundles, and the server's own keys. A key that decrypts bundles is the
// same
//          class with another `use`.
// Shapes:  JWK (RFC 7517; RFC 7518 section 6.2): JSON text of kty EC, crv P-256, x and y of 32 bytes in base64url;
//          signature: 64 bytes, r then s, big-endian (RFC 7518 section 3.4); SPKI: DER (RFC 5480), the point
//          uncompressed; thumbprint: base64url of SHA-256 over the JWK in canonical form (RFC 7638), 43 characters: it
//          is the `kid`.
// Ownership: copies share one immutable key. Threads: all const members from any thread.
// Errors:  what comes from outside gives KeyError; std::runtime_error when OpenSSL itself fails.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace suoi::certs {

enum class KeyFault {
  malformed,    // no JSON or DER of a key, a member is missing, doubled or of the wrong form
  unsupported,  // another kind of key or curve
  secret,       // a private part where a public key belongs
  off_curve,    // x and y are no point of the curve, or the private number is out of range
};

struct KeyError {
  KeyFault fault = KeyFault::malformed;
  std::string detail;
};

// A signature has a second valid form (s and n - s). Signing here always gives the low one; JOSE verifiers must take
// both, while a carrier whose every bit counts demands the low one.
enum class SForm { any, low };

class PublicKey {
 public:
  // Members besides kty, crv, x and y (use, alg, kid, key_ops …) are ignored; a private `d` is refused.
  static tl::expected<PublicKey, KeyError> from_jwk(std::string_view json);
  // Exactly one key and nothing behind it, in the one encoding that spki_der() gives.
  static tl::expected<PublicKey, KeyError> from_spki_der(std::string_view der);
  // Two big-endian coordinates of 32 bytes.
  static tl::expected<PublicKey, KeyError> from_point(std::string_view x, std::string_view y);

  // {"crv":"P-256","kty":"EC","x":"…","y":"…"}: members in the order of RFC 7638, no blanks.
  const std::string& jwk() const;
  const std::string& thumbprint() const;
  std::string spki_der() const;
  std::string x() const;
  std::string y() const;

  // False for any signature of another length or with r or s out of range.
  bool verify_es256(std::string_view bytes, std::string_view signature, SForm form = SForm::any) const;

  friend bool operator==(const PublicKey& a, const PublicKey& b) { return a.jwk() == b.jwk(); }

 private:
  friend class SigningKey;
  struct Data;
  explicit PublicKey(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  std::shared_ptr<const Data> data_;
};

class SigningKey {
 public:
  static SigningKey generate();
  // The private number, 32 bytes big-endian, within [1, n - 1].
  static tl::expected<SigningKey, KeyError> from_secret(std::string_view secret);
  // The private number; wipe or seal it (key_store.hpp), never log it.
  std::string secret() const;

  // PKCS #8 in PEM under a passphrase (RFC 5958; PBES2 with scrypt and AES-256-CBC), as `openssl pkey` reads it: for a
  // key that people keep themselves.
  std::string encrypted_pem(std::string_view passphrase) const;
  static tl::expected<SigningKey, KeyError> from_encrypted_pem(std::string_view pem, std::string_view passphrase);

  const PublicKey& public_key() const;

  // 64 bytes r||s over SHA-256 of `bytes`, s in its low form.
  std::string sign_es256(std::string_view bytes) const;

  // The x coordinate of the shared point (SEC 1, section 3.3.1), 32 bytes.
  std::string agree(const PublicKey& peer) const;

 private:
  struct Data;
  explicit SigningKey(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  std::shared_ptr<const Data> data_;
};

}  // namespace suoi::certs
