// suoi audit show, checkpoint, verify.

#include <CLI/CLI.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "commands.hpp"
#include "suoi/mobile_api/audit.hpp"

namespace suoi::server {
namespace {

using Json = nlohmann::ordered_json;

std::string name_of(storage::Reader& reader, const std::string& person) {
  const auto id = domain::RecordId::parse(person);
  const auto record = id ? reader.record(*id) : std::nullopt;
  const std::string name = record ? record->text("full_name") : std::string();
  return name.empty() ? person : name;
}

std::string words_of(storage::Reader& reader, const Json& trail) {
  std::string words;
  for (const Json& entry : trail["entries"]) {
    const bool own = entry["person"] == domain::PersonId{}.text();
    words += std::to_string(entry["arrived"].get<std::int64_t>()) + "  " +
             (own ? "the server" : name_of(reader, entry["person"].get<std::string>())) + ", device " +
             entry["device"].get<std::string>() + ", version " + std::to_string(entry["version"].get<std::int64_t>()) +
             (entry["verdict"].empty() ? "" : ", " + entry["verdict"].dump()) + "\n";
    for (const auto& [name, field] : entry["fields"].items()) {
      for (const auto& [deed, value] : field.items()) {
        if (deed != "before")
          words += "    " + name + " (" + deed + "): " + field["before"].dump() + " -> " + value.dump() + "\n";
      }
    }
  }
  return words;
}

int show(const Shared& shared, const std::string& text) {
  const auto id = domain::RecordId::parse(text);
  if (!id) throw UsageFault("the id of a record is a UUID, not " + text);
  Instance instance(shared.data, Instance::Start::open);
  Json trail;
  std::string words;
  instance.store().read([&](storage::Reader& reader) {
    const auto found = mobile_api::audit_trail(reader, *id);
    if (!found) throw CommandFault("there is no record " + text);
    trail = Json::parse(*found);
    words = words_of(reader, trail);
  });
  shared.say(trail, words);
  return 0;
}

int checkpoint(const Shared& shared, const std::string& file) {
  Instance instance(shared.data, Instance::Start::open);
  std::string made;
  instance.store().read(
      [&](storage::Reader& reader) { made = mobile_api::make_checkpoint(reader, instance.keys(), system_now_ms()); });
  if (file.empty()) {
    shared.say({{"checkpoint", made}}, made);
    return 0;
  }
  if (std::filesystem::exists(file)) throw CommandFault(file + " is there already");
  std::ofstream out(file);
  out << made << '\n';
  if (!out.flush()) throw CommandFault("cannot write " + file);
  shared.say({{"file", file}}, "The checkpoint stands in " + file +
                                   ". Keep it where nobody who runs this server can change it, and try it later:\n"
                                   "  suoi audit verify --data " +
                                   shared.data + " --checkpoint " + file);
  return 0;
}

std::vector<storage::ChainHead> kept_chains(const Instance& instance, const std::vector<std::string>& files) {
  std::vector<storage::ChainHead> kept;
  for (const std::string& file : files) {
    std::ifstream in(file);
    std::string line;
    if (!std::getline(in, line)) throw CommandFault("cannot read " + file);
    const auto found = mobile_api::read_checkpoint(line, instance.keys());
    if (!found) throw CommandFault(file + " is no checkpoint that this server signed");
    kept.insert(kept.end(), found->chains.begin(), found->chains.end());
  }
  return kept;
}

int verify(const Shared& shared, const std::vector<std::string>& files) {
  Instance instance(shared.data, Instance::Start::open);
  const auto report = instance.store().verify_audit(kept_chains(instance, files), shared.progress("verifying"));
  std::string words = std::to_string(report.changes) + " changes in " + std::to_string(report.streams) + " chains: " +
                      (report.ok ? "nothing was altered, taken out or cut off." : "TAMPERED WITH OR DAMAGED.");
  for (const std::string& problem : report.problems) words += "\n  " + problem;
  if (report.ok && files.empty()) {
    words += "\nWithout a checkpoint that was kept elsewhere, a trail that was made anew as a whole looks the same.";
  }
  shared.say({{"ok", report.ok},
              {"changes", report.changes},
              {"chains", report.streams},
              {"checkpoints", files.size()},
              {"problems", report.problems}},
             words);
  return report.ok ? 0 : 1;
}

}  // namespace

void add_audit_verbs(CLI::App& app, Verb& chosen) {
  auto* audit = app.add_subcommand("audit", "The audit trail: show, checkpoint, verify");
  audit->footer(R"(
Each stream has a chain over everything that was stored in it. To be able to show later that nobody, the
operator included, changed the past: make a checkpoint each week and give it to somebody else.
  suoi audit checkpoint --data DIR --to 2026-11-25.checkpoint
  suoi audit verify --data DIR --checkpoint 2026-11-25.checkpoint)");

  auto record = std::make_shared<std::string>();
  auto* show_verb =
      audit->add_subcommand("show", "Who did what to a record, from which device, and what stood there before");
  show_verb->add_option("record", *record, "The record's id")->required();
  show_verb->callback([&chosen, record] { chosen = [record](const Shared& shared) { return show(shared, *record); }; });

  auto to = std::make_shared<std::string>();
  auto* checkpoint_verb = audit->add_subcommand("checkpoint", "Sign where all chains stand now");
  checkpoint_verb->add_option("--to", *to, "The file to write; else it is printed")->type_name("FILE");
  checkpoint_verb->callback([&chosen, to] { chosen = [to](const Shared& shared) { return checkpoint(shared, *to); }; });

  auto files = std::make_shared<std::vector<std::string>>();
  auto* verify_verb =
      audit->add_subcommand("verify", "Walk all chains; exits 1 where something was altered or is missing");
  verify_verb->add_option("--checkpoint", *files, "A checkpoint that was kept elsewhere; may be given several times")
      ->type_name("FILE");
  verify_verb->callback(
      [&chosen, files] { chosen = [files](const Shared& shared) { return verify(shared, *files); }; });
}

}  // namespace suoi::server
