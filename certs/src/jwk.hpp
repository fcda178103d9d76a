// A public key out of JSON that is already read; private to this module.
#pragma once

#include "suoi/certs/signing_key.hpp"
#include "suoi/domain/value.hpp"

namespace suoi::certs {

tl::expected<PublicKey, KeyError> public_key_of(const domain::Value& jwk);

// kty, crv, x and y, for a place inside other JSON.
domain::Value::Object jwk_members(const PublicKey& key);

}  // namespace suoi::certs
