#include "suoi/certs/qr_svg.hpp"

#include <stdexcept>

#include "qr_modules.hpp"

namespace suoi::certs {
namespace {

// Every run of dark modules of a row as one rectangle.
std::string path_of(const QrModules& code) {
  std::string path;
  for (const DarkRun& run : code.runs) {
    const std::string length = std::to_string(run.length);
    path += "M" + std::to_string(run.x) + " " + std::to_string(run.y) + "h" + length + "v1h-" + length + "z";
  }
  return path;
}

}  // namespace

QrSvg qr_svg(std::string_view text, int side_mm) {
  if (side_mm <= 0) throw std::invalid_argument("the side of a QR code must be positive");
  const QrModules code = qr_modules(text);
  const std::string side = std::to_string(side_mm) + "mm";
  const std::string modules = std::to_string(code.side);
  std::string svg = R"(<svg xmlns="http://www.w3.org/2000/svg" width=")" + side + R"(" height=")" + side +
                    R"(" viewBox="0 0 )" + modules + " " + modules + R"(" shape-rendering="crispEdges">)" +
                    R"(<rect width=")" + modules + R"(" height=")" + modules + R"(" fill="#fff"/><path d=")" +
                    path_of(code) + R"(" fill="#000"/></svg>)";
  return {std::move(svg), code.version};
}

}  // namespace suoi::certs
