#include "certificate_check.hpp"

#include "suoi/certs/certificate.hpp"
#include "suoi/certs/hashing.hpp"
#include "suoi/mobile_api/issuing.hpp"
#include "suoi/mobile_api/json_writer.hpp"

namespace suoi::mobile_api {
namespace {

std::string value_of(const Request& request, const char* name) {
  const auto found = request.query.find(name);
  return found != request.query.end() ? found->second : std::string();
}

std::string_view verdict_of(const sync::Record& certificate) {
  const std::string status = certificate.text("status");
  if (status == "suspended") return certs::name_of(certs::Verdict::suspended);
  if (status == "revoked") return certs::name_of(certs::Verdict::revoked);
  if (status == "superseded") return certs::name_of(certs::Verdict::superseded);
  return certs::name_of(certs::Verdict::valid);
}

// Shows what is printed, and no more.
void write_printed(JsonWriter& answer, const sync::Record& certificate, const certs::Facts& facts,
                   std::int64_t now_ms) {
  const certs::Facts printed = certs::as_printed(facts);
  answer.object().key("verdict").text(verdict_of(certificate)).key("as_of").integer(now_ms);
  answer.key("number").text(printed.number).key("holder").text(printed.holder);
  answer.key("activity").text(printed.activity).key("commune").text(printed.commune);
  answer.key("from").text(printed.from).key("to").text(printed.to).key("minutes").integer(printed.minutes);
  answer.key("role").text(printed.role).key("issued_on").text(certificate.text("issued_on")).end_object();
}

}  // namespace

Response certificate_check_endpoint(const Service& service, Throttle& guesses, const Request& request) {
  const std::string address = address_key(request.peer);
  if (const auto wait_ms = guesses.begin_try(address, request.received_ms)) return rate_limited(wait_ms);
  const std::string number = value_of(request, "number");
  const std::string code = value_of(request, "code");
  std::optional<sync::Record> certificate;
  service.store.read([&](storage::Reader& reader) {
    const auto id = reader.certificate_by_number(number);
    if (id) certificate = reader.record(*id);
  });
  // One answer for an unknown number and a wrong code: a gapless number alone must not harvest names.
  const bool known = certificate && certificate->live && !certificate->text("qr").empty();
  const certs::Facts facts = known ? certificate_facts(*certificate, service.rules.units, "") : certs::Facts{};
  if (!known || !certs::check_code_matches(certs::bytes_of(facts.salt), number, code)) {
    return problem(404, "certificate_not_found", "no certificate has this number and code");
  }
  guesses.take_back(address);
  JsonWriter answer;
  write_printed(answer, *certificate, facts, request.received_ms);
  Response response;
  response.body = answer.take();
  return response;
}

}  // namespace suoi::mobile_api
