// Status lists: what they say, of which certificates, and for how long.
#include "suoi/certs/status_list.hpp"

#include <catch2/catch.hpp>

#include "sample_facts.hpp"
#include "suoi/certs/carrier.hpp"

using namespace suoi::certs;
using namespace suoi::certs::test;
using suoi::domain::StatusPurpose;

namespace {

constexpr std::int64_t kHour = 3600000;
constexpr std::int64_t kNow = kIssuedAt + 48 * kHour;
constexpr std::int64_t kIndex = 40213;

struct Issuer {
  SigningKey key = SigningKey::generate();
  BadgeIssuer issuer{"did:web:suoi.example", badge_key(key)};
  IssuerKeys keys{{{key.public_key(), 0, std::nullopt}}, {{issuer.key.public_key(), 0, std::nullopt}}};

  // The lists of a province and a year, with the certificate set in the named ones.
  std::vector<StatusList> lists(std::vector<StatusPurpose> set, std::int64_t as_of_ms = kNow) const {
    std::vector<StatusList> made;
    for (const auto purpose : {StatusPurpose::revocation, StatusPurpose::suspension, StatusPurpose::supersession}) {
      StatusList list{26120 + static_cast<int>(purpose), purpose, as_of_ms, StatusBits()};
      for (const StatusPurpose one : set) {
        if (one == purpose) list.bits.set(kIndex);
      }
      const auto read = read_status_list(status_list_credential(list, issuer), keys.badges);
      REQUIRE(read);
      made.push_back(*read);
    }
    return made;
  }
  Checked check(const std::vector<StatusList>& lists, Facts facts) const {
    return verify_carrier(qr_text(facts, key), keys, kNow, lists);
  }
  Facts facts() const {
    Facts facts = sample_facts(key);
    facts.status = StatusEntry{26121, kIndex};
    return facts;
  }
};

}  // namespace

TEST_CASE("a status list says of a certificate whether it is in force, set aside, replaced or withdrawn") {
  const Issuer issuer;
  const auto verdict = [&](std::vector<StatusPurpose> set) {
    const Checked checked = issuer.check(issuer.lists(std::move(set)), issuer.facts());
    CHECK(checked.as_of_ms == kNow);
    return checked.verdict;
  };
  CHECK(verdict({}) == Verdict::valid);
  CHECK(verdict({StatusPurpose::suspension}) == Verdict::suspended);
  CHECK(verdict({StatusPurpose::revocation}) == Verdict::revoked);
  CHECK(verdict({StatusPurpose::revocation, StatusPurpose::supersession}) == Verdict::superseded);
}

TEST_CASE("an old list is good for a verdict that says how old it is") {
  const Issuer issuer;
  const Checked checked = issuer.check(issuer.lists({}, kNow - 25 * kHour), issuer.facts());
  CHECK(checked.verdict == Verdict::valid_as_of);
  CHECK(checked.as_of_ms == kNow - 25 * kHour);
}

TEST_CASE("without the lists of a certificate nothing is known of withdrawals") {
  const Issuer issuer;
  Facts facts = issuer.facts();
  auto lists = issuer.lists({StatusPurpose::revocation});
  CHECK(issuer.check({}, facts).verdict == Verdict::valid_as_of);
  CHECK(issuer.check({lists[0]}, facts).as_of_ms == 0);
  facts.status = StatusEntry{26141, kIndex};  // another province
  CHECK(issuer.check(lists, facts).as_of_ms == 0);
  facts.status = StatusEntry{26121, 131072};  // beyond its end
  CHECK(issuer.check(lists, facts).as_of_ms == 0);
  facts.status.reset();
  CHECK(issuer.check(lists, facts).as_of_ms == 0);
}

TEST_CASE("the newer of two lists counts") {
  const Issuer issuer;
  auto lists = issuer.lists({}, kNow - kHour);
  for (StatusList& newer : issuer.lists({StatusPurpose::revocation}, kNow)) lists.push_back(std::move(newer));
  CHECK(issuer.check(lists, issuer.facts()).verdict == Verdict::revoked);
}

TEST_CASE("no letter of a status list can be changed, and nobody else can sign one") {
  const Issuer issuer, other;
  StatusList list{26121, StatusPurpose::revocation, kNow, StatusBits()};
  list.bits.set(kIndex);
  const std::string json = status_list_credential(list, issuer.issuer);
  REQUIRE(read_status_list(json, issuer.keys.badges));
  for (std::size_t bit = 0; bit < json.size() * 8; ++bit) {
    std::string changed = json;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    if (read_status_list(changed, issuer.keys.badges)) FAIL("bit " << bit);
  }
  CHECK_FALSE(read_status_list(json, other.keys.badges).has_value());
  for (const char* text : {"", "{}", "[]", R"({"id":"x","issuer":"y"})"}) {
    CHECK_FALSE(read_status_list(text, issuer.keys.badges).has_value());
  }
}

TEST_CASE("the first bit of a list is the highest of its first byte") {
  StatusBits bits;
  bits.set(0);
  bits.set(9);
  CHECK(bits.bytes().substr(0, 2) == "\x80\x40");
  CHECK(bits.bytes().size() == 16384);
  CHECK((bits.at(0) && bits.at(9) && !bits.at(1) && !bits.at(131072) && !bits.at(-1)));
  bits.set(131072);
  CHECK(bits.bytes().size() == 32768);
  CHECK_THROWS_AS(bits.set(-1), std::invalid_argument);
  CHECK_THROWS_AS(bits.set(16777216), std::invalid_argument);
}
