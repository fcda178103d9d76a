// A device that was revoked, but not as stolen, may still hand over what it holds: into quarantine, within bounds.

#include "suoi/mobile_api/json_writer.hpp"
#include "sync_endpoint.hpp"

namespace suoi::mobile_api {
namespace {

constexpr std::int64_t kGraceMs = 30LL * 24 * 3600 * 1000;
constexpr std::size_t kGraceChanges = 5'000;
constexpr std::size_t kGraceBytes = 16'777'216;

struct HandedOver {
  std::size_t changes = 0;
  std::size_t bytes = 0;

  void add(const domain::Value& change) {
    ++changes;
    bytes += domain::canonical_json(change).size();
  }
  bool within_bounds() const { return changes <= kGraceChanges && bytes <= kGraceBytes; }
};

// What came since the revocation lies in the person's own stream. Devices of one person share the bounds.
HandedOver handed_over(storage::Reader& reader, const Service& service, const domain::PersonId& person) {
  HandedOver sum;
  const domain::Collection& returned = *service.rules.catalogue.find("returned_change");
  const std::vector<sync::StreamKey> own = {{sync::StreamType::person, {}, person}};
  std::optional<std::pair<sync::StreamKey, std::int64_t>> after;
  for (bool more = true; more && sum.within_bounds();) {
    const auto entries = reader.list(returned, own, after, kGraceChanges);
    for (const storage::StreamEntry& entry : entries) {
      if (entry.record.text("code") == kRevokedCode) sum.add(entry.record.value("change"));
      after = {entry.record.stream, entry.position};
    }
    more = entries.size() == kGraceChanges;
  }
  return sum;
}

}  // namespace

bool within_grace(const Service& service, const Caller& caller, const SyncRequest& request, std::int64_t arrival_ms) {
  if (arrival_ms - *caller.device.revoked_ms >= kGraceMs) return false;
  HandedOver sum;
  service.store.read([&](storage::Reader& reader) {
    const auto life = reader.life(caller.device.id, request.incarnation);
    sum = handed_over(reader, service, caller.device.person);
    for (const sync::Change& change : request.changes) {
      if (!life || change.seq > life->acked) sum.add(change.content);
    }
  });
  return sum.within_bounds();
}

Response answer_revoked(const Service& service, const Caller& caller, const SyncRequest& request,
                        const Received& received) {
  const std::string receipt =
      sign_receipt(service, caller.device.id, request.incarnation, received.acked, received.epoch);
  JsonWriter verdicts;
  write_verdicts(verdicts, received.verdicts);
  return problem(403, kRevokedCode, "this device was revoked",
                 {{"acked", std::to_string(received.acked)},
                  {"receipt", '"' + receipt + '"'},
                  {"verdicts", verdicts.take()},
                  {"wipe", "true"}});
}

}  // namespace suoi::mobile_api
