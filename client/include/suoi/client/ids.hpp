// Ids and digests that a device makes by itself.
//
// Purpose: record ids of version 7 and 5, the id of a device, the digest that an approval carries.
// Source:  RFC 9562 sections 5.5 and 5.7 (UUIDs), RFC 7638 (thumbprint), RFC 8785 (canonical JSON).
// Threads: callable from any thread. Errors: std::runtime_error where there is no entropy.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "suoi/certs/signing_key.hpp"
#include "suoi/domain/id.hpp"

namespace suoi::client {

// A UUID of version 7: `wall_ms` (ms since 1970 UTC), then 74 random bits.
domain::RecordId new_record_id(std::int64_t wall_ms);

domain::Incarnation new_incarnation();

// The id of a record that follows from others: version 5 of "collection:uuid:uuid…".
domain::RecordId derived_id(std::string_view collection, const std::vector<domain::RecordId>& from);

// Version 5 of the key's thumbprint, so that enrolling again with one key gives the same device.
domain::DeviceId device_id(const certs::PublicKey& key);

struct AttendedInterval {
  domain::RecordId id;  // of the attendance record
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;
};

// SHA-256 of the canonical form of {activity, person, attendance: [id, from, to] sorted by id}, as 64 hex digits.
std::string approval_digest(const domain::RecordId& activity, const domain::RecordId& person,
                            std::vector<AttendedInterval> attendance);

}  // namespace suoi::client
