#include "root_key_file.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iostream>
#include <iterator>
#include <system_error>

#include "instance.hpp"

namespace suoi::server {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kRootBytesMax = 4096;

// What is typed is not shown while this lives.
class HiddenTyping {
 public:
  HiddenTyping() {
    ::tcgetattr(STDIN_FILENO, &before_);
    termios hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  ~HiddenTyping() { ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }
  HiddenTyping(const HiddenTyping&) = delete;
  HiddenTyping& operator=(const HiddenTyping&) = delete;

 private:
  termios before_{};
};

std::string typed(const char* what) {
  if (::isatty(STDIN_FILENO) == 0) throw UsageFault("name a file with the passphrase: --passphrase-file FILE, or -");
  std::cerr << what << ": " << std::flush;
  std::string line;
  {
    const HiddenTyping hidden;
    std::getline(std::cin, line);
  }
  std::cerr << std::endl;
  return line;
}

std::string line_of(const std::string& file) {
  std::ifstream stream;
  if (file != "-") {
    stream.open(file);
    if (!stream) throw CommandFault("cannot read " + file);
  }
  std::string line;
  std::getline(file == "-" ? std::cin : stream, line);
  return line;
}

std::string new_passphrase(const RootKeyPlace& place) {
  std::string passphrase =
      place.passphrase_file.empty() ? typed("New passphrase of the root key") : line_of(place.passphrase_file);
  if (passphrase.size() < kPassphraseLettersMin) {
    throw CommandFault("a passphrase of the root key has at least 12 letters; take several words");
  }
  if (place.passphrase_file.empty() && typed("The same again") != passphrase) {
    throw CommandFault("the two passphrases differ; nothing was made");
  }
  return passphrase;
}

bool lies_within(const fs::path& file, const fs::path& folder) {
  const fs::path inner = fs::weakly_canonical(fs::absolute(file));
  const fs::path outer = fs::weakly_canonical(fs::absolute(folder));
  const auto differ = std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
  return differ.first == outer.end();
}

void write_new(const fs::path& file, const std::string& text) {
  const auto failed = [&] {
    return CommandFault(file.string() + ": cannot write: " + std::generic_category().message(errno));
  };
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0 && errno == EEXIST) throw CommandFault(file.string() + " is there already and was not touched");
  if (descriptor < 0) throw failed();
  const bool whole =
      ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(descriptor) == 0;
  ::close(descriptor);
  if (!whole) throw failed();
}

}  // namespace

certs::SigningKey make_root_key(const RootKeyPlace& place, const fs::path& data) {
  if (lies_within(place.file, data)) {
    throw CommandFault("the root key must not lie with the server; name a place elsewhere, such as a USB stick");
  }
  if (fs::exists(place.file)) throw CommandFault(place.file.string() + " is there already and was not touched");
  const std::string passphrase = new_passphrase(place);
  const auto root = certs::SigningKey::generate();
  write_new(place.file, root.encrypted_pem(passphrase));
  return root;
}

certs::SigningKey read_root_key(const RootKeyPlace& place) {
  std::ifstream stream(place.file, std::ios::binary);
  if (!stream) throw CommandFault("cannot read " + place.file.string());
  const std::string pem((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  if (pem.size() > kRootBytesMax) throw CommandFault(place.file.string() + " is larger than any root key");
  const std::string passphrase =
      place.passphrase_file.empty() ? typed("Passphrase of the root key") : line_of(place.passphrase_file);
  auto root = certs::SigningKey::from_encrypted_pem(pem, passphrase);
  if (!root) throw CommandFault(place.file.string() + ": " + root.error().detail);
  return *root;
}

}  // namespace suoi::server
