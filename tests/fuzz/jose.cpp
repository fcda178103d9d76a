// JWS, JWE and JWK: nothing verifies or opens that was not made with the key.

#include <cstdlib>

#include "suoi/certs/jwe.hpp"
#include "suoi/certs/jws.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace suoi::certs;
  static const SigningKey key = SigningKey::generate();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (verify_compact(text, key.public_key())) std::abort();
  if (verify_flattened(text, key.public_key())) std::abort();
  if (decrypt_compact(key, text)) std::abort();
  static_cast<void>(verify_flattened(text));
  if (const auto jwk = PublicKey::from_jwk(text)) {
    if (!PublicKey::from_jwk(jwk->jwk())) std::abort();
  }
  return 0;
}
