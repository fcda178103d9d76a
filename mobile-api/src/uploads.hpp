// Uploads: begun, asked for, ended, and what becomes of one whose bytes are all there.
#pragma once

#include "callers.hpp"
#include "suoi/mobile_api/http.hpp"
#include "suoi/mobile_api/service.hpp"
#include "suoi/storage/uploads.hpp"

namespace suoi::mobile_api {

Response begin_upload(const Service& service, const Caller& caller, const Request& request);
Response show_upload(const Service& service, const storage::Upload& upload);
Response end_upload(const Service& service, const storage::Upload& upload);

// The caller's own upload; 404 for anybody else's.
tl::expected<storage::Upload, Response> find_upload(const Service& service, const Caller& caller,
                                                    const storage::UploadId& id);

// Looks at the bytes, once they are all there: the file gets its name, or the upload goes and the answer says why.
// Idempotent; a crash before it leaves an upload that whoever asks next brings here.
std::optional<Response> settle_upload(const Service& service, const storage::Upload& upload);

}  // namespace suoi::mobile_api
