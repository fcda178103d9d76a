#include "suoi/certs/carrier.hpp"

#include "strict_json.hpp"

namespace suoi::certs {
namespace {

template <class AnyKey>
void take_times(AnyKey& key, const ListedKey* listed) {
  if (listed == nullptr) return;
  key.not_before_ms = listed->not_before_ms;
  key.not_after_ms = listed->not_after_ms;
  key.compromised_ms = listed->compromised_ms;
  key.logged = listed->logged;
}

}  // namespace

IssuerKeys issuer_keys(const KeyStore& keys) {
  IssuerKeys found;
  found.logs.push_back(keys.log_key().public_key());
  const auto list = keys.key_list();
  for (const OwnKey& own : keys.all(Purpose::certificates)) {
    IssuerKey issuer{own.key.public_key(), own.not_before_ms};
    BadgeKey badge{badge_key(own.key).public_key(), own.not_before_ms};
    if (list) take_times(issuer, list->list.find(own.kid()));
    if (list) take_times(badge, list->list.find(badge.key.thumbprint()));
    found.issuers.push_back(std::move(issuer));
    found.badges.push_back(std::move(badge));
  }
  return found;
}

IssuerKeys issuer_keys(const KeyList& list) {
  IssuerKeys found;
  for (const ListedKey& listed : list.keys) {
    if (listed.use == KeyUse::certificates) {
      found.issuers.push_back({*PublicKey::from_jwk(listed.jwk)});
      take_times(found.issuers.back(), &listed);
    } else if (listed.use == KeyUse::files) {
      found.badges.push_back({*Ed25519PublicKey::from_jwk(listed.jwk)});
      take_times(found.badges.back(), &listed);
    } else {
      found.logs.push_back(*Ed25519PublicKey::from_jwk(listed.jwk));
    }
  }
  return found;
}

std::optional<IssuerKeys> issuer_keys(std::string_view jwks) {
  const auto value = parse_strict_json(jwks);
  const domain::Value* set = value ? value->find("keys") : nullptr;
  if (set == nullptr || set->array() == nullptr) return std::nullopt;
  IssuerKeys found;
  for (const domain::Value& jwk : *set->array()) {
    const domain::Value* use = jwk.find("use");
    if (use == nullptr || use->text() == nullptr || *use->text() != "sig") continue;
    const std::string text = domain::canonical_json(jwk);
    if (auto key = PublicKey::from_jwk(text)) found.issuers.push_back({std::move(*key), 0, std::nullopt});
    if (auto key = Ed25519PublicKey::from_jwk(text)) found.badges.push_back({std::move(*key), 0, std::nullopt});
  }
  return found;
}

Checked verify_carrier(std::string_view bytes, const IssuerKeys& keys, std::int64_t now_ms,
                       const StatusKnowledge& knowledge) {
  if (bytes.substr(0, 5) == "%PDF-") return verify_paper(bytes, keys.issuers, keys.badges, now_ms, knowledge);
  if (bytes.substr(0, 1) == "{") return verify_open_badge(bytes, keys.badges, now_ms, knowledge);
  return verify_qr_text(bytes, keys.issuers, now_ms, knowledge);
}

Checked verify_carrier(std::string_view bytes, const IssuerKeys& keys, std::int64_t now_ms,
                       const std::vector<StatusList>& lists, const std::string& log_proof) {
  StatusKnowledge issue;
  issue.place_in_log = [&](const Facts& facts) {
    return proven_index(log_proof, log_entry(LogEvent::issued, facts), keys.logs);
  };
  Checked checked = verify_carrier(bytes, keys, now_ms, issue);
  if (!checked.facts) return checked;
  const StatusKnowledge knowledge = knowledge_of(lists, checked.facts->status);
  checked.verdict = verdict_by_status(*checked.facts, now_ms, knowledge);
  checked.as_of_ms = knowledge.as_of_ms;
  return checked;
}

}  // namespace suoi::certs
