// POST /v1/sync: the straight way of a change set.
#pragma once

#include <map>

#include "callers.hpp"
#include "sync_request.hpp"

namespace suoi::mobile_api {

Response sync_endpoint(const Service& service, const Request& request);

// What the write half of a sync leaves for its answer.
struct Received {
  std::optional<Response> refusal;  // 409: nothing was stored
  std::int64_t acked = 0;
  std::int64_t safe = 0;
  std::vector<storage::StoredVerdict> verdicts;      // of every change of the request that is stored, in order
  std::map<domain::RecordId, std::int64_t> settled;  // records whose body the device already has, at this version
  std::vector<domain::RecordId> deleted;             // that the device deleted itself
};

// receive.cpp: stores what is new of a request, in a write transaction.
Received receive(storage::Transaction& transaction, const Service& service, const Caller& caller,
                 const SyncRequest& request, std::int64_t arrival_ms);

// pull.cpp: the answer's records, removals, cursors and sums, written into the open object of `answer`.
class JsonWriter;
void write_pull(JsonWriter& answer, storage::Reader& reader, const std::vector<sync::StreamKey>& streams,
                const SyncRequest& request, const Received& received);

// A record as protocol.md sends it.
void write_record(JsonWriter& answer, const sync::Record& record);

// The signed statement that everything up to `seq` is stored.
std::string sign_receipt(const Service& service, const domain::DeviceId& device, const domain::Incarnation& incarnation,
                         std::int64_t seq, const std::string& epoch);

}  // namespace suoi::mobile_api
