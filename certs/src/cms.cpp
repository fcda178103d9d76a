#include "cms.hpp"

#include <openssl/x509.h>

#include "data_integrity.hpp"
#include "der.hpp"
#include "openssl.hpp"
#include "suoi/certs/hashing.hpp"

namespace suoi::certs {
namespace {

using Certificate = std::unique_ptr<X509, OpensslFree<X509_free>>;

std::string oid(std::string_view bytes) {
  return der::element(der::kOid, bytes);
}

const std::string kData = oid("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01");
const std::string kSignedData = oid("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02");
const std::string kContentType = oid("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03");
const std::string kMessageDigest = oid("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04");
const std::string kSigningCertificateV2 = oid("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x2f");
const std::string kSha256 = oid("\x60\x86\x48\x01\x65\x03\x04\x02\x01");
const std::string kEcdsaSha256 = oid("\x2a\x86\x48\xce\x3d\x04\x03\x02");
const std::string kCommonName = oid("\x55\x04\x03");
const std::string kBasicConstraints = oid("\x55\x1d\x13");
const std::string kKeyUsage = oid("\x55\x1d\x0f");
const std::string kSubjectKeyId = oid("\x55\x1d\x0e");

constexpr std::string_view kTrue("\x01\x01\xff", 3);
constexpr std::string_view kVersion1("\x02\x01\x01", 3);
constexpr std::string_view kX509v3("\xa0\x03\x02\x01\x02", 5);
constexpr std::string_view kSignAndCommit("\x03\x02\x06\xc0", 4);  // digitalSignature, nonRepudiation

std::string attribute(const std::string& type, const std::string& value) {
  return der::sequence({type, der::set_of({value})});
}

// SET OF Attribute; what is signed (RFC 5652, section 5.4).
std::string signed_attributes(std::string_view digest, std::string_view x509) {
  const auto certificate_digest = sha256(x509);
  // ESSCertIDv2 (RFC 5035, section 4): SHA-256 is the default and left out, as DER demands.
  const std::string id = der::sequence({der::element(der::kOctetString, bytes_of(certificate_digest))});
  return der::set_of({attribute(kContentType, kData),
                      attribute(kMessageDigest, der::element(der::kOctetString, digest)),
                      attribute(kSigningCertificateV2, der::sequence({der::sequence({id})}))});
}

// issuer and serial number, as they stand in the certificate.
std::optional<std::string> issuer_and_serial(std::string_view x509) {
  const auto certificate = der::first(x509);
  const auto tbs = certificate ? der::first(certificate->content) : std::nullopt;
  const auto version = tbs ? der::first(tbs->content) : std::nullopt;
  if (!version) return std::nullopt;
  const auto serial = der::first(tbs->content.substr(version->whole.size()));
  if (!serial) return std::nullopt;
  const auto algorithm = der::first(tbs->content.substr(version->whole.size() + serial->whole.size()));
  if (!algorithm) return std::nullopt;
  const std::size_t at = version->whole.size() + serial->whole.size() + algorithm->whole.size();
  const auto issuer = der::first(tbs->content.substr(at));
  if (!issuer) return std::nullopt;
  return der::sequence({issuer->whole, serial->whole});
}

std::string assemble(std::string_view digest, std::string_view x509, std::string_view issuer_serial,
                     std::string_view signature) {
  const std::string sha256_algorithm = der::sequence({kSha256});
  std::string attributes = signed_attributes(digest, x509);
  attributes[0] = static_cast<char>(der::kContext0);  // IMPLICIT [0]
  const std::string signer =
      der::sequence({kVersion1, issuer_serial, sha256_algorithm, attributes, der::sequence({kEcdsaSha256}),
                     der::element(der::kOctetString, der::ecdsa_signature(signature))});
  const std::string content = der::sequence({kVersion1, der::set_of({sha256_algorithm}), der::sequence({kData}),
                                             der::element(der::kContext0, x509), der::set_of({signer})});
  return der::sequence({kSignedData, der::element(der::kContext0, content)});
}

// The certificate and the signature out of a message that may be one of ours.
struct Parts {
  std::string_view x509;
  std::string_view signature;
};

std::optional<Parts> parts_of(std::string_view cms) {
  std::string_view rest = cms;
  const auto enter = [&](int skip) {
    for (; skip > 0; --skip) {
      const auto skipped = der::first(rest);
      if (!skipped) return false;
      rest.remove_prefix(skipped->whole.size());
    }
    const auto entered = der::first(rest);
    if (entered) rest = entered->content;
    return entered.has_value();
  };
  if (!enter(0) || !enter(1) || !enter(0)) return std::nullopt;  // ContentInfo, [0], SignedData
  const std::string_view signed_data = rest;
  if (!enter(3)) return std::nullopt;  // certificates
  Parts parts{rest, {}};
  rest = signed_data;
  if (!enter(4) || !enter(0) || !enter(5)) return std::nullopt;  // signerInfos, SignerInfo, signature
  parts.signature = rest;
  return parts;
}

std::optional<PublicKey> key_in(std::string_view x509) {
  const unsigned char* position = octets(x509);
  const Certificate certificate(d2i_X509(nullptr, &position, static_cast<long>(x509.size())));
  ERR_clear_error();
  if (!certificate) return std::nullopt;
  unsigned char* encoded = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &encoded);
  if (size <= 0) return std::nullopt;
  const std::string spki(reinterpret_cast<const char*>(encoded), static_cast<std::size_t>(size));
  OPENSSL_free(encoded);
  auto key = PublicKey::from_spki_der(spki);
  return key ? std::optional(std::move(*key)) : std::nullopt;
}

// UTCTime until 2049, then GeneralizedTime (RFC 5280, section 4.1.2.5).
std::string x509_time(std::int64_t time_ms) {
  std::string digits;
  for (const char sign : utc_text(time_ms)) {
    if (sign != '-' && sign != ':' && sign != 'T') digits += sign;
  }
  return digits < "2050" ? der::element(der::kUtcTime, digits.substr(2)) : der::element(der::kGeneralizedTime, digits);
}

std::string extension(const std::string& type, bool critical, std::string_view value) {
  return der::sequence({type, critical ? kTrue : std::string_view(), der::element(der::kOctetString, value)});
}

}  // namespace

