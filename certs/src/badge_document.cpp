#include "badge_document.hpp"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <functional>

#include "quads.hpp"
#include "suoi/certs/base64url.hpp"
#include "suoi/certs/hashing.hpp"
#include "suoi/certs/open_badge.hpp"

namespace suoi::certs {
namespace {

using domain::Value;

constexpr const char* kName = "Giấy chứng nhận tham gia hoạt động tình nguyện";
constexpr const char* kCriteria =
    "Đã tham gia hoạt động tình nguyện với thời gian ghi trên giấy; việc tham gia được đội xác nhận, xã kiểm tra và "
    "tỉnh duyệt.";
constexpr const char* kBasis = "Bảng ghi giờ tham gia đã duyệt (SHA-256)";

constexpr std::string_view kCredentials = "https://www.w3.org/2018/credentials#";
constexpr std::string_view kStatus = "https://www.w3.org/ns/credentials/status#";
constexpr std::string_view kBadges = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#";
constexpr std::string_view kSchema = "https://schema.org/";
// The context of Open Badges 3.0.3 names these types with https, unlike XML Schema itself.
constexpr std::string_view kBadgeDate = "https://www.w3.org/2001/XMLSchema#date";
constexpr std::string_view kBadgeFloat = "https://www.w3.org/2001/XMLSchema#float";

std::string in(std::string_view vocabulary, std::string_view word) {
  return std::string(vocabulary) + std::string(word);
}

// What Open Badges has no word for, said with those of schema.org.
Value context() {
  const auto typed = [](std::string iri, std::string_view type) {
    return Value(Value::Object{{"@id", Value(std::move(iri))}, {"@type", Value(type)}});
  };
  return Value::Array{"https://www.w3.org/ns/credentials/v2",
                      "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
                      Value::Object{{"approver", Value(in(kSchema, "endorsers"))},
                                    {"birthYear", typed(in(kSchema, "birthDate"), iri::kXsdYear)},
                                    {"commune", Value(in(kSchema, "areaServed"))},
                                    {"minutes", typed(in(kSchema, "timeRequired"), iri::kXsdInteger)},
                                    {"salt", Value(in(kBadges, "salt"))}}};
}

// Hours to two places: what credits are counted in.
double hours_of(std::int64_t minutes) {
  return std::round(static_cast<double>(minutes) * 100 / 60) / 100;
}

// JSON-LD 1.1, section 8.2.2: a whole number as an integer, any other as a double in its canonical form.
std::string hours_literal(double hours) {
  char text[64];
  if (hours == std::floor(hours)) {
    std::snprintf(text, sizeof text, "%.0f", hours);
    return text;
  }
  std::snprintf(text, sizeof text, "%.15E", hours);
  std::string digits = text;
  const std::size_t e = digits.find('E');
  const std::size_t last = digits.find_last_not_of('0', e - 1);
  const int exponent = std::atoi(digits.c_str() + e + 1);
  return digits.substr(0, last + 1) + "E" + std::to_string(exponent);
}

Value hours_value(double hours) {
  return hours == std::floor(hours) ? Value(static_cast<std::int64_t>(hours)) : Value(hours);
}

std::string basis_multibase(const std::string& hex) {
  std::string bytes = "\x12\x20";  // multihash: sha2-256 of 32 bytes
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return "u" + base64url(bytes);
}

std::optional<std::string> basis_of_multibase(const std::string& text) {
  const auto bytes = text.substr(0, 1) == "u" ? parse_base64url(std::string_view(text).substr(1)) : std::nullopt;
  if (!bytes || bytes->size() != 34 || bytes->substr(0, 2) != "\x12\x20") return std::nullopt;
  std::string hex;
  for (const char byte : bytes->substr(2)) {
    hex += "0123456789abcdef"[static_cast<unsigned char>(byte) >> 4];
    hex += "0123456789abcdef"[static_cast<unsigned char>(byte) & 15];
  }
  return hex;
}

// Writes one node as JSON and as quads at once, so that the two can't differ.
class Node {
 public:
  Node(Quads& quads, std::string id, std::string type_word, std::string_view type_iri) : quads_(quads), id_(id) {
    json_ = {{"id", Value(std::move(id))}, {"type", Value::Array{Value(std::move(type_word))}}};
    quads_.type(id_, type_iri);
  }
  void text(const char* member, std::string_view vocabulary, std::string_view word, const std::string& literal,
            std::string_view datatype = {}) {
    json_.emplace(member, Value(literal));
    quads_.text(id_, in(vocabulary, word), literal, datatype);
  }
  void value(const char* member, std::string_view predicate, Value value, const std::string& literal,
             std::string_view datatype = {}) {
    json_.emplace(member, std::move(value));
    quads_.text(id_, predicate, literal, datatype);
  }
  void link(const char* member, std::string_view vocabulary, std::string_view word, const Node& other) {
    json_.emplace(member, Value(other.json_));
    quads_.iri(id_, in(vocabulary, word), other.id_);
  }
  void link(const char* member, std::string_view vocabulary, std::string_view word, const std::string& iri) {
    json_.emplace(member, Value(iri));
    quads_.iri(id_, in(vocabulary, word), iri);
  }
  void links(const char* member, std::string_view vocabulary, std::string_view word, const std::vector<Node>& others) {
    Value::Array items;
    for (const Node& other : others) {
      items.emplace_back(other.json_);
      quads_.iri(id_, in(vocabulary, word), other.id_);
    }
    json_.emplace(member, Value(std::move(items)));
  }
  Value::Object& json() { return json_; }

