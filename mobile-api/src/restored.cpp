// Whether the store is the one that a device last spoke to (protocol.md, `server_restored`).

#include <charconv>

#include "suoi/certs/base64url.hpp"
#include "suoi/certs/jws.hpp"
#include "suoi/mobile_api/json_reader.hpp"
#include "sync_endpoint.hpp"

namespace suoi::mobile_api {
namespace {

using domain::Value;

// What a receipt states.
struct Stated {
  domain::Incarnation incarnation;
  std::int64_t seq = 0;
  std::string epoch;
};

std::string text_of(const Value& object, std::string_view name) {
  const Value* member = object.find(name);
  return member != nullptr && member->text() != nullptr ? *member->text() : std::string();
}

// Read without its signature; nothing where it is not this device's.
std::optional<Stated> stated_by(std::string_view receipt, const domain::DeviceId& device) {
  const std::size_t first = receipt.find('.');
  const std::size_t second = first == std::string_view::npos ? first : receipt.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto plain = certs::parse_base64url(receipt.substr(first + 1, second - first - 1));
  const auto payload = plain ? read_json(*plain) : tl::unexpected(JsonFault{});
  if (!payload || text_of(*payload, "device") != device.text()) return std::nullopt;
  const Value* seq = payload->find("seq");
  const auto incarnation = domain::Incarnation::parse(text_of(*payload, "incarnation"));
  if (seq == nullptr || seq->integer() == nullptr || !incarnation) return std::nullopt;
  return Stated{*incarnation, *seq->integer(), text_of(*payload, "epoch")};
}

// The number that an epoch's name begins with: "3-5f1c09ab…".
std::optional<std::int64_t> number_of(std::string_view epoch) {
  const std::string_view digits = epoch.substr(0, epoch.find('-'));
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size() || digits.empty()) return std::nullopt;
  return number;
}

// The number of the epoch in which this server gave a receipt for what the store does not hold: its file was set back
// without `suoi restore`, or to before one. The signature is looked at last: it costs, and such a receipt is rare.
std::optional<std::int64_t> proven_beyond(storage::Transaction& transaction, const Service& service,
                                          const Caller& caller, const SyncRequest& request) {
  const auto stated = request.receipt ? stated_by(*request.receipt, caller.device.id) : std::nullopt;
  const auto number = stated ? number_of(stated->epoch) : std::nullopt;
  if (!number) return std::nullopt;
  const storage::Epoch present = transaction.epoch();
  if (stated->epoch == present.id) {
    const auto life = transaction.life(caller.device.id, stated->incarnation);
    if (stated->seq <= (life ? life->acked : 0)) return std::nullopt;
  } else if (*number < present.number) {
    return std::nullopt;  // an earlier life, from which this one goes on above all that was given out
  }
  const auto keys = service.keys.public_keys(certs::Purpose::receipts);
  return certs::verify_compact(*request.receipt, keys) ? number : std::nullopt;
}

}  // namespace

std::optional<Response> refuse_other_epoch(storage::Transaction& transaction, const Service& service,
                                           const Caller& caller, const SyncRequest& request, std::int64_t expected,
                                           std::int64_t arrival_ms) {
  const auto beyond = proven_beyond(transaction, service, caller, request);
  const bool other = request.epoch && *request.epoch != transaction.epoch().id;
  const std::string known_epoch = request.epoch.value_or(transaction.epoch().id);
  if (beyond) transaction.begin_epoch(*beyond);
  if (!beyond && !other) return std::nullopt;
  const auto streams = streams_of(service.rules.units, caller.device.person, caller.assignments, arrival_ms);
  Value::Object heads;
  for (const auto& [stream, position] : transaction.heads_before_epoch(streams, known_epoch)) {
    heads.emplace(stream.text(), position);
  }
  return problem(409, "server_restored", "the server was restored from a backup",
                 {{"epoch", '"' + transaction.epoch().id + '"'},
                  {"expected", std::to_string(expected)},
                  {"heads", domain::canonical_json(Value(std::move(heads)))}});
}

}  // namespace suoi::mobile_api
