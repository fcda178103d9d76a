#include "suoi/certs/certificate.hpp"

#include <chrono>
#include <stdexcept>

#include "facts_cbor.hpp"
#include "key_times.hpp"
#include "printed_text.hpp"
#include "suoi/certs/base45.hpp"
#include "suoi/certs/cose.hpp"

namespace suoi::certs {
namespace {

constexpr std::int64_t kMsPerSecond = 1000;

// Bytes of COSE that fit behind the prefix: base45 makes three letters of two bytes.
constexpr std::size_t kCoseBytesMax = (kQrTextBytesMax - kQrPrefix.size()) / 3 * 2;
// Tag, array, protected header, empty map, the head of a payload of 256 bytes and more, signature with its head.
constexpr std::size_t kCoseFrameBytes = 1 + 1 + (1 + 5 + kCoseKidBytes) + 1 + 3 + (2 + 64);
constexpr std::size_t kPayloadBytesMax = kCoseBytesMax - kCoseFrameBytes;

int year_in_vietnam(std::int64_t ms) {
  constexpr auto kOffset = std::chrono::hours(7);  // Vietnam has no summer time
  const auto time = std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(ms)) + kOffset;
  return static_cast<int>(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(time)).year());
}

bool may_be_minor(const Facts& facts) {
  return facts.birth_year && year_in_vietnam(facts.issued_at_ms) - *facts.birth_year <= kMinorBelowYears;
}

void shorten(Facts& facts) {
  if (may_be_minor(facts)) facts.holder = initials(facts.holder);
  facts.issued_at_ms -= facts.issued_at_ms % kMsPerSecond;
  facts.holder = cut_at_word(facts.holder, kHolderBytesMax);
  facts.activity = cut_at_word(facts.activity, kActivityBytesMax);
  facts.role = cut_at_word(facts.role, kRoleBytesMax);
  facts.issuing_unit = cut_at_word(facts.issuing_unit, kUnitBytesMax);
  if (facts.approvers.size() > kApproversMax) facts.approvers.resize(kApproversMax);
  for (std::string& name : facts.approvers) name = cut_at_word(name, kApproverBytesMax);
}

// The facts and their payload, without what does not fit.
std::string fit(Facts& facts) {
  std::string payload = encode_facts(facts);
  while (payload.size() > kPayloadBytesMax) {
    if (!facts.approvers.empty()) {
      facts.approvers.pop_back();
    } else if (!facts.issuing_unit.empty()) {
      facts.issuing_unit.clear();
    } else {
      throw std::logic_error("the bounds of a certificate do not keep it within its QR version");
    }
    payload = encode_facts(facts);
  }
  return payload;
}

struct Printed {
  Facts facts;
  std::string payload;
};

Printed print(Facts facts) {
  if (!is_issue_time(facts.issued_at_ms)) throw std::invalid_argument("issued_at is out of range");
  shorten(facts);
  if (const auto fault = fault_in(facts)) throw std::invalid_argument(*fault);
  std::string payload = fit(facts);
  return {std::move(facts), std::move(payload)};
}

Checked without_facts(Verdict verdict, std::int64_t as_of_ms, std::string reason) {
  return {verdict, std::nullopt, as_of_ms, std::move(reason)};
}

const IssuerKey* issuer_of(std::string_view kid, const std::vector<IssuerKey>& keys) {
  for (const IssuerKey& issuer : keys) {
    if (cose_kid(issuer.key) == kid) return &issuer;
  }
  return nullptr;
}

}  // namespace

Facts as_printed(const Facts& facts) {
  return print(facts).facts;
}

std::string qr_text(const Facts& facts, const SigningKey& key) {
  if (facts.issuer_kid != key.public_key().thumbprint()) {
    throw std::invalid_argument("the facts name another issuer than the key that shall sign");
  }
  return std::string(kQrPrefix) + base45(sign1(key, print(facts).payload));
}

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::valid:
      return "valid";
    case Verdict::valid_as_of:
      return "valid_as_of";
    case Verdict::suspended:
      return "suspended";
    case Verdict::superseded:
      return "superseded";
    case Verdict::revoked:
      return "revoked";
    case Verdict::unknown_key:
      return "unknown_key";
    case Verdict::forged:
      return "forged";
  }
  throw std::logic_error("a Verdict without a name");
}

Verdict verdict_by_status(const Facts& facts, std::int64_t now_ms, const StatusKnowledge& knowledge) {
  if (!knowledge.standing_of || knowledge.as_of_ms <= 0) return Verdict::valid_as_of;
  switch (knowledge.standing_of(facts)) {
    case Standing::suspended:
      return Verdict::suspended;
    case Standing::superseded:
      return Verdict::superseded;
    case Standing::revoked:
      return Verdict::revoked;
    case Standing::in_force:
      break;
  }
  const std::int64_t age_ms = now_ms - knowledge.as_of_ms;
  return age_ms <= kFreshStatusMs && age_ms >= -kFreshStatusMs ? Verdict::valid : Verdict::valid_as_of;
}

Checked verify_qr_text(std::string_view text, const std::vector<IssuerKey>& keys, std::int64_t now_ms,
                       const StatusKnowledge& knowledge) {
  const auto forged = [&](std::string reason) {
    return without_facts(Verdict::forged, knowledge.as_of_ms, std::move(reason));
  };
  if (text.substr(0, kQrPrefix.size()) != kQrPrefix) return forged("the text does not begin with GCN1:");
  if (text.size() > kQrTextBytesMax) return forged("the text is longer than any certificate");
  const auto cose = parse_base45(text.substr(kQrPrefix.size()));
  if (!cose) return forged("the text is no base45");
  const IssuerKey* issuer = nullptr;
  const auto signed1 = verify1(*cose, [&](std::string_view kid) -> std::optional<PublicKey> {
    issuer = issuer_of(kid, keys);
    if (issuer == nullptr) return std::nullopt;
    return issuer->key;
  });
  if (!signed1 && signed1.error().fault == CoseFault::unknown_key) {
    return without_facts(Verdict::unknown_key, knowledge.as_of_ms, signed1.error().detail);
  }
  if (!signed1) return forged(signed1.error().detail);
  auto facts = parse_facts(signed1->payload);
  if (!facts) return forged("what is signed is no certificate");
  facts->issuer_kid = signed1->signer.thumbprint();
  if (auto refusal = refused_by_key(*issuer, *facts, knowledge)) return *refusal;
  return {verdict_by_status(*facts, now_ms, knowledge), std::move(facts), knowledge.as_of_ms, ""};
}

}  // namespace suoi::certs
