#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <system_error>

#include "openssl_handles.hpp"
#include "suoi/server/tls.hpp"

namespace suoi::server {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;
using Time = std::chrono::system_clock::time_point;

constexpr auto kCaLife = hours(24 * 3652);
constexpr auto kCertificateLife = hours(24 * 397);  // the longest that browsers take
constexpr auto kRenewBefore = hours(24 * 30);
constexpr auto kClockSlack = hours(24);  // phones whose clock is behind
constexpr const char* kCaName = "Suoi trial CA";
constexpr const char* kServerName = "Suoi trial server";

using NumberHandle = std::unique_ptr<BIGNUM, OpensslFree<BN_free>>;
using NamesHandle = std::unique_ptr<GENERAL_NAMES, OpensslFree<GENERAL_NAMES_free>>;
using ExtensionHandle = std::unique_ptr<X509_EXTENSION, OpensslFree<X509_EXTENSION_free>>;

struct Identity {
  CertificateHandle certificate;
  KeyHandle key;
};

void check(bool done, const char* what) {
  if (!done) throw_openssl(what);
}

[[noreturn]] void throw_errno(const fs::path& path) {
  throw std::system_error(errno, std::generic_category(), path.string());
}

// Either the old content or the new one stands in `path`, also after a power cut.
void replace_file(const fs::path& path, std::string_view content, mode_t mode) {
  const fs::path draft = path.string() + ".new";
  fs::remove(draft);
  const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
  if (file < 0) throw_errno(draft);
  const auto written = ::write(file, content.data(), content.size());
  const bool synced = ::fsync(file) == 0;
  ::close(file);
  if (written != static_cast<ssize_t>(content.size()) || !synced) throw_errno(draft);
  fs::rename(draft, path);
  const int folder = ::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) throw_errno(path.parent_path());
  const bool folder_synced = ::fsync(folder) == 0;
  ::close(folder);
  if (!folder_synced) throw_errno(path.parent_path());
}

std::string pem_of(const Identity& identity, bool with_key) {
  const BioHandle memory(BIO_new(BIO_s_mem()));
  check(memory != nullptr, "out of memory");
  check(PEM_write_bio_X509(memory.get(), identity.certificate.get()) == 1, "the certificate can't be written");
  if (with_key) {
    check(PEM_write_bio_PKCS8PrivateKey(memory.get(), identity.key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "the private key can't be written");
  }
  char* text = nullptr;
  const auto size = BIO_get_mem_data(memory.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

// What stands in `path`; empty where it is missing, unreadable, or its key doesn't fit.
Identity read_identity(const fs::path& path) {
  Identity identity;
  BioHandle file(BIO_new_file(path.c_str(), "r"));
  if (file) identity.certificate.reset(PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr));
  if (identity.certificate) {
    file.reset(BIO_new_file(path.c_str(), "r"));
    if (file) identity.key.reset(PEM_read_bio_PrivateKey(file.get(), nullptr, nullptr, nullptr));
  }
  const bool fits = identity.key && X509_check_private_key(identity.certificate.get(), identity.key.get()) == 1;
  ERR_clear_error();
  return fits ? std::move(identity) : Identity{};
}

bool lives_until(const X509* certificate, Time time) {
  auto seconds = std::chrono::system_clock::to_time_t(time);
  return X509_cmp_time(X509_get0_notAfter(certificate), &seconds) > 0;
}

bool has_begun(const X509* certificate, Time now) {
  auto seconds = std::chrono::system_clock::to_time_t(now);
  return X509_cmp_time(X509_get0_notBefore(certificate), &seconds) < 0;
}

bool names_host(X509* certificate, const std::string& host) {
  if (X509_check_ip_asc(certificate, host.c_str(), 0) == 1) return true;
  return X509_check_host(certificate, host.data(), host.size(), X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, nullptr) == 1;
}

CertificateHandle blank_certificate(EVP_PKEY* key, const char* name, Time now, hours life) {
  CertificateHandle made(X509_new());
  check(made != nullptr, "out of memory");
  std::array<unsigned char, 16> serial{};
  check(RAND_bytes(serial.data(), static_cast<int>(serial.size())) == 1, "no random bytes");
  serial[0] = static_cast<unsigned char>((serial[0] & 0x3f) | 0x40);  // positive, and of full length
  const NumberHandle number(BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
  check(number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(made.get())), "no serial number");

  const auto begin = std::chrono::system_clock::to_time_t(now - kClockSlack);
  const auto end = std::chrono::system_clock::to_time_t(now - kClockSlack + life);
  X509_NAME* subject = X509_get_subject_name(made.get());
  const auto* text = reinterpret_cast<const unsigned char*>(name);
  check(X509_set_version(made.get(), X509_VERSION_3) == 1 && ASN1_TIME_set(X509_getm_notBefore(made.get()), begin) &&
            ASN1_TIME_set(X509_getm_notAfter(made.get()), end) && X509_set_pubkey(made.get(), key) == 1 &&
            X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1,
        "the certificate can't be made");
  return made;
}

void add_extension(X509* certificate, X509* issuer, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const ExtensionHandle extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value));
  check(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "the certificate can't be extended");
}

