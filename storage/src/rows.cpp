#include "rows.hpp"

#include "bytes.hpp"
#include "packed_unit.hpp"
#include "record_codec.hpp"
#include "seal.hpp"
#include "value_codec.hpp"

namespace suoi::storage {
namespace {

std::optional<std::string> maybe_bytes(const Query& query, int column) {
  if (query.is_null(column)) return std::nullopt;
  return std::string(query.bytes(column));
}

void add_optional(ByteWriter& out, const std::optional<std::int64_t>& value) {
  out.byte(value ? 1 : 0);
  if (value) out.signed_number(*value);
}

sync::Change change_of(const ChangeRow& row, const Names& names) {
  sync::Change change = sync::read_change(value_of_blob(row.mended ? *row.mended : row.content, names), row.seq);
  change.base = row.base;
  change.digest = row.digest;
  change.schema_version = row.mended ? names.catalogue().schema_version() : row.schema_version;
  sync::read_in_todays_words(change, names.catalogue());
  return change;
}

}  // namespace

ChangeRow change_row(const Query& query) {
  ChangeRow row;
  row.no = query.integer(0);
  row.life = static_cast<sync::LifeNo>(query.integer(1));
  row.seq = query.integer(2);
  row.arrival_ms = query.integer(3);
  row.corrected_ms = query.integer(4);
  row.digest = query.array<32>(5);
  row.content = query.bytes(6);
  row.verdict = maybe_bytes(query, 7);
  row.record = query.id<domain::RecordId>(8);
  row.version = query.maybe_integer(9);
  row.base = query.integer(10);
  row.filed_under = query.maybe_integer(11);
  row.person = query.id<domain::PersonId>(12);
  row.seal = static_cast<std::uint64_t>(query.integer(13));
  row.device = query.id<domain::DeviceId>(14);
  row.mended = maybe_bytes(query, 15);
  row.schema_version = query.integer(16);
  row.stream = query.integer(17);
  return row;
}

ChangeRow change_row(const sync::PlannedChange& planned, const Names& names) {
  ChangeRow row;
  row.life = planned.life;
  row.seq = planned.change.seq;
  row.arrival_ms = planned.arrival_ms;
  row.corrected_ms = planned.corrected_ms;
  row.digest = planned.change.digest;
  const std::string_view packed = planned.change.content.packed();
  row.content = packed.empty() ? value_blob(planned.change.content, names) : std::string(packed);
  if (planned.verdict != sync::Verdict{}) row.verdict = value_blob(sync::verdict_members(planned.verdict), names);
  row.record = planned.change.record;
  row.version = planned.version;
  row.base = planned.change.base;
  if (planned.filed_under) row.filed_under = static_cast<std::int64_t>(planned.filed_under->packed());
  row.person = planned.person;
  row.device = planned.device;
  row.schema_version = planned.change.schema_version;
  return row;
}

Digest row_digest(const ChangeRow& row, const domain::Hashing& hashing) {
  ByteWriter out;
  out.number(row.life);
  out.signed_number(row.seq);
  out.signed_number(row.arrival_ms);
  out.signed_number(row.corrected_ms);
  out.raw(row.digest);
  out.text(row.content);
  out.byte(row.verdict ? 1 : 0);
  out.text(row.verdict.value_or(std::string()));
  out.raw(row.record.uuid.bytes);
  add_optional(out, row.version);
  out.signed_number(row.base);
  add_optional(out, row.filed_under);
  out.raw(row.person.uuid.bytes);
  if (row.mended) out.text(*row.mended);
  if (row.schema_version != 1) out.signed_number(row.schema_version);
  return hashing.sha256(out.bytes());
}

std::uint64_t seal_of(const Digest& row_digest) {
  std::uint64_t number = 0;
  for (std::size_t at = 0; at < 8; ++at) number = number << 8U | row_digest[at];
  return number;
}

std::uint64_t seal_of(const ChangeRow& row, const domain::Hashing& hashing) {
  return seal_of(row_digest(row, hashing));
}

sync::AppliedChange applied_change(const ChangeRow& row, const Names& names) {
  sync::AppliedChange applied;
  applied.change = change_of(row, names);
  applied.stamp = {row.device, row.person, row.life, row.seq, row.version.value_or(0), row.base};
  applied.corrected_ms = row.corrected_ms;
  if (row.filed_under) applied.filed_under = unit_of_packed(static_cast<std::uint64_t>(*row.filed_under));
  return applied;
}

sync::WaitingChange waiting_change(const ChangeRow& row, const Names& names) {
  const sync::Verdict verdict = verdict_of(row.verdict, names);
  return {change_of(row, names),
          row.device,
          row.person,
          row.life,
          row.corrected_ms,
          row.arrival_ms,
          verdict.fault ? verdict.fault->code : std::string()};
}

sync::Verdict verdict_of(const std::optional<std::string>& packed, const Names& names) {
  return packed ? sync::read_verdict(value_of_blob(*packed, names)) : sync::Verdict{};
}

sync::Record record_of(const Query& query, int first, const Names& names) {
  sync::Record record;
  record.id = query.id<domain::RecordId>(first);
  record.collection = &names.collection(static_cast<std::uint64_t>(query.integer(first + 1)));
  record.version = query.integer(first + 2);
  record.live = query.integer(first + 3) != 0;
  read_record_state(record, query.bytes(first + 4), names);
  return record;
}

std::uint64_t record_seal(const sync::Record& record, NameNo collection, std::int64_t stream, std::int64_t position,
                          std::string_view state, const domain::Hashing& hashing) {
  ByteWriter out;
  out.raw(record.id.uuid.bytes);
  out.number(collection);
  out.signed_number(stream);
  out.signed_number(position);
  out.signed_number(record.version);
  out.byte(record.live ? 1 : 0);
  out.raw(state);
  return digest_number(hashing, out.bytes());
}

}  // namespace suoi::storage
