#include "suoi/certs/qr_svg.hpp"

#include <qrencode.h>

#include <cerrno>
#include <memory>
#include <stdexcept>
#include <system_error>

namespace suoi::certs {
namespace {

constexpr int kQuietModules = 4;

struct FreeInput {
  void operator()(QRinput* input) const { QRinput_free(input); }
};
struct FreeCode {
  void operator()(QRcode* code) const { QRcode_free(code); }
};
using Code = std::unique_ptr<QRcode, FreeCode>;

Code encode(std::string_view text) {
  const std::unique_ptr<QRinput, FreeInput> input(QRinput_new2(0, QR_ECLEVEL_Q));
  if (!input) throw std::system_error(errno, std::generic_category(), "libqrencode");
  if (QRinput_append(input.get(), QR_MODE_AN, static_cast<int>(text.size()),
                     reinterpret_cast<const unsigned char*>(text.data())) != 0) {
    throw std::invalid_argument("empty, or a letter outside the alphanumeric set of QR codes");
  }
  Code code(QRcode_encodeInput(input.get()));
  if (!code && errno == ERANGE) throw std::invalid_argument("too long for a QR code");
  if (!code) throw std::system_error(errno, std::generic_category(), "libqrencode");
  return code;
}

// Every run of dark modules of a row as one rectangle.
std::string path_of(const QRcode& code) {
  std::string path;
  const auto dark = [&](int x, int y) { return x < code.width && (code.data[y * code.width + x] & 1) != 0; };
  for (int y = 0; y < code.width; ++y) {
    for (int x = 0; x < code.width; ++x) {
      if (!dark(x, y)) continue;
      const int start = x;
      while (dark(x, y)) ++x;
      const std::string length = std::to_string(x - start);
      path += "M" + std::to_string(start + kQuietModules) + " " + std::to_string(y + kQuietModules) + "h" + length +
              "v1h-" + length + "z";
    }
  }
  return path;
}

}  // namespace

QrSvg qr_svg(std::string_view text, int side_mm) {
  if (side_mm <= 0) throw std::invalid_argument("the side of a QR code must be positive");
  const Code code = encode(text);
  const std::string side = std::to_string(side_mm) + "mm";
  const std::string modules = std::to_string(code->width + 2 * kQuietModules);
  std::string svg = R"(<svg xmlns="http://www.w3.org/2000/svg" width=")" + side + R"(" height=")" + side +
                    R"(" viewBox="0 0 )" + modules + " " + modules + R"(" shape-rendering="crispEdges">)" +
                    R"(<rect width=")" + modules + R"(" height=")" + modules + R"(" fill="#fff"/><path d=")" +
                    path_of(*code) + R"(" fill="#000"/></svg>)";
  return {std::move(svg), code->version};
}

}  // namespace suoi::certs
