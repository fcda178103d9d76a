// Numbers of slips, and the collections of which there is a record at all though they are seldom (catalogue.hpp).
#pragma once

namespace suoi::storage {

inline constexpr char kMigration4[] = R"sql(
CREATE TABLE IF NOT EXISTS seldom (collection INTEGER PRIMARY KEY);
CREATE TABLE slip_number (
  unit INTEGER NOT NULL, year INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (unit, year)
) WITHOUT ROWID;
)sql";

}  // namespace suoi::storage
