#include "suoi/client/ids.hpp"

#include <algorithm>

#include "suoi/certs/hashing.hpp"
#include "suoi/domain/catalogue.hpp"
#include "suoi/domain/value.hpp"

namespace suoi::client {
namespace {

using domain::Value;

template <std::size_t kSize>
void fill(std::array<std::uint8_t, kSize>& bytes) {
  const std::string random = certs::random_bytes(kSize);
  std::transform(random.begin(), random.end(), bytes.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
}

}  // namespace

domain::RecordId new_record_id(std::int64_t wall_ms) {
  domain::RecordId id;
  auto& bytes = id.uuid.bytes;
  fill(bytes);
  for (std::size_t i = 0; i < 6; ++i) bytes[i] = static_cast<std::uint8_t>(wall_ms >> (40 - 8 * i) & 0xff);
  bytes[6] = static_cast<std::uint8_t>(0x70 | (bytes[6] & 0x0f));
  bytes[8] = static_cast<std::uint8_t>(0x80 | (bytes[8] & 0x3f));
  return id;
}

domain::Incarnation new_incarnation() {
  domain::Incarnation incarnation;
  fill(incarnation.bytes);
  return incarnation;
}

domain::RecordId derived_id(std::string_view collection, const std::vector<domain::RecordId>& from) {
  std::string name(collection);
  for (const domain::RecordId& id : from) name += ":" + id.text();
  return {domain::uuid_v5(certs::openssl_hashing(), domain::Catalogue::id_namespace(), name)};
}

domain::DeviceId device_id(const certs::PublicKey& key) {
  return {domain::uuid_v5(certs::openssl_hashing(), domain::Catalogue::id_namespace(), key.thumbprint())};
}

std::string approval_digest(const domain::RecordId& activity, const domain::RecordId& person,
                            std::vector<AttendedInterval> attendance) {
  std::sort(attendance.begin(), attendance.end(),
            [](const AttendedInterval& a, const AttendedInterval& b) { return a.id < b.id; });
  Value::Array list;
  for (const AttendedInterval& one : attendance) {
    list.emplace_back(Value::Array{Value(one.id.text()), Value(one.from_ms), Value(one.to_ms)});
  }
  const auto digest = certs::sha256(domain::canonical_json(Value::Object{
      {"activity", Value(activity.text())}, {"attendance", Value(std::move(list))}, {"person", Value(person.text())}}));
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const std::uint8_t byte : digest) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

}  // namespace suoi::client
