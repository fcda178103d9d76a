// The root key of a list of keys, in a file under a passphrase that is kept away from the server; private to the verbs.
//
// Errors: CommandFault with what to do next; UsageFault where no passphrase can be asked for.
#pragma once

#include <filesystem>
#include <string>

#include "suoi/certs/signing_key.hpp"

namespace suoi::server {

inline constexpr std::size_t kPassphraseLettersMin = 12;

struct RootKeyPlace {
  std::filesystem::path file;
  std::string passphrase_file;  // one line; "-" is standard input; empty: asked for at the keyboard
};

// A new root in a new file of mode 0600, durable when this returns; never within `data`.
certs::SigningKey make_root_key(const RootKeyPlace& place, const std::filesystem::path& data);

certs::SigningKey read_root_key(const RootKeyPlace& place);

}  // namespace suoi::server
