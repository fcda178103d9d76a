// JWS and JWE: the vectors of their standards, and everything that has to be refused.
#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "hex.hpp"
#include "suoi/certs/base64url.hpp"
#include "suoi/certs/jwe.hpp"
#include "suoi/certs/jws.hpp"

using namespace suoi::certs;

namespace {

constexpr const char* kTokenA3 =
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl"
    "fQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

SigningKey key_a3() {
  return *SigningKey::from_secret(*parse_base64url("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"));
}

// A compact token with exactly this header, signed as ES256.
std::string token_with(const std::string& header, const SigningKey& key, const std::string& payload = "{}") {
  const std::string input = base64url(header) + "." + base64url(payload);
  return input + "." + base64url(key.sign_es256(input));
}

std::string flattened_with(const std::string& header, const SigningKey& key) {
  const std::string body = base64url("{}");
  const std::string signature = base64url(key.sign_es256(base64url(header) + "." + body));
  return R"({"protected":")" + base64url(header) + R"(","payload":")" + body + R"(","signature":")" + signature + "\"}";
}

JwsFault compact_fault(const std::string& token, const SigningKey& key) {
  const auto jws = verify_compact(token, key.public_key());
  REQUIRE_FALSE(jws.has_value());
  return jws.error().fault;
}

JwsFault flattened_fault(const std::string& json) {
  const auto jws = verify_flattened(json);
  REQUIRE_FALSE(jws.has_value());
  return jws.error().fault;
}

JweFault seal_fault(const std::string& token, const SigningKey& key) {
  const auto opened = decrypt_compact(key, token);
  REQUIRE_FALSE(opened.has_value());
  return opened.error().fault;
}

std::string with_letter_changed(std::string text, std::size_t at) {
  text[at] = text[at] == 'A' ? 'B' : 'A';
  return text;
}

}  // namespace

TEST_CASE("the ES256 token of RFC 7515, appendix A.3, verifies") {
  const auto jws = verify_compact(kTokenA3, key_a3().public_key());
  REQUIRE(jws);
  CHECK(jws->payload == "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}");
  CHECK(jws->header.at("alg") == "ES256");
  CHECK(compact_fault(kTokenA3, SigningKey::generate()) == JwsFault::signature);
}

TEST_CASE("a receipt is found by its kid among several keys") {
  const SigningKey old_key = SigningKey::generate(), new_key = SigningKey::generate();
  const std::vector<PublicKey> keys{new_key.public_key(), old_key.public_key()};
  const auto receipt = sign_compact(old_key, {{"kid", old_key.public_key().thumbprint()}, {"typ", "receipt"}}, "x");
  const auto jws = verify_compact(receipt, keys);
  REQUIRE(jws);
  CHECK(jws->signer == old_key.public_key());
  CHECK(jws->header.at("typ") == "receipt");
  CHECK(verify_compact(sign_compact(old_key, {}, "x"), keys).has_value());

  const auto stranger = SigningKey::generate();
  const auto unknown = verify_compact(sign_compact(stranger, {{"kid", stranger.public_key().thumbprint()}}, "x"), keys);
  REQUIRE_FALSE(unknown.has_value());
  CHECK(unknown.error().fault == JwsFault::key);
  const auto pretended = verify_compact(sign_compact(stranger, {{"kid", keys[0].thumbprint()}}, "x"), keys);
  REQUIRE_FALSE(pretended.has_value());
  CHECK(pretended.error().fault == JwsFault::signature);
}

TEST_CASE("no header but a plain ES256 one is taken, even when its signature is good") {
  const SigningKey key = SigningKey::generate();
  CHECK(compact_fault(token_with(R"({"alg":"none"})", key), key) == JwsFault::algorithm);
  CHECK(compact_fault(token_with(R"({"alg":"HS256"})", key), key) == JwsFault::algorithm);
  CHECK(compact_fault(token_with(R"({"alg":"es256"})", key), key) == JwsFault::algorithm);
  CHECK(compact_fault(token_with(R"({"alg":["ES256"]})", key), key) == JwsFault::algorithm);
  CHECK(compact_fault(token_with(R"({})", key), key) == JwsFault::algorithm);
  CHECK(compact_fault(token_with(R"({"alg":"ES256","crit":["exp"],"exp":1})", key), key) == JwsFault::critical);
  CHECK(compact_fault(token_with(R"({"alg":"ES256","crit":["b64"],"b64":false})", key), key) == JwsFault::critical);
  CHECK(compact_fault(token_with(R"({"alg":"ES256","crit":[]})", key), key) == JwsFault::critical);
  CHECK(compact_fault(token_with(R"({"alg":"none","alg":"ES256"})", key), key) == JwsFault::malformed);
  CHECK(compact_fault(token_with(R"({"alg":"ES256","x":{"a":1,"a":2}})", key), key) == JwsFault::malformed);
  CHECK(compact_fault(token_with(R"(["ES256"])", key), key) == JwsFault::malformed);
  CHECK(compact_fault(token_with(R"({"alg":"ES256"}x)", key), key) == JwsFault::malformed);
  CHECK(compact_fault(token_with("{\"alg\":\"ES256\",\"kid\":\"\xff\"}", key), key) == JwsFault::malformed);
  CHECK(compact_fault(token_with(R"({"alg":"ES256","x":[[[[[[[[[1]]]]]]]]]})", key), key) == JwsFault::malformed);
  CHECK(compact_fault(token_with(R"({"alg":"ES256","x":")" + std::string(9000, 'x') + "\"}", key), key) ==
        JwsFault::malformed);
  CHECK(verify_compact(token_with(R"({"alg":"ES256","anything":{"a":[1,2.5,null,true]}})", key), key.public_key()));
}

