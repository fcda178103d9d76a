#include "service_fixture.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>

#include "suoi/certs/hashing.hpp"
#include "suoi/certs/jws.hpp"
#include "suoi/mobile_api/json_reader.hpp"

namespace suoi::mobile_api::test {
namespace {

const Value kNull;

std::shared_ptr<const domain::AdminUnits> shared_units() {
  static const auto units = domain::AdminUnits::embedded();
  return units;
}

storage::Store::Options options() {
  storage::Store::Options options;
  options.catalogue = &domain::release_catalogue();
  options.hashing = certs::openssl_hashing();
  options.random_bytes = [](std::span<std::uint8_t> bytes) {
    const std::string random = certs::random_bytes(bytes.size());
    std::memcpy(bytes.data(), random.data(), bytes.size());
  };
  options.readers = 1;
  return options;
}

domain::UnitKey unit_of(std::string_view text) {
  return domain::UnitKey::parse(text).value();
}

const Value& member(const Value& object, std::string_view name) {
  const Value* found = object.find(name);
  return found != nullptr ? *found : kNull;
}

// The same rule as the phone of protocol.md: own values over what is stored.
void lay_over(const Value& change, Held& record) {
  const Value& set = member(change, "set");
  if (set.object() != nullptr) {
    for (const auto& [name, value] : *set.object()) {
      if (name == "unit") {
        record.unit = *value.text();
      } else if (value.is_null()) {
        record.fields.erase(name);
      } else {
        record.fields[name] = value;
      }
    }
  }
  if (const auto* inc = member(change, "inc").object()) {
    for (const auto& [name, amount] : *inc) {
      const std::int64_t before = record.fields.contains(name) ? *record.fields.at(name).integer() : 0;
      record.fields[name] = before + *amount.integer();
    }
  }
  for (const bool add : {true, false}) {
    const auto* elements = member(change, add ? "add" : "remove").object();
    if (elements == nullptr) continue;
    for (const auto& [name, texts] : *elements) {
      std::set<Value> all;
      if (record.fields.contains(name)) {
        const Value::Array& present = *record.fields.at(name).array();
        all.insert(present.begin(), present.end());
      }
      for (const Value& text : *texts.array()) add ? (void)all.insert(text) : (void)all.erase(text);
      record.fields[name] = Value::Array(all.begin(), all.end());
    }
  }
}

}  // namespace

std::string text_in(const Value& object, std::string_view name) {
  const Value& found = member(object, name);
  return found.text() != nullptr ? *found.text() : std::string();
}

std::int64_t integer_in(const Value& object, std::string_view name) {
  const Value& found = member(object, name);
  if (found.integer() == nullptr) throw std::runtime_error("no integer " + std::string(name));
  return *found.integer();
}

std::string Answer::text(std::string_view name) const {
  return text_in(body, name);
}

std::int64_t Answer::integer(std::string_view name) const {
  return integer_in(body, name);
}

const Value::Array& Answer::list(std::string_view name) const {
  const Value& found = member(body, name);
  if (found.array() == nullptr) throw std::runtime_error("no list " + std::string(name) + " in " + response.body);
  return *found.array();
}

const Value::Object& Answer::object(std::string_view name) const {
  const Value& found = member(body, name);
  if (found.object() == nullptr) throw std::runtime_error("no object " + std::string(name) + " in " + response.body);
  return *found.object();
}

std::string Answer::header(std::string_view name) const {
  for (const auto& [given, value] : response.headers) {
    if (given == name) return value;
  }
  return {};
}

TestServer::TestServer() {
  std::random_device random;
  folder_ = std::filesystem::temp_directory_path() /
            ("suoi-api-" + std::to_string(random()) + "-" + std::to_string(random()));
  std::filesystem::create_directory(folder_);
  keys_ = std::make_unique<certs::KeyStore>(certs::KeyStore::open({folder_ / "keys", std::nullopt}, now_ms).value());
  storage::Store::Options with_keys = options();
  with_keys.master = &keys_->box();
  store_ = storage::Store::create(folder_ / "store", with_keys);
  api_ = std::make_unique<Api>(service());
}

TestServer::~TestServer() {
  api_.reset();
  store_.reset();
  std::filesystem::remove_all(folder_);
}

Service TestServer::service() {
  return {*store_,
          *this,
          *keys_,
          rules(),
          [this] { return now_ms; },
          certs::random_bytes,
          [] { return std::string("https://suoi.example"); },
          [](const std::string&) { return std::string(certs::built_in_template()); },
          [this] { return witnesses; }};
}

sync::Rules TestServer::rules() const {
  return {domain::release_catalogue(), *shared_units(), certs::openssl_hashing()};
}

void TestServer::run(const storage::Store::Job& job) {
  const auto outcomes = store_->commit_group(std::span(&job, 1));
  if (outcomes.front()) std::rethrow_exception(outcomes.front());
  if (auto event = std::exchange(after_commit_, nullptr)) event();
}

Answer TestServer::ask(std::string_view method, std::string_view path, std::string body, std::string_view token,
                       std::map<std::string, std::string> query, std::map<std::string, std::string> headers) {
  Request request;
  request.method = method;
  request.path = path;
  request.query = std::move(query);
  request.headers = std::move(headers);
  if (!token.empty()) request.headers["authorization"] = "Bearer " + std::string(token);
  request.body = std::move(body);
  request.peer = peer;
  request.received_ms = now_ms;
  Answer answer{api_->handle(request), {}};
  const bool is_json = answer.response.content_type.find("json") != std::string::npos;
  if (is_json && !answer.response.body.empty()) {
    JsonLimits limits;
    limits.depth_max = 64;
    limits.values_max = 10'000'000;
    answer.body = read_json(answer.response.body, limits).value();
  }
  return answer;
}

domain::PersonId TestServer::person(const std::string& name, domain::Role role, std::string_view unit,
                                    std::optional<RecordId> organisation) {
  domain::PersonId id;
  run([&](storage::Transaction& transaction) {
    id = add_person(transaction, rules(), now_ms, name, unit_of(unit), organisation);
    grant_role(transaction, rules(), now_ms, id, {role, unit_of(unit), organisation, "", ""});
  });
  return id;
}

void TestServer::grant(const domain::PersonId& person, domain::Role role, std::string_view unit) {
  run([&](storage::Transaction& transaction) {
    grant_role(transaction, rules(), now_ms, person, {role, unit_of(unit), std::nullopt, "", ""});
  });
}

void TestServer::withdraw(const domain::PersonId& person, domain::Role role, std::string_view unit) {
  run([&](storage::Transaction& transaction) {
    withdraw_role(transaction, rules(), now_ms, person, role, unit_of(unit));
  });
}

std::string TestServer::invitation(const domain::PersonId& person) {
  std::string code;
  run([&](storage::Transaction& transaction) { code = invite(transaction, rules(), now_ms, person).code; });
  return code;
}

RecordId TestServer::own(std::string collection, Value::Object set) {
  RecordId id;
  run([&](storage::Transaction& transaction) {
    id = write_own(transaction, rules(), now_ms, {{collection, {}, set}}).front();
  });
  return id;
}

void TestServer::same_person(const domain::PersonId& person, const RecordId& assignment, domain::Role role,
                             std::string_view unit) {
  run([&](storage::Transaction& transaction) {
    write_own(transaction, rules(), now_ms,
              {{"person", {person.uuid}, {{"unit", Value(unit)}, {"full_name", "Lò Thị Mai"}}},
               {"role_assignment",
                assignment,
                {{"unit", Value(unit)}, {"person", Value(person.text())}, {"role", Value(domain::role_name(role))}}}});
  });
}

std::optional<sync::Record> TestServer::record(const RecordId& id) {
  std::optional<sync::Record> found;
  store_->read([&](storage::Reader& reader) { found = reader.record(id); });
  return found;
}

std::map<RecordId, Value> TestServer::records_of(const std::string& stream) {
  std::map<RecordId, Value> records;
  store_->read([&](storage::Reader& reader) {
    for (const auto& entry : reader.page(sync::StreamKey::parse(stream).value(), 0, 1 << 30, 1 << 30)) {
      records[entry.record.id] = Value::Object{{"version", Value(entry.record.version)},
                                               {"unit", Value(entry.record.unit.text())},
                                               {"collection", Value(entry.record.collection->name)},
                                               {"fields", Value(sync::readable_fields(entry.record))}};
    }
  });
  return records;
}

std::string TestServer::epoch() {
  std::string id;
  store_->read([&](storage::Reader& reader) { id = reader.epoch().id; });
  return id;
}

bool TestServer::folder_contains(const std::string& bytes) const {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string all{std::istreambuf_iterator<char>(file), {}};
    if (all.find(bytes) != std::string::npos) return true;
  }
  return false;
}