// One subjectAltName (RFC 5280, section 4.2.1.6). Built as a value: a name must not be able to add further ones.
void push_host(GENERAL_NAMES* names, const std::string& host) {
  std::array<unsigned char, 16> address{};
  const int size = ::inet_pton(AF_INET, host.c_str(), address.data()) == 1    ? 4
                   : ::inet_pton(AF_INET6, host.c_str(), address.data()) == 1 ? 16
                                                                              : 0;
  const auto* bytes = size > 0 ? address.data() : reinterpret_cast<const unsigned char*>(host.data());
  ASN1_STRING* value = size > 0 ? ASN1_OCTET_STRING_new() : ASN1_IA5STRING_new();
  GENERAL_NAME* name = GENERAL_NAME_new();
  const bool set = value && name && ASN1_STRING_set(value, bytes, size > 0 ? size : static_cast<int>(host.size())) == 1;
  if (set) GENERAL_NAME_set0_value(name, size > 0 ? GEN_IPADD : GEN_DNS, value);
  if (!set || sk_GENERAL_NAME_push(names, name) <= 0) {
    if (!set) ASN1_STRING_free(value);
    GENERAL_NAME_free(name);
    throw_openssl("a host can't be put into the certificate");
  }
}

void sign(X509* certificate, EVP_PKEY* key) {
  check(X509_sign(certificate, key, EVP_sha256()) > 0, "the certificate can't be signed");
}

Identity make_ca(Time now) {
  Identity ca;
  ca.key.reset(EVP_EC_gen("P-256"));
  check(ca.key != nullptr, "no key could be made");
  ca.certificate = blank_certificate(ca.key.get(), kCaName, now, kCaLife);
  X509* made = ca.certificate.get();
  check(X509_set_issuer_name(made, X509_get_subject_name(made)) == 1, "the certificate can't be made");
  add_extension(made, made, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(made, made, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(made, made, NID_subject_key_identifier, "hash");
  sign(made, ca.key.get());
  return ca;
}

Identity make_server(const Identity& ca, const std::vector<std::string>& hosts, Time now) {
  Identity server;
  server.key.reset(EVP_EC_gen("P-256"));
  check(server.key != nullptr, "no key could be made");
  server.certificate = blank_certificate(server.key.get(), kServerName, now, kCertificateLife);
  X509* made = server.certificate.get();
  X509* issuer = ca.certificate.get();
  check(X509_set_issuer_name(made, X509_get_subject_name(issuer)) == 1, "the certificate can't be made");
  add_extension(made, issuer, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(made, issuer, NID_key_usage, "critical,digitalSignature");
  add_extension(made, issuer, NID_ext_key_usage, "serverAuth");
  add_extension(made, issuer, NID_subject_key_identifier, "hash");
  add_extension(made, issuer, NID_authority_key_identifier, "keyid:always");
  const NamesHandle names(sk_GENERAL_NAME_new_null());
  check(names != nullptr, "out of memory");
  for (const auto& host : hosts) push_host(names.get(), host);
  check(X509_add1_ext_i2d(made, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) == 1,
        "the hosts can't be put into the certificate");
  sign(made, ca.key.get());
  return server;
}

std::string fingerprint_of(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  check(X509_digest(certificate, EVP_sha256(), digest.data(), &size) == 1, "no fingerprint");
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    if (i > 0) text.push_back(':');
    text.push_back("0123456789ABCDEF"[digest[i] >> 4]);
    text.push_back("0123456789ABCDEF"[digest[i] & 15]);
  }
  return text;
}

bool still_good(const Identity& server, const Identity& ca, const std::vector<std::string>& hosts, Time now) {
  return server.certificate && has_begun(server.certificate.get(), now) &&
         lives_until(server.certificate.get(), now + kRenewBefore) &&
         X509_verify(server.certificate.get(), X509_get0_pubkey(ca.certificate.get())) == 1 &&
         std::all_of(hosts.begin(), hosts.end(),
                     [&](const std::string& host) { return names_host(server.certificate.get(), host); });
}

}  // namespace

TrialCertificate ensure_trial_certificate(const fs::path& dir, const std::vector<std::string>& hosts, Time now) {
  const auto folder = dir / "tls";
  const auto ca_with_key = folder / "ca-key.pem";
  TrialCertificate trial{{folder / "server.pem", folder / "server.pem"}, folder / "ca.pem", {}, {}};
  fs::create_directories(folder);
  fs::permissions(folder, fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);

  auto ca = read_identity(ca_with_key);
  if (!ca.certificate || !has_begun(ca.certificate.get(), now) ||
      !lives_until(ca.certificate.get(), now + kCertificateLife)) {
    ca = make_ca(now);
    replace_file(ca_with_key, pem_of(ca, true), 0600);
  }
  // Always: a crash may have come between the two files, and this one is the copy to hand out.
  replace_file(trial.ca, pem_of(ca, false), 0644);

  std::vector<std::string> all{"127.0.0.1", "::1", "localhost"};
  std::copy_if(hosts.begin(), hosts.end(), std::back_inserter(all),
               [&](const auto& host) { return std::find(all.begin(), all.end(), host) == all.end(); });
  auto server = read_identity(trial.files.chain);
  if (!still_good(server, ca, all, now)) {
    server = make_server(ca, all, now);
    replace_file(trial.files.chain, pem_of(server, true), 0600);
  }
  trial.ca_fingerprint = fingerprint_of(ca.certificate.get());
  trial.certificate_fingerprint = fingerprint_of(server.certificate.get());
  return trial;
}

}  // namespace suoi::server
