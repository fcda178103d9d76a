// Whether a key counted when something says that it was issued; private to this module.
#pragma once

#include <string>

#include "suoi/certs/certificate.hpp"
#include "suoi/certs/transparency_log.hpp"

namespace suoi::certs {

// Why what `key` signed is to be refused; nullopt where the key counted. In whole seconds, as certificates state them.
// What a key signed that was stolen later counts only where the log shows it: whoever stole the key can state any time.
template <class AnyKey>
std::optional<Checked> refused_by_key(const AnyKey& key, const Facts& facts, const StatusKnowledge& knowledge) {
  const auto seconds = [](std::int64_t ms) { return ms / 1000; };
  const std::int64_t issued_s = seconds(facts.issued_at_ms);
  const auto refused = [&](Verdict verdict, std::string reason) {
    return Checked{verdict, std::nullopt, knowledge.as_of_ms, std::move(reason)};
  };
  if (issued_s < seconds(key.not_before_ms) || (key.not_after_ms && issued_s > seconds(*key.not_after_ms))) {
    return refused(Verdict::forged, "the key was not valid at the time of issue");
  }
  if (!key.compromised_ms) return std::nullopt;
  if (issued_s >= seconds(*key.compromised_ms)) {
    return refused(Verdict::forged, "the key was no longer safe at the time of issue");
  }
  const auto place = knowledge.place_in_log ? knowledge.place_in_log(facts) : std::nullopt;
  if (place && *place < key.logged) return std::nullopt;
  return refused(Verdict::unknown_key,
                 "the key was stolen or lost after the stated time; a proof of the log can show that this was issued "
                 "before: /v1/log/proofs/" +
                     proof_name(facts));
}

}  // namespace suoi::certs
