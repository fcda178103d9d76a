// Writes a merge plan: changes, records, positions, sums, tombstones and the tables that follow from records.
//
// Purpose: one place where a stream moves on. A live record takes a new position with every change. Where it leaves a
//          stream, or is deleted, a tombstone takes a position there; where it comes back, the tombstone goes. Records
//          that are not live stand at position 0.
// Threads: the writer's. Errors: StoreFault, also where the plan does not start from what is stored.
#pragma once

#include <functional>
#include <map>
#include <unordered_map>

#include "audit_chain.hpp"
#include "keyring.hpp"
#include "tables.hpp"

namespace suoi::storage {

class PlanWriter {
 public:
  // `find` gives a record as it stood before the plan.
  PlanWriter(Tables& tables, std::function<const sync::Record*(const domain::RecordId&)> find)
      : tables_(tables), connection_(tables.connection()), context_(tables.context()), find_(std::move(find)) {}

  void write(const sync::MergePlan& plan);

 private:
  struct Stream {
    std::int64_t no = 0;
    std::int64_t head = 0;
    std::uint64_t sum = 0;
  };

  void write_change(const sync::PlannedChange& planned);
  void note_waiting(const sync::Change& change);
  void note_seldom(const domain::Collection& collection);
  // Replaces what is personal in the row by its sealed form.
  void seal_change(const sync::PlannedChange& planned, ChangeRow& row);
  std::int64_t stream_of(const sync::PlannedChange& planned);
  domain::Value seal(const domain::Uuid& subject, const domain::Value& value) {
    return sealed_value(connection_, context_, subject, value);
  }
  Chain& chain(std::int64_t stream);
  void write_released(const sync::PlannedChange& planned);
  void acknowledge(const sync::PlannedChange& planned);
  void write_record(const sync::RecordUpdate& update);
  std::int64_t place(const sync::RecordUpdate& update);
  void store_row(const sync::Record& record, bool is_new, std::int64_t version_before, std::int64_t position);
  void write_links(const sync::Record* before, const sync::Record& after);
  void write_activity_time(const sync::Record* before, const sync::Record& after);
  void write_certificate(const sync::Record& record);
  Stream& stream(const sync::StreamKey& key);
  void write_back();

  Tables& tables_;
  Connection& connection_;
  const Context& context_;
  std::function<const sync::Record*(const domain::RecordId&)> find_;
  std::int64_t arrival_ms_ = 0;  // of the latest change of the plan
  std::map<sync::StreamKey, Stream> streams_;
  std::map<sync::LifeNo, Life> lives_;
  std::map<std::int64_t, Chain> chains_;
  std::unordered_map<domain::RecordId, const sync::Record*, domain::UuidHash> after_;  // as the plan leaves them
};

// Rows that follow from a record, also for check().
std::vector<domain::RecordId> stored_links(const sync::Record& record);
// What the column `issuing` of a certificate's row says; stored, so never renumber.
enum class CertificateCode : std::int64_t { in_force = 0, issuing = 1, suspended = 2, superseded = 3, revoked = 4 };
CertificateCode certificate_code(const sync::Record& record);
std::optional<sync::Span> stored_span(const sync::Record& record);

}  // namespace suoi::storage
