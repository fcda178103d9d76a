// POST /v1/sync: the straight way of a change set.
#pragma once

#include <map>
#include <set>

#include "callers.hpp"
#include "sync_request.hpp"

namespace suoi::mobile_api {

inline constexpr std::string_view kRevokedCode = "device_revoked";

Response sync_endpoint(const Service& service, const Request& request);

// A record whose body the device has as it stands, once it lays its own changes over it.
struct Settled {
  std::int64_t version = 0;
  sync::StreamKey stream;
  bool on_copy = false;  // over a copy that it was sent before, not over nothing
  // Where that copy stood in the store; nothing: it is not known any more, since the changes were stored before.
  std::optional<storage::Place> copy;
};

// What the write half of a sync leaves for its answer.
struct Received {
  std::optional<Response> refusal;  // 409: nothing was stored
  std::string epoch;
  std::int64_t acked = 0;
  std::int64_t safe = 0;
  std::vector<storage::StoredVerdict> verdicts;       // of every change of the request that is stored, in order
  sync::MergePlan plan;                               // what was done; empty where nothing was new
  std::map<domain::RecordId, storage::Place> places;  // where the records that it edits stood before
  std::map<sync::StreamKey, std::int64_t> heads;      // of the streams that it wrote to, right behind that
  std::map<domain::RecordId, Settled> settled;
  std::set<domain::RecordId> deleted;  // that the device deleted itself
};

// receive.cpp: the changes of a request as the writer's thread consumes them. That thread is the narrow place, so they
// are copied and packed, and later the plan is taken apart, beside it.
std::vector<sync::Change> for_the_writer(const Service& service, SyncRequest& request);

// Stores what is new of a request, in a write transaction. `changes` are those `for_the_writer`. All that a revoked
// device sends goes into quarantine.
Received receive(storage::Transaction& transaction, const Service& service, const Caller& caller,
                 const SyncRequest& request, std::vector<sync::Change> changes, std::int64_t arrival_ms);

// restored.cpp: 409 `server_restored` where the request names another epoch, or proves that the store was set back:
// then a new epoch begins.
std::optional<Response> refuse_other_epoch(storage::Transaction& transaction, const Service& service,
                                           const Caller& caller, const SyncRequest& request, std::int64_t expected,
                                           std::int64_t arrival_ms);

// settled.cpp: adds to `received` what of the request the device need not be sent, and what it deleted itself.
void note_settled(storage::Reader& reader, const SyncRequest& request, Received& received);

// revoked.cpp: whether what a revoked device sends is still taken, and the answer that it gets.
bool within_grace(const Service& service, const Caller& caller, const SyncRequest& request, std::int64_t arrival_ms);
Response answer_revoked(const Service& service, const Caller& caller, const SyncRequest& request,
                        const Received& received);

// horizon.cpp: 410 where cursors reach behind removals that are forgotten; nothing of the request is stored then.
std::optional<Response> refuse_old_cursors(const Service& service, const Caller& caller, const SyncRequest& request,
                                           std::int64_t arrival_ms);

// pull.cpp: the answer's records, removals, cursors and sums, written into the open object of `answer`.
class JsonWriter;
void write_pull(JsonWriter& answer, storage::Reader& reader, const domain::DeviceId& device,
                const std::vector<sync::StreamKey>& streams, const SyncRequest& request, const Received& received);

// The verdicts that are not plainly `applied`, as an array.
void write_verdicts(JsonWriter& answer, const std::vector<storage::StoredVerdict>& verdicts);

// A record as protocol.md sends it.
void write_record(JsonWriter& answer, const sync::Record& record);

// The signed statement that everything up to `seq` is stored.
std::string sign_receipt(const Service& service, const domain::DeviceId& device, const domain::Incarnation& incarnation,
                         std::int64_t seq, const std::string& epoch);

}  // namespace suoi::mobile_api
