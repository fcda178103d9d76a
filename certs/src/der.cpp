#include "der.hpp"

#include <algorithm>
#include <vector>

namespace suoi::certs::der {
namespace {

constexpr std::size_t kNumberBytes = 32;

// A number of at most 32 bytes out of an INTEGER, padded to 32.
std::optional<std::string> padded(const std::optional<Element>& number) {
  if (!number || number->tag != kInteger) return std::nullopt;
  std::string_view bytes = number->content;
  if (!bytes.empty() && bytes[0] == '\0') bytes.remove_prefix(1);
  if (bytes.size() > kNumberBytes) return std::nullopt;
  return std::string(kNumberBytes - bytes.size(), '\0') + std::string(bytes);
}

}  // namespace

std::string element(unsigned char tag, std::string_view content) {
  std::string length;
  if (content.size() < 0x80) {
    length = static_cast<char>(content.size());
  } else {
    for (std::size_t rest = content.size(); rest > 0; rest >>= 8) length.insert(0, 1, static_cast<char>(rest & 0xff));
    length.insert(0, 1, static_cast<char>(0x80 | length.size()));
  }
  return static_cast<char>(tag) + length + std::string(content);
}

std::string sequence(std::initializer_list<std::string_view> members) {
  std::string content;
  for (const std::string_view member : members) content += member;
  return element(kSequence, content);
}

std::string set_of(std::initializer_list<std::string> members) {
  std::vector<std::string> sorted(members);
  std::sort(sorted.begin(), sorted.end());
  std::string content;
  for (const std::string& member : sorted) content += member;
  return element(kSet, content);
}

std::string integer(std::string_view big_endian) {
  const std::size_t start = std::min(big_endian.find_first_not_of('\0'), big_endian.size());
  std::string content(big_endian.substr(start));
  if (content.empty() || (content[0] & 0x80) != 0) content.insert(0, 1, '\0');
  return element(kInteger, content);
}

std::string ecdsa_signature(std::string_view raw) {
  return sequence({integer(raw.substr(0, kNumberBytes)), integer(raw.substr(kNumberBytes))});
}

std::optional<std::string> raw_ecdsa_signature(std::string_view encoded) {
  const auto pair = first(encoded);
  if (!pair || pair->tag != kSequence) return std::nullopt;
  const auto r = first(pair->content);
  const auto s = r ? first(pair->content.substr(r->whole.size())) : std::nullopt;
  const auto r_bytes = padded(r), s_bytes = padded(s);
  if (!r_bytes || !s_bytes) return std::nullopt;
  std::string raw = *r_bytes + *s_bytes;
  return ecdsa_signature(raw) == encoded ? std::optional(std::move(raw)) : std::nullopt;
}

std::optional<Element> first(std::string_view bytes) {
  if (bytes.size() < 2) return std::nullopt;
  std::size_t head = 2;
  std::size_t length = static_cast<unsigned char>(bytes[1]);
  if (length >= 0x80) {
    const std::size_t count = length & 0x7f;
    if (count == 0 || count > 4 || bytes.size() < 2 + count) return std::nullopt;
    length = 0;
    for (std::size_t i = 0; i < count; ++i) length = length << 8 | static_cast<unsigned char>(bytes[2 + i]);
    head += count;
  }
  if (length > bytes.size() - head) return std::nullopt;
  return Element{static_cast<unsigned char>(bytes[0]), bytes.substr(0, head + length), bytes.substr(head, length)};
}

}  // namespace suoi::certs::der
