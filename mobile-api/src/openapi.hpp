// GET /v1/openapi.json: the description of every endpoint (OpenAPI 3.1.0), as it is served.
//
// Purpose: operations stand in a table (openapi_operations.cpp), bodies as JSON Schema (openapi_schemas.cpp); lists and
//          the fields of records follow from the catalogue. A test compares the table with the routes and the answers
//          with the schemas.
// Threads: pure. Errors: none.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "suoi/domain/catalogue.hpp"

namespace suoi::mobile_api {

struct Parameter {
  std::string_view name;
  std::string_view where;  // query, path, header
  std::string_view description;
  bool required = false;
};

struct Operation {
  std::string_view method;
  std::string_view path;
  std::string_view summary;
  bool token = false;           // of a device: Authorization: Bearer
  std::string_view body;        // schema of what is sent; empty: nothing
  std::string_view media_type;  // of what is sent
  int status = 200;
  std::string_view answer;                 // schema of the answer; empty: none
  std::string_view example;                // of what is sent, as JSON; empty: none
  std::vector<std::string_view> problems;  // codes, of domain/error_codes.hpp
  std::vector<Parameter> parameters;
};

// Without the lists.
const std::vector<Operation>& described_operations();
// {name: JSON Schema}, as text.
std::string_view openapi_schemas();

std::string openapi_json(const domain::Catalogue& catalogue);

}  // namespace suoi::mobile_api
