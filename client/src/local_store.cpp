#include "suoi/client/local_store.hpp"

#include <algorithm>
#include <set>

#include "suoi/certs/hashing.hpp"
#include "suoi/client/json.hpp"

namespace suoi::client {
namespace {

using domain::RecordId;
using domain::Value;

constexpr std::int64_t kKeepMs = 60LL * 24 * 3600 * 1000;

void change_set(Value::Object& fields, const std::string& name, const Value& elements, bool add) {
  if (elements.array() == nullptr) return;
  std::set<Value> members;
  const auto found = fields.find(name);
  if (found != fields.end() && found->second.array() != nullptr) {
    members.insert(found->second.array()->begin(), found->second.array()->end());
  }
  for (const Value& element : *elements.array()) {
    if (add) {
      members.insert(element);
    } else {
      members.erase(element);
    }
  }
  fields[name] = Value::Array(members.begin(), members.end());
}

// The own changes of a record that its stored form does not show, in the order in which they were made.
std::vector<const OwnChange*> unreflected(const LocalStore& store, const RecordId& id) {
  std::vector<const OwnChange*> found;
  const auto collect = [&](const Life& life) {
    for (const OwnChange& change : life.outbox) {
      if (!change.reflected && change.record == id) found.push_back(&change);
    }
  };
  for (const Life& life : store.earlier_lives) collect(life);
  collect(store.life);
  return found;
}

std::optional<ShownRecord> lay_all(const LocalStore& store, const RecordId& id,
                                   const std::vector<const OwnChange*>& changes) {
  ShownRecord record;
  record.id = id;
  const auto stored = store.records.find(id);
  bool exists = stored != store.records.end();
  if (exists) {
    const StoredRecord& base = stored->second;
    record = {id, base.collection, base.version, base.unit, base.stream, base.fields, false};
  }
  for (const OwnChange* change : changes) {
    if (change->is_delete()) {
      exists = false;
      continue;
    }
    // A bare edit of a record that went away shows nothing; the change that makes it does.
    if (!exists && integer_of(change->content, "base") != 0) continue;
    exists = true;
    record.collection = text_of(change->content, "collection");
    record.is_pending = true;
    lay_over(change->content, record.fields, record.unit);
  }
  return exists ? std::optional(record) : std::nullopt;
}

void prune(Life& life, std::int64_t now_ms) {
  while (!life.outbox.empty()) {
    const OwnChange& oldest = life.outbox.front();
    if (oldest.seq > life.acked || !oldest.acked_at_ms || !oldest.reflected) return;
    if (oldest.seq > life.safe && now_ms - *oldest.acked_at_ms < kKeepMs) return;
    life.outbox.pop_front();
  }
}

}  // namespace

bool OwnChange::is_delete() const {
  return flag_of(content, "delete");
}

const Value* ShownRecord::field(std::string_view name) const {
  const auto found = fields.find(name);
  return found == fields.end() ? nullptr : &found->second;
}

std::string ShownRecord::text(std::string_view name) const {
  const Value* value = field(name);
  return value != nullptr && value->text() != nullptr ? *value->text() : std::string();
}

std::int64_t ShownRecord::integer(std::string_view name) const {
  const Value* value = field(name);
  return value != nullptr && value->integer() != nullptr ? *value->integer() : 0;
}

void lay_over(const Value::Object& change, Value::Object& fields, std::string& unit) {
  for (const auto& [name, value] : object_of(change, "set")) {
    if (name == "unit") {
      if (value.text() != nullptr) unit = *value.text();
    } else if (value.is_null()) {
      fields.erase(name);
    } else {
      fields[name] = value;
    }
  }
  for (const auto& [name, value] : object_of(change, "inc")) {
    const auto had = fields.find(name);
    const std::int64_t before = had != fields.end() && had->second.integer() != nullptr ? *had->second.integer() : 0;
    if (value.integer() != nullptr) fields[name] = before + *value.integer();
  }
  for (const auto& [name, value] : object_of(change, "add")) change_set(fields, name, value, true);
  for (const auto& [name, value] : object_of(change, "remove")) change_set(fields, name, value, false);
}

std::optional<ShownRecord> shown(const LocalStore& store, const RecordId& id) {
  return lay_all(store, id, unreflected(store, id));
}

std::vector<ShownRecord> shown_all(const LocalStore& store, std::string_view collection) {
  std::map<RecordId, std::vector<const OwnChange*>> changes;
  for (const auto& [id, record] : store.records) {
    if (collection.empty() || record.collection == collection) changes[id];
  }
  const auto collect = [&](const Life& life) {
    for (const OwnChange& change : life.outbox) {
      if (change.reflected) continue;
      if (collection.empty() || text_of(change.content, "collection") == collection) {
        changes[change.record].push_back(&change);
      }
    }
  };
  for (const Life& life : store.earlier_lives) collect(life);
  collect(store.life);
  std::vector<ShownRecord> found;
  for (const auto& [id, own] : changes) {
    if (auto record = lay_all(store, id, own)) found.push_back(std::move(*record));
  }
  return found;
}

std::string stream_sum(const LocalStore& store, std::string_view stream) {
  std::uint64_t sum = 0;
  for (const auto& [id, record] : store.records) {
    if (record.stream != stream) continue;
    const auto digest = certs::sha256(id.text() + ":" + std::to_string(record.version));
    std::uint64_t part = 0;
    for (std::size_t i = 0; i < 8; ++i) part = part << 8U | digest[i];
    sum += part;
  }
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex(16, '0');
  for (std::size_t i = 0; i < 16; ++i) hex[i] = kDigits[sum >> (60 - 4 * i) & 15U];
  return hex;
}

void drop_stream(LocalStore& store, const std::string& stream) {
  store.cursors.erase(stream);
  for (auto at = store.records.begin(); at != store.records.end();) {
    at = at->second.stream == stream ? store.records.erase(at) : std::next(at);
  }
}

void prune(LocalStore& store, std::int64_t now_ms) {
  prune(store.life, now_ms);
  for (Life& life : store.earlier_lives) prune(life, now_ms);
  auto& earlier = store.earlier_lives;
  earlier.erase(std::remove_if(earlier.begin(), earlier.end(), [](const Life& life) { return life.outbox.empty(); }),
                earlier.end());
}

}  // namespace suoi::client