RecordId TestServer::new_id() {
  return {uuid_v7(now_ms + static_cast<std::int64_t>(++ids_))};
}

std::string random_incarnation() {
  domain::Incarnation incarnation;
  const std::string random = certs::random_bytes(16);
  std::memcpy(incarnation.bytes.data(), random.data(), 16);
  return incarnation.text();
}

std::string enrolment(const certs::SigningKey& key, const std::string& code, const std::string& name) {
  const Value payload = Value::Object{{"code", Value(code)},
                                      {"device", Value::Object{{"name", Value(name)}, {"platform", "Android 9"}}},
                                      {"incarnation", Value(random_incarnation())}};
  return certs::sign_flattened(key, domain::canonical_json(payload));
}

Phone::Phone(TestServer& at, const domain::PersonId& owner, certs::SigningKey own_key)
    : server(at), person(owner), key(std::move(own_key)) {
  code = server.invitation(person);
  const Answer answer = server.ask("POST", "/v1/enrolments", enrolment(key, code));
  if (answer.status() != 201) throw std::runtime_error("enrolment: " + answer.response.body);
  device = answer.text("device");
  token = answer.text("token");
  epoch = answer.text("epoch");
  incarnation = random_incarnation();
}

std::int64_t Phone::append(Value::Object members) {
  members["seq"] = Value(++last);
  if (!members.contains("at")) members["at"] = Value(server.now_ms + clock_skew_ms);
  queue.emplace_back(std::move(members));
  return last;
}

