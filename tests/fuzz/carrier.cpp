// Files and papers as certificates, and status lists: whatever the bytes, never "valid" without the key.

#include "suoi/certs/carrier.hpp"

#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace suoi::certs;
  static const SigningKey key = SigningKey::generate();
  static const IssuerKeys keys = {{{key.public_key(), 0, std::nullopt}},
                                  {{badge_key(key).public_key(), 0, std::nullopt}}};
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const std::string& carrier : {std::string(bytes), "%PDF-" + std::string(bytes), "{" + std::string(bytes)}) {
    const Checked checked = verify_carrier(carrier, keys, 1'763'740'000'000, StatusKnowledge{});
    if (checked.verdict != Verdict::forged && checked.verdict != Verdict::unknown_key) std::abort();
  }
  if (read_status_list(bytes, keys.badges)) std::abort();
  static_cast<void>(issuer_keys(bytes));
  return 0;
}
