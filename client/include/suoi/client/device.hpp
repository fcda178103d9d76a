// A phone: records changes with or without a network, and syncs as protocol.md asks of every device.
//
// Purpose: the whole of the protocol's device side; tests, the demonstration and the benchmark play phones with it.
// Shapes:  fields as domain::Value by the names of the catalogue; times in ms since 1970 UTC.
// Ownership: the device owns its LocalStore and refers to the link, which must live longer.
// Threads: one thread at a time.
// Errors:  what a network or a server may answer is a value (SyncReport, Problem); std::invalid_argument where a caller
//          edits a record that the device does not have.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "suoi/client/link.hpp"
#include "suoi/client/local_store.hpp"
#include "suoi/domain/id.hpp"
#include "suoi/domain/value.hpp"

namespace suoi::client {

struct Clock {
  std::function<std::int64_t()> wall_ms;       // since 1970 UTC; may be wrong
  std::function<std::int64_t()> monotonic_ms;  // since some point before this start of the app
  std::function<void(std::int64_t ms)> wait;   // sleeps
};
Clock system_clock();

// RFC 9457; status 0: no answer came.
struct Problem {
  int status = 0;
  std::string code;
  std::string detail;
  domain::Value members;  // the whole body
};

// What became of a change that was not plainly applied.
struct Verdict {
  std::int64_t seq = 0;
  std::string verdict;                        // merged, redirected, review, quarantined
  std::map<std::string, std::string> fields;  // kept, superseded, combined
  std::string case_id;
  std::string unit;
  std::string code, detail, field;

  friend bool operator==(const Verdict&, const Verdict&) = default;
};

enum class SyncOutcome {
  done,         // everything is there and here
  no_answer,    // the link gave none; try again later
  waiting,      // the server is overloaded or full; try again after retry_after_ms
  enrol_again,  // the token is not taken any more; nothing was lost here
  revoked,      // the device is revoked; its changes went into quarantine
  refused,      // the server does not take what is sent; `problem` says why
  update_app,   // the server does not speak this protocol any more
  stuck,        // answers that never end: a fault of the server
};

struct SyncReport {
  SyncOutcome outcome = SyncOutcome::done;
  std::vector<Verdict> verdicts;
  std::optional<Problem> problem;  // of the last answer that was no success
  std::int64_t retry_after_ms = 0;
  int round_trips = 0;
  int records_received = 0;
  int forks = 0;     // times a new incarnation was taken
  int gaps = 0;      // times the server asked for earlier changes
  int restores = 0;  // times the server came back from a backup
  int sums_differed = 0;
  std::vector<std::pair<std::int64_t, std::int64_t>> lost;  // numbers owned up to as lost
};

struct Edit {
  domain::Value::Object set;
  std::map<std::string, std::vector<std::string>> add;
  std::map<std::string, std::vector<std::string>> remove;
  std::map<std::string, std::int64_t> inc;
};

// What a receipt of the server states (protocol.md, "receipt").
struct Receipt {
  std::string device;
  std::string incarnation;
  std::int64_t seq = 0;
  std::string epoch;
};

class Device {
 public:
  Device(Link& link, Clock clock, LocalStore store = {});

  // Redeems an invitation; with the same key again after a lost answer or for a fresh token.
  tl::expected<void, Problem> enrol(std::string_view code, std::string_view name);
  domain::DeviceId id() const;

  // A new record; `fields` holds `unit`. Its id is made here unless it follows from others (derived_id).
  domain::RecordId create(std::string_view collection, domain::Value::Object fields,
                          std::optional<domain::RecordId> record = std::nullopt);
  void edit(const domain::RecordId& record, domain::Value::Object set);
  void change(const domain::RecordId& record, const Edit& edit);
  void remove(const domain::RecordId& record, std::string_view reason);

  // Numbers and keeps a change as it stands, whatever a server will say of it; gives its number.
  std::int64_t append(domain::Value::Object content);

  SyncReport sync();

  // A bundle for somebody else to carry: JWE around the JWS of everything without a receipt; nullopt: nothing to
  // carry, or no key of the server is known.
  std::optional<std::string> make_bundle() const;
  // The answer that came back with the carrier; false where its receipt is not the server's or not for this life.
  bool accept_bundle_answer(std::string_view body);
  // nullopt: not signed by a key that the server named at enrolment.
  std::optional<Receipt> read_receipt(std::string_view jws) const;

  std::optional<ShownRecord> record(const domain::RecordId& record) const { return shown(store_, record); }
  std::vector<ShownRecord> records(std::string_view collection = {}) const { return shown_all(store_, collection); }

  const LocalStore& store() const { return store_; }
  void restore(LocalStore backup) { store_ = std::move(backup); }
  void want(std::vector<std::string> streams) { store_.want = std::move(streams); }
  void page_bytes(std::int64_t max_bytes) { page_bytes_ = max_bytes; }
  const std::string& run() const { return run_; }

 private:
  domain::Value::Object begin_change(const domain::RecordId& record) const;

  Link& link_;
  Clock clock_;
  LocalStore store_;
  std::string run_;
  std::int64_t page_bytes_ = 65536;
};

}  // namespace suoi::client
