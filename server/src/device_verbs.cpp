// suoi device.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "commands.hpp"

namespace suoi::server {
namespace {

using Json = nlohmann::ordered_json;

domain::DeviceId device_id(const std::string& text) {
  const auto id = domain::DeviceId::parse(text);
  if (!id) throw UsageFault("the id of a device is a UUID, not " + text);
  return *id;
}

void require_device(storage::Transaction& transaction, const domain::DeviceId& id) {
  if (!transaction.device(id)) throw CommandFault("there is no device " + id.text());
}

int list(const Shared& shared) {
  Instance instance(shared.data, Instance::Start::open);
  Json devices = Json::array();
  std::string words;
  instance.store().read([&](storage::Reader& reader) {
    for (const storage::Device& device : reader.devices()) {
      devices.push_back({{"device", device.id.text()},
                         {"person", device.person.text()},
                         {"name", device.name},
                         {"platform", device.platform},
                         {"created", device.created_ms},
                         {"last_seen", device.last_seen_ms},
                         {"revoked", device.revoked_ms.has_value()}});
      words += device.id.text() + "  " + device.name + (device.revoked_ms ? "  (revoked)" : "") + "\n";
    }
  });
  shared.say({{"devices", devices}}, words.empty() ? "No device has enrolled yet." : words);
  return 0;
}

// One device, and what of its changes others brought here.
int show(const Shared& shared, const std::string& id) {
  Instance instance(shared.data, Instance::Start::open);
  Json object;
  std::string words;
  instance.store().read([&](storage::Reader& reader) {
    const auto device = reader.device(device_id(id));
    if (!device) throw CommandFault("there is no device " + id);
    object = {{"device", id},
              {"person", device->person.text()},
              {"name", device->name},
              {"platform", device->platform},
              {"created", device->created_ms},
              {"last_seen", device->last_seen_ms},
              {"revoked", device->revoked_ms.has_value()},
              {"stolen", device->stolen},
              {"carried", Json::array()}};
    words = device->name + (device->revoked_ms ? "  (revoked)" : "");
    for (const storage::Carriage& one : reader.carriages(device->id)) {
      object["carried"].push_back({{"incarnation", one.incarnation.text()},
                                   {"from", one.first},
                                   {"to", one.last},
                                   {"by", one.carrier.text()},
                                   {"at", one.arrival_ms}});
      words += "\n  changes " + std::to_string(one.first) + " to " + std::to_string(one.last) +
               " were brought by device " + one.carrier.text();
    }
  });
  shared.say(object, words);
  return 0;
}

int rename(const Shared& shared, const std::string& id, const std::string& name) {
  Instance instance(shared.data, Instance::Start::open);
  instance.write([&](storage::Transaction& transaction) {
    require_device(transaction, device_id(id));
    transaction.rename_device(device_id(id), name);
  });
  shared.say({{"device", id}, {"name", name}}, "Renamed.");
  return 0;
}

int revoke(const Shared& shared, const std::string& id, bool stolen) {
  Instance instance(shared.data, Instance::Start::open);
  instance.write([&](storage::Transaction& transaction) {
    require_device(transaction, device_id(id));
    transaction.revoke_device(device_id(id), stolen, system_now_ms());
  });
  shared.say({{"device", id}, {"revoked", true}, {"stolen", stolen}},
             stolen ? "Revoked as stolen: nothing is taken from it any more." : "Revoked.");
  return 0;
}

}  // namespace

void add_device_verbs(CLI::App& app, Verb& chosen) {
  auto* device = app.add_subcommand("device", "Devices: list, show, rename, revoke");
  device->add_subcommand("list", "List the devices that have enrolled")->callback([&chosen] { chosen = list; });

  auto id = std::make_shared<std::string>();
  auto name = std::make_shared<std::string>();
  auto* show_verb = device->add_subcommand("show", "Show a device, and what others carried for it");
  show_verb->add_option("id", *id, "The device's id")->required();
  show_verb->callback([&chosen, id] { chosen = [id](const Shared& shared) { return show(shared, *id); }; });
  auto* rename_verb = device->add_subcommand("rename", "Give a device another name");
  rename_verb->add_option("id", *id, "The device's id")->required();
  rename_verb->add_option("--name", *name, "The new name")->required()->type_name("NAME");
  rename_verb->callback(
      [&chosen, id, name] { chosen = [id, name](const Shared& shared) { return rename(shared, *id, *name); }; });

  auto* revoke_verb = device->add_subcommand("revoke", "Take a device's access away");
  revoke_verb->add_option("id", *id, "The device's id")->required();
  auto stolen = std::make_shared<bool>(false);
  revoke_verb->add_flag("--stolen", *stolen, "Take nothing from it any more, not even unsent work");
  revoke_verb->callback(
      [&chosen, id, stolen] { chosen = [id, stolen](const Shared& shared) { return revoke(shared, *id, *stolen); }; });
}

}  // namespace suoi::server
