// Certificates as QR text: what they state, what a check says, and that nothing about them can be changed.
#include "suoi/certs/certificate.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "hex.hpp"
#include "sample_facts.hpp"
#include "suoi/certs/base45.hpp"
#include "suoi/certs/cbor.hpp"
#include "suoi/certs/cose.hpp"

using namespace suoi::certs;
using namespace suoi::certs::test;

namespace {

constexpr std::int64_t kHour = 60 * 60 * 1000;
constexpr std::int64_t kNow = kIssuedAt + 30 * 24 * kHour;

// What a check knows when it was asked just now, and the certificate stands so.
StatusKnowledge today(Standing standing = Standing::in_force) {
  return {kNow, [standing](const Facts&) { return standing; }};
}

std::vector<IssuerKey> issuers(const SigningKey& key) {
  return {{key.public_key(), 0, std::nullopt}};
}

Checked check(std::string_view text, const SigningKey& key) {
  return verify_qr_text(text, issuers(key), kNow, today());
}

bool is_rejected(const Checked& checked) {
  return (checked.verdict == Verdict::forged || checked.verdict == Verdict::unknown_key) && !checked.facts &&
         !checked.reason.empty();
}

// n - s for the 32 bytes of s.
std::string other_form(const std::string& s) {
  const std::string n = from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  std::string result(32, '\0');
  int borrow = 0;
  for (int i = 31; i >= 0; --i) {
    const int difference = static_cast<unsigned char>(n[i]) - static_cast<unsigned char>(s[i]) - borrow;
    borrow = difference < 0 ? 1 : 0;
    result[i] = static_cast<char>(difference & 0xff);
  }
  return result;
}

std::string qr_of_payload(const SigningKey& key, const std::string& payload) {
  return std::string(kQrPrefix) + base45(sign1(key, payload));
}

std::string words(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    if (i > 0) text += ' ';
    text += *rc::gen::elementOf(std::vector<std::string>{"Nguyễn", "Thị", "Ánh", "Lò", "H'Bia", "Ksor", "đường", "Ổ",
                                                         "Nậm-Cúm", "xuân", "tình", "nguyện", "a\xcc\x81",
                                                         "Chiếcthuyềnngoàixa"});
  }
  return text;
}

Facts arbitrary_facts(const SigningKey& key) {
  Facts facts = sample_facts(key);
  facts.issued_at_ms = *rc::gen::inRange<std::int64_t>(0, 4294967295999);
  for (auto& byte : facts.id.uuid.bytes) byte = *rc::gen::arbitrary<std::uint8_t>();
  facts.holder = words(*rc::gen::inRange(1, 20));
  facts.activity = words(*rc::gen::inRange(1, 30));
  facts.role = words(*rc::gen::inRange(0, 10));
  facts.minutes = *rc::gen::inRange<std::int64_t>(0, 4294967296);
  facts.issuing_unit = words(*rc::gen::inRange(0, 20));
  facts.approvers.clear();
  for (int i = *rc::gen::inRange(0, 5); i > 0; --i) facts.approvers.push_back(words(*rc::gen::inRange(1, 12)));
  if (*rc::gen::arbitrary<bool>()) facts.birth_year = *rc::gen::inRange(1900, 2100);
  if (*rc::gen::arbitrary<bool>()) facts.status.reset();
  return facts;
}

Facts with(Facts facts, void (*change)(Facts&)) {
  change(facts);
  return facts;
}

}  // namespace

TEST_CASE("a certificate says on paper what the record says") {
  const SigningKey key = SigningKey::generate();
  const Facts facts = sample_facts(key);
  const std::string text = qr_text(facts, key);
  CHECK(text.rfind("GCN1:", 0) == 0);
  const Checked checked = check(text, key);
  CHECK(checked.verdict == Verdict::valid);
  CHECK(checked.as_of_ms == kNow);
  REQUIRE(checked.facts);
  CHECK(*checked.facts == facts);
}

