// Compares everything in a store that follows from something else.
//
// Threads: the connection's; inside a read transaction, so that the answer is about one state.
// Errors:  what is wrong with the data is in the report; StoreFault only where the disk cannot be read.
#pragma once

#include <functional>

#include "rows.hpp"
#include "sqlite.hpp"
#include "suoi/storage/store.hpp"

namespace suoi::storage {

using Progress = std::function<void(std::int64_t done, std::int64_t total)>;

Store::CheckReport check_store(Connection& connection, const Context& context, const Progress& progress);

// The same for a copy that nobody else uses.
Store::CheckReport check_copy(Connection& connection, const Store::Options& options, const Progress& progress);

}  // namespace suoi::storage
