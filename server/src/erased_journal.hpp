// The journal of people who were erased: DIR/erased, one id a line. It stands outside the store and its backups.
//
// Threads: any; each line is appended at once. Errors: CommandFault where the file cannot be written or read.
#pragma once

#include <filesystem>
#include <vector>

#include "suoi/domain/id.hpp"

namespace suoi::server {

std::filesystem::path erased_file(const std::filesystem::path& directory);
// Durable when it returns; an id that is there already is not written again.
void note_erased(const std::filesystem::path& directory, const domain::PersonId& person);
std::vector<domain::PersonId> noted_erased(const std::filesystem::path& directory);

}  // namespace suoi::server
