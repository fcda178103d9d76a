#include "sealed_pages.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "files.hpp"

namespace suoi::storage {
namespace {

constexpr std::size_t kCoveredBytes = kPageBytes - kPageSealBytes;
constexpr std::size_t kHeaderBytes = 100;
// Places in the header of a database file (SQLite's "Database File Format", 1.3).
constexpr std::size_t kReservedAt = 20;
constexpr std::size_t kUserVersionAt = 60;

using Page = std::array<unsigned char, kPageBytes>;
using PageSeal = std::array<unsigned char, kPageSealBytes>;

PageSeal seal_of_page(const unsigned char* page, std::uint32_t number) {
  const auto sum = static_cast<std::uint32_t>(::crc32(::crc32(0, nullptr, 0), page, kCoveredBytes));
  PageSeal seal{};
  for (unsigned at = 0; at < 4; ++at) {
    seal[at] = static_cast<unsigned char>(sum >> (24 - 8 * at));
    seal[4 + at] = static_cast<unsigned char>(number >> (24 - 8 * at));
  }
  return seal;
}

bool fits(const unsigned char* page, std::uint32_t number) {
  const PageSeal seal = seal_of_page(page, number);
  if (std::equal(seal.begin(), seal.end(), page + kCoveredBytes)) return true;
  return std::all_of(page, page + kPageBytes, [](unsigned char byte) { return byte == 0; });
}

bool is_whole_page(int size, sqlite3_int64 at) {
  return size == kPageBytes && at % kPageBytes == 0;
}

std::uint32_t page_number(sqlite3_int64 at) {
  return static_cast<std::uint32_t>(at / kPageBytes + 1);
}

// A file of an earlier release has neither room for seals nor the mark.
bool has_seals(const unsigned char* header) {
  const unsigned char* mark = header + kUserVersionAt;
  return header[kReservedAt] != 0 || std::any_of(mark, mark + 4, [](unsigned char byte) { return byte != 0; });
}

// Everything that is not a file of its own is the default VFS's, whichever that is at the time.
sqlite3_vfs* real_vfs() {
  return sqlite3_vfs_find(nullptr);
}

// A file as SQLite sees it; `inner` is that of the default VFS.
struct SealedFile {
  sqlite3_file base;
  sqlite3_file* inner;
  bool sealed;
};

SealedFile* of(sqlite3_file* file) {
  return reinterpret_cast<SealedFile*>(file);
}

sqlite3_file* inner(sqlite3_file* file) {
  return of(file)->inner;
}

int close_file(sqlite3_file* file) {
  const int code = inner(file)->pMethods->xClose(inner(file));
  sqlite3_free(inner(file));
  return code;
}

int read_file(sqlite3_file* file, void* bytes, int size, sqlite3_int64 at) {
  const int code = inner(file)->pMethods->xRead(inner(file), bytes, size, at);
  if (code != SQLITE_OK || !of(file)->sealed || !is_whole_page(size, at)) return code;
  return fits(static_cast<const unsigned char*>(bytes), page_number(at)) ? SQLITE_OK : SQLITE_IOERR_DATA;
}

int write_file(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
  if (!of(file)->sealed || !is_whole_page(size, at)) return inner(file)->pMethods->xWrite(inner(file), bytes, size, at);
  Page page;
  std::memcpy(page.data(), bytes, page.size());
  const PageSeal seal = seal_of_page(page.data(), page_number(at));
  std::copy(seal.begin(), seal.end(), page.begin() + kCoveredBytes);
  return inner(file)->pMethods->xWrite(inner(file), page.data(), size, at);
}

const sqlite3_io_methods& methods() {
  static const sqlite3_io_methods kMethods = [] {
    sqlite3_io_methods all{};
    all.iVersion = 2;  // without memory mapping, which would go past the seals
    all.xClose = close_file;
    all.xRead = read_file;
    all.xWrite = write_file;
    all.xTruncate = [](sqlite3_file* f, sqlite3_int64 size) { return inner(f)->pMethods->xTruncate(inner(f), size); };
    all.xSync = [](sqlite3_file* f, int flags) { return inner(f)->pMethods->xSync(inner(f), flags); };
    all.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) { return inner(f)->pMethods->xFileSize(inner(f), size); };
    all.xLock = [](sqlite3_file* f, int lock) { return inner(f)->pMethods->xLock(inner(f), lock); };
    all.xUnlock = [](sqlite3_file* f, int lock) { return inner(f)->pMethods->xUnlock(inner(f), lock); };
    all.xCheckReservedLock = [](sqlite3_file* f, int* held) {
      return inner(f)->pMethods->xCheckReservedLock(inner(f), held);
    };
    all.xFileControl = [](sqlite3_file* f, int op, void* about) {
      return inner(f)->pMethods->xFileControl(inner(f), op, about);
    };
    all.xSectorSize = [](sqlite3_file* f) { return inner(f)->pMethods->xSectorSize(inner(f)); };
    all.xDeviceCharacteristics = [](sqlite3_file* f) { return inner(f)->pMethods->xDeviceCharacteristics(inner(f)); };
    all.xShmMap = [](sqlite3_file* f, int region, int size, int extend, void volatile** at) {
      return inner(f)->pMethods->xShmMap(inner(f), region, size, extend, at);
    };
    all.xShmLock = [](sqlite3_file* f, int from, int count, int flags) {
      return inner(f)->pMethods->xShmLock(inner(f), from, count, flags);
    };
    all.xShmBarrier = [](sqlite3_file* f) { inner(f)->pMethods->xShmBarrier(inner(f)); };
    all.xShmUnmap = [](sqlite3_file* f, int gone) { return inner(f)->pMethods->xShmUnmap(inner(f), gone); };
    return all;
  }();
  return kMethods;
}

int looks_sealed(sqlite3_file* file, bool& sealed) {
  sqlite3_int64 bytes = 0;
  int code = file->pMethods->xFileSize(file, &bytes);
  sealed = true;
  if (code != SQLITE_OK || bytes < static_cast<sqlite3_int64>(kHeaderBytes)) return code;
  std::array<unsigned char, kHeaderBytes> header{};
  code = file->pMethods->xRead(file, header.data(), static_cast<int>(header.size()), 0);
  sealed = has_seals(header.data());
  return code;
}

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  sqlite3_vfs* real = real_vfs();
  SealedFile* opened = of(file);
  *opened = {};
  opened->inner = static_cast<sqlite3_file*>(sqlite3_malloc(real->szOsFile));
  if (opened->inner == nullptr) return SQLITE_NOMEM;
  std::memset(opened->inner, 0, static_cast<std::size_t>(real->szOsFile));
  int code = real->xOpen(real, name, opened->inner, flags, flags_out);
  if (code == SQLITE_OK && (flags & SQLITE_OPEN_MAIN_DB) != 0) {
    code = looks_sealed(opened->inner, opened->sealed);
    if (code != SQLITE_OK) opened->inner->pMethods->xClose(opened->inner);
  }
  if (code == SQLITE_OK) {
    opened->base.pMethods = &methods();
  } else {
    sqlite3_free(opened->inner);
  }
  return code;
}

