// suoi_sim: plays simulated worlds and checks the promise. Ends with "N passed, N failed".

#include <algorithm>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "shrink.hpp"
#include "world.hpp"

namespace {

using namespace suoi::sim;

constexpr char kHelp[] =
    "Usage: suoi_sim [--seed N] [--worlds N] [--device-days N] [--progress] [--until-broken] [--shrink] [--script "
    "FILE]\n"
    "                [--story] [--print]\n\n"
    "Plays worlds from seed N on (default 1), one after the other, until the device-days are reached (default 1000) "
    "or\n"
    "the given number of worlds was played. The same seed is the same run, always. A long run is split by its seeds,\n"
    "and one that was ended goes on from the seed that it named last.\n\n"
    "  --progress       says after every 1,000 device-days where it is, and from which seed to go on\n"
    "  --until-broken   ends at the first world that breaks\n"
    "  --shrink         makes the script of a broken run as short as it gets, and prints it\n"
    "  --script FILE    plays a script instead of what a seed stands for; with --shrink makes it shorter\n"
    "  --story          tells all that happens\n"
    "  --print          prints the script of the seed and ends\n";

struct Options {
  std::uint64_t seed = 1;
  std::int64_t worlds = INT64_MAX;
  std::int64_t device_days = 1000;
  bool until_broken = false;
  bool shrink = false;
  bool story = false;
  bool print = false;
  bool progress = false;
  std::string script;
};

std::optional<Options> read_options(int count, char** words) {
  Options options;
  for (int at = 1; at < count; ++at) {
    const std::string word = words[at];
    const bool has_value = at + 1 < count;
    if (word == "--until-broken") {
      options.until_broken = true;
    } else if (word == "--progress") {
      options.progress = true;
    } else if (word == "--shrink") {
      options.shrink = true;
    } else if (word == "--story") {
      options.story = true;
    } else if (word == "--print") {
      options.print = true;
    } else if (word == "--seed" && has_value) {
      options.seed = std::stoull(words[++at]);
    } else if (word == "--worlds" && has_value) {
      options.worlds = std::stoll(words[++at]);
    } else if (word == "--device-days" && has_value) {
      options.device_days = std::stoll(words[++at]);
    } else if (word == "--script" && has_value) {
      options.script = words[++at];
    } else {
      return std::nullopt;
    }
  }
  return options;
}

// True where all that was promised was kept.
bool play(const Script& script, const Options& options, Figures& figures) {
  World world(script, options.story ? &std::cout : nullptr);
  const auto broken = world.run();
  figures.add(world.figures());
  if (!broken) return true;
  std::cout << "seed " << script.seed << " is broken: " << *broken << "\n";
  if (!options.shrink) return false;
  const Script shorter = shrunk(script, *broken, [](std::size_t steps) { std::cerr << "  " << steps << " steps\n"; });
  std::cout << "The shortest script that breaks:\n" << shown(shorter);
  World(shorter, &std::cout).run();
  return false;
}

}  // namespace

int main(int count, char** words) {
  const auto options = read_options(count, words);
  if (!options) {
    std::cerr << kHelp;
    return 2;
  }
  if (options->print) {
    std::cout << shown(script_of(options->seed));
    return 0;
  }
  const auto start = std::chrono::steady_clock::now();
  Figures figures;
  std::int64_t device_days = 0;
  int passed = 0, failed = 0;
  const auto count_in = [&](const Script& script) {
    (play(script, *options, figures) ? passed : failed) += 1;
    device_days += script.device_days();
  };
  if (!options->script.empty()) {
    std::ifstream file(options->script);
    count_in(parse_script(std::string(std::istreambuf_iterator<char>(file), {})));
  } else {
    const std::uint64_t last =
        options->seed + static_cast<std::uint64_t>(std::min<std::int64_t>(options->worlds, 1'000'000'000));
    for (std::uint64_t seed = options->seed; seed < last && device_days < options->device_days; ++seed) {
      if (options->until_broken && failed > 0) break;
      const std::int64_t thousands = device_days / 1000;
      count_in(script_of(seed));
      if (!options->progress || device_days / 1000 == thousands) continue;
      std::cout << device_days << " device-days, " << failed << " broken; goes on with --seed " << seed + 1
                << " --device-days " << std::max<std::int64_t>(0, options->device_days - device_days) << std::endl;
    }
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::cout << "Seeds from " << options->seed << ": " << device_days << " device-days in " << seconds << " s; "
            << figures.changes << " changes, " << figures.requests << " requests, " << figures.answers_lost
            << " without an answer, " << figures.power_cuts << " power cuts, " << figures.epochs << " set-backs, "
            << figures.forks << " forks, " << figures.bundles << " bundles; at the end " << figures.cases << " cases, "
            << figures.quarantined << " kept aside, " << figures.certificates << " certificates\n";
  std::cout << passed << " passed, " << failed << " failed\n";
  return failed == 0 ? 0 : 1;
}
