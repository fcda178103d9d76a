#include <algorithm>

#include "bytes.hpp"
#include "tables.hpp"

namespace suoi::storage {
namespace {

constexpr char kMeta[] = "SELECT value FROM meta WHERE key = ?";
constexpr char kDevice[] =
    "SELECT id, person, jwk, name, platform, created, last_seen, token_until, revoked, stolen FROM device"
    " WHERE id = ?";
constexpr char kDeviceByToken[] =
    "SELECT id, person, jwk, name, platform, created, last_seen, token_until, revoked, stolen FROM device"
    " WHERE token_hash = ?";
constexpr char kDevices[] =
    "SELECT id, person, jwk, name, platform, created, last_seen, token_until, revoked, stolen FROM device"
    " WHERE id <> ? ORDER BY created, id";
constexpr char kLife[] =
    "SELECT no, device, acked, safe, last_corrected FROM life WHERE device = ? AND incarnation = ?";
constexpr char kLifeByNo[] = "SELECT no, device, acked, safe, last_corrected FROM life WHERE no = ?";
constexpr char kContinues[] = "SELECT continues_no, continues_seq FROM life WHERE no = ?";
constexpr char kSyncs[] = "SELECT clock, arrival FROM device_sync WHERE device = ? ORDER BY clock";

Device device_of(const Query& query) {
  Device device;
  device.id = query.id<domain::DeviceId>(0);
  device.person = query.id<domain::PersonId>(1);
  device.jwk = query.text(2);
  device.name = query.text(3);
  device.platform = query.text(4);
  device.created_ms = query.integer(5);
  device.last_seen_ms = query.integer(6);
  device.token_until_ms = query.integer(7);
  device.revoked_ms = query.maybe_integer(8);
  device.stolen = query.integer(9) != 0;
  return device;
}

Life life_row(const Query& query) {
  Life life;
  life.no = static_cast<sync::LifeNo>(query.integer(0));
  life.device = query.id<domain::DeviceId>(1);
  life.acked = query.integer(2);
  life.safe = query.integer(3);
  life.last_corrected_ms = query.integer(4);
  return life;
}

}  // namespace

const Epoch& Tables::epoch() {
  if (epoch_) return *epoch_;
  Query number(connection_, kMeta, "epoch_number");
  Query id(connection_, kMeta, "epoch_id");
  if (!number.step() || !id.step()) throw_damaged("it has no epoch");
  return epoch_.emplace(Epoch{number.integer(0), std::string(id.text(0))});
}

domain::DeviceId Tables::server_device() {
  if (server_device_) return *server_device_;
  Query query(connection_, kMeta, "server_device");
  if (!query.step()) throw_damaged("it has no device of its own");
  return server_device_.emplace(query.id<domain::DeviceId>(0));
}

std::optional<Device> Tables::device(const domain::DeviceId& id) {
  Query query(connection_, kDevice, blob(id));
  return query.step() ? std::optional(device_of(query)) : std::nullopt;
}

std::optional<Device> Tables::device_by_token(const Digest& token_hash) {
  Query query(connection_, kDeviceByToken, blob(token_hash));
  return query.step() ? std::optional(device_of(query)) : std::nullopt;
}

std::vector<Device> Tables::devices() {
  std::vector<Device> all;
  Query query(connection_, kDevices, blob(server_device()));
  while (query.step()) all.push_back(device_of(query));
  return all;
}

std::optional<Life> Tables::life(const domain::DeviceId& device, const domain::Incarnation& incarnation) {
  Query query(connection_, kLife, blob(device), blob(incarnation.bytes));
  return query.step() ? std::optional(life_row(query)) : std::nullopt;
}

std::optional<Life> Tables::life(sync::LifeNo no) {
  Query query(connection_, kLifeByNo, no);
  return query.step() ? std::optional(life_row(query)) : std::nullopt;
}

std::vector<sync::Ancestor> Tables::ancestors(sync::LifeNo life) {
  std::vector<sync::Ancestor> found;
  for (;;) {
    Query query(connection_, kContinues, life);
    if (!query.step() || query.is_null(0)) return found;
    life = static_cast<sync::LifeNo>(query.integer(0));
    // Lives that continue each other in a ring: a phone may claim that, and the list has to end.
    const auto known = [&](const sync::Ancestor& ancestor) { return ancestor.life == life; };
    if (std::any_of(found.begin(), found.end(), known)) return found;
    found.push_back({life, query.integer(1)});
  }
}

sync::ClockHistory Tables::clock_history(const domain::DeviceId& device, sync::LifeNo life_no) {
  sync::ClockHistory history;
  // What is kept grows in clock and in arrival alike (sync::remember_sync), so this is the order of arrival.
  Query query(connection_, kSyncs, blob(device));
  while (query.step()) history.syncs.push_back({query.integer(0), query.integer(1)});
  if (const auto known = life(life_no)) history.last_corrected_ms = known->last_corrected_ms;
  return history;
}

std::optional<std::int64_t> Tables::last_verified_backup_ms() {
  Query query(connection_, kMeta, "last_verified_backup");
  return query.step() ? std::optional(query.integer(0)) : std::nullopt;
}

std::int64_t Tables::taken_up_version() {
  Query query(connection_, kMeta, "taken_up_version");
  return query.step() ? query.integer(0) : 0;
}

}  // namespace suoi::storage
