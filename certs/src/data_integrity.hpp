// Data Integrity proofs (W3C VC Data Integrity 1.0) with eddsa-rdfc-2022 and eddsa-jcs-2022 (Data Integrity EdDSA
// Cryptosuites 1.0); private to this module.
//
// A document carries both proofs, by one key and of one time: the first is what the suites of others check, the second
// also binds what RDF does not see, such as the order of members in a list.
#pragma once

#include <optional>
#include <string>

#include "suoi/certs/ed25519.hpp"
#include "suoi/domain/value.hpp"

namespace suoi::certs {

struct UnsecuredDocument {
  domain::Value::Object json;  // with @context, without proof
  std::string canonical_quads;
};

struct ProofMethod {
  std::string did;
  std::string created;  // "YYYY-MM-DDThh:mm:ssZ"
};

// The document with both proofs.
domain::Value::Object with_proofs(UnsecuredDocument document, const Ed25519Key& key, const ProofMethod& method);

// The key that the proofs of `json` name; nullopt where there are not exactly the two proofs, in their order and form.
std::optional<Ed25519PublicKey> named_key(const domain::Value::Object& json, const ProofMethod& method);

// Whether both proofs of `json` are good signatures of `key` over `document`, which is `json` without them.
bool proofs_hold(const domain::Value::Object& json, const UnsecuredDocument& document, const Ed25519PublicKey& key,
                 const ProofMethod& method);

// "2026-11-21T10:00:00Z" of ms since 1970 UTC, and back; nullopt for every other form.
std::string utc_text(std::int64_t time_ms);
std::optional<std::int64_t> parse_utc(const std::string& text);

}  // namespace suoi::certs
