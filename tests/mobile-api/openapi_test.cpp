// The description of the API says what is there, and what is there answers as described.

#include "../../mobile-api/src/openapi.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>

#include "service_fixture.hpp"
#include "suoi/domain/error_codes.hpp"
#include "suoi/mobile_api/json_reader.hpp"

namespace suoi::mobile_api::test {
namespace {

using domain::Role;

Value parsed(std::string_view text) {
  JsonLimits limits;
  limits.depth_max = 64;
  limits.values_max = 1'000'000;
  return read_json(text, limits).value();
}

// The part of JSON Schema that the description uses; gives where a value does not fit.
class Validator {
 public:
  explicit Validator(const Value& description) : schemas_(*description.find("components")->find("schemas")) {}

  std::string fault(const Value& value, std::string_view schema) const {
    const Value* found = schemas_.find(schema);
    return found == nullptr ? "no schema " + std::string(schema) : check(value, *found, std::string(schema));
  }

 private:
  static bool is(const Value& value, const std::string& type) {
    if (type == "object") return value.object() != nullptr;
    if (type == "array") return value.array() != nullptr;
    if (type == "string") return value.text() != nullptr;
    if (type == "integer") return value.integer() != nullptr;
    if (type == "boolean") return value.flag() != nullptr;
    if (type == "null") return value.is_null();
    return false;
  }
  static bool has_type(const Value& value, const Value& type) {
    if (type.text() != nullptr) return is(value, *type.text());
    return std::any_of(type.array()->begin(), type.array()->end(),
                       [&](const Value& one) { return is(value, *one.text()); });
  }

  std::string check(const Value& value, const Value& schema, const std::string& where) const {
    if (const Value* reference = schema.find("$ref")) {
      return fault(value,
                   std::string_view(*reference->text()).substr(std::string_view("#/components/schemas/").size()));
    }
    if (const Value* type = schema.find("type"); type != nullptr && !has_type(value, *type)) return where + ": type";
    if (const Value* only = schema.find("const"); only != nullptr && value != *only) return where + ": const";
    if (const Value* words = schema.find("enum")) {
      const auto& list = *words->array();
      if (std::find(list.begin(), list.end(), value) == list.end()) return where + ": enum";
    }
    if (const Value* required = schema.find("required"); required != nullptr && value.object() != nullptr) {
      for (const Value& name : *required->array()) {
        if (value.find(*name.text()) == nullptr) return where + ": lacks " + *name.text();
      }
    }
    if (const Value* items = schema.find("items"); items != nullptr && value.array() != nullptr) {
      for (const Value& item : *value.array()) {
        if (auto found = check(item, *items, where + "[]"); !found.empty()) return found;
      }
    }
    const Value* properties = schema.find("properties");
    if (properties == nullptr || value.object() == nullptr) return {};
    for (const auto& [name, inner] : *properties->object()) {
      const Value* member = value.find(name);
      if (member == nullptr) continue;
      if (auto found = check(*member, inner, where + "." + name); !found.empty()) return found;
    }
    return {};
  }

  const Value& schemas_;
};

std::string lower(std::string text) {
  for (char& letter : text) letter = static_cast<char>(std::tolower(letter));
  return text;
}

void collect_references(const Value& value, std::set<std::string>& found) {
  if (value.array() != nullptr) {
    for (const Value& one : *value.array()) collect_references(one, found);
  }
  if (value.object() == nullptr) return;
  for (const auto& [name, member] : *value.object()) {
    if (name == "$ref") found.insert(*member.text());
    collect_references(member, found);
  }
}

struct Described {
  TestServer server;
  Phone admin{server, server.person("Đào Thu Hương", Role::province_admin, kLaiChau)};
  Value description = parsed(server.ask("GET", "/v1/openapi.json").response.body);
  Validator validator{description};

