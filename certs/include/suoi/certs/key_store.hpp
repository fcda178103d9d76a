// The server's own keys in a folder, each sealed in a file.
//
// Purpose: keys that sign receipts and certificates and that open bundles; made at the first start, kept for good, so
//          that what was signed once can always be verified.
// Shapes:  FOLDER (mode 0700) holds master.key (32 random bytes in base64url, one line) unless the operator keeps it
//          elsewhere, and PURPOSE-KID.key files (mode 0600): one line of canonical JSON (RFC 8785) with format,
//          purpose, kid (RFC 7638), not_before (ms), master (tells which master key fits), nonce and sealed: the
//          private number under AES-256-GCM, with all other members as associated data.
//          key-list.json (key_list.hpp) stands beside them once a root has signed one.
// Rotation: a purpose may have any number of keys. The newest whose not_before has come, and that the list of keys has
//          not ended, signs; all of them verify, within what the list says of them.
// Threads: every const member from any thread, also beside rotate().
// Errors:  KeyStoreError says which file is wrong, how, and what to do. A store that once had keys is never filled anew
//          by itself: a lost key must be noticed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "suoi/certs/ed25519.hpp"
#include "suoi/certs/key_list.hpp"
#include "suoi/certs/secret_box.hpp"
#include "suoi/certs/signing_key.hpp"

namespace suoi::certs {

enum class Purpose { receipts, bundles, certificates };
const char* name_of(Purpose purpose);

enum class KeyStoreFault {
  unreadable,        // a file or the folder cannot be read
  unwritable,        // a file or the folder cannot be written
  permissions,       // others may read what only the server may
  master_missing,    // no master key where it should be
  master_malformed,  // not 32 bytes in base64url
  master_wrong,      // the keys were sealed under another master key
  key_malformed,     // no key file, or one in another form
  key_changed,       // the seal of a key file does not hold
  key_missing,       // a purpose has no key at all
  list_malformed,    // key-list.json is no signed list of keys
};

struct KeyStoreError {
  KeyStoreFault fault = KeyStoreFault::unreadable;
  std::string text;
};

struct OwnKey {
  Purpose purpose = Purpose::receipts;
  std::int64_t not_before_ms = 0;  // ms since 1970 UTC
  SigningKey key;

  const std::string& kid() const { return key.public_key().thumbprint(); }
};

struct KeyStorePlace {
  std::filesystem::path folder;                              // its parent exists
  std::optional<std::filesystem::path> operator_master_key;  // a file that the operator made; else FOLDER/master.key
};

class KeyStore {
 public:
  // Loads the keys. Where the folder is absent or empty, makes it with one key for each purpose, valid from `now_ms`,
  // in one step: after a crash there is either all of it or nothing.
  static tl::expected<KeyStore, KeyStoreError> open(const KeyStorePlace& place, std::int64_t now_ms);

  KeyStore(KeyStore&&) noexcept;
  KeyStore& operator=(KeyStore&&) noexcept;
  ~KeyStore();

  // Sees what another process put into the folder since: further keys, a newer list. Cheap where nothing changed.
  tl::expected<void, KeyStoreError> refresh() const;

  // The key to sign with, or to be given out for sealing. While the clock stands before every key, the oldest one.
  OwnKey current(Purpose purpose, std::int64_t now_ms) const;
  // The newest first; never empty.
  std::vector<OwnKey> all(Purpose purpose) const;
  std::vector<PublicKey> public_keys(Purpose purpose) const;
  std::optional<OwnKey> find(Purpose purpose, std::string_view kid) const;

  // The certificate of signer_certificate() (paper.hpp) for a key of Purpose::certificates, in DER. It is made at first
  // use and kept beside the key as certificates-KID.crt, so that all papers of a key carry the same one; a lost file is
  // made anew. std::invalid_argument for a kid that is not here.
  std::string x509(std::string_view kid) const;

  // A further key for `purpose`, durable when this returns. Give it a not_before in the future, so that clients learn
  // of the key before anything is signed with it.
  tl::expected<OwnKey, KeyStoreError> rotate(Purpose purpose, std::int64_t not_before_ms);

  // Signs the heads of the transparency log. It follows from the master key and stays as long as that does.
  const Ed25519Key& log_key() const;

  // The list of keys as its root signed it, and what it says; nullopt before there was one.
  std::optional<std::string> key_list_text() const;
  std::optional<SignedKeyList> key_list() const;
  // Durable when this returns. std::invalid_argument for what read_key_list() refuses.
  tl::expected<void, KeyStoreError> keep_key_list(const std::string& text);

  // For secrets that lie in the store; its keys follow from the master key. Lives as long as this.
  const SecretBox& box() const;

  // JWKS (RFC 7517, section 5) of the public keys: kty, crv, x, y, kid, use (sig or enc), alg (ES256 or ECDH-ES). The
  // purposes in the order given, within each the current key first. Behind each key for certificates stands the
  // Ed25519 key for files (open_badge.hpp): kty OKP, crv, x, kid, use, alg (EdDSA). A JWKS says nothing of times, so
  // keys that were compromised are left out.
  std::string jwks(const std::vector<Purpose>& purposes, std::int64_t now_ms) const;

 private:
  struct Data;
  explicit KeyStore(std::unique_ptr<Data> data);
  std::unique_ptr<Data> data_;
};

}  // namespace suoi::certs
