// The list of a server's keys, signed by a root that is kept away from the server.
//
// Purpose: tells strangers which keys count, from when to when, and which were stolen, so that whoever takes over the
//          server can add no key of their own.
// Shapes:  a flattened JWS (ES256) with the root's public key as `jwk` and the typ "suoi-key-list-1" over canonical
//          JSON: serial (grows by one), issued_at (ms), scope (the unit whose server it is), keys: kid (RFC 7638), jwk,
//          use, not_before, not_after?, compromised? (ms), logged?. A reader knows the root by its thumbprint and takes
//          no list with a lower serial than it has seen.
// Threads: pure functions. Errors: nullopt for anything that is not exactly such a list.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "suoi/certs/signing_key.hpp"

namespace suoi::certs {

inline constexpr std::size_t kKeyListBytesMax = 262144;

enum class KeyUse {
  certificates,  // P-256: codes and papers
  files,         // Ed25519: files and status lists
  log,           // Ed25519: the transparency log
};

struct ListedKey {
  KeyUse use = KeyUse::certificates;
  std::string kid;
  std::string jwk;                             // the public key, canonical
  std::int64_t not_before_ms = 0;              // ms since 1970 UTC
  std::optional<std::int64_t> not_after_ms;    // signs nothing later
  std::optional<std::int64_t> compromised_ms;  // since then it may be in other hands
  std::int64_t logged = 0;                     // with it: entries that the log had before

  friend bool operator==(const ListedKey&, const ListedKey&) = default;
};

struct KeyList {
  std::int64_t serial = 1;
  std::int64_t issued_at_ms = 0;
  std::string scope;
  std::vector<ListedKey> keys;

  const ListedKey* find(std::string_view kid) const;
  ListedKey* find(std::string_view kid);
  friend bool operator==(const KeyList&, const KeyList&) = default;
};

std::string sign_key_list(const KeyList& list, const SigningKey& root);

struct SignedKeyList {
  KeyList list;
  std::string root;  // thumbprint of the key that signed it; whether that is the right one is for the caller to say
};
std::optional<SignedKeyList> read_key_list(std::string_view json);

}  // namespace suoi::certs
