#include "request_target.hpp"

#include <Poco/UTF8Encoding.h>

#include <algorithm>
#include <optional>

#include "hex_digit.hpp"

namespace suoi::server {
namespace {

enum class Plus { stays, is_blank };

std::optional<std::string> percent_decoded(std::string_view text, Plus plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus == Plus::is_blank) {
      out.push_back(' ');
    } else if (text[i] != '%') {
      out.push_back(text[i]);
    } else {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit_value(text[i + 1]);
      const int low = hex_digit_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    }
  }
  return out;
}

// pchar of RFC 3986, section 3.3, and the slash.
bool is_path_char(char c) {
  constexpr std::string_view kMarks = "-._~!$&'()*+,;=:@/%";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kMarks.find(c) != std::string_view::npos;
}

bool has_dot_segment(std::string_view path) {
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const auto segment = path.substr(0, path.find('/'));
    if (segment == "." || segment == "..") return true;
    path.remove_prefix(segment.size());
  }
  return false;
}

std::optional<std::string> decoded_path(std::string_view raw) {
  if (raw.empty() || raw.front() != '/' || raw.substr(0, 2) == "//") return std::nullopt;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (!is_path_char(raw[i])) return std::nullopt;
    // An encoded slash would make two different paths one after decoding.
    if (raw[i] == '%' && raw.substr(i + 1, 1) == "2" && (raw.substr(i + 2, 1) == "f" || raw.substr(i + 2, 1) == "F")) {
      return std::nullopt;
    }
  }
  auto path = percent_decoded(raw, Plus::stays);
  if (!path || !is_utf8(*path) || has_dot_segment(*path)) return std::nullopt;
  for (const char c : *path) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\') return std::nullopt;
  }
  return path;
}

std::optional<std::map<std::string, std::string>> decoded_query(std::string_view raw) {
  std::map<std::string, std::string> query;
  while (!raw.empty()) {
    const auto pair = raw.substr(0, raw.find('&'));
    raw.remove_prefix(std::min(raw.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const auto name = percent_decoded(pair.substr(0, equals), Plus::is_blank);
    const auto value = equals == std::string_view::npos ? std::optional<std::string>("")
                                                        : percent_decoded(pair.substr(equals + 1), Plus::is_blank);
    if (!name || !value || !is_utf8(*name) || !is_utf8(*value)) return std::nullopt;
    if (name->find('\0') != std::string::npos || value->find('\0') != std::string::npos) return std::nullopt;
    query.emplace(*name, *value);
  }
  return query;
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (length > text.size()) return false;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    if (!Poco::UTF8Encoding::isLegal(bytes, static_cast<int>(length))) return false;
    text.remove_prefix(length);
  }
  return true;
}

tl::expected<RequestTarget, Refusal> parse_request_target(std::string_view target) {
  const auto mark = target.find('?');
  auto path = decoded_path(target.substr(0, mark));
  if (!path) return tl::unexpected(malformed("The path of the request is not well formed."));

  const auto raw_query = mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
  if (raw_query.find('#') != std::string_view::npos) {
    return tl::unexpected(malformed("A request target has no fragment."));
  }
  auto query = decoded_query(raw_query);
  if (!query) return tl::unexpected(malformed("The query of the request is not well formed."));
  return RequestTarget{std::move(*path), std::move(*query)};
}

}  // namespace suoi::server