TEST_CASE("a certificate is a CWT with the claims that the documentation names") {
  const SigningKey key = SigningKey::generate();
  const auto cose = parse_base45(qr_text(sample_facts(key), key).substr(5));
  REQUIRE(cose);
  const auto body = verify1(*cose, [&](std::string_view) { return std::optional(key.public_key()); });
  REQUIRE(body);
  const auto claims = parse_cbor(body->payload);
  REQUIRE(claims);
  CHECK(claims->map()->size() == 3);
  CHECK(*claims->find(6) == Cbor(kIssuedAt / 1000));
  CHECK(*claims->find(7) == Cbor::bytes(from_hex("0102030405060708090a0b0c0d0e0f10")));
  const Cbor::Map facts{{1, "0012/2026/GCN-TNTN"},
                        {2, "Lò Thị Mai"},
                        {3, 2004},
                        {4, "Dọn đường sau lũ ở bản Nậm Cúm"},
                        {5, "2025:03442"},
                        {6, 20729},
                        {7, 20772},
                        {8, 2415},
                        {9, "Tình nguyện viên"},
                        {10, Cbor::bytes(from_hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"))},
                        {11, Cbor::Array{1, 40213}},
                        {12, "Ban Chỉ huy Chiến dịch xã"},
                        {13, Cbor::Array{"Giàng A Páo", "Hoàng Văn Sơn"}}};
  CHECK(*claims->find(-65537) == Cbor(facts));
}

TEST_CASE("whatever the facts, the paper states them as the two rules shorten them") {
  const SigningKey key = SigningKey::generate();
  CHECK(rc::check("facts to text and back", [&] {
    const Facts facts = arbitrary_facts(key);
    const Facts printed = as_printed(facts);
    const std::string text = qr_text(facts, key);
    RC_ASSERT(text.size() <= kQrTextBytesMax);
    RC_ASSERT(printed.holder.size() <= kHolderBytesMax);
    RC_ASSERT(printed.activity.size() <= kActivityBytesMax);
    RC_ASSERT(as_printed(printed) == printed);
    const Checked checked = check(text, key);
    RC_ASSERT(checked.verdict == Verdict::valid);
    RC_ASSERT(checked.facts == printed);
  }));
}

TEST_CASE("long names and activities are cut at a word") {
  const SigningKey key = SigningKey::generate();
  Facts facts = sample_facts(key);
  facts.holder = "Nguyễn Phúc Bảo Long Hoàng Thiên Ân Đức Minh Quang Trường Giang";
  facts.activity = "Xây cầu dân sinh qua suối Nậm Mu cho bà con hai bản và sửa chữa điểm trường mầm non trung tâm xã";
  const Facts printed = as_printed(facts);
  CHECK(printed.holder == "Nguyễn Phúc Bảo Long Hoàng Thiên Ân Đức Minh");
  CHECK(printed.activity == "Xây cầu dân sinh qua suối Nậm Mu cho bà con hai bản và sửa chữa");
  facts.holder = std::string(60, 'N') + " B";
  CHECK(as_printed(facts).holder == std::string(60, 'N'));
  facts.holder = std::string(59, 'N') + " B";
  CHECK(as_printed(facts).holder == std::string(59, 'N'));
  facts.holder = std::string(58, 'N') + " B";
  CHECK(as_printed(facts).holder == std::string(58, 'N') + " B");
}

TEST_CASE("a single word that is too long is cut between two letters") {
  const SigningKey key = SigningKey::generate();
  Facts facts = sample_facts(key);
  std::string letters;
  for (int i = 0; i < 40; ++i) letters += "ễ";  // three bytes each
  facts.holder = "x" + letters;
  CHECK(as_printed(facts).holder == "x" + letters.substr(0, 57));
  facts.holder.clear();
  for (int i = 0; i < 20; ++i) facts.holder += "ae\xcc\x81";  // with a combining mark: four bytes a pair
  CHECK(as_printed(facts).holder == facts.holder.substr(0, 60));
  facts.holder = "aa" + facts.holder;
  CHECK(as_printed(facts).holder == facts.holder.substr(0, 59));
}

TEST_CASE("of somebody under 16 only the initials are printed") {
  const SigningKey key = SigningKey::generate();
  Facts facts = sample_facts(key);
  facts.holder = "Vàng Thị  Ổn";
  facts.birth_year = 2014;
  CHECK(as_printed(facts).holder == "V. T. Ổ.");
  facts.birth_year = 2010;  // 15 or 16, which a year alone does not tell
  CHECK(as_printed(facts).holder == "V. T. Ổ.");
  facts.birth_year = 2009;
  CHECK(as_printed(facts).holder == "Vàng Thị  Ổn");
  facts.birth_year.reset();
  CHECK(as_printed(facts).holder == "Vàng Thị  Ổn");
}

TEST_CASE("the age counts in the year that it is in Vietnam") {
  const SigningKey key = SigningKey::generate();
  Facts facts = sample_facts(key);
  facts.birth_year = 2010;
  facts.issued_at_ms = 1798736399000;  // 2026-12-31 23:59:59 in Vietnam
  CHECK(as_printed(facts).holder == "L. T. M.");
  facts.issued_at_ms = 1798736400000;
  CHECK(as_printed(facts).holder == "Lò Thị Mai");
}

TEST_CASE("approvers and then the issuing unit give way where the code would become too large") {
  const SigningKey key = SigningKey::generate();
  const Facts printed = as_printed(largest_facts(key));
  CHECK(printed.approvers.empty());
  CHECK(printed.issuing_unit.empty());
  CHECK(printed.holder == std::string(60, 'N'));
  CHECK(qr_text(largest_facts(key), key).size() <= kQrTextBytesMax);

  Facts facts = sample_facts(key);
  facts.approvers.assign(4, "Giàng A Páo");
  CHECK(as_printed(facts).approvers.size() == 3);
  facts.activity = std::string(80, 'H');
  facts.holder = std::string(60, 'N');
  facts.approvers.assign(2, std::string(50, 'A'));
  CHECK(as_printed(facts).approvers.size() == 0);
  CHECK(as_printed(facts).issuing_unit == facts.issuing_unit);
}

TEST_CASE("no single bit of a certificate can be changed") {
  const SigningKey key = SigningKey::generate();
  const std::string cose = *parse_base45(qr_text(sample_facts(key), key).substr(5));
  for (std::size_t bit = 0; bit < cose.size() * 8; ++bit) {
    std::string changed = cose;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    const Checked checked = check("GCN1:" + base45(changed), key);
    if (!is_rejected(checked)) FAIL("bit " << bit << ": " << name_of(checked.verdict));
  }
  CHECK(check("GCN1:" + base45(cose), key).verdict == Verdict::valid);
}

TEST_CASE("no single letter of a certificate can be changed, left out, doubled or added") {
  const SigningKey key = SigningKey::generate();
  const std::string text = qr_text(sample_facts(key), key);
  const std::string letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:ax\n";
  const auto expect_rejected = [&](const std::string& changed) {
    const Checked checked = check(changed, key);
    if (!is_rejected(checked)) FAIL(changed << ": " << name_of(checked.verdict));
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const char letter : letters) {
      if (letter == text[at]) continue;
      std::string changed = text;
      changed[at] = letter;
      expect_rejected(changed);
    }
    expect_rejected(text.substr(0, at));
    expect_rejected(text.substr(0, at) + text.substr(at + 1));
    expect_rejected(text.substr(0, at) + text[at] + text.substr(at));
  }
  for (const char letter : letters) expect_rejected(text + letter);
  expect_rejected(text + "000");
  expect_rejected(" " + text);
  expect_rejected("gcn1:" + text.substr(5));
}

TEST_CASE("the second form of a signature makes no second certificate") {
  const SigningKey key = SigningKey::generate();
  const std::string cose = *parse_base45(qr_text(sample_facts(key), key).substr(5));
  const std::size_t s = cose.size() - 32;
  const Checked checked = check("GCN1:" + base45(cose.substr(0, s) + other_form(cose.substr(s))), key);
  CHECK(checked.verdict == Verdict::forged);
}

TEST_CASE("rubbish is never a certificate") {
  const SigningKey key = SigningKey::generate();
  CHECK(rc::check("random text", [&] {
    RC_ASSERT(is_rejected(check(*rc::gen::container<std::string>(rc::gen::arbitrary<char>()), key)));
  }));
  CHECK(rc::check("random bytes behind the prefix", [&] {
    const auto bytes = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    RC_ASSERT(is_rejected(check("GCN1:" + base45(bytes), key)));
  }));
  for (const char* text : {"", "GCN1:", "GCN1", "GCN2:", "HC1:6BF", "GCN1:000000"})
    CHECK(is_rejected(check(text, key)));
  CHECK(is_rejected(check("GCN1:" + std::string(1000000, '0'), key)));
}

TEST_CASE("two parts of two certificates make none") {
  const SigningKey key = SigningKey::generate();
  Facts other = sample_facts(key);
  other.holder = "Lò Thị Mây";
  const std::string one = *parse_base45(qr_text(sample_facts(key), key).substr(5));
  const std::string two = *parse_base45(qr_text(other, key).substr(5));
  REQUIRE(one.size() <= two.size());
  CHECK(check("GCN1:" + base45(two.substr(0, two.size() - 64) + one.substr(one.size() - 64)), key).verdict ==
        Verdict::forged);
}

TEST_CASE("what the right key signed is still no certificate where it states none") {
  const SigningKey key = SigningKey::generate();
  const std::string cose = *parse_base45(qr_text(sample_facts(key), key).substr(5));
  const auto body = verify1(cose, [&](std::string_view) { return std::optional(key.public_key()); });
  const auto claims = parse_cbor(body->payload);
  CHECK(check(qr_of_payload(key, body->payload), key).verdict == Verdict::valid);
  CHECK(is_rejected(check(qr_of_payload(key, "not CBOR"), key)));
  CHECK(is_rejected(check(qr_of_payload(key, encode_cbor(Cbor::Map{})), key)));
  for (int fact = 1; fact <= 13; ++fact) {
    for (const Cbor& wrong : {Cbor(-1), Cbor("\x01"), Cbor(Cbor::Map{}), Cbor(Cbor::Array{1}), Cbor::bytes("x")}) {
      Cbor::Map inner = *claims->find(-65537)->map();
      inner.insert_or_assign(fact, wrong);
      Cbor::Map outer = *claims->map();
      outer.insert_or_assign(-65537, inner);
      CAPTURE(fact, to_hex(encode_cbor(wrong)));
      CHECK(is_rejected(check(qr_of_payload(key, encode_cbor(outer)), key)));
    }
  }
  for (const int required : {1, 2, 4, 5, 6, 7, 8, 9, 10}) {
    Cbor::Map inner = *claims->find(-65537)->map();
    inner.erase(required);
    Cbor::Map outer = *claims->map();
    outer.insert_or_assign(-65537, inner);
    CAPTURE(required);
    CHECK(is_rejected(check(qr_of_payload(key, encode_cbor(outer)), key)));
  }
}

TEST_CASE("a certificate of a key that is not known here is neither valid nor forged") {
  const SigningKey key = SigningKey::generate(), other = SigningKey::generate();
  const Checked checked = check(qr_text(sample_facts(key), key), other);
  CHECK(checked.verdict == Verdict::unknown_key);
  CHECK_FALSE(checked.facts.has_value());
  CHECK(verify_qr_text(qr_text(sample_facts(key), key), {}, kNow, today()).verdict == Verdict::unknown_key);
}

TEST_CASE("after a change of keys the certificates of both keys are valid") {
  const SigningKey first = SigningKey::generate(), second = SigningKey::generate();
  const std::vector<IssuerKey> keys{{second.public_key(), kIssuedAt, std::nullopt}, {first.public_key(), 0, kIssuedAt}};
  for (const SigningKey* key : {&first, &second}) {
    const Checked checked = verify_qr_text(qr_text(sample_facts(*key), *key), keys, kNow, today());
    CHECK(checked.verdict == Verdict::valid);
    CHECK(checked.facts->issuer_kid == key->public_key().thumbprint());
  }
}

TEST_CASE("what a key signed outside its time does not count") {
  const SigningKey key = SigningKey::generate();
  const std::string text = qr_text(sample_facts(key), key);
  const auto verdict = [&](std::int64_t from, std::optional<std::int64_t> to) {
    return verify_qr_text(text, {{key.public_key(), from, to}}, kNow, today()).verdict;
  };
  CHECK(verdict(kIssuedAt + 999, std::nullopt) == Verdict::valid);  // a certificate states whole seconds
  CHECK(verdict(kIssuedAt + 1000, std::nullopt) == Verdict::forged);
  CHECK(verdict(0, kIssuedAt) == Verdict::valid);
  CHECK(verdict(0, kIssuedAt - 1) == Verdict::forged);
}

TEST_CASE("a genuine certificate is as good as its standing") {
  const SigningKey key = SigningKey::generate();
  const std::string text = qr_text(sample_facts(key), key);
  const std::pair<Standing, Verdict> pairs[] = {{Standing::in_force, Verdict::valid},
                                                {Standing::suspended, Verdict::suspended},
                                                {Standing::superseded, Verdict::superseded},
                                                {Standing::revoked, Verdict::revoked}};
  for (const auto& [standing, verdict] : pairs) {
    const Checked checked = verify_qr_text(text, issuers(key), kNow, today(standing));
    CHECK(checked.verdict == verdict);
    CHECK(checked.facts.has_value());
  }
}

TEST_CASE("the standing is asked for the certificate's own id") {
  const SigningKey key = SigningKey::generate();
  const Facts facts = sample_facts(key);
  const StatusKnowledge knowledge{
      kNow, [&](const Facts& asked) { return asked.id == facts.id ? Standing::revoked : Standing::in_force; }};
  CHECK(verify_qr_text(qr_text(facts, key), issuers(key), kNow, knowledge).verdict == Verdict::revoked);
  Facts other = facts;
  other.id.uuid.bytes[0] = 0xff;
  CHECK(verify_qr_text(qr_text(other, key), issuers(key), kNow, knowledge).verdict == Verdict::valid);
}

TEST_CASE("with old knowledge a certificate is only valid as of then") {
  const SigningKey key = SigningKey::generate();
  const std::string text = qr_text(sample_facts(key), key);
  const auto checked_at = [&](std::int64_t now) { return verify_qr_text(text, issuers(key), now, today()); };
  CHECK(checked_at(kNow + 24 * kHour).verdict == Verdict::valid);
  const Checked late = checked_at(kNow + 24 * kHour + 1);
  CHECK(late.verdict == Verdict::valid_as_of);
  CHECK(late.as_of_ms == kNow);
  CHECK(checked_at(kNow - 25 * kHour).verdict == Verdict::valid_as_of);
  const Checked without = verify_qr_text(text, issuers(key), kNow, {});
  CHECK(without.verdict == Verdict::valid_as_of);
  CHECK(without.as_of_ms == 0);
  const Checked old_revocation = verify_qr_text(text, issuers(key), kNow + 999 * kHour, today(Standing::revoked));
  CHECK(old_revocation.verdict == Verdict::revoked);
}

TEST_CASE("facts that are out of their bounds are never signed") {
  const SigningKey key = SigningKey::generate();
  const Facts good = sample_facts(key);
  const Facts bad[] = {
      with(good, [](Facts& f) { f.number.clear(); }),
      with(good, [](Facts& f) { f.number = std::string(41, '1'); }),
      with(good, [](Facts& f) { f.holder = "   "; }),
      with(good, [](Facts& f) { f.holder = "\xff"; }),
      with(good, [](Facts& f) { f.activity = "two\nlines"; }),
      with(good, [](Facts& f) { f.commune = "03442"; }),
      with(good, [](Facts& f) { f.commune = ":03442"; }),
      with(good, [](Facts& f) { f.commune = "2025:"; }),
      with(good, [](Facts& f) { f.from = "2026-11-16"; }),
      with(good, [](Facts& f) { f.from = "2026-02-29"; }),
      with(good, [](Facts& f) { f.from = "2026-2-01"; }),
      with(good, [](Facts& f) { f.from = "1969-12-31"; }),
      with(good, [](Facts& f) { f.to = "2150-01-01"; }),
      with(good, [](Facts& f) { f.minutes = -1; }),
      with(good, [](Facts& f) { f.minutes = 4294967296; }),
      with(good, [](Facts& f) { f.birth_year = 1899; }),
      with(good, [](Facts& f) { f.issued_at_ms = -1; }),
      with(good, [](Facts& f) { f.issued_at_ms = INT64_MAX; }),
      with(good,
           [](Facts& f) {
             f.status = StatusEntry{-1, 0};
           }),
      with(good, [](Facts& f) { f.approvers = {""}; }),
      with(good, [](Facts& f) { f.issuer_kid = "another"; }),
  };
  for (const Facts& facts : bad) CHECK_THROWS_AS(qr_text(facts, key), std::invalid_argument);
}

TEST_CASE("the code beside a number has six letters that nobody takes for others") {
  for (int i = 0; i < 200; ++i) {
    const std::string code = check_code("0123456789abcdef", std::to_string(i) + "/2026");
    CHECK(code.size() == 6);
    CHECK(code.find_first_not_of("ABCDEFGHJKLMNPQRSTUVWXYZ23456789") == std::string::npos);
  }
}

TEST_CASE("the code follows from number and secret, and from nothing less") {
  const std::string secret = "0123456789abcdef", number = "0012/2026/GCN";
  const std::string code = check_code(secret, number);
  CHECK(code == check_code(secret, number));
  CHECK(code != check_code(secret, "0013/2026/GCN"));
  CHECK(code != check_code("0123456789abcdeg", number));
  CHECK(check_code_matches(secret, number, code));
  std::string typed;
  for (const char letter : code) typed += static_cast<char>(std::tolower(letter));
  CHECK(check_code_matches(secret, number, " " + typed.substr(0, 3) + "-" + typed.substr(3)));
  CHECK_FALSE(check_code_matches(secret, number, code.substr(1)));
  CHECK_FALSE(check_code_matches(secret, number, code + "A"));
  CHECK_FALSE(check_code_matches(secret, number, ""));
  CHECK_FALSE(check_code_matches(secret, "0013/2026/GCN", code));
}

TEST_CASE("every verdict has the name that the command line prints") {
  CHECK(std::string(name_of(Verdict::valid)) == "valid");
  CHECK(std::string(name_of(Verdict::valid_as_of)) == "valid_as_of");
  CHECK(std::string(name_of(Verdict::unknown_key)) == "unknown_key");
  CHECK(std::string(name_of(Verdict::forged)) == "forged");
}