  const Value* operation(const std::string& method, const std::string& path) const {
    const Value* found = description.find("paths")->find(path);
    return found != nullptr ? found->find(lower(method)) : nullptr;
  }
};

}  // namespace

TEST_CASE("Every endpoint is described, and nothing is described that is not there") {
  Described scene;
  CHECK(text_in(scene.description, "openapi") == "3.1.0");
  std::set<std::pair<std::string, std::string>> routes;
  Api api(scene.server.service());
  for (const auto& [method, path] : api.operations()) {
    INFO(method << " " << path);
    routes.emplace(lower(method), path);
    CHECK(scene.operation(method, path) != nullptr);
  }
  for (const auto& [path, operations] : *scene.description.find("paths")->object()) {
    for (const auto& [method, operation] : *operations.object()) {
      INFO(method << " " << path);
      CHECK(routes.contains({method, path}));
      CHECK_FALSE(text_in(operation, "summary").empty());
    }
  }
}

TEST_CASE("The description refers only to schemas that it has, and names only codes that exist") {
  Described scene;
  std::set<std::string> references;
  collect_references(scene.description, references);
  for (const std::string& reference : references) {
    const std::string name = reference.substr(std::string("#/components/schemas/").size());
    INFO(name);
    CHECK(scene.description.find("components")->find("schemas")->find(name) != nullptr);
  }
  for (const Operation& operation : described_operations()) {
    for (const std::string_view code : operation.problems) {
      INFO(operation.path << " " << code);
      const domain::ErrorCode* known = domain::find_error_code(code);
      REQUIRE(known != nullptr);
      CHECK(known->status >= 400);
    }
  }
  for (const domain::Collection& collection : domain::release_catalogue().collections()) {
    CHECK(scene.description.find("components")->find("schemas")->find(std::string(collection.name)) != nullptr);
  }
}

TEST_CASE("What needs a token refuses whoever has none, and what needs none answers without") {
  Described scene;
  for (const auto& [path, operations] : *scene.description.find("paths")->object()) {
    for (const auto& [method, operation] : *operations.object()) {
      // Uploads are told apart by their headers first, lists of withdrawn certificates by their numbers.
      if (path.starts_with("/v1/files/") || path.starts_with("/v1/status-lists/")) continue;
      std::string asked = path;
      if (const auto open = asked.find('{'); open != std::string::npos) {
        const bool paper = path.starts_with("/v1/certificates/");
        asked.replace(open, asked.find('}') - open + 1, paper ? "019a0000-0000-7000-8000-000000000001.pdf" : "x");
      }
      std::string verb = method;
      for (char& letter : verb) letter = static_cast<char>(std::toupper(letter));
      const Answer answer = scene.server.ask(verb, asked, "{}");
      INFO(verb << " " << asked);
      const bool needs_token = !operation.find("security")->array()->empty();
      CHECK((answer.code() == "token_invalid") == needs_token);
      if (answer.status() >= 400) {
        CHECK(scene.validator.fault(answer.body, "Problem").empty());
        CHECK(operation.find("responses")->find(std::to_string(answer.status())) != nullptr);
      }
    }
  }
}

TEST_CASE("The examples of the description are taken, and the answers are of the form that it says") {
  Described scene;
  int run = 0;
  for (const Operation& operation : described_operations()) {
    if (operation.example.empty() || operation.path.find('{') != std::string_view::npos) continue;
    INFO(operation.path);
    const Value example = parsed(operation.example);
    CHECK(scene.validator.fault(example, operation.body).empty());
    const Answer answer =
        scene.server.ask(operation.method, operation.path, std::string(operation.example), scene.admin.token);
    REQUIRE(answer.status() == operation.status);
    CHECK(scene.validator.fault(answer.body, operation.answer) == "");
    ++run;
  }
  CHECK(run >= 2);
}

TEST_CASE("Answers are of the form that the description says") {
  Described scene;
  const Phone mai(scene.server, scene.server.person("Lò Thị Mai", Role::volunteer, kPaU));
  const auto get = [&](const std::string& path, std::map<std::string, std::string> query = {}) {
    INFO(path);
    const Answer answer = scene.server.ask("GET", path, {}, scene.admin.token, std::move(query));
    REQUIRE(answer.status() == 200);
    const Value* content = scene.operation("GET", path)->find("responses")->find("200")->find("content");
    const std::string reference = *content->find("application/json")->find("schema")->find("$ref")->text();
    CHECK(scene.validator.fault(answer.body, reference.substr(std::string("#/components/schemas/").size())) == "");
  };
  scene.server.ask("POST", "/v1/invitations", R"({"name":"Vàng A Sình","role":"volunteer","units":["2025:03442"]})",
                   scene.admin.token);
  for (const char* path : {"/v1/invitations", "/v1/schema", "/v1/openapi.json", "/v1/open-needs", "/healthz", "/readyz",
                           "/.well-known/jwks.json", "/v1/people", "/v1/needs", "/v1/cases", "/v1/organisations"}) {
    get(path);
  }
  get("/v1/audit", {{"record", mai.person.text()}});
  const Answer joined = scene.server.ask("POST", "/v1/enrolments",
                                         enrolment(certs::SigningKey::generate(), scene.server.invitation(mai.person)));
  CHECK(scene.validator.fault(joined.body, "Joined") == "");
}

}  // namespace suoi::mobile_api::test
