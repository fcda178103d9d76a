// Which change saw which (merge.md, "Order").
#pragma once

#include <unordered_map>
#include <vector>

#include "suoi/sync/state_source.hpp"

namespace suoi::sync {

class Causality {
 public:
  explicit Causality(StateSource& state) : state_(state) {}

  // Did the author of `later` know `earlier` when writing? By the version on the screen, or since the same device
  // wrote it before, in this incarnation or in one that it continues.
  bool saw(const Stamp& later, const Stamp& earlier) {
    if (earlier.version <= later.base) return true;
    if (earlier.device != later.device) return false;
    if (earlier.life == later.life) return earlier.seq < later.seq;
    for (const Ancestor& ancestor : ancestors(later.life)) {
      if (ancestor.life == earlier.life) return earlier.seq <= ancestor.seq;
    }
    return false;
  }

 private:
  const std::vector<Ancestor>& ancestors(LifeNo life) {
    const auto known = ancestors_.find(life);
    if (known != ancestors_.end()) return known->second;
    return ancestors_.emplace(life, state_.ancestors(life)).first->second;
  }

  StateSource& state_;
  std::unordered_map<LifeNo, std::vector<Ancestor>> ancestors_;
};

}  // namespace suoi::sync
