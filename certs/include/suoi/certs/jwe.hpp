// JSON Web Encryption: compact, ECDH-ES in direct key agreement on P-256, A256GCM (RFC 7516; RFC 7518
// sections 4.6, 5.3).
//
// Purpose: bundles, which others carry without being able to read them.
// Shapes:  five base64url segments, the second (encrypted key) empty; no apu, apv, zip or crit.
// Threads: pure functions.
// Errors:  JweError for every token that is not exactly of this form or does not open; nothing of the plaintext leaves
//          before its tag was checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "suoi/certs/jws.hpp"
#include "suoi/certs/signing_key.hpp"

namespace suoi::certs {

enum class JweFault {
  too_large,
  malformed,
  algorithm,  // alg, enc, zip, apu, apv or crit that this form does not have
  key,        // the ephemeral key is unusable
  seal,       // sealed for another key, or changed on the way
};

struct JweError {
  JweFault fault = JweFault::malformed;
  std::string detail;
};

// `extras` are further protected header members, such as kid and cty; std::invalid_argument where they name alg, enc,
// epk, apu, apv, zip or crit.
std::string encrypt_compact(const PublicKey& recipient, std::string_view plaintext, const HeaderTexts& extras = {});

tl::expected<std::string, JweError> decrypt_compact(const SigningKey& key, std::string_view token,
                                                    std::size_t bytes_max = kTokenBytesMax);

// The `kid` of a token's protected header, unverified: only good for choosing the key to try. Empty where there is
// none.
std::string jwe_kid(std::string_view token);

// The Concat KDF of NIST SP 800-56A as RFC 7518 section 4.6.2 fills it in, for at most 256 bits.
std::string concat_kdf(std::string_view shared_secret, std::string_view algorithm, std::string_view apu,
                       std::string_view apv, std::uint32_t key_bits);

}  // namespace suoi::certs
