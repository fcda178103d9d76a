// The verbs of the command line. Each adds its options to a parser and, when chosen, does its work.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "instance.hpp"

namespace CLI {
class App;
}

namespace suoi::server {

// What every verb is given: where the data are, and how to speak.
struct Shared {
  std::string data;
  bool json = false;

  // With --json the object as one line on stdout, else `words`.
  void say(const nlohmann::ordered_json& object, const std::string& words) const;
  // "12 of 40" on stderr while something long goes on; silent where nobody watches.
  std::function<void(std::int64_t done, std::int64_t total)> progress(const std::string& what) const;
};

// Does the chosen verb's work; the exit code.
using Verb = std::function<int(const Shared&)>;

// Each adds one verb, or one group of verbs, and sets `chosen` when it is called.
void add_store_verbs(CLI::App& app, Verb& chosen);        // init, check, backup, restore
void add_serve_verb(CLI::App& app, Verb& chosen);         // serve
void add_people_verbs(CLI::App& app, Verb& chosen);       // invite, person, role
void add_sign_in_verbs(CLI::App& person, Verb& chosen);   // person password, person totp
void add_device_verbs(CLI::App& app, Verb& chosen);       // device
void add_key_verbs(CLI::App& app, Verb& chosen);          // keys
void add_audit_verbs(CLI::App& app, Verb& chosen);        // audit
void add_certificate_verbs(CLI::App& app, Verb& chosen);  // certificate

// The sample province: real communes of Lai Châu, invented people. Gives an invitation for each role.
struct SampleInvitation {
  std::string name;
  std::string role;
  std::string unit;
  std::string code;
};
std::vector<SampleInvitation> make_sample(Instance& instance);

// "https://HOST/#/enrol?code=CODE"
std::string enrolment_url(const std::string& address, const std::string& code);

}  // namespace suoi::server
