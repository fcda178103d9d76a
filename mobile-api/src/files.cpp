#include "files.hpp"

#include "callers.hpp"
#include "file_download.hpp"
#include "suoi/certs/hashing.hpp"
#include "suoi/mobile_api/limits.hpp"
#include "tus.hpp"
#include "upload_intake.hpp"
#include "uploads.hpp"

namespace suoi::mobile_api {
namespace {

constexpr std::string_view kPath = "/v1/files";
constexpr std::string_view kBytesType = "application/offset+octet-stream";

// What stands behind /v1/files/.
std::string_view name_in(std::string_view path) {
  path.remove_prefix(kPath.size());
  if (path.starts_with('/')) path.remove_prefix(1);
  return path;
}

// Some networks let only GET and POST through (tus 1.0.0, "X-HTTP-Method-Override").
std::string method_of(const Request& request) {
  const auto meant = header_of(request, "x-http-method-override");
  if (request.method != "POST" || !meant) return request.method;
  return std::string(*meant == "HEAD" ? "GET" : *meant);  // as the front hands HEAD on
}

Response describe() {
  Response response;
  response.status = 204;
  response.headers = {{"Tus-Version", std::string(kTusVersion)},
                      {"Tus-Extension", std::string(kTusExtensions)},
                      {"Tus-Max-Size", std::to_string(kFileBytesMax)},
                      {"Tus-Checksum-Algorithm", std::string(kChecksumAlgorithms)}};
  return response;
}

std::optional<Response> wrong_version(const Request& request) {
  if (header_of(request, "tus-resumable") == kTusVersion) return std::nullopt;
  Response refusal = problem(412, "tus_version_unsupported", "uploads speak tus 1.0.0");
  refusal.headers.emplace_back("Tus-Version", kTusVersion);
  return refusal;
}

tl::expected<Caller, Response> active_caller(const Service& service, const Request& request) {
  auto caller = authenticate(service, request);
  if (caller && caller->device.revoked_ms) {
    return tl::unexpected(problem(403, "device_revoked", "this device was revoked"));
  }
  return caller;
}

tl::expected<storage::Upload, Response> own_upload(const Service& service, const Request& request) {
  if (auto refusal = wrong_version(request)) return tl::unexpected(std::move(*refusal));
  const auto caller = active_caller(service, request);
  if (!caller) return tl::unexpected(caller.error());
  const auto id = parse_hex<16>(name_in(request.path));
  if (!id) return tl::unexpected(problem(404, "not_found", "there is no such upload"));
  return find_upload(service, *caller, *id);
}

// The upload that a PATCH goes on with, once everything but its bytes was found in order.
tl::expected<storage::Upload, Response> continued_upload(const Service& service, const Request& request) {
  auto upload = own_upload(service, request);
  if (!upload) return upload;
  if (header_of(request, "content-type") != kBytesType) {
    return tl::unexpected(
        problem(415, "media_type_unsupported", "bytes of a file come as application/offset+octet-stream"));
  }
  const auto offset_text = header_of(request, "upload-offset");
  const auto offset = offset_text ? parse_bytes(*offset_text) : std::nullopt;
  if (!offset) return tl::unexpected(problem(400, "upload_malformed", "Upload-Offset is missing or no number"));
  if (*offset != upload->received) {
    return tl::unexpected(problem(409, "upload_offset_wrong", "the upload stands at another byte"));
  }
  return upload;
}

std::optional<Response> wrong_checksum(const Request& request) {
  const auto text = header_of(request, "upload-checksum");
  if (!text) return std::nullopt;
  const auto checksum = parse_checksum(*text);
  if (!checksum) return problem(400, "upload_malformed", "Upload-Checksum is an algorithm and a digest in base64");
  std::string computed;
  if (checksum->algorithm == "sha256") {
    const auto digest = certs::sha256(request.body);
    computed = certs::bytes_of(digest);
  } else if (checksum->algorithm == "sha1") {
    const auto digest = certs::sha1(request.body);
    computed = certs::bytes_of(digest);
  } else {
    return problem(400, "checksum_unsupported", "checksums are made with sha256 or sha1");
  }
  if (computed == checksum->digest) return std::nullopt;
  return problem(460, "checksum_mismatch", "the bytes are not those that the checksum was made of");
}

Response append(const Service& service, const Request& request) {
  auto upload = continued_upload(service, request);
  if (!upload) return std::move(upload.error());
  if (auto refusal = wrong_checksum(request)) return std::move(*refusal);
  UploadIntake intake(service, std::move(*upload));
  if (!request.body.empty()) {
    if (auto refusal = intake.take(request.body)) return std::move(*refusal);
  }
  return intake.finish();
}

Response begin(const Service& service, const Request& request) {
  if (auto refusal = wrong_version(request)) return std::move(*refusal);
  const auto caller = active_caller(service, request);
  return caller ? begin_upload(service, *caller, request) : caller.error();
}

Response route(const Service& service, const Request& request) {
  const std::string method = method_of(request);
  const std::string_view name = name_in(request.path);
  if (method == "OPTIONS") return describe();
  if (const auto digest = parse_hex<32>(name)) {
    if (method != "GET") return problem(405, "method_not_allowed", "a file can only be read");
    const auto caller = active_caller(service, request);
    return caller ? send_file(service, *caller, request, *digest) : caller.error();
  }
  if (name.empty()) {
    if (method == "POST") return begin(service, request);
    return problem(405, "method_not_allowed", "uploads begin here, with POST");
  }
  if (method == "PATCH") return append(service, request);
  if (method != "GET" && method != "DELETE")
    return problem(405, "method_not_allowed", "an upload takes another method");
  const auto upload = own_upload(service, request);
  if (!upload) return upload.error();
  return method == "GET" ? show_upload(service, *upload) : end_upload(service, *upload);
}

Response with_version(Response response) {
  for (const auto& field : response.headers) {
    if (field.first == "Tus-Resumable") return response;
  }
  response.headers.emplace_back("Tus-Resumable", kTusVersion);
  return response;
}

}  // namespace

bool is_files_path(std::string_view path) {
  return path == kPath || (path.starts_with(kPath) && path[kPath.size()] == '/');
}

Response files_endpoint(const Service& service, const Request& request) {
  return with_version(route(service, request));
}

tl::expected<std::unique_ptr<Intake>, Response> upload_intake(const Service& service, const Request& request) {
  const bool is_upload = parse_hex<16>(name_in(request.path)).has_value();
  if (method_of(request) != "PATCH" || !is_upload || header_of(request, "upload-checksum")) return nullptr;
  auto upload = continued_upload(service, request);
  if (!upload) return tl::unexpected(with_version(std::move(upload.error())));
  return std::make_unique<UploadIntake>(service, std::move(*upload));
}

}  // namespace suoi::mobile_api
