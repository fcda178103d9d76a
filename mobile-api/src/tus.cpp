#include "tus.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <set>

#include "suoi/certs/base64url.hpp"

namespace suoi::mobile_api {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// With or without its padding (RFC 4648, section 4).
std::optional<std::string> parse_base64(std::string_view text) {
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  std::string url(text);
  for (char& c : url) {
    if (c == '-' || c == '_') return std::nullopt;
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  return certs::parse_base64url(url);
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// The two words of "key value"; the second is empty where there is none.
std::pair<std::string_view, std::string_view> parted(std::string_view pair) {
  const std::size_t blank = std::min(pair.find(' '), pair.size());
  return {pair.substr(0, blank), trimmed(pair.substr(blank))};
}

}  // namespace

std::optional<std::string_view> header_of(const Request& request, const char* name) {
  const auto found = request.headers.find(name);
  return found != request.headers.end() ? std::optional<std::string_view>(found->second) : std::nullopt;
}

std::optional<std::int64_t> parse_bytes(std::string_view text) {
  std::int64_t bytes = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && !text.starts_with('-') ? std::optional(bytes) : std::nullopt;
}

std::optional<UploadMetadata> parse_metadata(std::string_view text) {
  UploadMetadata metadata;
  std::set<std::string_view> keys;
  while (!trimmed(text).empty()) {
    const std::string_view item = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), item.size() + 1));
    const auto [key, coded] = parted(trimmed(item));
    const auto value = parse_base64(coded);
    if (key.empty() || !keys.insert(key).second || !value) return std::nullopt;
    if (key != "sha256") continue;
    metadata.sha256 = parse_hex<32>(*value);
    if (!metadata.sha256) return std::nullopt;
  }
  return metadata;
}

std::optional<Checksum> parse_checksum(std::string_view text) {
  const auto [algorithm, coded] = parted(trimmed(text));
  const auto digest = parse_base64(coded);
  if (algorithm.empty() || coded.empty() || !digest) return std::nullopt;
  return Checksum{std::string(algorithm), *digest};
}

std::string hex_of(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    text += "0123456789abcdef"[static_cast<std::uint8_t>(byte) >> 4U];
    text += "0123456789abcdef"[static_cast<std::uint8_t>(byte) & 15U];
  }
  return text;
}

template <std::size_t kSize>
std::optional<std::array<std::uint8_t, kSize>> parse_hex(std::string_view text) {
  if (text.size() != 2 * kSize) return std::nullopt;
  std::array<std::uint8_t, kSize> bytes{};
  for (std::size_t at = 0; at < kSize; ++at) {
    const int high = hex_value(text[2 * at]);
    const int low = hex_value(text[2 * at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes[at] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return bytes;
}
template std::optional<storage::UploadId> parse_hex<16>(std::string_view text);
template std::optional<storage::FileDigest> parse_hex<32>(std::string_view text);

std::string http_date(std::int64_t time_ms) {
  const std::time_t seconds = time_ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text.data(), size};
}

}  // namespace suoi::mobile_api
