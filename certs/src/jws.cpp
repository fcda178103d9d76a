#include "suoi/certs/jws.hpp"

#include "jose_header.hpp"
#include "jwk.hpp"
#include "strict_json.hpp"
#include "suoi/certs/base64url.hpp"

namespace suoi::certs {
namespace {

using domain::Value;

tl::unexpected<JwsError> refuse(JwsFault fault, const char* detail) {
  return tl::unexpected(JwsError{fault, detail});
}

std::string jws_header(Value::Object own, const HeaderTexts& extras) {
  own.emplace("alg", "ES256");
  return header_segment(std::move(own), extras, {"alg", "jwk", "crit", "b64"});
}

struct Parts {
  std::string_view header, payload, signature;  // base64url
};

// A token that is well-formed; its signature is not looked at yet.
struct Opened {
  std::string signing_input;
  std::string payload;
  std::string signature;
  Value::Object header;
};

tl::expected<Opened, JwsError> open(const Parts& parts) {
  auto header = parse_header(parts.header);
  if (!header) return refuse(JwsFault::malformed, "the protected header is no strict JSON object in base64url");
  if (header->count("crit") != 0) return refuse(JwsFault::critical, "crit names an extension; none is understood");
  const auto* alg = text_member(*header, "alg");
  if (alg == nullptr || *alg != "ES256") return refuse(JwsFault::algorithm, "alg is not ES256");
  auto payload = parse_base64url(parts.payload);
  auto signature = parse_base64url(parts.signature);
  if (!payload || !signature) return refuse(JwsFault::malformed, "payload or signature is no base64url");
  std::string input;
  input.reserve(parts.header.size() + 1 + parts.payload.size());
  input.append(parts.header).append(".").append(parts.payload);
  return Opened{std::move(input), std::move(*payload), std::move(*signature), std::move(*header)};
}

tl::expected<Jws, JwsError> check(Opened&& opened, const PublicKey& key) {
  if (!key.verify_es256(opened.signing_input, opened.signature)) {
    return refuse(JwsFault::signature, "the signature does not fit");
  }
  return Jws{std::move(opened.payload), key, header_texts(opened.header)};
}

tl::expected<Opened, JwsError> open_compact(std::string_view token, std::size_t bytes_max) {
  if (token.size() > bytes_max) return refuse(JwsFault::too_large, "the token is too large");
  const auto parts = split_token<3>(token);
  if (!parts) return refuse(JwsFault::malformed, "a compact token has exactly three segments");
  return open({(*parts)[0], (*parts)[1], (*parts)[2]});
}

tl::expected<Opened, JwsError> open_flattened(std::string_view json, std::size_t bytes_max) {
  if (json.size() > bytes_max) return refuse(JwsFault::too_large, "the token is too large");
  const auto value = parse_strict_json(json);
  if (!value || value->object() == nullptr) return refuse(JwsFault::malformed, "no strict JSON object");
  const auto& object = *value->object();
  const auto* header = text_member(object, "protected");
  const auto* payload = text_member(object, "payload");
  const auto* signature = text_member(object, "signature");
  if (header == nullptr || payload == nullptr || signature == nullptr) {
    return refuse(JwsFault::malformed, "protected, payload or signature is missing or no text");
  }
  if (object.count("signatures") != 0) return refuse(JwsFault::malformed, "signatures beside signature");
  return open({*header, *payload, *signature});
}

// The key in the protected header.
tl::expected<PublicKey, JwsError> embedded_key(const Opened& opened) {
  const auto jwk = opened.header.find("jwk");
  if (jwk == opened.header.end()) return refuse(JwsFault::key, "the protected header has no jwk");
  return public_key_of(jwk->second).map_error([](const KeyError& error) {
    return JwsError{JwsFault::key, error.detail};
  });
}

}  // namespace

std::string sign_compact(const SigningKey& key, const HeaderTexts& extras, std::string_view payload) {
  const std::string input = jws_header({}, extras) + "." + base64url(payload);
  return input + "." + base64url(key.sign_es256(input));
}

std::string sign_flattened(const SigningKey& key, std::string_view payload, const HeaderTexts& extras) {
  const std::string header = jws_header({{"jwk", jwk_members(key.public_key())}}, extras);
  const std::string body = base64url(payload);
  const std::string signature = base64url(key.sign_es256(header + "." + body));
  // All three hold only letters of base64url, so nothing needs an escape.
  return R"({"payload":")" + body + R"(","protected":")" + header + R"(","signature":")" + signature + R"("})";
}

tl::expected<Jws, JwsError> verify_compact(std::string_view token, const PublicKey& key, std::size_t bytes_max) {
  return open_compact(token, bytes_max).and_then([&](Opened&& opened) { return check(std::move(opened), key); });
}

tl::expected<Jws, JwsError> verify_compact(std::string_view token, const std::vector<PublicKey>& keys,
                                           std::size_t bytes_max) {
  auto opened = open_compact(token, bytes_max);
  if (!opened) return tl::unexpected(opened.error());
  const auto* kid = text_member(opened->header, "kid");
  if (kid == nullptr && opened->header.count("kid") != 0) return refuse(JwsFault::malformed, "kid is no text");
  bool tried = false;
  for (const PublicKey& key : keys) {
    if (kid != nullptr && *kid != key.thumbprint()) continue;
    tried = true;
    if (key.verify_es256(opened->signing_input, opened->signature)) {
      return Jws{std::move(opened->payload), key, header_texts(opened->header)};
    }
  }
  if (!tried) return refuse(JwsFault::key, "no such key is known");
  return refuse(JwsFault::signature, "the signature does not fit");
}

tl::expected<Jws, JwsError> verify_flattened(std::string_view json, std::size_t bytes_max) {
  auto opened = open_flattened(json, bytes_max);
  if (!opened) return tl::unexpected(opened.error());
  const auto key = embedded_key(*opened);
  if (!key) return tl::unexpected(key.error());
  return check(std::move(*opened), *key);
}

tl::expected<Jws, JwsError> verify_flattened(std::string_view json, const PublicKey& key, std::size_t bytes_max) {
  auto opened = open_flattened(json, bytes_max);
  if (!opened) return tl::unexpected(opened.error());
  if (opened->header.count("jwk") != 0) {
    const auto embedded = embedded_key(*opened);
    if (!embedded) return tl::unexpected(embedded.error());
    if (!(*embedded == key)) return refuse(JwsFault::key, "signed with another key than expected");
  }
  return check(std::move(*opened), key);
}

}  // namespace suoi::certs
