#include "suoi/certs/status_list.hpp"

#include <algorithm>
#include <stdexcept>

#include "data_integrity.hpp"
#include "gzip.hpp"
#include "quads.hpp"
#include "strict_json.hpp"
#include "suoi/certs/base64url.hpp"

namespace suoi::certs {
namespace {

using domain::StatusPurpose;
using domain::Value;

constexpr const char* kCredentials = "https://www.w3.org/2018/credentials#";
constexpr const char* kStatus = "https://www.w3.org/ns/credentials/status#";

std::string in(const char* vocabulary, const char* word) {
  return std::string(vocabulary) + word;
}

std::string address_of(const std::string& did, std::int64_t list) {
  return origin_of_did(did).value_or("") + "/v1/status-lists/" + std::to_string(list);
}

UnsecuredDocument document_of(const StatusList& list, const std::string& encoded, const std::string& did) {
  const std::string id = address_of(did, list.list), subject = id + "#list";
  const std::string from = utc_text(list.as_of_ms), until = utc_text(list.as_of_ms + kStatusListLifeMs);
  const char* purpose = domain::name_of(list.purpose);
  Quads quads;
  quads.type(id, in(kCredentials, "VerifiableCredential"));
  quads.type(id, in(kStatus, "BitstringStatusListCredential"));
  quads.iri(id, in(kCredentials, "issuer"), did);
  quads.text(id, in(kCredentials, "validFrom"), from, iri::kXsdDateTime);
  quads.text(id, in(kCredentials, "validUntil"), until, iri::kXsdDateTime);
  quads.iri(id, in(kCredentials, "credentialSubject"), subject);
  quads.type(subject, in(kStatus, "BitstringStatusList"));
  quads.text(subject, in(kStatus, "statusPurpose"), purpose);
  quads.text(subject, in(kStatus, "encodedList"), encoded, iri::kMultibase);
  Value::Object json{{"@context", Value::Array{"https://www.w3.org/ns/credentials/v2"}},
                     {"id", Value(id)},
                     {"type", Value::Array{"VerifiableCredential", "BitstringStatusListCredential"}},
                     {"issuer", Value(did)},
                     {"validFrom", Value(from)},
                     {"validUntil", Value(until)},
                     {"credentialSubject", Value::Object{{"id", Value(subject)},
                                                         {"type", "BitstringStatusList"},
                                                         {"statusPurpose", purpose},
                                                         {"encodedList", Value(encoded)}}}};
  return {std::move(json), quads.canonical()};
}

std::string encoded_list(const StatusBits& bits) {
  return "u" + base64url(gzip(bits.bytes()));
}

std::optional<StatusBits> decoded_list(const std::string& text) {
  const auto packed = text.substr(0, 1) == "u" ? parse_base64url(std::string_view(text).substr(1)) : std::nullopt;
  auto bytes = packed ? gunzip(*packed, kStatusBitsMax / 8) : std::nullopt;
  if (!bytes || bytes->size() < kStatusBitsMin / 8) return std::nullopt;
  return StatusBits::of_bytes(std::move(*bytes));
}

const std::string* text_at(const Value& json, std::string_view name) {
  const Value* member = json.find(name);
  return member != nullptr ? member->text() : nullptr;
}

}  // namespace

StatusBits StatusBits::of_bytes(std::string bytes) {
  StatusBits bits(0);
  bits.bytes_ = std::move(bytes);
  return bits;
}

void StatusBits::set(std::int64_t index) {
  if (index < 0 || index >= static_cast<std::int64_t>(kStatusBitsMax)) {
    throw std::invalid_argument("no status list has the index " + std::to_string(index));
  }
  const auto byte = static_cast<std::size_t>(index / 8);
  constexpr std::size_t kStep = kStatusBitsMin / 8;
  if (byte >= bytes_.size()) bytes_.resize((byte / kStep + 1) * kStep, '\0');
  bytes_[byte] = static_cast<char>(bytes_[byte] | (0x80 >> (index % 8)));
}

bool StatusBits::holds(std::int64_t index) const {
  return index >= 0 && static_cast<std::size_t>(index / 8) < bytes_.size();
}

bool StatusBits::at(std::int64_t index) const {
  return holds(index) && (bytes_[static_cast<std::size_t>(index / 8)] & (0x80 >> (index % 8))) != 0;
}

std::string status_list_credential(const StatusList& list, const BadgeIssuer& issuer) {
  return domain::canonical_json(with_proofs(document_of(list, encoded_list(list.bits), issuer.did), issuer.key,
                                            {issuer.did, utc_text(list.as_of_ms)}));
}

std::string status_list_quads(const StatusList& list, const std::string& did) {
  return document_of(list, encoded_list(list.bits), did).canonical_quads;
}

std::optional<StatusList> read_status_list(std::string_view json, const std::vector<BadgeKey>& keys) {
  if (json.size() > kStatusListBytesMax) return std::nullopt;
  const auto value = parse_strict_json(json);
  if (!value || value->object() == nullptr) return std::nullopt;
  const Value* subject = value->find("credentialSubject");
  const std::string *id = text_at(*value, "id"), *did = text_at(*value, "issuer"), *from = text_at(*value, "validFrom");
  const std::string* encoded = subject != nullptr ? text_at(*subject, "encodedList") : nullptr;
  if (id == nullptr || did == nullptr || from == nullptr || encoded == nullptr) return std::nullopt;
  const std::string digits = id->substr(id->rfind('/') + 1);
  const auto name = domain::parse_status_list(digits);
  const auto as_of_ms = parse_utc(*from);
  auto bits = decoded_list(*encoded);
  if (!name || !as_of_ms || !bits) return std::nullopt;
  StatusList list{std::stoll(digits), name->purpose, *as_of_ms, std::move(*bits)};
  const UnsecuredDocument document = document_of(list, *encoded, *did);
  Value::Object without_proof = *value->object();
  without_proof.erase("proof");
  if (without_proof != document.json) return std::nullopt;
  const ProofMethod method{*did, *from};
  const auto named = named_key(*value->object(), method);
  const auto known = [&](const BadgeKey& key) {
    return named && key.key == *named && list.as_of_ms >= key.not_before_ms - key.not_before_ms % 1000 &&
           (!key.not_after_ms || list.as_of_ms <= *key.not_after_ms) && !key.compromised_ms;
  };
  if (std::none_of(keys.begin(), keys.end(), known)) return std::nullopt;
  return proofs_hold(*value->object(), document, *named, method) ? std::optional(std::move(list)) : std::nullopt;
}

StatusKnowledge knowledge_of(const std::vector<StatusList>& lists, const std::optional<StatusEntry>& entry) {
  if (!entry) return {};
  const StatusList* of_purpose[3] = {};
  for (const StatusList& list : lists) {
    const auto purpose = static_cast<std::int64_t>(list.purpose) - 1;
    if (list.list != entry->list + purpose) continue;
    const StatusList*& known = of_purpose[purpose];
    if (known == nullptr || list.as_of_ms > known->as_of_ms) known = &list;
  }
  const auto* revocation = of_purpose[0];
  const auto* suspension = of_purpose[1];
  if (revocation == nullptr || suspension == nullptr) return {};
  if (!revocation->bits.holds(entry->index) || !suspension->bits.holds(entry->index)) return {};
  Standing standing = Standing::in_force;
  if (suspension->bits.at(entry->index)) standing = Standing::suspended;
  if (revocation->bits.at(entry->index)) standing = Standing::revoked;
  if (of_purpose[2] != nullptr && of_purpose[2]->bits.at(entry->index)) standing = Standing::superseded;
  return {std::min(revocation->as_of_ms, suspension->as_of_ms), [standing](const Facts&) { return standing; }};
}

}  // namespace suoi::certs
