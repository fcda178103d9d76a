#include "suoi/domain/file_inspector.hpp"

#include <algorithm>
#include <utility>

namespace suoi::domain {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kExifMarkBytes = 5;     // "Exif" and a zero
constexpr std::size_t kTextKeyBytesMax = 80;  // of a PNG: 79 and a zero
constexpr std::size_t kPdfTailBytes = 1024;   // in which readers look for the end
constexpr std::uint8_t kMarker = 0xFF;
constexpr std::uint8_t kEndOfImage = 0xD9;
constexpr std::uint8_t kStartOfScan = 0xDA;
constexpr std::uint8_t kApp1 = 0xE1;

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char byte : bytes) number = number << 8U | static_cast<std::uint8_t>(byte);
  return number;
}

std::uint32_t little_endian(std::string_view bytes) {
  std::uint32_t number = 0;
  for (std::size_t at = bytes.size(); at > 0; --at) number = number << 8U | byte_at(bytes, at - 1);
  return number;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// ASCII, whatever the case of its letters.
bool alike(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

bool stands_alone(std::uint8_t code) {
  return code == 0x01 || (code >= 0xD0 && code <= 0xD7);
}

}  // namespace

std::string_view media_type(FileKind kind) {
  switch (kind) {
    case FileKind::jpeg:
      return "image/jpeg";
    case FileKind::webp:
      return "image/webp";
    case FileKind::png:
      return "image/png";
    case FileKind::pdf:
      return "application/pdf";
  }
  return "application/octet-stream";
}

void FileInspector::feed(std::string_view bytes) {
  while (!bytes.empty() && !objection_) {
    std::size_t part = 0;
    if (skip_ > 0) {
      part = static_cast<std::size_t>(std::min<std::uint64_t>(skip_, bytes.size()));
      skip_ -= part;
    } else if (step_ == Step::end) {
      return object(FileObjection::damaged);
    } else if (step_ == Step::pdf_body) {
      part = bytes.size();
      keep_tail(bytes);
    } else if (step_ == Step::jpeg_scan) {
      part = std::min(bytes.find(static_cast<char>(kMarker)), bytes.size() - 1) + 1;
      if (byte_at(bytes, part - 1) == kMarker) await(Step::jpeg_scan_code, 1);
    } else {
      part = std::min(wanted_ - held_.size(), bytes.size());
      held_.append(bytes.substr(0, part));
    }
    bytes.remove_prefix(part);
    taken_ += part;
    if (held_.size() == wanted_ && wanted_ > 0) {
      const std::string held = std::exchange(held_, {});
      advance(held);
    }
  }
}

tl::expected<FileKind, FileObjection> FileInspector::finish() const {
  if (objection_) return tl::unexpected(*objection_);
  bool whole = skip_ == 0 && held_.empty();
  if (step_ == Step::webp_chunk) {
    whole = whole && taken_ == whole_ && !first_chunk_;
  } else if (step_ == Step::pdf_body) {
    whole = tail_.find("%%EOF") != std::string::npos;
  } else {
    whole = whole && step_ == Step::end;
  }
  if (step_ == Step::start) return tl::unexpected(FileObjection::unknown_kind);
  if (!whole) return tl::unexpected(FileObjection::damaged);
  return kind_;
}

void FileInspector::await(Step step, std::size_t bytes) {
  step_ = step;
  wanted_ = bytes;
}

void FileInspector::advance(std::string_view held) {
  switch (step_) {
    case Step::start:
      return start(held);
    case Step::jpeg_marker:
      if (byte_at(held, 0) != kMarker) return object(FileObjection::damaged);
      return await(Step::jpeg_code, 1);
    case Step::jpeg_code:
      return jpeg_code(byte_at(held, 0));
    case Step::jpeg_length:
      return jpeg_length(held);
    case Step::jpeg_app1:
      return jpeg_app1(held);
    case Step::jpeg_scan_code: {
      const std::uint8_t code = byte_at(held, 0);
      if (code == kMarker) return;
      // A zero makes the marker byte an ordinary one; restarts belong to the scan.
      if (code == 0 || stands_alone(code)) return await(Step::jpeg_scan, 0);
      return jpeg_code(code);
    }
    case Step::webp_header:
      return webp_header(held);
    case Step::webp_chunk:
      return webp_chunk(held);
    case Step::png_header:
      if (held != "\r\n\x1a\n"sv) return object(FileObjection::unknown_kind);
      return await(Step::png_chunk, 8);
    case Step::png_chunk:
      return png_chunk(held);
    case Step::png_text:
      return png_text(held);
    case Step::pdf_version:
      if (held[0] != '-' || !is_digit(held[1]) || held[2] != '.' || !is_digit(held[3])) {
        return object(FileObjection::unknown_kind);
      }
      return await(Step::pdf_body, 0);
    case Step::jpeg_scan:
    case Step::pdf_body:
    case Step::end:
      return;
  }
}

void FileInspector::start(std::string_view held) {
  if (held.starts_with("\xFF\xD8\xFF")) {
    kind_ = FileKind::jpeg;
    return jpeg_code(byte_at(held, 3));
  }
  if (held == "RIFF") {
    kind_ = FileKind::webp;
    return await(Step::webp_header, 8);
  }
  if (held == "\x89PNG") {
    kind_ = FileKind::png;
    return await(Step::png_header, 4);
  }
  if (held == "%PDF") {
    kind_ = FileKind::pdf;
    return await(Step::pdf_version, 4);
  }
  object(FileObjection::unknown_kind);
}

void FileInspector::jpeg_code(std::uint8_t code) {
  code_ = code;
  if (code == kMarker) return await(Step::jpeg_code, 1);  // a fill byte
  if (code == kEndOfImage) return await(Step::end, 0);
  if (stands_alone(code)) return await(Step::jpeg_marker, 1);
  if (code < 0xC0 || code == 0xD8) return object(FileObjection::damaged);
  await(Step::jpeg_length, 2);
}

void FileInspector::jpeg_length(std::string_view held) {
  const std::uint32_t length = big_endian(held);
  if (length < 2) return object(FileObjection::damaged);
  left_ = length - 2;
  if (code_ == kApp1 && left_ >= kExifMarkBytes) {
    left_ -= kExifMarkBytes;
    return await(Step::jpeg_app1, kExifMarkBytes);
  }
  skip_ = left_;
  if (code_ == kStartOfScan) return await(Step::jpeg_scan, 0);
  await(Step::jpeg_marker, 1);
}

void FileInspector::jpeg_app1(std::string_view held) {
  if (alike(held, "Exif\0"sv)) return object(FileObjection::carries_exif);
  skip_ = left_;
  await(Step::jpeg_marker, 1);
}

void FileInspector::webp_header(std::string_view held) {
  if (held.substr(4) != "WEBP") return object(FileObjection::unknown_kind);
  whole_ = std::uint64_t{little_endian(held.substr(0, 4))} + 8;
  await(Step::webp_chunk, 8);
}

void FileInspector::webp_chunk(std::string_view held) {
  const std::string_view name = held.substr(0, 4);
  const std::uint64_t size = little_endian(held.substr(4));
  const bool pixels = name == "VP8 " || name == "VP8L" || name == "VP8X";
  if (std::exchange(first_chunk_, false) && !pixels) return object(FileObjection::damaged);
  if (alike(name, "EXIF")) return object(FileObjection::carries_exif);
  skip_ = size + (size & 1U);
  if (taken_ + skip_ > whole_) return object(FileObjection::damaged);
  await(Step::webp_chunk, 8);
}

void FileInspector::png_chunk(std::string_view held) {
  const std::uint64_t length = big_endian(held.substr(0, 4));
  const std::string_view name = held.substr(4);
  const bool header = name == "IHDR";
  if (std::exchange(first_chunk_, false) != header || length > INT32_MAX) return object(FileObjection::damaged);
  if (alike(name, "eXIf")) return object(FileObjection::carries_exif);
  constexpr std::uint64_t kCheckBytes = 4;
  left_ = length + kCheckBytes;
  if (length > 0 && (name == "tEXt" || name == "zTXt" || name == "iTXt")) {
    const std::uint64_t key = std::min<std::uint64_t>(length, kTextKeyBytesMax);
    left_ -= key;
    return await(Step::png_text, static_cast<std::size_t>(key));
  }
  skip_ = left_;
  if (name == "IEND") return await(Step::end, 0);
  await(Step::png_chunk, 8);
}

void FileInspector::png_text(std::string_view held) {
  const std::string_view key = held.substr(0, held.find('\0'));
  if (alike(key, "Raw profile type exif") || alike(key, "Raw profile type APP1")) {
    return object(FileObjection::carries_exif);
  }
  skip_ = left_;
  await(Step::png_chunk, 8);
}

void FileInspector::keep_tail(std::string_view bytes) {
  tail_.append(bytes.substr(bytes.size() - std::min(bytes.size(), kPdfTailBytes)));
  if (tail_.size() > kPdfTailBytes) tail_.erase(0, tail_.size() - kPdfTailBytes);
}

}  // namespace suoi::domain
