#include "enrolment.hpp"

#include <algorithm>

#include "request_body.hpp"
#include "suoi/certs/base64url.hpp"
#include "suoi/certs/hashing.hpp"
#include "suoi/certs/jws.hpp"
#include "suoi/mobile_api/administration.hpp"
#include "suoi/mobile_api/json_writer.hpp"
#include "suoi/mobile_api/limits.hpp"
#include "suoi/mobile_api/normalise.hpp"

namespace suoi::mobile_api {
namespace {

using domain::Value;

constexpr std::int64_t kRepeatMs = 24LL * 3600 * 1000;
constexpr std::size_t kTokenBytes = 32;
constexpr std::int64_t kAskAgainMs = 3'000;
constexpr std::size_t kDeviceTextMax = 120;  // code points
constexpr std::string_view kNoticeVersion = "2026-11";
constexpr std::string_view kNoticeText =
    "Suối lưu tên bạn, tổ chức, các hoạt động và giờ tham gia của bạn để điều phối và cấp giấy chứng nhận. "
    "Trẻ em chỉ được ghi bằng số lượng, không ghi tên. Dữ liệu nằm trên máy chủ của đơn vị bạn. "
    "Bạn có quyền xem, xin bản sao, sửa và yêu cầu xóa dữ liệu của mình: hãy báo người điều phối.";

struct Applicant {
  std::string code;
  NewDevice device;
};

Response invalid_invitation() {
  return problem(403, "invitation_invalid", "this invitation is unknown, used or expired");
}

tl::expected<Applicant, Response> read_applicant(std::string_view body) {
  const auto jws = certs::verify_flattened(body, kSmallBodyBytesMax);
  if (!jws) {
    return tl::unexpected(
        malformed("the enrolment must be a flattened JWS with the device's key: " + jws.error().detail));
  }
  const auto payload = read_object(jws->payload);
  if (!payload) return tl::unexpected(payload.error());
  Applicant applicant{text_of(&*payload, "code"), {jws->signer, {}, {}}};
  if (applicant.code.empty()) return tl::unexpected(malformed("`code` must be a text"));
  if (!domain::Incarnation::parse(text_of(&*payload, "incarnation"))) {
    return tl::unexpected(malformed("`incarnation` must be 32 hex digits"));
  }
  if (!read_device_texts(*payload, applicant.device)) {
    return tl::unexpected(malformed("`device` has a text that is too long"));
  }
  return applicant;
}

bool may_redeem(const storage::Invitation& invitation, const std::string& thumbprint, std::int64_t now_ms) {
  const bool confirmed = !invitation.compared || invitation.confirmed_ms > 0;
  if (invitation.redeemed_by.empty() || !confirmed) {
    return now_ms < invitation.expires_ms && (invitation.redeemed_by.empty() || invitation.redeemed_by == thumbprint);
  }
  return invitation.redeemed_by == thumbprint && now_ms < invitation.redeemed_ms + kRepeatMs;
}

std::string four_digits() {
  const std::string random = certs::random_bytes(4);
  std::uint32_t number = 0;
  for (const char byte : random) number = number << 8U | static_cast<unsigned char>(byte);
  const std::string digits = std::to_string(number % 10'000);
  return std::string(4 - digits.size(), '0') + digits;
}

struct Admission {
  std::optional<storage::Device> device;
  std::string digits;  // to be compared before there is a device
};

// Whether the person has got a role since whose devices are compared, and the code was given by somebody without that.
bool outgrown(storage::Transaction& transaction, const storage::Invitation& invitation, std::int64_t now_ms) {
  if (invitation.compared || invitation.inviter == domain::PersonId{}) return false;
  const std::vector<sync::Assignment> roles = transaction.assignments(invitation.person);
  return std::any_of(roles.begin(), roles.end(), [&](const sync::Assignment& role) {
    return role.active_at(now_ms) && above_volunteers(role.role);
  });
}

// Takes the code and gives the device its new token; neither: the code opens nothing for this key.
Admission admit(storage::Transaction& transaction, const Service& service, const Applicant& applicant,
                const std::string& token, std::int64_t now_ms) {
  auto invitation = transaction.invitation(invitation_hash(applicant.code));
  const std::string& thumbprint = applicant.device.key.thumbprint();
  if (!invitation || !may_redeem(*invitation, thumbprint, now_ms)) return {};
  if (!may_hold(transaction, service, applicant.device.key, invitation->person)) return {};
  if (invitation->redeemed_by.empty()) {
    if (outgrown(transaction, *invitation, now_ms)) return {};
    invitation->redeemed_by = thumbprint;
    invitation->redeemed_ms = now_ms;
    if (invitation->compared) invitation->digits = four_digits();
    transaction.update_invitation(*invitation);
  }
  if (invitation->compared && invitation->confirmed_ms == 0) return {std::nullopt, invitation->digits};
  return {put_device(transaction, service, applicant.device, invitation->person, token, now_ms, INT64_MAX), {}};
}

// The key has claimed the code; it asks again until the inviter has confirmed the digits.
Response answer_waiting(const std::string& digits) {
  JsonWriter answer;
  answer.object().key("comparison").text(digits).key("ask_again_ms").integer(kAskAgainMs).end_object();
  Response response;
  response.status = 202;
  response.headers.emplace_back("Retry-After", std::to_string(kAskAgainMs / 1000));
  response.body = answer.take();
  return response;
}

void write_limits(JsonWriter& answer) {
  answer.key("limits").object().key("changes").integer(kChangesMax).key("change_bytes").integer(kChangeBytesMax);
  answer.key("body_bytes").integer(kBodyBytesMax).key("inflated_bytes").integer(kInflatedBytesMax);
  answer.key("file_bytes").integer(kFileBytesMax).end_object();
}

void write_roles(JsonWriter& answer, const std::vector<sync::Assignment>& assignments, std::int64_t now_ms) {
  answer.key("roles").array();
  for (const sync::Assignment& assignment : assignments) {
    if (!assignment.active_at(now_ms)) continue;
    answer.object().key("role").text(domain::role_name(assignment.role)).key("unit").text(assignment.unit.text());
    answer.key("organisation");
    assignment.organisation ? answer.text(assignment.organisation->text()) : answer.null();
    answer.end_object();
  }
  answer.end_array();
}

}  // namespace

Response answer_enrolment(const Service& service, const storage::Device& device, const std::string& token,
                          std::int64_t arrival_ms) {
  JsonWriter answer;
  service.store.read([&](storage::Reader& reader) {
    const auto assignments = reader.assignments(device.person);
    answer.object().key("device").text(device.id.text()).key("token").text(token);
    answer.key("person").text(device.person.text());
    write_roles(answer, assignments, arrival_ms);
    answer.key("streams").array();
    for (const auto& stream : streams_of(service.rules.units, device.person, assignments, arrival_ms)) {
      answer.text(stream.text());
    }
    answer.end_array();
    write_limits(answer);
    answer.key("schema_version").integer(service.rules.catalogue.schema_version());
    answer.key("epoch").text(reader.epoch().id).key("clock").integer(service.now_ms());
    answer.key("keys").raw(service.keys.jwks({certs::Purpose::receipts, certs::Purpose::bundles}, service.now_ms()));
    answer.key("notice").object().key("version").text(kNoticeVersion).key("text").text(kNoticeText).end_object();
    if (device.token_until_ms != INT64_MAX) answer.key("expires").integer(device.token_until_ms);
    answer.end_object();
  });
  Response response;
  response.status = 201;
  response.body = answer.take();
  return response;
}

bool read_device_texts(const Value& body, NewDevice& device) {
  device.name = text_of(body.find("device"), "name");
  device.platform = text_of(body.find("device"), "platform");
  return code_points(device.name) <= kDeviceTextMax && code_points(device.platform) <= kDeviceTextMax;
}

std::string new_token(const Service& service) {
  return certs::base64url(service.random_bytes(kTokenBytes));
}

domain::DeviceId device_id(const Service& service, const certs::PublicKey& key) {
  return {domain::uuid_v5(service.rules.hashing, domain::Catalogue::id_namespace(), key.thumbprint())};
}

bool may_hold(storage::Transaction& transaction, const Service& service, const certs::PublicKey& key,
              const domain::PersonId& person) {
  const auto known = transaction.device(device_id(service, key));
  return !known || (known->person == person && !known->revoked_ms);
}

storage::Device put_device(storage::Transaction& transaction, const Service& service, const NewDevice& given,
                           const domain::PersonId& person, const std::string& token, std::int64_t now_ms,
                           std::int64_t token_until_ms) {
  storage::Device device;
  device.id = device_id(service, given.key);
  device.created_ms = now_ms;
  if (const auto known = transaction.device(device.id)) device = *known;
  device.person = person;
  device.jwk = given.key.jwk();
  device.name = given.name;
  device.platform = given.platform;
  device.last_seen_ms = now_ms;
  device.token_until_ms = token_until_ms;
  transaction.put_device(device, token_hash(token));
  return device;
}

storage::Digest invitation_hash(std::string_view code) {
  std::string plain;
  for (const char sign : code) {
    if (sign == '-' || sign == ' ') continue;
    plain += sign >= 'a' && sign <= 'z' ? static_cast<char>(sign - 'a' + 'A') : sign;
  }
  return certs::sha256(plain);
}

Response enrolment_endpoint(const Service& service, Throttle& guesses, const Request& request) {
  auto applicant = read_applicant(request.body);
  if (!applicant) return std::move(applicant.error());
  const std::string address = address_key(request.peer);
  if (const auto wait_ms = guesses.begin_try(address, request.received_ms)) return rate_limited(wait_ms);
  const std::string token = new_token(service);
  Admission admission;
  service.writer.run([&](storage::Transaction& transaction) {
    admission = admit(transaction, service, *applicant, token, request.received_ms);
  });
  if (!admission.device && admission.digits.empty()) return invalid_invitation();
  guesses.take_back(address);
  if (!admission.device) return answer_waiting(admission.digits);
  return answer_enrolment(service, *admission.device, token, request.received_ms);
}

}  // namespace suoi::mobile_api
