// How many connections each address has, so that nobody takes all places alone.
//
// Shapes:  an IPv6 address counts by its first 64 bits, which is what one customer gets. Loopback is not counted: there
//          stands the proxy, or the operator.
// Threads: any.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace suoi::server {

class AddressLimit {
 public:
  // `most` connections of one address; 0: as many as there are places.
  explicit AddressLimit(std::size_t most) : most_(most) {}

  // A place, kept as long as the returned pointer; null where the address has all of its places already. `this` must
  // outlive it.
  std::shared_ptr<void> enter(const std::string& address);

 private:
  void leave(const std::string& key);

  const std::size_t most_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::size_t> open_;
};

}  // namespace suoi::server
