// A phone that keeps the rules of protocol.md and nothing else: a small model, not the client of the project.
//
// Purpose: what a device stores, sends and does with each answer. It knows no server, no network and no true time.
// Shapes:  everything in `Store` is durable, and changes as a whole: who crashes has the old or the new one.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "dice.hpp"
#include "suoi/certs/signing_key.hpp"
#include "suoi/domain/id.hpp"
#include "values.hpp"

namespace suoi::sim {

using domain::RecordId;

// A change that is kept until it is safe. `mark` names it in the simulation's books.
struct Kept {
  std::int64_t seq = 0;
  std::int64_t mark = 0;
  Value content;
};

// One incarnation as the phone knows it.
struct Life {
  std::string incarnation;
  std::optional<std::pair<std::string, std::int64_t>> continues;
  std::int64_t last = 0;
  std::int64_t acked = 0;
  std::int64_t safe = 0;
  std::string receipt;
  std::deque<Kept> kept;

  bool has_unsent() const { return acked < last; }
};

// A record as it was last brought.
struct Held {
  std::string collection;
  std::int64_t version = 0;
  std::int64_t version_before = 0;  // what stood on a screen that was opened before the last sync
  std::string stream;
  std::string unit;
  Value::Object fields;
};

struct Store {
  std::string token;
  std::string epoch;
  std::vector<Life> lives;  // the last one is the present one; the others still have something to offer again
  std::map<std::string, std::int64_t> cursors;
  std::set<std::string> streams;
  std::map<RecordId, Held> records;
  std::set<std::int64_t> refused;                         // marks of own changes in quarantine
  std::set<std::pair<std::string, std::int64_t>> sealed;  // incarnation and last seq of the bundles it has out
  std::set<std::string> incomplete;  // streams of which it was sent something that it could not use
  bool wiped = false;
};

// What is wrong with the clock: it shows `base + passed · (1 + drift)` since a true moment.
struct Clock {
  std::int64_t since_ms = 0;
  std::int64_t base_ms = 0;
  std::int64_t drift_ppm = 0;
  std::int64_t read(std::int64_t true_ms) const {
    return base_ms + (true_ms - since_ms) + (true_ms - since_ms) * drift_ppm / 1'000'000;
  }
};

struct SyncAsk {
  std::int64_t page_bytes = 0;  // 0: as the server likes
  std::size_t send_most = 0;    // 0: everything
  bool only_own_stream = false;
};

struct SyncRequest {
  std::size_t life = 0;  // index in Store::lives
  std::string incarnation;
  std::vector<Kept> changes;
  Value::Object body;
};

// Changes that were numbered anew under another incarnation: old mark, new mark.
using Renumbered = std::vector<std::pair<std::int64_t, std::int64_t>>;

struct Taken {
  bool again = false;  // there is more to ask at once
  bool enrol_again = false;
  bool revoked = false;
  Renumbered renumbered;
  std::vector<std::string> wrong_sums;  // streams whose own sum differed
};

class Phone {
 public:
  Phone(std::size_t number, std::size_t person, certs::SigningKey key, std::uint64_t seed);

  // Saves a change; `members` has everything but seq, at and the mark.
  const Kept& save(Value::Object members, std::int64_t mark, std::int64_t true_ms);
  SyncRequest request(const SyncAsk& ask, std::int64_t true_ms) const;
  // What the answer does to the store; `next_mark` gives names for renumbered changes.
  Taken take(const SyncRequest& request, int status, const Value& answer, std::int64_t& next_mark);
  // A receipt that came back with a bundle.
  void take_bundle_answer(const std::string& incarnation, const std::vector<Kept>& changes, const Value& answer);
  // Every change without a receipt, of the present life: {"device", "incarnation", "changes" …}; nothing to seal:
  // empty.
  Value::Object bundle(std::int64_t true_ms, std::vector<Kept>& changes);

  void begin_run(std::int64_t true_ms);
  std::string new_incarnation();
  bool has_unsent() const;
  Life& life() { return store.lives.back(); }

  std::size_t number;
  std::size_t person;
  certs::SigningKey key;
  std::string device;
  Clock clock;
  Store store;
  std::optional<Store> backup;
  std::int64_t schema_version = 1;  // what its app speaks
  bool revoked = false;             // the world knows
  bool stolen = false;
  bool cloned = false;  // shares its key with another one

 private:
  void take_answer(const SyncRequest& request, const Value& answer, Taken& taken);
  void take_verdicts(const SyncRequest& request, const Value& answer);
  void take_removed(const Value& answer);
  void take_settled(const SyncRequest& request, const Value& answer);
  void take_own_deletes(const SyncRequest& request, const Value& answer);
  void take_records(const Value& answer);
  void take_streams(const Value& answer);
  void take_sums(const Value& answer, Taken& taken);
  void take_restored(const SyncRequest& request, const Value& answer);
  void drop(const std::string& stream);
  void fork(std::size_t life, std::int64_t at, std::int64_t& next_mark, Taken& taken);
  void forget_safe();

  Dice dice_;
  std::string run_;
  std::int64_t booted_ms_ = 0;
};

// The same rule for every field: own values over what is stored.
void lay_over(const Value& change, Held& record);
std::string sum_of(const std::map<RecordId, Held>& records, const std::string& stream);
std::string hex_text(std::string_view bytes);

}  // namespace suoi::sim
