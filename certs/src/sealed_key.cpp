#include "sealed_key.hpp"

#include "aes_gcm.hpp"
#include "strict_json.hpp"
#include "suoi/certs/base64url.hpp"
#include "suoi/certs/hashing.hpp"

namespace suoi::certs {
namespace {

using domain::Value;

constexpr const char* kFormat = "suoi-key-1";
constexpr std::size_t kSecretBytes = 32;

// Tells master keys apart without saying anything about them.
std::string master_mark(std::string_view master) {
  const auto mac = hmac_sha256(master, "suoi master key");
  return base64url(bytes_of(mac).substr(0, 8));
}

Value::Object open_members(std::string_view master, Purpose purpose, std::string_view kid, std::int64_t not_before_ms) {
  return {{"format", kFormat},
          {"purpose", name_of(purpose)},
          {"kid", kid},
          {"not_before", not_before_ms},
          {"master", master_mark(master)}};
}

std::string file_text(Value::Object members, std::string_view nonce, std::string_view sealed) {
  members.emplace("nonce", base64url(nonce));
  members.emplace("sealed", base64url(sealed));
  return domain::canonical_json(std::move(members)) + "\n";
}

std::optional<Purpose> purpose_of(std::string_view name) {
  for (const Purpose purpose : {Purpose::receipts, Purpose::bundles, Purpose::certificates}) {
    if (name == name_of(purpose)) return purpose;
  }
  return std::nullopt;
}

tl::unexpected<KeyStoreError> refuse(KeyStoreFault fault, const char* text) {
  return tl::unexpected(KeyStoreError{fault, text});
}

struct KeyFile {
  Purpose purpose;
  std::string kid, master, nonce, sealed;
  std::int64_t not_before_ms;
};

// The members of a file; whether they stand in their one form is for the caller to see.
std::optional<KeyFile> parse_key_file(std::string_view text) {
  const auto value = parse_strict_json(text);
  if (!value || value->object() == nullptr) return std::nullopt;
  const auto& object = *value->object();
  const auto* kid = text_member(object, "kid");
  const auto* master = text_member(object, "master");
  const auto* purpose_name = text_member(object, "purpose");
  const auto* nonce_text = text_member(object, "nonce");
  const auto* sealed_text = text_member(object, "sealed");
  const auto not_before = object.find("not_before");
  if (kid == nullptr || master == nullptr || purpose_name == nullptr || nonce_text == nullptr ||
      sealed_text == nullptr || not_before == object.end() || not_before->second.integer() == nullptr) {
    return std::nullopt;
  }
  const auto purpose = purpose_of(*purpose_name);
  const auto nonce = parse_base64url(*nonce_text);
  const auto sealed = parse_base64url(*sealed_text);
  if (!purpose || !nonce || nonce->size() != kGcmNonceBytes || !sealed ||
      sealed->size() != kSecretBytes + kGcmTagBytes) {
    return std::nullopt;
  }
  return KeyFile{*purpose, *kid, *master, *nonce, *sealed, *not_before->second.integer()};
}

}  // namespace

std::string master_key_line(std::string_view master) {
  return base64url(master) + "\n";
}

std::optional<std::string> parse_master_key(std::string_view text) {
  if (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  auto master = parse_base64url(text);
  if (!master || master->size() != kGcmKeyBytes) return std::nullopt;
  return master;
}

std::string key_file_name(const OwnKey& key) {
  return std::string(name_of(key.purpose)) + "-" + key.kid() + ".key";
}

std::string seal_key(std::string_view master, const OwnKey& key) {
  auto members = open_members(master, key.purpose, key.kid(), key.not_before_ms);
  const std::string nonce = random_bytes(kGcmNonceBytes);
  const Secret secret(key.key.secret());
  const Sealed sealed = gcm_seal(master, nonce, domain::canonical_json(members), secret.bytes());
  return file_text(std::move(members), nonce, sealed.ciphertext + sealed.tag);
}

tl::expected<OwnKey, KeyStoreError> open_key(std::string_view master, std::string_view text) {
  const auto file = parse_key_file(text);
  if (!file) return refuse(KeyStoreFault::key_malformed, "is no key file of the form suoi-key-1");
  if (file->master != master_mark(master)) {
    return refuse(KeyStoreFault::master_wrong, "was sealed under another master key; put that one back");
  }
  const auto members = open_members(master, file->purpose, file->kid, file->not_before_ms);
  if (file_text(members, file->nonce, file->sealed) != text) {
    return refuse(KeyStoreFault::key_malformed, "is not in the one form of suoi-key-1; restore it from a backup");
  }
  const std::string_view sealed = file->sealed;
  auto opened = gcm_open(master, file->nonce, domain::canonical_json(members), sealed.substr(0, kSecretBytes),
                         sealed.substr(kSecretBytes));
  if (!opened) return refuse(KeyStoreFault::key_changed, "was changed, its seal is broken; restore it from a backup");
  const Secret secret(std::move(*opened));
  auto key = SigningKey::from_secret(secret.bytes());
  if (!key || key->public_key().thumbprint() != file->kid) {
    return refuse(KeyStoreFault::key_changed, "seals another key than its kid says");
  }
  return OwnKey{file->purpose, file->not_before_ms, std::move(*key)};
}

}  // namespace suoi::certs