TEST_CASE("a compact token has three segments of strict base64url and no more bytes than allowed") {
  const SigningKey key = SigningKey::generate();
  const std::string token = sign_compact(key, {}, "payload");
  CHECK(verify_compact(token, key.public_key(), token.size()).has_value());
  const auto too_large = verify_compact(token, key.public_key(), token.size() - 1);
  REQUIRE_FALSE(too_large.has_value());
  CHECK(too_large.error().fault == JwsFault::too_large);
  for (const std::string& bad : {token + ".", token + ".x", "." + token, token.substr(0, token.rfind('.')), token + "=",
                                 token + "\n", " " + token, std::string(), std::string(".."), std::string("...")}) {
    CAPTURE(bad);
    CHECK(compact_fault(bad, key) == JwsFault::malformed);
  }
}

TEST_CASE("no letter of a token can be changed") {
  const SigningKey key = SigningKey::generate();
  const std::string token = sign_compact(key, {{"kid", "k"}}, R"({"seq":42})");
  for (std::size_t at = 0; at < token.size(); ++at) {
    CAPTURE(at);
    CHECK_FALSE(verify_compact(with_letter_changed(token, at), key.public_key()).has_value());
  }
}

TEST_CASE("a device's flattened token carries its key and proves that the device holds it") {
  const SigningKey key = SigningKey::generate();
  const std::string json = sign_flattened(key, R"({"code":"ABC"})");
  const auto jws = verify_flattened(json);
  REQUIRE(jws);
  CHECK(jws->payload == R"({"code":"ABC"})");
  CHECK(jws->signer == key.public_key());
  CHECK(verify_flattened(json, key.public_key()).has_value());
  const auto other = verify_flattened(json, SigningKey::generate().public_key());
  REQUIRE_FALSE(other.has_value());
  CHECK(other.error().fault == JwsFault::key);
}

TEST_CASE("members of a flattened token that nobody knows change nothing") {
  const SigningKey key = SigningKey::generate();
  const std::string json = sign_flattened(key, "{}");
  CHECK(verify_flattened(R"({"note":[1,{"a":null}],"header":{"alg":"none"},)" + json.substr(1)).has_value());
}

TEST_CASE("a flattened token without its own good key is refused") {
  const SigningKey key = SigningKey::generate(), other = SigningKey::generate();
  const std::string jwk = key.public_key().jwk();
  CHECK(verify_flattened(flattened_with(R"({"alg":"ES256","jwk":)" + jwk + "}", key)).has_value());
  CHECK(flattened_fault(flattened_with(R"({"alg":"ES256"})", key)) == JwsFault::key);
  CHECK(verify_flattened(flattened_with(R"({"alg":"ES256"})", key), key.public_key()).has_value());
  CHECK(flattened_fault(flattened_with(R"({"alg":"ES256","jwk":"x"})", key)) == JwsFault::key);
  CHECK(flattened_fault(flattened_with(R"({"alg":"ES256","jwk":)" + jwk + "}", other)) == JwsFault::signature);
  CHECK(flattened_fault(flattened_with(R"({"alg":"none","jwk":)" + jwk + "}", key)) == JwsFault::algorithm);
  const std::string doubled = R"({"kty":"EC",)" + jwk.substr(1);
  CHECK(flattened_fault(flattened_with(R"({"alg":"ES256","jwk":)" + doubled + "}", key)) == JwsFault::malformed);
}

TEST_CASE("a flattened token that two readers could read differently is refused") {
  const std::string json = sign_flattened(SigningKey::generate(), "{}");
  CHECK(flattened_fault(R"({"payload":"e30",)" + json.substr(1)) == JwsFault::malformed);
  CHECK(flattened_fault(R"({"signatures":[],)" + json.substr(1)) == JwsFault::malformed);
  CHECK(flattened_fault(json + "{}") == JwsFault::malformed);
  CHECK(flattened_fault(json + std::string(1, '\0')) == JwsFault::malformed);
  CHECK(flattened_fault("\xef\xbb\xbf" + json) == JwsFault::malformed);
  CHECK(flattened_fault(json.substr(0, json.size() - 1)) == JwsFault::malformed);
  CHECK(flattened_fault(R"({"protected":"","payload":1,"signature":""})") == JwsFault::malformed);
  CHECK(flattened_fault("{}") == JwsFault::malformed);
  CHECK(flattened_fault(std::string(100000, '[')) == JwsFault::malformed);
}

