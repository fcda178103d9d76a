// Bitstring status lists (W3C Bitstring Status List 1.0): which certificates are suspended, superseded or revoked, told
// to strangers without naming anybody.
//
// Shapes:  a BitstringStatusListCredential in JSON with the two proofs of open_badge.hpp; the bits, the first one the
//          highest of the first byte, compressed by gzip, at least 131,072 of them, so that a request for the list
//          tells nobody which certificate is being looked at. Made at a time, good for a day.
// Threads: pure functions.
// Errors:  nullopt for a list that is not exactly of this form, not signed by a known key, or larger than a list can
// be;
//          std::invalid_argument for an index that is negative or beyond any list.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "suoi/certs/open_badge.hpp"
#include "suoi/domain/status_place.hpp"

namespace suoi::certs {

inline constexpr std::size_t kStatusBitsMin = 131072;
inline constexpr std::size_t kStatusBitsMax = 16777216;
inline constexpr std::size_t kStatusListBytesMax = 4194304;
inline constexpr std::int64_t kStatusListLifeMs = 24LL * 60 * 60 * 1000;

class StatusBits {
 public:
  explicit StatusBits(std::size_t bits = kStatusBitsMin) : bytes_(bits / 8, '\0') {}
  static StatusBits of_bytes(std::string bytes);

  // Grows in steps of kStatusBitsMin where the index lies beyond.
  void set(std::int64_t index);
  bool holds(std::int64_t index) const;
  // False beyond the end.
  bool at(std::int64_t index) const;
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

struct StatusList {
  std::int64_t list = 0;  // the number in its address
  domain::StatusPurpose purpose = domain::StatusPurpose::revocation;
  std::int64_t as_of_ms = 0;  // whole seconds
  StatusBits bits;
};

std::string status_list_credential(const StatusList& list, const BadgeIssuer& issuer);
// The bytes that eddsa-rdfc-2022 signs a digest of; for comparison with other implementations.
std::string status_list_quads(const StatusList& list, const std::string& did);
std::optional<StatusList> read_status_list(std::string_view json, const std::vector<BadgeKey>& keys);

// What lists say of a certificate; a list of another number says nothing. `as_of_ms` of the result is the oldest of the
// lists of revocations and suspensions that speak of it, 0 where one of them is missing or too short.
StatusKnowledge knowledge_of(const std::vector<StatusList>& lists, const std::optional<StatusEntry>& entry);

}  // namespace suoi::certs
