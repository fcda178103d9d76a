#include "grants.hpp"

#include <algorithm>

namespace suoi::sync {

std::vector<std::int64_t> share_out(std::int64_t amount, bool grants_more, const std::vector<Ask>& asks) {
  std::vector<std::int64_t> granted;
  std::int64_t left = std::max<std::int64_t>(0, amount);
  for (const Ask& ask : asks) {
    granted.push_back(std::clamp<std::int64_t>(std::min(ask.granted, ask.asked), 0, left));
    left -= granted.back();
  }
  for (std::size_t at = 0; grants_more && at < asks.size(); ++at) {
    if (!asks[at].takes_part) continue;
    const std::int64_t more = std::clamp<std::int64_t>(asks[at].asked - granted[at], 0, left);
    granted[at] += more;
    left -= more;
  }
  return granted;
}

}  // namespace suoi::sync
