// suoi invite, person, role.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "suoi/mobile_api/administration.hpp"

namespace suoi::server {
namespace {

using Json = nlohmann::ordered_json;

struct PersonOptions {
  std::string id;
  std::string name;
  std::string organisation;
  std::string role;
  std::vector<std::string> units;
  std::string from;
  std::string to;
};

domain::PersonId person_id(const std::string& text) {
  const auto id = domain::PersonId::parse(text);
  if (!id) throw UsageFault("the id of a person is a UUID, not " + text);
  return *id;
}

domain::UnitKey unit_key(const std::string& text) {
  const auto unit = domain::UnitKey::parse(text);
  if (!unit) throw UsageFault(text + " is no unit; give register and code, for example 2025:03442");
  return *unit;
}

std::optional<domain::RecordId> organisation_id(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto id = domain::RecordId::parse(text);
  if (!id) throw UsageFault("the id of an organisation is a UUID, not " + text);
  return id;
}

mobile_api::NewRole new_role(const PersonOptions& options, const std::string& unit) {
  const auto role = domain::parse_role(options.role);
  if (!role) throw UsageFault("there is no role " + options.role);
  return {*role, unit_key(unit), organisation_id(options.organisation), options.from, options.to};
}

int invite(const Shared& shared, const PersonOptions& options) {
  if (options.name.empty() == options.id.empty()) throw UsageFault("give either --name or --person");
  if (options.role.empty() != options.units.empty()) throw UsageFault("--role and --unit go together");
  if (options.id.empty() && options.units.empty()) throw UsageFault("somebody new needs --role and --unit");
  Instance instance(shared.data, Instance::Start::open);
  const sync::Rules rules = instance.rules();
  const std::int64_t now_ms = system_now_ms();
  mobile_api::NewInvitation invitation;
  instance.write([&](storage::Transaction& transaction) {
    const domain::PersonId person =
        options.id.empty()
            ? mobile_api::add_person(transaction, rules, now_ms, options.name, unit_key(options.units.front()),
                                     organisation_id(options.organisation))
            : person_id(options.id);
    for (const std::string& unit : options.units) {
      mobile_api::grant_role(transaction, rules, now_ms, person, new_role(options, unit));
    }
    invitation = mobile_api::invite(transaction, rules, now_ms, person);
  });
  const std::string url = enrolment_url(instance.address(), invitation.code);
  shared.say({{"code", invitation.code},
              {"person", invitation.person.text()},
              {"url", url},
              {"expires", invitation.expires_ms}},
             "Code: " + invitation.code + "\nOn the phone, open: " + url + "\nIt works once, for one phone.");
  return 0;
}

// Where somebody belongs who came without a unit: to their organisation's, else to that of the server's operator.
domain::UnitKey home_unit(Instance& instance, const PersonOptions& options) {
  if (!options.units.empty()) return unit_key(options.units.front());
  std::optional<sync::Record> organisation;
  if (const auto id = organisation_id(options.organisation)) {
    instance.store().read([&](storage::Reader& reader) { organisation = reader.record(*id); });
    if (!organisation) throw CommandFault("there is no organisation " + options.organisation);
  }
  return organisation ? organisation->unit : instance.operator_unit();
}

int add_person(const Shared& shared, const PersonOptions& options) {
  Instance instance(shared.data, Instance::Start::open);
  const domain::UnitKey unit = home_unit(instance, options);
  domain::PersonId person;
  instance.write([&](storage::Transaction& transaction) {
    person = mobile_api::add_person(transaction, instance.rules(), system_now_ms(), options.name, unit,
                                    organisation_id(options.organisation));
  });
  shared.say({{"person", person.text()}, {"unit", unit.text()}}, "Added, with the id " + person.text());
  return 0;
}

Json record_json(const sync::Record& record) {
  Json object{{"collection", record.collection->name},
              {"id", record.id.text()},
              {"version", record.version},
              {"unit", record.unit.text()},
              {"live", record.live},
              {"created_at", record.created_ms}};
  object["fields"] = Json::parse(domain::canonical_json(domain::Value(sync::readable_fields(record))));
  return object;
}

// Everything that names this person: their own record, roles, participations, certificates, returned changes, devices.
int export_person(const Shared& shared, const PersonOptions& options) {
  Instance instance(shared.data, Instance::Start::open);
  const domain::RecordId id{person_id(options.id).uuid};
  Json object{{"person", id.text()}, {"records", Json::array()}, {"devices", Json::array()}};
  instance.write([&](storage::Transaction& transaction) {
    const auto person = transaction.record(id);
    if (!person || person->collection->name != "person") throw CommandFault("there is no person " + options.id);
    object["records"].push_back(record_json(*person));
    for (const domain::Collection& collection : instance.rules().catalogue.collections()) {
      for (const domain::RecordId& linked : transaction.linked(id, collection)) {
        object["records"].push_back(record_json(*transaction.record(linked)));
      }
    }
    for (const storage::Device& device : transaction.devices()) {
      if (device.person.uuid != id.uuid) continue;
      object["devices"].push_back({{"device", device.id.text()},
                                   {"name", device.name},
                                   {"platform", device.platform},
                                   {"created", device.created_ms},
                                   {"last_seen", device.last_seen_ms}});
    }
  });
  shared.say(object, object.dump(2));
  return 0;
}

int erase_person(const Shared& shared, const PersonOptions& options) {
  Instance instance(shared.data, Instance::Start::open);
  const domain::PersonId id = person_id(options.id);
  bool known = false;
  instance.store().read([&](storage::Reader& reader) {
    const auto record = reader.record(domain::RecordId{id.uuid});
    known = record && record->collection->name == "person";
  });
  if (!known) throw CommandFault("there is no person " + options.id);
  instance.erase(id);
  shared.say({{"person", id.text()}, {"erased", true}},
             "Erased: the key of the name is destroyed, roles have ended, phones are told to wipe themselves.\n"
             "Out of reach: free text that names them, papers, and backups until they are restored beside\n  " +
                 (instance.directory() / "erased").string() + "\nKeep that file; a restore replays it.");
  return 0;
}

Json role_json(const sync::Assignment& assignment, std::int64_t now_ms) {
  Json role{{"role", domain::role_name(assignment.role)}, {"unit", assignment.unit.text()}};
  role["organisation"] = assignment.organisation ? Json(assignment.organisation->text()) : Json();
  role["active"] = assignment.active_at(now_ms);
  return role;
}

int show_person(const Shared& shared, const PersonOptions& options) {
  Instance instance(shared.data, Instance::Start::open);
  const domain::PersonId id = person_id(options.id);
  Json object;
  std::string words;
  instance.store().read([&](storage::Reader& reader) {
    const auto person = reader.record(domain::RecordId{id.uuid});
    if (!person || person->collection->name != "person") throw CommandFault("there is no person " + options.id);
    words = person->text("full_name") + " (" + person->unit.text() + ")";
    object = {{"person", id.text()}, {"full_name", person->text("full_name")}, {"unit", person->unit.text()}};
    object["roles"] = Json::array();
    for (const sync::Assignment& assignment : reader.assignments(id)) {
      object["roles"].push_back(role_json(assignment, system_now_ms()));
      words += "\n  " + std::string(domain::role_name(assignment.role)) + " in " + assignment.unit.text() +
               (assignment.active_at(system_now_ms()) ? "" : " (not in force)");
    }
    object["devices"] = Json::array();
    for (const storage::Device& device : reader.devices()) {
      if (device.person == id) object["devices"].push_back(device.id.text());
    }
  });
  shared.say(object, words);
  return 0;
}

int grant(const Shared& shared, const PersonOptions& options) {
  Instance instance(shared.data, Instance::Start::open);
  instance.write([&](storage::Transaction& transaction) {
    mobile_api::grant_role(transaction, instance.rules(), system_now_ms(), person_id(options.id),
                           new_role(options, options.units.front()));
  });
  shared.say({{"granted", options.role}, {"unit", options.units.front()}}, "Granted.");
  return 0;
}

int withdraw(const Shared& shared, const PersonOptions& options) {
  Instance instance(shared.data, Instance::Start::open);
  const mobile_api::NewRole role = new_role(options, options.units.front());
  int count = 0;
  instance.write([&](storage::Transaction& transaction) {
    count = mobile_api::withdraw_role(transaction, instance.rules(), system_now_ms(), person_id(options.id), role.role,
                                      role.unit);
  });
  if (count == 0) throw CommandFault("this person does not hold that role there");
  shared.say({{"withdrawn", count}},
             "Withdrawn. What their phones still send from before is judged by the time it was made.");
  return 0;
}

using Action = int (*)(const Shared&, const PersonOptions&);

std::shared_ptr<PersonOptions> on_call(CLI::App& verb, Verb& chosen, Action action) {
  auto options = std::make_shared<PersonOptions>();
  verb.callback([&chosen, options, action] {
    chosen = [options, action](const Shared& shared) { return action(shared, *options); };
  });
  return options;
}

void add_role_options(CLI::App& verb, PersonOptions& options, bool required) {
  std::vector<std::string> roles;
  for (const domain::Role role : domain::kRoles) roles.emplace_back(domain::role_name(role));
  auto* role = verb.add_option("--role", options.role, "What they may do")->check(CLI::IsMember(roles));
  auto* unit = verb.add_option("--unit", options.units, "Where, as register:code; may be given several times")
                   ->type_name("UNIT");
  verb.add_option("--organisation", options.organisation, "Id of their organisation")->type_name("ID");
  if (!required) return;
  role->required();
  unit->required();
}

}  // namespace

void add_people_verbs(CLI::App& app, Verb& chosen) {
  auto* invite_verb = app.add_subcommand("invite", "Make a single-use code for one phone");
  auto options = on_call(*invite_verb, chosen, &invite);
  invite_verb->add_option("--name", options->name, "Somebody new: their full name")->type_name("NAME");
  invite_verb->add_option("--person", options->id, "Somebody known: their id")->type_name("ID");
  add_role_options(*invite_verb, *options, false);

  auto* person = app.add_subcommand("person", "People: add, show, export, erase, password, totp");
  add_sign_in_verbs(*person, chosen);
  auto* add_verb = person->add_subcommand("add", "Add somebody without a phone");
  options = on_call(*add_verb, chosen, &add_person);
  add_verb->add_option("--name", options->name, "Full name")->required()->type_name("NAME");
  add_verb->add_option("--unit", options->units, "Commune, as register:code; else that of the organisation")
      ->type_name("UNIT");
  add_verb->add_option("--organisation", options->organisation, "Id of their organisation")->type_name("ID");
  auto* show_verb = person->add_subcommand("show", "Show somebody with roles and devices");
  options = on_call(*show_verb, chosen, &show_person);
  show_verb->add_option("id", options->id, "Their id")->required();

  auto* export_verb = person->add_subcommand("export", "Give everything that is stored about somebody, as JSON");
  options = on_call(*export_verb, chosen, &export_person);
  export_verb->add_option("id", options->id, "Their id")->required();

  auto* erase_verb = person->add_subcommand("erase", "Destroy the key of somebody's name, for good");
  options = on_call(*erase_verb, chosen, &erase_person);
  erase_verb->add_option("id", options->id, "Their id")->required();

  auto* role = app.add_subcommand("role", "Roles: grant, withdraw");
  auto* grant_verb = role->add_subcommand("grant", "Grant a role in a unit");
  options = on_call(*grant_verb, chosen, &grant);
  grant_verb->add_option("--person", options->id, "Their id")->required()->type_name("ID");
  add_role_options(*grant_verb, *options, true);
  grant_verb->add_option("--from", options->from, "First day, as YYYY-MM-DD")->type_name("DATE");
  grant_verb->add_option("--to", options->to, "Last day, as YYYY-MM-DD")->type_name("DATE");
  auto* withdraw_verb = role->add_subcommand("withdraw", "End a role now");
  options = on_call(*withdraw_verb, chosen, &withdraw);
  withdraw_verb->add_option("--person", options->id, "Their id")->required()->type_name("ID");
  add_role_options(*withdraw_verb, *options, true);
}

}  // namespace suoi::server