 private:
  Quads& quads_;
  std::string id_;
  Value::Object json_;
};

Node achievement(Quads& quads, const Facts& facts, const std::string& id) {
  Node criteria(quads, id + "#criteria", "Criteria", in(kBadges, "Criteria"));
  criteria.text("narrative", kBadges, "narrative", kCriteria);
  Node node(quads, id + "#achievement", "Achievement", in(kBadges, "Achievement"));
  node.text("achievementType", kBadges, "achievementType", "CommunityService");
  node.text("name", kSchema, "name", facts.activity);
  node.text("description", kSchema, "description", kName);
  node.link("criteria", kBadges, "Criteria", criteria);
  return node;
}

Node subject(Quads& quads, const Facts& facts, const std::string& id) {
  Node node(quads, id + "#holder", "AchievementSubject", in(kBadges, "AchievementSubject"));
  node.text("name", kSchema, "name", facts.holder);
  node.text("licenseNumber", kBadges, "licenseNumber", facts.number);
  node.text("activityStartDate", kBadges, "activityStartDate", facts.from, kBadgeDate);
  node.text("activityEndDate", kBadges, "activityEndDate", facts.to, kBadgeDate);
  const double hours = hours_of(facts.minutes);
  node.value("creditsEarned", in(kBadges, "creditsEarned"), hours_value(hours), hours_literal(hours), kBadgeFloat);
  node.value("minutes", in(kSchema, "timeRequired"), Value(facts.minutes), std::to_string(facts.minutes),
             iri::kXsdInteger);
  node.text("commune", kSchema, "areaServed", facts.commune);
  node.text("salt", kBadges, "salt", base64url(bytes_of(facts.salt)));
  if (!facts.role.empty()) node.text("role", kBadges, "role", facts.role);
  if (facts.birth_year) node.text("birthYear", kSchema, "birthDate", std::to_string(*facts.birth_year), iri::kXsdYear);
  if (!facts.approvers.empty()) {
    Value::Array names;
    for (const std::string& name : facts.approvers) {
      names.emplace_back(name);
      quads.text(id + "#holder", in(kSchema, "endorsers"), name);
    }
    node.json().emplace("approver", Value(std::move(names)));
  }
  node.link("achievement", kBadges, "achievement", achievement(quads, facts, id));
  return node;
}

// One entry for each purpose: the lists of a certificate stand one after the other (status_list.hpp).
std::vector<Node> status_entries(Quads& quads, const StatusEntry& status, const std::string& origin) {
  std::vector<Node> entries;
  std::int64_t list = status.list;
  for (const char* purpose : {"revocation", "suspension"}) {
    const std::string credential = origin + "/v1/status-lists/" + std::to_string(list++);
    const std::string index = std::to_string(status.index);
    Node entry(quads, credential + "#" + index, "BitstringStatusListEntry", in(kStatus, "BitstringStatusListEntry"));
    entry.json()["type"] = "BitstringStatusListEntry";
    entry.text("statusPurpose", kStatus, "statusPurpose", purpose);
    entry.text("statusListIndex", kStatus, "statusListIndex", index);
    entry.link("statusListCredential", kStatus, "statusListCredential", credential);
    entries.push_back(std::move(entry));
  }
  return entries;
}

// Reads members one by one; whatever is missing or of another shape makes the whole unreadable.
class Members {
 public:
  explicit Members(const Value& node) : node_(node) {}

  std::string text(const char* name) { return required(optional_text(name)); }
  std::optional<std::string> optional_text(const char* name) {
    const Value* member = node_.find(name);
    if (member == nullptr) return std::nullopt;
    good_ = good_ && member->text() != nullptr;
    return member->text() != nullptr ? std::optional(*member->text()) : std::nullopt;
  }
  std::int64_t integer(const char* name) {
    const Value* member = node_.find(name);
    good_ = good_ && member != nullptr && member->integer() != nullptr;
    return good_ ? *member->integer() : 0;
  }
  bool good() const { return good_; }

