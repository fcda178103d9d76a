#include "jwk.hpp"

#include "strict_json.hpp"
#include "suoi/certs/base64url.hpp"

namespace suoi::certs {
namespace {

constexpr std::size_t kJwkBytesMax = 4096;

tl::unexpected<KeyError> refuse(KeyFault fault, const char* detail) {
  return tl::unexpected(KeyError{fault, detail});
}

}  // namespace

tl::expected<PublicKey, KeyError> public_key_of(const domain::Value& jwk) {
  const auto* object = jwk.object();
  if (object == nullptr) return refuse(KeyFault::malformed, "the JWK is no JSON object");
  const auto* kty = text_member(*object, "kty");
  const auto* crv = text_member(*object, "crv");
  const auto* x = text_member(*object, "x");
  const auto* y = text_member(*object, "y");
  if (kty == nullptr) return refuse(KeyFault::malformed, "the JWK has no kty");
  if (*kty != "EC") return refuse(KeyFault::unsupported, "kty is not EC");
  if (crv == nullptr || x == nullptr || y == nullptr) return refuse(KeyFault::malformed, "crv, x or y is missing");
  if (*crv != "P-256") return refuse(KeyFault::unsupported, "crv is not P-256");
  if (object->count("d") != 0) return refuse(KeyFault::secret, "the JWK holds a private key");
  const auto x_bytes = parse_base64url(*x);
  const auto y_bytes = parse_base64url(*y);
  if (!x_bytes || !y_bytes) return refuse(KeyFault::malformed, "x or y is no base64url");
  return PublicKey::from_point(*x_bytes, *y_bytes);
}

domain::Value::Object jwk_members(const PublicKey& key) {
  return {{"crv", "P-256"}, {"kty", "EC"}, {"x", base64url(key.x())}, {"y", base64url(key.y())}};
}

tl::expected<PublicKey, KeyError> PublicKey::from_jwk(std::string_view json) {
  if (json.size() > kJwkBytesMax) return refuse(KeyFault::malformed, "the JWK is too large");
  const auto value = parse_strict_json(json);
  if (!value) return refuse(KeyFault::malformed, "the JWK is no strict JSON");
  return public_key_of(*value);
}

}  // namespace suoi::certs
