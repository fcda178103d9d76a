// A QR code (ISO/IEC 18004) as an SVG drawing.
//
// Purpose: the code on paper and on the screen of a phone.
// Shapes:  error correction Q, alphanumeric mode, the smallest version that fits, a quiet zone of 4 modules on each
//          side, all dark modules in one path on a white ground, drawn without smoothing.
// Threads: callable from any thread.
// Errors:  std::invalid_argument for letters outside the alphanumeric set, for an empty text, for more text than any
//          version takes, and for a side that is not positive; std::runtime_error when libqrencode fails.
#pragma once

#include <string>
#include <string_view>

namespace suoi::certs {

struct QrSvg {
  std::string svg;
  int version = 0;  // 1 to 40; 17 + 4 * version modules a side
};

// `side_mm`: width and height of the drawing with its quiet zone.
QrSvg qr_svg(std::string_view text, int side_mm = 40);

}  // namespace suoi::certs