sqlite3_vfs make_vfs() {
  sqlite3_vfs vfs = *real_vfs();
  vfs.pNext = nullptr;
  vfs.pAppData = nullptr;
  vfs.zName = "suoi-sealed-pages";
  vfs.szOsFile = sizeof(SealedFile);
  vfs.xOpen = open_file;
  vfs.xDelete = [](sqlite3_vfs*, const char* name, int sync) { return real_vfs()->xDelete(real_vfs(), name, sync); };
  vfs.xAccess = [](sqlite3_vfs*, const char* name, int flags, int* out) {
    return real_vfs()->xAccess(real_vfs(), name, flags, out);
  };
  vfs.xFullPathname = [](sqlite3_vfs*, const char* name, int size, char* out) {
    return real_vfs()->xFullPathname(real_vfs(), name, size, out);
  };
  return vfs;
}

}  // namespace

const char* sealed_pages_vfs() {
  static const char* const kName = [] {
    sqlite3_initialize();
    static sqlite3_vfs vfs = make_vfs();
    sqlite3_vfs_register(&vfs, 0);
    return vfs.zName;
  }();
  return kName;
}

bool has_sealed_pages(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::array<unsigned char, kHeaderBytes> header{};
  in.read(reinterpret_cast<char*>(header.data()), header.size());
  return in.gcount() < static_cast<std::streamsize>(header.size()) || has_seals(header.data());
}

PageReader::PageReader(const std::filesystem::path& file) : file_(::open(file.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (file_ < 0) throw_system("looking through the store");
}

PageReader::~PageReader() {
  ::close(file_);
}

std::vector<std::int64_t> PageReader::altered(std::size_t most) const {
  constexpr std::size_t kPagesAtOnce = 64;
  std::vector<std::int64_t> altered;
  std::vector<unsigned char> bytes(kPagesAtOnce * kPageBytes);
  std::int64_t number = 1;
  while (altered.size() < most) {
    const ssize_t read = ::pread(file_, bytes.data(), bytes.size(), (number - 1) * kPageBytes);
    if (read == 0) break;
    if (read < 0 && errno != EIO) throw_system("looking through the store");
    if (read < 0) {  // one of these; each by itself
      if (is_altered(number)) altered.push_back(number);
      ++number;
      continue;
    }
    std::fill(bytes.begin() + read, bytes.end(), std::uint8_t{0});
    for (std::int64_t at = 0; at < read; at += kPageBytes, ++number) {
      if (!fits(bytes.data() + at, static_cast<std::uint32_t>(number)) && altered.size() < most) {
        altered.push_back(number);
      }
    }
  }
  return altered;
}

bool PageReader::is_altered(std::int64_t page) const {
  Page bytes{};
  const ssize_t read = ::pread(file_, bytes.data(), bytes.size(), (page - 1) * kPageBytes);
  if (read < 0 && errno != EIO) throw_system("looking through the store");
  return read < 0 || !fits(bytes.data(), static_cast<std::uint32_t>(page));
}

}  // namespace suoi::storage
