// suoi init, check, backup, restore.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "erased_journal.hpp"

namespace suoi::server {
namespace {

using Json = nlohmann::ordered_json;

std::string invitation_lines(const std::vector<SampleInvitation>& invitations, const std::string& address) {
  std::string words;
  for (const SampleInvitation& one : invitations) {
    words += "\n  " + one.name + " (" + one.role + ", " + one.unit + "): " + enrolment_url(address, one.code);
  }
  return words;
}

int init(const Shared& shared, bool sample, const std::string& unit_text) {
  const auto unit = domain::UnitKey::parse(unit_text);
  if (!unit) throw UsageFault(unit_text + " is no unit; give register and code, for example 2025:12");
  Instance instance(shared.data, Instance::Start::create);
  instance.remember_operator_unit(*unit);
  Json object{{"data", shared.data}, {"sample", sample}};
  std::string words = "A new store stands in " + shared.data + ".";
  if (sample) {
    const auto invitations = make_sample(instance);
    object["invitations"] = Json::array();
    for (const SampleInvitation& one : invitations) {
      object["invitations"].push_back({{"name", one.name}, {"role", one.role}, {"unit", one.unit}, {"code", one.code}});
    }
    words += "\nThe sample province is in it. Invitations, each for one phone (coordinators: within the hour):" +
             invitation_lines(invitations, instance.address());
  }
  shared.say(object, words + "\nStart the server: suoi serve --data " + shared.data);
  return 0;
}

int check(const Shared& shared) {
  Instance instance(shared.data, Instance::Start::open);
  const auto report = instance.store().check(shared.progress("checking"));
  std::string words = std::to_string(report.records) + " records, " + std::to_string(report.changes) + " changes, " +
                      std::to_string(report.streams) + " streams, " + std::to_string(report.files) + " files (" +
                      std::to_string(report.files_awaited) + " more are named and not here yet): " +
                      (report.ok ? "everything is as it should be."
                                 : "DAMAGED. Restore the latest backup; phones send again what it lacks.");
  for (const std::string& problem : report.problems) words += "\n  " + problem;
  shared.say({{"ok", report.ok},
              {"records", report.records},
              {"changes", report.changes},
              {"streams", report.streams},
              {"files", report.files},
              {"files_awaited", report.files_awaited},
              {"problems", report.problems}},
             words);
  return report.ok ? 0 : 1;
}

// The keys that a backup needs to be read: its names are sealed under the master key.
std::filesystem::path keys_beside(const std::string& file) {
  return file + ".keys";
}

int backup(const Shared& shared, const std::string& file, bool without_keys) {
  Instance instance(shared.data, Instance::Start::open);
  const std::filesystem::path keys = keys_beside(file);
  if (!without_keys && std::filesystem::exists(keys)) throw CommandFault(keys.string() + " is there already");
  instance.store().backup(file, system_now_ms(), shared.progress("backing up"));
  Json object{{"file", file}, {"verified", true}};
  std::string words = "The backup stands in " + file + " and was verified.";
  if (without_keys) {
    words += "\nWithout the keys nobody reads the names in it; keep those of " + shared.data + "/keys elsewhere.";
  } else {
    std::filesystem::copy(instance.directory() / "keys", keys, std::filesystem::copy_options::recursive);
    object["keys"] = keys.string();
    words += "\nThe keys that open its names stand in " + keys.string() +
             ".\nMove them to another place: whoever has both can read everything.";
  }
  shared.say(object, words);
  return 0;
}

// What a restore that was cut short left in it is no use.
bool in_use_but_for_keys(const std::filesystem::path& directory) {
  if (!std::filesystem::exists(directory)) return false;
  if (!std::filesystem::is_directory(directory)) return true;
  const std::filesystem::directory_iterator entries(directory);
  return std::any_of(begin(entries), end(entries), [](const auto& entry) {
    return entry.path().filename() != "keys" && entry.path().filename() != "store" &&
           entry.path().filename() != "erased";
  });
}

void bring_keys(const std::string& data, const std::string& file) {
  const std::filesystem::path keys = std::filesystem::path(data) / "keys";
  if (std::filesystem::exists(keys) || !std::filesystem::exists(keys_beside(file))) return;
  std::filesystem::copy(keys_beside(file), keys, std::filesystem::copy_options::recursive);
}

int restore(const Shared& shared, const std::string& file, const std::string& erased) {
  const std::filesystem::path place = Instance::store_directory(shared.data);
  if (!std::filesystem::is_regular_file(file)) throw CommandFault("there is no backup " + file);
  if (!erased.empty() && !std::filesystem::is_regular_file(erased)) throw CommandFault("there is no journal " + erased);
  if (in_use_but_for_keys(shared.data)) {
    throw CommandFault(shared.data +
                       " is in use already and was not touched; name a new directory, in which nothing"
                       " but the old server's keys may stand");
  }
  std::filesystem::create_directories(shared.data);
  const auto store =
      storage::Store::restore(file, place, Instance::store_options(), shared.progress("looking through the backup"));
  if (!store) throw CommandFault(place.string() + " holds a store already and was not touched");
  bring_keys(shared.data, file);
  if (!erased.empty()) {
    std::filesystem::copy_file(erased, erased_file(shared.data), std::filesystem::copy_options::overwrite_existing);
  }
  std::string epoch;
  store->read([&](storage::Reader& reader) { epoch = reader.epoch().id; });
  shared.say({{"data", shared.data}, {"epoch", epoch}},
             "Restored into " + shared.data +
                 ". A new epoch begins: phones will send again what the backup lacks.\n"
                 "Before the first start the keys of the old server have to stand in " +
                 shared.data + "/keys (they are there if " + keys_beside(file).string() +
                 " was), and its journal `erased` in " + shared.data + ".");
  return 0;
}

}  // namespace

std::string enrolment_url(const std::string& address, const std::string& code) {
  return address + "/#/enrol?code=" + code;
}

void add_store_verbs(CLI::App& app, Verb& chosen) {
  auto* init_verb = app.add_subcommand("init", "Make an empty store with the reference data");
  auto sample = std::make_shared<bool>(false);
  init_verb->add_flag("--sample", *sample, "Add the sample province and print invitations");
  auto unit = std::make_shared<std::string>("2025:12");
  init_verb->add_option("--unit", *unit, "Whose server it is, as register:code")
      ->type_name("UNIT")
      ->capture_default_str();
  init_verb->callback([&chosen, sample, unit] {
    chosen = [sample, unit](const Shared& shared) { return init(shared, *sample, *unit); };
  });

  auto* check_verb = app.add_subcommand("check", "Check that the store is whole; exits 1 where it is not");
  check_verb->callback([&chosen] { chosen = check; });

  auto* backup_verb =
      app.add_subcommand("backup", "Copy the store into a file, also while the server runs, and verify it");
  auto to = std::make_shared<std::string>();
  backup_verb->add_option("--to", *to, "The file to write")->required()->type_name("FILE");
  auto without_keys = std::make_shared<bool>(false);
  backup_verb->add_flag("--without-keys", *without_keys, "Do not put the server's keys beside it, as FILE.keys");
  backup_verb->callback([&chosen, to, without_keys] {
    chosen = [to, without_keys](const Shared& shared) { return backup(shared, *to, *without_keys); };
  });

  auto* restore_verb = app.add_subcommand("restore", "Make a store in an unused directory from a backup");
  auto from = std::make_shared<std::string>();
  restore_verb->add_option("--from", *from, "The backup")->required()->type_name("FILE");
  auto erased = std::make_shared<std::string>();
  restore_verb->add_option("--erased", *erased, "The journal of erased people of the old server (its file `erased`)")
      ->type_name("FILE");
  restore_verb->callback([&chosen, from, erased] {
    chosen = [from, erased](const Shared& shared) { return restore(shared, *from, *erased); };
  });
}

}  // namespace suoi::server
