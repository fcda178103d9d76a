// What SQLite alone needs for the rows that the server wrote: the limit that ingest is held against.

#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>

#include "bench.hpp"

namespace suoi::bench {
namespace {

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};
struct EndStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
struct FreeValue {
  void operator()(sqlite3_value* value) const { sqlite3_value_free(value); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
using Statement = std::unique_ptr<sqlite3_stmt, EndStatement>;
using Cell = std::unique_ptr<sqlite3_value, FreeValue>;

// Tables that hold what change sets bring, in the order in which a change writes them.
const std::vector<std::string> kTables = {"change", "record", "link", "activity_time", "tombstone"};

struct Table {
  std::string name;
  std::string insert;
  std::vector<std::vector<Cell>> rows;
};

void require(bool good, sqlite3* database, const char* doing) {
  if (!good) throw std::runtime_error(std::string(doing) + ": " + sqlite3_errmsg(database));
}

Database open(const std::filesystem::path& file) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open(file.c_str(), &opened);
  Database database(opened);
  require(code == SQLITE_OK, opened, "open");
  return database;
}

void run(sqlite3* database, const std::string& sql) {
  require(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK, database, sql.c_str());
}

Statement prepare(sqlite3* database, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  require(sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK, database, sql.c_str());
  return Statement(statement);
}

// The same tables and indexes as in the store.
std::vector<std::string> definitions(sqlite3* database, const std::string& table) {
  std::vector<std::string> found;
  const Statement query = prepare(database, "SELECT sql FROM sqlite_schema WHERE tbl_name = '" + table +
                                                "' AND sql IS NOT NULL ORDER BY type DESC");
  while (sqlite3_step(query.get()) == SQLITE_ROW)
    found.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(query.get(), 0)));
  return found;
}

Table read(sqlite3* database, const std::string& name) {
  Table table{name, "", {}};
  const Statement query = prepare(database, "SELECT * FROM " + name);
  const int columns = sqlite3_column_count(query.get());
  while (sqlite3_step(query.get()) == SQLITE_ROW) {
    auto& row = table.rows.emplace_back();
    for (int column = 0; column < columns; ++column)
      row.emplace_back(sqlite3_value_dup(sqlite3_column_value(query.get(), column)));
  }
  table.insert = "INSERT INTO " + name + " VALUES (?";
  for (int column = 1; column < columns; ++column) table.insert += ",?";
  table.insert += ")";
  return table;
}

void write_rows(sqlite3* database, sqlite3_stmt* insert, const Table& table, std::size_t from, std::size_t to) {
  for (std::size_t row = from; row < to; ++row) {
    for (std::size_t column = 0; column < table.rows[row].size(); ++column) {
      sqlite3_bind_value(insert, static_cast<int>(column) + 1, table.rows[row][column].get());
    }
    require(sqlite3_step(insert) == SQLITE_DONE, database, "insert");
    sqlite3_reset(insert);
  }
}

}  // namespace

double write_same_rows(const std::filesystem::path& data, const std::filesystem::path& file,
                       std::int64_t changes_per_group) {
  const Database source = open(data);
  const Database target = open(file);
  run(target.get(), "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000");
  std::vector<Table> tables;
  for (const std::string& name : kTables) {
    for (const std::string& definition : definitions(source.get(), name)) run(target.get(), definition);
    tables.push_back(read(source.get(), name));
  }
  std::vector<Statement> inserts;
  for (const Table& table : tables) inserts.push_back(prepare(target.get(), table.insert));
  const std::size_t groups =
      std::max<std::size_t>(1, tables.front().rows.size() / static_cast<std::size_t>(changes_per_group));
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t group = 0; group < groups; ++group) {
    run(target.get(), "BEGIN IMMEDIATE");
    for (std::size_t index = 0; index < tables.size(); ++index) {
      const std::size_t rows = tables[index].rows.size();
      write_rows(target.get(), inserts[index].get(), tables[index], rows * group / groups, rows * (group + 1) / groups);
    }
    run(target.get(), "COMMIT");
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace suoi::bench
