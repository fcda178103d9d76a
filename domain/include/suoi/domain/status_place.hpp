// Where the state of a certificate is told to strangers: which status list, and which place in it.
//
// Shapes:  a list's number is year, province and purpose as digits: 26 12 1 is the list of revocations of the
//          certificates that province 12 numbered in 2026. The place follows from the number of the certificate, so it
//          needs no count of its own: 12-2026-000001 stands at 0 in the lists 26121, 26122 and 26123.
// Threads: pure functions.
// Errors:  nullopt where a province's code is no number of two digits, or a year lies outside 2000 to 2099.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "suoi/domain/admin_units.hpp"

namespace suoi::domain {

enum class StatusPurpose { revocation = 1, suspension = 2, supersession = 3 };
const char* name_of(StatusPurpose purpose);

struct StatusPlace {
  std::int64_t list = 0;  // that of revocations; the other purposes follow it
  std::int64_t index = 0;
};

// `count`: the running number of a certificate within its province and year, from 1.
std::optional<StatusPlace> status_place(const UnitKey& province, int year, std::int64_t count);

struct StatusListName {
  std::string numbers_begin;  // "12-2026-": how the numbers begin of the certificates that the list speaks of
  StatusPurpose purpose = StatusPurpose::revocation;
};
std::optional<StatusListName> parse_status_list(std::string_view digits);

// Index of a certificate in its lists; nullopt where its number does not begin so, or does not go on with digits alone.
std::optional<std::int64_t> index_in_list(const StatusListName& list, std::string_view number);

}  // namespace suoi::domain
