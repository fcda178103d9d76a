// /v1/files/: resumable uploads by tus 1.0.0, and the files that came so (protocol.md, "Files").
//
// Shapes:  /v1/files/ is where uploads begin, /v1/files/{32 hex digits} one of them, /v1/files/{64 hex digits} a file.
// Errors:  Responses; faults of the store throw, but for a full disk in an intake.
#pragma once

#include "suoi/mobile_api/http.hpp"
#include "suoi/mobile_api/service.hpp"

namespace suoi::mobile_api {

bool is_files_path(std::string_view path);

Response files_endpoint(const Service& service, const Request& request);

// For the PATCH of an upload. Null where the body comes with a checksum, which has to be held against all of it first,
// or where the request is none that carries bytes of a file.
tl::expected<std::unique_ptr<Intake>, Response> upload_intake(const Service& service, const Request& request);

}  // namespace suoi::mobile_api
