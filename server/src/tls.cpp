#include "suoi/server/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <stdexcept>
#include <string_view>

#include "openssl_handles.hpp"

namespace suoi::server {
namespace {

constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";  // TLS 1.2
constexpr const char* kCiphersuites =                            // TLS 1.3
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* kGroups = "X25519:P-256:P-384";

// A key under a passphrase is an error here, not a question on some terminal.
int no_passphrase(char*, int, int, void*) {
  return 0;
}

// RFC 7301: clients also offer h2, which is not spoken here.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                    unsigned int offered_size, void*) {
  constexpr std::string_view kHttp11 = "http/1.1";
  std::string_view rest(reinterpret_cast<const char*>(offered), offered_size);
  while (!rest.empty()) {
    const auto name = rest.substr(1, static_cast<unsigned char>(rest.front()));
    if (name == kHttp11) {
      *out = reinterpret_cast<const unsigned char*>(name.data());
      *out_size = static_cast<unsigned char>(name.size());
      return SSL_TLSEXT_ERR_OK;
    }
    rest.remove_prefix(1 + name.size());
  }
  return SSL_TLSEXT_ERR_NOACK;
}

void configure(SSL_CTX* context) {
  const bool configured = SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
                          SSL_CTX_set_cipher_list(context, kCiphers) == 1 &&
                          SSL_CTX_set_ciphersuites(context, kCiphersuites) == 1 &&
                          SSL_CTX_set1_groups_list(context, kGroups) == 1 && SSL_CTX_set_num_tickets(context, 1) == 1;
  if (!configured) throw_openssl("TLS could not be set up");
  // The server's order of suites; phones without AES in hardware, which put ChaCha20 first, get that.
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                   SSL_OP_PRIORITIZE_CHACHA);
  // Idle connections give their 34 KiB of buffers back.
  SSL_CTX_set_mode(context,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_default_passwd_cb(context, no_passphrase);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
}

std::shared_ptr<ssl_ctx_st> make_context(const CertificateFiles& files) {
  ERR_clear_error();
  std::shared_ptr<ssl_ctx_st> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context) throw_openssl("TLS could not be set up");
  configure(context.get());
  if (SSL_CTX_use_certificate_chain_file(context.get(), files.chain.c_str()) != 1) {
    throw_openssl("the certificate can't be used: " + files.chain.string());
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    throw_openssl("the private key can't be used: " + files.key.string());
  }
  if (SSL_CTX_check_private_key(context.get()) != 1) throw_openssl("the private key doesn't fit the certificate");
  return context;
}

}  // namespace

void throw_openssl(const std::string& what) {
  std::array<char, 256> text{};
  const auto error = ERR_get_error();
  ERR_clear_error();
  if (error == 0) throw std::runtime_error(what);
  ERR_error_string_n(error, text.data(), text.size());
  throw std::runtime_error(what + " (" + text.data() + ")");
}

TlsContext::TlsContext(const CertificateFiles& files) : context_(make_context(files)) {}

void TlsContext::reload(const CertificateFiles& files) {
  auto context = make_context(files);
  const std::lock_guard lock(mutex_);
  context_.swap(context);
}

std::shared_ptr<ssl_ctx_st> TlsContext::current() const {
  const std::lock_guard lock(mutex_);
  return context_;
}

}  // namespace suoi::server
