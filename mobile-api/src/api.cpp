#include "suoi/mobile_api/api.hpp"

#include <array>

#include "audit_endpoint.hpp"
#include "bundles.hpp"
#include "certificate_check.hpp"
#include "certificate_files.hpp"
#include "enrolment.hpp"
#include "files.hpp"
#include "invitations.hpp"
#include "lists.hpp"
#include "log_endpoints.hpp"
#include "members.hpp"
#include "open_needs.hpp"
#include "openapi.hpp"
#include "schema.hpp"
#include "sessions.hpp"
#include "store_faults.hpp"
#include "suoi/certs/base64url.hpp"
#include "suoi/certs/hashing.hpp"
#include "suoi/mobile_api/housekeeping.hpp"
#include "suoi/mobile_api/json_writer.hpp"
#include "suoi/mobile_api/limits.hpp"
#include "sync_endpoint.hpp"

namespace suoi::mobile_api {
namespace {

constexpr std::string_view kSyncPath = "/v1/sync";
constexpr std::string_view kBundlesPath = "/v1/bundles";
// What is told apart by more than a template of its path.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kBesideTable = {{
    {"OPTIONS", "/v1/files/"},
    {"POST", "/v1/files/"},
    {"HEAD", "/v1/files/{id}"},
    {"PATCH", "/v1/files/{id}"},
    {"DELETE", "/v1/files/{id}"},
    {"GET", "/v1/files/{id}"},
    {"GET", "/v1/certificates/{file}"},
    {"GET", "/v1/status-lists/{n}"},
    {"GET", "/v1/log/tile/{path}"},
}};
constexpr std::size_t kPapersKept = 64;  // about 100 kB each

// Whether a path fits a template with at most one {…}; what stands there, else an empty text.
std::optional<std::string_view> match_path(std::string_view pattern, std::string_view path) {
  const std::size_t open = pattern.find('{');
  if (open == std::string_view::npos) return pattern == path ? std::optional(std::string_view{}) : std::nullopt;
  const std::string_view before = pattern.substr(0, open);
  const std::string_view after = pattern.substr(pattern.find('}') + 1);
  if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after)) {
    return std::nullopt;
  }
  const std::string_view word = path.substr(before.size(), path.size() - before.size() - after.size());
  return word.find('/') == std::string_view::npos ? std::optional(word) : std::nullopt;
}

Response json(std::string body) {
  Response response;
  response.body = std::move(body);
  return response;
}

}  // namespace

struct Api::Parts {
  explicit Parts(Service given)
      : service(std::move(given)),
        schema(schema_json(service.rules.catalogue)),
        schema_tag(tag_of(schema)),
        description(openapi_json(service.rules.catalogue)) {}

  static std::string tag_of(const std::string& text) {
    const auto digest = certs::sha256(text);
    return '"' + certs::base64url(certs::bytes_of(digest)) + '"';
  }

  Response get_schema(const Request& request) const {
    Response response;
    const auto known = request.headers.find("if-none-match");
    // A list of tags, weak or not, or any (RFC 9110, section 13.1.2); the quotes keep one tag from matching in another.
    const bool unchanged =
        known != request.headers.end() && (known->second == "*" || known->second.find(schema_tag) != std::string::npos);
    if (unchanged) {
      response.status = 304;
    } else {
      response.body = schema;
    }
    response.headers = {{"ETag", schema_tag}, {"Cache-Control", "no-cache"}};
    return response;
  }

  Response get_keys(const Request&) const {
    return json(service.keys.jwks({certs::Purpose::certificates, certs::Purpose::bundles}, service.now_ms()));
  }

  Response get_health(const Request&) const {
    JsonWriter answer;
    answer.object();
    write_state(answer, "ok");
    answer.end_object();
    return json(answer.take());
  }

  void write_state(JsonWriter& answer, std::string_view sound) const {
    const bool damaged = service.store.damage().has_value();
    answer.key("status").text(damaged ? "read_only" : sound);
    if (!damaged) return;
    answer.key("code").text("store_damaged");
    answer.key("advice").text("the disk altered the store: restore the latest backup with suoi restore");
  }

  Response get_ready(const Request&) const {
    const BackupState backup = backup_state(service);
    JsonWriter answer;
    answer.object();
    write_state(answer, "ready");
    answer.key("backup_overdue").flag(backup.overdue).end_object();
    return json(answer.take());
  }

  Service service;
  std::string schema;
  std::string schema_tag;
  std::string description;
  OpenNeeds open_needs;
  SignInGuard sign_ins;
  Throttle code_guesses{{.free_tries = 30}};
  PaperCache papers{kPapersKept};
};

Api::Api(Service service) : parts_(std::make_unique<Parts>(std::move(service))) {}
Api::~Api() = default;

BodyLimits Api::limits_for(std::string_view, std::string_view path) const {
  if (path == kSyncPath || path == kBundlesPath) return {kBodyBytesMax, kInflatedBytesMax};
  if (is_files_path(path)) return {kBodyBytesMax, kBodyBytesMax};
  return {kSmallBodyBytesMax, kSmallBodyBytesMax};
}

