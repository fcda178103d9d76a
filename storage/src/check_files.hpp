// The part of check() that looks at uploads and files: all bytes there, in one piece, and what their name says.
#pragma once

#include <functional>

#include "rows.hpp"

namespace suoi::storage {

// Sets `files` and `files_awaited` of the report; tells of each fault in plain words.
void check_files(Connection& connection, const domain::Hashing& hashing, Store::CheckReport& report,
                 const std::function<void(std::string)>& problem);

}  // namespace suoi::storage
