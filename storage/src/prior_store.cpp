#include "prior_store.hpp"

#include "audit_chain.hpp"
#include "bytes.hpp"
#include "files.hpp"
#include "keyring.hpp"
#include "personal_values.hpp"
#include "record_codec.hpp"
#include "schema.hpp"
#include "sealed_pages.hpp"
#include "tables.hpp"
#include "value_codec.hpp"

namespace suoi::storage {
namespace {

constexpr char kAlone[] = "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=DELETE; BEGIN EXCLUSIVE; COMMIT";
constexpr char kCopy[] = "VACUUM INTO ?";
constexpr char kHasMeta[] = "SELECT value FROM meta WHERE key = ?";
constexpr char kPutMeta[] = "INSERT INTO meta (key, value) VALUES (?, 1) ON CONFLICT DO NOTHING";
constexpr char kAnything[] = "SELECT count(*) FROM (SELECT 1 FROM change LIMIT 1)";
constexpr char kRecords[] = "SELECT id, collection, version, live, state, stream, position FROM record";
constexpr char kSetRecord[] = "UPDATE record SET state = ?, seal = ? WHERE id = ?";
constexpr char kChanges[] = "SELECT * FROM stored_change ORDER BY no";
constexpr char kSetChange[] = "UPDATE change SET digest = ?, content = ?, mended = ?, seal = ? WHERE no = ?";
constexpr char kPlaceChanges[] =
    "UPDATE change SET stream = ifnull((SELECT stream FROM record WHERE record.id = change.record), 0)"
    " WHERE version IS NOT NULL";

constexpr const char* kSealed = "personal_sealed";
constexpr const char* kChained = "audit_chained";

bool has_meta(Connection& connection, const char* key) {
  return Query(connection, kHasMeta, key).step();
}

class Completion {
 public:
  Completion(Connection& connection, const Context& context) : connection_(connection), context_(context) {}

  void seal() {
    const Seal seal = [this](const domain::Uuid& subject, const domain::Value& value) {
      return sealed_value(connection_, context_, subject, value);
    };
    seal_records(seal);
    seal_changes(seal);
  }

  void chain() {
    connection_.execute("DELETE FROM audit_chain");
    connection_.execute(kPlaceChanges);
    for (const auto& [stream, chain] : walk_chains(connection_, context_, {})) store_chain(connection_, stream, chain);
  }

 private:
  void seal_records(const Seal& seal) {
    Query query(connection_, kRecords);
    while (query.step()) {
      const sync::Record record = record_of(query, 0, context_.names);
      const auto sealed = sealed_record(record, context_.catalogue, seal);
      if (!sealed) continue;
      const std::string state = record_state(*sealed, context_.names);
      const auto row_seal = record_seal(record, context_.names.number(*record.collection), query.integer(5),
                                        query.integer(6), state, context_.hashing);
      run(connection_, kSetRecord, Blob{state}, static_cast<std::int64_t>(row_seal), blob(record.id));
    }
  }

  void seal_changes(const Seal& seal) {
    Query query(connection_, kChanges);
    while (query.step()) {
      ChangeRow row = change_row(query);
      const domain::Value content = value_of_blob(row.content, context_.names);
      const auto record = Tables(connection_, context_).record(row.record);
      const sync::Record* after = record ? &*record : nullptr;
      const auto sealed = sealed_content(content, context_.catalogue, row.record, after, seal);
      const bool mended = row.mended && seal_mended(row, seal);
      if (!sealed && !mended) continue;
      if (sealed) {
        row.content = value_blob(*sealed, context_.names);
        row.digest = keyed_digest(connection_, context_, content, row.record, row.digest);
      }
      run(connection_, kSetChange, blob(row.digest), Blob{row.content},
          row.mended ? std::optional(Blob{*row.mended}) : std::nullopt,
          static_cast<std::int64_t>(seal_of(row, context_.hashing)), row.no);
    }
  }

  bool seal_mended(ChangeRow& row, const Seal& seal) {
    const domain::Value content = value_of_blob(*row.mended, context_.names);
    const auto sealed = sealed_content(content, context_.catalogue, row.record, nullptr, seal);
    if (sealed) row.mended = value_blob(*sealed, context_.names);
    return sealed.has_value();
  }

  Connection& connection_;
  const Context& context_;
};

}  // namespace

void seal_prior_pages(const std::filesystem::path& file) {
  if (has_sealed_pages(file)) return;
  const std::filesystem::path unfinished = file.string() + ".part";
  remove_database(unfinished);
  try {
    Connection prior(file, Access::read_write);
    require_store(prior);
    prior.execute(kAlone);  // no other process may go on with a file that is replaced
    prior.reserve_page_seals();
    make_private_file(unfinished);
    run(prior, kCopy, unfinished.string());
    Connection(unfinished, Access::read_write).execute(kMarkSealed);
    sync_to_disk(unfinished);
    std::filesystem::rename(unfinished, file);
    sync_to_disk(file.parent_path());
  } catch (...) {
    remove_database(unfinished);
    throw;
  }
}

void complete_prior_store(Connection& connection, const Context& context) {
  const bool may_seal = context.keyring->has_master();
  if (may_seal && has_meta(connection, kSealed)) return context.keyring->require_master(connection);
  if (!may_seal && has_meta(connection, kChained)) return;
  const bool prior = connection.scalar(kAnything) > 0;
  Changing changing(connection);
  context.keyring->require_master(connection);
  Completion completion(connection, context);
  if (prior && may_seal) completion.seal();
  if (prior) completion.chain();
  if (may_seal) run(connection, kPutMeta, kSealed);
  run(connection, kPutMeta, kChained);
  changing.commit();
  context.keyring->settle_group(true);
  // What was readable until now must not stay behind in free pages.
  if (prior && may_seal) {
    connection.execute("VACUUM");
    connection.empty_log();
  }
}

}  // namespace suoi::storage
