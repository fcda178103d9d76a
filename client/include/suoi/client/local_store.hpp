// Everything that a device remembers, as a value: it can be backed up, restored and cloned by copying it.
//
// Purpose: records as the server sent them, the device's own changes, and where it stands in the conversation.
// Shapes:  times in ms since 1970 UTC; `content` of a change is the whole object of protocol.md ("Sync"), never
//          rewritten once it has a number.
// What a person sees of a record is what the server sent with the own changes laid over it that it does not show yet.
// Threads: a value; no sharing. Errors: none.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "suoi/certs/signing_key.hpp"
#include "suoi/domain/catalogue.hpp"
#include "suoi/domain/id.hpp"
#include "suoi/domain/value.hpp"

namespace suoi::client {

struct StoredRecord {
  std::string collection;
  std::int64_t version = 0;
  std::string unit;  // "register:code"
  std::string stream;
  domain::Value::Object fields;
};

struct OwnChange {
  std::int64_t seq = 0;
  domain::RecordId record;  // as in `content`; nil where that names none
  domain::Value::Object content;
  std::string run;                          // the start of the app that made it; `up` counts within it
  std::optional<std::int64_t> acked_at_ms;  // by this device's clock
  bool reflected = false;                   // the stored record shows it, or never will
  std::int64_t schema_version = 0;          // that the app spoke when it was made

  bool is_delete() const;
};

struct Continues {
  domain::Incarnation incarnation;
  std::int64_t seq = 0;
};

// One life of the store, and what it has numbered.
struct Life {
  domain::Incarnation incarnation;
  std::optional<Continues> continues;
  std::int64_t last = 0;         // highest number ever given out
  std::int64_t acked = 0;        // the server has everything up to here
  std::int64_t safe = 0;         // and a verified backup everything up to here
  std::string receipt;           // JWS of the server
  std::deque<OwnChange> outbox;  // in order of seq; goes back behind `acked` until that is safe or 60 days old

  bool has_unsent() const { return acked < last; }
};

// What the server takes at once (protocol.md, "Enrolment").
struct Limits {
  std::int64_t changes = 5000;
  std::int64_t change_bytes = 65536;
  std::int64_t body_bytes = 4194304;
};

struct LocalStore {
  std::optional<certs::SigningKey> key;
  std::string token;
  std::optional<domain::PersonId> person;
  Limits limits;
  std::string server_keys;  // JWKS, for receipts and bundles
  std::string epoch;
  std::int64_t schema_version = domain::Catalogue::kSchemaVersion;  // that this app speaks

  Life life;
  std::vector<Life> earlier_lives;  // those whose changes a restored server may still have to be given again
  std::map<domain::RecordId, StoredRecord> records;
  std::map<std::string, std::int64_t> cursors;
  std::vector<std::string> streams;  // those that the device may hold
  std::optional<std::vector<std::string>> want;
  bool revoked = false;
};

// A record as a person sees it.
struct ShownRecord {
  domain::RecordId id;
  std::string collection;
  std::int64_t version = 0;  // of the stored record below; 0: the server never sent it
  std::string unit;
  std::string stream;  // empty while only this device knows the record
  domain::Value::Object fields;
  bool is_pending = false;  // own changes lie over it

  const domain::Value* field(std::string_view name) const;
  std::string text(std::string_view name) const;
  std::int64_t integer(std::string_view name) const;
};

// nullopt: there is no such record, or it is deleted here.
std::optional<ShownRecord> shown(const LocalStore& store, const domain::RecordId& id);
// Every record of a collection, by id; of all collections where the name is empty.
std::vector<ShownRecord> shown_all(const LocalStore& store, std::string_view collection);

// Lays a change over fields as the server will where nothing contradicts: set, inc, add, remove; null clears.
void lay_over(const domain::Value::Object& change, domain::Value::Object& fields, std::string& unit);

// protocol.md, "sums": modulo 2^64, over id and version of the stream's stored records, as 16 hex digits.
std::string stream_sum(const LocalStore& store, std::string_view stream);

// Forgets the records and the cursor of a stream; own changes stay, and lie bare until the stream comes again.
void drop_stream(LocalStore& store, const std::string& stream);

// Lets go of acknowledged changes that are safe or 60 days old.
void prune(LocalStore& store, std::int64_t now_ms);

}  // namespace suoi::client
