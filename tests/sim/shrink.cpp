#include "shrink.hpp"

#include <algorithm>

#include "world.hpp"

namespace suoi::sim {
namespace {

// What was broken without names and numbers, which change when steps go.
std::string kind_of(const std::string& broken) {
  std::string kind;
  for (const char sign : broken.substr(0, broken.find('\n'))) {
    if (sign >= '0' && sign <= '9') continue;
    kind += sign;
    if (kind.size() == 24) break;
  }
  return kind;
}

bool breaks(const Script& script, const std::string& kind) {
  const auto broken = World(script).run();
  return broken && kind_of(*broken) == kind;
}

}  // namespace

Script shrunk(Script script, const std::string& broken, const std::function<void(std::size_t)>& progress) {
  const std::string kind = kind_of(broken);
  for (std::size_t size = script.steps.size() / 2; size > 0; size = size > 1 ? (size + 1) / 2 : 0) {
    for (std::size_t from = 0; from < script.steps.size();) {
      Script fewer = script;
      const auto first = fewer.steps.begin() + static_cast<std::ptrdiff_t>(from);
      fewer.steps.erase(first, first + static_cast<std::ptrdiff_t>(std::min(size, script.steps.size() - from)));
      if (breaks(fewer, kind)) {
        script = std::move(fewer);
      } else {
        from += size;
      }
    }
    progress(script.steps.size());
  }
  for (Step& step : script.steps) {
    for (const auto& [name, value] : std::map(step.with)) {
      if (name == "phone") continue;
      step.with.erase(name);
      if (!breaks(script, kind)) step.with.emplace(name, value);
    }
  }
  while (script.phones > 1) {
    Script fewer = script;
    --fewer.phones;
    if (!breaks(fewer, kind)) break;
    script = std::move(fewer);
  }
  return script;
}

}  // namespace suoi::sim
