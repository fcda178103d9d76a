#include <algorithm>
#include <charconv>
#include <chrono>

#include "plan_writer.hpp"
#include "tables.hpp"

namespace suoi::storage {
namespace {

constexpr char kRecord[] = "SELECT id, collection, version, live, state FROM record WHERE id = ?";
constexpr char kAllOf[] =
    "SELECT id, collection, version, live, state FROM record WHERE collection = ? AND live = 1 AND id > ?"
    " ORDER BY id LIMIT ?";
constexpr char kLinked[] = "SELECT record FROM link WHERE target = ? AND collection = ? ORDER BY record";
constexpr char kAny[] = "SELECT EXISTS (SELECT 1 FROM seldom WHERE collection = ?)";
constexpr char kActivities[] = "SELECT record FROM activity_time WHERE unit = ? AND until > ? AND since < ?";
constexpr char kCertificate[] = "SELECT record FROM certificate WHERE number = ? ORDER BY no LIMIT 1";
constexpr char kWithdrawn[] =
    "SELECT number, issuing FROM certificate WHERE number >= ? AND number < ? AND issuing >= 2";
constexpr char kToIssue[] = "SELECT record FROM certificate WHERE issuing = 1 ORDER BY no LIMIT ?";

constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;
constexpr std::int64_t kVietNamMs = 7LL * 3600 * 1000;

// Midnight in Viet Nam at which a date of the form "YYYY-MM-DD" begins; the catalogue admits no other.
std::optional<std::int64_t> start_of_day(const std::string& date) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  if (date.size() != 10) return std::nullopt;
  std::from_chars(date.data(), date.data() + 4, year);
  std::from_chars(date.data() + 5, date.data() + 7, month);
  std::from_chars(date.data() + 8, date.data() + 10, day);
  const std::chrono::year_month_day parsed{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (!parsed.ok()) return std::nullopt;
  return std::int64_t{std::chrono::sys_days(parsed).time_since_epoch().count()} * kDayMs - kVietNamMs;
}

std::optional<sync::Assignment> assignment_of(const sync::Record& record) {
  const auto role = domain::parse_role(record.text("role"));
  if (!record.live || !role) return std::nullopt;
  sync::Assignment assignment;
  assignment.role = *role;
  assignment.unit = record.unit;
  assignment.organisation = record.ref("organisation");
  if (const auto from = start_of_day(record.text("from"))) assignment.from_ms = *from;
  if (const auto to = start_of_day(record.text("to"))) assignment.until_ms = *to + kDayMs;
  if (const auto ended = record.integer("ended_at")) assignment.until_ms = std::min(assignment.until_ms, *ended);
  return assignment;
}

std::vector<domain::RecordId> ids(Query& query) {
  std::vector<domain::RecordId> found;
  while (query.step()) found.push_back(query.id<domain::RecordId>(0));
  return found;
}

}  // namespace

std::optional<sync::Record> Tables::record(const domain::RecordId& id) {
  Query query(connection_, kRecord, blob(id));
  return query.step() ? std::optional(record_of(query, 0, context_.names)) : std::nullopt;
}

std::vector<sync::Record> Tables::all_of(const domain::Collection& collection, const domain::RecordId& after,
                                         std::size_t most) {
  std::vector<sync::Record> all;
  Query query(connection_, kAllOf, context_.names.number(collection), blob(after), static_cast<std::int64_t>(most));
  while (query.step()) all.push_back(record_of(query, 0, context_.names));
  return all;
}

std::vector<domain::RecordId> Tables::linked(const domain::RecordId& target, const domain::Collection& collection) {
  Query query(connection_, kLinked, blob(target), context_.names.number(collection));
  return ids(query);
}

bool Tables::any(const domain::Collection& seldom) {
  const auto known = any_.find(&seldom);
  if (known != any_.end()) return known->second;
  Query query(connection_, kAny, context_.names.number(seldom));
  query.step();
  return any_.emplace(&seldom, query.integer(0) != 0).first->second;
}

std::vector<domain::RecordId> Tables::activities_between(const domain::UnitKey& unit, std::int64_t from_ms,
                                                         std::int64_t to_ms) {
  Query query(connection_, kActivities, static_cast<std::int64_t>(unit.packed()), from_ms, to_ms);
  return ids(query);
}

std::vector<sync::Assignment> Tables::assignments(const domain::PersonId& person) {
  const domain::Collection* roles = context_.catalogue.find("role_assignment");
  std::vector<sync::Assignment> assignments;
  if (roles == nullptr) return assignments;
  for (const domain::RecordId& id : linked({person.uuid}, *roles)) {
    const auto stored = record(id);
    if (const auto assignment = stored ? assignment_of(*stored) : std::nullopt) assignments.push_back(*assignment);
  }
  return assignments;
}

std::optional<domain::RecordId> Tables::certificate_by_number(std::string_view number) {
  Query query(connection_, kCertificate, number);
  return query.step() ? std::optional(query.id<domain::RecordId>(0)) : std::nullopt;
}

std::vector<WithdrawnCertificate> Tables::certificates_withdrawn(std::string_view numbers_begin) {
  std::vector<WithdrawnCertificate> found;
  Query query(connection_, kWithdrawn, numbers_begin, std::string(numbers_begin) + ":");  // the sign behind the digits
  while (query.step()) {
    using Status = WithdrawnCertificate::Status;
    const auto code = static_cast<CertificateCode>(query.integer(1));
    const Status status = code == CertificateCode::suspended    ? Status::suspended
                          : code == CertificateCode::superseded ? Status::superseded
                                                                : Status::revoked;
    found.push_back({std::string(query.text(0)), status});
  }
  return found;
}

std::vector<domain::RecordId> Tables::certificates_to_issue(std::size_t most) {
  Query query(connection_, kToIssue, static_cast<std::int64_t>(most));
  return ids(query);
}

}  // namespace suoi::storage
