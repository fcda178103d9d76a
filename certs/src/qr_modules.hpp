// The modules of a QR code (ISO/IEC 18004), error correction Q; private to this module.
#pragma once

#include <string_view>
#include <vector>

namespace suoi::certs {

inline constexpr int kQuietModules = 4;

// A run of dark modules in one row; x and y count from the corner of the quiet zone.
struct DarkRun {
  int x = 0;
  int y = 0;
  int length = 0;
};

struct QrModules {
  int version = 0;
  int side = 0;  // with the quiet zone
  std::vector<DarkRun> runs;
};

// Throws as qr_svg() does.
QrModules qr_modules(std::string_view text);

}  // namespace suoi::certs
