#include "suoi/server/command_line.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "suoi/mobile_api/administration.hpp"

namespace suoi::server {
namespace {

constexpr const char* kDamagedAdvice =
    "\nThe disk altered the store. Restore the latest backup into a new directory on a sound disk: suoi restore; "
    "phones "
    "send again what it lacks.";
constexpr const char* kTeaching = R"(
A first try on this machine:
  suoi init --data trial --sample            an empty store with the sample province
  suoi serve --data trial                    serve on https://127.0.0.1:8443
  suoi invite --data trial --name "Lò Thị Mai" --role volunteer --unit 2025:03442
                                             a code for one more phone, also while the server runs
  suoi check --data trial                    is everything that was acknowledged there, and whole?

Units are named by register and code (2025:03442 is Pa Ủ); a bare code means different places before and
after 1 July 2025 and is refused. Exit codes: 0 success, 1 failure, 2 wrong usage.)";

int fail(const Shared& shared, const std::string& message, int exit_code) {
  if (shared.json) std::cout << nlohmann::ordered_json{{"error", message}}.dump() << std::endl;
  std::cerr << "suoi: " << message << std::endl;
  return exit_code;
}

void add_shared(CLI::App& verb, Shared& shared) {
  auto* data = verb.add_option("--data", shared.data, "Directory that holds the store, the keys and the certificate")
                   ->type_name("DIR");
  verb.set_config("--config", "", "A file with options, one `name = value` a line")->type_name("FILE");
  verb.add_flag("--json", shared.json, "Answer with one JSON object on standard output, messages on standard error");
  if (verb.get_name() != "verify" && verb.get_name() != "preview") data->required();
}

void add_shared_everywhere(CLI::App& app, Shared& shared) {
  for (CLI::App* verb : app.get_subcommands([](CLI::App*) { return true; })) {
    if (verb->get_subcommands([](CLI::App*) { return true; }).empty()) {
      add_shared(*verb, shared);
    } else {
      verb->require_subcommand(1);
      add_shared_everywhere(*verb, shared);
    }
  }
}

}  // namespace

void Shared::say(const nlohmann::ordered_json& object, const std::string& words) const {
  if (json) {
    std::cout << object.dump() << std::endl;
  } else {
    std::cout << words << std::endl;
  }
}

std::function<void(std::int64_t, std::int64_t)> Shared::progress(const std::string& what) const {
  if (::isatty(STDERR_FILENO) == 0) return [](std::int64_t, std::int64_t) {};
  return [what](std::int64_t done, std::int64_t total) {
    std::cerr << '\r' << what << ": " << done << " / " << total << (done == total ? "\n" : "") << std::flush;
  };
}

int run_command_line(int argc, char** argv) {
  CLI::App app("Suối: offline-first sync for volunteers in the mountains");
  app.name("suoi");
  app.footer(kTeaching);
  app.require_subcommand(1);
  Verb chosen;
  Shared shared;
  add_store_verbs(app, chosen);
  add_serve_verb(app, chosen);
  add_people_verbs(app, chosen);
  add_device_verbs(app, chosen);
  add_certificate_verbs(app, chosen);
  add_key_verbs(app, chosen);
  add_audit_verbs(app, chosen);
  add_shared_everywhere(app, shared);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  try {
    return chosen(shared);
  } catch (const UsageFault& fault) {
    return fail(shared, fault.what(), 2);
  } catch (const storage::StoreFault& fault) {
    return fail(shared, fault.what() + std::string(fault.is_damaged ? kDamagedAdvice : ""), 1);
  } catch (const std::exception& fault) {
    return fail(shared, fault.what(), 1);
  }
}

}  // namespace suoi::server
