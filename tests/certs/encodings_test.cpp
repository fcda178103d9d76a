// base64url, base45 and digests against the vectors of their standards.
#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "hex.hpp"
#include "suoi/certs/base45.hpp"
#include "suoi/certs/base64url.hpp"
#include "suoi/certs/hashing.hpp"

using namespace suoi::certs;
using suoi::certs::test::from_hex;
using suoi::certs::test::to_hex;

TEST_CASE("base64url gives the texts of RFC 4648, section 10, without padding") {
  const std::pair<const char*, const char*> vectors[] = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},         {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    CHECK(base64url(bytes) == text);
    CHECK(parse_base64url(text) == std::string(bytes));
  }
  CHECK(base64url("\xfb\xff") == "-_8");
}

TEST_CASE("base64url with padding, blanks, other letters or stray bits is refused") {
  for (const char* text : {"Zg==", "Zm9v\n", " Zm9v", "Zm+v", "Zm/v", "Z", "Zm9vY", "Zh", "Zm9", "Zm9vYg\xc3\xa1"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_base64url(text).has_value());
  }
}

TEST_CASE("base45 gives the texts of RFC 9285, section 4") {
  const std::pair<const char*, const char*> vectors[] = {
      {"AB", "BB8"}, {"Hello!!", "%69 VD92EX0"}, {"base-45", "UJCLQE7W581"}, {"ietf!", "QED8WEX0"}};
  for (const auto& [bytes, text] : vectors) {
    CHECK(base45(bytes) == text);
    CHECK(parse_base45(text) == std::string(bytes));
  }
}

TEST_CASE("base45 beyond two bytes a group, of impossible length or with other letters is refused") {
  // GGW stands for 65536 (RFC 9285, section 6 names it); U5 for 255, V5 for 256.
  CHECK(parse_base45("FGW") == std::string("\xff\xff"));
  CHECK(parse_base45("U5") == std::string("\xff"));
  for (const char* text : {"GGW", ":::", "V5", "::", "B", "BB8B", "bb8", "BB_", "BB8,,"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_base45(text).has_value());
  }
}

TEST_CASE("any bytes survive base64url and base45, and every accepted text is the one that is written") {
  CHECK(rc::check("bytes to text and back", [] {
    const auto bytes = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    RC_ASSERT(parse_base64url(base64url(bytes)) == bytes);
    RC_ASSERT(parse_base45(base45(bytes)) == bytes);
  }));
  CHECK(rc::check("text to bytes and back", [] {
    const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("AZaz09-_ $%*+./:")));
    if (const auto bytes = parse_base64url(text)) RC_ASSERT(base64url(*bytes) == text);
    if (const auto bytes = parse_base45(text)) RC_ASSERT(base45(*bytes) == text);
  }));
}

TEST_CASE("digests are those of FIPS 180 and RFC 4231") {
  const auto sha1_abc = sha1("abc");
  const auto sha256_abc = sha256("abc");
  const auto mac = hmac_sha256("Jefe", "what do ya want for nothing?");
  CHECK(to_hex(bytes_of(sha1_abc)) == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(to_hex(bytes_of(sha256_abc)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(to_hex(bytes_of(mac)) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(openssl_hashing().sha1("abc") == sha1_abc);
  CHECK(openssl_hashing().sha256("abc") == sha256_abc);
}

TEST_CASE("a message without a key has its own code, whatever was authenticated before") {
  const auto with_key = hmac_sha256("key", "m");
  const auto without = hmac_sha256("", "m");
  CHECK(with_key != without);
  CHECK(hmac_sha256("", "m") == without);
}

TEST_CASE("random bytes differ from call to call") {
  CHECK(random_bytes(16).size() == 16);
  CHECK(random_bytes(16) != random_bytes(16));
}

TEST_CASE("equality in constant time is equality") {
  CHECK(equal_in_constant_time("abc", "abc"));
  CHECK_FALSE(equal_in_constant_time("abc", "abd"));
  CHECK_FALSE(equal_in_constant_time("abc", "abcd"));
}