std::int64_t Phone::operate(std::string_view collection, const RecordId& record, std::int64_t base,
                            Value::Object members) {
  members["collection"] = Value(collection);
  members["record"] = Value(record.text());
  members["base"] = Value(base);
  return append(std::move(members));
}

std::int64_t Phone::edit(std::string_view collection, const RecordId& record, std::int64_t base, Value::Object set) {
  return operate(collection, record, base, {{"set", Value(std::move(set))}});
}

std::int64_t Phone::erase(std::string_view collection, const RecordId& record, std::int64_t base) {
  return operate(collection, record, base, {{"delete", Value(true)}, {"reason", Value("entered twice")}});
}

Value::Object Phone::request() const {
  Value::Array changes;
  for (const Value& change : queue) {
    if (integer_in(change, "seq") > acked) changes.push_back(change);
  }
  Value::Object positions;
  for (const auto& [stream, position] : cursors) positions.emplace(stream, position);
  Value::Object body{{"protocol", Value(1)},
                     {"schema_version", Value(1)},
                     {"epoch", Value(epoch)},
                     {"incarnation", Value(incarnation)},
                     {"last", Value(last)},
                     {"clock", Value(server.now_ms + clock_skew_ms)},
                     {"changes", Value(std::move(changes))},
                     {"cursors", Value(std::move(positions))}};
  if (!receipt.empty()) body.emplace("receipt", receipt);
  return body;
}

Answer Phone::post_text(const std::string& body) {
  return server.ask("POST", "/v1/sync", body, token);
}

Answer Phone::post(const Value::Object& body) {
  return post_text(domain::canonical_json(Value(body)));
}

Answer Phone::sync(Value::Object more_members) {
  Value::Object body = request();
  for (auto& [name, value] : more_members) body[name] = value;
  const Answer answer = post(body);
  if (answer.status() == 200) take(answer);
  return answer;
}

std::vector<Answer> Phone::sync_all(Value::Object more_members) {
  std::vector<Answer> pages;
  do {
    pages.push_back(sync(more_members));
    if (pages.back().status() != 200) return pages;
    if (pages.size() > 1000) throw std::runtime_error("the answers never end");
  } while (*pages.back().body.find("more")->flag());
  return pages;
}

void Phone::take(const Answer& answer) {
  epoch = answer.text("epoch");
  receipt = answer.text("receipt");
  acked = answer.integer("acked");
  for (const Value& verdict : answer.list("verdicts")) {
    if (text_in(verdict, "verdict") == "quarantined") refused_.insert(integer_in(verdict, "seq"));
  }
  take_removed(answer);
  take_settled(answer);
  take_records(answer);
  // An own delete that was applied is named nowhere.
  for (const Value& change : queue) {
    const RecordId id = RecordId::parse(text_in(change, "record")).value_or(RecordId{});
    const bool plain = verdict_of(answer, integer_in(change, "seq")).is_null();
    const bool deleted = change.find("delete") != nullptr && plain && integer_in(change, "seq") <= acked;
    if (deleted && !names(answer, "records", id) && !server.record(id)->live) records.erase(id);
  }
  take_streams(answer);
  for (const auto& [stream, position] : answer.object("cursors")) cursors[stream] = *position.integer();
  take_sums(answer);
}

