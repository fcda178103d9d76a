// A server that answers what a test tells it, and remembers what it was asked.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "suoi/client/device.hpp"
#include "suoi/client/json.hpp"

namespace scripted {

using suoi::client::Answer;
using suoi::client::LinkRequest;
using suoi::domain::Value;

inline Answer answer(int status, const Value& body) {
  return {status, {}, suoi::domain::canonical_json(body)};
}

// A success that acknowledges `acked` and says nothing else but what `further` holds.
inline Answer ok(std::int64_t acked, Value::Object further = {}) {
  further.emplace("epoch", "e1");
  further.emplace("clock", 1);
  further.emplace("schema_version", 1);
  further.emplace("acked", Value(acked));
  further.emplace("receipt", "r" + std::to_string(acked));
  further.emplace("safe", 0);
  for (const char* list : {"verdicts", "settled", "records", "removed"}) further.emplace(list, Value::Array{});
  further.emplace("streams", Value::Array{"2025:03442"});
  further.emplace("cursors", Value::Object{});
  further.emplace("sums", Value::Object{});
  further.emplace("more", false);
  return answer(200, further);
}

inline Answer problem(int status, const char* code, Value::Object further = {}) {
  further.emplace("code", code);
  return answer(status, further);
}

class Server : public suoi::client::Link {
 public:
  using Reply = std::function<std::optional<Answer>(const Value& asked)>;

  std::optional<Answer> exchange(const LinkRequest& request) override {
    asked.push_back(suoi::client::parse_json(request.body).value_or(Value()));
    if (replies.empty()) return std::nullopt;
    const Reply reply = replies.front();
    replies.pop_front();
    return reply(asked.back());
  }
  void then(Answer reply) {
    replies.push_back([reply = std::move(reply)](const Value&) { return reply; });
  }
  void then_nothing() {
    replies.push_back([](const Value&) { return std::nullopt; });
  }

  std::vector<Value> asked;
  std::deque<Reply> replies;
};

// Time that passes only when told, and remembers how long somebody waited.
struct Time {
  std::int64_t wall_ms = 1'763'700'000'000;
  std::int64_t up_ms = 1000;
  std::int64_t waited_ms = 0;

  suoi::client::Clock clock() {
    return {[this] { return wall_ms; }, [this] { return up_ms; }, [this](std::int64_t ms) { waited_ms += ms; }};
  }
};

inline std::vector<std::int64_t> seqs(const Value& request) {
  std::vector<std::int64_t> found;
  for (const Value& change : suoi::client::array_of(request, "changes")) {
    found.push_back(suoi::client::integer_of(change, "seq"));
  }
  return found;
}

inline Value settled(const std::string& id, std::int64_t version, const char* stream = "2025:03442") {
  return Value::Array{Value::Array{Value(id), Value(version), Value(stream)}};
}

inline Value record(const std::string& id, std::int64_t version, Value::Object fields,
                    const char* stream = "2025:03442") {
  return Value::Object{{"collection", "need"}, {"id", Value(id)},  {"version", Value(version)},
                       {"unit", "2025:03442"}, {"stream", stream}, {"fields", Value(std::move(fields))}};
}

}  // namespace scripted
