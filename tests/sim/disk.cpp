#include "disk.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <map>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace suoi::sim {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSectorBytes = 512;

struct Operation {
  bool truncates = false;
  std::size_t at = 0;  // offset of a write, new length of a truncation
  std::string bytes;
};

// A file as it surely is, and what was done to it since its last sync.
struct FileState {
  std::string safe;
  std::vector<Operation> unsynced;
};

void put(std::string& content, std::size_t at, std::string_view bytes) {
  if (content.size() < at + bytes.size()) content.resize(at + bytes.size(), '\0');
  content.replace(at, bytes.size(), bytes);
}

void apply(std::string& content, const Operation& operation) {
  if (operation.truncates) {
    content.resize(operation.at, '\0');
  } else {
    put(content, operation.at, operation.bytes);
  }
}

// As much of an unsynced operation as `kept` lets through.
template <class Kept>
void apply_partly(std::string& content, const Operation& operation, const Kept& kept) {
  if (operation.truncates) {
    if (kept()) apply(content, operation);
    return;
  }
  const std::size_t end = operation.at + operation.bytes.size();
  for (std::size_t from = operation.at; from < end;) {
    const std::size_t to = std::min(end, (from / kSectorBytes + 1) * kSectorBytes);
    if (kept()) put(content, from, std::string_view(operation.bytes).substr(from - operation.at, to - from));
    from = to;
  }
}

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool is_shared_memory(const fs::path& file) {
  return file.filename().string().ends_with("-shm");
}

}  // namespace

struct Disk::State {
  sqlite3_vfs vfs{};
  sqlite3_vfs* real = nullptr;
  fs::path folder;
  std::map<std::string, FileState> files;
  DiskTrouble trouble = DiskTrouble::none;
  std::optional<std::size_t> cut_in;
  bool powerless = false;
  std::size_t operations = 0;

  FileState* watched(const std::string& file) {
    return fs::path(file).parent_path() == folder ? &files[fs::path(file).filename()] : nullptr;
  }

  // Whether the operation may go on; the one at which the power fails is still on its way to the disk.
  int admit(FileState* file, Operation* operation) {
    if (powerless) return SQLITE_IOERR;
    if (file == nullptr) return SQLITE_OK;
    if (trouble == DiskTrouble::full && operation != nullptr && !operation->truncates) return SQLITE_FULL;
    if (trouble == DiskTrouble::failing) return operation != nullptr ? SQLITE_IOERR_WRITE : SQLITE_IOERR_FSYNC;
    ++operations;
    if (cut_in && (*cut_in)-- == 0) powerless = true;
    if (operation != nullptr) file->unsynced.push_back(*operation);
    return powerless ? SQLITE_IOERR : SQLITE_OK;
  }
};

namespace {

// A file as SQLite sees it; the real one stands right behind it in memory.
struct WrappedFile {
  sqlite3_file base;
  Disk::State* disk;
  std::string* name;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  FileState* state() { return disk->watched(*name); }
};

WrappedFile& wrapped(sqlite3_file* file) {
  return *reinterpret_cast<WrappedFile*>(file);
}
const sqlite3_io_methods& real_methods(sqlite3_file* file) {
  return *wrapped(file).real()->pMethods;
}

int close_file(sqlite3_file* file) {
  delete wrapped(file).name;
  return real_methods(file).xClose(wrapped(file).real());
}
int read_file(sqlite3_file* file, void* into, int size, sqlite3_int64 at) {
  return real_methods(file).xRead(wrapped(file).real(), into, size, at);
}
int write_file(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
  Operation operation{false, static_cast<std::size_t>(at),
                      std::string(static_cast<const char*>(from), static_cast<std::size_t>(size))};
  const int refused = wrapped(file).disk->admit(wrapped(file).state(), &operation);
  return refused != SQLITE_OK ? refused : real_methods(file).xWrite(wrapped(file).real(), from, size, at);
}
int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  Operation operation{true, static_cast<std::size_t>(size), {}};
  const int refused = wrapped(file).disk->admit(wrapped(file).state(), &operation);
  return refused != SQLITE_OK ? refused : real_methods(file).xTruncate(wrapped(file).real(), size);
}
int sync_file(sqlite3_file* file, int) {
  FileState* state = wrapped(file).state();
  const int refused = wrapped(file).disk->admit(state, nullptr);
  if (refused != SQLITE_OK || state == nullptr) return refused;
  for (const Operation& operation : state->unsynced) apply(state->safe, operation);
  state->unsynced.clear();
  return SQLITE_OK;
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
  return real_methods(file).xFileSize(wrapped(file).real(), size);
}
int lock_file(sqlite3_file* file, int level) {
  return real_methods(file).xLock(wrapped(file).real(), level);
}
int unlock_file(sqlite3_file* file, int level) {
  return real_methods(file).xUnlock(wrapped(file).real(), level);
}
int check_lock(sqlite3_file* file, int* held) {
  return real_methods(file).xCheckReservedLock(wrapped(file).real(), held);
}
int control_file(sqlite3_file* file, int operation, void* argument) {
  return real_methods(file).xFileControl(wrapped(file).real(), operation, argument);
}
int sector_size(sqlite3_file* file) {
  return real_methods(file).xSectorSize(wrapped(file).real());
}
int characteristics(sqlite3_file* file) {
  return real_methods(file).xDeviceCharacteristics(wrapped(file).real());
}
int map_shared(sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
  return real_methods(file).xShmMap(wrapped(file).real(), region, size, extend, memory);
}
int lock_shared(sqlite3_file* file, int offset, int count, int flags) {
  return real_methods(file).xShmLock(wrapped(file).real(), offset, count, flags);
}
void barrier_shared(sqlite3_file* file) {
  real_methods(file).xShmBarrier(wrapped(file).real());
}
int unmap_shared(sqlite3_file* file, int remove) {
  return real_methods(file).xShmUnmap(wrapped(file).real(), remove);
}

