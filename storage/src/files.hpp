// What the store asks of the file system beside SQLite.
//
// Shapes:  folders are made with mode 0700, files with 0600.
// Errors:  StoreFault with the system's reason; `is_full` where there was no room.
#pragma once

#include <filesystem>
#include <string_view>

namespace suoi::storage {

[[noreturn]] void throw_system(std::string_view doing);

void make_private_folder(const std::filesystem::path& folder);
// Makes an empty file; it must not be there yet.
void make_private_file(const std::filesystem::path& file);
// Copies into a file that must not be there yet.
void copy_privately(const std::filesystem::path& from, const std::filesystem::path& to);
// Makes what was written to a file, or the names in a folder, survive a power cut.
void sync_to_disk(const std::filesystem::path& path);
// Gives a file its final name, unless that is taken; durable on return. False: it is taken.
bool publish(const std::filesystem::path& from, const std::filesystem::path& to);
// Removes a database and the files that SQLite keeps beside it, as far as they are there.
void remove_database(const std::filesystem::path& file);

}  // namespace suoi::storage
