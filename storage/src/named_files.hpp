// Which files a record names, and the table that finds the records of a file.
//
// Threads: the writer's. Errors: StoreFault.
#pragma once

#include <vector>

#include "rows.hpp"

namespace suoi::storage {

// Of every value that nobody has overruled yet, sorted; also for check().
std::vector<FileDigest> named_files(const sync::Record& record);

// `before` is null for a new record.
void write_named_files(Connection& connection, const sync::Record* before, const sync::Record& after);
// Fills the table from all records.
void note_named_files(Connection& connection, const Names& names);

}  // namespace suoi::storage
