#include "suoi/certs/base64url.hpp"
#include "suoi/certs/hashing.hpp"
#include "suoi/certs/jws.hpp"
#include "suoi/mobile_api/audit.hpp"
#include "suoi/mobile_api/json_reader.hpp"
#include "suoi/mobile_api/json_writer.hpp"

namespace suoi::mobile_api {
namespace {

using domain::Value;

constexpr const char* kType = "suoi-audit-checkpoint";

std::optional<storage::ChainHead> chain_of(const Value& value) {
  const Value* stream = value.find("stream");
  const Value* count = value.find("count");
  const Value* link = value.find("link");
  if (stream == nullptr || count == nullptr || link == nullptr) return std::nullopt;
  if (stream->text() == nullptr || count->integer() == nullptr || link->text() == nullptr) return std::nullopt;
  const auto bytes = certs::parse_base64url(*link->text());
  storage::ChainHead head{*stream->text(), *count->integer(), {}};
  if (!bytes || bytes->size() != head.link.size()) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), head.link.begin());
  return head;
}

}  // namespace

std::string make_checkpoint(storage::Reader& reader, const certs::KeyStore& keys, std::int64_t now_ms) {
  JsonWriter payload;
  payload.object().key("epoch").text(reader.epoch().id).key("at").integer(now_ms).key("chains").array();
  for (const storage::ChainHead& head : reader.audit_chains()) {
    payload.object().key("stream").text(head.stream).key("count").integer(head.count);
    payload.key("link").text(certs::base64url(certs::bytes_of(head.link))).end_object();
  }
  payload.end_array().end_object();
  const certs::OwnKey key = keys.current(certs::Purpose::receipts, now_ms);
  return certs::sign_compact(key.key, {{"kid", key.kid()}, {"typ", kType}}, payload.take());
}

std::optional<Checkpoint> read_checkpoint(std::string_view jws, const certs::KeyStore& keys) {
  const auto verified = certs::verify_compact(jws, keys.public_keys(certs::Purpose::receipts));
  if (!verified || !verified->header.contains("typ") || verified->header.at("typ") != kType) return std::nullopt;
  JsonLimits limits;
  limits.values_max = 1'000'000;  // a province has thousands of streams
  const auto payload = read_json(verified->payload, limits);
  const Value* epoch = payload ? payload->find("epoch") : nullptr;
  const Value* at = payload ? payload->find("at") : nullptr;
  const Value* chains = payload ? payload->find("chains") : nullptr;
  if (epoch == nullptr || at == nullptr || chains == nullptr || chains->array() == nullptr) return std::nullopt;
  if (epoch->text() == nullptr || at->integer() == nullptr) return std::nullopt;
  Checkpoint checkpoint{*epoch->text(), *at->integer(), {}};
  for (const Value& one : *chains->array()) {
    const auto head = chain_of(one);
    if (!head) return std::nullopt;
    checkpoint.chains.push_back(*head);
  }
  return checkpoint;
}

}  // namespace suoi::mobile_api
