// Slows down whoever guesses: passwords, codes of invitations, numbers of certificates.
//
// Purpose: after some free tries a key (an address, or an address with a login) has to pause, twice as long each time.
//          A key is never barred for good, and one key's pauses touch nobody else's.
// Shapes:  pauses in ms. What is known lives in memory; a restart forgets it.
// Threads: from any thread. Errors: none.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "suoi/mobile_api/http.hpp"

namespace suoi::mobile_api {

class Throttle {
 public:
  struct Pace {
    int free_tries = 5;
    std::int64_t first_pause_ms = 30'000;
    std::int64_t longest_pause_ms = 15LL * 60 * 1000;
    std::size_t keys_max = 20'000;  // beyond: the one that is quiet for longest is forgotten
  };
  explicit Throttle(Pace pace) : pace_(pace) {}

  // Counts a try before its outcome is known, so that tries made at once count, too. The ms to wait instead; 0: go on.
  std::int64_t begin_try(const std::string& key, std::int64_t now_ms);
  // The try that began was a good one, or came to nothing by no fault of the caller.
  void take_back(const std::string& key);
  // Its tries so far were the owner's own.
  void forget(const std::string& key);

 private:
  struct Tries {
    int count = 0;
    std::int64_t next_ms = 0;
    std::int64_t last_ms = 0;
  };
  void make_room(std::int64_t now_ms);

  const Pace pace_;
  std::mutex mutex_;
  std::unordered_map<std::string, Tries> tries_;
};

// What stands for one caller: an IPv4 address, or the /64 of an IPv6 address, since one household has all of that.
std::string address_key(std::string_view peer);

// 429 with Retry-After.
Response rate_limited(std::int64_t wait_ms);

}  // namespace suoi::mobile_api
