#include "suoi/certs/key_store.hpp"

#include <algorithm>
#include <mutex>
#include <shared_mutex>
#include <stdexcept>

#include "aes_gcm.hpp"
#include "jwk.hpp"
#include "sealed_key.hpp"
#include "secret_file.hpp"
#include "suoi/certs/base64url.hpp"
#include "suoi/certs/hashing.hpp"
#include "suoi/certs/open_badge.hpp"
#include "suoi/certs/paper.hpp"

namespace suoi::certs {
namespace {

namespace fs = std::filesystem;
using domain::Value;

constexpr Purpose kPurposes[] = {Purpose::receipts, Purpose::bundles, Purpose::certificates};

tl::unexpected<KeyStoreError> refuse(KeyStoreFault fault, std::string text) {
  return tl::unexpected(KeyStoreError{fault, std::move(text)});
}

tl::unexpected<KeyStoreError> refuse(KeyStoreFault fault, const IoError& error) {
  return refuse(error.kind == IoError::Kind::permissions ? KeyStoreFault::permissions : fault, error.text);
}

fs::path master_path(const KeyStorePlace& place) {
  return place.operator_master_key.value_or(place.folder / "master.key");
}

tl::expected<std::string, KeyStoreError> load_master(const KeyStorePlace& place) {
  const fs::path path = master_path(place);
  const auto owner = place.operator_master_key ? FileOwner::administrator : FileOwner::server;
  const auto text = read_secret_file(path, owner);
  if (!text && text.error().kind == IoError::Kind::absent) {
    return refuse(KeyStoreFault::master_missing, path.string() + ": there is no master key; without it no key opens");
  }
  if (!text) return refuse(KeyStoreFault::unreadable, text.error());
  auto master = parse_master_key(*text);
  if (!master) {
    return refuse(KeyStoreFault::master_malformed,
                  path.string() + ": a master key is one line with 32 random bytes in base64url (43 letters)");
  }
  return std::move(*master);
}

tl::expected<void, KeyStoreError> store_key(const fs::path& folder, std::string_view master, const OwnKey& key) {
  const auto stored = write_secret_file(folder / key_file_name(key), seal_key(master, key));
  if (!stored) return refuse(KeyStoreFault::unwritable, stored.error());
  return {};
}

// The master key and one key for each purpose, in the new folder `part`.
tl::expected<void, KeyStoreError> fill_folder(const KeyStorePlace& place, const fs::path& part, std::int64_t now_ms) {
  const auto made = make_secret_folder(part);
  if (!made) return refuse(KeyStoreFault::unwritable, made.error());
  std::string master;
  if (place.operator_master_key) {
    auto loaded = load_master(place);
    if (!loaded) return tl::unexpected(loaded.error());
    master = std::move(*loaded);
  } else {
    master = random_bytes(kGcmKeyBytes);
    const auto stored = write_secret_file(part / "master.key", master_key_line(master));
    if (!stored) return refuse(KeyStoreFault::unwritable, stored.error());
  }
  const Secret wiped(std::move(master));
  for (const Purpose purpose : kPurposes) {
    const auto stored = store_key(part, wiped.bytes(), OwnKey{purpose, now_ms, SigningKey::generate()});
    if (!stored) return stored;
  }
  return {};
}

// Everything is made in a folder beside and moved in one step, so that no crash leaves half a set of keys.
tl::expected<void, KeyStoreError> first_start(const KeyStorePlace& place, std::int64_t now_ms) {
  const fs::path part = place.folder.string() + ".part";
  std::error_code error;
  fs::remove_all(part, error);
  if (error) return refuse(KeyStoreFault::unwritable, part.string() + ": cannot remove: " + error.message());
  const auto filled = fill_folder(place, part, now_ms);
  if (!filled) {
    fs::remove_all(part, error);  // whatever stays is removed by the next first start
    return filled;
  }
  const auto moved = move_durably(part, place.folder);
  if (!moved) return refuse(KeyStoreFault::unwritable, moved.error());
  return {};
}

tl::expected<OwnKey, KeyStoreError> load_key(const fs::path& path, std::string_view master) {
  const auto text = read_secret_file(path, FileOwner::server);
  if (!text) return refuse(KeyStoreFault::unreadable, text.error());
  auto key = open_key(master, *text);
  if (!key) return refuse(key.error().fault, path.string() + ": " + key.error().text);
  if (path.filename() != key_file_name(*key)) {
    return refuse(KeyStoreFault::key_malformed, path.string() + ": holds the key of " + key_file_name(*key));
  }
  return key;
}

tl::expected<std::vector<OwnKey>, KeyStoreError> load_keys(const fs::path& folder, std::string_view master) {
  std::vector<OwnKey> keys;
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    const fs::path path = entries->path();
    if (path.extension() != ".key" || path.filename() == "master.key") continue;
    auto key = load_key(path, master);
    if (!key) return tl::unexpected(key.error());
    keys.push_back(std::move(*key));
  }
  if (error) return refuse(KeyStoreFault::unreadable, folder.string() + ": cannot list: " + error.message());
  for (const Purpose purpose : kPurposes) {
    if (std::any_of(keys.begin(), keys.end(), [&](const OwnKey& key) { return key.purpose == purpose; })) continue;
    return refuse(KeyStoreFault::key_missing,
                  folder.string() + ": there is no key for " + name_of(purpose) + "; restore the folder from a backup");
  }
  return keys;
}

constexpr const char* kListFile = "key-list.json";

struct KnownList {
  std::string text;
  SignedKeyList parsed;
};

tl::expected<std::optional<KnownList>, KeyStoreError> load_list(const fs::path& folder) {
  const fs::path path = folder / kListFile;
  auto text = read_secret_file(path, FileOwner::server, kKeyListBytesMax);
  if (!text && text.error().kind == IoError::Kind::absent) return std::nullopt;
  if (!text) return refuse(KeyStoreFault::unreadable, text.error());
  auto parsed = read_key_list(*text);
  if (!parsed) {
    return refuse(KeyStoreFault::list_malformed,
                  path.string() + ": is no signed list of keys; put the last one back (suoi keys)");
  }
  return KnownList{std::move(*text), std::move(*parsed)};
}

bool newer(const OwnKey& a, const OwnKey& b) {
  return a.not_before_ms != b.not_before_ms ? a.not_before_ms > b.not_before_ms : a.kid() < b.kid();
}

Value::Object jwks_member(const OwnKey& key) {
  auto members = jwk_members(key.key.public_key());
  const bool seals = key.purpose == Purpose::bundles;
  members.emplace("kid", key.kid());
  members.emplace("use", seals ? "enc" : "sig");
  members.emplace("alg", seals ? "ECDH-ES" : "ES256");
  return members;
}

// The key for files that lives with a key for certificates (open_badge.hpp).
Value::Object badge_member(const OwnKey& key) {
  const Ed25519PublicKey badge = badge_key(key.key).public_key();
  return {
      {"kty", "OKP"}, {"crv", "Ed25519"}, {"x", Value(base64url(badge.bytes()))}, {"kid", Value(badge.thumbprint())},
      {"use", "sig"}, {"alg", "EdDSA"}};
}

}  // namespace

