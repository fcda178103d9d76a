// Certificates as files: what they state, and that nothing about them can be changed.
#include "suoi/certs/open_badge.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "hex.hpp"
#include "random_facts.hpp"
#include "suoi/certs/carrier.hpp"

using namespace suoi::certs;
using namespace suoi::certs::test;

namespace {

constexpr std::int64_t kNow = kIssuedAt + 3600000;
const std::string kDid = "did:web:suoi.example%3A8443";
const std::string kBasis(64, 'a');

struct Issuer {
  SigningKey key = SigningKey::generate();
  BadgeIssuer issuer{kDid, badge_key(key)};

  std::string file(const Facts& facts, const std::string& basis = kBasis) const {
    return open_badge(facts, basis, issuer);
  }
  std::vector<BadgeKey> keys() const { return {{issuer.key.public_key(), 0, std::nullopt}}; }
  Checked check(std::string_view file) const {
    return verify_open_badge(file, keys(), kNow, {kNow, [](const Facts&) { return Standing::in_force; }});
  }
};

bool is_rejected(const Checked& checked) {
  const bool bad = checked.verdict == Verdict::forged || checked.verdict == Verdict::unknown_key;
  return bad && !checked.facts && !checked.reason.empty();
}

Facts in_whole_seconds(Facts facts) {
  facts.issued_at_ms -= facts.issued_at_ms % 1000;
  return facts;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), with);
}

// Changes one bit of a file, then the one `step` bits further on, and so on.
void expect_every_bit_counts(std::size_t step) {
  const Issuer issuer;
  const std::string file = issuer.file(sample_facts(issuer.key));
  for (std::size_t bit = 0; bit < file.size() * 8; bit += step) {
    std::string changed = file;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    const Checked checked = issuer.check(changed);
    if (!is_rejected(checked)) FAIL("bit " << bit << ": " << name_of(checked.verdict));
  }
  CHECK(issuer.check(file).verdict == Verdict::valid);
}

}  // namespace

