#include "aes_gcm.hpp"

#include "openssl.hpp"

namespace suoi::certs {
namespace {

CipherContext begin(std::string_view key, std::string_view nonce, std::string_view associated, bool sealing) {
  ensure(key.size() == kGcmKeyBytes && nonce.size() == kGcmNonceBytes, "sizes of key and nonce");
  CipherContext context(EVP_CIPHER_CTX_new());
  ensure(context && EVP_CipherInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, octets(key), octets(nonce),
                                      sealing ? 1 : 0) == 1,
         "AES-256-GCM");
  int size = 0;
  ensure(associated.empty() || EVP_CipherUpdate(context.get(), nullptr, &size, octets(associated),
                                                static_cast<int>(associated.size())) == 1,
         "associated data");
  return context;
}

std::string transform(EVP_CIPHER_CTX* context, std::string_view input) {
  std::string output(input.size(), '\0');
  int size = 0;
  ensure(input.empty() ||
             EVP_CipherUpdate(context, octets(output), &size, octets(input), static_cast<int>(input.size())) == 1,
         "AES-256-GCM");
  ensure(static_cast<std::size_t>(size) == input.size(), "AES-256-GCM");
  return output;
}

}  // namespace

Sealed gcm_seal(std::string_view key, std::string_view nonce, std::string_view associated, std::string_view plaintext) {
  const CipherContext context = begin(key, nonce, associated, true);
  Sealed sealed{transform(context.get(), plaintext), std::string(kGcmTagBytes, '\0')};
  unsigned char rest[16];
  int size = 0;
  ensure(EVP_CipherFinal_ex(context.get(), rest, &size) == 1, "AES-256-GCM");
  ensure(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kGcmTagBytes, sealed.tag.data()) == 1, "tag");
  return sealed;
}

std::optional<std::string> gcm_open(std::string_view key, std::string_view nonce, std::string_view associated,
                                    std::string_view ciphertext, std::string_view tag) {
  if (tag.size() != kGcmTagBytes || nonce.size() != kGcmNonceBytes) return std::nullopt;
  const CipherContext context = begin(key, nonce, associated, false);
  std::string plaintext = transform(context.get(), ciphertext);
  std::string wanted(tag);
  ensure(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kGcmTagBytes, wanted.data()) == 1, "tag");
  unsigned char rest[16];
  int size = 0;
  if (EVP_CipherFinal_ex(context.get(), rest, &size) == 1) return plaintext;
  ERR_clear_error();
  OPENSSL_cleanse(plaintext.data(), plaintext.size());
  return std::nullopt;
}

}  // namespace suoi::certs
