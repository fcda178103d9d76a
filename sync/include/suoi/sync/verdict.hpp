// What became of a change (protocol.md, "verdicts"). The gravest of quarantined > review > redirected > merged stands.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "suoi/domain/id.hpp"
#include "suoi/sync/change.hpp"

namespace suoi::sync {

enum class VerdictKind : std::uint8_t { applied, merged, redirected, review, quarantined };
enum class FieldOutcome : std::uint8_t { kept, superseded, combined };

std::string_view verdict_name(VerdictKind kind);
std::string_view outcome_name(FieldOutcome outcome);

struct Verdict {
  VerdictKind kind = VerdictKind::applied;
  std::map<std::string, FieldOutcome> fields;  // those that met a concurrent edit
  std::optional<domain::RecordId> case_id;     // review
  std::string unit;                            // redirected: where it was filed
  std::optional<domain::RecordId> joined_to;   // redirected: the record that shows instead of the one that was changed
  std::optional<Fault> fault;                  // quarantined: why

  void raise(VerdictKind at_least) {
    if (kind < at_least) kind = at_least;
  }
  friend bool operator==(const Verdict&, const Verdict&) = default;
};

// The verdict as protocol.md sends it, without `seq`.
domain::Value::Object verdict_members(const Verdict& verdict);
// The inverse of verdict_members, for stored verdicts.
Verdict read_verdict(const domain::Value& members);

}  // namespace suoi::sync
