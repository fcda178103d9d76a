// A detached CMS signature as PAdES B-B wants it (RFC 5652; ETSI EN 319 122-1 and 319 142-1): ES256, the signer's
// certificate inside, the signed attributes content-type, message-digest and signing-certificate-v2 and no other, so
// also no signing-time. Private to this module.
//
// There is exactly one encoding for a digest, a certificate and a signature. Who checks makes it anew and compares, so
// that no bit of it can change unnoticed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "suoi/certs/signing_key.hpp"

namespace suoi::certs {

std::string cms_signature(std::string_view digest, const SigningKey& key, std::string_view x509);

// The key of the certificate inside, where `cms` is a good signature over `digest` in its one form.
std::optional<PublicKey> cms_signer(std::string_view cms, std::string_view digest);

// A self-signed certificate (RFC 5280) for `key`: digitalSignature and nonRepudiation, no extended use, no end (its
// time is for the list of keys to say).
std::string self_signed_x509(const SigningKey& key, std::int64_t not_before_ms);

}  // namespace suoi::certs
