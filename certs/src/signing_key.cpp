#include "suoi/certs/signing_key.hpp"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/obj_mac.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "openssl.hpp"
#include "suoi/certs/base64url.hpp"
#include "suoi/certs/hashing.hpp"

namespace suoi::certs {
namespace {

constexpr std::size_t kNumberBytes = 32;
constexpr std::size_t kSignatureBytes = 2 * kNumberBytes;
constexpr std::size_t kPointBytes = 1 + 2 * kNumberBytes;

// scrypt (RFC 7914) at 16 MiB, five times over: about half a second, and what OpenSSL reads without further settings.
constexpr std::size_t kSaltBytes = 16;
constexpr std::uint64_t kScryptCost = 16384;
constexpr std::uint64_t kScryptBlock = 8;
constexpr std::uint64_t kScryptLanes = 5;

using Bio = std::unique_ptr<BIO, OpensslFree<BIO_vfree>>;
using Pkcs8 = std::unique_ptr<PKCS8_PRIV_KEY_INFO, OpensslFree<PKCS8_PRIV_KEY_INFO_free>>;
using SealedPkcs8 = std::unique_ptr<X509_SIG, OpensslFree<X509_SIG_free>>;

tl::unexpected<KeyError> refuse(KeyFault fault, const char* detail) {
  ERR_clear_error();
  return tl::unexpected(KeyError{fault, detail});
}

EcGroup p256() {
  EcGroup group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  ensure(group != nullptr, "curve P-256");
  return group;
}

BigNumber number_of(std::string_view bytes) {
  BigNumber number(BN_bin2bn(octets(bytes), static_cast<int>(bytes.size()), nullptr));
  ensure(number != nullptr, "number");
  return number;
}

// Order of the group, and the largest s that counts as low.
struct Order {
  BigNumber n;
  BigNumber half;
};

const Order& order() {
  static const Order kOrder = [] {
    const EcGroup group = p256();
    Order made{BigNumber(BN_dup(EC_GROUP_get0_order(group.get()))), BigNumber(BN_new())};
    ensure(made.n && made.half && BN_rshift1(made.half.get(), made.n.get()) == 1, "order of P-256");
    return made;
  }();
  return kOrder;
}

bool is_low(const BIGNUM* s) {
  return BN_cmp(s, order().half.get()) <= 0;
}

// The key of a point (0x04, x, y) and, where given, its private number; null where the point is not on the curve.
Key make_key(std::string_view point, const BIGNUM* secret) {
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  ensure(builder != nullptr, "parameters");
  ensure(OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1, "group");
  ensure(OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) == 1,
         "point");
  if (secret != nullptr) {
    ensure(OSSL_PARAM_BLD_push_BN_pad(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret, kNumberBytes) == 1, "secret");
  }
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  ensure(params && context && EVP_PKEY_fromdata_init(context.get()) == 1, "key from parameters");
  EVP_PKEY* key = nullptr;
  const int selection = secret != nullptr ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
  if (EVP_PKEY_fromdata(context.get(), &key, selection, params.get()) != 1) return nullptr;
  return Key(key);
}

// The point that belongs to a private number: 0x04, x, y.
std::string point_of(const BIGNUM* secret) {
  const EcGroup group = p256();
  const EcPoint point(EC_POINT_new(group.get()));
  std::string bytes(kPointBytes, '\0');
  ensure(point && EC_POINT_mul(group.get(), point.get(), secret, nullptr, nullptr, nullptr) == 1, "point of a key");
  ensure(EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, octets(bytes), bytes.size(),
                            nullptr) == kPointBytes,
         "point of a key");
  return bytes;
}

EcdsaSignature signature_of(std::string_view raw) {
  EcdsaSignature signature(ECDSA_SIG_new());
  ensure(signature != nullptr, "signature");
  BigNumber r = number_of(raw.substr(0, kNumberBytes));
  BigNumber s = number_of(raw.substr(kNumberBytes));
  ensure(ECDSA_SIG_set0(signature.get(), r.get(), s.get()) == 1, "signature");
  static_cast<void>(r.release());
  static_cast<void>(s.release());
  return signature;
}

std::string der_of(const ECDSA_SIG* signature) {
  std::string der(static_cast<std::size_t>(i2d_ECDSA_SIG(signature, nullptr)), '\0');
  unsigned char* end = octets(der);
  ensure(i2d_ECDSA_SIG(signature, &end) == static_cast<int>(der.size()), "signature in DER");
  return der;
}

