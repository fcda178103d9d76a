#include "certificate_files.hpp"

#include <algorithm>
#include <charconv>

#include "callers.hpp"
#include "suoi/certs/carrier.hpp"
#include "suoi/certs/open_badge.hpp"
#include "suoi/certs/status_list.hpp"
#include "suoi/mobile_api/issuing.hpp"

namespace suoi::mobile_api {
namespace {

constexpr std::string_view kFiles = "/v1/certificates/";
constexpr std::string_view kStatusLists = "/v1/status-lists/";

std::string did_of(const Service& service) {
  return certs::did_web(service.origin());
}

// Whoever holds the stream of a certificate has it on the phone anyhow; beyond that the desks of its unit.
bool may_read(const Service& service, const Caller& caller, const sync::Record& certificate, std::int64_t time_ms) {
  const auto streams = streams_of(service.rules.units, caller.device.person, caller.assignments, time_ms);
  const auto desk = sync::StreamKey::parse(certificate.unit.text() + "/desk");
  return std::any_of(streams.begin(), streams.end(), [&](const sync::StreamKey& stream) {
    return stream == certificate.stream || (desk && stream == *desk);
  });
}

// The key that signed the QR code, so that the carriers of one certificate live and end together.
certs::OwnKey key_of(const Service& service, std::int64_t issued_at_ms) {
  return service.keys.current(certs::Purpose::certificates, issued_at_ms);
}

std::string badge_of(const Service& service, const sync::Record& certificate, const certs::Facts& facts) {
  const certs::OwnKey key = key_of(service, facts.issued_at_ms);
  return certs::open_badge(facts, certificate.text("digest"), {did_of(service), certs::badge_key(key.key)});
}

// "Xã Pa Ủ" -> "xã Pa Ủ": the kind of a unit begins with one of these letters.
std::string in_sentence(std::string_view full_name) {
  std::string name(full_name);
  if (name.rfind("Đ", 0) == 0) return name.replace(0, 2, "đ");
  if (!name.empty() && name[0] >= 'A' && name[0] <= 'Z') name[0] = static_cast<char>(name[0] - 'A' + 'a');
  return name;
}

certs::PaperTexts texts_of(const Service& service, const sync::Record& certificate) {
  const domain::AdminUnits& units = service.rules.units;
  certs::PaperTexts texts;
  texts.check_code = certificate.text("code");
  texts.check_address = service.origin() + "/#/verify";
  const domain::AdminUnit* commune = units.find(certificate.unit);
  if (commune != nullptr) texts.commune = in_sentence(commune->full_name);
  const auto province_key = units.province(certificate.unit);
  const domain::AdminUnit* province = province_key ? units.find(*province_key) : nullptr;
  if (province == nullptr) return texts;
  texts.place = std::string(province->name);
  if (province != commune) texts.commune += ", " + in_sentence(province->full_name);
  return texts;
}

Response paper(const Service& service, PaperCache& cache, const sync::Record& certificate) {
  Response response;
  response.content_type = "application/pdf";
  response.headers.emplace_back("Content-Disposition", "inline; filename=\"" + certificate.text("number") + ".pdf\"");
  const std::string name = certificate.id.text() + ":" + std::to_string(certificate.version);
  if (auto known = cache.find(name)) {
    response.body = std::move(*known);
    return response;
  }
  certs::Paper paper{certificate_facts(certificate, service.rules.units, ""), texts_of(service, certificate),
                     certificate.text("qr"), ""};
  paper.badge = badge_of(service, certificate, paper.facts);
  const certs::OwnKey key = key_of(service, paper.facts.issued_at_ms);
  response.body = certs::signed_paper(paper, service.paper_template(certificate.text("template")),
                                      {key.key, service.keys.x509(key.kid())});
  cache.put(name, response.body);
  return response;
}

void set_bit(certs::StatusList& list, const domain::StatusListName& name, const storage::WithdrawnCertificate& one) {
  using Status = storage::WithdrawnCertificate::Status;
  const auto index = domain::index_in_list(name, one.number);
  if (!index) return;
  // One that was replaced is no longer good for anything, so tools that know only of revocation refuse it, too.
  const bool stands = name.purpose == domain::StatusPurpose::revocation   ? one.status != Status::suspended
                      : name.purpose == domain::StatusPurpose::suspension ? one.status == Status::suspended
                                                                          : one.status == Status::superseded;
  if (stands) list.bits.set(*index);
}

}  // namespace

std::optional<CertificateFile> certificate_file(std::string_view path) {
  if (path.substr(0, kFiles.size()) != kFiles) return std::nullopt;
  const std::string_view name = path.substr(kFiles.size());
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto id = domain::RecordId::parse(name.substr(0, dot));
  if (!id) return std::nullopt;
  if (name.substr(dot) == ".json") return CertificateFile{*id, CertificateFile::Form::badge};
  if (name.substr(dot) == ".pdf") return CertificateFile{*id, CertificateFile::Form::paper};
  return std::nullopt;
}

Response certificate_file_endpoint(const Service& service, PaperCache& cache, const Request& request,
                                   const CertificateFile& file) {
  const auto caller = authenticate(service, request);
  if (!caller) return caller.error();
  if (caller->device.revoked_ms) return problem(403, "device_revoked", "this device was revoked");
  std::optional<sync::Record> certificate;
  service.store.read([&](storage::Reader& reader) { certificate = reader.record(file.id); });
  const bool issued = certificate && certificate->live && certificate->collection->name == "certificate" &&
                      !certificate->text("qr").empty();
  // One answer for what is not there and what the caller may not see.
  if (!issued || !may_read(service, *caller, *certificate, request.received_ms)) {
    return problem(404, "not_found", "there is no such certificate here");
  }
  Response response;
  if (file.form == CertificateFile::Form::paper) {
    response = paper(service, cache, *certificate);
  } else {
    response.content_type = "application/vc";
    response.body = badge_of(service, *certificate, certificate_facts(*certificate, service.rules.units, ""));
  }
  response.headers.emplace_back("Cache-Control", "private, no-cache");
  return response;
}

std::optional<NamedStatusList> status_list_named(std::string_view path) {
  if (path.substr(0, kStatusLists.size()) != kStatusLists) return std::nullopt;
  const std::string_view digits = path.substr(kStatusLists.size());
  const auto name = domain::parse_status_list(digits);
  if (!name) return std::nullopt;
  NamedStatusList list{0, *name};
  std::from_chars(digits.data(), digits.data() + digits.size(), list.number);
  return list;
}

Response status_list_endpoint(const Service& service, const NamedStatusList& named) {
  const std::int64_t now_ms = service.now_ms();
  certs::StatusList list{named.number, named.name.purpose, now_ms - now_ms % 1000, certs::StatusBits()};
  service.store.read([&](storage::Reader& reader) {
    for (const auto& one : reader.certificates_withdrawn(named.name.numbers_begin)) set_bit(list, named.name, one);
  });
  const certs::OwnKey key = service.keys.current(certs::Purpose::certificates, now_ms);
  Response response;
  response.content_type = "application/vc";
  response.headers.emplace_back("Cache-Control", "public, max-age=300");
  response.headers.emplace_back("Access-Control-Allow-Origin", "*");
  response.body = certs::status_list_credential(list, {did_of(service), certs::badge_key(key.key)});
  return response;
}

Response did_endpoint(const Service& service) {
  std::vector<certs::Ed25519PublicKey> keys;
  // The document says nothing of times, so keys that were compromised are left out.
  for (const certs::BadgeKey& known : certs::issuer_keys(service.keys).badges) {
    if (!known.compromised_ms) keys.push_back(known.key);
  }
  Response response;
  response.content_type = "application/did+ld+json";
  response.headers.emplace_back("Access-Control-Allow-Origin", "*");
  response.body = certs::did_document(did_of(service), keys);
  return response;
}

Response key_list_endpoint(const Service& service) {
  auto list = service.keys.key_list_text();
  if (!list) return problem(404, "not_found", "this server has no list of keys");
  Response response;
  response.content_type = "application/jose+json";
  response.headers = {{"Cache-Control", "no-cache"}, {"Access-Control-Allow-Origin", "*"}};
  response.body = std::move(*list);
  return response;
}

}  // namespace suoi::mobile_api
