// A whole service in one process, and phones that speak the protocol with it: a store in a folder of its own, real
// keys, a writer without a thread, a clock that stands still until a test moves it.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "suoi/certs/signing_key.hpp"
#include "suoi/domain/admin_units.hpp"
#include "suoi/mobile_api/administration.hpp"
#include "suoi/mobile_api/api.hpp"

namespace suoi::mobile_api::test {

using domain::RecordId;
using domain::Value;

inline constexpr std::string_view kPaU = "2025:03442";
inline constexpr std::string_view kTaTong = "2025:03463";
inline constexpr std::string_view kLaiChau = "2025:12";
inline constexpr std::int64_t kHourMs = 3600LL * 1000;
inline constexpr std::int64_t kDayMs = 24 * kHourMs;

struct Answer {
  Response response;
  Value body;  // null where there is none

  int status() const { return response.status; }
  std::string code() const { return text("code"); }
  std::string text(std::string_view member) const;
  std::int64_t integer(std::string_view member) const;  // throws where there is none
  const Value::Array& list(std::string_view member) const;
  const Value::Object& object(std::string_view member) const;
  std::string header(std::string_view name) const;
};

std::string text_in(const Value& object, std::string_view member);
std::int64_t integer_in(const Value& object, std::string_view member);

class TestServer final : public Writer {
 public:
  TestServer();
  ~TestServer() override;

  void run(const storage::Store::Job& job) override;

  Answer ask(std::string_view method, std::string_view path, std::string body = {}, std::string_view token = {},
             std::map<std::string, std::string> query = {}, std::map<std::string, std::string> headers = {});

  domain::PersonId person(const std::string& name, domain::Role role, std::string_view unit,
                          std::optional<RecordId> organisation = std::nullopt);
  void grant(const domain::PersonId& person, domain::Role role, std::string_view unit);
  void withdraw(const domain::PersonId& person, domain::Role role, std::string_view unit);
  std::string invitation(const domain::PersonId& person);
  RecordId own(std::string collection, Value::Object set);
  // A person and a role with ids that the caller chose, so that two servers can have the same.
  void same_person(const domain::PersonId& person, const RecordId& assignment, domain::Role role,
                   std::string_view unit);
  // What happens between the commit of the next write and its answer.
  void after_next_commit(std::function<void()> event) { after_commit_ = std::move(event); }

  std::optional<sync::Record> record(const RecordId& id);
  // The live records of a stream as protocol.md sends them, by id.
  std::map<RecordId, Value> records_of(const std::string& stream);
  std::string epoch();
  // Whether these bytes stand in any file of the store.
  bool folder_contains(const std::string& bytes) const;
  RecordId new_id();
  sync::Rules rules() const;
  const certs::KeyStore& keys() const { return *keys_; }
  storage::Store& store() { return *store_; }
  Service service();

  std::int64_t now_ms = 1'795'000'000'000;
  std::string peer = "192.0.2.1";         // where requests come from
  std::vector<certs::NoteKey> witnesses;  // of the log

 private:
  std::filesystem::path folder_;
  std::unique_ptr<certs::KeyStore> keys_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<Api> api_;
  std::function<void()> after_commit_;
  std::uint64_t ids_ = 0;
};

// What a phone stores of a record that the server sent.
struct Held {
  std::int64_t version = 0;
  std::string stream;
  std::string unit;
  std::string collection;
  Value::Object fields;
};

class Phone {
 public:
  Phone(TestServer& server, const domain::PersonId& person, certs::SigningKey key = certs::SigningKey::generate());

  // Numbers a change and puts it into the queue; gives its number.
  std::int64_t edit(std::string_view collection, const RecordId& record, std::int64_t base, Value::Object set);
  std::int64_t operate(std::string_view collection, const RecordId& record, std::int64_t base, Value::Object members);
  std::int64_t erase(std::string_view collection, const RecordId& record, std::int64_t base);
  std::int64_t append(Value::Object members);

  // The request that the protocol asks for: everything without a receipt, all cursors.
  Value::Object request() const;
  Answer post(const Value::Object& request);
  Answer post_text(const std::string& body);
  // Sends, and takes the answer as a phone must.
  Answer sync(Value::Object more_members = {});
  // Until there is nothing more; the pages.
  std::vector<Answer> sync_all(Value::Object more_members = {});
  void take(const Answer& answer);

  std::int64_t version(const RecordId& id) const;
  // Exactly what the server has in the streams that this phone may hold.
  bool holds_what_server_has() const;

  TestServer& server;
  domain::PersonId person;
  certs::SigningKey key;
  std::string code;
  std::string device;
  std::string token;
  std::string incarnation;
  std::string epoch;
  std::string receipt;
  std::int64_t last = 0;
  std::int64_t acked = 0;
  std::vector<Value> queue;  // every change of this life, also acknowledged ones
  std::map<std::string, std::int64_t> cursors;
  std::set<std::string> streams;
  std::map<RecordId, Held> records;
  std::int64_t clock_skew_ms = 0;
  int sums_seen = 0;
  int sums_differed = 0;

 private:
  void take_removed(const Answer& answer);
  void take_settled(const Answer& answer);
  void take_records(const Answer& answer);
  void take_streams(const Answer& answer);
  void take_sums(const Answer& answer);
  void drop(const std::string& stream);

  std::map<RecordId, std::int64_t> shown_to_;  // the own changes up to here are in the stored record
  std::set<std::int64_t> refused_;             // own changes in quarantine
};

std::string random_incarnation();
// {"code", …} signed by the key, as POST /v1/enrolments takes it.
std::string enrolment(const certs::SigningKey& key, const std::string& code, const std::string& name = "Máy của Mai");

// Of the answer's `verdicts`, the one of a change; null for one that was plainly applied.
Value verdict_of(const Answer& answer, std::int64_t seq);
// Whether a list of the answer names the record.
bool names(const Answer& answer, std::string_view list, const RecordId& id);
std::string sum_text(const std::map<RecordId, std::int64_t>& versions);

}  // namespace suoi::mobile_api::test