// r||s with s in its low form.
std::string raw_low(const ECDSA_SIG* signature) {
  const BIGNUM* const s = ECDSA_SIG_get0_s(signature);
  const BigNumber low(BN_dup(s));
  ensure(low != nullptr, "signature");
  if (!is_low(s)) ensure(BN_sub(low.get(), order().n.get(), s) == 1, "low form of a signature");
  std::string raw(kSignatureBytes, '\0');
  ensure(BN_bn2binpad(ECDSA_SIG_get0_r(signature), octets(raw), kNumberBytes) == kNumberBytes &&
             BN_bn2binpad(low.get(), octets(raw) + kNumberBytes, kNumberBytes) == kNumberBytes,
         "raw signature");
  return raw;
}

}  // namespace

struct PublicKey::Data {
  Key key;
  std::string point;  // 0x04, x, y
  std::string jwk;
  std::string thumbprint;

  Data(Key made, std::string made_point) : key(std::move(made)), point(std::move(made_point)) {
    jwk = R"({"crv":"P-256","kty":"EC","x":")" + base64url(point.substr(1, kNumberBytes)) + R"(","y":")" +
          base64url(point.substr(1 + kNumberBytes)) + R"("})";
    const auto digest = sha256(jwk);
    thumbprint = base64url(bytes_of(digest));
  }
};

tl::expected<PublicKey, KeyError> PublicKey::from_point(std::string_view x, std::string_view y) {
  if (x.size() != kNumberBytes || y.size() != kNumberBytes) {
    return refuse(KeyFault::malformed, "x or y is not 32 bytes long");
  }
  std::string point = "\x04";
  point.append(x).append(y);
  Key key = make_key(point, nullptr);
  if (!key) return refuse(KeyFault::off_curve, "x and y are no point of P-256");
  return PublicKey(std::make_shared<const Data>(std::move(key), std::move(point)));
}

tl::expected<PublicKey, KeyError> PublicKey::from_spki_der(std::string_view der) {
  const unsigned char* position = octets(der);
  const Key key(d2i_PUBKEY(nullptr, &position, static_cast<long>(der.size())));
  if (!key) return refuse(KeyFault::malformed, "no public key in DER");
  char group[32] = "";
  std::size_t group_size = 0;
  if (EVP_PKEY_is_a(key.get(), "EC") != 1 ||
      EVP_PKEY_get_utf8_string_param(key.get(), OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, &group_size) != 1 ||
      std::string_view(group, group_size) != "prime256v1") {
    return refuse(KeyFault::unsupported, "the key is not on P-256");
  }
  std::string point(kPointBytes, '\0');
  std::size_t size = 0;
  if (EVP_PKEY_get_octet_string_param(key.get(), OSSL_PKEY_PARAM_PUB_KEY, octets(point), point.size(), &size) != 1 ||
      size != kPointBytes) {
    return refuse(KeyFault::malformed, "the point is not in its uncompressed form");
  }
  auto made = from_point(std::string_view(point).substr(1, kNumberBytes), std::string_view(point).substr(33));
  if (made && made->spki_der() != der) return refuse(KeyFault::malformed, "the DER is not in its one form");
  return made;
}

const std::string& PublicKey::jwk() const {
  return data_->jwk;
}
const std::string& PublicKey::thumbprint() const {
  return data_->thumbprint;
}
std::string PublicKey::x() const {
  return data_->point.substr(1, kNumberBytes);
}
std::string PublicKey::y() const {
  return data_->point.substr(1 + kNumberBytes);
}

std::string PublicKey::spki_der() const {
  const int size = i2d_PUBKEY(data_->key.get(), nullptr);
  ensure(size > 0, "public key in DER");
  std::string der(static_cast<std::size_t>(size), '\0');
  unsigned char* end = octets(der);
  ensure(i2d_PUBKEY(data_->key.get(), &end) == size, "public key in DER");
  return der;
}

bool PublicKey::verify_es256(std::string_view bytes, std::string_view signature, SForm form) const {
  if (signature.size() != kSignatureBytes) return false;
  const EcdsaSignature parts = signature_of(signature);
  if (form == SForm::low && !is_low(ECDSA_SIG_get0_s(parts.get()))) return false;
  const std::string der = der_of(parts.get());
  const DigestContext context(EVP_MD_CTX_new());
  ensure(context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, data_->key.get()) == 1,
         "verification");
  const bool good = EVP_DigestVerify(context.get(), octets(der), der.size(), octets(bytes), bytes.size()) == 1;
  ERR_clear_error();
  return good;
}

struct SigningKey::Data {
  Key key;
  PublicKey public_key;
  std::string secret;

  Data(Key made, PublicKey made_public, std::string made_secret)
      : key(std::move(made)), public_key(std::move(made_public)), secret(std::move(made_secret)) {}
  Data(const Data&) = delete;
  Data& operator=(const Data&) = delete;
  ~Data() { OPENSSL_cleanse(secret.data(), secret.size()); }
};

