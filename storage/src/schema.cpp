#include "schema.hpp"

#include <algorithm>
#include <array>

#include "bytes.hpp"
#include "migrations/migration_1.hpp"
#include "migrations/migration_2.hpp"
#include "migrations/migration_3.hpp"
#include "migrations/migration_4.hpp"
#include "migrations/migration_5.hpp"
#include "migrations/migration_6.hpp"
#include "migrations/migration_7.hpp"
#include "named_files.hpp"
#include "sealed_pages.hpp"

namespace suoi::storage {
namespace {

constexpr std::int64_t kApplicationId = 0x53756F69;  // "Suoi"
constexpr char kSetApplicationId[] = "PRAGMA application_id=1400205161";
constexpr std::array<const char*, kSchemaVersion> kMigrations = {kMigration1, kMigration2, kMigration3, kMigration4,
                                                                 kMigration5, kMigration6, kMigration7};

constexpr std::int64_t kNamedFilesSince = 2;  // the schema version; older stores list them when they are migrated

constexpr char kPutMeta[] =
    "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value";
// Stores from before past epochs were remembered know only the present one.
constexpr char kRememberEpoch[] =
    "INSERT INTO meta (key, value) SELECT 'epoch_id_' || number.value, id.value FROM meta AS number, meta AS id"
    " WHERE number.key = 'epoch_number' AND id.key = 'epoch_id' ON CONFLICT DO NOTHING";
constexpr char kAddName[] = "INSERT INTO name (text) VALUES (?) ON CONFLICT DO NOTHING";
constexpr char kAddVersion[] = "INSERT INTO schema_migration (version) VALUES (?)";
constexpr char kAddServerDevice[] =
    "INSERT INTO device (id, person, jwk, name, platform, created, last_seen, token_until, stolen)"
    " VALUES (?, zeroblob(16), '', 'server', 'server', 0, 0, 0, 0)";
constexpr char kAddServerLife[] =
    "INSERT INTO life (no, device, incarnation, acked, safe, last_corrected) VALUES (1, ?, ?, 0, 0, ?)";

std::array<std::uint8_t, 16> random_id(const RandomBytes& random_bytes) {
  std::array<std::uint8_t, 16> bytes{};
  random_bytes(bytes);
  return bytes;
}

domain::DeviceId random_device(const RandomBytes& random_bytes) {
  domain::DeviceId device{{random_id(random_bytes)}};
  // RFC 9562, section 5.4: version 4, variant 10.
  device.uuid.bytes[6] = static_cast<std::uint8_t>((device.uuid.bytes[6] & 0x0FU) | 0x40U);
  device.uuid.bytes[8] = static_cast<std::uint8_t>((device.uuid.bytes[8] & 0x3FU) | 0x80U);
  return device;
}

std::string past_epoch_key(std::int64_t number) {
  return "epoch_id_" + std::to_string(number);
}

void put_epoch(Connection& connection, std::int64_t number, const RandomBytes& random_bytes) {
  const std::string digits = domain::Incarnation{random_id(random_bytes)}.text().substr(0, 16);
  run(connection, kPutMeta, "epoch_number", number);
  const std::string id = std::to_string(number) + "-" + digits;
  run(connection, kPutMeta, "epoch_id", id);
  run(connection, kPutMeta, past_epoch_key(number), id);
}

void apply_migrations(Connection& connection, std::int64_t from) {
  for (std::int64_t version = from; version < kSchemaVersion; ++version) {
    connection.execute(kMigrations[static_cast<std::size_t>(version)]);
    run(connection, kAddVersion, version + 1);
  }
}

void complete_names(Connection& connection, const domain::Catalogue& catalogue) {
  for (const std::string& word : Names::wanted(catalogue)) run(connection, kAddName, word);
}

}  // namespace

void found_store(Connection& connection, const domain::Catalogue& catalogue, const RandomBytes& random_bytes) {
  connection.reserve_page_seals();
  connection.execute(kMarkSealed);
  connection.execute(kSetApplicationId);
  Changing changing(connection);
  connection.execute("CREATE TABLE schema_migration (version INTEGER PRIMARY KEY)");
  apply_migrations(connection, 0);
  complete_names(connection, catalogue);
  put_epoch(connection, 0, random_bytes);
  const domain::DeviceId server = random_device(random_bytes);
  run(connection, kPutMeta, "server_device", blob(server));
  run(connection, kAddServerDevice, blob(server));
  run(connection, kAddServerLife, blob(server), blob(random_id(random_bytes)), INT64_MIN);
  changing.commit();
}

void require_store(Connection& connection) {
  if (connection.scalar("PRAGMA application_id") != kApplicationId) throw StoreFault("this is no store", false);
  if (connection.scalar("SELECT max(version) FROM schema_migration") > kSchemaVersion) {
    throw StoreFault("a newer release wrote this store; this one cannot open it", false);
  }
}

void migrate(Connection& connection, const domain::Catalogue& catalogue) {
  require_store(connection);
  Changing changing(connection);
  const std::int64_t before = connection.scalar("SELECT max(version) FROM schema_migration");
  apply_migrations(connection, before);
  connection.execute(kRememberEpoch);
  complete_names(connection, catalogue);
  if (before < kNamedFilesSince) note_named_files(connection, load_names(connection, catalogue));
  changing.commit();
}

void begin_epoch(Connection& connection, std::int64_t above, const RandomBytes& random_bytes) {
  const std::int64_t present = connection.scalar("SELECT value FROM meta WHERE key = 'epoch_number'");
  put_epoch(connection, std::max(present, above) + 1, random_bytes);
  connection.execute("UPDATE stream SET before_epoch = head");
}

Names load_names(Connection& connection, const domain::Catalogue& catalogue) {
  std::vector<std::pair<NameNo, std::string>> rows;
  Query query(connection, "SELECT no, text FROM name");
  while (query.step()) rows.emplace_back(static_cast<NameNo>(query.integer(0)), query.text(1));
  return {catalogue, rows};
}

}  // namespace suoi::storage
