#include "suoi/certs/jwe.hpp"

#include <stdexcept>

#include "aes_gcm.hpp"
#include "jose_header.hpp"
#include "jwk.hpp"
#include "openssl.hpp"
#include "strict_json.hpp"
#include "suoi/certs/base64url.hpp"
#include "suoi/certs/hashing.hpp"

namespace suoi::certs {
namespace {

constexpr std::string_view kEncryption = "A256GCM";
constexpr std::uint32_t kEncryptionBits = 256;

tl::unexpected<JweError> refuse(JweFault fault, const char* detail) {
  return tl::unexpected(JweError{fault, detail});
}

std::string big_endian(std::uint32_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>((number >> shift) & 0xff);
  return bytes;
}

std::string with_length(std::string_view bytes) {
  return big_endian(static_cast<std::uint32_t>(bytes.size())).append(bytes);
}

std::string content_key(const SigningKey& own, const PublicKey& peer) {
  const Secret shared(own.agree(peer));
  return concat_kdf(shared.bytes(), kEncryption, "", "", kEncryptionBits);
}

// The ephemeral key of a header that says exactly what this form of JWE allows.
tl::expected<PublicKey, JweError> ephemeral_key(const domain::Value::Object& header) {
  const auto* alg = text_member(header, "alg");
  const auto* enc = text_member(header, "enc");
  if (alg == nullptr || *alg != "ECDH-ES") return refuse(JweFault::algorithm, "alg is not ECDH-ES");
  if (enc == nullptr || *enc != kEncryption) return refuse(JweFault::algorithm, "enc is not A256GCM");
  for (const std::string_view name : {"apu", "apv", "zip", "crit"}) {
    if (header.count(name) != 0) return refuse(JweFault::algorithm, "apu, apv, zip or crit is not understood here");
  }
  const auto epk = header.find("epk");
  if (epk == header.end()) return refuse(JweFault::key, "the header has no epk");
  return public_key_of(epk->second).map_error([](const KeyError& error) {
    return JweError{JweFault::key, error.detail};
  });
}

}  // namespace

std::string concat_kdf(std::string_view shared_secret, std::string_view algorithm, std::string_view apu,
                       std::string_view apv, std::uint32_t key_bits) {
  if (key_bits > 256 || key_bits % 8 != 0) throw std::invalid_argument("one round of SHA-256 gives at most 256 bits");
  // One round only: counter 1, Z, AlgorithmID, PartyUInfo, PartyVInfo, SuppPubInfo.
  const Secret input(big_endian(1).append(shared_secret) + with_length(algorithm) + with_length(apu) +
                     with_length(apv) + big_endian(key_bits));
  auto digest = sha256(input.bytes());
  std::string key(bytes_of(digest).substr(0, key_bits / 8));
  OPENSSL_cleanse(digest.data(), digest.size());
  return key;
}

std::string encrypt_compact(const PublicKey& recipient, std::string_view plaintext, const HeaderTexts& extras) {
  const SigningKey ephemeral = SigningKey::generate();
  const std::string header =
      header_segment({{"alg", "ECDH-ES"}, {"enc", kEncryption}, {"epk", jwk_members(ephemeral.public_key())}}, extras,
                     {"alg", "enc", "epk", "apu", "apv", "zip", "crit"});
  const Secret key(content_key(ephemeral, recipient));
  const std::string nonce = random_bytes(kGcmNonceBytes);
  const Sealed sealed = gcm_seal(key.bytes(), nonce, header, plaintext);
  return header + ".." + base64url(nonce) + "." + base64url(sealed.ciphertext) + "." + base64url(sealed.tag);
}

tl::expected<std::string, JweError> decrypt_compact(const SigningKey& key, std::string_view token,
                                                    std::size_t bytes_max) {
  if (token.size() > bytes_max) return refuse(JweFault::too_large, "the token is too large");
  const auto parts = split_token<5>(token);
  if (!parts) return refuse(JweFault::malformed, "a compact JWE has exactly five segments");
  const auto& [header_text, encrypted_key, nonce_text, ciphertext_text, tag_text] = *parts;
  if (!encrypted_key.empty()) return refuse(JweFault::malformed, "direct agreement has no encrypted key");
  const auto header = parse_header(header_text);
  if (!header) return refuse(JweFault::malformed, "the protected header is no strict JSON object in base64url");
  const auto ephemeral = ephemeral_key(*header);
  if (!ephemeral) return tl::unexpected(ephemeral.error());
  const auto nonce = parse_base64url(nonce_text);
  const auto ciphertext = parse_base64url(ciphertext_text);
  const auto tag = parse_base64url(tag_text);
  if (!nonce || !ciphertext || !tag || nonce->size() != kGcmNonceBytes || tag->size() != kGcmTagBytes) {
    return refuse(JweFault::malformed, "a segment is no base64url of the right length");
  }
  const Secret content(content_key(key, *ephemeral));
  auto plaintext = gcm_open(content.bytes(), *nonce, header_text, *ciphertext, *tag);
  if (!plaintext) return refuse(JweFault::seal, "sealed for another key, or changed on the way");
  return std::move(*plaintext);
}

std::string jwe_kid(std::string_view token) {
  const auto header = parse_header(token.substr(0, token.find('.')));
  const auto* kid = header ? text_member(*header, "kid") : nullptr;
  return kid == nullptr ? std::string() : *kid;
}

}  // namespace suoi::certs
