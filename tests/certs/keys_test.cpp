// P-256 keys: their forms, their thumbprints, ES256.
#include <catch2/catch.hpp>

#include "hex.hpp"
#include "suoi/certs/base64url.hpp"
#include "suoi/certs/hashing.hpp"
#include "suoi/certs/signing_key.hpp"
#include "suoi/domain/value.hpp"

using namespace suoi::certs;
using suoi::certs::test::from_hex;

namespace {

// The key of RFC 7515, appendix A.3.
constexpr const char* kJwkA3 = R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
                               R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})";
constexpr const char* kX = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
constexpr const char* kY = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
constexpr const char* kOrderHex = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

std::string jwk_text(const std::string& kty, const std::string& crv, const std::string& x, const std::string& y) {
  return R"({"kty":")" + kty + R"(","crv":")" + crv + R"(","x":")" + x + R"(","y":")" + y + R"("})";
}

// n - s for the 32 bytes of s.
std::string other_form(const std::string& s) {
  const std::string n = from_hex(kOrderHex);
  std::string result(32, '\0');
  int borrow = 0;
  for (int i = 31; i >= 0; --i) {
    const int difference = static_cast<unsigned char>(n[i]) - static_cast<unsigned char>(s[i]) - borrow;
    borrow = difference < 0 ? 1 : 0;
    result[i] = static_cast<char>(difference & 0xff);
  }
  return result;
}

}  // namespace

