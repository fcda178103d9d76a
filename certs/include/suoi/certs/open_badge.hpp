// A certificate of participation as a file: an Open Badges 3.0 credential, which is a W3C Verifiable Credential 2.0.
//
// Purpose: the carrier that software reads, checked by any Data Integrity library.
// Shapes:  JSON of the type OpenBadgeCredential; every node has an id, so that its canonical N-Quads come from a
//          template; two proofs, eddsa-rdfc-2022 and eddsa-jcs-2022, by one Ed25519 key that the document of the
//          issuer's did:web names. docs/certificates.md has the table of members.
// Rules:   the facts stand in full, the time of issue in whole seconds. as_printed() of them is what the QR code says.
// Threads: pure functions; a lookup function is called on the caller's thread.
// Errors:  as certificate.hpp: making throws std::invalid_argument for facts that no paper could show, checking gives a
//          Verdict for anything at all.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "suoi/certs/certificate.hpp"
#include "suoi/certs/ed25519.hpp"

namespace suoi::certs {

inline constexpr std::size_t kBadgeBytesMax = 65536;

// "did:web:suoi.example" of "https://suoi.example" (did:web method, section 3.1); a port is "%3A8443".
std::string did_web(std::string_view origin);
// The way back; nullopt for other methods, for paths and for what did_web would have written in another way.
std::optional<std::string> origin_of_did(std::string_view did);

struct BadgeIssuer {
  std::string did;
  Ed25519Key key;
};

// The Ed25519 key for files that belongs to a key of Purpose::certificates.
Ed25519Key badge_key(const SigningKey& certificates_key);

// `basis_digest`: SHA-256 of what was approved, as 64 hex digits; empty where none is known.
std::string open_badge(const Facts& facts, const std::string& basis_digest, const BadgeIssuer& issuer);

// The bytes that eddsa-rdfc-2022 signs a digest of; for comparison with other implementations.
std::string open_badge_quads(const Facts& facts, const std::string& basis_digest, const std::string& did);

// A key that signs or signed files; a file counts if it was issued within its time.
struct BadgeKey {
  Ed25519PublicKey key;
  std::int64_t not_before_ms = 0;
  std::optional<std::int64_t> not_after_ms = std::nullopt;
  std::optional<std::int64_t> compromised_ms = std::nullopt;  // as IssuerKey
  std::int64_t logged = 0;
};

// Facts::issuer_kid of the result is the thumbprint of the Ed25519 key.
Checked verify_open_badge(std::string_view json, const std::vector<BadgeKey>& keys, std::int64_t now_ms,
                          const StatusKnowledge& knowledge);

// The document that `did` resolves to (DID Core 1.0), with all keys for checking.
std::string did_document(const std::string& did, const std::vector<Ed25519PublicKey>& keys);

}  // namespace suoi::certs
