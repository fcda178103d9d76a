#include "invitations.hpp"

#include "enrolment.hpp"
#include "invitation_rights.hpp"
#include "request_body.hpp"
#include "suoi/certs/base64url.hpp"
#include "suoi/certs/hashing.hpp"
#include "suoi/mobile_api/json_writer.hpp"

namespace suoi::mobile_api {
namespace {

using domain::Value;

constexpr std::int64_t kWrongDigitsMax = 3;

struct Wish {
  std::optional<domain::PersonId> person;
  std::string name;  // of somebody new
  std::vector<NewRole> roles;
};

tl::expected<Wish, Response> read_wish(const Request& request) {
  const auto body = read_object(request.body);
  if (!body) return tl::unexpected(body.error());
  auto roles = read_roles(*body);
  if (!roles) return tl::unexpected(std::move(roles.error()));
  Wish wish{std::nullopt, text_of(&*body, "name"), std::move(*roles)};
  if (const std::string person = text_of(&*body, "person"); !person.empty()) {
    wish.person = domain::PersonId::parse(person);
    if (!wish.person) return tl::unexpected(malformed("`person` is no id"));
  }
  if (wish.person.has_value() != wish.name.empty()) return tl::unexpected(malformed("give either `person` or `name`"));
  if (!wish.person && wish.roles.empty()) return tl::unexpected(malformed("somebody new needs `role` and `units`"));
  return wish;
}

Response not_allowed() {
  return problem(403, "invitation_not_allowed", "the caller's roles do not reach this person, role or unit");
}

// Nothing: the caller may not.
std::optional<NewInvitation> make_invitation(storage::Transaction& transaction, const Service& service,
                                             const Caller& caller, Wish& wish, std::int64_t now_ms) {
  const auto inviter = transaction.assignments(caller.device.person);
  for (NewRole& role : wish.roles) {
    if (!may_give(inviter, service.rules.units, role, now_ms)) return std::nullopt;
  }
  if (wish.person && !may_invite(transaction, service.rules, inviter, *wish.person, now_ms)) return std::nullopt;
  const domain::PersonId person = wish.person ? *wish.person
                                              : add_person(transaction, service.rules, now_ms, wish.name,
                                                           wish.roles.front().unit, wish.roles.front().organisation);
  for (const NewRole& role : wish.roles) grant_role(transaction, service.rules, now_ms, person, role);
  return invite(transaction, service.rules, now_ms, person, caller.device.person);
}

std::string id_of(const storage::Digest& code_hash) {
  return certs::base64url(certs::bytes_of(code_hash));
}

std::string_view state_of(const storage::Invitation& invitation) {
  if (invitation.redeemed_by.empty()) return "open";
  return invitation.compared && invitation.confirmed_ms == 0 ? "waiting" : "used";
}

// The caller's own invitation that has not expired.
std::optional<storage::Invitation> own_invitation(storage::Reader& reader, const Caller& caller, std::string_view id,
                                                  std::int64_t now_ms) {
  const auto bytes = certs::parse_base64url(id);
  storage::Digest hash{};
  if (!bytes || bytes->size() != hash.size()) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), hash.begin());
  auto invitation = reader.invitation(hash);
  const bool own = invitation && invitation->inviter == caller.device.person && now_ms < invitation->expires_ms;
  return own ? std::move(invitation) : std::nullopt;
}

Response no_such_invitation() {
  return problem(404, "not_found", "the caller has no such invitation, or it has expired");
}

enum class Confirmed { yes, no_invitation, not_allowed, wrong };

Confirmed confirm(storage::Transaction& transaction, const Service& service, const Caller& caller, std::string_view id,
                  const std::string& digits, std::int64_t now_ms) {
  auto invitation = own_invitation(transaction, caller, id, now_ms);
  if (!invitation || state_of(*invitation) != "waiting") return Confirmed::no_invitation;
  const auto inviter = transaction.assignments(caller.device.person);
  if (!may_invite(transaction, service.rules, inviter, invitation->person, now_ms)) return Confirmed::not_allowed;
  const bool same = certs::equal_in_constant_time(digits, invitation->digits);
  if (same) {
    invitation->confirmed_ms = now_ms;
    invitation->redeemed_ms = now_ms;
  } else if (++invitation->wrong_digits == kWrongDigitsMax) {
    invitation->expires_ms = now_ms;
  }
  transaction.update_invitation(*invitation);
  return same ? Confirmed::yes : Confirmed::wrong;
}

}  // namespace

Response invite_endpoint(const Service& service, const Request& request) {
  const auto caller = working_caller(service, request);
  if (!caller) return caller.error();
  auto wish = read_wish(request);
  if (!wish) return std::move(wish.error());
  std::optional<NewInvitation> made;
  try {
    service.writer.run([&](storage::Transaction& transaction) {
      made = make_invitation(transaction, service, *caller, *wish, request.received_ms);
    });
  } catch (const AdminFault& fault) {
    return malformed(fault.what());
  }
  if (!made) return not_allowed();
  JsonWriter answer;
  answer.object().key("id").text(id_of(invitation_hash(made->code))).key("code").text(made->code);
  answer.key("person").text(made->person.text()).key("path").text("/#/enrol?code=" + made->code);
  answer.key("expires").integer(made->expires_ms).key("compared").flag(made->compared).end_object();
  Response response;
  response.status = 201;
  response.body = answer.take();
  return response;
}

Response list_invitations_endpoint(const Service& service, const Request& request) {
  const auto caller = working_caller(service, request);
  if (!caller) return caller.error();
  JsonWriter answer;
  answer.object().key("items").array();
  service.store.read([&](storage::Reader& reader) {
    for (const storage::Invitation& one : reader.invitations_by(caller->device.person, request.received_ms)) {
      answer.object().key("id").text(id_of(one.code_hash)).key("person").text(one.person.text());
      answer.key("state").text(state_of(one)).key("expires").integer(one.expires_ms);
      answer.key("compared").flag(one.compared).end_object();
    }
  });
  answer.end_array().key("next").null().end_object();
  Response response;
  response.body = answer.take();
  return response;
}

Response confirm_invitation_endpoint(const Service& service, const Request& request, std::string_view id) {
  const auto caller = working_caller(service, request);
  if (!caller) return caller.error();
  const auto body = read_object(request.body);
  if (!body) return body.error();
  const std::string digits = text_of(&*body, "digits");
  if (digits.size() != 4) return problem(422, "malformed", "`digits` must be a text of four digits");
  Confirmed outcome = Confirmed::no_invitation;
  service.writer.run([&](storage::Transaction& transaction) {
    outcome = confirm(transaction, service, *caller, id, digits, request.received_ms);
  });
  if (outcome == Confirmed::no_invitation) return no_such_invitation();
  if (outcome == Confirmed::not_allowed) return not_allowed();
  if (outcome == Confirmed::wrong) return problem(409, "digits_differ", "the other device shows other digits");
  return no_content();
}

Response void_invitation_endpoint(const Service& service, const Request& request, std::string_view id) {
  const auto caller = working_caller(service, request);
  if (!caller) return caller.error();
  bool found = false;
  service.writer.run([&](storage::Transaction& transaction) {
    auto invitation = own_invitation(transaction, *caller, id, request.received_ms);
    found = invitation.has_value();
    if (!found) return;
    invitation->expires_ms = request.received_ms;
    transaction.update_invitation(*invitation);
  });
  return found ? no_content() : no_such_invitation();
}

}  // namespace suoi::mobile_api
