// Seals on the pages of a database file: what a disk altered is noticed when it is read, and never served.
//
// Purpose: SQLite keeps no sums of its pages, so a flipped bit in a value reads as another value. The last 8 bytes of
//          each page hold the CRC-32 (ISO 3309) of what stands before them and the number of the page. They are written
//          and looked at between SQLite and the file (a VFS around the one that is SQLite's default at that time).
// Shapes:  only database files have seals; the log beside them has SQLite's own sums. A file is known as sealed by its
//          `user_version`, so that no single flipped bit takes its seals away. A page of zeros was never written.
// Threads: any.
// Errors:  a page that does not fit its seal is a StoreFault with `is_damaged` for whoever reads it through a
//          Connection. Whoever writes without seals damages the file; a program that closes it last writes its log.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace suoi::storage {

inline constexpr std::int64_t kPageBytes = 4096;
inline constexpr int kPageSealBytes = 8;
inline constexpr char kMarkSealed[] = "PRAGMA user_version=1";

// The name of the VFS, registered when first asked for.
const char* sealed_pages_vfs();

// Whether the pages of a database file have seals. A new (empty) file gets them.
bool has_sealed_pages(const std::filesystem::path& file);

// Looks at the pages of a file past SQLite.
//
// Ownership: POSIX takes away all locks that a process has on a file once it closes any descriptor of it, those of
//            SQLite's connections, too (fcntl(2)). So a reader of a file in use is made before its connections, and
//            goes after them.
class PageReader {
 public:
  explicit PageReader(const std::filesystem::path& file);
  ~PageReader();
  PageReader(const PageReader&) = delete;
  PageReader& operator=(const PageReader&) = delete;

  // The numbers, from 1 on, of pages that do not fit their seals or that the disk does not give, at most `most`. Where
  // the log is being moved into the file, or a crash cut that short, look again with the lock held and the log moved.
  std::vector<std::int64_t> altered(std::size_t most) const;
  bool is_altered(std::int64_t page) const;

 private:
  int file_;
};

}  // namespace suoi::storage
