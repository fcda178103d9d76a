// Certificates as PDF: signed as a whole, with the file inside, in the shape of PDF/A-3b.
#include "suoi/certs/paper.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <random>
#include <regex>

#include "random_facts.hpp"
#include "suoi/certs/carrier.hpp"

using namespace suoi::certs;
using namespace suoi::certs::test;

namespace {

constexpr std::int64_t kNow = kIssuedAt + 3600000;

struct Issuer {
  SigningKey key = SigningKey::generate();
  BadgeIssuer issuer{"did:web:suoi.example", badge_key(key)};
  PaperSigner signer{key, signer_certificate(key, 0)};
  IssuerKeys keys{{{key.public_key(), 0, std::nullopt}}, {{issuer.key.public_key(), 0, std::nullopt}}};

  Paper paper(const Facts& facts) const {
    return {facts,
            {"xã Pa Ủ, tỉnh Lai Châu", "Lai Châu", "K7M2QX", "https://suoi.example/#/verify"},
            qr_text(facts, key),
            open_badge(facts, std::string(64, 'b'), issuer)};
  }
  std::string pdf(const Facts& facts) const { return signed_paper(paper(facts), built_in_template(), signer); }
  Checked check(std::string_view pdf) const {
    return verify_carrier(pdf, keys, kNow, {kNow, [](const Facts&) { return Standing::in_force; }});
  }
};

bool is_rejected(const Checked& checked) {
  const bool bad = checked.verdict == Verdict::forged || checked.verdict == Verdict::unknown_key;
  return bad && !checked.facts && !checked.reason.empty();
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

// A hundred certificates; of every `papers`-th the paper, too.
bool carriers_agree(int papers) {
  const Issuer issuer;
  int left = 0;
  return rc::check("the carriers of one certificate", [&] {
    const Paper paper = issuer.paper(random_facts(issuer.key));
    const Checked file = issuer.check(paper.badge);
    const Checked code = issuer.check(paper.qr);
    for (const Checked* checked : {&file, &code}) RC_ASSERT(checked->verdict == Verdict::valid);
    if (left-- == 0) {
      left = papers - 1;
      const Checked pdf = issuer.check(signed_paper(paper, built_in_template(), issuer.signer));
      RC_ASSERT(pdf.verdict == Verdict::valid);
      RC_ASSERT(pdf.facts == file.facts);
    }
    Facts printed = as_printed(*file.facts);
    printed.issuer_kid = code.facts->issuer_kid;  // the code has a key of its own
    RC_ASSERT(code.facts == printed);
  });
}

}  // namespace

TEST_CASE("a paper says what the record says") {
  const Issuer issuer;
  const Facts facts = sample_facts(issuer.key);
  const Checked checked = issuer.check(issuer.pdf(facts));
  CHECK(checked.reason == "");
  CHECK(checked.verdict == Verdict::valid);
  REQUIRE(checked.facts);
  CHECK(checked.facts->holder == facts.holder);
  CHECK(checked.facts->id == facts.id);
}

TEST_CASE("the three carriers of a certificate state the same") {
  for (int hundreds = 0; hundreds < 3; ++hundreds) CHECK(carriers_agree(10));
}

TEST_CASE("the three carriers of a thousand certificates state the same", "[.][long]") {
  for (int hundreds = 0; hundreds < 10; ++hundreds) CHECK(carriers_agree(1));
}

TEST_CASE("no bit of a paper can be changed") {
  const Issuer issuer;
  const std::string pdf = issuer.pdf(sample_facts(issuer.key));
  const unsigned seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 chance(seed);
  const auto expect_rejected = [&](std::size_t bit) {
    std::string changed = pdf;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    const Checked checked = issuer.check(changed);
    if (!is_rejected(checked)) FAIL("bit " << bit << ": " << name_of(checked.verdict));
  };
  // Of the signature and around it, which the signature itself does not cover.
  const std::size_t range = pdf.rfind("/ByteRange");
  for (std::size_t bit = range * 8; bit < (range + 60 + 4200) * 8 && bit < pdf.size() * 8; ++bit) {
    if (bit % 17 == 0) expect_rejected(bit);
  }
  for (int i = 0; i < 500; ++i) expect_rejected(chance() % (pdf.size() * 8));
  CHECK(issuer.check(pdf).verdict == Verdict::valid);
}

TEST_CASE("no bit of twenty thousand of a paper can be changed", "[.][long]") {
  const Issuer issuer;
  const std::string pdf = issuer.pdf(sample_facts(issuer.key));
  const unsigned seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 chance(seed);
  for (int i = 0; i < 20000; ++i) {
    std::string changed = pdf;
    const std::size_t bit = chance() % (pdf.size() * 8);
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    if (!is_rejected(issuer.check(changed))) FAIL("bit " << bit);
  }
}

TEST_CASE("a paper that was cut, made longer, or is something else is refused and named") {
  const Issuer issuer;
  const std::string pdf = issuer.pdf(sample_facts(issuer.key));
  CHECK(is_rejected(issuer.check(pdf + "\n")));
  CHECK(is_rejected(issuer.check(pdf + pdf)));
  for (std::size_t left = 0; left < pdf.size(); left += 997) CHECK(is_rejected(issuer.check(pdf.substr(0, left))));
  CHECK(
      is_rejected(issuer.check("%PDF-1.7\n/ByteRange [0 9999999999 9999999999 9999999999]" + std::string(9000, '0'))));
  CHECK(is_rejected(issuer.check("%PDF-1.7\n" + std::string(5000000, ' '))));
}

TEST_CASE("a paper signed by somebody else is of an unknown key, also with a good file inside") {
  const Issuer issuer, other;
  const Paper paper = issuer.paper(sample_facts(issuer.key));
  const std::string pdf = signed_paper(paper, built_in_template(), other.signer);
  CHECK(issuer.check(pdf).verdict == Verdict::unknown_key);
}

TEST_CASE("a paper has what PDF/A-3b and PAdES B-B ask for") {
  const Issuer issuer;
  const std::string pdf = issuer.pdf(sample_facts(issuer.key));
  CHECK(std::regex_search(pdf.substr(0, 32), std::regex("^%PDF-1\\.7\n%[\x80-\xff]{4}\n")));
  for (const char* once : {"<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>", "/S /GTS_PDFA1",
                           "/AFRelationship /Data", "/AF [ ", "/EmbeddedFiles", "/SubFilter /ETSI.CAdES.detached",
                           "/Lang (vi)", "/SigFlags 3", "/ID [<"}) {
    CAPTURE(once);
    CHECK(count(pdf, once) == 1);
  }
  CHECK(count(pdf, "/CIDFontType2") > 0);
  CHECK(count(pdf, "/CIDFontType2") == count(pdf, "/CIDToGIDMap /Identity"));
  // Every face is inside, and nothing that PDF/A forbids: encryption, scripts, other programs, dates of the drawing.
  CHECK(count(pdf, "/FontDescriptor\n") == count(pdf, "/FontFile2"));
  for (const char* never : {"/Encrypt", "/JavaScript", "/Launch", "/Producer (", "/CreationDate", "/LZWDecode"}) {
    CAPTURE(never);
    CHECK(count(pdf, never) == 0);
  }
}

TEST_CASE("the same certificate is drawn the same way again") {
  const Issuer issuer;
  const Paper paper = issuer.paper(sample_facts(issuer.key));
  const std::string one = signed_paper(paper, built_in_template(), issuer.signer);
  const std::string two = signed_paper(paper, built_in_template(), issuer.signer);
  const std::size_t signature = one.rfind("/Contents <");
  CHECK(one.size() == two.size());
  CHECK(one.substr(0, signature) == two.substr(0, signature));
}

TEST_CASE("the longest names fit on the paper") {
  const Issuer issuer;
  Facts facts = sample_facts(issuer.key);
  for (int i = 0; i < 20; ++i) facts.holder += " Nguyễn", facts.activity += " một hoạt động rất dài";
  facts.role = facts.activity;
  CHECK(issuer.check(issuer.pdf(facts)).verdict == Verdict::valid);
}

TEST_CASE("a template that cannot be used says why") {
  const Issuer issuer;
  const Paper paper = issuer.paper(sample_facts(issuer.key));
  const auto fault = [&](const std::string& json) {
    try {
      signed_paper(paper, json, issuer.signer);
    } catch (const std::invalid_argument& refused) {
      return std::string(refused.what());
    }
    return std::string();
  };
  const std::string good(built_in_template());
  const auto with = [&](const std::string& what, const std::string& now) {
    return std::regex_replace(good, std::regex(what), now, std::regex_constants::format_first_only);
  };
  CHECK(fault(good) == "");
  CHECK(fault("{") == "the template: it is no JSON object");
  CHECK(fault(with("suoi-template-1", "x")) == "the template: `format` is not suoi-template-1");
  CHECK(fault(with("#8c1d18", "red")) == "the template: `accent` is no colour such as #8c1d18");
  CHECK(fault(with("\"title\"", "\"huge\"")) == "the template: there is no style `huge`");
  CHECK(fault(with("\\{holder\\}", "{salary}")) == "the template: nothing is called {salary}");
}
