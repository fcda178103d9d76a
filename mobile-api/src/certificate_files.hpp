// A certificate as a file, for its holder and the desks of its unit, and what strangers need to check one: the keys as
// a did:web document and the status lists.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "paper_cache.hpp"
#include "suoi/domain/id.hpp"
#include "suoi/domain/status_place.hpp"
#include "suoi/mobile_api/http.hpp"
#include "suoi/mobile_api/service.hpp"

namespace suoi::mobile_api {

struct CertificateFile {
  domain::RecordId id;
  enum class Form { badge, paper } form = Form::badge;
};

// "/v1/certificates/ID.json" (Open Badges) and "/v1/certificates/ID.pdf".
std::optional<CertificateFile> certificate_file(std::string_view path);
Response certificate_file_endpoint(const Service& service, PaperCache& cache, const Request& request,
                                   const CertificateFile& file);

struct NamedStatusList {
  std::int64_t number = 0;
  domain::StatusListName name;
};

// "/v1/status-lists/26121"
std::optional<NamedStatusList> status_list_named(std::string_view path);
Response status_list_endpoint(const Service& service, const NamedStatusList& list);

Response did_endpoint(const Service& service);
// GET /v1/key-list: the list of keys as its root signed it.
Response key_list_endpoint(const Service& service);

}  // namespace suoi::mobile_api
