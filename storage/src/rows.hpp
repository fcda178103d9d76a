// Rows of the two large tables, between SQLite's columns and the types of `sync`.
//
// Threads: values. Errors: StoreFault for stored bytes that the writer never makes.
#pragma once

#include <optional>
#include <string>

#include "names.hpp"
#include "sqlite.hpp"
#include "suoi/sync/plan.hpp"

namespace suoi::storage {

struct Context {
  const domain::Catalogue& catalogue;
  domain::Hashing hashing;
  std::function<void(std::span<std::uint8_t>)> random_bytes;
  const Names& names;
  Keyring* keyring = nullptr;  // null where nothing is written and sealed values are not needed
};

// A row of `change`, blobs still packed; `no` and `device` are not part of what is stored there.
struct ChangeRow {
  std::int64_t no = 0;
  sync::LifeNo life = 0;
  std::int64_t seq = 0;
  std::int64_t arrival_ms = 0;
  std::int64_t corrected_ms = 0;
  Digest digest{};
  std::string content;
  std::optional<std::string> verdict;  // nothing: plainly applied
  domain::RecordId record;
  std::optional<std::int64_t> version;  // nothing: kept aside
  std::int64_t base = 0;
  std::optional<std::int64_t> filed_under;
  domain::PersonId person;
  std::uint64_t seal = 0;
  domain::DeviceId device;
  std::int64_t schema_version = 1;
  std::optional<std::string> mended;  // what a person made of `content` before it was released
  std::int64_t stream = 0;            // of the record when the change was stored; 0: kept aside
};

// Of a query over all columns of `stored_change`, in their order.
ChangeRow change_row(const Query& query);
ChangeRow change_row(const sync::PlannedChange& planned, const Names& names);
// Over everything in the row but seal and stream; the seal is its beginning.
Digest row_digest(const ChangeRow& row, const domain::Hashing& hashing);
std::uint64_t seal_of(const Digest& row_digest);
std::uint64_t seal_of(const ChangeRow& row, const domain::Hashing& hashing);
sync::AppliedChange applied_change(const ChangeRow& row, const Names& names);
sync::WaitingChange waiting_change(const ChangeRow& row, const Names& names);
sync::Verdict verdict_of(const std::optional<std::string>& packed, const Names& names);

// Of a query whose columns from `first` on are id, collection, version, live, state.
sync::Record record_of(const Query& query, int first, const Names& names);
// Over everything in the row of a record but the seal itself.
std::uint64_t record_seal(const sync::Record& record, NameNo collection, std::int64_t stream, std::int64_t position,
                          std::string_view state, const domain::Hashing& hashing);

}  // namespace suoi::storage
