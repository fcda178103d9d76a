// GET /v1/schema: the catalogue as JSON (protocol.md, "Other endpoints").
#pragma once

#include <string>

#include "suoi/domain/catalogue.hpp"

namespace suoi::mobile_api {

std::string schema_json(const domain::Catalogue& catalogue);

}  // namespace suoi::mobile_api
