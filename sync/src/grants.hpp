// What of a pledge goes to whom (merge.md, "Scarce things are decided in one place").
#pragma once

#include <cstdint>
#include <vector>

namespace suoi::sync {

// One allocation, in the order in which the asks came.
struct Ask {
  std::int64_t asked = 0;
  std::int64_t granted = 0;  // so far
  bool takes_part = true;    // false: the pledge is meant for others
};

// What is granted to each: never more than was asked nor, together, than `amount`. A grant stays while the pledge
// allows it; what is free goes to those still short, the first ask first, if `grants_more`.
std::vector<std::int64_t> share_out(std::int64_t amount, bool grants_more, const std::vector<Ask>& asks);

}  // namespace suoi::sync
