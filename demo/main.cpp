// suoi_demo: plays a day against the real program. Exit 0: everything came out as told; 1: not; 2: wrong usage.
#include <Poco/TemporaryFile.h>

#include <charconv>
#include <filesystem>
#include <iostream>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "day.hpp"

namespace {

constexpr std::string_view kUsage =
    "Usage: suoi_demo [--seed N] [--english] [--help]\n"
    "\n"
    "Starts the suoi beside it in a temporary directory and plays a day of three phones and a desk in Lai Châu,\n"
    "over a network that loses requests and answers. Exits 0 only if everything came out as told.\n"
    "\n"
    "  --seed N    the same order of syncs and the same bad network again\n"
    "  --english   English only\n";

struct Options {
  std::uint64_t seed = 0;
  bool english = false;
  bool help = false;
};

std::optional<Options> read(int count, char** words) {
  Options options;
  options.seed = std::random_device()() % 1'000'000;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    if (word == "--english") {
      options.english = true;
    } else if (word == "--help" || word == "-h") {
      options.help = true;
    } else if (word == "--seed" && i + 1 < count) {
      const std::string_view number = words[++i];
      const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), options.seed);
      if (error != std::errc{} || end != number.data() + number.size()) return std::nullopt;
    } else {
      return std::nullopt;
    }
  }
  return options;
}

int play(const Options& options) {
  const auto binary = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "suoi";
  Poco::TemporaryFile directory;
  directory.createDirectory();
  suoi::client::LocalServer server(binary, directory.path() + "/data");
  const auto made = server.run({"init"});
  if (made.exit_status != 0) throw std::runtime_error("the server cannot be set up: " + made.err);
  server.start();
  suoi::demo::Narrator narrator(options.english);
  suoi::demo::Day(server, options.seed, narrator).play();
  if (narrator.failures() == 0) {
    narrator.part("22:00", {"Hết một ngày. Mọi việc đúng như đã kể.", "The day is done. All came out as told."});
  }
  return narrator.failures() == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  const auto options = read(count, words);
  if (!options || options->help) {
    (options ? std::cout : std::cerr) << kUsage;
    return options ? 0 : 2;
  }
  std::cout << "--seed " << options->seed << "\n";
  try {
    return play(*options);
  } catch (const std::exception& fault) {
    std::cerr << "suoi_demo: " << fault.what() << "\n";
    return 1;
  }
}