TEST_CASE("a thumbprint is that of RFC 7638, section 3.1") {
  const suoi::domain::Value::Object rsa{
      {"kty", "RSA"},
      {"n",
       "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3ok"
       "njhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu"
       "6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8a"
       "wapJzKnqDKgw"},
      {"e", "AQAB"}};
  const auto digest = sha256(suoi::domain::canonical_json(rsa));
  CHECK(base64url(bytes_of(digest)) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

TEST_CASE("the thumbprint of a P-256 key is that of RFC 9449, section 6.1") {
  const auto key = PublicKey::from_jwk(jwk_text("EC", "P-256", "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
                                                "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"));
  REQUIRE(key);
  CHECK(key->thumbprint() == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
}

TEST_CASE("a JWK is written in canonical order whatever order it came in") {
  const auto key = PublicKey::from_jwk(kJwkA3);
  REQUIRE(key);
  CHECK(key->jwk() == std::string(R"({"crv":"P-256","kty":"EC","x":")") + kX + R"(","y":")" + kY + R"("})");
  const auto with_more = PublicKey::from_jwk(std::string(R"({"use":"sig","key_ops":["verify"],"ext":true,"kid":"1",)") +
                                             std::string(kJwkA3).substr(1));
  REQUIRE(with_more);
  CHECK(*with_more == *key);
}

TEST_CASE("only a JWK of a point on P-256 is taken") {
  const std::string x = kX, y = kY;
  const auto fault = [](const std::string& text) {
    const auto key = PublicKey::from_jwk(text);
    REQUIRE_FALSE(key.has_value());
    return key.error().fault;
  };
  CHECK(fault(jwk_text("RSA", "P-256", x, y)) == KeyFault::unsupported);
  CHECK(fault(jwk_text("EC", "P-384", x, y)) == KeyFault::unsupported);
  CHECK(fault(jwk_text("EC", "secp256k1", x, y)) == KeyFault::unsupported);
  CHECK(fault(jwk_text("EC", "P-256", y, x)) == KeyFault::off_curve);
  CHECK(fault(jwk_text("EC", "P-256", base64url(std::string(32, '\0')), base64url(std::string(32, '\0')))) ==
        KeyFault::off_curve);
  CHECK(fault(jwk_text("EC", "P-256", base64url(std::string(32, '\xff')), y)) == KeyFault::off_curve);
  CHECK(fault(jwk_text("EC", "P-256", x + "=", y)) == KeyFault::malformed);
  CHECK(fault(jwk_text("EC", "P-256", x.substr(4), y)) == KeyFault::malformed);
  CHECK(fault(jwk_text("EC", "P-256", base64url(std::string(1, '\0') + *parse_base64url(x)), y)) ==
        KeyFault::malformed);
  CHECK(fault(std::string(R"({"d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",)") + std::string(kJwkA3).substr(1)) ==
        KeyFault::secret);
  CHECK(fault(std::string(R"({"kty":"EC",)") + std::string(kJwkA3).substr(1)) == KeyFault::malformed);
  CHECK(fault(std::string(kJwkA3) + "x") == KeyFault::malformed);
  CHECK(fault(std::string(kJwkA3) + std::string(1, '\0') + "x") == KeyFault::malformed);
  CHECK(fault("[]") == KeyFault::malformed);
  CHECK(fault("") == KeyFault::malformed);
  CHECK(fault(R"({"kty":1,"crv":"P-256"})") == KeyFault::malformed);
  CHECK(fault(std::string(5000, '[')) == KeyFault::malformed);
}

TEST_CASE("a public key survives SPKI, and nothing but its one form is taken") {
  const auto key = SigningKey::generate().public_key();
  const std::string der = key.spki_der();
  CHECK(der.size() == 91);
  const auto back = PublicKey::from_spki_der(der);
  REQUIRE(back);
  CHECK(*back == key);
  CHECK_FALSE(PublicKey::from_spki_der(der + '\0').has_value());
  CHECK_FALSE(PublicKey::from_spki_der(der.substr(0, 90)).has_value());
  CHECK_FALSE(PublicKey::from_spki_der("").has_value());
  // The same point, compressed: a good key for others, but a second form of this one.
  std::string compressed = from_hex("3039301306072a8648ce3d020106082a8648ce3d030107032200");
  compressed += static_cast<char>((key.y().back() & 1) != 0 ? 3 : 2);
  CHECK_FALSE(PublicKey::from_spki_der(compressed + key.x()).has_value());
}

TEST_CASE("what a key signs verifies with its public part and with nothing else") {
  const SigningKey key = SigningKey::generate();
  const SigningKey other = SigningKey::generate();
  const std::string signature = key.sign_es256("một chữ ký");
  CHECK(signature.size() == 64);
  CHECK(key.public_key().verify_es256("một chữ ký", signature));
  CHECK_FALSE(key.public_key().verify_es256("hai chữ ký", signature));
  CHECK_FALSE(other.public_key().verify_es256("một chữ ký", signature));
  CHECK_FALSE(key.public_key().verify_es256("một chữ ký", signature.substr(1)));
  CHECK_FALSE(key.public_key().verify_es256("một chữ ký", signature + '\0'));
  CHECK_FALSE(key.public_key().verify_es256("một chữ ký", std::string(64, '\0')));
  CHECK_FALSE(key.public_key().verify_es256("một chữ ký", std::string(64, '\xff')));
}

TEST_CASE("every signature is in the low form, and the other form counts only where it is allowed") {
  const SigningKey key = SigningKey::generate();
  for (int i = 0; i < 32; ++i) {
    const std::string bytes = std::to_string(i);
    const std::string signature = key.sign_es256(bytes);
    const std::string mirrored = signature.substr(0, 32) + other_form(signature.substr(32));
    CHECK(key.public_key().verify_es256(bytes, signature, SForm::low));
    CHECK(key.public_key().verify_es256(bytes, mirrored, SForm::any));
    CHECK_FALSE(key.public_key().verify_es256(bytes, mirrored, SForm::low));
  }
}

TEST_CASE("a private number out of range is no key") {
  const std::string n = from_hex(kOrderHex);
  std::string below = n;
  --below.back();
  CHECK(SigningKey::from_secret(below).has_value());
  CHECK_FALSE(SigningKey::from_secret(n).has_value());
  CHECK_FALSE(SigningKey::from_secret(std::string(32, '\0')).has_value());
  CHECK_FALSE(SigningKey::from_secret(std::string(32, '\xff')).has_value());
  CHECK_FALSE(SigningKey::from_secret(std::string(31, '\x01')).has_value());
}

TEST_CASE("a private number gives its public key back") {
  const auto key = SigningKey::from_secret(*parse_base64url("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"));
  REQUIRE(key);
  CHECK(key->public_key() == *PublicKey::from_jwk(kJwkA3));
  CHECK(SigningKey::from_secret(key->secret())->public_key() == key->public_key());
}
