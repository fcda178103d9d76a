// Bytes of a file on their way into the store.
#pragma once

#include "suoi/domain/file_inspector.hpp"
#include "suoi/mobile_api/http.hpp"
#include "suoi/mobile_api/service.hpp"
#include "suoi/storage/uploads.hpp"

namespace suoi::mobile_api {

// Appends to an upload from where it stands. What take() was given is durable when it returns, so an Upload-Offset
// never promises more than the disk holds. A rival on another connection moves the upload on: then 409, and this one
// ends.
class UploadIntake final : public Intake {
 public:
  UploadIntake(const Service& service, storage::Upload upload);

  std::optional<Response> take(std::string_view bytes) override;
  Response finish() override;

 private:
  std::optional<Response> store(std::string_view bytes);
  std::optional<Response> object_early(std::string_view bytes);

  const Service& service_;
  storage::Upload upload_;
  // From the first byte on, so that a file that cannot be taken does not travel to its end.
  std::optional<domain::FileInspector> inspector_;
};

}  // namespace suoi::mobile_api
