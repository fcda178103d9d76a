#include "store_fixture.hpp"

#include <sqlite3.h>

#include <cstring>
#include <random>

#include "suoi/certs/hashing.hpp"

namespace suoi::storage::test {
namespace {

using domain::Value;

domain::Uuid uuid_of(std::uint64_t kind, std::uint64_t n) {
  domain::Uuid uuid;
  for (unsigned at = 0; at < 6; ++at)
    uuid.bytes[at] = static_cast<std::uint8_t>((n + 0x0190'0000'0000) >> (40 - 8 * at));
  for (unsigned at = 0; at < 8; ++at) uuid.bytes[8 + at] = static_cast<std::uint8_t>((kind << 48 | n) >> (56 - 8 * at));
  uuid.bytes[6] = 0x70;
  uuid.bytes[8] = static_cast<std::uint8_t>(0x80U | (uuid.bytes[8] & 0x3FU));
  return uuid;
}

sync::Authority everywhere() {
  sync::Assignment coordinator;
  coordinator.role = domain::Role::coordinator;
  coordinator.unit = unit("2025:12");
  return {false, {coordinator}};
}

Value::Object members_of(const Edit& edit, std::int64_t seq, std::int64_t at_ms) {
  Value::Object members{{"seq", Value(seq)},
                        {"at", Value(at_ms)},
                        {"collection", Value(edit.collection)},
                        {"record", Value(edit.record.text())},
                        {"base", Value(edit.base)}};
  if (edit.is_delete) {
    members.emplace("delete", true);
    members.emplace("reason", "entered twice");
  } else {
    members.emplace("set", Value(edit.set));
  }
  return members;
}

}  // namespace

ScratchFolder::ScratchFolder() {
  std::random_device random;
  path_ = std::filesystem::temp_directory_path() /
          ("suoi-store-" + std::to_string(random()) + "-" + std::to_string(random()));
  std::filesystem::create_directory(path_);
}

ScratchFolder::~ScratchFolder() {
  std::filesystem::remove_all(path_);
}

Store::Options options() {
  Store::Options options;
  options.catalogue = &domain::release_catalogue();
  options.hashing = certs::openssl_hashing();
  options.random_bytes = [](std::span<std::uint8_t> bytes) {
    const std::string random = certs::random_bytes(bytes.size());
    std::memcpy(bytes.data(), random.data(), bytes.size());
  };
  static const certs::SecretBox kMaster(std::string(32, 'm'));
  options.master = &kMaster;
  return options;
}

const sync::Rules& rules() {
  static const auto units = domain::AdminUnits::embedded();
  static const sync::Rules rules{domain::release_catalogue(), *units, certs::openssl_hashing()};
  return rules;
}

domain::UnitKey unit(std::string_view text) {
  return domain::UnitKey::parse(text).value();
}

sync::StreamKey stream(std::string_view text) {
  return sync::StreamKey::parse(text).value();
}

domain::RecordId record_id(std::uint64_t n) {
  return {uuid_of(1, n)};
}

Phone::Phone(std::uint64_t n) : device{uuid_of(2, n)}, person{uuid_of(3, n)} {
  incarnation.bytes = uuid_of(4, n).bytes;
}

sync::MergePlan submit(Transaction& transaction, Phone& phone, const std::vector<Edit>& edits) {
  if (!transaction.device(phone.device)) {
    Device device;
    device.id = phone.device;
    device.person = phone.person;
    transaction.put_device(device, certs::sha256(phone.device.text()));
  }
  const Life life = transaction.open_life(phone.device, phone.incarnation);
  sync::ChangeSet set;
  set.author = {phone.device, phone.person, life.no, everywhere()};
  set.arrival_ms = phone.clock_ms + 1'000;
  std::int64_t seq = life.acked;
  for (const Edit& edit : edits) {
    phone.clock_ms += 1'000;
    Value content = members_of(edit, ++seq, phone.clock_ms);
    sync::TimedChange timed{sync::read_change(content, seq), phone.clock_ms};
    timed.change.digest = certs::sha256(domain::canonical_json(content));
    set.changes.push_back(std::move(timed));
  }
  set.arrival_ms = phone.clock_ms + 1'000;
  sync::MergePlan plan = sync::plan_merge(transaction, set, rules());
  transaction.apply(plan);
  phone.last_seq = seq;
  return plan;
}

void commit(Store& store, const Store::Job& job) {
  const auto outcomes = store.commit_group(std::span(&job, 1));
  if (outcomes.front()) std::rethrow_exception(outcomes.front());
}

sync::MergePlan send(Store& store, Phone& phone, const std::vector<Edit>& edits) {
  sync::MergePlan plan;
  commit(store, [&](Transaction& transaction) { plan = submit(transaction, phone, edits); });
  return plan;
}

Edit new_activity(const domain::RecordId& id, std::string_view unit_text, std::string_view title) {
  return {"activity", id, 0, {{"unit", Value(unit_text)}, {"title", Value(title)}}, false};
}

Edit set_field(std::string_view collection, const domain::RecordId& id, std::int64_t base, std::string_view field,
               Value value) {
  return {std::string(collection), id, base, {{std::string(field), std::move(value)}}, false};
}

Edit delete_record(std::string_view collection, const domain::RecordId& id, std::int64_t base) {
  return {std::string(collection), id, base, {}, true};
}

std::vector<StreamEntry> page_of(Store& store, std::string_view stream_text, std::int64_t after) {
  return ask(store, [&](Reader& reader) { return reader.page(stream(stream_text), after, 1 << 30, 1 << 30); });
}

std::uint64_t recomputed_sum(Store& store, std::string_view stream_text) {
  std::uint64_t sum = 0;
  for (const StreamEntry& entry : page_of(store, stream_text)) {
    const auto digest = certs::sha256(entry.record.id.text() + ":" + std::to_string(entry.record.version));
    std::uint64_t part = 0;
    for (std::size_t at = 0; at < 8; ++at) part = part * 256 + digest[at];
    sum += part;
  }
  return sum;
}

void tamper(const std::filesystem::path& folder, const std::string& sql) {
  sqlite3* db = nullptr;
  if (sqlite3_open_v2((folder / "store.db").c_str(), &db, SQLITE_OPEN_READWRITE, nullptr) != SQLITE_OK) {
    sqlite3_close(db);
    throw std::runtime_error("cannot open the database");
  }
  // What it leaves in the log gets its seals when the store moves it.
  sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  char* message = nullptr;
  const int code = sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &message);
  const std::string what = message != nullptr ? message : "";
  sqlite3_free(message);
  sqlite3_close(db);
  if (code != SQLITE_OK) throw std::runtime_error(sql + ": " + what);
}

