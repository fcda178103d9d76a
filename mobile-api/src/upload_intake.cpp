#include "upload_intake.hpp"

#include "file_objection.hpp"
#include "store_faults.hpp"
#include "suoi/mobile_api/limits.hpp"
#include "tus.hpp"
#include "uploads.hpp"

namespace suoi::mobile_api {
namespace {

Response with_version(Response response) {
  response.headers.emplace_back("Tus-Resumable", kTusVersion);
  return response;
}

// A full disk is an answer, also in the middle of a body.
template <class Deed>
auto unless_full(const Deed& deed) -> decltype(deed()) {
  try {
    return deed();
  } catch (const storage::StoreFault& fault) {
    auto answer = answer_for(fault);
    if (!answer) throw;
    return with_version(std::move(*answer));
  }
}

}  // namespace

UploadIntake::UploadIntake(const Service& service, storage::Upload upload)
    : service_(service), upload_(std::move(upload)) {
  if (upload_.received == 0) inspector_.emplace();
}

std::optional<Response> UploadIntake::take(std::string_view bytes) {
  if (bytes.size() > static_cast<std::uint64_t>(upload_.length - upload_.received)) {
    return with_version(problem(413, "too_large", "these are more bytes than Upload-Length said",
                                {{"limit_name", "\"upload_length\""}, {"limit", std::to_string(upload_.length)}}));
  }
  return unless_full([&]() -> std::optional<Response> {
    if (auto refusal = object_early(bytes)) return with_version(std::move(*refusal));
    if (auto refusal = store(bytes)) return with_version(std::move(*refusal));
    return std::nullopt;
  });
}

std::optional<Response> UploadIntake::object_early(std::string_view bytes) {
  if (!inspector_) return std::nullopt;
  inspector_->feed(bytes);
  if (!inspector_->objection()) return std::nullopt;
  service_.writer.run([&](storage::Transaction& transaction) { transaction.drop_upload(upload_.id); });
  return answer_to(*inspector_->objection());
}

std::optional<Response> UploadIntake::store(std::string_view bytes) {
  const auto size = static_cast<std::int64_t>(bytes.size());
  const std::int64_t expires_ms = service_.now_ms() + kUploadPatienceMs;
  bool stored = false;
  service_.writer.run([&](storage::Transaction& transaction) {
    stored = transaction.append_to_upload(upload_.id, upload_.received, bytes, expires_ms);
  });
  if (!stored) return problem(409, "upload_offset_wrong", "the upload has moved on by another connection");
  upload_.received += size;
  upload_.expires_ms = expires_ms;
  return std::nullopt;
}

Response UploadIntake::finish() {
  return unless_full([&] {
    if (auto refusal = settle_upload(service_, upload_)) return with_version(std::move(*refusal));
    Response response;
    response.status = 204;
    response.headers = {{"Upload-Offset", std::to_string(upload_.received)},
                        {"Upload-Expires", http_date(upload_.expires_ms)}};
    return with_version(std::move(response));
  });
}

}  // namespace suoi::mobile_api
