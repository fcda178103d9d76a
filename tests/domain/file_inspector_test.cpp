// Which files are taken, and which are not.

#include "suoi/domain/file_inspector.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "../support/sample_files.hpp"

namespace suoi::domain {
namespace {

using test::exif_segment;
using test::jpeg;
using test::jpeg_segment;
using test::pdf;
using test::png;
using test::png_chunk;
using test::webp;
using test::webp_chunk;

using Outcome = tl::expected<FileKind, FileObjection>;

Outcome inspected(std::string_view bytes, std::size_t piece = SIZE_MAX) {
  FileInspector inspector;
  for (std::size_t at = 0; at < bytes.size(); at += std::min(piece, bytes.size() - at)) {
    inspector.feed(bytes.substr(at, piece));
  }
  return inspector.finish();
}

const Outcome kExif = tl::unexpected(FileObjection::carries_exif);
const Outcome kDamaged = tl::unexpected(FileObjection::damaged);
const Outcome kUnknown = tl::unexpected(FileObjection::unknown_kind);

}  // namespace

TEST_CASE("The four kinds of file are known by their content, in whatever pieces they come") {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, SIZE_MAX}) {
    CHECK(inspected(jpeg(), piece) == Outcome(FileKind::jpeg));
    CHECK(inspected(png(), piece) == Outcome(FileKind::png));
    CHECK(inspected(webp(), piece) == Outcome(FileKind::webp));
    CHECK(inspected(pdf(), piece) == Outcome(FileKind::pdf));
  }
  CHECK(media_type(FileKind::webp) == "image/webp");
}

TEST_CASE("A picture that carries EXIF is refused wherever in it the EXIF stands") {
  CHECK(inspected(jpeg(20, exif_segment())) == kExif);
  CHECK(inspected(jpeg(20, jpeg_segment(0xE1, "http://ns.adobe.com/xap/1.0/") + exif_segment())) == kExif);
  // Between two scans, where a careless reader looks no more.
  std::string late = jpeg();
  late.insert(late.size() - 2, exif_segment());
  CHECK(inspected(late) == kExif);
  // Behind fill bytes.
  CHECK(inspected(jpeg(20, "\xFF\xFF" + exif_segment())) == kExif);
  CHECK(inspected(png(png_chunk("eXIf", "MM"))) == kExif);
  CHECK(inspected(png(png_chunk("zTXt", std::string_view("Raw profile type exif\0\0x", 24)))) == kExif);
  CHECK(inspected(png(png_chunk("tEXt", std::string_view("raw profile type app1\0x", 23)))) == kExif);
  CHECK(inspected(webp(webp_chunk("EXIF", "MM"))) == kExif);
}

TEST_CASE("EXIF is told as soon as it is seen, before the rest has come") {
  FileInspector inspector;
  const std::string picture = jpeg(10'000, exif_segment());
  inspector.feed(std::string_view(picture).substr(0, 100));
  CHECK(inspector.objection() == FileObjection::carries_exif);
}

TEST_CASE("Other application data and texts in a picture are no EXIF") {
  CHECK(inspected(jpeg(20, jpeg_segment(0xE1, "http://ns.adobe.com/xap/1.0/"))) == Outcome(FileKind::jpeg));
  CHECK(inspected(jpeg(20, jpeg_segment(0xE1, "Exi"))) == Outcome(FileKind::jpeg));
  CHECK(inspected(jpeg(20, jpeg_segment(0xFE, std::string_view("Exif\0\0", 6)))) == Outcome(FileKind::jpeg));
  CHECK(inspected(png(png_chunk("tEXt", std::string_view("Comment\0eXIf", 12)))) == Outcome(FileKind::png));
  CHECK(inspected(png(png_chunk("tEXt", ""))) == Outcome(FileKind::png));
  CHECK(inspected(webp(webp_chunk("ICCP", "EXIF"))) == Outcome(FileKind::webp));
}

TEST_CASE("A file of another kind is refused at its first bytes") {
  for (const std::string& other :
       {std::string("GIF89a......"), std::string("<svg xmlns=\"x\"/>"), std::string("PK\3\4zip"),
        std::string("MZ\x90\0"), std::string("\xFF\xD8\x01\xE0"), std::string("RIFF\x10\0\0\0WAVEfmt ", 16),
        std::string("%PDF/1.7\n%%EOF"), std::string("\x89PNG\n\n\n\n"),
        std::string("\0\0\0\x18"
                    "ftypheic",
                    12)}) {
    CHECK(inspected(other) == kUnknown);
  }
  CHECK(inspected("") == kUnknown);
  CHECK(inspected("\xFF\xD8") == kUnknown);
}

TEST_CASE("A file with something behind its end is refused, since that could be anything") {
  CHECK(inspected(jpeg() + exif_segment()) == kDamaged);
  CHECK(inspected(jpeg() + jpeg()) == kDamaged);
  CHECK(inspected(png() + "x") == kDamaged);
  CHECK(inspected(webp() + "x") == kDamaged);
  CHECK(inspected(webp() + webp_chunk("XXXX", "12")) == kDamaged);
  CHECK(inspected(pdf() + std::string(2'000, ' ')) == kDamaged);
}

TEST_CASE("A picture that breaks its format's rules is refused") {
  CHECK(inspected(jpeg(20, "x")) == kDamaged);
  CHECK(inspected(jpeg(20, std::string_view("\xFF\xE2\0\1", 4))) == kDamaged);
  CHECK(inspected(jpeg(20, "\xFF\xD8")) == kDamaged);
  std::string headless = png();
  headless.replace(12, 4, "IDAT");
  CHECK(inspected(headless) == kDamaged);
  CHECK(inspected(png(png_chunk("IHDR", ""))) == kDamaged);
  std::string huge = png();
  huge[8] = '\x80';
  CHECK(inspected(huge) == kDamaged);
  std::string late = webp();
  late.replace(12, 4, "ALPH");
  CHECK(inspected(late) == kDamaged);
}

TEST_CASE("Every file that was cut is refused") {
  for (const std::string& whole : {jpeg(), png(), webp(), pdf()}) {
    for (std::size_t size = 0; size + 1 < whole.size(); ++size) {
      INFO("cut to " << size << " of " << whole.size());
      CHECK_FALSE(inspected(whole.substr(0, size)).has_value());
    }
  }
}

TEST_CASE("The verdict does not depend on how the bytes were cut into pieces") {
  CHECK(rc::check("pieces", [](const std::string& noise, const std::vector<std::uint8_t>& cuts) {
    const std::string bytes = *rc::gen::element(jpeg(), png(), webp(), pdf(), jpeg(9, exif_segment())) + noise;
    std::string changed = bytes;
    const auto at = *rc::gen::inRange<std::size_t>(0, changed.size());
    changed[at] = *rc::gen::arbitrary<char>();
    FileInspector inspector;
    std::string_view rest = changed;
    for (const std::uint8_t cut : cuts) {
      const std::size_t part = std::min<std::size_t>(cut, rest.size());
      inspector.feed(rest.substr(0, part));
      rest.remove_prefix(part);
    }
    inspector.feed(rest);
    const bool same = inspector.finish() == inspected(changed);
    RC_ASSERT(same);
  }));
}

}  // namespace suoi::domain
