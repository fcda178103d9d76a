// COSE_Sign1 with ES256 (RFC 9052, section 4.2; RFC 9053, section 2.1): the signed body of a QR code.
//
// Purpose: sign and verify the few bytes that fit on paper, so that no single bit can change unnoticed.
// Shapes:  tag 18 over [protected, {}, payload, signature]; protected holds exactly alg (1) = -7 and kid (4) = the
// first
//          8 bytes of the thumbprint of the key (RFC 7638); the unprotected map is empty; the payload is attached; the
//          signature is 64 bytes r||s over Sig_structure ["Signature1", protected, h'', payload]. All in deterministic
//          CBOR. An ES256 signature has a second form with n - s: only the low s is made here and accepted here, since
//          otherwise anybody could turn one carrier into another one that also verifies.
// Threads: pure functions.
// Errors:  CoseError for anything else than the shape above.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "suoi/certs/signing_key.hpp"

namespace suoi::certs {

inline constexpr std::size_t kCoseKidBytes = 8;

enum class CoseFault {
  malformed,
  unknown_key,  // well-formed, and nothing is known of the kid
  signature,    // well-formed, and wrong
};

struct CoseError {
  CoseFault fault = CoseFault::malformed;
  std::string detail;
};

struct Sign1 {
  std::string payload;
  PublicKey signer;
};

// What stands as kid in the protected header of what `key` signs: 8 bytes.
std::string cose_kid(const PublicKey& key);

// The bytes that are signed: Sig_structure of RFC 9052, section 4.4, with no external data.
std::string sig_structure(std::string_view protected_header, std::string_view payload);

std::string sign1(const SigningKey& key, std::string_view payload);

// Asked for the key with the given kid of 8 bytes.
using KeyByKid = std::function<std::optional<PublicKey>(std::string_view kid)>;

tl::expected<Sign1, CoseError> verify1(std::string_view cose, const KeyByKid& key_by_kid);

}  // namespace suoi::certs
