#include "log_endpoints.hpp"

#include "suoi/certs/transparency_log.hpp"

namespace suoi::mobile_api {
namespace {

constexpr std::string_view kLog = "/v1/log/";
constexpr std::size_t kHashBytes = 32;

Response for_everybody(std::string body, const char* media_type, const char* caching) {
  Response response;
  response.content_type = media_type;
  response.headers = {{"Cache-Control", caching}, {"Access-Control-Allow-Origin", "*"}};
  response.body = std::move(body);
  return response;
}

certs::merkle::SubtreeHash subtrees(storage::Reader& reader) {
  return [&reader](int level, std::int64_t index) { return reader.log_subtree(level, index); };
}

certs::Checkpoint checkpoint_at(const Service& service, storage::Reader& reader, std::int64_t size) {
  return {certs::log_origin(service.origin(), reader.epoch().number), size,
          certs::merkle::root(size, subtrees(reader))};
}

std::string signed_checkpoint(const Service& service, storage::Reader& reader, std::int64_t size) {
  std::string note = certs::sign_checkpoint(checkpoint_at(service, reader, size), service.keys.log_key());
  for (const std::string& line : reader.log_cosignatures(size)) note += line;
  return note;
}

std::optional<std::string> parse_entry(std::string_view hex) {
  if (hex.size() != 2 * (2 + kHashBytes)) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const std::size_t high = kDigits.find(hex[i]), low = kDigits.find(hex[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    bytes += static_cast<char>(high << 4 | low);
  }
  return bytes;
}

Response nothing_there() {
  return problem(404, "not_found", "the log has nothing at this address");
}

std::string bundle_of(storage::Reader& reader, const certs::TilePath& tile) {
  auto entries = reader.log_entries(tile.index * certs::kTileWidth, static_cast<std::size_t>(tile.width));
  return entries.size() == static_cast<std::size_t>(tile.width) ? certs::entry_bundle(entries) : std::string();
}

std::string hashes_of(storage::Reader& reader, const certs::TilePath& tile) {
  std::string hashes = reader.log_tile(tile.level, tile.index);
  const std::size_t wanted = static_cast<std::size_t>(tile.width) * kHashBytes;
  return hashes.size() >= wanted ? hashes.substr(0, wanted) : std::string();
}

}  // namespace

Response checkpoint_endpoint(const Service& service) {
  std::string note;
  service.store.read([&](storage::Reader& reader) { note = signed_checkpoint(service, reader, reader.log_size()); });
  return for_everybody(std::move(note), "text/plain; charset=utf-8", "no-cache");
}

Response log_key_endpoint(const Service& service) {
  std::string origin;
  service.store.read(
      [&](storage::Reader& reader) { origin = certs::log_origin(service.origin(), reader.epoch().number); });
  return for_everybody(certs::note_key(origin, certs::NoteKeyType::log, service.keys.log_key().public_key()) + "\n",
                       "text/plain; charset=utf-8", "no-cache");
}

Response log_proof_endpoint(const Service& service, std::string_view entry_hex) {
  const auto entry = parse_entry(entry_hex);
  std::string text;
  if (entry) {
    service.store.read([&](storage::Reader& reader) {
      const auto place = reader.log_place(*entry);
      if (!place) return;
      const std::int64_t size = reader.log_size();
      text = certs::proof_text({*place, certs::merkle::inclusion_proof(*place, size, subtrees(reader)),
                                signed_checkpoint(service, reader, size)});
    });
  }
  return text.empty() ? nothing_there() : for_everybody(std::move(text), "text/plain; charset=utf-8", "no-cache");
}

Response cosignature_endpoint(const Service& service, const Request& request) {
  const auto checkpoint = certs::read_checkpoint(request.body, service.keys.log_key().public_key());
  bool ours = false;
  if (checkpoint) {
    service.store.read([&](storage::Reader& reader) {
      ours = checkpoint->size <= reader.log_size() && checkpoint_at(service, reader, checkpoint->size) == *checkpoint;
    });
  }
  if (!ours) return problem(422, "malformed", "this is no checkpoint of this log");
  std::vector<std::pair<std::string, std::string>> lines;
  for (const certs::NoteKey& witness : service.witnesses()) {
    if (!certs::cosigned_at(request.body, witness)) continue;
    for (const std::string& line : certs::signature_lines(request.body)) {
      if (line.find(" " + witness.name + " ") != std::string::npos) lines.emplace_back(witness.name, line);
    }
  }
  if (lines.empty()) return problem(403, "forbidden", "no witness of this log has signed it");
  service.writer.run([&](storage::Transaction& transaction) {
    for (const auto& [witness, line] : lines) transaction.put_cosignature(checkpoint->size, witness, line);
  });
  Response response;
  response.status = 204;
  return response;
}

bool is_tile_path(std::string_view path) {
  return path.starts_with("/v1/log/tile/");
}

Response tile_endpoint(const Service& service, std::string_view path) {
  const auto tile = certs::parse_tile_path(path.substr(kLog.size()));
  std::string body;
  if (tile) {
    service.store.read(
        [&](storage::Reader& reader) { body = tile->level < 0 ? bundle_of(reader, *tile) : hashes_of(reader, *tile); });
  }
  if (body.empty()) return nothing_there();
  return for_everybody(std::move(body), "application/octet-stream", "public, max-age=31536000, immutable");
}

}  // namespace suoi::mobile_api
