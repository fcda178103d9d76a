// Compares everything in a store that follows from something else.
//
// Threads: the connection's; inside a read transaction, so that the answer is about one state.
// Errors:  what is wrong with the data is in the report; StoreFault only where the disk cannot be read.
#pragma once

#include <filesystem>
#include <functional>
#include <span>

#include "rows.hpp"
#include "sqlite.hpp"
#include "suoi/storage/store.hpp"

namespace suoi::storage {

using Progress = std::function<void(std::int64_t done, std::int64_t total)>;

// `altered`: the pages that do not fit their seals.
Store::CheckReport check_store(Connection& connection, const Context& context, std::span<const std::int64_t> altered,
                               const Progress& progress);

// The same for a copy that nobody else uses, and that has no log beside it; looks for altered pages as well.
Store::CheckReport check_copy(Connection& connection, const std::filesystem::path& file, const Store::Options& options,
                              const Progress& progress);

}  // namespace suoi::storage
