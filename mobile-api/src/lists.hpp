// GET /v1/needs, /v1/activities …: the live records of one collection within the caller's streams, with filters.
#pragma once

#include "callers.hpp"

namespace suoi::mobile_api {

// The collection that a list's path names ("/v1/needs" -> need); nullptr for other paths.
const domain::Collection* listed_collection(const domain::Catalogue& catalogue, std::string_view path);

// Path and collection of every list.
std::vector<std::pair<std::string_view, std::string_view>> listed_paths();
// Fields whose values are words or ids can be filtered by equality; every other name is an error, never "all".
bool can_filter(const domain::Field& field);

Response list_endpoint(const Service& service, const Request& request, const domain::Collection& collection);

}  // namespace suoi::mobile_api