const char* name_of(Purpose purpose) {
  switch (purpose) {
    case Purpose::receipts:
      return "receipts";
    case Purpose::bundles:
      return "bundles";
    case Purpose::certificates:
      return "certificates";
  }
  throw std::logic_error("a Purpose without a name");
}

struct KeyStore::Data {
  Data(fs::path made_folder, std::string made_master)
      : folder(std::move(made_folder)),
        master(std::move(made_master)),
        box(master.bytes()),
        log_key(log_key_of(master.bytes())) {}

  static Ed25519Key log_key_of(const std::string& master) {
    const auto seed = hmac_sha256(master, "suoi log 1");
    const Secret wiped{std::string(bytes_of(seed))};
    return Ed25519Key::from_seed(wiped.bytes());
  }

  tl::expected<void, KeyStoreError> load() {
    std::error_code error;
    const auto changed = fs::last_write_time(folder, error);
    auto found = load_keys(folder, master.bytes());
    if (!found) return tl::unexpected(found.error());
    auto listed = load_list(folder);
    if (!listed) return tl::unexpected(listed.error());
    std::sort(found->begin(), found->end(), newer);
    const std::unique_lock lock(mutex);
    keys = std::move(*found);
    list = std::move(*listed);
    as_of = changed;
    return {};
  }

