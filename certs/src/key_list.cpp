#include "suoi/certs/key_list.hpp"

#include <algorithm>

#include "strict_json.hpp"
#include "suoi/certs/ed25519.hpp"
#include "suoi/certs/jws.hpp"

namespace suoi::certs {
namespace {

using domain::Value;

constexpr const char* kType = "suoi-key-list-1";
constexpr std::size_t kValuesMax = 8192;
constexpr std::pair<KeyUse, const char*> kUses[] = {
    {KeyUse::certificates, "certificates"}, {KeyUse::files, "files"}, {KeyUse::log, "log"}};

const char* name_of(KeyUse use) {
  return std::find_if(std::begin(kUses), std::end(kUses), [&](const auto& one) { return one.first == use; })->second;
}

std::optional<KeyUse> use_named(std::string_view name) {
  const auto found =
      std::find_if(std::begin(kUses), std::end(kUses), [&](const auto& one) { return name == one.second; });
  return found != std::end(kUses) ? std::optional(found->first) : std::nullopt;
}

Value entry(const ListedKey& key) {
  Value::Object members{{"kid", Value(key.kid)},
                        {"jwk", *parse_strict_json(key.jwk)},
                        {"use", name_of(key.use)},
                        {"not_before", key.not_before_ms}};
  if (key.not_after_ms) members.emplace("not_after", *key.not_after_ms);
  if (key.compromised_ms) members.emplace("compromised", *key.compromised_ms);
  if (key.logged > 0) members.emplace("logged", key.logged);
  return Value(std::move(members));
}

Value::Object members_of(const KeyList& list) {
  Value::Array keys;
  for (const ListedKey& key : list.keys) keys.push_back(entry(key));
  return {{"serial", list.serial},
          {"issued_at", list.issued_at_ms},
          {"scope", Value(list.scope)},
          {"keys", Value(std::move(keys))}};
}

const std::int64_t* integer_of(const Value& object, std::string_view name) {
  const Value* member = object.find(name);
  return member != nullptr ? member->integer() : nullptr;
}

const std::string* text_of(const Value& object, std::string_view name) {
  const Value* member = object.find(name);
  return member != nullptr ? member->text() : nullptr;
}

std::optional<std::int64_t> copied(const std::int64_t* number) {
  return number != nullptr ? std::optional(*number) : std::nullopt;
}

// The thumbprint of a key that can be used so.
std::optional<std::string> thumbprint_of(KeyUse use, const std::string& jwk) {
  if (use == KeyUse::certificates) {
    const auto key = PublicKey::from_jwk(jwk);
    return key ? std::optional(key->thumbprint()) : std::nullopt;
  }
  const auto key = Ed25519PublicKey::from_jwk(jwk);
  return key ? std::optional(key->thumbprint()) : std::nullopt;
}

std::optional<ListedKey> read_entry(const Value& value) {
  const std::string *kid = text_of(value, "kid"), *use_name = text_of(value, "use");
  const Value* jwk = value.find("jwk");
  const std::int64_t* not_before = integer_of(value, "not_before");
  const auto use = use_name != nullptr ? use_named(*use_name) : std::nullopt;
  if (kid == nullptr || !use || jwk == nullptr || not_before == nullptr) return std::nullopt;
  ListedKey key{*use,
                *kid,
                domain::canonical_json(*jwk),
                *not_before,
                copied(integer_of(value, "not_after")),
                copied(integer_of(value, "compromised")),
                copied(integer_of(value, "logged")).value_or(0)};
  return thumbprint_of(*use, key.jwk) == *kid ? std::optional(std::move(key)) : std::nullopt;
}

std::optional<KeyList> read_list(std::string_view payload) {
  const auto value = parse_strict_json(payload, kValuesMax);
  if (!value) return std::nullopt;
  const std::int64_t *serial = integer_of(*value, "serial"), *issued_at = integer_of(*value, "issued_at");
  const std::string* scope = text_of(*value, "scope");
  const Value* keys = value->find("keys");
  if (serial == nullptr || issued_at == nullptr || scope == nullptr || keys == nullptr || keys->array() == nullptr) {
    return std::nullopt;
  }
  KeyList list{*serial, *issued_at, *scope, {}};
  for (const Value& one : *keys->array()) {
    auto key = read_entry(one);
    if (!key || list.find(key->kid) != nullptr) return std::nullopt;
    list.keys.push_back(std::move(*key));
  }
  return domain::canonical_json(members_of(list)) == payload ? std::optional(std::move(list)) : std::nullopt;
}

}  // namespace

const ListedKey* KeyList::find(std::string_view kid) const {
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const ListedKey& key) { return key.kid == kid; });
  return found != keys.end() ? &*found : nullptr;
}

ListedKey* KeyList::find(std::string_view kid) {
  return const_cast<ListedKey*>(std::as_const(*this).find(kid));
}

std::string sign_key_list(const KeyList& list, const SigningKey& root) {
  return sign_flattened(root, domain::canonical_json(members_of(list)), {{"typ", kType}});
}

std::optional<SignedKeyList> read_key_list(std::string_view json) {
  const auto jws = verify_flattened(json, kKeyListBytesMax);
  if (!jws) return std::nullopt;
  const auto type = jws->header.find("typ");
  if (type == jws->header.end() || type->second != kType) return std::nullopt;
  auto list = read_list(jws->payload);
  if (!list) return std::nullopt;
  return SignedKeyList{std::move(*list), jws->signer.thumbprint()};
}

}  // namespace suoi::certs
