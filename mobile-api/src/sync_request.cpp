#include "sync_request.hpp"

#include <algorithm>

#include "suoi/certs/hashing.hpp"
#include "suoi/mobile_api/json_reader.hpp"
#include "suoi/mobile_api/limits.hpp"
#include "suoi/mobile_api/normalise.hpp"

namespace suoi::mobile_api {
namespace {

using domain::Value;

constexpr std::int64_t kProtocol = 1;
constexpr std::size_t kStreamsMax = 10'000;  // cursors and wishes of one request

// The field of a change whose content holds U+0000; empty where it stands elsewhere in the change.
std::string field_with_nul(const Value& content) {
  for (const char* operation : {"set", "add", "remove"}) {
    const Value* fields = content.find(operation);
    if (fields == nullptr || fields->object() == nullptr) continue;
    for (const auto& [name, value] : *fields->object()) {
      if (has_nul(value) && !has_nul(std::string_view(name))) return name;
    }
  }
  return {};
}

// A change in which something cannot be read: its scalar members as far as they can, and the whole as it was sent.
sync::Change unreadable_change(std::string_view raw, std::int64_t seq, JsonFault::Kind kind) {
  Value::Object content{{"unreadable", Value(raw)}};
  for (const char* name : {"seq", "at", "up", "collection", "record", "base"}) {
    if (auto value = read_scalar_member(raw, name)) content.emplace(name, std::move(*value));
  }
  sync::Change change = sync::read_change(Value(std::move(content)), seq);
  change.digest = certs::sha256(raw);
  change.fault = sync::Fault{"bad_value", "the change cannot be read: " + std::string(name(kind)), ""};
  return change;
}

// What is wrong with the envelope; the first fault stands.
struct Refusal {
  std::optional<Response> answer;

  void malformed(const std::string& detail) {
    if (!answer) answer = problem(422, "malformed", detail);
  }
  void too_large(const char* limit_name, std::size_t limit) {
    if (answer) return;
    answer = problem(413, "too_large", std::string("beyond the limit ") + limit_name,
                     {{"limit_name", '"' + std::string(limit_name) + '"'}, {"limit", std::to_string(limit)}});
  }
};

class Decoder {
 public:
  using Envelope = void (Decoder::*)();

  tl::expected<SyncRequest, Response> decode(std::string_view body, Envelope envelope) {
    JsonLimits limits;
    limits.elements_max = kChangesMax;
    JsonVisitor visitor;
    visitor.array = "changes";
    visitor.on_member = [this](std::string key, Value value) { members_.emplace(std::move(key), std::move(value)); };
    visitor.on_element = [this](JsonElement element) { change(element); };
    const auto read = read_json_members(body, limits, visitor);
    if (!read && read.error().kind == JsonFault::Kind::too_many_elements) {
      refusal_.too_large("changes", kChangesMax);
    } else if (!read) {
      refusal_.malformed("the body is no JSON object that can be read: " + std::string(name(read.error().kind)) +
                         " at byte " + std::to_string(read.error().offset));
    }
    if (read) protocol();
    if (!refusal_.answer) (this->*envelope)();
    if (refusal_.answer) return tl::unexpected(std::move(*refusal_.answer));
    return std::move(request_);
  }

  void sync_envelope() {
    integer("protocol", true);
    request_.schema_version = integer("schema_version", false).value_or(request_.schema_version);
    request_.epoch = text("epoch");
    request_.incarnation = incarnation(member("incarnation"), "incarnation");
    request_.last = integer("last", true).value_or(0);
    request_.receipt = text("receipt");
    request_.clock_ms = integer("clock", true).value_or(0);
    request_.up_ms = integer("up", false);
    text("run");
    request_.max_bytes = integer("max_bytes", false);
    list_of_changes();
    predecessor();
    positions();
    wishes();
    losses();
    if (request_.last < 0) refusal_.malformed("`last` must not be negative");
    if (!request_.changes.empty() && request_.changes.back().seq > request_.last) {
      refusal_.malformed("`last` is lower than a `seq` of this request");
    }
  }

  // A bundle says neither `last` nor `clock`: it stands for what it holds, and is dated by what the server knows.
  void bundle_envelope() {
    integer("protocol", true);
    request_.schema_version = integer("schema_version", false).value_or(request_.schema_version);
    integer("made_at", true);
    request_.incarnation = incarnation(member("incarnation"), "incarnation");
    list_of_changes();
    predecessor();
    // One without changes says nothing of how many there are.
    request_.last = request_.changes.empty() ? INT64_MAX : request_.changes.back().seq;
  }

 private:
  const Value* member(std::string_view key) const {
    const auto found = members_.find(key);
    return found != members_.end() && !found->second.is_null() ? &found->second : nullptr;
  }

  std::optional<std::int64_t> integer(std::string_view key, bool required) {
    const Value* value = member(key);
    if (value == nullptr && !required) return std::nullopt;
    if (value != nullptr && value->integer() != nullptr) return *value->integer();
    refusal_.malformed("`" + std::string(key) + "` must be an integer");
    return std::nullopt;
  }

  std::optional<std::string> text(std::string_view key) {
    const Value* value = member(key);
    if (value == nullptr) return std::nullopt;
    if (value->text() != nullptr) return *value->text();
    refusal_.malformed("`" + std::string(key) + "` must be a text");
    return std::nullopt;
  }

