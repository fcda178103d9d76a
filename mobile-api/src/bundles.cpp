#include "bundles.hpp"

#include "suoi/certs/base64url.hpp"
#include "suoi/certs/jwe.hpp"
#include "suoi/certs/jws.hpp"
#include "suoi/mobile_api/json_reader.hpp"
#include "suoi/mobile_api/json_writer.hpp"
#include "suoi/mobile_api/limits.hpp"
#include "sync_endpoint.hpp"

namespace suoi::mobile_api {
namespace {

constexpr std::string_view kMediaType = "application/jose";

Response invalid(const std::string& detail) {
  return problem(422, "bundle_invalid", detail);
}

std::optional<std::string> text_member(const domain::Value& object, std::string_view name) {
  const domain::Value* member = object.find(name);
  return member != nullptr && member->text() != nullptr ? std::optional(*member->text()) : std::nullopt;
}

// Who says to have signed; believed only once the signature fits that device's key.
std::optional<domain::DeviceId> claimed_device(std::string_view jws) {
  const auto flattened = read_json(jws);
  const auto encoded = flattened ? text_member(*flattened, "payload") : std::nullopt;
  const auto payload = encoded ? certs::parse_base64url(*encoded) : std::nullopt;
  if (!payload) return std::nullopt;
  std::optional<domain::DeviceId> device;
  JsonLimits limits;
  limits.elements_max = kChangesMax;
  const JsonVisitor visitor{"changes",
                            [&](const std::string& name, const domain::Value& value) {
                              if (name == "device" && value.text() != nullptr) {
                                device = domain::DeviceId::parse(*value.text());
                              }
                            },
                            {},
                            [](const JsonElement&) {}};
  const auto read = read_json_members(*payload, limits, visitor);
  // Too many changes are told by the reader of the bundle, with the limit.
  const bool readable = read || read.error().kind == JsonFault::Kind::too_many_elements;
  return readable ? device : std::nullopt;
}

tl::expected<std::string, Response> unseal(const Service& service, const std::string& body) {
  const auto key = service.keys.find(certs::Purpose::bundles, certs::jwe_kid(body));
  const std::vector<certs::OwnKey> keys = key ? std::vector{*key} : service.keys.all(certs::Purpose::bundles);
  std::string detail;
  for (const certs::OwnKey& own : keys) {
    auto opened = certs::decrypt_compact(own.key, body);
    if (opened) return std::move(*opened);
    detail = opened.error().detail;
  }
  return tl::unexpected(invalid("the seal cannot be opened: " + detail));
}

struct Bundle {
  Caller origin;
  SyncRequest request;
};

tl::expected<Bundle, Response> open_bundle(const Service& service, const std::string& body) {
  auto jws = unseal(service, body);
  if (!jws) return tl::unexpected(std::move(jws.error()));
  const auto claimed = claimed_device(*jws);
  std::optional<storage::Device> device;
  if (claimed) service.store.read([&](storage::Reader& reader) { device = reader.device(*claimed); });
  const auto key = device ? std::optional(certs::PublicKey::from_jwk(device->jwk)) : std::nullopt;
  if (!key || !*key) return tl::unexpected(invalid("the bundle names no device that has enrolled here"));
  const auto verified = certs::verify_flattened(*jws, **key, kInflatedBytesMax);
  if (!verified) return tl::unexpected(invalid("the device's signature does not hold: " + verified.error().detail));
  if (device->revoked_ms && device->stolen)
    return tl::unexpected(invalid("nothing is taken from this device any more"));
  auto request = decode_bundle(verified->payload);
  if (!request) return tl::unexpected(std::move(request.error()));
  read_in_todays_words(*request, service.rules.catalogue);
  return Bundle{{std::move(*device), {}}, std::move(*request)};
}

// The clock of the device as of its last direct sync: the reading from which `receive` computes that offset.
std::int64_t clock_by_last_sync(storage::Transaction& transaction, const Caller& origin, std::int64_t arrival_ms) {
  const auto syncs = transaction.clock_history(origin.device.id, 0).syncs;
  return syncs.empty() ? arrival_ms : arrival_ms - (syncs.back().arrival_ms - syncs.back().clock_ms);
}

// Who brought what, for whoever asks later how a change came here.
void note_carrier(storage::Transaction& transaction, const Caller& carrier, const Bundle& bundle,
                  std::int64_t arrival_ms) {
  const auto life = transaction.life(bundle.origin.device.id, bundle.request.incarnation);
  if (!life || bundle.request.changes.empty()) return;
  transaction.note_carriage(life->no, {bundle.request.incarnation, bundle.request.changes.front().seq,
                                       bundle.request.changes.back().seq, carrier.device.id, arrival_ms});
}

}  // namespace

Response bundle_endpoint(const Service& service, const Request& request) {
  const auto carrier = authenticate(service, request);
  if (!carrier) return carrier.error();
  if (carrier->device.revoked_ms) return problem(403, "device_revoked", "this device was revoked");
  const auto type = request.headers.find("content-type");
  if (type == request.headers.end() || type->second.substr(0, kMediaType.size()) != kMediaType) {
    return problem(415, "media_type_unsupported", "a bundle is sent as application/jose");
  }
  auto bundle = open_bundle(service, request.body);
  if (!bundle) return std::move(bundle.error());
  const Caller& origin = bundle->origin;
  if (origin.device.revoked_ms && !within_grace(service, origin, bundle->request, request.received_ms)) {
    return invalid("nothing is taken from this device any more");
  }
  Received received;
  std::vector<sync::Change> changes = for_the_writer(service, bundle->request);
  service.writer.run([&](storage::Transaction& transaction) {
    bundle->request.clock_ms = clock_by_last_sync(transaction, origin, request.received_ms);
    received = receive(transaction, service, origin, bundle->request, std::move(changes), request.received_ms);
    if (!received.refusal) note_carrier(transaction, *carrier, *bundle, request.received_ms);
  });
  if (received.refusal) return std::move(*received.refusal);
  JsonWriter answer;
  answer.object().key("acked").integer(received.acked);
  answer.key("receipt").text(
      sign_receipt(service, origin.device.id, bundle->request.incarnation, received.acked, received.epoch));
  answer.key("verdicts");
  write_verdicts(answer, received.verdicts);
  answer.end_object();
  Response response;
  response.body = answer.take();
  response.log = {{"changes", std::to_string(bundle->request.changes.size())}, {"carrier", carrier->device.id.text()}};
  return response;
}

}  // namespace suoi::mobile_api