Response Api::handle(const Request& request) {
  try {
    return route(request);
  } catch (const storage::StoreFault& fault) {
    auto answer = answer_for(fault);
    if (!answer) throw;
    return std::move(*answer);
  }
}

tl::expected<std::unique_ptr<Intake>, Response> Api::intake(const Request& request) {
  if (!is_files_path(request.path)) return nullptr;
  return upload_intake(parts_->service, request);
}

std::vector<Api::Route> Api::routes(const Request& request, const std::string_view& word) {
  const Service& service = parts_->service;
  return {
      Route{"POST", kSyncPath, [&] { return sync_endpoint(service, request); }},
      Route{"POST", kBundlesPath, [&] { return bundle_endpoint(service, request); }},
      Route{"POST", "/v1/enrolments", [&] { return enrolment_endpoint(service, parts_->code_guesses, request); }},
      Route{"POST", "/v1/sessions", [&] { return sign_in_endpoint(service, parts_->sign_ins, request); }},
      Route{"DELETE", "/v1/sessions", [&] { return sign_out_endpoint(service, request); }},
      Route{"POST", "/v1/invitations", [&] { return invite_endpoint(service, request); }},
      Route{"GET", "/v1/invitations", [&] { return list_invitations_endpoint(service, request); }},
      Route{"POST", "/v1/invitations/{id}/confirm",
            [&] { return confirm_invitation_endpoint(service, request, word); }},
      Route{"DELETE", "/v1/invitations/{id}", [&] { return void_invitation_endpoint(service, request, word); }},
      Route{"GET", "/v1/devices", [&] { return list_devices_endpoint(service, request); }},
      Route{"DELETE", "/v1/devices/{id}", [&] { return revoke_device_endpoint(service, request, word); }},
      Route{"POST", "/v1/roles", [&] { return grant_roles_endpoint(service, request); }},
      Route{"DELETE", "/v1/roles/{id}", [&] { return end_role_endpoint(service, request, word); }},
      Route{"GET", "/v1/audit", [&] { return audit_endpoint(service, request); }},
      Route{"GET", "/v1/openapi.json", [&] { return json(parts_->description); }},
      Route{"GET", "/v1/schema", [&] { return parts_->get_schema(request); }},
      Route{"GET", "/v1/certificates/check",
            [&] { return certificate_check_endpoint(service, parts_->code_guesses, request); }},
      Route{"GET", "/v1/open-needs", [&] { return open_needs_endpoint(service, parts_->open_needs, request); }},
      Route{"GET", "/v1/log/checkpoint", [&] { return checkpoint_endpoint(service); }},
      Route{"GET", "/v1/log/keys", [&] { return log_key_endpoint(service); }},
      Route{"GET", "/v1/log/proofs/{entry}", [&] { return log_proof_endpoint(service, word); }},
      Route{"POST", "/v1/log/cosignatures", [&] { return cosignature_endpoint(service, request); }},
      Route{"GET", "/v1/key-list", [&] { return key_list_endpoint(service); }},
      Route{"GET", "/.well-known/did.json", [&] { return did_endpoint(service); }},
      Route{"GET", "/.well-known/jwks.json", [&] { return parts_->get_keys(request); }},
      Route{"GET", "/healthz", [&] { return parts_->get_health(request); }},
      Route{"GET", "/readyz", [&] { return parts_->get_ready(request); }},
  };
}

std::vector<std::pair<std::string, std::string>> Api::operations() {
  std::vector<std::pair<std::string, std::string>> all;
  for (const Route& route : routes({}, {})) all.emplace_back(route.method, route.path);
  for (const auto& [path, collection] : listed_paths()) all.emplace_back("GET", path);
  for (const auto& [method, path] : kBesideTable) all.emplace_back(method, path);
  return all;
}

Response Api::route(const Request& request) {
  const Service& service = parts_->service;
  std::string_view word;  // what stands for the {…} of the path
  if (is_files_path(request.path)) return files_endpoint(service, request);
  bool path_known = false;
  for (const Route& route : routes(request, word)) {
    const auto match = match_path(route.path, request.path);
    if (!match) continue;
    word = *match;
    if (route.method == request.method) return route.answer();
    path_known = true;
  }
  if (const domain::Collection* collection = listed_collection(service.rules.catalogue, request.path)) {
    if (request.method == "GET") return list_endpoint(service, request, *collection);
    path_known = true;
  }
  if (const auto file = certificate_file(request.path)) {
    if (request.method == "GET") return certificate_file_endpoint(service, parts_->papers, request, *file);
    path_known = true;
  }
  if (const auto list = status_list_named(request.path)) {
    if (request.method == "GET") return status_list_endpoint(service, *list);
    path_known = true;
  }
  if (is_tile_path(request.path)) {
    if (request.method == "GET") return tile_endpoint(service, request.path);
    path_known = true;
  }
  if (path_known) return problem(405, "method_not_allowed", "this address takes another method");
  return problem(404, "not_found", "there is nothing at this address");
}

}  // namespace suoi::mobile_api
