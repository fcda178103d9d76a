#include "suoi/client/device.hpp"

#include <chrono>
#include <stdexcept>
#include <thread>
#include <utility>

#include "suoi/certs/jwe.hpp"
#include "suoi/certs/jws.hpp"
#include "suoi/client/ids.hpp"
#include "suoi/client/json.hpp"
#include "sync_run.hpp"

namespace suoi::client {
namespace {

using domain::RecordId;
using domain::Value;

Value list(const std::vector<std::string>& elements) {
  Value::Array items;
  for (const std::string& element : elements) items.emplace_back(element);
  return items;
}

// The server's keys for one use ("sig" or "enc").
std::vector<certs::PublicKey> server_keys(const std::string& jwks, std::string_view use) {
  std::vector<certs::PublicKey> keys;
  const Value set = parse_json(jwks).value_or(Value());
  for (const Value& jwk : array_of(set, "keys")) {
    if (text_of(jwk, "use") != use) continue;
    if (auto key = certs::PublicKey::from_jwk(domain::canonical_json(jwk))) keys.push_back(std::move(*key));
  }
  return keys;
}

void take_enrolment(const Value& answer, LocalStore& store) {
  store.token = text_of(answer, "token");
  store.person = domain::PersonId::parse(text_of(answer, "person"));
  store.server_keys = domain::canonical_json(Value(object_of(answer, "keys")));
  const Value limits(object_of(answer, "limits"));
  store.limits.changes = integer_of(limits, "changes", store.limits.changes);
  store.limits.change_bytes = integer_of(limits, "change_bytes", store.limits.change_bytes);
  store.limits.body_bytes = integer_of(limits, "body_bytes", store.limits.body_bytes);
  store.streams.clear();
  for (const Value& stream : array_of(answer, "streams")) {
    if (stream.text() != nullptr) store.streams.push_back(*stream.text());
  }
  // A device that has synced before goes on naming that epoch, so that a restored server notices.
  if (store.epoch.empty()) store.epoch = text_of(answer, "epoch");
  store.revoked = false;
}

}  // namespace

Clock system_clock() {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  return {[] { return duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count(); },
          [] { return duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count(); },
          [](std::int64_t ms) { std::this_thread::sleep_for(milliseconds(ms)); }};
}

Device::Device(Link& link, Clock clock, LocalStore store)
    : link_(link), clock_(std::move(clock)), store_(std::move(store)), run_(new_incarnation().text()) {
  if (!store_.key) store_.key = certs::SigningKey::generate();
  if (store_.life.incarnation == domain::Incarnation{}) store_.life.incarnation = new_incarnation();
}

domain::DeviceId Device::id() const {
  return device_id(store_.key->public_key());
}

tl::expected<void, Problem> Device::enrol(std::string_view code, std::string_view name) {
  const std::string payload = domain::canonical_json(
      Value::Object{{"code", Value(code)},
                    {"device", Value::Object{{"name", Value(name)}, {"platform", "suoi-client"}}},
                    {"incarnation", Value(store_.life.incarnation.text())}});
  const auto answer = link_.post("/v1/enrolments", "", certs::sign_flattened(*store_.key, payload));
  if (!answer) return tl::make_unexpected(Problem{});
  const auto body = parse_json(answer->body);
  if (answer->status != 201 || !body) return tl::make_unexpected(read_problem(*answer));
  take_enrolment(*body, store_);
  return {};
}

std::int64_t Device::append(Value::Object content) {
  Life& life = store_.life;
  const std::int64_t seq = life.last + 1;
  content["seq"] = seq;
  content.emplace("at", clock_.wall_ms());
  content.emplace("up", clock_.monotonic_ms());
  const RecordId record = RecordId::parse(text_of(content, "record")).value_or(RecordId{});
  life.outbox.push_back({seq, record, std::move(content), run_, std::nullopt, false, store_.schema_version});
  life.last = seq;
  return seq;
}

Value::Object Device::begin_change(const RecordId& record) const {
  const auto seen = shown(store_, record);
  if (!seen) throw std::invalid_argument("the device has no record " + record.text());
  return {{"collection", Value(seen->collection)}, {"record", Value(record.text())}, {"base", Value(seen->version)}};
}

RecordId Device::create(std::string_view collection, Value::Object fields, std::optional<RecordId> record) {
  const RecordId made = record.value_or(new_record_id(clock_.wall_ms()));
  append({{"collection", Value(collection)},
          {"record", Value(made.text())},
          {"base", Value(0)},
          {"set", Value(std::move(fields))}});
  return made;
}

void Device::edit(const RecordId& record, Value::Object set) {
  Edit one;
  one.set = std::move(set);
  change(record, one);
}

void Device::change(const RecordId& record, const Edit& edit) {
  Value::Object content = begin_change(record);
  if (!edit.set.empty()) content["set"] = edit.set;
  Value::Object add, remove, inc;
  for (const auto& [name, elements] : edit.add) add[name] = list(elements);
  for (const auto& [name, elements] : edit.remove) remove[name] = list(elements);
  for (const auto& [name, by] : edit.inc) inc[name] = Value(by);
  if (!add.empty()) content["add"] = std::move(add);
  if (!remove.empty()) content["remove"] = std::move(remove);
  if (!inc.empty()) content["inc"] = std::move(inc);
  append(std::move(content));
}

void Device::remove(const RecordId& record, std::string_view reason) {
  Value::Object content = begin_change(record);
  content["delete"] = true;
  content["reason"] = Value(reason);
  append(std::move(content));
}

SyncReport Device::sync() {
  return SyncRun(store_, link_, clock_, run_, page_bytes_).run();
}

std::optional<std::string> Device::make_bundle() const {
  const auto keys = server_keys(store_.server_keys, "enc");
  Value::Array changes;
  std::int64_t schema_version = 0;
  for (const OwnChange& change : store_.life.outbox) {
    if (change.seq <= store_.life.acked) continue;
    if (changes.empty()) schema_version = change.schema_version;
    if (change.schema_version != schema_version) break;  // of another start of words; it goes with the next one
    changes.emplace_back(change.content);
  }
  if (keys.empty() || changes.empty()) return std::nullopt;
  Value::Object bundle{{"protocol", 1},
                       {"schema_version", Value(schema_version)},
                       {"device", Value(id().text())},
                       {"incarnation", Value(store_.life.incarnation.text())},
                       {"changes", Value(std::move(changes))},
                       {"made_at", Value(clock_.wall_ms())}};
  if (store_.life.continues) bundle["continues"] = continues_value(*store_.life.continues);
  const std::string signed_bundle = certs::sign_flattened(*store_.key, domain::canonical_json(bundle));
  return certs::encrypt_compact(keys.front(), signed_bundle, {{"kid", keys.front().thumbprint()}});
}

bool Device::accept_bundle_answer(std::string_view body) {
  const auto answer = parse_json(body);
  if (!answer) return false;
  const std::string jws = text_of(*answer, "receipt");
  const auto receipt = read_receipt(jws);
  Life& life = store_.life;
  if (!receipt || receipt->device != id().text() || receipt->incarnation != life.incarnation.text()) return false;
  if (receipt->seq > life.last || receipt->seq < life.acked) return false;
  for (OwnChange& change : life.outbox) {
    if (change.seq <= receipt->seq && !change.acked_at_ms) change.acked_at_ms = clock_.wall_ms();
    // What was kept aside does not show any more, as after a sync.
    for (const Value& verdict : array_of(*answer, "verdicts")) {
      const bool aside = text_of(verdict, "verdict") == "quarantined" && integer_of(verdict, "seq") == change.seq;
      change.reflected = change.reflected || aside;
    }
  }
  life.acked = receipt->seq;
  life.receipt = jws;
  return true;
}

std::optional<Receipt> Device::read_receipt(std::string_view jws) const {
  const auto verified = certs::verify_compact(jws, server_keys(store_.server_keys, "sig"));
  const auto body = verified ? parse_json(verified->payload) : std::nullopt;
  if (!body) return std::nullopt;
  return Receipt{text_of(*body, "device"), text_of(*body, "incarnation"), integer_of(*body, "seq"),
                 text_of(*body, "epoch")};
}

}  // namespace suoi::client