// Version 2: with shared memory for the log's index, without mapped files, whose writes nobody would see.
constexpr sqlite3_io_methods kMethods = {
    2,           close_file,     read_file,    write_file,   truncate_file, sync_file,       file_size,
    lock_file,   unlock_file,    check_lock,   control_file, sector_size,   characteristics, map_shared,
    lock_shared, barrier_shared, unmap_shared, nullptr,      nullptr};

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  auto& disk = *static_cast<Disk::State*>(vfs->pAppData);
  auto* made = new (file) WrappedFile{{nullptr}, &disk, nullptr};
  const int code = disk.real->xOpen(disk.real, name, made->real(), flags, flags_out);
  if (code != SQLITE_OK) return code;
  made->name = new std::string(name != nullptr ? name : "");
  made->base.pMethods = &kMethods;
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* name, int) {
  auto& disk = *static_cast<Disk::State*>(vfs->pAppData);
  return disk.powerless ? SQLITE_IOERR : disk.real->xDelete(disk.real, name, 0);
}
int access_file(sqlite3_vfs* vfs, const char* name, int flags, int* result) {
  auto* real = static_cast<Disk::State*>(vfs->pAppData)->real;
  return real->xAccess(real, name, flags, result);
}
int full_name(sqlite3_vfs* vfs, const char* name, int size, char* full) {
  auto* real = static_cast<Disk::State*>(vfs->pAppData)->real;
  return real->xFullPathname(real, name, size, full);
}

}  // namespace

Disk::Disk() : state_(std::make_unique<State>()) {
  state_->real = sqlite3_vfs_find(nullptr);
  state_->vfs = *state_->real;
  state_->vfs.zName = "simulated";
  state_->vfs.pAppData = state_.get();
  state_->vfs.szOsFile = static_cast<int>(sizeof(WrappedFile)) + state_->real->szOsFile;
  state_->vfs.xOpen = open_file;
  state_->vfs.xDelete = delete_file;
  state_->vfs.xAccess = access_file;
  state_->vfs.xFullPathname = full_name;
  if (sqlite3_vfs_register(&state_->vfs, 1) != SQLITE_OK) throw std::runtime_error("no VFS");
}

Disk::~Disk() {
  sqlite3_vfs_unregister(&state_->vfs);
  sqlite3_vfs_register(state_->real, 1);
}

void Disk::watch(const fs::path& folder) {
  state_->folder = folder;
  state_->files.clear();
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (is_shared_memory(entry.path()) || !entry.is_regular_file()) continue;
    state_->files[entry.path().filename()].safe = content_of(entry.path());
  }
}

void Disk::set_trouble(DiskTrouble trouble) {
  state_->trouble = trouble;
}

void Disk::cut_power_after(std::size_t operations) {
  state_->cut_in = operations;
}

void Disk::keep_power() {
  state_->cut_in.reset();
}

bool Disk::is_powerless() const {
  return state_->powerless;
}

std::size_t Disk::operations() const {
  return state_->operations;
}

void Disk::power_back(Dice& dice) {
  // From all lost over some lost to all there.
  static constexpr std::array<std::size_t, 5> kPercent = {0, 10, 50, 90, 100};
  const std::size_t percent = dice.pick(kPercent);
  for (auto& [name, file] : state_->files) {
    for (const Operation& operation : file.unsynced) {
      apply_partly(file.safe, operation, [&] { return dice.chance(percent); });
    }
    file.unsynced.clear();
    std::ofstream(state_->folder / name, std::ios::binary | std::ios::trunc) << file.safe;
  }
  for (const fs::directory_entry& entry : fs::directory_iterator(state_->folder)) {
    if (is_shared_memory(entry.path())) fs::remove(entry.path());
  }
  state_->powerless = false;
  state_->cut_in.reset();
}

}  // namespace suoi::sim
