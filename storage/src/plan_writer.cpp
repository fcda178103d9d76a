#include "plan_writer.hpp"

#include <algorithm>

#include "named_files.hpp"
#include "personal_values.hpp"
#include "record_codec.hpp"
#include "seal.hpp"
#include "value_codec.hpp"

namespace suoi::storage {
namespace {

constexpr char kAddChange[] =
    "INSERT INTO change (life, seq, arrival, corrected, digest, content, verdict, record, version, base, filed_under,"
    " person, seal, schema, stream) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr char kRelease[] =
    "UPDATE change SET version = ?, base = ?, filed_under = ?, record = ?, mended = ?, seal = ? WHERE no = ?";
constexpr char kSetLife[] = "UPDATE life SET acked = ?, last_corrected = ? WHERE no = ?";
constexpr char kAddRecord[] =
    "INSERT INTO record (id, collection, stream, position, version, live, state, seal) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
constexpr char kNoteSeldom[] = "INSERT INTO seldom (collection) VALUES (?) ON CONFLICT DO NOTHING";
constexpr char kSetRecord[] =
    "UPDATE record SET stream = ?, position = ?, version = ?, live = ?, state = ?, seal = ?"
    " WHERE id = ? AND version = ?";
constexpr char kStream[] = "SELECT no, head, sum FROM stream WHERE key = ?";
constexpr char kAddStream[] = "INSERT INTO stream (key, head, sum, before_epoch) VALUES (?, ?, 0, 0) RETURNING no";
constexpr char kSetStream[] = "UPDATE stream SET head = ?, sum = ? WHERE no = ?";
constexpr char kBury[] = "INSERT INTO tombstone (stream, position, record, version, buried) VALUES (?, ?, ?, ?, ?)";
constexpr char kUnbury[] = "DELETE FROM tombstone WHERE record = ? AND stream = ?";
constexpr char kAddLink[] = "INSERT INTO link (target, collection, record) VALUES (?, ?, ?)";
constexpr char kDropLink[] = "DELETE FROM link WHERE target = ? AND collection = ? AND record = ?";
constexpr char kAddTime[] = "INSERT INTO activity_time (unit, until, record, since) VALUES (?, ?, ?, ?)";
constexpr char kDropTime[] = "DELETE FROM activity_time WHERE unit = ? AND until = ? AND record = ?";
constexpr char kPutCertificate[] =
    "INSERT INTO certificate (record, number, issuing) VALUES (?, ?, ?)"
    " ON CONFLICT (record) DO UPDATE SET number = excluded.number, issuing = excluded.issuing";

std::optional<Blob> maybe_blob(const std::optional<std::string>& bytes) {
  return bytes ? std::optional(Blob{*bytes}) : std::nullopt;
}

[[noreturn]] void throw_stale() {
  throw StoreFault("the plan does not start from what is stored", false);
}

}  // namespace

CertificateCode certificate_code(const sync::Record& record) {
  const std::string status = record.text("status");
  if (!record.live || status == "revoked") return CertificateCode::revoked;
  if (status == "issuing") return CertificateCode::issuing;
  if (status == "suspended") return CertificateCode::suspended;
  return status == "superseded" ? CertificateCode::superseded : CertificateCode::in_force;
}

std::vector<domain::RecordId> stored_links(const sync::Record& record) {
  std::vector<domain::RecordId> targets = sync::link_targets(record);
  std::sort(targets.begin(), targets.end());
  targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
  return targets;
}

std::optional<sync::Span> stored_span(const sync::Record& record) {
  if (!record.live || record.collection->name != "activity") return std::nullopt;
  return sync::activity_span(record);
}

void PlanWriter::write(const sync::MergePlan& plan) {
  for (const sync::RecordUpdate& update : plan.records) after_.emplace(update.after.id, &update.after);
  for (const sync::PlannedChange& planned : plan.changes) {
    arrival_ms_ = std::max(arrival_ms_, planned.arrival_ms);
    if (planned.released) {
      write_released(planned);
    } else {
      write_change(planned);
    }
  }
  for (const sync::RecordUpdate& update : plan.records) write_record(update);
  write_back();
}

void PlanWriter::write_change(const sync::PlannedChange& planned) {
  if (planned.life != kServerLife) acknowledge(planned);
  if (!planned.version && planned.verdict.fault->code == "unknown_record") note_waiting(planned.change);
  ChangeRow row = change_row(planned, context_.names);
  seal_change(planned, row);
  row.stream = planned.version ? stream_of(planned) : 0;
  const Digest digest = row_digest(row, context_.hashing);
  extend(chain(row.stream), row, digest, context_.hashing);
  run(connection_, kAddChange, row.life, row.seq, row.arrival_ms, row.corrected_ms, blob(row.digest), Blob{row.content},
      maybe_blob(row.verdict), blob(row.record), row.version, row.base, row.filed_under, blob(row.person),
      static_cast<std::int64_t>(seal_of(digest)), row.schema_version, row.stream);
}

// What phones sent came with its keyed digest (Transaction::digest_of); the server's own changes get theirs here.
void PlanWriter::seal_change(const sync::PlannedChange& planned, ChangeRow& row) {
  const auto found = after_.find(planned.change.record);
  const sync::Record* after = found != after_.end() ? found->second : nullptr;
  const sync::Change& change = planned.change;
  const auto sealed = sealed_content(change.content, context_.catalogue, change.record, after,
                                     [this](const auto& subject, const auto& value) { return seal(subject, value); });
  if (!sealed) return;
  row.content = value_blob(*sealed, context_.names);
  if (planned.life != kServerLife) return;
  row.digest = keyed_digest(connection_, context_, change.content, change.record, row.digest);
}

std::int64_t PlanWriter::stream_of(const sync::PlannedChange& planned) {
  const auto after = after_.find(planned.change.record);
  const sync::Record* record = after != after_.end() ? after->second : find_(planned.change.record);
  if (record == nullptr) throw_stale();
  return stream(record->stream).no;
}

Chain& PlanWriter::chain(std::int64_t stream) {
  const auto known = chains_.find(stream);
  return known != chains_.end() ? known->second
                                : chains_.emplace(stream, stored_chain(connection_, stream)).first->second;
}

// Its verdict and what was sent stay the first ones: a replay is compared with them and gets them again.
void PlanWriter::write_released(const sync::PlannedChange& planned) {
  auto row = tables_.change(planned.life, planned.change.seq);
  if (!row || row->version || !planned.version) throw_stale();
  row->version = planned.version;
  row->base = planned.change.base;
  row->filed_under.reset();
  if (planned.filed_under) row->filed_under = static_cast<std::int64_t>(planned.filed_under->packed());
  if (planned.mended) {
    const auto sealed = sealed_content(planned.change.content, context_.catalogue, planned.change.record, nullptr,
                                       [this](const auto& subject, const auto& value) { return seal(subject, value); });
    row->mended = value_blob(sealed ? *sealed : planned.change.content.value(), context_.names);
    row->record = planned.change.record;
  }
  run(connection_, kRelease, row->version, row->base, row->filed_under, blob(row->record), maybe_blob(row->mended),
      static_cast<std::int64_t>(seal_of(*row, context_.hashing)), row->no);
}

void PlanWriter::acknowledge(const sync::PlannedChange& planned) {
  auto known = lives_.find(planned.life);
  if (known == lives_.end()) {
    const auto life = tables_.life(planned.life);
    if (!life) throw_stale();
    known = lives_.emplace(planned.life, *life).first;
  }
  Life& life = known->second;
  if (planned.change.seq != life.acked + 1) throw StoreFault("the plan leaves a gap in a device's changes", false);
  life.acked = planned.change.seq;
  life.last_corrected_ms = std::max(life.last_corrected_ms, planned.corrected_ms);
}

void PlanWriter::write_record(const sync::RecordUpdate& update) {
  const sync::Record& after = update.after;
  const sync::Record* before = find_(after.id);
  if ((before != nullptr) != update.stream_before.has_value()) throw_stale();
  const std::int64_t position = place(update);
  store_row(after, before == nullptr, update.version_before, position);
  write_links(before, after);
  write_named_files(connection_, before, after);
  write_activity_time(before, after);
  if (after.collection->name == "certificate") write_certificate(after);
}

std::int64_t PlanWriter::place(const sync::RecordUpdate& update) {
  const sync::Record& after = update.after;
  const bool was_here = update.stream_before == after.stream;
  if (update.live_before) {
    Stream& left = stream(*update.stream_before);
    left.sum -= sum_part(context_.hashing, after.id, update.version_before);
    if (!after.live || !was_here)
      run(connection_, kBury, left.no, ++left.head, blob(after.id), after.version, arrival_ms_);
  }
  Stream& entered = stream(after.stream);
  if (!after.live) return 0;
  entered.sum += sum_part(context_.hashing, after.id, after.version);
  if (update.stream_before && !(update.live_before && was_here)) {
    run(connection_, kUnbury, blob(after.id), entered.no);
  }
  return ++entered.head;
}

// What waits for other records may yet become one of its collection.
void PlanWriter::note_waiting(const sync::Change& change) {
  const domain::Collection* collection = context_.catalogue.find(change.collection);
  if (collection != nullptr) note_seldom(*collection);
}

void PlanWriter::note_seldom(const domain::Collection& collection) {
  if (collection.seldom) run(connection_, kNoteSeldom, context_.names.number(collection));
}

void PlanWriter::store_row(const sync::Record& record, bool is_new, std::int64_t version_before,
                           std::int64_t position) {
  const auto sealed = sealed_record(record, context_.catalogue,
                                    [this](const auto& subject, const auto& value) { return seal(subject, value); });
  const std::string state = record_state(sealed ? *sealed : record, context_.names);
  const NameNo collection = context_.names.number(*record.collection);
  const std::int64_t in = stream(record.stream).no;
  const auto seal = static_cast<std::int64_t>(record_seal(record, collection, in, position, state, context_.hashing));
  if (is_new) {
    run(connection_, kAddRecord, blob(record.id), collection, in, position, record.version, record.live, Blob{state},
        seal);
    note_seldom(*record.collection);
    return;
  }
  run(connection_, kSetRecord, in, position, record.version, record.live, Blob{state}, seal, blob(record.id),
      version_before);
  if (connection_.changes() != 1) throw_stale();
}

void PlanWriter::write_links(const sync::Record* before, const sync::Record& after) {
  const std::vector<domain::RecordId> wanted = stored_links(after);
  const std::vector<domain::RecordId> known = before != nullptr ? stored_links(*before) : wanted;
  const NameNo collection = context_.names.number(*after.collection);
  for (const domain::RecordId& target : known) {
    if (before == nullptr || std::binary_search(wanted.begin(), wanted.end(), target)) continue;
    run(connection_, kDropLink, blob(target), collection, blob(after.id));
  }
  for (const domain::RecordId& target : wanted) {
    if (before != nullptr && std::binary_search(known.begin(), known.end(), target)) continue;
    run(connection_, kAddLink, blob(target), collection, blob(after.id));
  }
}

void PlanWriter::write_activity_time(const sync::Record* before, const sync::Record& after) {
  const auto known = before != nullptr ? stored_span(*before) : std::nullopt;
  const auto wanted = stored_span(after);
  if (known && wanted && known->from_ms == wanted->from_ms && known->to_ms == wanted->to_ms &&
      before->unit == after.unit) {
    return;
  }
  if (known) {
    run(connection_, kDropTime, static_cast<std::int64_t>(before->unit.packed()), known->to_ms, blob(after.id));
  }
  if (wanted) {
    run(connection_, kAddTime, static_cast<std::int64_t>(after.unit.packed()), wanted->to_ms, blob(after.id),
        wanted->from_ms);
  }
}

void PlanWriter::write_certificate(const sync::Record& record) {
  run(connection_, kPutCertificate, blob(record.id), record.text("number"),
      static_cast<std::int64_t>(certificate_code(record)));
}

PlanWriter::Stream& PlanWriter::stream(const sync::StreamKey& key) {
  const auto known = streams_.find(key);
  if (known != streams_.end()) return known->second;
  Stream loaded;
  const std::string text = key.text();
  Query query(connection_, kStream, text);
  if (query.step()) {
    // A stream of an earlier epoch goes on above the floor of this one.
    loaded = {query.integer(0), std::max(query.integer(1), tables_.epoch().floor()),
              static_cast<std::uint64_t>(query.integer(2))};
  } else {
    Query added(connection_, kAddStream, text, tables_.epoch().floor());
    added.step();
    loaded = {added.integer(0), tables_.epoch().floor(), 0};
  }
  return streams_.emplace(key, loaded).first->second;
}

void PlanWriter::write_back() {
  for (const auto& [key, stream] : streams_) {
    run(connection_, kSetStream, stream.head, static_cast<std::int64_t>(stream.sum), stream.no);
  }
  for (const auto& [no, chain] : chains_) store_chain(connection_, no, chain);
  for (const auto& [no, life] : lives_) run(connection_, kSetLife, life.acked, life.last_corrected_ms, no);
}

}  // namespace suoi::storage
