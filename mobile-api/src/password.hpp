// Passwords of the desk: how they are kept, and how many are looked at once.
//
// Shapes:  Argon2id (RFC 9106), 19 MiB, 2 passes, 1 lane, 16 bytes of salt, in its encoded form ("$argon2id$v=19$…").
// Threads: from any thread. Errors: std::runtime_error where the library fails (no memory).
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace suoi::mobile_api {

inline constexpr std::size_t kPasswordSignsMin = 12;  // code points
inline constexpr std::size_t kPasswordSignsMax = 128;

std::string hash_password(std::string_view password);
bool password_matches(const std::string& encoded, std::string_view password);
// Takes as long as any other to compare with, and no password is known to match: for logins that do not exist.
const std::string& nobodys_password();
// Lets at most `at_once` through; some more wait for a short while. Each look takes 19 MiB and a tenth of a second.
class PasswordGate {
 public:
  explicit PasswordGate(int at_once = 4, int waiting_max = 16,
                        std::chrono::milliseconds patience = std::chrono::seconds(3))
      : free_(at_once), waiting_max_(waiting_max), patience_(patience) {}

  // Runs `look`. False: too many were before this one, and it was not run.
  bool run(const std::function<void()>& look);

 private:
  bool enter();

  std::mutex mutex_;
  std::condition_variable left_;
  int free_;
  int waiting_ = 0;
  const int waiting_max_;
  const std::chrono::milliseconds patience_;
};

}  // namespace suoi::mobile_api
