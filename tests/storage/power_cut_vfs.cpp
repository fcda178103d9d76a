#include "power_cut_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <new>
#include <stdexcept>

namespace suoi::storage::test {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSectorBytes = 512;

enum class Kind { write, truncate, sync };

struct Operation {
  Kind kind = Kind::sync;
  std::string file;
  std::size_t at = 0;  // offset of a write, new length of a truncation
  std::string bytes;
};

void put(std::string& content, std::size_t at, std::string_view bytes) {
  if (content.size() < at + bytes.size()) content.resize(at + bytes.size(), '\0');
  content.replace(at, bytes.size(), bytes);
}

void apply(std::string& content, const Operation& operation) {
  if (operation.kind == Kind::write) put(content, operation.at, operation.bytes);
  if (operation.kind == Kind::truncate) content.resize(operation.at, '\0');
}

// As much of an unsynced operation as `kept` lets through.
template <class Kept>
void apply_partly(std::string& content, const Operation& operation, const Kept& kept) {
  if (operation.kind == Kind::truncate && kept()) content.resize(operation.at, '\0');
  if (operation.kind != Kind::write) return;
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

bool is_durable_file(const fs::path& file) {
  return !file.filename().string().ends_with("-shm");
}

}  // namespace

struct PowerCutVfs::Recorder {
  sqlite3_vfs vfs{};
  sqlite3_vfs* real = nullptr;
  fs::path folder;
  bool recording = false;
  bool stopped = false;
  std::map<std::string, std::string> base;  // contents when the recording began
  std::vector<Operation> operations;

  void note(const std::string& file, Kind kind, std::size_t at, std::string bytes) {
    if (recording && fs::path(file).parent_path() == folder) {
      operations.push_back({kind, fs::path(file).filename().string(), at, std::move(bytes)});
    }
  }
};

namespace {

// A file as SQLite sees it; the real one stands right behind it in memory.
struct WrappedFile {
  sqlite3_file base;
  PowerCutVfs::Recorder* recorder;
  std::string* name;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
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
  const int code = real_methods(file).xWrite(wrapped(file).real(), from, size, at);
  if (code == SQLITE_OK) {
    wrapped(file).recorder->note(*wrapped(file).name, Kind::write, static_cast<std::size_t>(at),
                                 std::string(static_cast<const char*>(from), static_cast<std::size_t>(size)));
  }
  return code;
}
int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  const int code = real_methods(file).xTruncate(wrapped(file).real(), size);
  if (code == SQLITE_OK) {
    wrapped(file).recorder->note(*wrapped(file).name, Kind::truncate, static_cast<std::size_t>(size), {});
  }
  return code;
}
int sync_file(sqlite3_file* file, int flags) {
  if (wrapped(file).recorder->stopped) return SQLITE_OK;
  wrapped(file).recorder->note(*wrapped(file).name, Kind::sync, 0, {});
  return real_methods(file).xSync(wrapped(file).real(), flags);
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
  auto& recorder = *static_cast<PowerCutVfs::Recorder*>(vfs->pAppData);
  auto* made = new (file) WrappedFile{{nullptr}, &recorder, nullptr};
  const int code = recorder.real->xOpen(recorder.real, name, made->real(), flags, flags_out);
  if (code != SQLITE_OK) return code;
  made->name = new std::string(name != nullptr ? name : "");
  made->base.pMethods = &kMethods;
  return SQLITE_OK;
}

}  // namespace

PowerCutVfs::PowerCutVfs() : recorder_(std::make_unique<Recorder>()) {
  recorder_->real = sqlite3_vfs_find(nullptr);
  recorder_->vfs = *recorder_->real;
  recorder_->vfs.zName = "power-cut";
  recorder_->vfs.pAppData = recorder_.get();
  recorder_->vfs.szOsFile = static_cast<int>(sizeof(WrappedFile)) + recorder_->real->szOsFile;
  recorder_->vfs.xOpen = open_file;
  // The rest is the real one's; these few look at their VFS.
  recorder_->vfs.xDelete = [](sqlite3_vfs* vfs, const char* name, int sync) {
    auto* real = static_cast<Recorder*>(vfs->pAppData)->real;
    return real->xDelete(real, name, sync);
  };
  recorder_->vfs.xAccess = [](sqlite3_vfs* vfs, const char* name, int flags, int* result) {
    auto* real = static_cast<Recorder*>(vfs->pAppData)->real;
    return real->xAccess(real, name, flags, result);
  };
  recorder_->vfs.xFullPathname = [](sqlite3_vfs* vfs, const char* name, int size, char* full) {
    auto* real = static_cast<Recorder*>(vfs->pAppData)->real;
    return real->xFullPathname(real, name, size, full);
  };
  if (sqlite3_vfs_register(&recorder_->vfs, 1) != SQLITE_OK) throw std::runtime_error("no VFS");
}

PowerCutVfs::~PowerCutVfs() {
  sqlite3_vfs_unregister(&recorder_->vfs);
  sqlite3_vfs_register(recorder_->real, 1);
}

void PowerCutVfs::record(const fs::path& folder) {
  recorder_->folder = folder;
  recorder_->base.clear();
  recorder_->operations.clear();
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (is_durable_file(entry.path())) recorder_->base[entry.path().filename()] = content_of(entry.path());
  }
  recorder_->recording = true;
  recorder_->stopped = false;
}

void PowerCutVfs::stop() {
  recorder_->recording = false;
  recorder_->stopped = true;
}

std::size_t PowerCutVfs::operations() const {
  return recorder_->operations.size();
}

void PowerCutVfs::write_image(std::size_t count, Honesty honesty, std::mt19937_64& random,
                              const fs::path& folder) const {
  std::map<std::string, std::string> contents = recorder_->base;
  std::map<std::string, std::vector<const Operation*>> unsynced;
  for (std::size_t index = 0; index < count; ++index) {
    const Operation& operation = recorder_->operations[index];
    std::vector<const Operation*>& waiting = unsynced[operation.file];
    if (operation.kind != Kind::sync) {
      waiting.push_back(&operation);
      continue;
    }
    if (honesty == Honesty::forgets_log_syncs && operation.file.ends_with("-wal")) continue;
    for (const Operation* synced : waiting) apply(contents[operation.file], *synced);
    waiting.clear();
  }
  // From all lost over some lost to all there.
  const double chance = std::vector<double>{0.0, 0.1, 0.5, 0.9, 1.0}[random() % 5];
  std::bernoulli_distribution kept(chance);
  for (const auto& [file, operations] : unsynced) {
    for (const Operation* operation : operations)
      apply_partly(contents[file], *operation, [&] { return kept(random); });
  }
  for (const auto& [file, content] : contents) std::ofstream(folder / file, std::ios::binary) << content;
}

}  // namespace suoi::storage::test
