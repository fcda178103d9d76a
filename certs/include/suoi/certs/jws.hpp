// JSON Web Signatures with ES256, and nothing else (RFC 7515; RFC 7518 section 3.4).
//
// Purpose: the server's receipts (compact) and what devices sign: enrolments and bundles (flattened).
// Shapes:  compact: three base64url segments joined by dots; flattened: a JSON object with the texts "protected",
//          "payload", "signature" (other members are ignored, and nothing is ever read from them).
// Threads: pure functions.
// Errors:  JwsError for anything that is not exactly a good signature: another alg, any `crit` (no extension is
//          understood here), doubled members, wrong segments, too many bytes.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "suoi/certs/signing_key.hpp"

namespace suoi::certs {

// As many bytes as the largest inflated request body may have.
inline constexpr std::size_t kTokenBytesMax = 8388608;
inline constexpr std::size_t kTokenHeaderBytesMax = 8192;

enum class JwsFault {
  too_large,
  malformed,
  algorithm,  // alg is not ES256
  critical,   // a `crit` header
  key,        // no key, an unusable one, or another one than expected
  signature,  // well-formed, and wrong
};

struct JwsError {
  JwsFault fault = JwsFault::malformed;
  std::string detail;
};

using HeaderTexts = std::map<std::string, std::string>;

struct Jws {
  std::string payload;  // bytes
  PublicKey signer;     // the key that the signature was verified with
  HeaderTexts header;   // the members of the protected header that are texts (alg, kid, typ …)
};

// `extras` are further header members, such as kid and typ; std::invalid_argument where they name alg, jwk or crit.
std::string sign_compact(const SigningKey& key, const HeaderTexts& extras, std::string_view payload);

// The flattened form, with the public key as `jwk` in the protected header.
std::string sign_flattened(const SigningKey& key, std::string_view payload, const HeaderTexts& extras = {});

tl::expected<Jws, JwsError> verify_compact(std::string_view token, const PublicKey& key,
                                           std::size_t bytes_max = kTokenBytesMax);

// With the key whose thumbprint is the header's `kid`; without `kid` with each of them in turn.
tl::expected<Jws, JwsError> verify_compact(std::string_view token, const std::vector<PublicKey>& keys,
                                           std::size_t bytes_max = kTokenBytesMax);

// Against the `jwk` of the protected header. This proves that the sender holds the key, not who the sender is.
tl::expected<Jws, JwsError> verify_flattened(std::string_view json, std::size_t bytes_max = kTokenBytesMax);

// Against a key that is already known. A `jwk` in the header may stand there, and must then be this key.
tl::expected<Jws, JwsError> verify_flattened(std::string_view json, const PublicKey& key,
                                             std::size_t bytes_max = kTokenBytesMax);

}  // namespace suoi::certs