TEST_CASE("a caller cannot replace what a header must say") {
  const SigningKey key = SigningKey::generate();
  CHECK_THROWS_AS(sign_compact(key, {{"alg", "none"}}, ""), std::invalid_argument);
  CHECK_THROWS_AS(sign_flattened(key, "", {{"jwk", "x"}}), std::invalid_argument);
  CHECK_THROWS_AS(encrypt_compact(key.public_key(), "", {{"enc", "x"}}), std::invalid_argument);
}

TEST_CASE("the agreed key is that of RFC 7518, appendix C") {
  const auto alice = SigningKey::from_secret(*parse_base64url("0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo"));
  const auto bob = SigningKey::from_secret(*parse_base64url("VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw"));
  REQUIRE(alice);
  REQUIRE(bob);
  CHECK(base64url(alice->public_key().x()) == "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0");
  CHECK(base64url(bob->public_key().y()) == "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck");
  const std::string shared = alice->agree(bob->public_key());
  CHECK(shared == bob->agree(alice->public_key()));
  CHECK(test::to_hex(shared) == "9e56d91d817135d372834283bf84269cfb316ea3da806a48f6daa7798cfe90c4");
  CHECK(base64url(concat_kdf(shared, "A128GCM", "Alice", "Bob", 128)) == "VqqN6vgjbSBcIijNcacQGg");
}

TEST_CASE("a bundle opens for the key that it was sealed to and for no other") {
  const SigningKey server = SigningKey::generate();
  CHECK(rc::check("sealed and opened", [&] {
    const auto plaintext = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    const std::string token = encrypt_compact(server.public_key(), plaintext);
    const auto opened = decrypt_compact(server, token);
    RC_ASSERT(opened.has_value());
    RC_ASSERT(*opened == plaintext);
  }));
  const std::string token = encrypt_compact(server.public_key(), "secret", {{"kid", server.public_key().thumbprint()}});
  CHECK(jwe_kid(token) == server.public_key().thumbprint());
  CHECK(token.find("secret") == std::string::npos);
  CHECK(seal_fault(token, SigningKey::generate()) == JweFault::seal);
  CHECK(encrypt_compact(server.public_key(), "secret") != encrypt_compact(server.public_key(), "secret"));
}

TEST_CASE("no letter of a bundle can be changed") {
  const SigningKey server = SigningKey::generate();
  const std::string token = encrypt_compact(server.public_key(), "một gói thay đổi");
  for (std::size_t at = 0; at < token.size(); ++at) {
    CAPTURE(at);
    CHECK_FALSE(decrypt_compact(server, with_letter_changed(token, at)).has_value());
  }
}

TEST_CASE("only the one form of JWE is taken") {
  const SigningKey server = SigningKey::generate();
  const std::string good = encrypt_compact(server.public_key(), "x");
  const std::string rest = good.substr(good.find('.'));
  const std::string epk = R"("epk":)" + SigningKey::generate().public_key().jwk();
  const auto fault = [&](const std::string& header) { return seal_fault(base64url(header) + rest, server); };
  CHECK(fault(R"({"alg":"ECDH-ES","enc":"A256GCM",)" + epk + "}") == JweFault::seal);
  CHECK(fault(R"({"alg":"dir","enc":"A256GCM",)" + epk + "}") == JweFault::algorithm);
  CHECK(fault(R"({"alg":"ECDH-ES+A256KW","enc":"A256GCM",)" + epk + "}") == JweFault::algorithm);
  CHECK(fault(R"({"alg":"ECDH-ES","enc":"A128GCM",)" + epk + "}") == JweFault::algorithm);
  CHECK(fault(R"({"alg":"ECDH-ES","enc":"A256GCM","zip":"DEF",)" + epk + "}") == JweFault::algorithm);
  CHECK(fault(R"({"alg":"ECDH-ES","enc":"A256GCM","apu":"QQ",)" + epk + "}") == JweFault::algorithm);
  CHECK(fault(R"({"alg":"ECDH-ES","enc":"A256GCM","crit":["x"],)" + epk + "}") == JweFault::algorithm);
  CHECK(fault(R"({"alg":"ECDH-ES","enc":"A256GCM"})") == JweFault::key);
  CHECK(fault(R"({"alg":"ECDH-ES","enc":"A256GCM","epk":{"kty":"OKP"}})") == JweFault::key);
  CHECK(fault(R"({"alg":"ECDH-ES","alg":"ECDH-ES","enc":"A256GCM",)" + epk + "}") == JweFault::malformed);
  CHECK(seal_fault(good + ".", server) == JweFault::malformed);
  CHECK(seal_fault("", server) == JweFault::malformed);
  CHECK(seal_fault("....", server) == JweFault::malformed);
  std::string with_key = good;
  with_key.insert(with_key.find('.') + 1, "QUFB");
  CHECK(seal_fault(with_key, server) == JweFault::malformed);
  CHECK(seal_fault(good.substr(0, good.size() - 4), server) == JweFault::malformed);
  const auto too_large = decrypt_compact(server, good, good.size() - 1);
  REQUIRE_FALSE(too_large.has_value());
  CHECK(too_large.error().fault == JweFault::too_large);
  CHECK(jwe_kid("rubbish").empty());
}
