#include "suoi/mobile_api/issuing.hpp"

#include "suoi/certs/hashing.hpp"
#include "suoi/certs/transparency_log.hpp"
#include "suoi/mobile_api/administration.hpp"

namespace suoi::mobile_api {
namespace {

using domain::Value;

constexpr const char* kNothingWritten = "–";
// What a certificate's three bytes of days hold (certs/certificate.hpp).
constexpr std::string_view kFirstDay = "1970-01-01";
constexpr std::string_view kLastDay = "2149-06-06";

std::string text_of(const Value& facts, std::string_view name) {
  const Value* member = facts.find(name);
  return member != nullptr && member->text() != nullptr ? *member->text() : std::string();
}

std::array<std::uint8_t, 16> salt_of(const std::string& hex) {
  const auto parsed = domain::Incarnation::parse(hex);  // 32 hex digits
  return parsed ? parsed->bytes : std::array<std::uint8_t, 16>{};
}

// What paper can show: control characters become blanks; a text without any sign becomes a dash.
std::string printable(std::string text) {
  for (char& letter : text) {
    if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f) letter = ' ';
  }
  return text.find_first_not_of(' ') != std::string::npos ? text : kNothingWritten;
}

bool is_printable_day(const std::string& day) {
  return day.size() == kFirstDay.size() && kFirstDay <= day && day <= kLastDay;
}

std::optional<certs::StatusEntry> status_of(const Value& facts) {
  const Value* pair = facts.find("status");
  if (pair == nullptr || pair->array() == nullptr || pair->array()->size() != 2) return std::nullopt;
  const std::int64_t* list = (*pair->array())[0].integer();
  const std::int64_t* index = (*pair->array())[1].integer();
  return list != nullptr && index != nullptr ? std::optional(certs::StatusEntry{*list, *index}) : std::nullopt;
}

std::string unit_name(const domain::AdminUnits& units, const std::string& key) {
  const auto parsed = domain::UnitKey::parse(key);
  const domain::AdminUnit* unit = parsed ? units.find(*parsed) : nullptr;
  return unit != nullptr ? std::string(unit->full_name) : std::string();
}

}  // namespace

certs::Facts certificate_facts(const sync::Record& certificate, const domain::AdminUnits& units,
                               const std::string& issuer_kid) {
  const Value& stored = certificate.value("facts");
  certs::Facts facts;
  facts.issuer_kid = issuer_kid;
  // The moment of the decision, so that signing again after a crash states the same.
  facts.issued_at_ms = certificate.created_ms;
  facts.id = certificate.id;
  facts.number = certificate.text("number");
  facts.holder = printable(certificate.text("holder"));
  facts.activity = printable(text_of(stored, "activity_title"));
  facts.commune = text_of(stored, "commune");
  facts.from = text_of(stored, "from");
  facts.to = text_of(stored, "to");
  if (!is_printable_day(facts.to)) facts.to = certificate.text("issued_on");
  if (!is_printable_day(facts.from) || facts.from > facts.to) facts.from = facts.to;
  const Value* minutes = stored.find("minutes");
  facts.minutes = minutes != nullptr && minutes->integer() != nullptr ? *minutes->integer() : 0;
  const std::string role = text_of(stored, "role");
  if (!role.empty()) facts.role = printable(role);
  facts.salt = salt_of(text_of(stored, "salt"));
  facts.status = status_of(stored);
  facts.issuing_unit = unit_name(units, text_of(stored, "issuing_unit"));
  return facts;
}

namespace {

// What is said of a certificate and stands in the log in the order in which it can have happened.
void log_certificate(storage::Transaction& transaction, const Service& service, const storage::CertificateToLog& what,
                     std::int64_t now_ms) {
  const auto certificate = transaction.record(what.record);
  if (!certificate) return;
  const certs::Facts facts = certificate_facts(*certificate, service.rules.units, "");
  const auto append = [&](bool wanted, certs::LogEvent event) {
    if (wanted) transaction.append_to_log(certs::log_entry(event, facts), now_ms);
  };
  append(what.issued && !certificate->text("qr").empty(), certs::LogEvent::issued);
  append(what.superseded, certs::LogEvent::superseded);
  append(what.revoked, certs::LogEvent::revoked);
  transaction.note_logged(what);
}

}  // namespace

std::size_t issue_certificates(const Service& service, std::size_t most) {
  std::vector<sync::Record> waiting;
  service.store.read([&](storage::Reader& reader) {
    for (const domain::RecordId& id : reader.certificates_to_issue(most)) {
      if (auto certificate = reader.record(id)) waiting.push_back(std::move(*certificate));
    }
  });
  if (waiting.empty()) return 0;
  const std::int64_t now_ms = service.now_ms();
  std::vector<OwnChange> signed_ones;
  for (const sync::Record& certificate : waiting) {
    // The key of the moment of the decision: a newer one was not valid then.
    const certs::OwnKey key = service.keys.current(certs::Purpose::certificates, certificate.created_ms);
    const certs::Facts facts = certificate_facts(certificate, service.rules.units, key.kid());
    signed_ones.push_back({"certificate",
                           certificate.id,
                           {{"qr", Value(certs::qr_text(facts, key.key))},
                            {"code", Value(certs::check_code(certs::bytes_of(facts.salt), facts.number))},
                            {"status", Value("issued")}}});
  }
  std::size_t issued = 0;
  service.writer.run([&](storage::Transaction& transaction) {
    std::vector<OwnChange> still_waiting;
    for (const OwnChange& change : signed_ones) {
      const auto now = transaction.record(change.record);
      if (now && now->text("status") == "issuing") still_waiting.push_back(change);
    }
    const auto ids = write_own(transaction, service.rules, now_ms, std::move(still_waiting));
    for (const domain::RecordId& id : ids) log_certificate(transaction, service, {id, true, false, false}, now_ms);
    issued = ids.size();
  });
  return issued;
}

std::size_t log_certificates(const Service& service, std::size_t most) {
  bool any = false;
  service.store.read([&](storage::Reader& reader) { any = !reader.certificates_to_log(1).empty(); });
  if (!any) return 0;
  std::size_t logged = 0;
  service.writer.run([&](storage::Transaction& transaction) {
    const auto waiting = transaction.certificates_to_log(most);
    for (const storage::CertificateToLog& one : waiting) log_certificate(transaction, service, one, service.now_ms());
    logged = waiting.size();
  });
  return logged;
}

void log_key_list(const Service& service) {
  const auto list = service.keys.key_list_text();
  if (!list) return;
  const std::string entry = certs::log_entry_of_key_list(*list);
  bool known = false;
  service.store.read([&](storage::Reader& reader) { known = reader.log_place(entry).has_value(); });
  if (known) return;
  service.writer.run([&](storage::Transaction& transaction) { transaction.append_to_log(entry, service.now_ms()); });
}

}  // namespace suoi::mobile_api
