#include "members.hpp"

#include <map>

#include "invitation_rights.hpp"
#include "request_body.hpp"
#include "suoi/mobile_api/json_writer.hpp"

namespace suoi::mobile_api {
namespace {

using domain::Value;

enum class Done { yes, no_such, not_allowed };

// Whether the caller may answer for somebody; each person is looked at once.
class Reach {
 public:
  Reach(storage::Reader& reader, const Service& service, const Caller& caller, std::int64_t now_ms)
      : reader_(reader), service_(service), caller_(caller), now_ms_(now_ms) {}

  bool covers(const domain::PersonId& person) {
    const auto known = known_.find(person);
    if (known != known_.end()) return known->second;
    const auto inviter = reader_.assignments(caller_.device.person);
    const bool covered =
        person == caller_.device.person || may_invite(reader_, service_.rules, inviter, person, now_ms_);
    known_.emplace(person, covered);
    return covered;
  }

 private:
  storage::Reader& reader_;
  const Service& service_;
  const Caller& caller_;
  const std::int64_t now_ms_;
  std::map<domain::PersonId, bool> known_;
};

void write_device(JsonWriter& answer, const storage::Device& device, const Caller& caller) {
  answer.object().key("device").text(device.id.text()).key("person").text(device.person.text());
  answer.key("name").text(device.name).key("platform").text(device.platform);
  answer.key("created").integer(device.created_ms).key("last_seen").integer(device.last_seen_ms);
  answer.key("until");
  if (device.token_until_ms == INT64_MAX) {
    answer.null();
  } else {
    answer.integer(device.token_until_ms);
  }
  answer.key("revoked").flag(device.revoked_ms.has_value()).key("stolen").flag(device.stolen);
  answer.key("own").flag(device.id == caller.device.id).end_object();
}

// With the device that asked, for the log: roles are written by the server itself.
Response done_by(const Caller& caller) {
  Response response = no_content();
  response.log = {{"by", caller.device.id.text()}};
  return response;
}

Response no_such_device() {
  return problem(404, "not_found", "the caller's roles reach no such device");
}

Response not_allowed() {
  return problem(403, "forbidden", "the caller's roles do not entitle to give or end this role there");
}

// What a role_assignment says, where it has not ended; else nothing.
std::optional<std::pair<domain::PersonId, NewRole>> standing_role(storage::Reader& reader, const domain::RecordId& id) {
  const auto record = reader.record(id);
  if (!record || !record->live || record->collection->name != "role_assignment" || record->integer("ended_at")) {
    return std::nullopt;
  }
  const auto person = record->ref("person");
  const auto role = domain::parse_role(record->text("role"));
  if (!person || !role) return std::nullopt;
  return std::pair{domain::PersonId{person->uuid}, NewRole{*role, record->unit, record->ref("organisation"), "", ""}};
}

Done end_role(storage::Transaction& transaction, const Service& service, const Caller& caller,
              const domain::RecordId& id, std::int64_t now_ms) {
  auto standing = standing_role(transaction, id);
  if (!standing) return Done::no_such;
  const auto& [person, role] = *standing;
  const auto own = transaction.assignments(caller.device.person);
  NewRole given = role;
  const bool allowed = person != caller.device.person && may_give(own, service.rules.units, given, now_ms) &&
                       given.organisation == role.organisation;
  if (!allowed) return Done::not_allowed;
  write_own(transaction, service.rules, now_ms, {{"role_assignment", id, {{"ended_at", Value(now_ms)}}}});
  return Done::yes;
}

Done grant(storage::Transaction& transaction, const Service& service, const Caller& caller,
           const domain::PersonId& person, std::vector<NewRole>& roles, std::int64_t now_ms) {
  if (!transaction.record(domain::RecordId{person.uuid})) return Done::no_such;
  if (person == caller.device.person) return Done::not_allowed;
  const auto own = transaction.assignments(caller.device.person);
  for (NewRole& role : roles) {
    if (!may_give(own, service.rules.units, role, now_ms)) return Done::not_allowed;
  }
  for (const NewRole& role : roles) grant_role(transaction, service.rules, now_ms, person, role);
  return Done::yes;
}

}  // namespace

Response list_devices_endpoint(const Service& service, const Request& request) {
  const auto caller = working_caller(service, request);
  if (!caller) return caller.error();
  std::optional<domain::PersonId> wanted;
  for (const auto& [name, value] : request.query) {
    if (name != "person") return problem(400, "unknown_filter", "this list has no filter `" + name + "`");
    wanted = domain::PersonId::parse(value);
    if (!wanted) return problem(400, "bad_filter", "the filter `person` is no id");
  }
  JsonWriter answer;
  answer.object().key("items").array();
  service.store.read([&](storage::Reader& reader) {
    Reach reach(reader, service, *caller, request.received_ms);
    for (const storage::Device& device : reader.devices()) {
      if (wanted && device.person != *wanted) continue;
      if (reach.covers(device.person)) write_device(answer, device, *caller);
    }
  });
  answer.end_array().key("next").null().end_object();
  Response response;
  response.body = answer.take();
  return response;
}

Response revoke_device_endpoint(const Service& service, const Request& request, std::string_view id) {
  const auto caller = working_caller(service, request);
  if (!caller) return caller.error();
  const auto device_id = domain::DeviceId::parse(id);
  if (!device_id) return no_such_device();
  const auto word = request.query.find("stolen");
  const bool stolen = word != request.query.end() && word->second == "true";
  bool found = false;
  service.writer.run([&](storage::Transaction& transaction) {
    const auto device = transaction.device(*device_id);
    if (!device) return;
    found = Reach(transaction, service, *caller, request.received_ms).covers(device->person);
    if (found) transaction.revoke_device(*device_id, stolen, request.received_ms);
  });
  return found ? done_by(*caller) : no_such_device();
}

Response grant_roles_endpoint(const Service& service, const Request& request) {
  const auto caller = working_caller(service, request);
  if (!caller) return caller.error();
  const auto body = read_object(request.body);
  if (!body) return body.error();
  const auto person = domain::PersonId::parse(text_of(&*body, "person"));
  if (!person) return malformed("`person` is no id");
  auto roles = read_roles(*body);
  if (!roles) return std::move(roles.error());
  if (roles->empty()) return malformed("`role` and `units` are needed");
  Done done = Done::no_such;
  try {
    service.writer.run([&](storage::Transaction& transaction) {
      done = grant(transaction, service, *caller, *person, *roles, request.received_ms);
    });
  } catch (const AdminFault& fault) {
    return malformed(fault.what());
  }
  if (done == Done::no_such) return malformed("there is no such person");
  if (done == Done::not_allowed) return not_allowed();
  return done_by(*caller);
}

Response end_role_endpoint(const Service& service, const Request& request, std::string_view id) {
  const auto caller = working_caller(service, request);
  if (!caller) return caller.error();
  const auto role = domain::RecordId::parse(id);
  Done done = Done::no_such;
  if (role) {
    service.writer.run([&](storage::Transaction& transaction) {
      done = end_role(transaction, service, *caller, *role, request.received_ms);
    });
  }
  if (done == Done::no_such) return problem(404, "not_found", "there is no such role, or it has ended");
  return done == Done::not_allowed ? not_allowed() : done_by(*caller);
}

}  // namespace suoi::mobile_api
