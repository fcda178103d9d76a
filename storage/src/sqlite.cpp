#include "sqlite.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "bytes.hpp"
#include "sealed_pages.hpp"

namespace suoi::storage {
namespace {

constexpr int kBusyMs = 10'000;

// SQLite gives its own code for a full disk where a write comes short, and an I/O error where a sync or a mapping does.
bool is_full(sqlite3* db, int code) {
  if (code == SQLITE_IOERR_DATA) return false;  // ours: the system's number is of something earlier
  if ((code & 0xFF) == SQLITE_FULL) return true;
  const int system = db != nullptr ? sqlite3_system_errno(db) : 0;
  return (code & 0xFF) == SQLITE_IOERR && (system == ENOSPC || system == EDQUOT);
}

bool is_damaged(int code) {
  return (code & 0xFF) == SQLITE_CORRUPT || (code & 0xFF) == SQLITE_NOTADB || code == SQLITE_IOERR_DATA;
}

sqlite3_destructor_type destructor(Query::Values lifetime) {
  return lifetime == Query::Values::copied ? SQLITE_TRANSIENT : SQLITE_STATIC;
}

int note_log_pages(void* pages, sqlite3* /*db*/, const char* /*name*/, int count) {
  *static_cast<int*>(pages) = count;
  return SQLITE_OK;
}

}  // namespace

Connection::Connection(const std::filesystem::path& file, Access access) {
  // SQLite counts its memory under one lock for all connections; nobody reads the count. Refused once SQLite runs.
  static const int kUncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(kUncounted);
  const int code = sqlite3_open_v2(file.c_str(), &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, sealed_pages_vfs());
  try {
    if (code != SQLITE_OK) fail(code, "opening the store");
    sqlite3_extended_result_codes(db_, 1);
    sqlite3_busy_timeout(db_, kBusyMs);
    // A connection that closes must not checkpoint on its own: only the holder of the write lock may.
    sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    execute("PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA synchronous=FULL; PRAGMA cache_size=-4096");
    // Setting the hook also puts the automatic checkpoint out of action, which uses the same one.
    sqlite3_wal_hook(db_, note_log_pages, &log_pages_);
    if (access == Access::read_only) execute("PRAGMA query_only=ON");
  } catch (...) {
    sqlite3_close_v2(db_);
    throw;
  }
}

Connection::~Connection() {
  for (const auto& [sql, statements] : idle_) {
    for (sqlite3_stmt* statement : statements) sqlite3_finalize(statement);
  }
  sqlite3_close_v2(db_);
}

void Connection::fail(int code, std::string_view doing) const {
  std::string what(doing);
  what += ": ";
  what += db_ != nullptr ? sqlite3_errmsg(db_) : sqlite3_errstr(code);
  if (code == SQLITE_IOERR_DATA) what += " (a page does not fit its seal)";
  throw StoreFault(what, is_full(db_, code), is_damaged(code));
}

void Connection::execute(const char* sql) {
  const int code = sqlite3_exec(db_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code, "the store");
}

std::int64_t Connection::scalar(const char* sql) {
  Query query(*this, sql);
  if (!query.step()) throw_damaged("a row is missing that every store has");
  return query.integer(0);
}

std::int64_t Connection::changes() const {
  return sqlite3_changes64(db_);
}

bool Connection::in_transaction() const {
  return sqlite3_get_autocommit(db_) == 0;
}

void Connection::checkpoint(bool restart) {
  int logged = 0;
  int moved = 0;
  const int mode = restart ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE;
  const int code = sqlite3_wal_checkpoint_v2(db_, nullptr, mode, &logged, &moved);
  // Busy is also a reader of the newest state, in whose way only the log's new beginning stands.
  log_moved_ = (code == SQLITE_OK || code == SQLITE_BUSY) && logged == moved;
  if (code != SQLITE_OK && code != SQLITE_BUSY) fail(code, "moving the log into the store");
}

void Connection::reserve_page_seals() {
  int bytes = kPageSealBytes;
  const int code = sqlite3_file_control(db_, "main", SQLITE_FCNTL_RESERVE_BYTES, &bytes);
  if (code != SQLITE_OK) fail(code, "making room for the seals of pages");
}

void Connection::empty_log() {
  const int code = sqlite3_wal_checkpoint_v2(db_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code, "emptying the log");
}

bool Connection::try_to_empty_log() {
  sqlite3_busy_timeout(db_, 0);
  const int code = sqlite3_wal_checkpoint_v2(db_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  sqlite3_busy_timeout(db_, kBusyMs);
  if (code != SQLITE_OK && (code & 0xFF) != SQLITE_BUSY) fail(code, "emptying the log");
  return code == SQLITE_OK;
}

sqlite3_stmt* Connection::borrow(const char* sql) {
  std::vector<sqlite3_stmt*>& idle = idle_[sql];
  if (!idle.empty()) {
    sqlite3_stmt* statement = idle.back();
    idle.pop_back();
    return statement;
  }
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) fail(code, "preparing a statement");
  return statement;
}

void Connection::give_back(const char* sql, sqlite3_stmt* statement) {
  // The code of a failed step comes again here; it was thrown where it happened.
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  idle_[sql].push_back(statement);
}

Query::~Query() {
  connection_.give_back(sql_, statement_);
}

bool Query::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) connection_.fail(code, "the store");
  return false;
}

void Query::run() {
  while (step()) {
  }
}

void Query::bind(int place, std::int64_t value) {
  const int code = sqlite3_bind_int64(statement_, place, value);
  if (code != SQLITE_OK) connection_.fail(code, "binding a number");
}

void Query::bind(int place, std::string_view text) {
  const int code = sqlite3_bind_text64(statement_, place, text.data(), text.size(), destructor(lifetime_), SQLITE_UTF8);
  if (code != SQLITE_OK) connection_.fail(code, "binding a text");
}

void Query::bind(int place, Blob value) {
  const int code =
      sqlite3_bind_blob64(statement_, place, value.bytes.data(), value.bytes.size(), destructor(lifetime_));
  if (code != SQLITE_OK) connection_.fail(code, "binding bytes");
}

void Query::bind(int place, std::nullopt_t) {
  const int code = sqlite3_bind_null(statement_, place);
  if (code != SQLITE_OK) connection_.fail(code, "binding nothing");
}

std::int64_t Query::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string_view Query::text(int column) const {
  const unsigned char* text = sqlite3_column_text(statement_, column);
  if (text == nullptr) return {};
  return {reinterpret_cast<const char*>(text), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::string_view Query::bytes(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  if (bytes == nullptr) return {};
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Query::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

void Query::copy(int column, std::uint8_t* into, std::size_t size) const {
  const std::string_view stored = bytes(column);
  if (stored.size() != size) throw_damaged("an id or a digest has a wrong length");
  std::memcpy(into, stored.data(), size);
}

}  // namespace suoi::storage