void back_to_first_schema(const std::filesystem::path& folder) {
  tamper(folder,
         // 2
         "DROP TABLE upload; DROP TABLE piece; DROP TABLE file; DROP TABLE file_from; DROP TABLE named_file;"
         // 3
         "DROP TABLE sign_in; DROP INDEX invitation_by; ALTER TABLE invitation DROP COLUMN inviter;"
         "ALTER TABLE invitation DROP COLUMN compared; ALTER TABLE invitation DROP COLUMN digits;"
         "ALTER TABLE invitation DROP COLUMN confirmed; ALTER TABLE invitation DROP COLUMN wrong_digits;"
         // 4
         "DROP TABLE slip_number;"
         // 5 and 6
         "DROP VIEW stored_change; DROP INDEX tombstone_by_age; DROP TABLE carried;"
         "ALTER TABLE tombstone DROP COLUMN buried; ALTER TABLE stream DROP COLUMN forgotten;"
         "ALTER TABLE change DROP COLUMN mended; ALTER TABLE change DROP COLUMN schema;"
         "DROP TABLE person_key; DROP TABLE erased; DROP TABLE audit_chain;"
         "DELETE FROM meta WHERE key IN ('erasures', 'personal_sealed', 'audit_chained', 'master_mark');"
         "ALTER TABLE change DROP COLUMN stream;"
         "CREATE VIEW stored_change AS SELECT c.no, c.life, c.seq, c.arrival, c.corrected, c.digest, c.content,"
         " c.verdict, c.record, c.version, c.base, c.filed_under, c.person, c.seal, l.device"
         " FROM change AS c JOIN life AS l ON l.no = c.life;"
         // 7
         "DROP INDEX certificate_to_log; ALTER TABLE certificate DROP COLUMN logged;"
         "DROP TABLE log_entry; DROP TABLE log_tile; DROP TABLE log_cosignature;"
         "DELETE FROM schema_migration WHERE version > 1");
}

}  // namespace suoi::storage::test
