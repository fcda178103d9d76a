#include "suoi/mobile_api/erasure.hpp"

#include <algorithm>

namespace suoi::mobile_api {
namespace {

using domain::Value;

// New versions without the name, so that every phone that holds one gets it.
std::vector<OwnChange> blanked(storage::Transaction& transaction, const sync::Rules& rules,
                               const domain::RecordId& person) {
  std::vector<OwnChange> changes;
  if (transaction.find(person)->live) changes.push_back({"person", person, {{"full_name", Value()}}});
  for (const std::string_view name : {"participation", "certificate"}) {
    const domain::Collection& collection = *rules.catalogue.find(name);
    for (const domain::RecordId& id : transaction.linked(person, collection)) {
      const sync::Record* record = transaction.find(id);
      if (record == nullptr || !record->live) continue;
      Value::Object set;
      for (const domain::Field& field : collection.fields) {
        if (field.personal && !record->value(field.name).is_null()) set.emplace(field.name, Value());
      }
      if (!set.empty()) changes.push_back({std::string(name), id, std::move(set)});
    }
  }
  return changes;
}

// What is about the person only: a value that came before its record said whose it is was sealed under the record's id.
std::vector<domain::RecordId> records_about(storage::Transaction& transaction, const sync::Rules& rules,
                                            const domain::RecordId& person) {
  std::vector<domain::RecordId> ids;
  for (const domain::Collection& collection : rules.catalogue.collections()) {
    const bool personal = std::any_of(collection.fields.begin(), collection.fields.end(),
                                      [](const domain::Field& field) { return field.personal; });
    if (!personal || collection.person_field.empty()) continue;
    for (const domain::RecordId& id : transaction.linked(person, collection)) ids.push_back(id);
  }
  return ids;
}

void end_roles(storage::Transaction& transaction, const sync::Rules& rules, std::int64_t now_ms,
               const domain::RecordId& person) {
  std::vector<OwnChange> changes;
  const domain::Collection& assignments = *rules.catalogue.find("role_assignment");
  for (const domain::RecordId& id : transaction.linked(person, assignments)) {
    const sync::Record* record = transaction.find(id);
    if (!record->live || record->integer("ended_at")) continue;
    changes.push_back({"role_assignment", id, {{"ended_at", Value(now_ms)}}});
  }
  write_own(transaction, rules, now_ms, std::move(changes));
}

void close_doors(storage::Transaction& transaction, std::int64_t now_ms, const domain::PersonId& person) {
  for (const storage::Device& device : transaction.devices()) {
    if (device.person != person) continue;
    transaction.rename_device(device.id, "");
    if (!device.revoked_ms) transaction.revoke_device(device.id, false, now_ms);
  }
  transaction.drop_sign_in(person);
  transaction.end_sessions(person, now_ms);
  transaction.end_invitations(person, now_ms);
}

}  // namespace

void erase_person(storage::Transaction& transaction, const sync::Rules& rules, std::int64_t now_ms,
                  const domain::PersonId& person) {
  const domain::RecordId id{person.uuid};
  if (transaction.erased(id)) return;
  const auto record = transaction.record(id);
  if (record && record->collection->name != "person") {
    throw AdminFault("there is no person with the id " + person.text());
  }
  if (record) {
    end_roles(transaction, rules, now_ms, id);
    write_own(transaction, rules, now_ms, blanked(transaction, rules, id));
    close_doors(transaction, now_ms, person);
  }
  for (const domain::RecordId& about : records_about(transaction, rules, id)) transaction.erase(about, now_ms);
  transaction.erase(id, now_ms);
}

}  // namespace suoi::mobile_api
