#include "data_integrity.hpp"

#include <chrono>
#include <cstdio>

#include "base58.hpp"
#include "quads.hpp"
#include "suoi/certs/hashing.hpp"

namespace suoi::certs {
namespace {

using domain::Value;

constexpr const char* kRdfc = "eddsa-rdfc-2022";
constexpr const char* kJcs = "eddsa-jcs-2022";
constexpr std::string_view kProofNode = "_:c14n0";  // a proof has no id, so its node is the only blank one

Value::Object options(const char* suite, const Ed25519PublicKey& key, const ProofMethod& method) {
  return {{"type", "DataIntegrityProof"},
          {"cryptosuite", suite},
          {"created", Value(method.created)},
          {"verificationMethod", Value(method.did + "#" + key.multikey())},
          {"proofPurpose", "assertionMethod"}};
}

// Data Integrity EdDSA Cryptosuites 1.0, section 3.3.1, step 2: this suite keeps the context in its proof.
Value::Object jcs_options(const Ed25519PublicKey& key, const ProofMethod& method, const Value& context) {
  Value::Object made = options(kJcs, key, method);
  made.emplace("@context", context);
  return made;
}

std::string option_quads(const Ed25519PublicKey& key, const ProofMethod& method) {
  Quads quads;
  quads.type(kProofNode, "https://w3id.org/security#DataIntegrityProof");
  quads.text(kProofNode, "http://purl.org/dc/terms/created", method.created, iri::kXsdDateTime);
  quads.text(kProofNode, "https://w3id.org/security#cryptosuite", kRdfc, "https://w3id.org/security#cryptosuiteString");
  quads.iri(kProofNode, "https://w3id.org/security#proofPurpose", "https://w3id.org/security#assertionMethod");
  quads.iri(kProofNode, "https://w3id.org/security#verificationMethod", method.did + "#" + key.multikey());
  return quads.canonical();
}

std::string joined_digests(std::string_view options, std::string_view document) {
  const auto first = sha256(options), second = sha256(document);
  return std::string(bytes_of(first)) + std::string(bytes_of(second));
}

struct ToSign {
  std::string rdfc, jcs;
};

ToSign to_sign(const UnsecuredDocument& document, const Ed25519PublicKey& key, const ProofMethod& method) {
  const Value& context = document.json.at("@context");
  return {
      joined_digests(option_quads(key, method), document.canonical_quads),
      joined_digests(domain::canonical_json(jcs_options(key, method, context)), domain::canonical_json(document.json))};
}

// The two proofs as texts of their values, where everything else stands as it must.
std::optional<std::pair<std::string, std::string>> proof_values(const Value::Object& json, const Ed25519PublicKey& key,
                                                                const ProofMethod& method) {
  const auto proof = json.find("proof");
  const auto context = json.find("@context");
  if (proof == json.end() || context == json.end()) return std::nullopt;
  const Value::Array* pair = proof->second.array();
  if (pair == nullptr || pair->size() != 2) return std::nullopt;
  std::string values[2];
  for (std::size_t i = 0; i < 2; ++i) {
    const Value* value = (*pair)[i].find("proofValue");
    const auto bytes = value != nullptr && value->text() != nullptr
                           ? parse_multibase58(*value->text(), kEd25519SignatureBytes)
                           : std::nullopt;
    if (!bytes) return std::nullopt;
    values[i] = *bytes;
    Value::Object expected = i == 0 ? options(kRdfc, key, method) : jcs_options(key, method, context->second);
    expected.emplace("proofValue", *value);
    if ((*pair)[i] != Value(std::move(expected))) return std::nullopt;
  }
  return std::pair(values[0], values[1]);
}

}  // namespace

Value::Object with_proofs(UnsecuredDocument document, const Ed25519Key& key, const ProofMethod& method) {
  const ToSign bytes = to_sign(document, key.public_key(), method);
  Value::Object rdfc = options(kRdfc, key.public_key(), method);
  rdfc.emplace("proofValue", multibase58(key.sign(bytes.rdfc)));
  Value::Object jcs = jcs_options(key.public_key(), method, document.json.at("@context"));
  jcs.emplace("proofValue", multibase58(key.sign(bytes.jcs)));
  document.json.emplace("proof", Value::Array{Value(std::move(rdfc)), Value(std::move(jcs))});
  return std::move(document.json);
}

std::optional<Ed25519PublicKey> named_key(const Value::Object& json, const ProofMethod& method) {
  const auto proof = json.find("proof");
  const Value::Array* pair = proof == json.end() ? nullptr : proof->second.array();
  const Value* name = pair == nullptr || pair->empty() ? nullptr : (*pair)[0].find("verificationMethod");
  if (name == nullptr || name->text() == nullptr) return std::nullopt;
  const std::string head = method.did + "#";
  if (name->text()->substr(0, head.size()) != head) return std::nullopt;
  auto key = Ed25519PublicKey::from_multikey(name->text()->substr(head.size()));
  return key && proof_values(json, *key, method) ? std::move(key) : std::nullopt;
}

bool proofs_hold(const Value::Object& json, const UnsecuredDocument& document, const Ed25519PublicKey& key,
                 const ProofMethod& method) {
  const auto values = proof_values(json, key, method);
  if (!values) return false;
  const ToSign bytes = to_sign(document, key, method);
  return key.verify(bytes.rdfc, values->first) && key.verify(bytes.jcs, values->second);
}

std::string utc_text(std::int64_t time_ms) {
  using namespace std::chrono;
  const auto time = floor<seconds>(sys_time<milliseconds>(milliseconds(time_ms)));
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss<seconds> clock(time - day);
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text;
}

std::optional<std::int64_t> parse_utc(const std::string& text) {
  using namespace std::chrono;
  int year_no = 0, hour = 0, minute = 0, second = 0;
  unsigned month_no = 0, day_no = 0;
  const int read =
      std::sscanf(text.c_str(), "%4d-%2u-%2uT%2d:%2d:%2dZ", &year_no, &month_no, &day_no, &hour, &minute, &second);
  if (read != 6) return std::nullopt;
  const year_month_day date{year(year_no), month(month_no), day(day_no)};
  if (!date.ok()) return std::nullopt;
  const auto time = sys_days(date) + hours(hour) + minutes(minute) + seconds(second);
  const std::int64_t ms = duration_cast<milliseconds>(time.time_since_epoch()).count();
  return utc_text(ms) == text ? std::optional(ms) : std::nullopt;  // one form only
}

}  // namespace suoi::certs
