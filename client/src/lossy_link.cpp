#include "suoi/client/lossy_link.hpp"

#include <utility>

namespace suoi::client {

LossyLink::LossyLink(Link& inner, std::uint64_t seed, LinkWeather weather, std::function<void(std::int64_t)> wait)
    : inner_(inner), random_(seed), weather_(weather), wait_(std::move(wait)) {}

bool LossyLink::happens(double chance) {
  // Not std::bernoulli_distribution: what it draws differs between standard libraries, and a seed must reproduce.
  return static_cast<double>(random_() >> 11U) * 0x1.0p-53 < chance;
}

std::optional<Answer> LossyLink::exchange(const LinkRequest& request) {
  ++counts_.asked;
  // All draws are made for every request, so that one kind of trouble does not shift the others.
  const bool cut = happens(weather_.cut);
  const bool lose_request = happens(weather_.lose_request);
  const bool lose_answer = happens(weather_.lose_answer);
  const bool duplicate = happens(weather_.duplicate);
  const auto delay_ms = weather_.delay_ms_max == 0 ? 0 : static_cast<std::int64_t>(random_() % weather_.delay_ms_max);
  if (delay_ms > 0) wait_(delay_ms);
  if (cut) dead_for_ = weather_.cut_requests + 1;
  if (dead_for_ > 0 || lose_request) {
    if (dead_for_ > 0) --dead_for_;
    ++counts_.requests_lost;
    return std::nullopt;
  }
  auto answer = inner_.exchange(request);
  if (duplicate) {
    ++counts_.duplicates;
    answer = inner_.exchange(request);
  }
  if (lose_answer) {
    ++counts_.answers_lost;
    return std::nullopt;
  }
  return answer;
}

}  // namespace suoi::client
