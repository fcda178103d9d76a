// TLS for the front: the context that connections are made from, and a certificate for trials.
//
// Purpose: TLS 1.2 and 1.3 with forward-secret AEAD suites only; a private CA so that a trial needs no public name.
// Shapes:  files are PEM (RFC 7468); certificates are X.509 v3 (RFC 5280) with P-256 keys. Fingerprints are SHA-256
// over
//          the DER, as "AB:CD:…" (upper case, 32 bytes).
// Owner:   a TlsContext owns its OpenSSL context; a connection keeps the one it began with, so `reload` disturbs
// nobody. Threads: TlsContext may be used and reloaded from any thread. ensure_trial_certificate: one caller per
// folder. Errors:  std::runtime_error where a file can't be read or written, a key doesn't fit or OpenSSL refuses.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

struct ssl_ctx_st;

namespace suoi::server {

struct CertificateFiles {
  std::filesystem::path chain;  // the server's certificate first, then those between it and the root
  std::filesystem::path key;    // may be the same file
};

class TlsContext {
 public:
  explicit TlsContext(const CertificateFiles& files);

  // Takes another certificate for the connections to come; where it is no good, throws and keeps the present one.
  void reload(const CertificateFiles& files);

  std::shared_ptr<ssl_ctx_st> current() const;

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<ssl_ctx_st> context_;
};

struct TrialCertificate {
  CertificateFiles files;
  std::filesystem::path ca;             // what a client is told to trust
  std::string ca_fingerprint;           // stays for the ten years of the CA
  std::string certificate_fingerprint;  // what a browser shows; changes with every renewal
};

// Makes, under DIR/tls, a private CA (10 years) and a server certificate of it (397 days) for 127.0.0.1, ::1, localhost
// and `hosts` (names or addresses), or keeps what stands there. Made anew: the certificate within 30 days of its end or
// when a host is missing, the CA when it would end before a new certificate; either when it can't be read or its key
// doesn't fit. Files with a key have mode 0600; each file is replaced in one step.
TrialCertificate ensure_trial_certificate(const std::filesystem::path& dir, const std::vector<std::string>& hosts,
                                          std::chrono::system_clock::time_point now);

}  // namespace suoi::server
