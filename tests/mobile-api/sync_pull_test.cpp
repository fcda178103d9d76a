// Streams, cursors, pages and sums: what a phone gets of what others did.

#include <catch2/catch.hpp>

#include "service_fixture.hpp"

namespace suoi::mobile_api::test {
namespace {

Value::Object place(std::string_view unit, std::string_view name = "Điểm trường") {
  return {{"unit", Value(unit)}, {"name", Value(name)}, {"kind", Value("school_point")}};
}

std::set<std::string> streams_in(const Answer& answer) {
  std::set<std::string> streams;
  for (const Value& stream : answer.list("streams")) streams.insert(*stream.text());
  return streams;
}

std::set<std::string> keys_of(const Value::Object& object) {
  std::set<std::string> keys;
  for (const auto& [key, value] : object) keys.insert(key);
  return keys;
}

}  // namespace

TEST_CASE("Everybody may hold the streams of their roles and their own, and no others") {
  TestServer server;
  const auto person = server.person("Lò Thị Mai", domain::Role::volunteer, kPaU);
  Phone phone(server, person);
  const std::string own = "person:" + person.text();
  CHECK(streams_in(phone.sync()) == std::set<std::string>{own, "2025:03442", "2025:12"});
  SECTION("a commune leader also the desk of the commune") {
    server.grant(person, domain::Role::commune_leader, kPaU);
    CHECK(streams_in(phone.sync()) == std::set<std::string>{own, "2025:03442", "2025:03442/desk", "2025:12"});
  }
  SECTION("somebody with a role in the province those of all its communes") {
    server.grant(person, domain::Role::team_leader, kLaiChau);
    const auto all = streams_in(phone.sync());
    CHECK(all.size() == 2 + server.rules().units.children(*domain::UnitKey::parse(kLaiChau)).size());
    CHECK(all.contains("2025:03463"));
    CHECK_FALSE(all.contains("2025:03463/desk"));
  }
  SECTION("a coordinator of the province all desks too") {
    server.grant(person, domain::Role::coordinator, kLaiChau);
    const auto all = streams_in(phone.sync());
    CHECK(all.size() == 1 + 2 * (1 + server.rules().units.children(*domain::UnitKey::parse(kLaiChau)).size()));
    CHECK(all.contains("2025:12/desk"));
  }
}

TEST_CASE("A new commune comes from the start, a withdrawn one goes, and unsent work stays") {
  TestServer server;
  const auto person = server.person("Lò Thị Mai", domain::Role::volunteer, kPaU);
  const RecordId there = server.own("place", place(kTaTong));
  const RecordId here = server.own("place", place(kPaU));
  Phone phone(server, person);
  phone.sync_all();
  CHECK(phone.records.contains(here));
  CHECK_FALSE(phone.records.contains(there));
  server.grant(person, domain::Role::volunteer, kTaTong);
  phone.sync_all();
  CHECK(phone.records.contains(there));
  server.now_ms += kHourMs;
  server.withdraw(person, domain::Role::volunteer, kPaU);
  server.now_ms += kHourMs;
  phone.sync_all();
  CHECK_FALSE(phone.records.contains(here));
  CHECK(phone.holds_what_server_has());
}

TEST_CASE("A cursor brings what is new, and only that") {
  TestServer server;
  Phone phone(server, server.person("Lò Thị Mai", domain::Role::volunteer, kPaU));
  server.own("place", place(kPaU, "Một"));
  phone.sync_all();
  const RecordId second = server.own("place", place(kPaU, "Hai"));
  const Answer answer = phone.sync();
  REQUIRE(answer.list("records").size() == 1);
  const Value& sent = answer.list("records")[0];
  CHECK(text_in(sent, "id") == second.text());
  CHECK(text_in(sent, "collection") == "place");
  CHECK(text_in(sent, "unit") == kPaU);
  CHECK(text_in(sent, "stream") == kPaU);
  CHECK(integer_in(sent, "version") == 1);
  CHECK(*sent.find("fields") == Value(Value::Object{{"name", "Hai"}, {"kind", "school_point"}}));
  CHECK(phone.sync().list("records").empty());
}

TEST_CASE("A cursor that cannot be true counts as absent, one without an epoch or of a foreign stream is ignored") {
  TestServer server;
  Phone phone(server, server.person("Lò Thị Mai", domain::Role::volunteer, kPaU));
  server.own("place", place(kPaU));
  server.own("place", place(kTaTong));
  phone.sync_all();
  const std::size_t all = phone.records.size();
  Value::Object body = phone.request();
  REQUIRE(phone.post(body).list("records").empty());
  SECTION("above the head") {
    body["cursors"] = Value::Object{{std::string(kPaU), Value(1'000'000)}};
  }
  SECTION("without an epoch") {
    body.erase("epoch");
  }
  SECTION("null") {
    body["cursors"] = Value();
    body["want"] = Value();
  }
  SECTION("of foreign and unknown streams") {
    body["cursors"] =
        Value::Object{{"2025:03463", 0}, {"nowhere", 5}, {"", 7}, {"2025:03442", Value(std::int64_t{1} << 52)}};
  }
  const Answer answer = phone.post(body);
  REQUIRE(answer.status() == 200);
  std::size_t of_commune = 0;
  for (const Value& record : answer.list("records")) of_commune += text_in(record, "stream") == kPaU ? 1 : 0;
  CHECK(of_commune == server.records_of(std::string(kPaU)).size());
  CHECK(answer.list("records").size() <= all);
  CHECK_FALSE(answer.object("cursors").contains("nowhere"));
}

TEST_CASE("A wish for one stream brings that one, and the other cursors stay good") {
  TestServer server;
  Phone phone(server, server.person("Nguyễn Văn Thành", domain::Role::coordinator, kLaiChau));
  server.own("place", place(kPaU));
  server.own("place", place(kTaTong));
  const Answer one =
      phone.sync({{"want", Value(Value::Array{Value(kPaU), Value("2025:99999"), Value("person:nobody")})}});
  CHECK(keys_of(one.object("cursors")) == std::set<std::string>{std::string(kPaU)});
  CHECK(keys_of(one.object("sums")) == std::set<std::string>{std::string(kPaU)});
  const Answer other = phone.sync({{"want", Value(Value::Array{Value(kTaTong)})}});
  CHECK(other.list("records").size() == 1);
  phone.sync_all();
  CHECK(phone.holds_what_server_has());
  CHECK(phone.sums_differed == 0);
}

TEST_CASE("A full stream comes in pages near the size that was asked for, each record once") {
  TestServer server;
  server.run([&](storage::Transaction& transaction) {
    std::vector<OwnChange> changes;
    for (int n = 0; n < 300; ++n) changes.push_back({"place", {}, place(kPaU, "Điểm trường số " + std::to_string(n))});
    write_own(transaction, server.rules(), server.now_ms, std::move(changes));
  });
  Phone phone(server, server.person("Lò Thị Mai", domain::Role::volunteer, kPaU));
  const auto pages = phone.sync_all({{"max_bytes", Value(8192)}});
  std::set<std::string> seen;
  std::size_t records = 0;
  for (const Answer& page : pages) {
    CHECK(page.response.body.size() < 8192 + 2048);
    for (const Value& record : page.list("records")) {
      seen.insert(text_in(record, "id"));
      ++records;
    }
  }
  CHECK(pages.size() >= 8);
  CHECK(pages.size() <= 20);
  CHECK(records == seen.size());
  CHECK(phone.holds_what_server_has());
  CHECK(phone.sums_differed == 0);
}

TEST_CASE("A page brings something however small it is wished, and a wish without measure is bounded") {
  TestServer server;
  server.run([&](storage::Transaction& transaction) {
    std::vector<OwnChange> changes;
    for (int n = 0; n < 5'000; ++n) {
      changes.push_back({"place", {}, place(kPaU, std::string(150, 'x') + std::to_string(n))});
    }
    write_own(transaction, server.rules(), server.now_ms, std::move(changes));
  });
  Phone phone(server, server.person("Lò Thị Mai", domain::Role::volunteer, kPaU));
  CHECK_FALSE(phone.sync({{"max_bytes", Value(-1)}}).list("records").empty());
  const Answer large = phone.sync({{"max_bytes", Value(std::int64_t{1} << 50)}});
  CHECK(large.response.body.size() < 1'100'000);
  CHECK(*large.body.find("more")->flag());
}

TEST_CASE("The sum of each stream is what an independent computation gives, also of empty ones") {
  TestServer server;
  const auto person = server.person("Nguyễn Văn Thành", domain::Role::coordinator, kLaiChau);
  Phone phone(server, person);
  for (int n = 0; n < 5; ++n) server.own("place", place(n % 2 == 0 ? kPaU : kTaTong));
  const Answer answer = phone.sync();
  REQUIRE_FALSE(*answer.body.find("more")->flag());
  CHECK(keys_of(answer.object("sums")) == streams_in(answer));
  CHECK(keys_of(answer.object("cursors")) == streams_in(answer));
  for (const auto& [stream, sum] : answer.object("sums")) {
    std::map<RecordId, std::int64_t> versions;
    for (const auto& [id, record] : server.records_of(stream)) versions[id] = integer_in(record, "version");
    CHECK(*sum.text() == sum_text(versions));
  }
}

TEST_CASE("Who starts a stream anew is told of no removal") {
  TestServer server;
  Phone phone(server, server.person("Lò Thị Mai", domain::Role::volunteer, kPaU));
  std::vector<RecordId> ids;
  for (int n = 0; n < 600; ++n) {
    ids.push_back(server.new_id());
    phone.edit("place", ids.back(), 0, place(kPaU));
  }
  phone.sync_all();
  for (int n = 0; n < 50; ++n) phone.erase("place", ids[static_cast<std::size_t>(n) * 7], 1);
  phone.sync_all();
  Phone other(server, server.person("Vàng A Sình", domain::Role::volunteer, kPaU));
  const Answer answer = other.sync();
  CHECK(answer.list("removed").empty());
  CHECK(other.holds_what_server_has());
}

}  // namespace suoi::mobile_api::test
