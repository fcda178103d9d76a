// A file and parts of it, for those who may see a record that names it.
#pragma once

#include "callers.hpp"
#include "suoi/mobile_api/http.hpp"
#include "suoi/mobile_api/service.hpp"
#include "suoi/storage/uploads.hpp"

namespace suoi::mobile_api {

Response send_file(const Service& service, const Caller& caller, const Request& request,
                   const storage::FileDigest& digest);

}  // namespace suoi::mobile_api
