#include "srgb_profile.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace suoi::certs {
namespace {

std::string big32(std::uint32_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift & 0xff);
  return bytes;
}

// s15Fixed16Number
std::string fixed(double number) {
  return big32(static_cast<std::uint32_t>(static_cast<std::int32_t>(number * 65536 + (number < 0 ? -0.5 : 0.5))));
}

std::string xyz(double x, double y, double z) {
  return "XYZ " + big32(0) + fixed(x) + fixed(y) + fixed(z);
}

std::string description(std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size() + 1);
  // Behind the plain text stand an empty Unicode one and an empty one of old Macintosh script.
  return "desc" + big32(0) + big32(size) + std::string(text) + std::string(1 + 4 + 4 + 2 + 1 + 67, '\0');
}

std::string plain_text(std::string_view text) {
  return "text" + big32(0) + std::string(text) + std::string(1, '\0');
}

std::string gamma22() {
  return "curv" + big32(0) + big32(1) + std::string("\x02\x33", 2);
}

std::string header(std::uint32_t size) {
  std::string bytes = big32(size) + std::string(4, '\0') + big32(0x02400000) + "mntr" + "RGB " + "XYZ ";
  for (const int part : {2026, 1, 1, 0, 0, 0}) {
    bytes += static_cast<char>(part >> 8);
    bytes += static_cast<char>(part & 0xff);
  }
  bytes += "acsp";
  bytes += std::string(28, '\0');  // platform, flags, device, attributes, intent
  bytes += fixed(0.9642) + fixed(1) + fixed(0.8249);
  return bytes + std::string(128 - bytes.size(), '\0');
}

}  // namespace

std::string srgb_profile() {
  struct Tag {
    std::string_view name;
    std::string content;
  };
  // Primaries adapted to D50.
  const std::vector<Tag> tags = {{"desc", description("sRGB")},
                                 {"cprt", plain_text("No copyright, use freely")},
                                 {"wtpt", xyz(0.9505, 1, 1.0891)},
                                 {"rXYZ", xyz(0.43607, 0.22249, 0.01392)},
                                 {"gXYZ", xyz(0.38515, 0.71687, 0.09708)},
                                 {"bXYZ", xyz(0.14307, 0.06061, 0.7141)},
                                 {"rTRC", gamma22()},
                                 {"gTRC", gamma22()},
                                 {"bTRC", gamma22()}};
  std::string table = big32(static_cast<std::uint32_t>(tags.size()));
  std::string contents;
  const std::size_t start = 128 + 4 + tags.size() * 12;
  for (const Tag& tag : tags) {
    table += std::string(tag.name) + big32(static_cast<std::uint32_t>(start + contents.size())) +
             big32(static_cast<std::uint32_t>(tag.content.size()));
    contents += tag.content;
    contents.append((4 - contents.size() % 4) % 4, '\0');
  }
  return header(static_cast<std::uint32_t>(start + contents.size())) + table + contents;
}

}  // namespace suoi::certs