  domain::Incarnation incarnation(const Value* value, const char* key) {
    const auto parsed =
        value != nullptr && value->text() != nullptr ? domain::Incarnation::parse(*value->text()) : std::nullopt;
    if (!parsed) refusal_.malformed(std::string("`") + key + "` must be 32 hex digits");
    return parsed.value_or(domain::Incarnation{});
  }

  void change(JsonElement& element) {
    if (refusal_.answer) return;
    if (element.raw.size() > kChangeBytesMax) return refusal_.too_large("change_bytes", kChangeBytesMax);
    const Value* known = element.value ? element.value->find("seq") : nullptr;
    const auto seq = known != nullptr ? std::optional(*known) : read_scalar_member(element.raw, "seq");
    if (!seq || seq->integer() == nullptr || *seq->integer() < 1) {
      return refusal_.malformed("change " + std::to_string(element.index) + " has no `seq` that can be read");
    }
    if (!request_.changes.empty() && *seq->integer() <= request_.changes.back().seq) {
      return refusal_.malformed("changes must stand in order of `seq`, each once");
    }
    request_.changes.push_back(element.value
                                   ? readable_change(std::move(*element.value), *seq->integer())
                                   : unreadable_change(element.raw, *seq->integer(), element.value.error().kind));
  }

  sync::Change readable_change(Value content, std::int64_t seq) {
    const std::string canonical = domain::canonical_json(content);
    const bool nul = has_nul(content);
    const std::string field = nul ? field_with_nul(content) : std::string();
    if (normalise_texts(content)) request_.altered.insert(seq);
    sync::Change change = sync::read_change(std::move(content), seq);
    change.digest = certs::sha256(canonical);
    if (nul) change.fault = sync::Fault{"bad_value", "a text contains U+0000", field};
    return change;
  }

  // Another protocol may have another envelope and other changes, so this stands before all that is wrong with them.
  void protocol() {
    const Value* spoken = member("protocol");
    const bool other = spoken != nullptr && spoken->integer() != nullptr && *spoken->integer() != kProtocol;
    if (other) refusal_.answer = problem(426, "protocol_unsupported", "this server speaks protocol 1");
  }

  void list_of_changes() {
    const Value* changes = member("changes");
    if (changes != nullptr && changes->array() == nullptr) refusal_.malformed("`changes` must be a list");
  }

  void predecessor() {
    const Value* continues = member("continues");
    if (continues == nullptr) return;
    const Value* seq = continues->find("seq");
    if (seq == nullptr || seq->integer() == nullptr || *seq->integer() < 0) {
      return refusal_.malformed("`continues` must name an incarnation and a seq");
    }
    request_.continues = {incarnation(continues->find("incarnation"), "continues"), *seq->integer()};
  }

  void positions() {
    const Value* cursors = member("cursors");
    if (cursors == nullptr) return;
    if (cursors->object() == nullptr || cursors->object()->size() > kStreamsMax) {
      return refusal_.malformed("`cursors` must be an object of positions");
    }
    for (const auto& [stream, position] : *cursors->object()) {
      if (position.integer() == nullptr || *position.integer() < 0) {
        return refusal_.malformed("a cursor must be a position, not negative");
      }
      request_.cursors.emplace(stream, *position.integer());
    }
  }

  void wishes() {
    const Value* want = member("want");
    if (want == nullptr) return;
    if (want->array() == nullptr || want->array()->size() > kStreamsMax) {
      return refusal_.malformed("`want` must be a list");
    }
    request_.want.emplace();
    for (const Value& stream : *want->array()) {
      if (stream.text() == nullptr) return refusal_.malformed("`want` must be a list of streams");
      request_.want->insert(*stream.text());
    }
  }

  void losses() {
    const Value* lost = member("lost");
    if (lost == nullptr) return;
    const Value::Array* range = lost->array();
    const bool fits = range != nullptr && range->size() == 2 && (*range)[0].integer() != nullptr &&
                      (*range)[1].integer() != nullptr && *(*range)[0].integer() >= 1 &&
                      *(*range)[0].integer() <= *(*range)[1].integer();
    if (!fits) return refusal_.malformed("`lost` must be [from, to]");
    request_.lost = {*(*range)[0].integer(), *(*range)[1].integer()};
    const std::int64_t from = request_.lost->first;
    const std::int64_t to = request_.lost->second;
    if (to > request_.last) refusal_.malformed("`lost` goes beyond `last`");
    const bool sent = std::any_of(request_.changes.begin(), request_.changes.end(),
                                  [&](const sync::Change& change) { return from <= change.seq && change.seq <= to; });
    if (sent) refusal_.malformed("a change of this request stands within `lost`");
  }

  Value::Object members_;
  SyncRequest request_;
  Refusal refusal_;
};

}  // namespace

tl::expected<SyncRequest, Response> decode_sync(std::string_view body) {
  return Decoder().decode(body, &Decoder::sync_envelope);
}

tl::expected<SyncRequest, Response> decode_bundle(std::string_view body) {
  return Decoder().decode(body, &Decoder::bundle_envelope);
}

void read_in_todays_words(SyncRequest& request, const domain::Catalogue& catalogue) {
  for (sync::Change& change : request.changes) {
    change.schema_version = request.schema_version;
    if (sync::read_in_todays_words(change, catalogue)) request.altered.insert(change.seq);
  }
}

}  // namespace suoi::mobile_api
