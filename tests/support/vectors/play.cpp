#include "play.hpp"

#include <algorithm>
#include <stdexcept>

#include "suoi/client/ids.hpp"
#include "suoi/client/json.hpp"

namespace suoi::vectors {

using client::array_of;
using client::flag_of;
using client::integer_of;
using client::object_of;
using client::text_of;
using domain::RecordId;
using domain::Value;

namespace {

Role role_of(const Value& pair) {
  return {*pair.array()->at(0).text(), *pair.array()->at(1).text()};
}

const char* outcome_name(client::SyncOutcome outcome) {
  using client::SyncOutcome;
  switch (outcome) {
    case SyncOutcome::done:
      return "done";
    case SyncOutcome::no_answer:
      return "no_answer";
    case SyncOutcome::waiting:
      return "waiting";
    case SyncOutcome::enrol_again:
      return "enrol_again";
    case SyncOutcome::revoked:
      return "revoked";
    case SyncOutcome::refused:
      return "refused";
    case SyncOutcome::update_app:
      return "update_app";
    case SyncOutcome::stuck:
      return "stuck";
  }
  return "unknown";
}

Value verdict_value(const client::Verdict& verdict) {
  Value::Object fields;
  for (const auto& [name, outcome] : verdict.fields) fields.emplace(name, outcome);
  Value::Object said{{"seq", Value(verdict.seq)}, {"verdict", Value(verdict.verdict)}};
  if (!fields.empty()) said.emplace("fields", std::move(fields));
  for (const auto& [name, text] :
       {std::pair{"case", verdict.case_id}, {"unit", verdict.unit}, {"code", verdict.code}, {"field", verdict.field}}) {
    if (!text.empty()) said.emplace(name, text);
  }
  return said;
}

Value report_value(const client::SyncReport& report) {
  Value::Array verdicts;
  for (const client::Verdict& verdict : report.verdicts) verdicts.push_back(verdict_value(verdict));
  Value::Array lost;
  for (const auto& [from, to] : report.lost) lost.emplace_back(Value::Array{Value(from), Value(to)});
  return Value::Object{{"outcome", outcome_name(report.outcome)},
                       {"verdicts", Value(std::move(verdicts))},
                       {"forks", Value(std::int64_t{report.forks})},
                       {"restores", Value(std::int64_t{report.restores})},
                       {"sums_differed", Value(std::int64_t{report.sums_differed})},
                       {"code", Value(report.problem ? report.problem->code : std::string())},
                       {"lost", Value(std::move(lost))}};
}

Value shown_value(const client::ShownRecord& record) {
  return Value::Object{{"collection", Value(record.collection)},
                       {"unit", Value(record.unit)},
                       {"stream", Value(record.stream)},
                       {"version", Value(record.version)},
                       {"fields", Value(record.fields)}};
}

}  // namespace

Play::Play(const Value& scenario, Host& host) : scenario_(scenario), host_(host), words_(host.now_ms()), stage_(host) {}

std::string Play::place() const {
  return "step " + std::to_string(step_) + " (" + verb_ + ")";
}

void Play::complain(const std::string& what) {
  complaints.push_back(place() + ": " + what);
}

void Play::expect(const Value& expected, const Value& found, const std::string& what) {
  if (fits(expected, &found)) return;
  complain(what + " should be " + domain::canonical_json(expected) + " and is " + domain::canonical_json(found));
}

void Play::run() {
  cast();
  for (const Value& one : array_of(scenario_, "steps")) {
    ++step_;
    step(one);
  }
}

void Play::cast() {
  for (const auto& [name, roles] : object_of(scenario_, "people")) {
    std::vector<Role> held;
    for (const Value& pair : *roles.array()) held.push_back(role_of(pair));
    stage_.enter(name, held, words_);
  }
  for (const auto& [name, owner] : object_of(scenario_, "devices")) stage_.join(name, *owner.text());
  for (const auto& [name, from] : object_of(scenario_, "ids")) words_.derive(name, *from.array());
}

void Play::step(const Value& one) {
  using Verb = void (Play::*)(const Value&);
  static const std::map<std::string, Verb> kVerbs = {
      {"save", &Play::save},     {"sync", &Play::sync},          {"post", &Play::post},
      {"bundle", &Play::bundle}, {"grant", &Play::roles},        {"withdraw", &Play::roles},
      {"revoke", &Play::roles},  {"copy", &Play::copies},        {"put_back", &Play::copies},
      {"clone", &Play::copies},  {"forget_sent", &Play::copies}, {"clock", &Play::server},
      {"pass", &Play::server},   {"backup", &Play::server},      {"restore", &Play::server},
      {"holds", &Play::holds},   {"same", &Play::same},          {"decide", &Play::decide}};
  for (const auto& [name, member] : *one.object()) {
    verb_ = name;
    if (const auto verb = kVerbs.find(name); verb != kVerbs.end()) return (this->*verb->second)(one);
    if (name == "cases") return listed(one, "case");
    if (name == "quarantine") return listed(one, "quarantine");
    if (name == "returned") return listed(one, "returned_change");
  }
  throw std::invalid_argument("no verb in " + domain::canonical_json(one));
}

// Numbers a change and puts it into the queue. `base` is what the device shows, unless the scenario says otherwise.
void Play::save(const Value& one) {
  const std::string who = text_of(one, "save");
  Value change = words_.said(Value(object_of(one, "change")));
  Value::Object& members = *change.object();
  // A moment that the scenario names is not measured by the clock of this run.
  if (members.contains("at")) members.emplace("up", nullptr);
  const auto id = RecordId::parse(text_of(change, "record"));
  if (!members.contains("base")) {
    const auto held = id ? stage_.store(who).records.find(*id) : stage_.store(who).records.end();
    members["base"] = Value(held != stage_.store(who).records.end() ? held->second.version : 0);
  }
  approve(who, change);
  stage_.device(who).append(std::move(members));
}

// An approval carries the digest of what its author saw: {"approval_of": [activity, person]} stands for it.
void Play::approve(const std::string& who, Value& change) {
  const auto set = change.object()->find("set");
  if (set == change.object()->end() || set->second.find("digest") == nullptr) return;
  Value& digest = set->second.object()->at("digest");
  if (digest.find("approval_of") == nullptr) return;
  const Value::Array of = *digest.find("approval_of")->array();
  const RecordId activity = RecordId::parse(*of.at(0).text()).value();
  const RecordId person = RecordId::parse(*of.at(1).text()).value();
  const std::string participation = client::derived_id("participation", {activity, person}).text();
  std::vector<client::AttendedInterval> attended;
  std::vector<std::string> voided;
  const auto all = stage_.device(who).records("attendance");
  for (const auto& one : all) voided.push_back(one.text("voids"));
  for (const auto& one : all) {
    const bool counts = one.text("participation") == participation &&
                        std::find(voided.begin(), voided.end(), one.id.text()) == voided.end();
    if (counts) attended.push_back({one.id, one.integer("from"), one.integer("to")});
  }
  digest = Value(client::approval_digest(activity, person, attended));
}

void Play::sync(const Value& one) {
  const client::SyncReport report = stage_.device(text_of(one, "sync")).sync();
  Value::Object expected{{"outcome", "done"}, {"verdicts", Value::Array{}}};
  const Value said = words_.said(Value(object_of(one, "expect")));
  for (const auto& [name, value] : *said.object()) expected[name] = value;
  if (expected["verdicts"] == Value("*")) expected.erase("verdicts");
  expect(Value(std::move(expected)), report_value(report), "the sync");
}

Value::Object Play::request_of(const std::string& who) {
  const client::LocalStore& store = stage_.store(who);
  Value::Array changes;
  for (const client::OwnChange& change : store.life.outbox) {
    if (change.seq > store.life.acked) changes.emplace_back(change.content);
  }
  Value::Object cursors;
  for (const auto& [stream, position] : store.cursors) cursors.emplace(stream, position);
  Value::Object body{{"protocol", 1},
                     {"schema_version", Value(store.schema_version)},
                     {"incarnation", Value(store.life.incarnation.text())},
                     {"last", Value(store.life.last)},
                     {"clock", Value(host_.now_ms() + *stage_[who].skew_ms)},
                     {"changes", Value(std::move(changes))},
                     {"cursors", Value(std::move(cursors))}};
  if (!store.epoch.empty()) body.emplace("epoch", store.epoch);
  if (!store.life.receipt.empty()) body.emplace("receipt", store.life.receipt);
  return body;
}

// One request by hand; the device does not take the answer.
void Play::post(const Value& one) {
  const std::string who = text_of(one, "post");
  Value::Object body = request_of(who);
  const Value with = words_.said(Value(object_of(one, "with")));
  for (const auto& [name, value] : *with.object()) body[name] = value;
  for (const Value& name : array_of(one, "without")) body.erase(*name.text());
  const std::string raw = text_of(one, "body");
  const std::string token = one.find("token") != nullptr ? text_of(one, "token") : stage_.store(who).token;
  const auto answer = stage_[who].link->post("/v1/sync", token, raw.empty() ? domain::canonical_json(body) : raw);
  if (!answer) return complain("there is no answer");
  Value found = client::parse_json(answer->body).value_or(Value(Value::Object{}));
  found.object()->insert_or_assign("status", Value(std::int64_t{answer->status}));
  expect(words_.said(Value(object_of(one, "answer"))), found, "the answer");
}

// What the device has without a receipt, carried by somebody else; `returns`: the answer travels back.
void Play::bundle(const Value& one) {
  const std::string who = text_of(one, "bundle");
  const std::string carrier = text_of(one, "carrier");
  const auto made = stage_.device(who).make_bundle();
  if (!made) return complain("there is nothing to carry");
  const auto answer = stage_[carrier].link->exchange(
      {"POST", "/v1/bundles", stage_.store(carrier).token, *made, "application/jose", {}});
  if (!answer) return complain("there is no answer");
  Value found = client::parse_json(answer->body).value_or(Value(Value::Object{}));
  found.object()->insert_or_assign("status", Value(std::int64_t{answer->status}));
  expect(words_.said(Value(object_of(one, "answer"))), found, "the answer");
  if (const Value* returns = one.find("returns")) {
    const bool taken = stage_.device(who).accept_bundle_answer(answer->body);
    expect(*returns, Value(taken), "that the device takes the receipt");
  }
}

void Play::roles(const Value& one) {
  if (one.find("revoke") != nullptr) {
    return host_.revoke(stage_.device(text_of(one, "revoke")).id().text(), flag_of(one, "stolen"));
  }
  const bool grants = one.find("grant") != nullptr;
  const std::string& person = stage_[text_of(one, grants ? "grant" : "withdraw")].person;
  const Role role{text_of(one, "role"), text_of(one, "unit")};
  grants ? host_.grant(person, role) : host_.withdraw(person, role);
}

// The store of a device: copied, put back as it was, cloned to another phone, without what was sent.
void Play::copies(const Value& one) {
  if (one.find("copy") != nullptr) {
    stage_.copies[text_of(one, "as")] = stage_.store(text_of(one, "copy"));
  } else if (one.find("put_back") != nullptr) {
    stage_.device(text_of(one, "put_back")).restore(stage_.copies.at(text_of(one, "from")));
  } else if (one.find("clone") != nullptr) {
    const std::string who = text_of(one, "clone");
    stage_.place(text_of(one, "as"), stage_[who].person, stage_.store(who));
  } else {
    client::LocalStore store = stage_.store(text_of(one, "forget_sent"));
    std::erase_if(store.life.outbox, [&](const auto& change) { return change.seq <= store.life.acked; });
    stage_.device(text_of(one, "forget_sent")).restore(std::move(store));
  }
}

void Play::server(const Value& one) {
  if (one.find("clock") != nullptr) {
    *stage_[text_of(one, "clock")].skew_ms = Words::span_ms(text_of(one, "skew"));
  } else if (one.find("pass") != nullptr) {
    host_.pass(Words::span_ms(text_of(one, "pass")));
  } else if (one.find("backup") != nullptr) {
    host_.backup(text_of(one, "backup"));
  } else {
    host_.restore(text_of(one, "restore"));
    stage_.reconnect();
  }
}

// What a device shows of records; null: it has none such.
void Play::holds(const Value& one) {
  const std::string who = text_of(one, "holds");
  for (const auto& [name, expected] : object_of(one, "records")) {
    const auto record = stage_.device(who).record(words_.record(name));
    if (expected.is_null() != !record.has_value()) {
      complain(who + (record ? " still holds " : " does not hold ") + name);
    } else if (record) {
      expect(words_.said(expected), shown_value(*record), name + " at " + who);
    }
  }
}

// The cases, or changes kept aside, that the device shows and that are about this scenario.
std::vector<client::ShownRecord> Play::ours(const std::string& who, const std::string& collection) {
  const std::string about = collection == "case" ? "subject" : "record";
  std::vector<client::ShownRecord> found;
  for (const client::ShownRecord& record : stage_.device(who).records(collection)) {
    const Value* subject = record.field(about);
    const bool is_ours = subject != nullptr && subject->array() != nullptr
                             ? std::all_of(subject->array()->begin(), subject->array()->end(),
                                           [&](const Value& id) { return words_.knows(*id.text()); })
                             : words_.knows(record.text(about)) || words_.knows(record.text("author"));
    if (is_ours) found.push_back(record);
  }
  return found;
}

// Somebody decides on one of them: resolves a case, releases or mends a change.
void Play::decide(const Value& one) {
  const std::string who = text_of(one, "decide");
  const Value where = words_.said(Value(object_of(one, "where")));
  for (const client::ShownRecord& record : ours(who, text_of(one, "in"))) {
    const Value fields(record.fields);
    if (!fits(where, &fields)) continue;
    const Value set = words_.said(Value(object_of(one, "set")));
    return stage_.device(who).edit(record.id, *set.object());
  }
  complain(who + " shows nothing to decide on");
}

// All of them, in any order.
void Play::listed(const Value& one, const std::string& collection) {
  const std::string who = text_of(one, verb_);
  std::vector<Value> found;
  for (const client::ShownRecord& record : ours(who, collection)) found.emplace_back(record.fields);
  const Value expected = words_.said(Value(array_of(one, "are")));
  std::vector<Value> left = found;
  for (const Value& wanted : *expected.array()) {
    const auto it = std::find_if(left.begin(), left.end(), [&](const Value& fields) { return fits(wanted, &fields); });
    if (it == left.end()) {
      complain(who + " shows no " + collection + " " + domain::canonical_json(wanted) + " but " +
               domain::canonical_json(Value(Value::Array(found.begin(), found.end()))));
    } else {
      left.erase(it);
    }
  }
  for (const Value& extra : left) complain(who + " also shows " + domain::canonical_json(extra));
}

// Two devices show the same of a record.
void Play::same(const Value& one) {
  const Value::Array& pair = array_of(one, "same");
  for (const Value& name : array_of(one, "records")) {
    const auto a = stage_.device(*pair.at(0).text()).record(words_.record(*name.text()));
    const auto b = stage_.device(*pair.at(1).text()).record(words_.record(*name.text()));
    if (a.has_value() != b.has_value()) {
      complain("only one of the two holds " + *name.text());
    } else if (a) {
      expect(shown_value(*a), shown_value(*b), *name.text() + " at the second");
    }
  }
}

}  // namespace suoi::vectors
