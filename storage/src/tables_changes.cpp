#include "bytes.hpp"
#include "tables.hpp"

namespace suoi::storage {
namespace {

constexpr char kVerdicts[] =
    "SELECT seq, digest, verdict, record FROM change WHERE life = ? AND seq BETWEEN ? AND ? ORDER BY seq";
constexpr char kChange[] = "SELECT * FROM stored_change WHERE life = ? AND seq = ?";
constexpr char kHistory[] = "SELECT * FROM stored_change WHERE record = ? AND version IS NOT NULL ORDER BY version";
constexpr char kWaiting[] = "SELECT * FROM stored_change WHERE record = ? AND version IS NULL ORDER BY no";
constexpr char kHeardOf[] = "SELECT 1 FROM change WHERE record = ? LIMIT 1";
constexpr char kAudit[] = "SELECT * FROM stored_change WHERE record = ? ORDER BY no";
constexpr char kCarried[] =
    "SELECT l.incarnation, c.first, c.last, c.carrier, c.arrival FROM carried AS c JOIN life AS l ON l.no = c.life"
    " WHERE l.device = ? ORDER BY c.arrival, c.life, c.first";

}  // namespace

std::vector<StoredVerdict> Tables::verdicts(sync::LifeNo life, std::int64_t from, std::int64_t to) {
  std::vector<StoredVerdict> found;
  Query query(connection_, kVerdicts, life, from, to);
  while (query.step()) {
    StoredVerdict stored;
    stored.seq = query.integer(0);
    stored.digest = query.array<32>(1);
    if (!query.is_null(2)) stored.verdict = verdict_of(std::string(query.bytes(2)), context_.names);
    stored.record = query.id<domain::RecordId>(3);
    found.push_back(std::move(stored));
  }
  return found;
}

std::optional<ChangeRow> Tables::change(sync::LifeNo life, std::int64_t seq) {
  Query query(connection_, kChange, life, seq);
  return query.step() ? std::optional(change_row(query)) : std::nullopt;
}

std::vector<sync::AppliedChange> Tables::history(const domain::RecordId& record) {
  std::vector<sync::AppliedChange> applied;
  Query query(connection_, kHistory, blob(record));
  while (query.step()) applied.push_back(applied_change(change_row(query), context_.names));
  return applied;
}

std::vector<sync::WaitingChange> Tables::waiting(const domain::RecordId& record) {
  std::vector<sync::WaitingChange> waiting;
  Query query(connection_, kWaiting, blob(record));
  while (query.step()) waiting.push_back(waiting_change(change_row(query), context_.names));
  return waiting;
}

bool Tables::is_heard_of(const domain::RecordId& record) {
  return Query(Query::Values::kept, connection_, kHeardOf, blob(record)).step();
}

std::vector<AuditEntry> Tables::audit(const domain::RecordId& record) {
  std::vector<AuditEntry> entries;
  Query query(connection_, kAudit, blob(record));
  while (query.step()) {
    const ChangeRow row = change_row(query);
    entries.push_back({applied_change(row, context_.names), verdict_of(row.verdict, context_.names), row.arrival_ms});
  }
  return entries;
}

std::vector<Carriage> Tables::carriages(const domain::DeviceId& origin) {
  std::vector<Carriage> all;
  Query query(connection_, kCarried, blob(origin));
  while (query.step()) {
    all.push_back(
        {{query.array<16>(0)}, query.integer(1), query.integer(2), query.id<domain::DeviceId>(3), query.integer(4)});
  }
  return all;
}

}  // namespace suoi::storage