 private:
  std::string required(std::optional<std::string> text) {
    good_ = good_ && text.has_value();
    return text.value_or("");
  }
  const Value& node_;
  bool good_ = true;
};

std::optional<std::int64_t> number_in(std::string_view digits) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc{} && end == digits.data() + digits.size() ? std::optional(number) : std::nullopt;
}

// The first entry: list and index.
std::optional<StatusEntry> read_status(const Value& entries) {
  if (entries.array() == nullptr || entries.array()->empty()) return std::nullopt;
  Members entry((*entries.array())[0]);
  const std::string credential = entry.text("statusListCredential");
  const auto list = number_in(std::string_view(credential).substr(credential.rfind('/') + 1));
  const auto index = number_in(entry.text("statusListIndex"));
  return entry.good() && list && index ? std::optional(StatusEntry{*list, *index}) : std::nullopt;
}

bool read_subject(const Value& node, Facts& facts) {
  Members members(node);
  facts.holder = members.text("name");
  facts.number = members.text("licenseNumber");
  facts.from = members.text("activityStartDate");
  facts.to = members.text("activityEndDate");
  facts.minutes = members.integer("minutes");
  facts.commune = members.text("commune");
  facts.role = members.optional_text("role").value_or("");
  const auto salt = parse_base64url(members.text("salt"));
  if (!salt || salt->size() != facts.salt.size()) return false;
  std::copy(salt->begin(), salt->end(), facts.salt.begin());
  if (const auto year = members.optional_text("birthYear")) {
    const auto number = number_in(*year);
    if (!number || *number < 0 || *number > 9999) return false;
    facts.birth_year = static_cast<int>(*number);
  }
  if (const Value* names = node.find("approver")) {
    if (names->array() == nullptr) return false;
    for (const Value& name : *names->array()) {
      if (name.text() == nullptr) return false;
      facts.approvers.push_back(*name.text());
    }
  }
  const Value* achieved = node.find("achievement");
  if (achieved == nullptr) return false;
  Members achievement(*achieved);
  facts.activity = achievement.text("name");
  return members.good() && achievement.good();
}

}  // namespace

UnsecuredDocument badge_document(const BadgeContent& content) {
  const Facts& facts = content.facts;
  const std::string id = "urn:uuid:" + facts.id.text();
  Quads quads;
  Node badge(quads, id, "VerifiableCredential", in(kCredentials, "VerifiableCredential"));
  badge.json()["type"] = Value::Array{"VerifiableCredential", "OpenBadgeCredential"};
  quads.type(id, in(kBadges, "OpenBadgeCredential"));
  badge.text("name", kSchema, "name", kName);
  badge.text("validFrom", kCredentials, "validFrom", utc_text(facts.issued_at_ms), iri::kXsdDateTime);
  Node issuer(quads, content.did, "Profile", in(kBadges, "Profile"));
  if (!facts.issuing_unit.empty()) issuer.text("name", kSchema, "name", facts.issuing_unit);
  badge.link("issuer", kCredentials, "issuer", issuer);
  badge.link("credentialSubject", kCredentials, "credentialSubject", subject(quads, facts, id));
  if (!content.basis_digest.empty()) {
    Node basis(quads, id + "#basis", "Evidence", in(kBadges, "Evidence"));
    basis.text("name", kSchema, "name", kBasis);
    basis.text("digestMultibase", "https://w3id.org/security#", "digestMultibase",
               basis_multibase(content.basis_digest), iri::kMultibase);
    badge.links("evidence", kCredentials, "evidence", {basis});
  }
  if (facts.status) {
    badge.links("credentialStatus", kCredentials, "credentialStatus",
                status_entries(quads, *facts.status, origin_of_did(content.did).value_or("")));
  }
  badge.json().emplace("@context", context());
  return {std::move(badge.json()), quads.canonical()};
}

std::optional<BadgeContent> read_badge(const Value& json) {
  const Value* issuer = json.find("issuer");
  const Value* subject_node = json.find("credentialSubject");
  if (issuer == nullptr || subject_node == nullptr) return std::nullopt;
  BadgeContent content;
  Members top(json), profile(*issuer);
  const std::string id = top.text("id");
  const auto record = domain::RecordId::parse(std::string_view(id).substr(std::min<std::size_t>(9, id.size())));
  const auto issued = parse_utc(top.text("validFrom"));
  content.did = profile.text("id");
  content.facts.issuing_unit = profile.optional_text("name").value_or("");
  if (!record || !issued || !top.good() || !profile.good() || !read_subject(*subject_node, content.facts)) {
    return std::nullopt;
  }
  content.facts.id = *record;
  content.facts.issued_at_ms = *issued;
  if (const Value* evidence = json.find("evidence")) {
    if (evidence->array() == nullptr || evidence->array()->size() != 1) return std::nullopt;
    const auto digest = basis_of_multibase(Members((*evidence->array())[0]).text("digestMultibase"));
    if (!digest) return std::nullopt;
    content.basis_digest = *digest;
  }
  if (const Value* entries = json.find("credentialStatus")) {
    content.facts.status = read_status(*entries);
    if (!content.facts.status) return std::nullopt;
  }
  return content;
}

}  // namespace suoi::certs
