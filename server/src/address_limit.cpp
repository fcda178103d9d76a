#include "address_limit.hpp"

#include <Poco/Net/IPAddress.h>

namespace suoi::server {
namespace {

using Poco::Net::IPAddress;

std::string key_of(const IPAddress& address) {
  if (address.family() == IPAddress::IPv4) return address.toString();
  return (address & IPAddress(64, IPAddress::IPv6)).toString();
}

}  // namespace

std::shared_ptr<void> AddressLimit::enter(const std::string& address) {
  IPAddress parsed;
  if (most_ == 0 || !IPAddress::tryParse(address, parsed) || parsed.isLoopback()) {
    return std::shared_ptr<void>(this, [](void*) {});
  }
  const std::string key = key_of(parsed);
  const std::lock_guard lock(mutex_);
  std::size_t& open = open_[key];
  if (open >= most_) return nullptr;
  ++open;
  return std::shared_ptr<void>(this, [this, key](void*) { leave(key); });
}

void AddressLimit::leave(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(key);
  if (--found->second == 0) open_.erase(found);
}

}  // namespace suoi::server
