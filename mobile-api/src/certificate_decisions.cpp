#include "suoi/mobile_api/certificate_decisions.hpp"

namespace suoi::mobile_api {
namespace {

using domain::Value;

sync::Record certificate_numbered(storage::Transaction& transaction, const std::string& number) {
  const auto id = transaction.certificate_by_number(number);
  auto certificate = id ? transaction.record(*id) : std::nullopt;
  if (!certificate || !certificate->live) throw AdminFault("there is no certificate with the number " + number);
  return std::move(*certificate);
}

// Why the step can have no effect; empty where it can.
std::string objection(const std::string& status, const std::string& step) {
  if (status == "revoked") return "it is revoked, and that is final";
  if (status == "superseded") return "it was replaced by a newer one; name that one";
  if (step == "suspend" && status == "suspended") return "it is suspended already";
  if (step == "reinstate" && status != "suspended") return "it is not suspended";
  return "";
}

}  // namespace

std::string decide_certificate(storage::Transaction& transaction, const sync::Rules& rules, std::int64_t now_ms,
                               const std::string& number, const std::string& step, const std::string& reason) {
  const sync::Record certificate = certificate_numbered(transaction, number);
  const std::string why_not = objection(certificate.text("status"), step);
  if (!why_not.empty()) throw AdminFault(number + ": " + why_not);
  write_own(transaction, rules, now_ms,
            {{"approval",
              {},
              {{"unit", Value(certificate.unit.text())},
               {"participation", certificate.value("participation")},
               {"step", Value(step)},
               {"digest", certificate.value("digest")},
               {"reason", Value(reason)}}}});
  if (step != "reissue") return number;
  const domain::RecordId participation = *certificate.ref("participation");
  const auto next = transaction.record(sync::derived_id(rules, "certificate", {participation, certificate.id}));
  if (!next) {
    throw AdminFault(number + ": what was approved has changed since; it is confirmed anew by three people instead");
  }
  return next->text("number");
}

}  // namespace suoi::mobile_api
