// Whether the transparency log is whole; private to this module.
#pragma once

#include <optional>
#include <string>

#include "sqlite.hpp"

namespace suoi::storage {

// What is wrong: an entry that is missing, or a hash that does not follow from the entries. Reads all of the log.
std::optional<std::string> fault_in_log(Connection& connection);

}  // namespace suoi::storage
