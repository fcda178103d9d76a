// DER (ITU-T X.690) as far as a signature needs it: written, and read back in the one form that is written; private to
// this module.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace suoi::certs::der {

inline constexpr unsigned char kInteger = 0x02, kBitString = 0x03, kOctetString = 0x04, kNull = 0x05, kOid = 0x06,
                               kUtf8 = 0x0c, kUtcTime = 0x17, kGeneralizedTime = 0x18, kSequence = 0x30, kSet = 0x31,
                               kContext0 = 0xa0, kContext3 = 0xa3;

std::string element(unsigned char tag, std::string_view content);
std::string sequence(std::initializer_list<std::string_view> members);
// The members sorted by their encodings (section 11.6).
std::string set_of(std::initializer_list<std::string> members);
// A number that is not negative, from its big-endian bytes.
std::string integer(std::string_view big_endian);
// ECDSA-Sig-Value (RFC 3279, section 2.2.3) of r||s, and back; nullopt for every other form.
std::string ecdsa_signature(std::string_view raw);
std::optional<std::string> raw_ecdsa_signature(std::string_view encoded);

// The element at the start of `bytes`: whole is its head and content. nullopt where none of definite length is there.
struct Element {
  unsigned char tag = 0;
  std::string_view whole;
  std::string_view content;
};
std::optional<Element> first(std::string_view bytes);

}  // namespace suoi::certs::der
