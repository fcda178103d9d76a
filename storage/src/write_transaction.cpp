#include "write_transaction.hpp"

#include "bytes.hpp"
#include "personal_values.hpp"
#include "plan_writer.hpp"
#include "schema.hpp"

namespace suoi::storage {
namespace {

constexpr std::int64_t kSyncsMax = 1'000;  // that are remembered of a device's clock

constexpr char kNextServerSeq[] = "UPDATE life SET acked = acked + 1 WHERE no = ? RETURNING acked";
constexpr char kNextCertificate[] =
    "INSERT INTO certificate_number (unit, year, last) VALUES (?, ?, 1)"
    " ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last";
constexpr char kNextSlip[] =
    "INSERT INTO slip_number (unit, year, last) VALUES (?, ?, 1)"
    " ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last";
constexpr char kPutDevice[] =
    "INSERT INTO device (id, person, jwk, name, platform, created, last_seen, token_until, revoked, stolen, token_hash)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET person = excluded.person,"
    " jwk = excluded.jwk, name = excluded.name, platform = excluded.platform, created = excluded.created,"
    " last_seen = excluded.last_seen, token_until = excluded.token_until, revoked = excluded.revoked,"
    " stolen = excluded.stolen, token_hash = excluded.token_hash";
constexpr char kRename[] = "UPDATE device SET name = ? WHERE id = ?";
constexpr char kRevoke[] = "UPDATE device SET revoked = ?, stolen = ? WHERE id = ?";
constexpr char kSeen[] = "UPDATE device SET last_seen = max(last_seen, ?) WHERE id = ?";
constexpr char kAddLife[] =
    "INSERT INTO life (device, incarnation, acked, safe, last_corrected) VALUES (?, ?, 0, 0, ?)"
    " ON CONFLICT DO NOTHING";
constexpr char kContinue[] = "UPDATE life SET continues_no = ?, continues_seq = ? WHERE no = ?";
constexpr char kAddLost[] = "INSERT INTO lost (life, first, last) VALUES (?, ?, ?)";
constexpr char kSetAcked[] = "UPDATE life SET acked = ? WHERE no = ?";
constexpr char kTakenUp[] =
    "INSERT INTO meta (key, value) VALUES ('taken_up_version', ?) ON CONFLICT DO UPDATE SET value = excluded.value";
constexpr char kCarry[] =
    "INSERT INTO carried (life, first, last, carrier, arrival) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
constexpr char kForgetSyncs[] = "DELETE FROM device_sync WHERE device = ? AND clock >= ?";
constexpr char kAddSync[] = "INSERT INTO device_sync (device, clock, arrival) VALUES (?, ?, ?)";
constexpr char kTrimSyncs[] =
    "DELETE FROM device_sync WHERE device = ?1 AND clock <="
    " (SELECT clock FROM device_sync WHERE device = ?1 ORDER BY clock DESC LIMIT 1 OFFSET ?2)";

}  // namespace

void WriteTransaction::end_job() {
  records_.clear();
  unheard_.clear();
  outdated_.clear();
  tables().forget();
}

const sync::Record* WriteTransaction::find(const domain::RecordId& id) {
  const auto known = records_.find(id);
  if (known != records_.end()) return known->second.get();
  std::unique_ptr<sync::Record> stored;
  if (!tables().is_heard_of(id)) {
    unheard_.insert(id);
  } else if (auto record = tables().record(id)) {
    stored = std::make_unique<sync::Record>(std::move(*record));
  }
  return records_.emplace(id, std::move(stored)).first->second.get();
}

std::int64_t WriteTransaction::next_server_seq() {
  Query query(connection(), kNextServerSeq, kServerLife);
  if (!query.step()) throw_damaged("the server's own device has no life");
  return query.integer(0);
}

std::int64_t WriteTransaction::next_certificate_number(const domain::UnitKey& unit, int year) {
  Query query(connection(), kNextCertificate, static_cast<std::int64_t>(unit.packed()), year);
  query.step();
  return query.integer(0);
}

std::int64_t WriteTransaction::next_slip_number(const domain::UnitKey& unit, int year) {
  Query query(connection(), kNextSlip, static_cast<std::int64_t>(unit.packed()), year);
  query.step();
  return query.integer(0);
}

std::array<std::uint8_t, 16> WriteTransaction::certificate_salt() {
  std::array<std::uint8_t, 16> salt{};
  tables().context().random_bytes(salt);
  return salt;
}

void WriteTransaction::put_device(const Device& device, const Digest& token_hash) {
  run(connection(), kPutDevice, blob(device.id), blob(device.person), device.jwk, device.name, device.platform,
      device.created_ms, device.last_seen_ms, device.token_until_ms, device.revoked_ms, device.stolen,
      blob(token_hash));
}

void WriteTransaction::rename_device(const domain::DeviceId& id, std::string_view name) {
  run(connection(), kRename, name, blob(id));
}

void WriteTransaction::revoke_device(const domain::DeviceId& id, bool stolen, std::int64_t now_ms) {
  run(connection(), kRevoke, now_ms, stolen, blob(id));
}

Life WriteTransaction::life_of(sync::LifeNo no) {
  const auto life = tables().life(no);
  if (!life) throw StoreFault("there is no such incarnation", false);
  return *life;
}

Life WriteTransaction::open_life(const domain::DeviceId& device, const domain::Incarnation& incarnation) {
  run(connection(), kAddLife, blob(device), blob(incarnation.bytes), INT64_MIN);
  return *tables().life(device, incarnation);
}

void WriteTransaction::continue_life(sync::LifeNo life, sync::LifeNo predecessor, std::int64_t seq) {
  run(connection(), kContinue, predecessor, seq, life);
}

void WriteTransaction::book_lost(sync::LifeNo no, std::int64_t from, std::int64_t to) {
  if (from != life_of(no).acked + 1 || to < from) throw StoreFault("lost changes must follow the stored ones", false);
  run(connection(), kAddLost, no, from, to);
  run(connection(), kSetAcked, to, no);
}

// The rule of sync::remember_sync, on rows: what is forgotten can never again be the latest with clock ≤ any `at`.
void WriteTransaction::note_sync(const domain::DeviceId& device, sync::SyncMoment moment) {
  run(connection(), kForgetSyncs, blob(device), moment.clock_ms);
  run(connection(), kAddSync, blob(device), moment.clock_ms, moment.arrival_ms);
  run(connection(), kTrimSyncs, blob(device), kSyncsMax);
  run(connection(), kSeen, moment.arrival_ms, blob(device));
}

void WriteTransaction::note_carriage(sync::LifeNo life, const Carriage& carriage) {
  run(connection(), kCarry, life, carriage.first, carriage.last, blob(carriage.carrier), carriage.arrival_ms);
}

void WriteTransaction::note_taken_up(std::int64_t schema_version) {
  run(connection(), kTakenUp, schema_version);
}

Epoch WriteTransaction::begin_epoch(std::int64_t above) {
  storage::begin_epoch(connection(), above, tables().context().random_bytes);
  tables().forget();
  return epoch();
}

std::optional<Digest> WriteTransaction::digest_of(const sync::Change& change) {
  const Context& context = tables().context();
  const domain::Collection* collection = context.catalogue.find(change.collection);
  if (collection == nullptr || !may_be_personal(*collection)) return change.digest;
  if (!first_subject(change.content, context.catalogue, change.record)) return change.digest;
  const Digest keyed = keyed_digest(connection(), context, change.content, change.record, change.digest);
  return keyed != Digest{} ? std::optional(keyed) : std::nullopt;
}

void WriteTransaction::erase(const domain::RecordId& subject, std::int64_t now_ms) {
  tables().context().keyring->erase(connection(), subject.uuid, now_ms);
  end_job();  // what was read before shows what is gone now
}

std::vector<sync::WaitingChange> WriteTransaction::waiting(const domain::RecordId& id) {
  return unheard_.contains(id) ? std::vector<sync::WaitingChange>() : tables().waiting(id);
}

void WriteTransaction::apply(const sync::MergePlan& plan) {
  PlanWriter(tables(), [this](const domain::RecordId& id) { return find(id); }).write(plan);
  tables().forget_any();
  unheard_.clear();
  for (const sync::RecordUpdate& update : plan.records) {
    const auto known = records_.find(update.after.id);
    if (known == records_.end()) continue;
    outdated_.push_back(std::move(known->second));
    records_.erase(known);
  }
}

}  // namespace suoi::storage
