#include "suoi/domain/csv.hpp"

#include <algorithm>

namespace suoi::domain {

bool CsvReader::at_end_of_record() const {
  return at_ == text_.size() || text_[at_] == '\n' || text_.compare(at_, 2, "\r\n") == 0;
}

void CsvReader::read_plain() {
  const std::size_t begin = at_;
  at_ = std::min(text_.find_first_of(",\n\"", begin), text_.size());
  // The CR belongs to the end of the line, not to the field.
  if (at_ > begin && at_ < text_.size() && text_[at_] == '\n' && text_[at_ - 1] == '\r') --at_;
  fields_.push_back(text_.substr(begin, at_ - begin));
}

bool CsvReader::read_quoted() {
  const std::size_t begin = ++at_;
  bool has_quotes = false;
  for (;; ++at_) {
    at_ = text_.find('"', at_);
    if (at_ == std::string_view::npos) return false;
    if (text_.compare(at_, 2, "\"\"") != 0) break;
    has_quotes = true;
    ++at_;
  }
  const std::string_view field = text_.substr(begin, at_ - begin);
  ++at_;
  lines_read_ += static_cast<std::size_t>(std::count(field.begin(), field.end(), '\n'));
  if (!has_quotes) {
    fields_.push_back(field);
    return true;
  }
  std::string& plain = unescaped_.emplace_back();
  for (std::size_t i = 0; i < field.size(); ++i) {
    plain += field[i];
    if (field[i] == '"') ++i;
  }
  fields_.push_back(plain);
  return true;
}

CsvStep CsvReader::next() {
  fields_.clear();
  unescaped_.clear();
  if (malformed_) return CsvStep::malformed;
  if (at_ == text_.size()) return CsvStep::end;
  line_ = ++lines_read_;
  for (;; ++at_) {
    const bool quoted = at_ < text_.size() && text_[at_] == '"';
    if (!quoted) read_plain();
    malformed_ = quoted && !read_quoted();
    if (malformed_) return CsvStep::malformed;
    if (at_end_of_record()) break;
    malformed_ = text_[at_] != ',';
    if (malformed_) return CsvStep::malformed;
  }
  if (at_ < text_.size()) at_ += text_[at_] == '\r' ? 2 : 1;
  return CsvStep::record;
}

}  // namespace suoi::domain
