#include "throttle.hpp"

#include <algorithm>
#include <vector>

namespace suoi::mobile_api {
namespace {

std::vector<std::string> groups_of(std::string_view text) {
  std::vector<std::string> groups;
  while (!text.empty()) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    groups.emplace_back(text.substr(0, colon));
    text.remove_prefix(std::min(text.size(), colon + 1));
  }
  return groups;
}

}  // namespace

std::int64_t Throttle::begin_try(const std::string& key, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  if (!tries_.contains(key)) make_room(now_ms);
  Tries& known = tries_[key];
  if (now_ms - known.last_ms > pace_.longest_pause_ms && now_ms >= known.next_ms) known = {};
  if (now_ms < known.next_ms) return known.next_ms - now_ms;
  known.last_ms = now_ms;
  ++known.count;
  const int over = std::min(known.count - pace_.free_tries, 20);
  if (over >= 0) known.next_ms = now_ms + std::min(pace_.longest_pause_ms, pace_.first_pause_ms << over);
  return 0;
}

void Throttle::take_back(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto known = tries_.find(key);
  if (known == tries_.end() || known->second.count == 0) return;
  if (known->second.count-- == pace_.free_tries) known->second.next_ms = 0;
}

void Throttle::forget(const std::string& key) {
  const std::lock_guard lock(mutex_);
  tries_.erase(key);
}

void Throttle::make_room(std::int64_t now_ms) {
  if (tries_.size() < pace_.keys_max) return;
  std::erase_if(tries_, [&](const auto& entry) { return now_ms - entry.second.last_ms > pace_.longest_pause_ms; });
  if (tries_.size() < pace_.keys_max) return;
  const auto quiet = [](const auto& a, const auto& b) { return a.second.last_ms < b.second.last_ms; };
  tries_.erase(std::min_element(tries_.begin(), tries_.end(), quiet));
}

std::string address_key(std::string_view peer) {
  if (peer.find(':') == std::string_view::npos || peer.find('.') != std::string_view::npos) return std::string(peer);
  const std::size_t gap = peer.find("::");
  auto groups = groups_of(peer.substr(0, std::min(gap, peer.size())));
  if (gap != std::string_view::npos) {
    const auto tail = groups_of(peer.substr(gap + 2));
    while (groups.size() + tail.size() < 8) groups.emplace_back("0");
    groups.insert(groups.end(), tail.begin(), tail.end());
  }
  std::string key;
  for (std::size_t index = 0; index < 4 && index < groups.size(); ++index) key += groups[index] + ":";
  return key;
}

Response rate_limited(std::int64_t wait_ms) {
  Response response = problem(429, "rate_limited", "too many tries that did not fit; wait before the next");
  response.headers.emplace_back("Retry-After", std::to_string((wait_ms + 999) / 1000));
  return response;
}

}  // namespace suoi::mobile_api
