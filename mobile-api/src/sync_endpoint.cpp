#include "sync_endpoint.hpp"

#include "suoi/certs/jws.hpp"
#include "suoi/domain/catalogue.hpp"
#include "suoi/mobile_api/json_writer.hpp"

namespace suoi::mobile_api {
namespace {

Response answer_sync(const Service& service, const Caller& caller, const SyncRequest& sync, Received& received,
                     std::int64_t arrival_ms) {
  JsonWriter answer(sync.changes.size() * 64 + 4096);
  service.store.read([&](storage::Reader& reader) {
    note_settled(reader, sync, received);
    const std::string epoch = reader.epoch().id;
    const auto streams =
        streams_of(service.rules.units, caller.device.person, reader.assignments(caller.device.person), arrival_ms);
    answer.object().key("epoch").text(epoch).key("clock").integer(service.now_ms());
    answer.key("schema_version").integer(service.rules.catalogue.schema_version());
    answer.key("acked").integer(received.acked);
    answer.key("receipt").text(sign_receipt(service, caller.device.id, sync.incarnation, received.acked, epoch));
    answer.key("safe").integer(received.safe);
    answer.key("verdicts");
    write_verdicts(answer, received.verdicts);
    answer.key("streams").array();
    for (const sync::StreamKey& stream : streams) answer.text(stream.text());
    answer.end_array();
    write_pull(answer, reader, caller.device.id, streams, sync, received);
    answer.end_object();
  });
  Response response;
  response.body = answer.take();
  response.log = {{"changes", std::to_string(sync.changes.size())}};
  return response;
}

}  // namespace

Response sync_endpoint(const Service& service, const Request& request) {
  auto caller = authenticate(service, request);
  if (!caller) return std::move(caller.error());
  auto sync = decode_sync(request.body);
  if (!sync) return std::move(sync.error());
  read_in_todays_words(*sync, service.rules.catalogue);
  const bool revoked = caller->device.revoked_ms.has_value();
  if (revoked && !within_grace(service, *caller, *sync, request.received_ms)) return token_invalid();
  if (!revoked) {
    if (auto too_old = refuse_old_cursors(service, *caller, *sync, request.received_ms)) return std::move(*too_old);
  }
  Received received;
  std::vector<sync::Change> changes = for_the_writer(service, *sync);
  service.writer.run([&](storage::Transaction& transaction) {
    received = receive(transaction, service, *caller, *sync, std::move(changes), request.received_ms);
    if (!received.refusal) transaction.note_sync(caller->device.id, {sync->clock_ms, request.received_ms});
  });
  if (received.refusal) return std::move(*received.refusal);
  if (revoked) return answer_revoked(service, *caller, *sync, received);
  return answer_sync(service, *caller, *sync, received, request.received_ms);
}

void write_verdicts(JsonWriter& answer, const std::vector<storage::StoredVerdict>& verdicts) {
  answer.array();
  for (const storage::StoredVerdict& stored : verdicts) {
    if (stored.verdict.kind == sync::VerdictKind::applied) continue;
    answer.object().key("seq").integer(stored.seq);
    for (const auto& [name, value] : sync::verdict_members(stored.verdict)) answer.key(name).value(value);
    answer.end_object();
  }
  answer.end_array();
}

std::string sign_receipt(const Service& service, const domain::DeviceId& device, const domain::Incarnation& incarnation,
                         std::int64_t seq, const std::string& epoch) {
  const certs::OwnKey key = service.keys.current(certs::Purpose::receipts, service.now_ms());
  const domain::Value payload = domain::Value::Object{{"device", domain::Value(device.text())},
                                                      {"incarnation", domain::Value(incarnation.text())},
                                                      {"seq", domain::Value(seq)},
                                                      {"epoch", domain::Value(epoch)}};
  return certs::sign_compact(key.key, {{"kid", key.kid()}, {"typ", "receipt+jws"}}, domain::canonical_json(payload));
}

}  // namespace suoi::mobile_api
