#include "openapi.hpp"

#include <map>

#include "lists.hpp"
#include "suoi/domain/error_codes.hpp"
#include "suoi/mobile_api/json_writer.hpp"

namespace suoi::mobile_api {
namespace {

using domain::Field;
using domain::FieldType;

std::string lower(std::string_view method) {
  std::string text(method);
  for (char& letter : text) letter = static_cast<char>(letter - 'A' + 'a');
  return text;
}

void write_reference(JsonWriter& out, std::string_view schema) {
  out.object().key("schema").object().key("$ref").text("#/components/schemas/" + std::string(schema)).end_object();
}

void write_parameters(JsonWriter& out, const std::vector<Parameter>& parameters) {
  if (parameters.empty()) return;
  out.key("parameters").array();
  for (const Parameter& one : parameters) {
    out.object().key("name").text(one.name).key("in").text(one.where).key("description").text(one.description);
    out.key("required").flag(one.required).key("schema").object().key("type").text("string").end_object().end_object();
  }
  out.end_array();
}

void write_content(JsonWriter& out, std::string_view media_type, std::string_view schema, std::string_view example) {
  out.key("content").object().key(media_type);
  write_reference(out, schema);
  if (!example.empty()) out.key("example").raw(example);
  out.end_object().end_object();
}

void write_answer(JsonWriter& out, int status, std::string_view description, std::string_view schema) {
  out.key(std::to_string(status)).object().key("description").text(description);
  if (!schema.empty()) write_content(out, "application/json", schema, "");
  out.end_object();
}

// Codes of one status share one answer.
void write_problems(JsonWriter& out, const std::vector<std::string_view>& codes) {
  std::map<int, std::string> by_status;
  for (const std::string_view code : codes) {
    std::string& listed = by_status[domain::find_error_code(code)->status];
    listed += (listed.empty() ? "" : ", ") + std::string(code);
  }
  for (const auto& [status, listed] : by_status) {
    out.key(std::to_string(status)).object().key("description").text(listed);
    write_content(out, "application/problem+json", "Problem", "");
    out.end_object();
  }
}

void write_operation(JsonWriter& out, const Operation& operation) {
  out.key(lower(operation.method)).object().key("summary").text(operation.summary);
  write_parameters(out, operation.parameters);
  if (!operation.body.empty()) {
    out.key("requestBody").object().key("required").flag(true);
    write_content(out, operation.media_type, operation.body, operation.example);
    out.end_object();
  }
  out.key("security").array();
  if (operation.token) out.object().key("device").array().end_array().end_object();
  out.end_array().key("responses").object();
  write_answer(out, operation.status, "done", operation.answer);
  if (operation.path == "/v1/enrolments") write_answer(out, 202, "waits until the digits are compared", "Comparison");
  write_problems(out, operation.problems);
  out.end_object().end_object();
}

Operation list_operation(const domain::Collection& collection, std::string_view path, const std::string& summary) {
  Operation operation{"GET", path, summary, true, "", "", 200, "List", "", {}, {}};
  operation.problems = {"token_invalid", "device_revoked", "unknown_filter", "bad_filter"};
  operation.parameters = {{"unit", "query", "a commune or a province, as register:code", false},
                          {"after", "query", "`next` of the page before", false},
                          {"limit", "query", "items at most, 1 to 1000", false}};
  for (const Field& field : collection.fields) {
    if (can_filter(field)) operation.parameters.push_back({field.name, "query", field.labels.en, false});
  }
  return operation;
}

std::string_view json_type(FieldType type) {
  switch (type) {
    case FieldType::integer:
    case FieldType::money:
    case FieldType::minutes:
    case FieldType::instant:
      return "integer";
    case FieldType::flag:
      return "boolean";
    case FieldType::refs:
    case FieldType::set:
    case FieldType::digests:
      return "array";
    case FieldType::geo:
    case FieldType::counts:
      return "object";
    case FieldType::object:
      return "";  // structures that the server makes: of any kind
    case FieldType::text:
    case FieldType::date:
    case FieldType::ref:
    case FieldType::enumeration:
    case FieldType::digest:
    case FieldType::unit:
      return "string";
  }
  return "";
}

// The fields of a collection's records, under its name.
void write_fields(JsonWriter& out, const domain::Collection& collection) {
  out.key(collection.name).object().key("type").text("object").key("title").text(collection.labels.en);
  out.key("properties").object();
  for (const Field& field : collection.fields) {
    if (field.type == FieldType::unit && field.name == "unit") continue;
    out.key(field.name).object().key("title").text(field.labels.en);
    if (const auto type = json_type(field.type); !type.empty()) out.key("type").text(type);
    if (field.type == FieldType::enumeration) {
      out.key("enum").array();
      for (const std::string_view value : field.values) out.text(value);
      out.end_array();
    }
    out.end_object();
  }
  out.end_object().end_object();
}

void write_paths(JsonWriter& out, const domain::Catalogue& catalogue) {
  std::map<std::string_view, std::vector<Operation>> by_path;
  for (const Operation& operation : described_operations()) by_path[operation.path].push_back(operation);
  std::vector<std::string> summaries;
  const auto lists = listed_paths();
  summaries.reserve(lists.size());
  for (const auto& [path, name] : lists) {
    const domain::Collection& collection = *catalogue.find(name);
    summaries.push_back("The live records of `" + std::string(name) + "` within the caller's streams");
    by_path[path].push_back(list_operation(collection, path, summaries.back()));
  }
  out.key("paths").object();
  for (const auto& [path, operations] : by_path) {
    out.key(path).object();
    for (const Operation& operation : operations) write_operation(out, operation);
    out.end_object();
  }
  out.end_object();
}

}  // namespace

std::string openapi_json(const domain::Catalogue& catalogue) {
  JsonWriter out(65'536);
  out.object().key("openapi").text("3.1.0").key("info").object().key("title").text("Suối").key("version").text("1");
  out.key("description").text("Offline-first sync for volunteering in mountain communes. Errors are RFC 9457.");
  out.end_object();
  write_paths(out, catalogue);
  const std::string_view schemas = openapi_schemas();
  JsonWriter fields(32'768);
  fields.object();
  for (const domain::Collection& collection : catalogue.collections()) write_fields(fields, collection);
  const std::string of_catalogue = fields.end_object().take();
  // Two objects as one: without the brace that closes the first and the one that opens the second.
  const std::string all = std::string(schemas.substr(0, schemas.size() - 1)) + "," + of_catalogue.substr(1);
  out.key("components").object().key("schemas").raw(all).key("securitySchemes").object();
  out.key("device").object().key("type").text("http").key("scheme").text("bearer").end_object().end_object();
  out.end_object().end_object();
  return out.take();
}

}  // namespace suoi::mobile_api
