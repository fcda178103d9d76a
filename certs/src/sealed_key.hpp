// One key file: its text and what it seals; private to this module. The form stands in key_store.hpp.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "openssl.hpp"
#include "suoi/certs/key_store.hpp"

namespace suoi::certs {

// The line of master.key, and back; nullopt for anything but 32 bytes in base64url and one line feed at most.
std::string master_key_line(std::string_view master);
std::optional<std::string> parse_master_key(std::string_view text);

std::string key_file_name(const OwnKey& key);

// The text of the file that seals `key` under `master`.
std::string seal_key(std::string_view master, const OwnKey& key);

// The text of the error does not name the file; the caller knows it.
tl::expected<OwnKey, KeyStoreError> open_key(std::string_view master, std::string_view text);

}  // namespace suoi::certs
