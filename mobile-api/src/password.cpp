#include "password.hpp"

#include <argon2.h>

#include <array>
#include <stdexcept>

#include "suoi/certs/hashing.hpp"

namespace suoi::mobile_api {
namespace {

constexpr std::uint32_t kPasses = 2;
constexpr std::uint32_t kMemoryKib = 19 * 1024;
constexpr std::uint32_t kLanes = 1;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;

}  // namespace

std::string hash_password(std::string_view password) {
  const std::string salt = certs::random_bytes(kSaltBytes);
  std::array<char, 160> encoded{};
  const int code = argon2id_hash_encoded(kPasses, kMemoryKib, kLanes, password.data(), password.size(), salt.data(),
                                         salt.size(), kHashBytes, encoded.data(), encoded.size());
  if (code != ARGON2_OK) throw std::runtime_error(std::string("Argon2: ") + argon2_error_message(code));
  return encoded.data();
}

bool password_matches(const std::string& encoded, std::string_view password) {
  const int code = argon2id_verify(encoded.c_str(), password.data(), password.size());
  if (code == ARGON2_OK || code == ARGON2_VERIFY_MISMATCH) return code == ARGON2_OK;
  throw std::runtime_error(std::string("Argon2: ") + argon2_error_message(code));
}

const std::string& nobodys_password() {
  static const std::string kEncoded = hash_password(certs::random_bytes(kHashBytes));
  return kEncoded;
}

bool PasswordGate::enter() {
  std::unique_lock lock(mutex_);
  if (free_ == 0 && waiting_ == waiting_max_) return false;
  ++waiting_;
  const bool admitted = left_.wait_for(lock, patience_, [this] { return free_ > 0; });
  --waiting_;
  if (admitted) --free_;
  return admitted;
}

bool PasswordGate::run(const std::function<void()>& look) {
  if (!enter()) return false;
  const auto leave = [this] {
    const std::lock_guard lock(mutex_);
    ++free_;
    left_.notify_one();
  };
  try {
    look();
  } catch (...) {
    leave();
    throw;
  }
  leave();
  return true;
}

}  // namespace suoi::mobile_api
