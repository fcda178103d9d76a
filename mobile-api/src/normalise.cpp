#include "suoi/mobile_api/normalise.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <utility>
#include <vector>

namespace suoi::mobile_api {
namespace {

const utf8proc_uint8_t* bytes(std::string_view utf8) {
  return reinterpret_cast<const utf8proc_uint8_t*>(utf8.data());
}

// The length of the ASCII at the front, eight bytes at a time.
std::size_t ascii_prefix(std::string_view utf8) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080ULL;
  std::size_t at = 0;
  for (std::uint64_t word = 0; at + sizeof word <= utf8.size(); at += sizeof word) {
    std::memcpy(&word, utf8.data() + at, sizeof word);
    if (word & kHighBits) break;
  }
  while (at < utf8.size() && static_cast<unsigned char>(utf8[at]) < 0x80) ++at;
  return at;
}

// Code points that are composed already, and compose with nothing of these ranges, wherever they stand: all below the
// combining marks, and Latin Extended Additional, where the Vietnamese letters with two marks are.
bool stands_for_itself(utf8proc_int32_t code_point) {
  return code_point < 0x300 || (code_point >= 0x1E00 && code_point <= 0x1EFF);
}

bool surely_nfc(std::string_view utf8) {
  while (!(utf8.remove_prefix(ascii_prefix(utf8)), utf8.empty())) {
    utf8proc_int32_t code_point = 0;
    const auto length = utf8proc_iterate(bytes(utf8), static_cast<utf8proc_ssize_t>(utf8.size()), &code_point);
    if (length <= 0 || !stands_for_itself(code_point)) return false;
    utf8.remove_prefix(static_cast<std::size_t>(length));
  }
  return true;
}

constexpr auto kNfc = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);

std::vector<utf8proc_int32_t> decompose(std::string_view utf8) {
  std::array<utf8proc_int32_t, 8> parts;  // no sign has more than four (UAX #15, section 9.2, canonical mappings)
  std::vector<utf8proc_int32_t> code_points;
  code_points.reserve(utf8.size() + 1);
  while (!utf8.empty()) {
    utf8proc_int32_t code_point = 0;
    const auto length = utf8proc_iterate(bytes(utf8), static_cast<utf8proc_ssize_t>(utf8.size()), &code_point);
    if (length <= 0) throw std::invalid_argument("to_nfc: the text is no well-formed UTF-8");
    const auto count = utf8proc_decompose_char(code_point, parts.data(), parts.size(), kNfc, nullptr);
    if (count < 0 || static_cast<std::size_t>(count) > parts.size()) {
      throw std::runtime_error("to_nfc: the Unicode data take a sign apart in an unknown way");
    }
    code_points.insert(code_points.end(), parts.begin(), parts.begin() + count);
    utf8.remove_prefix(static_cast<std::size_t>(length));
  }
  return code_points;
}

// The canonical ordering of UAX #15. utf8proc's own takes the square of a run's length: 1.5 s for 64 KiB of marks.
void order_marks(std::vector<utf8proc_int32_t>& code_points) {
  const auto rank = [](utf8proc_int32_t code_point) { return utf8proc_get_property(code_point)->combining_class; };
  const auto is_mark = [&](utf8proc_int32_t code_point) { return rank(code_point) != 0; };
  auto at = code_points.begin();
  while ((at = std::find_if(at, code_points.end(), is_mark)) != code_points.end()) {
    const auto end = std::find_if_not(at, code_points.end(), is_mark);
    std::stable_sort(at, end, [&](auto a, auto b) { return rank(a) < rank(b); });
    at = end;
  }
}

}  // namespace

std::string to_nfc(std::string_view utf8) {
  if (surely_nfc(utf8)) return std::string(utf8);
  auto code_points = decompose(utf8);
  order_marks(code_points);
  const auto count = static_cast<utf8proc_ssize_t>(code_points.size());
  code_points.push_back(0);  // utf8proc_reencode ends its bytes, written over the code points, with a zero
  const auto length = utf8proc_reencode(code_points.data(), count, kNfc);
  if (length < 0) throw std::runtime_error(utf8proc_errmsg(length));
  return {reinterpret_cast<const char*>(code_points.data()), static_cast<std::size_t>(length)};
}

bool normalise_texts(domain::Value& value) {
  bool altered = false;
  if (std::string* text = value.text()) {
    if (surely_nfc(*text)) return false;
    std::string normal = to_nfc(*text);
    altered = normal != *text;
    *text = std::move(normal);
  } else if (domain::Value::Array* items = value.array()) {
    for (domain::Value& item : *items) altered = normalise_texts(item) || altered;
  } else if (domain::Value::Object* members = value.object()) {
    for (auto& [key, member] : *members) altered = normalise_texts(member) || altered;
  }
  return altered;
}

bool has_nul(std::string_view utf8) {
  return utf8.find('\0') != std::string_view::npos;
}

bool has_nul(const domain::Value& value) {
  if (const std::string* text = value.text()) return has_nul(std::string_view(*text));
  if (const domain::Value::Array* items = value.array()) {
    return std::any_of(items->begin(), items->end(), [](const domain::Value& item) { return has_nul(item); });
  }
  if (const domain::Value::Object* members = value.object()) {
    return std::any_of(members->begin(), members->end(), [](const auto& member) {
      return has_nul(std::string_view(member.first)) || has_nul(member.second);
    });
  }
  return false;
}

std::size_t code_points(std::string_view utf8) {
  const auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), starts));
}

std::optional<std::size_t> ill_formed_at(std::string_view utf8) {
  std::size_t at = 0;
  while ((at += ascii_prefix(utf8.substr(at))) < utf8.size()) {
    utf8proc_int32_t code_point = 0;
    const auto rest = utf8.substr(at);
    const auto length = utf8proc_iterate(bytes(rest), static_cast<utf8proc_ssize_t>(rest.size()), &code_point);
    if (length <= 0) return at;
    at += static_cast<std::size_t>(length);
  }
  return std::nullopt;
}

}  // namespace suoi::mobile_api
