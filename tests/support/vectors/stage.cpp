#include "stage.hpp"

#include <stdexcept>

namespace suoi::vectors {
namespace {

void enrol(Player& player, const std::string& code, const std::string& name) {
  const auto enrolled = player.device->enrol(code, "Máy của " + name);
  if (!enrolled) throw std::runtime_error("joining failed: " + enrolled.error().code + " " + enrolled.error().detail);
}

}  // namespace

Player Stage::blank(client::LocalStore store) {
  Player player;
  player.link = host_.link();
  client::Clock clock = client::system_clock();
  clock.wall_ms = [&host = host_, skew = player.skew_ms.get()] { return host.now_ms() + *skew; };
  if (host_.sets_clock()) clock.monotonic_ms = [&host = host_] { return host.now_ms(); };
  player.device = std::make_unique<client::Device>(*player.link, std::move(clock), std::move(store));
  return player;
}

void Stage::enter(const std::string& name, const std::vector<Role>& roles, Words& words) {
  const Invited invited = host_.invite(name, roles);
  Player player = blank({});
  player.person = invited.person;
  enrol(player, invited.code, name);
  words.person(name, invited.person);
  first_role_[invited.person] = roles.at(0);
  players_[name] = std::move(player);
}

void Stage::join(const std::string& name, const std::string& owner) {
  Player player = blank({});
  player.person = players_.at(owner).person;
  enrol(player, host_.invite_again(player.person, first_role_.at(player.person)), name);
  players_[name] = std::move(player);
}

void Stage::place(const std::string& name, const std::string& person, client::LocalStore store) {
  Player player = blank(std::move(store));
  player.person = person;
  players_[name] = std::move(player);
}

void Stage::reconnect() {
  for (auto& [name, player] : players_) {
    const std::int64_t skew_ms = *player.skew_ms;
    Player again = blank(player.device->store());
    again.person = player.person;
    *again.skew_ms = skew_ms;
    player = std::move(again);
  }
}

}  // namespace suoi::vectors
