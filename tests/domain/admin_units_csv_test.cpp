#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "suoi/domain/csv.hpp"

using namespace suoi::domain;

namespace {

struct Table {
  std::vector<std::vector<std::string>> records;
  CsvStep last = CsvStep::end;
  std::size_t line = 0;
};

Table read(std::string_view text) {
  Table table;
  CsvReader reader(text);
  for (table.last = reader.next(); table.last == CsvStep::record; table.last = reader.next()) {
    table.records.emplace_back(reader.fields().begin(), reader.fields().end());
  }
  table.line = reader.line();
  return table;
}

using Records = std::vector<std::vector<std::string>>;

}  // namespace

TEST_CASE("A table is read with either line ending, and with or without the last one") {
  const Records wanted{{"a", "b"}, {"c", ""}};
  for (const char* text : {"a,b\nc,\n", "a,b\r\nc,\r\n", "a,b\nc,", "\"a\",b\r\n\"c\",\"\""}) {
    INFO(text);
    const Table table = read(text);
    CHECK(table.records == wanted);
    CHECK(table.last == CsvStep::end);
  }
  CHECK(read("").records.empty());
}

TEST_CASE("A quoted field keeps its commas, line ends and quotes") {
  const Table table = read("\"113/QĐ-UBND, 60\",\"two\nlines\",\"he said \"\"no\"\"\"\nnext,row,\"\"\"\"\n");
  CHECK(table.records == Records{{"113/QĐ-UBND, 60", "two\nlines", "he said \"no\""}, {"next", "row", "\""}});
  CHECK(table.last == CsvStep::end);
  CHECK(table.line == 3);
}

TEST_CASE("What is no table is refused, with the line where it broke") {
  for (const char* text : {"a,b\n\"never closed", "a,b\n\"x\"y,z\n", "a,b\nx\"y\",z\n", "a,b\n\"\"\""}) {
    INFO(text);
    const Table table = read(text);
    CHECK(table.last == CsvStep::malformed);
    CHECK(table.records == Records{{"a", "b"}});
    CHECK(table.line == 2);
  }
}
