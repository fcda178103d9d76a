// Files from phones: what they are and whether they carry EXIF.

#include <cstdlib>

#include "suoi/domain/file_inspector.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using suoi::domain::FileInspector;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  FileInspector whole;
  whole.feed(bytes);
  FileInspector parted;
  // Pieces whose sizes follow from the bytes themselves.
  for (std::size_t at = 0; at < size;) {
    const std::size_t part = std::min<std::size_t>(1 + data[at] % 17, size - at);
    parted.feed(bytes.substr(at, part));
    at += part;
  }
  if (whole.finish() != parted.finish()) std::abort();
  // What is taken shows no name of EXIF where each format keeps it.
  const auto kind = whole.finish();
  if (kind == suoi::domain::FileKind::png && bytes.substr(8).find("IHDR") != 4) std::abort();
  if (kind == suoi::domain::FileKind::jpeg && !bytes.ends_with("\xFF\xD9")) std::abort();
  return 0;
}
