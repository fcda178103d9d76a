// The devices of one scenario.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "host.hpp"
#include "suoi/client/device.hpp"
#include "words.hpp"

namespace suoi::vectors {

struct Player {
  std::unique_ptr<client::Link> link;
  std::unique_ptr<client::Device> device;
  std::string person;
  // Behind a pointer, since the clock of the device refers to it.
  std::unique_ptr<std::int64_t> skew_ms = std::make_unique<std::int64_t>(0);
};

class Stage {
 public:
  explicit Stage(Host& host) : host_(host) {}

  // Somebody with these roles and a phone that has joined and synced nothing yet.
  void enter(const std::string& name, const std::vector<Role>& roles, Words& words);
  // Another phone of the same person.
  void join(const std::string& name, const std::string& owner);
  // Another phone with this store: a clone, or a phone after a backup was put back.
  void place(const std::string& name, const std::string& person, client::LocalStore store);
  // After the server moved: the same stores over new links.
  void reconnect();

  Player& operator[](const std::string& name) { return players_.at(name); }
  client::Device& device(const std::string& name) { return *players_.at(name).device; }
  const client::LocalStore& store(const std::string& name) { return players_.at(name).device->store(); }

  std::map<std::string, client::LocalStore> copies;

 private:
  Player blank(client::LocalStore store);

  Host& host_;
  std::map<std::string, Player> players_;
  std::map<std::string, Role> first_role_;
};

}  // namespace suoi::vectors
