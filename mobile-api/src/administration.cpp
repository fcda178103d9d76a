#include "suoi/mobile_api/administration.hpp"

#include "enrolment.hpp"
#include "suoi/certs/hashing.hpp"
#include "suoi/mobile_api/normalise.hpp"

namespace suoi::mobile_api {
namespace {

using domain::Value;

constexpr std::int64_t kHourMs = 3600LL * 1000;
constexpr std::int64_t kInvitationMs = 14 * 24 * kHourMs;
constexpr std::size_t kCodeBytes = 10;  // 80 bits

// Crockford's alphabet: nothing that is taken for something else when read out.
std::string code_text(std::string_view bytes) {
  static constexpr std::string_view kSigns = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::string text;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char byte : bytes) {
    bits = (bits << 8) | static_cast<unsigned char>(byte);
    for (count += 8; count >= 5; count -= 5) {
      if (!text.empty() && text.size() % 5 == 4) text += '-';
      text += kSigns[(bits >> (count - 5)) & 31U];
    }
  }
  return text;
}

Value::Object role_fields(const domain::PersonId& person, const NewRole& role) {
  Value::Object fields{{"unit", Value(role.unit.text())},
                       {"person", Value(person.text())},
                       {"role", Value(domain::role_name(role.role))}};
  if (role.organisation) fields.emplace("organisation", role.organisation->text());
  if (!role.from.empty()) fields.emplace("from", role.from);
  if (!role.to.empty()) fields.emplace("to", role.to);
  return fields;
}

void require_unit(const sync::Rules& rules, const domain::UnitKey& unit) {
  if (rules.units.resolve_filing(unit).outcome == domain::FilingOutcome::in_force) return;
  throw AdminFault(unit.text() + " is no administrative unit in force; give register and code, for example 2025:03442");
}

}  // namespace

bool above_volunteers(domain::Role role) {
  return role == domain::Role::coordinator || role == domain::Role::province_admin || role == domain::Role::auditor;
}

void require_person(storage::Transaction& transaction, const domain::PersonId& person) {
  const sync::Record* record = transaction.find(domain::RecordId{person.uuid});
  const bool gone = record == nullptr || !record->live || transaction.erased(record->id);
  if (gone || record->collection->name != "person") {
    throw AdminFault("there is no person with the id " + person.text());
  }
}

domain::Uuid uuid_v7(std::int64_t now_ms) {
  const std::string random = certs::random_bytes(16);
  domain::Uuid uuid;
  for (std::size_t index = 0; index < 16; ++index) uuid.bytes[index] = static_cast<std::uint8_t>(random[index]);
  for (int index = 0; index < 6; ++index) {
    uuid.bytes[static_cast<std::size_t>(index)] = static_cast<std::uint8_t>(now_ms >> (8 * (5 - index)));
  }
  uuid.bytes[6] = static_cast<std::uint8_t>(0x70U | (uuid.bytes[6] & 0x0FU));
  uuid.bytes[8] = static_cast<std::uint8_t>(0x80U | (uuid.bytes[8] & 0x3FU));
  return uuid;
}

std::vector<domain::RecordId> write_own(storage::Transaction& transaction, const sync::Rules& rules,
                                        std::int64_t now_ms, std::vector<OwnChange> changes) {
  sync::ChangeSet set;
  set.author = {transaction.server_device(), {}, transaction.server_life(), {true, {}}};
  set.arrival_ms = now_ms;
  std::vector<domain::RecordId> ids;
  for (OwnChange& own : changes) {
    const bool is_new = own.record.is_nil();
    const domain::RecordId id = is_new ? domain::RecordId{uuid_v7(now_ms)} : own.record;
    const sync::Record* record = transaction.find(id);
    const std::int64_t seq = transaction.next_server_seq();
    Value content = Value::Object{{"seq", Value(seq)},
                                  {"at", Value(now_ms)},
                                  {"collection", Value(own.collection)},
                                  {"record", Value(id.text())},
                                  {"base", Value(record != nullptr ? record->version : 0)},
                                  {"set", Value(std::move(own.set))}};
    normalise_texts(content);
    const auto digest = rules.hashing.sha256(domain::canonical_json(content));
    set.changes.push_back({sync::read_change(std::move(content), seq), now_ms});
    set.changes.back().change.digest = digest;
    ids.push_back(id);
  }
  if (set.changes.empty()) return ids;
  const sync::MergePlan plan = sync::plan_merge(transaction, std::move(set), rules);
  for (const sync::PlannedChange& change : plan.changes) {
    if (change.verdict.fault && change.life == transaction.server_life()) {
      throw AdminFault(change.verdict.fault->field + ": " + change.verdict.fault->detail);
    }
  }
  transaction.apply(plan);
  return ids;
}

domain::PersonId add_person(storage::Transaction& transaction, const sync::Rules& rules, std::int64_t now_ms,
                            const std::string& full_name, const domain::UnitKey& unit,
                            std::optional<domain::RecordId> organisation) {
  require_unit(rules, unit);
  Value::Object fields{{"unit", Value(unit.text())}, {"full_name", Value(full_name)}};
  if (organisation) fields.emplace("home_organisation", organisation->text());
  const auto ids = write_own(transaction, rules, now_ms, {{"person", {}, std::move(fields)}});
  return {ids.front().uuid};
}

void grant_role(storage::Transaction& transaction, const sync::Rules& rules, std::int64_t now_ms,
                const domain::PersonId& person, const NewRole& role) {
  require_person(transaction, person);
  require_unit(rules, role.unit);
  write_own(transaction, rules, now_ms, {{"role_assignment", {}, role_fields(person, role)}});
}

int withdraw_role(storage::Transaction& transaction, const sync::Rules& rules, std::int64_t now_ms,
                  const domain::PersonId& person, domain::Role role, const domain::UnitKey& unit) {
  require_person(transaction, person);
  std::vector<OwnChange> changes;
  const domain::Collection& assignments = *rules.catalogue.find("role_assignment");
  for (const domain::RecordId& id : transaction.linked(domain::RecordId{person.uuid}, assignments)) {
    const sync::Record* record = transaction.find(id);
    const bool meant = record->live && record->text("role") == domain::role_name(role) && record->unit == unit &&
                       !record->integer("ended_at");
    if (meant) changes.push_back({"role_assignment", id, {{"ended_at", Value(now_ms)}}});
  }
  const int count = static_cast<int>(changes.size());
  write_own(transaction, rules, now_ms, std::move(changes));
  return count;
}

NewInvitation invite(storage::Transaction& transaction, const sync::Rules&, std::int64_t now_ms,
                     const domain::PersonId& person, const domain::PersonId& inviter) {
  require_person(transaction, person);
  bool short_lived = false;
  for (const sync::Assignment& assignment : transaction.assignments(person)) {
    short_lived = short_lived || (now_ms < assignment.until_ms && above_volunteers(assignment.role));
  }
  NewInvitation invitation{code_text(certs::random_bytes(kCodeBytes)), person,
                           now_ms + (short_lived ? kHourMs : kInvitationMs), short_lived && !inviter.is_nil()};
  storage::Invitation stored;
  stored.code_hash = invitation_hash(invitation.code);
  stored.person = person;
  stored.expires_ms = invitation.expires_ms;
  stored.inviter = inviter;
  stored.compared = invitation.compared;
  transaction.add_invitation(stored);
  return invitation;
}

}  // namespace suoi::mobile_api
