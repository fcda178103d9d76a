// CBOR and COSE against the vectors of RFC 8949 and RFC 9052, and everything that is not deterministic.
#include "suoi/certs/cbor.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "hex.hpp"
#include "suoi/certs/base64url.hpp"
#include "suoi/certs/cose.hpp"

using namespace suoi::certs;
using suoi::certs::test::from_hex;
using suoi::certs::test::to_hex;

namespace {

CborFault fault_of(std::string_view hex) {
  const auto value = parse_cbor(from_hex(hex));
  CAPTURE(hex);
  REQUIRE_FALSE(value.has_value());
  return value.error();
}

Cbor nested_arrays(std::size_t levels) {
  Cbor value = Cbor::Array{};
  for (std::size_t i = 1; i < levels; ++i) value = Cbor::Array{std::move(value)};
  return value;
}

// Any value of at most `levels` levels.
Cbor arbitrary_cbor(std::size_t levels) {
  const int kind = *rc::gen::inRange(0, levels > 1 ? 6 : 3);
  const auto number = [] { return *rc::gen::arbitrary<std::int64_t>(); };
  const auto text = [] { return *rc::gen::container<std::string>(rc::gen::inRange('a', 'z')); };
  const int count = *rc::gen::inRange(0, 4);
  if (kind == 0) return number();
  if (kind == 1) return text();
  if (kind == 2) return Cbor::bytes(*rc::gen::container<std::string>(rc::gen::arbitrary<char>()));
  if (kind == 3) return Cbor::tagged(*rc::gen::arbitrary<std::uint64_t>(), arbitrary_cbor(levels - 1));
  if (kind == 4) {
    Cbor::Array items;
    for (int i = 0; i < count; ++i) items.push_back(arbitrary_cbor(levels - 1));
    return items;
  }
  Cbor::Map members;
  for (int i = 0; i < count; ++i) {
    const CborKey key = *rc::gen::arbitrary<bool>() ? CborKey(number()) : CborKey(text());
    members.insert_or_assign(key, arbitrary_cbor(levels - 1));
  }
  return members;
}

}  // namespace

TEST_CASE("CBOR is that of RFC 8949, appendix A") {
  const std::int64_t big = 1000000000000;
  const std::pair<Cbor, const char*> vectors[] = {
      {0, "00"},
      {1, "01"},
      {10, "0a"},
      {23, "17"},
      {24, "1818"},
      {25, "1819"},
      {100, "1864"},
      {1000, "1903e8"},
      {1000000, "1a000f4240"},
      {big, "1b000000e8d4a51000"},
      {-1, "20"},
      {-10, "29"},
      {-100, "3863"},
      {-1000, "3903e7"},
      {Cbor::bytes(""), "40"},
      {Cbor::bytes("\x01\x02\x03\x04"), "4401020304"},
      {"", "60"},
      {"a", "6161"},
      {"IETF", "6449455446"},
      {"\"\\", "62225c"},
      {"\xc3\xbc", "62c3bc"},
      {"\xe6\xb0\xb4", "63e6b0b4"},
      {"\xf0\x90\x85\x91", "64f0908591"},
      {Cbor::Array{}, "80"},
      {Cbor::Array{1, 2, 3}, "83010203"},
      {Cbor::Array{1, Cbor::Array{2, 3}, Cbor::Array{4, 5}}, "8301820203820405"},
      {Cbor::Map{}, "a0"},
      {Cbor::Map{{1, 2}, {3, 4}}, "a201020304"},
      {Cbor::Map{{"a", 1}, {"b", Cbor::Array{2, 3}}}, "a26161016162820203"},
      {Cbor::Array{"a", Cbor::Map{{"b", "c"}}}, "826161a161626163"},
      {Cbor::Map{{"a", "A"}, {"b", "B"}, {"c", "C"}, {"d", "D"}, {"e", "E"}},
       "a56161614161626142616361436164614461656145"},
      {Cbor::tagged(1, 1363896240), "c11a514b67b0"},
      {Cbor::tagged(23, Cbor::bytes("\x01\x02\x03\x04")), "d74401020304"},
      {Cbor::tagged(32, "http://www.example.com"), "d82076687474703a2f2f7777772e6578616d706c652e636f6d"},
  };
  for (const auto& [value, hex] : vectors) {
    CAPTURE(hex);
    CHECK(to_hex(encode_cbor(value)) == hex);
    const auto back = parse_cbor(from_hex(hex));
    REQUIRE(back);
    CHECK(*back == value);
  }
}

