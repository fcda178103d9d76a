// The smallest files of the four kinds that are whole, padded to a wished size where a test needs bytes to send.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace suoi::test {

inline std::string big_endian(std::uint32_t number, int bytes) {
  std::string text;
  for (int at = bytes - 1; at >= 0; --at) text += static_cast<char>(number >> (8 * at) & 0xFFU);
  return text;
}

inline std::string little_endian(std::uint32_t number) {
  std::string text;
  for (int at = 0; at < 4; ++at) text += static_cast<char>(number >> (8 * at) & 0xFFU);
  return text;
}

inline std::string jpeg_segment(int code, std::string_view content) {
  return "\xFF" + std::string(1, static_cast<char>(code)) +
         big_endian(static_cast<std::uint32_t>(content.size()) + 2, 2) + std::string(content);
}

// `scan_bytes` of pixels that are no picture; the inspector looks at the form alone. They differ by `seed`.
inline std::string jpeg(std::size_t scan_bytes = 20, std::string_view more_segments = {}, unsigned seed = 1) {
  std::string scan;
  while (scan.size() < scan_bytes) {
    seed = seed * 1'103'515'245U + 12'345U;
    const char byte = static_cast<char>(seed >> 16U);
    scan += byte == '\xFF' ? '\x7F' : byte;
  }
  return "\xFF\xD8" + jpeg_segment(0xE0, std::string_view("JFIF\0\1\1\0\0\1\0\1\0\0", 14)) +
         std::string(more_segments) + jpeg_segment(0xC0, std::string_view("\x08\0\x01\0\x01\x01\x01\x11\0", 9)) +
         jpeg_segment(0xDA, std::string_view("\x01\x01\0\0\x3F\0", 6)) + scan + std::string("\xFF\0\xFF\xD0", 4) +
         "ab" + "\xFF\xD9";
}

inline std::string exif_segment() {
  return jpeg_segment(0xE1, std::string_view("Exif\0\0MM\0*\0\0\0\x08\0\0", 16));
}

inline std::string png_chunk(std::string_view name, std::string_view content) {
  return big_endian(static_cast<std::uint32_t>(content.size()), 4) + std::string(name) + std::string(content) + "CRC.";
}

inline std::string png(std::string_view more_chunks = {}) {
  return "\x89PNG\r\n\x1a\n" + png_chunk("IHDR", "0123456789abc") + std::string(more_chunks) +
         png_chunk("IDAT", "pixels") + png_chunk("IEND", "");
}

inline std::string webp_chunk(std::string_view name, std::string_view content) {
  return std::string(name) + little_endian(static_cast<std::uint32_t>(content.size())) + std::string(content) +
         (content.size() % 2 == 1 ? std::string(1, '\0') : "");
}

inline std::string webp(std::string_view more_chunks = {}) {
  const std::string chunks =
      "WEBP" + webp_chunk("VP8X", "0123456789") + webp_chunk("VP8 ", "pixel") + std::string(more_chunks);
  return "RIFF" + little_endian(static_cast<std::uint32_t>(chunks.size())) + chunks;
}

inline std::string pdf() {
  return "%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n";
}

}  // namespace suoi::test
