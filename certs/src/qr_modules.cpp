#include "qr_modules.hpp"

#include <qrencode.h>

#include <cerrno>
#include <memory>
#include <stdexcept>
#include <system_error>

namespace suoi::certs {
namespace {

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

}  // namespace

QrModules qr_modules(std::string_view text) {
  const Code code = encode(text);
  QrModules modules{code->version, code->width + 2 * kQuietModules, {}};
  const auto dark = [&](int x, int y) { return x < code->width && (code->data[y * code->width + x] & 1) != 0; };
  for (int y = 0; y < code->width; ++y) {
    for (int x = 0; x < code->width; ++x) {
      if (!dark(x, y)) continue;
      const int start = x;
      while (dark(x, y)) ++x;
      modules.runs.push_back({start + kQuietModules, y + kQuietModules, x - start});
    }
  }
  return modules;
}

}  // namespace suoi::certs