std::string cms_signature(std::string_view digest, const SigningKey& key, std::string_view x509) {
  const auto named = issuer_and_serial(x509);
  if (!named) throw std::invalid_argument("no certificate to sign with");
  return assemble(digest, x509, *named, key.sign_es256(signed_attributes(digest, x509)));
}

std::optional<PublicKey> cms_signer(std::string_view cms, std::string_view digest) {
  const auto parts = parts_of(cms);
  if (!parts) return std::nullopt;
  const auto named = issuer_and_serial(parts->x509);
  const auto signature = der::raw_ecdsa_signature(parts->signature);
  if (!named || !signature || assemble(digest, parts->x509, *named, *signature) != cms) return std::nullopt;
  auto key = key_in(parts->x509);
  const bool good = key && key->verify_es256(signed_attributes(digest, parts->x509), *signature, SForm::low);
  return good ? std::move(key) : std::nullopt;
}

std::string self_signed_x509(const SigningKey& key, std::int64_t not_before_ms) {
  const PublicKey& public_key = key.public_key();
  const auto digest = sha256(public_key.spki_der());
  std::string serial(bytes_of(digest).substr(0, 16));
  serial[0] = static_cast<char>((serial[0] & 0x3f) | 0x40);  // positive, of full length
  const std::string key_id(bytes_of(digest).substr(0, 20));
  const std::string title = "Suối " + public_key.thumbprint().substr(0, 11);
  const std::string name =
      der::sequence({der::set_of({der::sequence({kCommonName, der::element(der::kUtf8, title)})})});
  const std::string extensions =
      der::sequence({extension(kBasicConstraints, true, der::sequence({})), extension(kKeyUsage, true, kSignAndCommit),
                     extension(kSubjectKeyId, false, der::element(der::kOctetString, key_id))});
  const std::string algorithm = der::sequence({kEcdsaSha256});
  const std::string no_end = der::element(der::kGeneralizedTime, "99991231235959Z");
  const std::string tbs =
      der::sequence({kX509v3, der::integer(serial), algorithm, name, der::sequence({x509_time(not_before_ms), no_end}),
                     name, public_key.spki_der(), der::element(der::kContext3, extensions)});
  const std::string signature = std::string(1, '\0') + der::ecdsa_signature(key.sign_es256(tbs));
  return der::sequence({tbs, algorithm, der::element(der::kBitString, signature)});
}

}  // namespace suoi::certs
