// What happens in a simulated world, as data: a list of steps that can be written down, read by a person, made shorter
// and run again. Everything that a step leaves open follows from its own number, so that it stays the same when others
// are taken away.
//
// Text: a head line `seed=7 phones=9 days=20`, then one step a line: `+3d07:12:05.120 sync phone=4 mute=1 dice=9f3a`.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace suoi::sim {

enum class Act {
  write,           // a person saves a change
  sync,            // a phone talks with the server; `with` says what goes wrong on the way
  seal,            // a phone seals what has no receipt into a bundle
  carry,           // a phone carries a bundle to the server
  set_clock,       // a phone's clock jumps, drifts, is right again
  reboot,          // a phone starts anew
  back_up_phone,   // remembers a phone's store
  restore_phone,   // and puts it back
  clone_phone,     // a second phone goes on with a copy of the store
  cut_power,       // of the server, at a write to come
  kill_server,     // the process dies and starts again
  trouble_disk,    // the server's disk is full or fails
  heal_disk,       //
  checkpoint,      // the log is moved into the database
  back_up_server,  // suoi backup
  restore_server,  // suoi restore from the last backup
  copy_store,      // copies the files of the store while the server stands
  put_copy_back,   // and puts them back
  revoke,          // a device
  grant,           // a role
  withdraw,        // a role
  issue,           // signs the certificates that wait
  set_server,      // the server's clock jumps, and is right again
  pass_year,       // 401 days in which nothing happens
  forget,          // the server forgets removals that are older than 400 days
};

std::string_view act_name(Act act);

struct Step {
  std::int64_t at_ms = 0;  // since the start of the world
  Act act = Act::write;
  std::map<std::string, std::int64_t> with;  // phone, and what there is to say of it
  std::uint64_t dice = 0;

  std::int64_t get(const std::string& name, std::int64_t otherwise = 0) const {
    const auto found = with.find(name);
    return found != with.end() ? found->second : otherwise;
  }
};

struct Script {
  std::uint64_t seed = 0;
  std::size_t phones = 0;
  std::int64_t days = 0;
  std::vector<Step> steps;  // in order of time

  std::int64_t device_days() const { return static_cast<std::int64_t>(phones) * days; }
};

inline constexpr std::int64_t kMinuteMs = 60'000;
inline constexpr std::int64_t kHourMs = 60 * kMinuteMs;
inline constexpr std::int64_t kDayMs = 24 * kHourMs;

std::string shown_time(std::int64_t at_ms);
std::string shown(const Step& step);
std::string shown(const Script& script);
// Throws std::runtime_error where the text is no script.
Script parse_script(std::string_view text);

// generator.cpp: the script that a seed stands for.
Script script_of(std::uint64_t seed);

}  // namespace suoi::sim