tl::expected<SigningKey, KeyError> SigningKey::from_secret(std::string_view secret) {
  if (secret.size() != kNumberBytes) return refuse(KeyFault::malformed, "the private number is not 32 bytes long");
  const BigNumber number = number_of(secret);
  BN_set_flags(number.get(), BN_FLG_CONSTTIME);
  if (BN_is_zero(number.get()) || BN_cmp(number.get(), order().n.get()) >= 0) {
    return refuse(KeyFault::off_curve, "the private number is out of range");
  }
  const std::string point = point_of(number.get());
  auto public_key = PublicKey::from_point(std::string_view(point).substr(1, kNumberBytes),
                                          std::string_view(point).substr(1 + kNumberBytes));
  Key key = make_key(point, number.get());
  ensure(public_key.has_value() && key != nullptr, "private key");
  return SigningKey(std::make_shared<const Data>(std::move(key), std::move(*public_key), std::string(secret)));
}

SigningKey SigningKey::generate() {
  // A random number is out of range once in 2^32 times: draw again (FIPS 186-4, B.4.2).
  while (true) {
    const Secret secret(random_bytes(kNumberBytes));
    if (auto key = from_secret(secret.bytes())) return *key;
  }
}

std::string SigningKey::secret() const {
  return data_->secret;
}
const PublicKey& SigningKey::public_key() const {
  return data_->public_key;
}

std::string SigningKey::encrypted_pem(std::string_view passphrase) const {
  const Pkcs8 plain(EVP_PKEY2PKCS8(data_->key.get()));
  std::string salt = random_bytes(kSaltBytes);
  X509_ALGOR* method = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), octets(salt), static_cast<int>(salt.size()), nullptr,
                                             kScryptCost, kScryptBlock, kScryptLanes);
  ensure(plain && method != nullptr, "encryption by a passphrase");
  const SealedPkcs8 sealed(PKCS8_set0_pbe(passphrase.data(), static_cast<int>(passphrase.size()), plain.get(), method));
  const Bio out(BIO_new(BIO_s_mem()));
  ensure(sealed && out && PEM_write_bio_PKCS8(out.get(), sealed.get()) == 1, "key in PEM");
  const char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

tl::expected<SigningKey, KeyError> SigningKey::from_encrypted_pem(std::string_view pem, std::string_view passphrase) {
  const Bio in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  ensure(in != nullptr, "memory");
  const SealedPkcs8 sealed(PEM_read_bio_PKCS8(in.get(), nullptr, nullptr, nullptr));
  if (!sealed) return refuse(KeyFault::malformed, "is no key under a passphrase (PKCS #8 in PEM)");
  const Pkcs8 plain(PKCS8_decrypt(sealed.get(), passphrase.data(), static_cast<int>(passphrase.size())));
  if (!plain) return refuse(KeyFault::malformed, "the passphrase does not fit");
  const Key key(EVP_PKCS82PKEY(plain.get()));
  char group[32] = "";
  BIGNUM* number = nullptr;
  const bool is_p256 = key && EVP_PKEY_get_group_name(key.get(), group, sizeof group, nullptr) == 1 &&
                       std::string_view(group) == "prime256v1" &&
                       EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1;
  const BigNumber owned(number);
  if (!is_p256) return refuse(KeyFault::malformed, "is no key on the curve P-256");
  std::string bytes(kNumberBytes, '\0');
  ensure(BN_bn2binpad(owned.get(), octets(bytes), kNumberBytes) == kNumberBytes, "private number");
  const Secret secret(std::move(bytes));
  return from_secret(secret.bytes());
}

std::string SigningKey::sign_es256(std::string_view bytes) const {
  const DigestContext context(EVP_MD_CTX_new());
  ensure(context && EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, data_->key.get()) == 1,
         "signing");
  unsigned char der[80];  // at most 72 bytes for two numbers of P-256
  std::size_t size = sizeof der;
  ensure(EVP_DigestSign(context.get(), der, &size, octets(bytes), bytes.size()) == 1, "signing");
  const unsigned char* position = der;
  const EcdsaSignature signature(d2i_ECDSA_SIG(nullptr, &position, static_cast<long>(size)));
  ensure(signature != nullptr, "own signature");
  return raw_low(signature.get());
}

std::string SigningKey::agree(const PublicKey& peer) const {
  const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, data_->key.get(), nullptr));
  ensure(context && EVP_PKEY_derive_init(context.get()) == 1, "key agreement");
  ensure(EVP_PKEY_derive_set_peer(context.get(), peer.data_->key.get()) == 1, "key agreement");
  std::string shared(kNumberBytes, '\0');
  std::size_t size = shared.size();
  ensure(EVP_PKEY_derive(context.get(), octets(shared), &size) == 1 && size == kNumberBytes, "key agreement");
  return shared;
}

}  // namespace suoi::certs
