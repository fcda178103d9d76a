// Plays the scenarios of tests/vectors/*.json against a host, with phones of the C++ client.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host.hpp"
#include "suoi/domain/value.hpp"

namespace suoi::vectors {

struct Scenario {
  std::string name;
  domain::Value content;
  bool alone() const;        // wants a host of its own
  bool needs_clock() const;  // time has to pass
};

std::vector<Scenario> scenarios_of(const std::filesystem::path& file);
std::vector<std::filesystem::path> vector_files();

// What did not come as the scenario says, with the step; empty: all did.
std::vector<std::string> play(const Scenario& scenario, Host& host);

// Plays every scenario of a file, and reports with Catch2. Those that do not want a host of their own share one.
void play_file(const std::filesystem::path& file, const MakeHost& make_host);

}  // namespace suoi::vectors
