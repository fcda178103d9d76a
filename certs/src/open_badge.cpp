#include "suoi/certs/open_badge.hpp"

#include <algorithm>
#include <stdexcept>

#include "badge_document.hpp"
#include "key_times.hpp"
#include "strict_json.hpp"

namespace suoi::certs {
namespace {

using domain::Value;

constexpr std::string_view kWeb = "did:web:";
constexpr std::string_view kHttps = "https://";
constexpr std::int64_t kMsPerSecond = 1000;
constexpr const char* kHex = "0123456789ABCDEF";

bool stands_plain(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
         letter == '.' || letter == '-';
}

// What a file states: whole seconds, and nothing that paper could not show.
BadgeContent content_of(const Facts& facts, const std::string& basis_digest, const std::string& did) {
  static_cast<void>(as_printed(facts));  // throws
  if (!origin_of_did(did)) throw std::invalid_argument(did + " is no did:web of a host");
  const bool is_digest =
      basis_digest.size() == 64 && basis_digest.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!basis_digest.empty() && !is_digest) throw std::invalid_argument("the digest is not 64 hex digits");
  BadgeContent content{facts, basis_digest, did};
  content.facts.issued_at_ms -= facts.issued_at_ms % kMsPerSecond;
  return content;
}

bool is_printable(const Facts& facts) {
  try {
    static_cast<void>(as_printed(facts));
    return true;
  } catch (const std::invalid_argument&) {
    return false;
  }
}

struct Read {
  Value::Object json;
  BadgeContent content;
  UnsecuredDocument document;
};

// A file that says exactly what its facts make it say; nothing is left over and nothing differs.
std::optional<Read> read_file(std::string_view text) {
  if (text.size() > kBadgeBytesMax) return std::nullopt;
  auto value = parse_strict_json(text);
  if (!value || value->object() == nullptr) return std::nullopt;
  auto content = read_badge(*value);
  if (!content || !origin_of_did(content->did) || !is_printable(content->facts)) return std::nullopt;
  UnsecuredDocument document = badge_document(*content);
  Value::Object without_proof = *value->object();
  without_proof.erase("proof");
  if (without_proof != document.json) return std::nullopt;
  return Read{std::move(*value->object()), std::move(*content), std::move(document)};
}

}  // namespace

std::string did_web(std::string_view origin) {
  if (origin.substr(0, kHttps.size()) != kHttps) throw std::invalid_argument("an origin begins with https://");
  std::string did(kWeb);
  for (const char letter : origin.substr(kHttps.size())) {
    if (stands_plain(letter)) {
      did += letter;
    } else {
      const auto byte = static_cast<unsigned char>(letter);
      did.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
  return did;
}

std::optional<std::string> origin_of_did(std::string_view did) {
  if (did.substr(0, kWeb.size()) != kWeb || did.size() == kWeb.size()) return std::nullopt;
  std::string origin(kHttps);
  const std::string_view host = did.substr(kWeb.size());
  for (std::size_t i = 0; i < host.size(); ++i) {
    if (host[i] != '%') {
      origin += host[i];
      continue;
    }
    const std::string_view hex(kHex);
    const std::size_t high = i + 2 < host.size() ? hex.find(host[i + 1]) : std::string_view::npos;
    const std::size_t low = i + 2 < host.size() ? hex.find(host[i + 2]) : std::string_view::npos;
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    origin += static_cast<char>(high << 4 | low);
    i += 2;
  }
  const bool plain = origin.find_first_of("/?#\\ \"<>", kHttps.size()) == std::string::npos &&
                     std::all_of(origin.begin(), origin.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  return plain && did_web(origin) == did ? std::optional(origin) : std::nullopt;
}

Ed25519Key badge_key(const SigningKey& certificates_key) {
  return Ed25519Key::derive(certificates_key, "suoi open badges 1");
}

std::string open_badge(const Facts& facts, const std::string& basis_digest, const BadgeIssuer& issuer) {
  const BadgeContent content = content_of(facts, basis_digest, issuer.did);
  return domain::canonical_json(
      with_proofs(badge_document(content), issuer.key, {content.did, utc_text(content.facts.issued_at_ms)}));
}

std::string open_badge_quads(const Facts& facts, const std::string& basis_digest, const std::string& did) {
  return badge_document(content_of(facts, basis_digest, did)).canonical_quads;
}

Checked verify_open_badge(std::string_view json, const std::vector<BadgeKey>& keys, std::int64_t now_ms,
                          const StatusKnowledge& knowledge) {
  const auto refused = [&](Verdict verdict, const char* reason) {
    return Checked{verdict, std::nullopt, knowledge.as_of_ms, reason};
  };
  auto read = read_file(json);
  if (!read) return refused(Verdict::forged, "the file is no certificate of participation");
  const ProofMethod method{read->content.did, utc_text(read->content.facts.issued_at_ms)};
  const auto named = named_key(read->json, method);
  if (!named) return refused(Verdict::forged, "the proofs of the file are not in their form");
  const auto known = std::find_if(keys.begin(), keys.end(), [&](const BadgeKey& key) { return key.key == *named; });
  if (known == keys.end()) return refused(Verdict::unknown_key, "nothing is known of the key that the file names");
  if (!proofs_hold(read->json, read->document, *named, method)) {
    return refused(Verdict::forged, "the signature does not fit");
  }
  Facts facts = std::move(read->content.facts);
  if (auto refusal = refused_by_key(*known, facts, knowledge)) return *refusal;
  facts.issuer_kid = named->thumbprint();
  const Verdict verdict = verdict_by_status(facts, now_ms, knowledge);
  return {verdict, std::move(facts), knowledge.as_of_ms, ""};
}

std::string did_document(const std::string& did, const std::vector<Ed25519PublicKey>& keys) {
  Value::Array methods, names;
  for (const Ed25519PublicKey& key : keys) {
    const std::string name = did + "#" + key.multikey();
    names.emplace_back(name);
    methods.emplace_back(Value::Object{{"id", Value(name)},
                                       {"type", "Multikey"},
                                       {"controller", Value(did)},
                                       {"publicKeyMultibase", Value(key.multikey())}});
  }
  return domain::canonical_json(
      Value::Object{{"@context", Value::Array{"https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"}},
                    {"id", Value(did)},
                    {"verificationMethod", Value(std::move(methods))},
                    {"assertionMethod", Value(std::move(names))}});
}

}  // namespace suoi::certs
