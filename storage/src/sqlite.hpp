// A thin layer over sqlite3: connections, prepared statements that are kept, errors as StoreFault.
//
// Ownership: a Connection owns its statements; a Query borrows one and gives it back, reset, at its end.
// Threads:   a Connection belongs to one thread at a time.
// Errors:    StoreFault; `is_full` where the disk or a quota had no room, `is_damaged` where a page is not what was
//            written.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "suoi/domain/id.hpp"
#include "suoi/storage/store.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace suoi::storage {

// Bytes that go into a BLOB column.
struct Blob {
  std::string_view bytes;
};

template <std::size_t kSize>
Blob blob(const std::array<std::uint8_t, kSize>& bytes) {
  return {{reinterpret_cast<const char*>(bytes.data()), kSize}};
}
inline Blob blob(const domain::Uuid& uuid) {
  return blob(uuid.bytes);
}
template <class Tag>
Blob blob(const domain::Id<Tag>& id) {
  return blob(id.uuid.bytes);
}

enum class Access { read_write, read_only };

class Connection {
 public:
  // Opens an existing file. Read-only ones refuse every write but may take part in a write-ahead log.
  Connection(const std::filesystem::path& file, Access access);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs a constant text of one or more statements that give no rows.
  void execute(const char* sql);
  // The one integer that a statement gives.
  std::int64_t scalar(const char* sql);
  std::int64_t changes() const;
  bool in_transaction() const;
  // Pages in the write-ahead log after the latest commit.
  int log_pages() const { return log_pages_; }
  // Takes `pages` pages from the log into the database as far as no reader needs the old ones; `restart` waits for
  // readers, so that the next writer begins the log anew.
  void checkpoint(bool restart);
  // True where the last checkpoint moved all of the log.
  bool log_is_moved() const { return log_moved_; }
  // Moves all of the log and empties its file; StoreFault where a reader keeps an old state for too long.
  void empty_log();
  // The same at once, or not at all: false where somebody reads.
  bool try_to_empty_log();
  // Keeps room for seals (sealed_pages.hpp) on each page that a new file, or a copy by VACUUM INTO, gets.
  void reserve_page_seals();
  sqlite3* handle() { return db_; }

  [[noreturn]] void fail(int code, std::string_view doing) const;

 private:
  friend class Query;
  sqlite3_stmt* borrow(const char* sql);
  void give_back(const char* sql, sqlite3_stmt* statement);

  sqlite3* db_ = nullptr;
  int log_pages_ = 0;
  bool log_moved_ = false;
  // By the address of the constant text; several where a query runs inside another one of its kind.
  std::unordered_map<const char*, std::vector<sqlite3_stmt*>> idle_;
};

// One run of a prepared statement. `sql` is a constant that lives as long as the program; values are bound in order.
class Query {
 public:
  // Whether SQLite takes texts and bytes over, or the caller keeps them until the query is gone.
  enum class Values { copied, kept };

  template <class... Bound>
  Query(Connection& connection, const char* sql, const Bound&... values)
      : Query(Values::copied, connection, sql, values...) {}
  template <class... Bound>
  Query(Values lifetime, Connection& connection, const char* sql, const Bound&... values)
      : connection_(connection), sql_(sql), statement_(connection.borrow(sql)), lifetime_(lifetime) {
    int place = 0;
    (bind(++place, values), ...);
  }
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  // True while there is a row; views of its columns are valid until the next step.
  bool step();
  // Runs a statement that gives no row.
  void run();

  std::int64_t integer(int column) const;
  std::string_view text(int column) const;
  std::string_view bytes(int column) const;
  bool is_null(int column) const;
  template <std::size_t kSize>
  std::array<std::uint8_t, kSize> array(int column) const {
    std::array<std::uint8_t, kSize> value{};
    copy(column, value.data(), kSize);
    return value;
  }
  template <class Id>
  Id id(int column) const {
    return Id{{array<16>(column)}};
  }
  std::optional<std::int64_t> maybe_integer(int column) const {
    return is_null(column) ? std::nullopt : std::optional(integer(column));
  }

 private:
  void bind(int place, std::int64_t value);
  void bind(int place, std::int32_t value) { bind(place, std::int64_t{value}); }
  void bind(int place, std::uint32_t value) { bind(place, std::int64_t{value}); }
  void bind(int place, bool value) { bind(place, std::int64_t{value}); }
  void bind(int place, std::string_view text);
  void bind(int place, const char* text) { bind(place, std::string_view(text)); }
  void bind(int place, const std::string& text) { bind(place, std::string_view(text)); }
  void bind(int place, Blob value);
  void bind(int place, std::nullopt_t);
  template <class T>
  void bind(int place, const std::optional<T>& value) {
    if (value) return bind(place, *value);
    bind(place, std::nullopt);
  }
  void copy(int column, std::uint8_t* into, std::size_t size) const;

  Connection& connection_;
  const char* sql_;
  sqlite3_stmt* statement_;
  Values lifetime_;
};

template <class... Bound>
void run(Connection& connection, const char* sql, const Bound&... values) {
  Query(Query::Values::kept, connection, sql, values...).run();
}

}  // namespace suoi::storage
