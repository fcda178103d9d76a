// A link around another one that does what networks in the mountains do.
//
// Purpose: lost requests, lost answers after delivery, dead periods, delays and duplicates, all from one seed.
// Shapes:  chances from 0 to 1, drawn anew for each request; delays in milliseconds.
// Ownership: refers to the inner link, which must live longer. Threads: one thread at a time.
// Errors:  like Link; whatever is lost is no answer.
#pragma once

#include <cstdint>
#include <functional>
#include <random>

#include "suoi/client/link.hpp"

namespace suoi::client {

struct LinkWeather {
  double lose_request = 0;  // it never arrives
  double lose_answer = 0;   // it arrives, and the answer does not come back
  double duplicate = 0;     // it arrives twice; the second answer comes back
  double cut = 0;           // the link dies: this request and the next `cut_requests` are lost
  int cut_requests = 2;
  std::int64_t delay_ms_max = 0;
};

class LossyLink : public Link {
 public:
  struct Counts {
    int asked = 0;
    int requests_lost = 0;
    int answers_lost = 0;
    int duplicates = 0;
  };

  // `wait` sleeps; a simulated one lets time pass without waiting.
  LossyLink(Link& inner, std::uint64_t seed, LinkWeather weather, std::function<void(std::int64_t ms)> wait);

  std::optional<Answer> exchange(const LinkRequest& request) override;
  const Counts& counts() const { return counts_; }

 private:
  bool happens(double chance);

  Link& inner_;
  std::mt19937_64 random_;
  LinkWeather weather_;
  std::function<void(std::int64_t)> wait_;
  int dead_for_ = 0;
  Counts counts_;
};

}  // namespace suoi::client
