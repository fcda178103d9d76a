#include "suoi/mobile_api/issuing.hpp"

#include "suoi/certs/hashing.hpp"
#include "suoi/mobile_api/administration.hpp"

namespace suoi::mobile_api {
namespace {

using domain::Value;

std::string text_of(const Value& facts, std::string_view name) {
  const Value* member = facts.find(name);
  return member != nullptr && member->text() != nullptr ? *member->text() : std::string();
}

std::array<std::uint8_t, 16> salt_of(const std::string& hex) {
  const auto parsed = domain::Incarnation::parse(hex);  // 32 hex digits
  return parsed ? parsed->bytes : std::array<std::uint8_t, 16>{};
}

// The moment of the decision, so that signing again after a crash states the same.
std::int64_t decided_ms(const sync::Record& certificate) {
  return certificate.created_ms;
}

}  // namespace

certs::Facts certificate_facts(const sync::Record& certificate, const std::string& issuer_kid) {
  const Value& stored = certificate.value("facts");
  certs::Facts facts;
  facts.issuer_kid = issuer_kid;
  facts.issued_at_ms = decided_ms(certificate);
  facts.id = certificate.id;
  facts.number = certificate.text("number");
  facts.holder = certificate.text("holder");
  facts.activity = text_of(stored, "activity_title");
  facts.commune = text_of(stored, "commune");
  facts.from = text_of(stored, "from");
  facts.to = text_of(stored, "to");
  const Value* minutes = stored.find("minutes");
  facts.minutes = minutes != nullptr && minutes->integer() != nullptr ? *minutes->integer() : 0;
  facts.role = text_of(stored, "role");
  facts.salt = salt_of(text_of(stored, "salt"));
  facts.issuing_unit = text_of(stored, "issuing_unit_name");
  return facts;
}

std::size_t issue_certificates(const Service& service, std::size_t most) {
  std::vector<sync::Record> waiting;
  service.store.read([&](storage::Reader& reader) {
    for (const domain::RecordId& id : reader.certificates_to_issue(most)) {
      if (auto certificate = reader.record(id)) waiting.push_back(std::move(*certificate));
    }
  });
  if (waiting.empty()) return 0;
  const std::int64_t now_ms = service.now_ms();
  const certs::OwnKey key = service.keys.current(certs::Purpose::certificates, now_ms);
  std::vector<OwnChange> signed_ones;
  for (const sync::Record& certificate : waiting) {
    const certs::Facts facts = certificate_facts(certificate, key.kid());
    signed_ones.push_back({"certificate",
                           certificate.id,
                           {{"qr", Value(certs::qr_text(facts, key.key))},
                            {"code", Value(certs::check_code(certs::bytes_of(facts.salt), facts.number))},
                            {"status", Value("issued")}}});
  }
  service.writer.run([&](storage::Transaction& transaction) {
    std::vector<OwnChange> still_waiting;
    for (const OwnChange& change : signed_ones) {
      const auto now = transaction.record(change.record);
      if (now && now->text("status") == "issuing") still_waiting.push_back(change);
    }
    write_own(transaction, service.rules, now_ms, std::move(still_waiting));
  });
  return waiting.size();
}

}  // namespace suoi::mobile_api