TEST_CASE("an array of 25 numbers has its length in a second byte") {
  Cbor::Array numbers;
  for (int i = 1; i <= 25; ++i) numbers.push_back(i);
  CHECK(to_hex(encode_cbor(numbers)) == "98190102030405060708090a0b0c0d0e0f101112131415161718181819");
}

TEST_CASE("the ends of 64 signed bits are kept and nothing beyond them is taken") {
  CHECK(to_hex(encode_cbor(INT64_MAX)) == "1b7fffffffffffffff");
  CHECK(to_hex(encode_cbor(INT64_MIN)) == "3b7fffffffffffffff");
  CHECK(parse_cbor(from_hex("3b7fffffffffffffff")) == Cbor(INT64_MIN));
  CHECK(fault_of("1b8000000000000000") == CborFault::unsupported);
  CHECK(fault_of("3bffffffffffffffff") == CborFault::unsupported);
}

TEST_CASE("keys of a map are sorted as their bytes") {
  // The order of RFC 8949, section 4.2.1, for 10, 100, -1, "z", "aa".
  const Cbor map = Cbor::Map{{"aa", 5}, {"z", 4}, {-1, 3}, {100, 2}, {10, 1}};
  CHECK(to_hex(encode_cbor(map)) == "a50a011864022003617a0462616105");
  CHECK(fault_of("a203040102") == CborFault::order);
  CHECK(fault_of("a220010102") == CborFault::order);
  CHECK(fault_of("a262616101617a02") == CborFault::order);
  CHECK(fault_of("a201020103") == CborFault::order);
  CHECK(fault_of("a14101"
                 "01") == CborFault::unsupported);
}

TEST_CASE("whatever has a shorter form is refused") {
  for (const char* hex : {"1817", "190018", "1900ff", "1a0000ffff", "1b00000000ffffffff", "3817", "5800", "580161",
                          "7801"
                          "61",
                          "9800", "b800", "d80100", "a1180101"}) {
    CHECK(fault_of(hex) == CborFault::not_shortest);
  }
}

TEST_CASE("lengths that are not stated, other types and broken values are refused") {
  for (const char* hex : {"5f42010243030405ff", "7f657374726561646d696e67ff", "9fff", "bfff", "ff"}) {
    CHECK(fault_of(hex) == CborFault::indefinite);
  }
  for (const char* hex : {"f4", "f5", "f6", "f7", "f93c00", "fb3ff199999999999a", "f8ff", "1c", "1d", "1e"}) {
    CHECK(fault_of(hex) == CborFault::unsupported);
  }
  for (const char* hex : {"", "18", "19ff", "41", "6261", "81", "a1", "a101", "c1", "9bffffffffffffffff",
                          "5bffffffffffffffff", "bbffffffffffffffff"}) {
    CHECK(fault_of(hex) == CborFault::truncated);
  }
  for (const char* hex : {"0000",
                          "80"
                          "80",
                          "6161"
                          "ff"})
    CHECK(fault_of(hex) == CborFault::trailing);
}

TEST_CASE("text that is not UTF-8 is neither read nor written") {
  for (const char* bad : {"\x80", "\xc3", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf0\x80\x80\xaf",
                          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xc3\x28", "\xe6\xb0"}) {
    const std::string text = bad;
    CAPTURE(to_hex(text));
    CHECK(fault_of(to_hex(static_cast<char>(0x60 + text.size()) + text)) == CborFault::utf8);
    CHECK_THROWS_AS(encode_cbor(Cbor(text)), std::invalid_argument);
  }
}

TEST_CASE("more than eight levels are neither read nor written") {
  CHECK(parse_cbor(encode_cbor(nested_arrays(8))) == nested_arrays(8));
  CHECK_THROWS_AS(encode_cbor(nested_arrays(9)), std::invalid_argument);
  CHECK(fault_of("818181818181818180") == CborFault::depth);
  CHECK(fault_of(std::string(2000, 'c')) == CborFault::depth);
}

TEST_CASE("any value survives CBOR, and whatever is read is written the same") {
  CHECK(rc::check("value to bytes and back", [] {
    const Cbor value = arbitrary_cbor(4);
    const auto back = parse_cbor(encode_cbor(value));
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == value);
  }));
  CHECK(rc::check("bytes to value and back", [] {
    std::string bytes = encode_cbor(arbitrary_cbor(3));
    const int flips = *rc::gen::inRange(0, 3);
    for (int i = 0; i < flips; ++i) {
      bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] ^= static_cast<char>(1 << *rc::gen::inRange(0, 8));
    }
    if (const auto value = parse_cbor(bytes)) RC_ASSERT(encode_cbor(*value) == bytes);
  }));
}

