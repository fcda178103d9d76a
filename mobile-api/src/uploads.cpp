#include "uploads.hpp"

#include <algorithm>

#include "file_objection.hpp"
#include "suoi/certs/hashing.hpp"
#include "suoi/mobile_api/limits.hpp"
#include "tus.hpp"

namespace suoi::mobile_api {
namespace {

constexpr std::size_t kMetadataBytesMax = 4'096;

Response upload_malformed(const char* detail) {
  return problem(400, "upload_malformed", detail);
}

tl::expected<storage::Upload, Response> read_upload(const Request& request) {
  storage::Upload upload;
  const auto length_text = header_of(request, "upload-length");
  const auto length = length_text ? parse_bytes(*length_text) : std::nullopt;
  if (!length) return tl::unexpected(upload_malformed("an upload begins with its Upload-Length in bytes"));
  if (*length > static_cast<std::int64_t>(kFileBytesMax)) {
    return tl::unexpected(problem(413, "too_large", "the file is larger than is taken here",
                                  {{"limit_name", "\"file_bytes\""}, {"limit", std::to_string(kFileBytesMax)}}));
  }
  if (*length == 0) return tl::unexpected(answer_to(domain::FileObjection::unknown_kind));
  upload.length = *length;
  upload.metadata = header_of(request, "upload-metadata").value_or("");
  if (upload.metadata.size() > kMetadataBytesMax || !parse_metadata(upload.metadata)) {
    return tl::unexpected(
        upload_malformed("Upload-Metadata holds keys with values in base64; sha256 is 64 hex digits"));
  }
  const std::string random = certs::random_bytes(upload.id.size());
  std::copy(random.begin(), random.end(), upload.id.begin());
  return upload;
}

struct Content {
  tl::expected<domain::FileKind, domain::FileObjection> kind;
  storage::FileDigest digest{};
};

Content read_content(const Service& service, const storage::UploadId& id) {
  domain::FileInspector inspector;
  certs::Sha256 hash;
  service.store.read([&](storage::Reader& reader) {
    std::int64_t from = 0;
    for (std::string bytes = reader.upload_bytes(id, 0); !bytes.empty(); bytes = reader.upload_bytes(id, from)) {
      inspector.feed(bytes);
      hash.add(bytes);
      from += static_cast<std::int64_t>(bytes.size());
    }
  });
  return {inspector.finish(), hash.finish()};
}

}  // namespace

Response begin_upload(const Service& service, const Caller& caller, const Request& request) {
  auto upload = read_upload(request);
  if (!upload) return std::move(upload.error());
  upload->person = caller.device.person;
  upload->expires_ms = request.received_ms + kUploadPatienceMs;
  bool too_many = false;
  service.writer.run([&](storage::Transaction& transaction) {
    too_many = transaction.unfinished_uploads(upload->person) >= static_cast<std::int64_t>(kUnfinishedUploadsMax);
    if (!too_many) transaction.add_upload(*upload);
  });
  if (too_many) {
    Response refusal = problem(429, "uploads_too_many", "finish or end an upload before you begin another one");
    refusal.headers.emplace_back("Retry-After", "3600");
    return refusal;
  }
  Response response;
  response.status = 201;
  response.content_type.clear();
  response.headers = {{"Location", "/v1/files/" + hex_of(certs::bytes_of(upload->id))},
                      {"Upload-Expires", http_date(upload->expires_ms)}};
  return response;
}

Response show_upload(const Service& service, const storage::Upload& upload) {
  if (auto refusal = settle_upload(service, upload)) return std::move(*refusal);
  Response response;
  response.content_type.clear();
  response.headers = {{"Upload-Offset", std::to_string(upload.received)},
                      {"Upload-Length", std::to_string(upload.length)},
                      {"Upload-Expires", http_date(upload.expires_ms)},
                      {"Cache-Control", "no-store"}};
  if (!upload.metadata.empty()) response.headers.emplace_back("Upload-Metadata", upload.metadata);
  return response;
}

Response end_upload(const Service& service, const storage::Upload& upload) {
  service.writer.run([&](storage::Transaction& transaction) { transaction.drop_upload(upload.id); });
  Response response;
  response.status = 204;
  return response;
}

tl::expected<storage::Upload, Response> find_upload(const Service& service, const Caller& caller,
                                                    const storage::UploadId& id) {
  std::optional<storage::Upload> upload;
  service.store.read([&](storage::Reader& reader) { upload = reader.upload(id); });
  if (!upload || upload->person != caller.device.person || upload->expires_ms <= service.now_ms()) {
    return tl::unexpected(problem(404, "not_found", "there is no such upload"));
  }
  return std::move(*upload);
}

std::optional<Response> settle_upload(const Service& service, const storage::Upload& upload) {
  if (upload.file || upload.received < upload.length) return std::nullopt;
  const Content content = read_content(service, upload.id);
  const auto declared = parse_metadata(upload.metadata);
  const bool as_declared = !declared || !declared->sha256 || *declared->sha256 == content.digest;
  if (content.kind && as_declared) {
    service.writer.run([&](storage::Transaction& transaction) {
      transaction.finish_upload(upload.id, content.digest, domain::media_type(*content.kind));
    });
    return std::nullopt;
  }
  service.writer.run([&](storage::Transaction& transaction) { transaction.drop_upload(upload.id); });
  if (!as_declared) return problem(460, "checksum_mismatch", "the file is not the one that sha256 names");
  return answer_to(content.kind.error());
}

}  // namespace suoi::mobile_api
