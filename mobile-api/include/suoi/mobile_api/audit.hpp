// Who did what to a record, and whether anybody tampered with what is stored about it.
//
// Shapes:  a trail is JSON: {"record", "collection", "entries": [{"arrived", "made", "person", "device", "seq",
//          "version", "verdict", "fields": {name: {"value" or "add"/"remove"/"inc", "before"}}}]} in order of arrival;
//          `before` is what the change before it had left there, in the order in which they took effect.
//          A checkpoint is a compact JWS (RFC 7515) of the server over {"epoch", "at", "chains": [{"stream", "count",
//          "link"}]}; kept elsewhere it shows later whether a tail was cut or the past rewritten.
// Threads: pure, but for the reader. Errors: a checkpoint that this server did not sign gives nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "suoi/certs/key_store.hpp"
#include "suoi/storage/store.hpp"

namespace suoi::mobile_api {

// Nothing: there is no such record.
std::optional<std::string> audit_trail(storage::Reader& reader, const domain::RecordId& record);

std::string make_checkpoint(storage::Reader& reader, const certs::KeyStore& keys, std::int64_t now_ms);

struct Checkpoint {
  std::string epoch;
  std::int64_t at_ms = 0;
  std::vector<storage::ChainHead> chains;
};
std::optional<Checkpoint> read_checkpoint(std::string_view jws, const certs::KeyStore& keys);

}  // namespace suoi::mobile_api
