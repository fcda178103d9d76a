// The real program in a directory of its own, and phones that reach it over HTTPS.
//
// A World starts `suoi serve` on a free port of loopback; everything is gone when it is.
#pragma once

#include <Poco/TemporaryFile.h>

#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "suoi/client/device.hpp"
#include "suoi/client/ids.hpp"
#include "suoi/client/json.hpp"
#include "suoi/client/local_server.hpp"

namespace blackbox {

using suoi::client::Answer;
using suoi::client::array_of;
using suoi::client::Device;
using suoi::client::flag_of;
using suoi::client::integer_of;
using suoi::client::LocalServer;
using suoi::client::object_of;
using suoi::client::parse_json;
using suoi::client::SyncOutcome;
using suoi::client::SyncReport;
using suoi::client::text_of;
using suoi::domain::RecordId;
using suoi::domain::Value;
using Seqs = std::vector<std::int64_t>;

inline const std::string kPaU = "2025:03442";
inline const std::string kTaTong = "2025:03463";
inline const std::string kBumTo = "2025:03433";
inline const std::string kMuongTe = "2025:03445";
inline const std::string kLaiChau = "2025:12";

// Somebody with a phone.
struct Phone {
  std::unique_ptr<suoi::client::HttpsLink> link;
  std::unique_ptr<Device> device;
  std::string person;
  std::string code;  // of the invitation

  Device* operator->() const { return device.get(); }
  Device& operator*() const { return *device; }
  const std::string& token() const { return device->store().token; }
  RecordId person_id() const { return *RecordId::parse(person); }
};

class World {
 public:
  enum class Serving { yes, no };

  // `binary`: the program, or one that runs it under other conditions.
  explicit World(Serving serving = Serving::yes, const std::string& binary = SUOI_BINARY)
      : server(binary, directory_.path() + "/data") {
    directory_.createDirectory();
    const auto made = server.run({"init"});
    INFO(made.err);
    REQUIRE(made.exit_status == 0);
    if (serving == Serving::yes) server.start();
  }

  // {"code", "person", "url", "expires"}
  Value invite(const std::string& who, const std::string& role, const std::vector<std::string>& units) const {
    std::vector<std::string> words = {"invite", "--name", who, "--role", role};
    for (const std::string& unit : units) words.insert(words.end(), {"--unit", unit});
    const auto invited = server.run(words);
    INFO(invited.err);
    REQUIRE(invited.exit_status == 0);
    return invited.json;
  }

  // A phone that is enrolled and has synced nothing yet.
  Phone phone(const std::string& who, const std::string& role, const std::vector<std::string>& units) const {
    const Value invitation = invite(who, role, units);
    Phone phone = blank_phone();
    phone.person = text_of(invitation, "person");
    phone.code = text_of(invitation, "code");
    const auto enrolled = phone->enrol(phone.code, "Điện thoại của " + who);
    INFO((enrolled ? std::string() : enrolled.error().code + " " + enrolled.error().detail));
    REQUIRE(enrolled.has_value());
    return phone;
  }
  Phone volunteer(const std::string& unit = kPaU) const { return phone("Lò Thị Mai", "volunteer", {unit}); }
  Phone coordinator() const { return phone("Vàng A Sử", "coordinator", {kLaiChau}); }

  // Another phone with the same store: a clone, or a phone after a backup was put back.
  Phone clone(const Phone& original, suoi::client::LocalStore store) const {
    Phone copy = blank_phone();
    copy.device = std::make_unique<Device>(*copy.link, suoi::client::system_clock(), std::move(store));
    copy.person = original.person;
    return copy;
  }
  Phone blank_phone() const {
    Phone phone;
    phone.link = server.link();
    phone.device = std::make_unique<Device>(*phone.link, suoi::client::system_clock());
    return phone;
  }

  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }

 private:
  Poco::TemporaryFile directory_;

 public:
  LocalServer server;
};

inline std::int64_t now_ms() {
  return suoi::client::system_clock().wall_ms();
}