TEST_CASE("what is signed in COSE is what RFC 9052, appendix C.2.1, signed") {
  const auto x = parse_base64url("usWxHK2PmfnHKwXPS54m0kTcGJ90UiglWiGahtagnv8");
  const auto y = parse_base64url("IBOL-C3BttVivg-lSreASjpkttcsz-1rb7btKLv8EX4");
  const auto key = PublicKey::from_point(x.value(), y.value());
  REQUIRE(key);
  const std::string vector = from_hex(
      "d28443a10126a10442313154546869732069732074686520636f6e74656e742e58408eb33e4ca31d1c465ab05aac34cc6b23d58fef5c0831"
      "06c4"
      "d25a91aef0b0117e2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5a4c345cacb36");
  const auto cose = parse_cbor(vector);
  REQUIRE(cose);
  REQUIRE(cose->tag() != nullptr);
  const auto& parts = *cose->tag()->content->array();
  const std::string signed_bytes = sig_structure(*parts[0].byte_string(), *parts[2].byte_string());
  CHECK(to_hex(signed_bytes) == "846a5369676e61747572653143a101264054546869732069732074686520636f6e74656e742e");
  CHECK(key->verify_es256(signed_bytes, *parts[3].byte_string(), SForm::low));
  // The vector itself has its kid where it is not protected, so it is no carrier of ours.
  const auto refused = verify1(vector, [&](std::string_view) { return std::optional(*key); });
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().fault == CoseFault::malformed);
}

TEST_CASE("a signed body gives its payload and names its key") {
  const SigningKey key = SigningKey::generate();
  const std::string cose = sign1(key, "payload");
  std::string asked;
  const auto body = verify1(cose, [&](std::string_view kid) {
    asked = kid;
    return std::optional(key.public_key());
  });
  REQUIRE(body);
  CHECK(body->payload == "payload");
  CHECK(body->signer == key.public_key());
  CHECK(asked == cose_kid(key.public_key()));
  CHECK(asked == parse_base64url(key.public_key().thumbprint())->substr(0, 8));
  const auto unknown = verify1(cose, [](std::string_view) { return std::nullopt; });
  REQUIRE_FALSE(unknown.has_value());
  CHECK(unknown.error().fault == CoseFault::unknown_key);
}

TEST_CASE("a signed body of any other shape is refused, even with a good signature") {
  const SigningKey key = SigningKey::generate();
  const Cbor kid = Cbor::bytes(cose_kid(key.public_key()));
  const auto verdict = [&](const Cbor::Map& header, Cbor unprotected, std::uint64_t tag) {
    const std::string protected_header = encode_cbor(header);
    const std::string signature = key.sign_es256(sig_structure(protected_header, "x"));
    const auto body =
        verify1(encode_cbor(Cbor::tagged(tag, Cbor::Array{Cbor::bytes(protected_header), std::move(unprotected),
                                                          Cbor::bytes("x"), Cbor::bytes(signature)})),
                [&](std::string_view) { return std::optional(key.public_key()); });
    return body.has_value();
  };
  CHECK(verdict({{1, -7}, {4, kid}}, Cbor::Map{}, 18));
  CHECK_FALSE(verdict({{1, -7}, {4, kid}}, Cbor::Map{}, 98));
  CHECK_FALSE(verdict({{1, -7}, {4, kid}}, Cbor::Map{{4, kid}}, 18));
  CHECK_FALSE(verdict({{1, -7}, {4, kid}}, Cbor::Array{}, 18));
  CHECK_FALSE(verdict({{1, -7}, {2, Cbor::Array{9}}, {4, kid}}, Cbor::Map{}, 18));
  CHECK_FALSE(verdict({{1, -35}, {4, kid}}, Cbor::Map{}, 18));
  CHECK_FALSE(verdict({{1, -7}}, Cbor::Map{}, 18));
  CHECK_FALSE(verdict({{1, -7}, {4, Cbor::bytes("short")}}, Cbor::Map{}, 18));
  CHECK_FALSE(verdict({}, Cbor::Map{}, 18));
}
