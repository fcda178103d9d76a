// The text of a QR code: whatever the bytes, never "valid" without the key.

#include "suoi/certs/certificate.hpp"

#include <cstdlib>

#include "suoi/certs/base45.hpp"
#include "suoi/certs/cbor.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace suoi::certs;
  static const SigningKey key = SigningKey::generate();
  static const std::vector<IssuerKey> keys = {{key.public_key(), 0, std::nullopt}};
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto never = [&](const std::string& text) {
    const Checked checked = verify_qr_text(text, keys, 1'763'740'000'000, {});
    if (checked.verdict != Verdict::forged && checked.verdict != Verdict::unknown_key) std::abort();
  };
  never(std::string(bytes));
  never(std::string(kQrPrefix) + base45(bytes));
  if (const auto value = parse_cbor(bytes)) {
    // Only the one deterministic form is read.
    if (encode_cbor(*value) != bytes) std::abort();
  }
  return 0;
}
