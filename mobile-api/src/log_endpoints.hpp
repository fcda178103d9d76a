// The transparency log for everybody: checkpoint, tiles, bundles of entries, proofs; and what witnesses bring.
#pragma once

#include <string_view>

#include "suoi/mobile_api/http.hpp"
#include "suoi/mobile_api/service.hpp"

namespace suoi::mobile_api {

// GET /v1/log/checkpoint: over all entries, signed by the log and by those witnesses that signed this size.
Response checkpoint_endpoint(const Service& service);
// GET /v1/log/keys: the key of the log as C2SP signed-note writes it, one line.
Response log_key_endpoint(const Service& service);
// GET /v1/log/proofs/{entry}: that an entry, as hex digits, stands in the log (C2SP tlog-proof).
Response log_proof_endpoint(const Service& service, std::string_view entry_hex);
// POST /v1/log/cosignatures: a checkpoint of any size with lines of witnesses; those that the operator named are kept.
Response cosignature_endpoint(const Service& service, const Request& request);

// Whether the path is "/v1/log/tile/…" (C2SP tlog-tiles).
bool is_tile_path(std::string_view path);
Response tile_endpoint(const Service& service, std::string_view path);

}  // namespace suoi::mobile_api
