// Comma-separated values, record by record.
//
// Purpose: reads the reference data and what people bring in tables.
// Source:  RFC 4180, section 2; lines may end in CRLF or LF, a quote within an unquoted field is refused.
// Shapes:  UTF-8 text; fields are given without their quotes.
// Owns:    nothing of the text, which must outlive the reader; fields stand until the next call of next().
// Threads: one reader belongs to one thread.
// Errors:  text that is no CSV ends the reading with CsvStep::malformed; line() says where.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace suoi::domain {

enum class CsvStep { record, end, malformed };

class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : text_(text) {}

  // Reads the next record into fields(); after `end` or `malformed` it stays there.
  CsvStep next();
  // The fields of the last record. Those that needed no unescaping are views into the text itself.
  const std::vector<std::string_view>& fields() const { return fields_; }
  // The line where the last record began, from 1.
  std::size_t line() const { return line_; }

 private:
  bool read_quoted();
  void read_plain();
  bool at_end_of_record() const;

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 0;
  std::size_t lines_read_ = 0;
  bool malformed_ = false;
  std::vector<std::string_view> fields_;
  std::deque<std::string> unescaped_;
};

}  // namespace suoi::domain
