// The body of POST /v1/sync as a value (protocol.md, "Sync").
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "suoi/domain/catalogue.hpp"
#include "suoi/domain/id.hpp"
#include "suoi/mobile_api/http.hpp"
#include "suoi/sync/change.hpp"

namespace suoi::mobile_api {

struct SyncRequest {
  std::optional<std::string> epoch;
  std::int64_t schema_version = domain::Catalogue::kSchemaVersion;  // in whose words the changes are
  domain::Incarnation incarnation;
  std::int64_t last = 0;
  std::optional<std::string> receipt;
  std::optional<std::pair<domain::Incarnation, std::int64_t>> continues;
  std::int64_t clock_ms = 0;
  std::optional<std::int64_t> up_ms;
  std::vector<sync::Change> changes;  // in order of seq, without repetition
  std::set<std::int64_t> altered;     // of these, those whose texts are stored in other bytes than they were sent in
  std::map<std::string, std::int64_t> cursors;
  std::optional<std::set<std::string>> want;
  std::optional<std::int64_t> max_bytes;
  std::optional<std::pair<std::int64_t, std::int64_t>> lost;
};

// The answer is a problem: 413, 422 or 426.
tl::expected<SyncRequest, Response> decode_sync(std::string_view body);

// What stands in a bundle (protocol.md, "Bundles"), as the request that it is for its device.
tl::expected<SyncRequest, Response> decode_bundle(std::string_view body);

// Reads the changes in the words of the catalogue, whatever version they speak (merge.md, "Schema versions").
void read_in_todays_words(SyncRequest& request, const domain::Catalogue& catalogue);

}  // namespace suoi::mobile_api
