// From the PDF that cairo draws to PDF/A-3b with the Open Badges file inside and a place for a signature; private to
// this module.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pdf_objects.hpp"

namespace suoi::certs {

struct ArchiveContent {
  std::string title;
  std::string badge;            // attached as certificate.json
  std::int64_t made_at_ms = 0;  // so that the same certificate gives the same page
  std::string id;               // 32 hex digits
};

// Where the signature goes: "<", kSignatureHexDigits digits, ">".
inline constexpr std::size_t kSignatureHexDigits = 4096;

// A file with a signature of zeros and a byte range that leaves out exactly that.
std::string archive_with_room(std::string_view cairo_pdf, const ArchiveContent& content);

struct SignedRange {
  std::size_t open = 0;   // of "<"
  std::size_t close = 0;  // behind ">"
};
// The one byte range of a file that was made so: it covers everything but the signature itself.
std::optional<SignedRange> signed_range(std::string_view pdf);
// The bytes that the signature covers.
std::string covered(std::string_view pdf, const SignedRange& range);

// The file that is attached.
std::optional<std::string_view> attached_badge(std::string_view pdf);

}  // namespace suoi::certs
