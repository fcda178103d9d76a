// What a file is, judged by its content while it comes, and whether it carries EXIF (camera, time, place).
//
// Purpose: the server keeps photographs and papers of four kinds and nothing else; a photograph that says where it was
//          taken is refused (protocol.md, "Files").
// Shapes:  bytes in order, in pieces of any size; a few bytes are held, never the file.
// Sources: JPEG: ITU-T T.81, annex B; EXIF in it: JEITA CP-3451, section 4.7.2. PNG: W3C PNG (third edition), section
// 5;
//          EXIF also as the text chunks "Raw profile type …" that ImageMagick writes. WebP: RFC 9649, section 2.
//          PDF: ISO 32000-1, section 7.5.
// Threads: a value. Errors: an objection is a value; once there is one, more bytes change nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace suoi::domain {

enum class FileKind : std::uint8_t { jpeg, webp, png, pdf };

// "image/jpeg" …
std::string_view media_type(FileKind kind);

enum class FileObjection : std::uint8_t {
  unknown_kind,  // begins like none of the four
  damaged,       // cut, or with something in it or behind it that the format does not know
  carries_exif,
};

class FileInspector {
 public:
  void feed(std::string_view bytes);

  // What is certain already.
  std::optional<FileObjection> objection() const { return objection_; }
  // After the last byte.
  tl::expected<FileKind, FileObjection> finish() const;

 private:
  enum class Step : std::uint8_t {
    start,
    jpeg_marker,
    jpeg_code,
    jpeg_length,
    jpeg_app1,
    jpeg_scan,
    jpeg_scan_code,
    webp_header,
    webp_chunk,
    png_header,
    png_chunk,
    png_text,
    pdf_version,
    pdf_body,
    end,  // nothing may follow
  };

  void await(Step step, std::size_t bytes);
  void object(FileObjection objection) { objection_ = objection; }
  void advance(std::string_view held);
  void start(std::string_view held);
  void jpeg_code(std::uint8_t code);
  void jpeg_length(std::string_view held);
  void jpeg_app1(std::string_view held);
  void webp_header(std::string_view held);
  void webp_chunk(std::string_view held);
  void png_chunk(std::string_view held);
  void png_text(std::string_view held);
  void keep_tail(std::string_view bytes);

  Step step_ = Step::start;
  FileKind kind_ = FileKind::jpeg;
  std::optional<FileObjection> objection_;
  std::string held_;         // of what the present step waits for
  std::size_t wanted_ = 4;   // bytes that it waits for
  std::uint64_t skip_ = 0;   // bytes that say nothing
  std::uint64_t taken_ = 0;  // in all
  std::uint64_t whole_ = 0;  // WebP: what the header says that the file has
  std::uint64_t left_ = 0;   // of a segment or chunk, behind what is looked at
  std::uint8_t code_ = 0;    // of the present JPEG segment
  bool first_chunk_ = true;
  std::string tail_;  // PDF: the last bytes
};

}  // namespace suoi::domain
