#include "suoi/certs/cose.hpp"

#include "suoi/certs/base64url.hpp"
#include "suoi/certs/cbor.hpp"

namespace suoi::certs {
namespace {

constexpr std::uint64_t kTagSign1 = 18;
constexpr int kHeaderAlg = 1;
constexpr int kHeaderKid = 4;
constexpr int kAlgEs256 = -7;

tl::unexpected<CoseError> refuse(CoseFault fault, const char* detail) {
  return tl::unexpected(CoseError{fault, detail});
}

// The kid of a protected header that holds nothing but ES256 and a kid.
std::optional<std::string> kid_of(std::string_view protected_header) {
  const auto header = parse_cbor(protected_header);
  if (!header || header->map() == nullptr || header->map()->size() != 2) return std::nullopt;
  const Cbor* alg = header->find(kHeaderAlg);
  const Cbor* kid = header->find(kHeaderKid);
  if (alg == nullptr || !(*alg == Cbor(kAlgEs256))) return std::nullopt;
  if (kid == nullptr || kid->byte_string() == nullptr || kid->byte_string()->size() != kCoseKidBytes) {
    return std::nullopt;
  }
  return *kid->byte_string();
}

}  // namespace

std::string cose_kid(const PublicKey& key) {
  return parse_base64url(key.thumbprint()).value().substr(0, kCoseKidBytes);
}

std::string sig_structure(std::string_view protected_header, std::string_view payload) {
  return encode_cbor(Cbor::Array{"Signature1", Cbor::bytes(protected_header), Cbor::bytes(""), Cbor::bytes(payload)});
}

std::string sign1(const SigningKey& key, std::string_view payload) {
  const std::string header =
      encode_cbor(Cbor::Map{{kHeaderAlg, kAlgEs256}, {kHeaderKid, Cbor::bytes(cose_kid(key.public_key()))}});
  const std::string signature = key.sign_es256(sig_structure(header, payload));
  return encode_cbor(Cbor::tagged(
      kTagSign1, Cbor::Array{Cbor::bytes(header), Cbor::Map{}, Cbor::bytes(payload), Cbor::bytes(signature)}));
}

tl::expected<Sign1, CoseError> verify1(std::string_view cose, const KeyByKid& key_by_kid) {
  const auto value = parse_cbor(cose);
  if (!value) return refuse(CoseFault::malformed, name_of(value.error()));
  if (value->tag() == nullptr || value->tag()->number != kTagSign1) return refuse(CoseFault::malformed, "no tag 18");
  const auto* parts = value->tag()->content->array();
  if (parts == nullptr || parts->size() != 4) return refuse(CoseFault::malformed, "no array of four");
  const auto* header = (*parts)[0].byte_string();
  const auto* unprotected = (*parts)[1].map();
  const auto* payload = (*parts)[2].byte_string();
  const auto* signature = (*parts)[3].byte_string();
  if (header == nullptr || unprotected == nullptr || payload == nullptr || signature == nullptr) {
    return refuse(CoseFault::malformed, "a part is of the wrong type");
  }
  if (!unprotected->empty()) return refuse(CoseFault::malformed, "the unprotected header is not empty");
  const auto kid = kid_of(*header);
  if (!kid) return refuse(CoseFault::malformed, "the protected header is not exactly alg ES256 and a kid");
  const auto key = key_by_kid(*kid);
  if (!key) return refuse(CoseFault::unknown_key, "signed with a key that is not known here");
  if (!key->verify_es256(sig_structure(*header, *payload), *signature, SForm::low)) {
    return refuse(CoseFault::signature, "the signature does not fit");
  }
  return Sign1{*payload, *key};
}

}  // namespace suoi::certs