  // Whether the list lets the key sign at that time.
  bool may_sign(const OwnKey& key, std::int64_t now_ms) const {
    const ListedKey* listed = list ? list->parsed.list.find(key.kid()) : nullptr;
    if (listed == nullptr) return true;
    return (!listed->not_after_ms || now_ms <= *listed->not_after_ms) &&
           (!listed->compromised_ms || now_ms < *listed->compromised_ms);
  }

  const fs::path folder;
  const Secret master;
  const SecretBox box;
  const Ed25519Key log_key;
  mutable std::shared_mutex mutex;  // guards what follows
  std::vector<OwnKey> keys;         // the newest first
  std::optional<KnownList> list;
  fs::file_time_type as_of{};     // when the folder was last changed, as far as it is known here
  mutable std::mutex x509_mutex;  // one thread at a time makes a certificate
};

KeyStore::KeyStore(std::unique_ptr<Data> data) : data_(std::move(data)) {}
KeyStore::KeyStore(KeyStore&&) noexcept = default;
KeyStore& KeyStore::operator=(KeyStore&&) noexcept = default;
KeyStore::~KeyStore() = default;

tl::expected<KeyStore, KeyStoreError> KeyStore::open(const KeyStorePlace& place, std::int64_t now_ms) {
  std::error_code error;
  const bool absent =
      !fs::exists(place.folder, error) || (fs::is_directory(place.folder, error) && fs::is_empty(place.folder, error));
  if (error && error != std::errc::no_such_file_or_directory) {
    return refuse(KeyStoreFault::unreadable, place.folder.string() + ": cannot look at: " + error.message());
  }
  if (absent) {
    const auto made = first_start(place, now_ms);
    if (!made) return tl::unexpected(made.error());
  }
  const auto checked = check_secret_folder(place.folder);
  if (!checked) return refuse(KeyStoreFault::unreadable, checked.error());
  auto master = load_master(place);
  if (!master) return tl::unexpected(master.error());
  auto data = std::make_unique<Data>(place.folder, std::move(*master));
  const auto loaded = data->load();
  if (!loaded) return tl::unexpected(loaded.error());
  return KeyStore(std::move(data));
}

tl::expected<void, KeyStoreError> KeyStore::refresh() const {
  std::error_code error;
  const auto changed = fs::last_write_time(data_->folder, error);
  if (error) return refuse(KeyStoreFault::unreadable, data_->folder.string() + ": cannot look at: " + error.message());
  {
    const std::shared_lock lock(data_->mutex);
    if (changed == data_->as_of) return {};
  }
  return data_->load();
}

std::vector<OwnKey> KeyStore::all(Purpose purpose) const {
  const std::shared_lock lock(data_->mutex);
  std::vector<OwnKey> found;
  std::copy_if(data_->keys.begin(), data_->keys.end(), std::back_inserter(found),
               [&](const OwnKey& key) { return key.purpose == purpose; });
  return found;
}

OwnKey KeyStore::current(Purpose purpose, std::int64_t now_ms) const {
  const auto keys = all(purpose);
  const std::shared_lock lock(data_->mutex);
  const auto begun = std::find_if(keys.begin(), keys.end(), [&](const auto& key) {
    return key.not_before_ms <= now_ms && data_->may_sign(key, now_ms);
  });
  return begun == keys.end() ? keys.back() : *begun;
}