inline RecordId fresh_id() {
  return suoi::client::new_record_id(now_ms());
}

inline Value::Object need_fields(const std::string& unit = kPaU, const std::string& item = "áo ấm") {
  return {{"unit", Value(unit)}, {"category", "warm_clothing"}, {"item", Value(item)}, {"unit_of_measure", "piece"}};
}

// Syncs and says what went wrong when it does not end well.
inline SyncReport synced(Device& device) {
  SyncReport report = device.sync();
  INFO((report.problem ? report.problem->code + " " + report.problem->detail : std::string("no problem")));
  REQUIRE(report.outcome == SyncOutcome::done);
  return report;
}
inline SyncReport synced(const Phone& phone) {
  return synced(*phone);
}

// What a phone shows of one collection, in a form that two phones can be compared by.
inline std::string shown(const Device& device, const std::string& collection = {}) {
  std::string all;
  for (const auto& record : device.records(collection)) {
    all += record.id.text() + " " + record.collection + " v" + std::to_string(record.version) + " " + record.unit +
           " " + suoi::domain::canonical_json(record.fields) + "\n";
  }
  return all;
}

// Requests written by hand, for what no well-behaved phone would send.
struct Wire {
  suoi::client::Link& link;
  std::string token;
  std::string incarnation;
  std::string epoch;

  // As the phone `who` with a life of its own.
  explicit Wire(const Phone& who)
      : link(*who.link),
        token(who.token()),
        incarnation(suoi::client::new_incarnation().text()),
        epoch(who.device->store().epoch) {}

  Value::Object envelope(std::int64_t last, Value::Array changes = {}, Value::Object cursors = {}) const {
    return {{"protocol", 1},
            {"schema_version", 1},
            {"epoch", Value(epoch)},
            {"incarnation", Value(incarnation)},
            {"last", Value(last)},
            {"clock", Value(now_ms())},
            {"changes", Value(std::move(changes))},
            {"cursors", Value(std::move(cursors))}};
  }
  Answer post(const Value::Object& body) const { return post_text(suoi::domain::canonical_json(body)); }
  Answer post_text(const std::string& body) const {
    const auto answer = link.post("/v1/sync", token, body);
    REQUIRE(answer.has_value());
    return *answer;
  }
  // The body of an answer that has to be a success.
  Value sync(const Value::Object& body) const {
    const Answer answer = post(body);
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    return parse_json(answer.body).value();
  }
};

inline Value::Object change(std::int64_t seq, const RecordId& record, Value::Object set, std::int64_t base = 0,
                            const std::string& collection = "need") {
  return {{"seq", Value(seq)},
          {"at", Value(now_ms())},
          {"collection", Value(collection)},
          {"record", Value(record.text())},
          {"base", Value(base)},
          {"set", Value(std::move(set))}};
}

inline std::string code_of(const Answer& answer) {
  return text_of(parse_json(answer.body).value_or(Value()), "code");
}

// The verdict on `seq`; null where it was plainly applied.
inline Value verdict_on(const Value& answer, std::int64_t seq) {
  for (const Value& verdict : array_of(answer, "verdicts")) {
    if (integer_of(verdict, "seq") == seq) return verdict;
  }
  return {};
}

inline bool names(const Value& answer, const char* list, const RecordId& id) {
  for (const Value& entry : array_of(answer, list)) {
    if (text_of(entry, "id") == id.text()) return true;
    const Value::Array* triple = entry.array();
    if (triple != nullptr && !triple->empty() && (*triple)[0] == Value(id.text())) return true;
  }
  return false;
}

// The first record of a collection whose field has this text.
inline std::optional<suoi::client::ShownRecord> find(const Device& device, const std::string& collection,
                                                     const std::string& field, const std::string& text) {
  for (const auto& record : device.records(collection)) {
    if (record.text(field) == text) return record;
  }
  return std::nullopt;
}

}  // namespace blackbox
