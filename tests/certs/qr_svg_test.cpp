// The QR drawing, read by programs that this project did not write: rsvg-convert (librsvg2-bin) and zbarimg
// (zbar-tools).
#include "suoi/certs/qr_svg.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "sample_facts.hpp"
#include "scratch_folder.hpp"
#include "suoi/certs/certificate.hpp"

using namespace suoi::certs;
using namespace suoi::certs::test;

namespace {

void run(const std::string& command) {
  CAPTURE(command);
  REQUIRE(std::system(command.c_str()) == 0);
}

// The text in a drawing, as it is read from an image of 300 dots per inch.
std::string read_back(const QrSvg& qr) {
  const ScratchFolder folder;
  const std::string svg = folder.path() / "code.svg", png = folder.path() / "code.png", text = folder.path() / "text";
  std::ofstream(svg, std::ios::binary) << qr.svg;
  run("rsvg-convert --dpi-x 300 --dpi-y 300 --output '" + png + "' '" + svg + "'");
  run("zbarimg --nodbus --quiet --raw --oneshot -Sdisable -Sqrcode.enable '" + png + "' > '" + text + "'");
  std::ifstream file(text, std::ios::binary);
  std::string read(std::istreambuf_iterator<char>(file), {});
  if (!read.empty() && read.back() == '\n') read.pop_back();
  return read;
}

}  // namespace

TEST_CASE("a camera reads from a printed certificate exactly what was signed") {
  const SigningKey key = SigningKey::generate();
  const std::string text = qr_text(sample_facts(key), key);
  CHECK(read_back(qr_svg(text)) == text);
}

TEST_CASE("the largest certificate stays within version 19 and is read at 40 millimetres") {
  const SigningKey key = SigningKey::generate();
  const std::string text = qr_text(largest_facts(key), key);
  const QrSvg qr = qr_svg(text);
  CHECK(qr.version <= 19);
  CHECK(read_back(qr) == text);
  CHECK(qr_svg(std::string(kQrTextBytesMax, 'A')).version == 19);
  CHECK(qr_svg(std::string(kQrTextBytesMax + 1, 'A')).version == 20);
}

TEST_CASE("the drawing has its size, its quiet zone and one path") {
  const QrSvg qr = qr_svg("GCN1:A", 25);
  CHECK(qr.version == 1);
  CHECK(qr.svg.rfind("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"25mm\" height=\"25mm\" "
                     "viewBox=\"0 0 29 29\" shape-rendering=\"crispEdges\">",
                     0) == 0);
  // The finder pattern begins behind four empty modules on each side: seven dark modules, then a light one.
  CHECK(qr.svg.find("<path d=\"M4 4h7v1h-7z") != std::string::npos);
  CHECK(qr.svg.find("<path") == qr.svg.rfind("<path"));
  CHECK(qr.svg.find("M3 ") == std::string::npos);
}

TEST_CASE("what no QR code of this kind can hold is refused") {
  CHECK_THROWS_AS(qr_svg("gcn1:lower case"), std::invalid_argument);
  CHECK_THROWS_AS(qr_svg(""), std::invalid_argument);
  CHECK_THROWS_AS(qr_svg(std::string(5000, 'A')), std::invalid_argument);
  CHECK_THROWS_AS(qr_svg("A", 0), std::invalid_argument);
}
