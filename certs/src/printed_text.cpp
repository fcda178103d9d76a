#include "printed_text.hpp"

#include "utf8.hpp"

namespace suoi::certs {
namespace {

// Length of the character at the start of `text`: one code point and the marks that combine with it.
std::size_t character_length(std::string_view text) {
  std::size_t length = utf8_length(text);
  while (length > 0 && length < text.size() && starts_with_mark(text.substr(length))) length += 2;
  return length;
}

std::string_view without_blanks_at_end(std::string_view text) {
  const std::size_t last = text.find_last_not_of(' ');
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

std::string_view cut_at_character(std::string_view text, std::size_t bytes_max) {
  std::size_t end = 0;
  while (end < text.size()) {
    const std::size_t length = character_length(text.substr(end));
    if (length == 0 || end + length > bytes_max) break;
    end += length;
  }
  return text.substr(0, end);
}

}  // namespace

std::string cut_at_word(std::string_view text, std::size_t bytes_max) {
  text = without_blanks_at_end(text);
  if (text.size() <= bytes_max) return std::string(text);
  const std::size_t blank = text.rfind(' ', bytes_max);
  const auto words = without_blanks_at_end(text.substr(0, blank == std::string_view::npos ? 0 : blank));
  return std::string(words.empty() ? cut_at_character(text, bytes_max) : words);
}

std::string initials(std::string_view name) {
  std::string letters;
  while (!name.empty()) {
    if (name.front() == ' ') {
      name.remove_prefix(1);
      continue;
    }
    if (!letters.empty()) letters += ' ';
    letters.append(name.substr(0, character_length(name))).append(".");
    const std::size_t blank = name.find(' ');
    name.remove_prefix(blank == std::string_view::npos ? name.size() : blank);
  }
  return letters;
}

}  // namespace suoi::certs
