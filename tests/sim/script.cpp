#include "script.hpp"

#include <array>
#include <cstdio>
#include <sstream>
#include <stdexcept>

namespace suoi::sim {
namespace {

constexpr std::array<std::string_view, 25> kNames = {
    "write",          "sync",           "seal",       "carry",         "set_clock",    "reboot",    "back_up_phone",
    "restore_phone",  "clone_phone",    "cut_power",  "kill_server",   "trouble_disk", "heal_disk", "checkpoint",
    "back_up_server", "restore_server", "copy_store", "put_copy_back", "revoke",       "grant",     "withdraw",
    "issue",          "set_server",     "pass_year",  "forget"};

Act parse_act(const std::string& word) {
  for (std::size_t at = 0; at < kNames.size(); ++at) {
    if (kNames[at] == word) return static_cast<Act>(at);
  }
  throw std::runtime_error("no step is called " + word);
}

std::map<std::string, std::string> members(std::istringstream& words) {
  std::map<std::string, std::string> found;
  std::string word;
  while (words >> word) {
    const auto equals = word.find('=');
    if (equals == std::string::npos) throw std::runtime_error("expected name=value instead of " + word);
    found.emplace(word.substr(0, equals), word.substr(equals + 1));
  }
  return found;
}

Step parse_step(const std::string& line) {
  Step step;
  std::istringstream words(line);
  std::string time, act;
  words >> time >> act;
  long long day = 0, hours = 0, minutes = 0, seconds = 0, rest = 0;
  if (std::sscanf(time.c_str(), "+%lldd%lld:%lld:%lld.%lld", &day, &hours, &minutes, &seconds, &rest) != 5) {
    throw std::runtime_error("no time: " + line);
  }
  step.at_ms = day * kDayMs + hours * kHourMs + minutes * kMinuteMs + seconds * 1000 + rest;
  step.act = parse_act(act);
  for (const auto& [name, value] : members(words)) {
    if (name == "dice") {
      step.dice = std::stoull(value, nullptr, 16);
    } else {
      step.with.emplace(name, std::stoll(value));
    }
  }
  return step;
}

}  // namespace

std::string_view act_name(Act act) {
  return kNames[static_cast<std::size_t>(act)];
}

std::string shown_time(std::int64_t at_ms) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "+%lldd%02lld:%02lld:%02lld.%03lld", static_cast<long long>(at_ms / kDayMs),
                static_cast<long long>(at_ms / kHourMs % 24), static_cast<long long>(at_ms / kMinuteMs % 60),
                static_cast<long long>(at_ms / 1000 % 60), static_cast<long long>(at_ms % 1000));
  return text.data();
}

std::string shown(const Step& step) {
  std::ostringstream text;
  text << shown_time(step.at_ms) << " " << act_name(step.act);
  for (const auto& [name, value] : step.with) text << " " << name << "=" << value;
  text << " dice=" << std::hex << step.dice;
  return text.str();
}

std::string shown(const Script& script) {
  std::ostringstream text;
  text << "seed=" << script.seed << " phones=" << script.phones << " days=" << script.days << "\n";
  for (const Step& step : script.steps) text << shown(step) << "\n";
  return text.str();
}

Script parse_script(std::string_view text) {
  Script script;
  std::istringstream lines{std::string(text)};
  std::string line;
  bool head = true;
  while (std::getline(lines, line)) {
    if (line.empty() || line.front() == '#') continue;
    if (head) {
      std::istringstream words(line);
      const auto found = members(words);
      script.seed = std::stoull(found.at("seed"));
      script.phones = std::stoull(found.at("phones"));
      script.days = std::stoll(found.at("days"));
      head = false;
    } else {
      script.steps.push_back(parse_step(line));
    }
  }
  return script;
}

}  // namespace suoi::sim
