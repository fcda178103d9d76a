#include "runner.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>

#include "play.hpp"
#include "suoi/client/json.hpp"

namespace suoi::vectors {

using domain::Value;

bool Scenario::alone() const {
  return client::flag_of(content, "alone");
}

bool Scenario::needs_clock() const {
  return client::flag_of(content, "clock");
}

std::vector<Scenario> scenarios_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  const auto read = client::parse_json(text);
  if (!read || client::integer_of(*read, "format") != 1) throw std::runtime_error("no vectors: " + file.string());
  std::vector<Scenario> scenarios;
  for (const Value& content : client::array_of(*read, "scenarios")) {
    scenarios.push_back({client::text_of(content, "name"), content});
  }
  return scenarios;
}

std::vector<std::filesystem::path> vector_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(SUOI_SOURCE_DIR "/tests/vectors/scenarios")) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> play(const Scenario& scenario, Host& host) {
  Play play(scenario.content, host);
  try {
    play.run();
  } catch (const std::exception& fault) {
    play.complaints.push_back(play.place() + ": " + fault.what());
  }
  return play.complaints;
}

void play_file(const std::filesystem::path& file, const MakeHost& make_host) {
  std::unique_ptr<Host> shared;
  for (const Scenario& scenario : scenarios_of(file)) {
    std::unique_ptr<Host> own;
    if (scenario.alone()) own = make_host();
    if (!own && !shared) shared = make_host();
    Host& host = own ? *own : *shared;
    if (scenario.needs_clock() && !host.sets_clock()) continue;
    INFO(file.filename().string() << ": " << scenario.name);
    const std::vector<std::string> complaints = play(scenario, host);
    for (const std::string& complaint : complaints) UNSCOPED_INFO(complaint);
    CHECK(complaints.empty());
    if (own) CHECK(own->is_sound());
  }
  if (shared) CHECK(shared->is_sound());
}

}  // namespace suoi::vectors