std::vector<PublicKey> KeyStore::public_keys(Purpose purpose) const {
  std::vector<PublicKey> found;
  for (const OwnKey& key : all(purpose)) found.push_back(key.key.public_key());
  return found;
}

std::optional<OwnKey> KeyStore::find(Purpose purpose, std::string_view kid) const {
  for (const OwnKey& key : all(purpose)) {
    if (key.kid() == kid) return key;
  }
  return std::nullopt;
}

std::string KeyStore::x509(std::string_view kid) const {
  const auto key = find(Purpose::certificates, kid);
  if (!key) throw std::invalid_argument("there is no such key for certificates");
  fs::path path = data_->folder / key_file_name(*key);
  path.replace_extension(".crt");
  const std::lock_guard lock(data_->x509_mutex);
  const auto kept = read_secret_file(path, FileOwner::server);
  if (kept) return *kept;
  if (kept.error().kind != IoError::Kind::absent) throw std::runtime_error(kept.error().text);
  const auto stored = write_secret_file(path, signer_certificate(key->key, key->not_before_ms));
  // Another process may have made it in the meantime; the one that lies there counts.
  const auto made = read_secret_file(path, FileOwner::server);
  if (!made) throw std::runtime_error(stored ? made.error().text : stored.error().text);
  return *made;
}

tl::expected<OwnKey, KeyStoreError> KeyStore::rotate(Purpose purpose, std::int64_t not_before_ms) {
  OwnKey key{purpose, not_before_ms, SigningKey::generate()};
  const auto stored = store_key(data_->folder, data_->master.bytes(), key);
  if (!stored) return tl::unexpected(stored.error());
  const std::unique_lock lock(data_->mutex);
  data_->keys.insert(std::upper_bound(data_->keys.begin(), data_->keys.end(), key, newer), key);
  return key;
}

const Ed25519Key& KeyStore::log_key() const {
  return data_->log_key;
}

std::optional<std::string> KeyStore::key_list_text() const {
  const std::shared_lock lock(data_->mutex);
  return data_->list ? std::optional(data_->list->text) : std::nullopt;
}

std::optional<SignedKeyList> KeyStore::key_list() const {
  const std::shared_lock lock(data_->mutex);
  return data_->list ? std::optional(data_->list->parsed) : std::nullopt;
}

tl::expected<void, KeyStoreError> KeyStore::keep_key_list(const std::string& text) {
  auto parsed = read_key_list(text);
  if (!parsed) throw std::invalid_argument("no signed list of keys");
  const auto stored = write_secret_file(data_->folder / kListFile, text);
  if (!stored) return refuse(KeyStoreFault::unwritable, stored.error());
  const std::unique_lock lock(data_->mutex);
  data_->list = KnownList{text, std::move(*parsed)};
  return {};
}

const SecretBox& KeyStore::box() const {
  return data_->box;
}

std::string KeyStore::jwks(const std::vector<Purpose>& purposes, std::int64_t now_ms) const {
  const auto list = key_list();
  const auto stolen = [&](const OwnKey& key) {
    const ListedKey* listed = list ? list->list.find(key.kid()) : nullptr;
    return listed != nullptr && listed->compromised_ms.has_value();
  };
  Value::Array keys;
  for (const Purpose purpose : purposes) {
    const OwnKey first = current(purpose, now_ms);
    std::vector<OwnKey> in_order = {first};
    for (OwnKey& key : all(purpose)) {
      if (key.kid() != first.kid()) in_order.push_back(std::move(key));
    }
    for (const OwnKey& key : in_order) {
      if (stolen(key)) continue;
      keys.push_back(jwks_member(key));
      if (purpose == Purpose::certificates) keys.push_back(badge_member(key));
    }
  }
  return domain::canonical_json(Value::Object{{"keys", std::move(keys)}});
}

}  // namespace suoi::certs