TEST_CASE("Ed25519 signs as RFC 8032 says") {
  // RFC 8032, section 7.1, TEST 2.
  const auto key = Ed25519Key::from_seed(from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
  CHECK(to_hex(key.public_key().bytes()) == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const std::string signature = key.sign("\x72");
  CHECK(
      to_hex(signature) ==
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
      "b00d291612bb0c00");
  CHECK(key.public_key().verify("\x72", signature));
  CHECK_FALSE(key.public_key().verify("\x73", signature));
  CHECK_FALSE(key.public_key().verify("\x72", signature.substr(1)));
}

TEST_CASE("the name of an Ed25519 key leads back to the key") {
  // The did:key Method, section 1: the example of Ed25519.
  const std::string name = "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";
  const auto key = Ed25519PublicKey::from_multikey(name);
  REQUIRE(key);
  CHECK(key->multikey() == name);
  CHECK(Ed25519PublicKey::from_jwk(key->jwk()) == key);
  for (const std::string& wrong : {std::string(), std::string("z"), name.substr(1), name.substr(0, 47), name + "1",
                                   "z1" + name.substr(1), name.substr(0, 47) + "0"}) {
    CAPTURE(wrong);
    CHECK_FALSE(Ed25519PublicKey::from_multikey(wrong).has_value());
  }
}

TEST_CASE("a file says what the record says") {
  const Issuer issuer;
  const Facts facts = sample_facts(issuer.key);
  const Checked checked = issuer.check(issuer.file(facts));
  CHECK(checked.verdict == Verdict::valid);
  CHECK(checked.as_of_ms == kNow);
  REQUIRE(checked.facts);
  Facts expected = facts;
  expected.issuer_kid = issuer.issuer.key.public_key().thumbprint();
  CHECK(*checked.facts == expected);
}

TEST_CASE("whatever the facts, the file states them all and the code what fits of them") {
  const Issuer issuer;
  const std::vector<IssuerKey> codes{{issuer.key.public_key(), 0, std::nullopt}};
  CHECK(rc::check("facts to a file and back", [&] {
    const Facts facts = random_facts(issuer.key);
    const Checked file = issuer.check(issuer.file(facts, *rc::gen::arbitrary<bool>() ? kBasis : ""));
    RC_ASSERT(file.verdict == Verdict::valid);
    Facts stated = *file.facts;
    stated.issuer_kid = facts.issuer_kid;
    RC_ASSERT(stated == in_whole_seconds(facts));
    const Checked code = verify_qr_text(qr_text(facts, issuer.key), codes, kNow, {});
    RC_ASSERT(code.facts == as_printed(stated));
  }));
}

TEST_CASE("no single bit of a file can be changed") {
  expect_every_bit_counts(7);
}

TEST_CASE("no single bit of a file can be changed, each of them tried", "[.][long]") {
  expect_every_bit_counts(1);
}

TEST_CASE("a file whose members stand in another order is still the same file") {
  const Issuer issuer;
  const std::string file = issuer.file(sample_facts(issuer.key));
  const std::size_t name = file.find(R"("name":"Giấy chứng nhận tham gia hoạt động tình nguyện","proof")");
  REQUIRE(name != std::string::npos);
  const std::size_t end = file.find(R"(,"proof")", name);
  std::string moved = "{" + file.substr(name, end - name) + "," + file.substr(1);
  moved.erase(moved.find(file.substr(name, end - name) + ",", 2), end - name + 1);
  CHECK(moved != file);
  CHECK(issuer.check(moved).verdict == Verdict::valid);
}

TEST_CASE("a file with something added, left out or swapped is none") {
  const Issuer issuer;
  Facts facts = sample_facts(issuer.key);
  const std::string file = issuer.file(facts);
  CHECK(is_rejected(issuer.check(replaced(file, R"("licenseNumber")", R"("extra":1,"licenseNumber")"))));
  CHECK(is_rejected(issuer.check(replaced(file, R"("role":"Tình nguyện viên",)", ""))));
  CHECK(is_rejected(issuer.check(replaced(file, R"("approver":["Giàng A Páo","Hoàng Văn Sơn"])",
                                          R"("approver":["Hoàng Văn Sơn","Giàng A Páo"])"))));
  CHECK(is_rejected(issuer.check(replaced(file, "eddsa-jcs-2022", "eddsa-rdfc-2022"))));
  facts.holder = "Lò Thị Mây";
  const std::string other = issuer.file(facts);
  const std::size_t proof = file.find(R"("proof":)"), other_proof = other.find(R"("proof":)");
  const std::size_t behind = file.find(R"(],"type":["Veri)", proof),
                    other_behind = other.find(R"(],"type":["Veri)", other_proof);
  REQUIRE(behind != std::string::npos);
  CHECK(is_rejected(issuer.check(file.substr(0, proof) + other.substr(other_proof, other_behind - other_proof) +
                                 file.substr(behind))));
}

TEST_CASE("rubbish is never a file") {
  const Issuer issuer;
  for (const char* text :
       {"", "{", "{}", "[]", "null", R"({"issuer":1,"credentialSubject":2})", R"({"issuer":{},"credentialSubject":{}})",
        R"({"id":"","issuer":{"id":"x"},"credentialSubject":{}})"}) {
    CHECK(is_rejected(issuer.check(text)));
  }
  CHECK(is_rejected(issuer.check(std::string(200000, ' '))));
  CHECK(rc::check("random text", [&] {
    RC_ASSERT(is_rejected(issuer.check(*rc::gen::container<std::string>(rc::gen::arbitrary<char>()))));
  }));
}

TEST_CASE("a file of a key that is not known here is neither valid nor forged") {
  const Issuer issuer, other;
  const Checked checked = other.check(issuer.file(sample_facts(issuer.key)));
  CHECK(checked.verdict == Verdict::unknown_key);
  CHECK_FALSE(checked.facts.has_value());
}

TEST_CASE("a file that was signed outside the time of its key does not count") {
  const Issuer issuer;
  const std::string file = issuer.file(sample_facts(issuer.key));
  const auto verdict = [&](std::int64_t from, std::optional<std::int64_t> to) {
    return verify_open_badge(file, {{issuer.issuer.key.public_key(), from, to}}, kNow, {}).verdict;
  };
  CHECK(verdict(kIssuedAt, std::nullopt) == Verdict::valid_as_of);
  CHECK(verdict(kIssuedAt + 1000, std::nullopt) == Verdict::forged);
  CHECK(verdict(0, kIssuedAt) == Verdict::valid_as_of);
  CHECK(verdict(0, kIssuedAt - 1000) == Verdict::forged);
}

TEST_CASE("facts that no paper could show are not put into a file") {
  const Issuer issuer;
  Facts facts = sample_facts(issuer.key);
  facts.holder = "a\nb";
  CHECK_THROWS_AS(issuer.file(facts), std::invalid_argument);
  CHECK_THROWS_AS(issuer.file(sample_facts(issuer.key), "abc"), std::invalid_argument);
  CHECK_THROWS_AS(open_badge(sample_facts(issuer.key), "", {"did:key:z6Mk", issuer.issuer.key}), std::invalid_argument);
}

TEST_CASE("a did:web names the place of the server and leads back to it") {
  CHECK(did_web("https://suoi.example") == "did:web:suoi.example");
  CHECK(did_web("https://127.0.0.1:8443") == "did:web:127.0.0.1%3A8443");
  CHECK(origin_of_did("did:web:127.0.0.1%3A8443") == "https://127.0.0.1:8443");
  CHECK(origin_of_did(did_web("https://[::1]:8443")) == "https://[::1]:8443");
  for (const char* wrong : {"", "did:web:", "did:key:abc", "did:web:a/b", "did:web:a%2Fb", "did:web:a%3a8443",
                            "did:web:%61", "did:web:a:b", "did:web:a%3", "did:web:a%"}) {
    CAPTURE(wrong);
    CHECK_FALSE(origin_of_did(wrong).has_value());
  }
  CHECK_THROWS_AS(did_web("http://suoi.example"), std::invalid_argument);
}
