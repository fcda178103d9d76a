#include "enrolment.hpp"

#include <algorithm>

#include "suoi/certs/base64url.hpp"
#include "suoi/certs/hashing.hpp"
#include "suoi/certs/jws.hpp"
#include "suoi/mobile_api/json_reader.hpp"
#include "suoi/mobile_api/json_writer.hpp"
#include "suoi/mobile_api/limits.hpp"
#include "suoi/mobile_api/normalise.hpp"

namespace suoi::mobile_api {
namespace {

using domain::Value;

constexpr std::int64_t kRepeatMs = 24LL * 3600 * 1000;
constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kDeviceTextMax = 120;  // code points
constexpr std::string_view kNoticeVersion = "2026-11";
constexpr std::string_view kNoticeText =
    "Suối lưu tên bạn, tổ chức, các hoạt động và giờ tham gia của bạn để điều phối và cấp giấy chứng nhận. "
    "Trẻ em chỉ được ghi bằng số lượng, không ghi tên. Dữ liệu nằm trên máy chủ của đơn vị bạn. "
    "Bạn có quyền xem, xin bản sao, sửa và yêu cầu xóa dữ liệu của mình: hãy báo người điều phối.";

struct Applicant {
  std::string code;
  std::string name;
  std::string platform;
  certs::PublicKey key;
};

Response malformed(const std::string& detail) {
  return problem(422, "malformed", detail);
}

Response invalid_invitation() {
  return problem(403, "invitation_invalid", "this invitation is unknown, used or expired");
}

std::string text_of(const Value* object, std::string_view key) {
  const Value* member = object != nullptr ? object->find(key) : nullptr;
  return member != nullptr && member->text() != nullptr ? *member->text() : std::string();
}

tl::expected<Applicant, Response> read_applicant(std::string_view body) {
  const auto jws = certs::verify_flattened(body, kSmallBodyBytesMax);
  if (!jws) {
    return tl::unexpected(
        malformed("the enrolment must be a flattened JWS with the device's key: " + jws.error().detail));
  }
  auto payload = read_json(jws->payload);
  if (!payload || payload->object() == nullptr) {
    return tl::unexpected(malformed("the signed payload must be an object"));
  }
  if (has_nul(*payload)) return tl::unexpected(malformed("a text contains U+0000"));
  normalise_texts(*payload);
  Applicant applicant{text_of(&*payload, "code"), text_of(payload->find("device"), "name"),
                      text_of(payload->find("device"), "platform"), jws->signer};
  if (applicant.code.empty()) return tl::unexpected(malformed("`code` must be a text"));
  if (!domain::Incarnation::parse(text_of(&*payload, "incarnation"))) {
    return tl::unexpected(malformed("`incarnation` must be 32 hex digits"));
  }
  if (code_points(applicant.name) > kDeviceTextMax || code_points(applicant.platform) > kDeviceTextMax) {
    return tl::unexpected(malformed("`device` has a text that is too long"));
  }
  return applicant;
}

domain::DeviceId device_id(const Service& service, const certs::PublicKey& key) {
  return {domain::uuid_v5(service.rules.hashing, domain::Catalogue::id_namespace(), key.thumbprint())};
}

bool may_redeem(const storage::Invitation& invitation, const std::string& thumbprint, std::int64_t now_ms) {
  if (invitation.redeemed_by.empty()) return now_ms < invitation.expires_ms;
  return invitation.redeemed_by == thumbprint && now_ms < invitation.redeemed_ms + kRepeatMs;
}

// Takes the code and gives the device its new token; nothing: the code opens nothing for this key.
std::optional<storage::Device> admit(storage::Transaction& transaction, const Service& service,
                                     const Applicant& applicant, const std::string& token, std::int64_t now_ms) {
  const storage::Digest hash = invitation_hash(applicant.code);
  const auto invitation = transaction.invitation(hash);
  const std::string& thumbprint = applicant.key.thumbprint();
  if (!invitation || !may_redeem(*invitation, thumbprint, now_ms)) return std::nullopt;
  const domain::DeviceId id = device_id(service, applicant.key);
  const auto known = transaction.device(id);
  const bool of_another = known && known->person != invitation->person;
  if (of_another || (known && known->revoked_ms)) return std::nullopt;
  if (invitation->redeemed_by.empty()) transaction.redeem_invitation(hash, thumbprint, now_ms);
  storage::Device device;
  if (known) device = *known;
  device.id = id;
  device.person = invitation->person;
  device.jwk = applicant.key.jwk();
  device.name = applicant.name;
  device.platform = applicant.platform;
  if (!known) device.created_ms = now_ms;
  device.last_seen_ms = now_ms;
  device.token_until_ms = INT64_MAX;
  transaction.put_device(device, token_hash(token));
  return device;
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
    answer.end_object();
  });
  Response response;
  response.status = 201;
  response.body = answer.take();
  return response;
}

}  // namespace

storage::Digest invitation_hash(std::string_view code) {
  std::string plain;
  for (const char sign : code) {
    if (sign == '-' || sign == ' ') continue;
    plain += sign >= 'a' && sign <= 'z' ? static_cast<char>(sign - 'a' + 'A') : sign;
  }
  return certs::sha256(plain);
}

Response enrolment_endpoint(const Service& service, const Request& request) {
  auto applicant = read_applicant(request.body);
  if (!applicant) return std::move(applicant.error());
  const std::string token = certs::base64url(service.random_bytes(kTokenBytes));
  std::optional<storage::Device> device;
  service.writer.run([&](storage::Transaction& transaction) {
    device = admit(transaction, service, *applicant, token, request.received_ms);
  });
  if (!device) return invalid_invitation();
  return answer_enrolment(service, *device, token, request.received_ms);
}

}  // namespace suoi::mobile_api