void Phone::take_removed(const Answer& answer) {
  for (const Value& removal : answer.list("removed")) {
    const auto held = records.find(RecordId::parse(text_in(removal, "id")).value());
    if (held == records.end() || held->second.stream != text_in(removal, "stream")) continue;
    if (held->second.version <= integer_in(removal, "version")) records.erase(held);
  }
}

void Phone::take_settled(const Answer& answer) {
  for (const Value& settled : answer.list("settled")) {
    const Value::Array& triple = *settled.array();
    const RecordId id = RecordId::parse(*triple[0].text()).value();
    Held& record = records[id];
    for (const Value& change : queue) {
      const std::int64_t seq = integer_in(change, "seq");
      if (text_in(change, "record") != id.text() || seq <= shown_to_[id] || seq > acked) continue;
      if (refused_.contains(seq)) continue;
      record.collection = text_in(change, "collection");
      lay_over(change, record);
      shown_to_[id] = seq;
    }
    record.version = *triple[1].integer();
    record.stream = *triple[2].text();
  }
}

void Phone::take_records(const Answer& answer) {
  for (const Value& sent : answer.list("records")) {
    const RecordId id = RecordId::parse(text_in(sent, "id")).value();
    if (records.contains(id) && records[id].version > integer_in(sent, "version")) continue;
    records[id] = {integer_in(sent, "version"), text_in(sent, "stream"), text_in(sent, "unit"),
                   text_in(sent, "collection"), *sent.find("fields")->object()};
    shown_to_[id] = acked;
  }
}

void Phone::take_streams(const Answer& answer) {
  streams.clear();
  for (const Value& stream : answer.list("streams")) streams.insert(*stream.text());
  std::set<std::string> withdrawn;
  for (const auto& [stream, position] : cursors) withdrawn.insert(stream);
  for (const auto& [id, record] : records) withdrawn.insert(record.stream);
  for (const std::string& stream : withdrawn) {
    if (!streams.contains(stream)) drop(stream);
  }
}

void Phone::take_sums(const Answer& answer) {
  for (const auto& [stream, sum] : answer.object("sums")) {
    std::map<RecordId, std::int64_t> versions;
    for (const auto& [id, record] : records) {
      if (record.stream == stream) versions[id] = record.version;
    }
    ++sums_seen;
    if (sum_text(versions) == *sum.text()) continue;
    ++sums_differed;
    drop(stream);
  }
}

void Phone::drop(const std::string& stream) {
  std::erase_if(records, [&](const auto& held) { return held.second.stream == stream; });
  cursors.erase(stream);
}

std::int64_t Phone::version(const RecordId& id) const {
  const auto held = records.find(id);
  return held != records.end() ? held->second.version : 0;
}

bool Phone::holds_what_server_has() const {
  std::map<RecordId, Value> here;
  std::map<RecordId, Value> there;
  for (const std::string& stream : streams) there.merge(server.records_of(stream));
  for (const auto& [id, held] : records) {
    here[id] = Value::Object{{"version", Value(held.version)},
                             {"unit", Value(held.unit)},
                             {"collection", Value(held.collection)},
                             {"fields", Value(held.fields)}};
    if (here[id].find("fields")->object()->contains("unit")) throw std::runtime_error("the unit is no field");
  }
  return here == there;
}

Value verdict_of(const Answer& answer, std::int64_t seq) {
  for (const Value& verdict : answer.list("verdicts")) {
    if (integer_in(verdict, "seq") == seq) return verdict;
  }
  return {};
}

bool names(const Answer& answer, std::string_view list, const RecordId& id) {
  const Value::Array& named = answer.list(list);
  return std::any_of(named.begin(), named.end(), [&](const Value& one) {
    const std::string text = one.array() != nullptr ? *(*one.array())[0].text() : text_in(one, "id");
    return text == id.text();
  });
}

std::string sum_text(const std::map<RecordId, std::int64_t>& versions) {
  std::uint64_t sum = 0;
  for (const auto& [id, version] : versions) {
    const auto digest = certs::sha256(id.text() + ":" + std::to_string(version));
    std::uint64_t part = 0;
    for (std::size_t at = 0; at < 8; ++at) part = part << 8 | digest[at];
    sum += part;
  }
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(sum));
  return text.data();
}

}  // namespace suoi::mobile_api::test
