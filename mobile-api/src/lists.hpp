// GET /v1/needs, /v1/activities …: the live records of one collection within the caller's streams, with filters.
#pragma once

#include "callers.hpp"

namespace suoi::mobile_api {

// The collection that a list's path names ("/v1/needs" -> need); nullptr for other paths.
const domain::Collection* listed_collection(const domain::Catalogue& catalogue, std::string_view path);

Response list_endpoint(const Service& service, const Request& request, const domain::Collection& collection);

}  // namespace suoi::mobile_api
