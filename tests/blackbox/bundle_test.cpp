// Changes that somebody else carries (protocol.md, "Bundles").
#include "suoi/certs/jwe.hpp"
#include "suoi/certs/jws.hpp"
#include "world.hpp"

using namespace blackbox;

namespace {

Answer carry(const Phone& carrier, const std::string& bundle, const std::string& media_type = "application/jose") {
  const auto answer = carrier.link->exchange({"POST", "/v1/bundles", carrier.token(), bundle, media_type, {}});
  REQUIRE(answer.has_value());
  return *answer;
}

std::string bundle_of(const Phone& phone) {
  const auto bundle = phone->make_bundle();
  REQUIRE(bundle.has_value());
  return *bundle;
}

void count(const Phone& phone, const RecordId& activity, std::int64_t people) {
  suoi::client::Edit edit;
  edit.inc = {{"tally", people}};
  phone->change(activity, edit);
}

// What somebody could make who knows Mai's device but has not her key.
std::string forged_bundle(const Phone& mai) {
  const Value::Object bundle{{"protocol", 1},
                             {"schema_version", 1},
                             {"device", Value(mai->id().text())},
                             {"incarnation", Value(mai->store().life.incarnation.text())},
                             {"changes", Value(Value::Array{Value(change(1, fresh_id(), need_fields()))})},
                             {"made_at", Value(now_ms())}};
  const auto own_key = suoi::certs::SigningKey::generate();
  const auto signed_bundle = suoi::certs::sign_flattened(own_key, suoi::domain::canonical_json(bundle));
  const Value keys = parse_json(mai->store().server_keys).value();
  for (const Value& jwk : array_of(keys, "keys")) {
    if (text_of(jwk, "use") != "enc") continue;
    return suoi::certs::encrypt_compact(*suoi::certs::PublicKey::from_jwk(suoi::domain::canonical_json(jwk)),
                                        signed_bundle);
  }
  return {};
}

Value::Object activity_fields() {
  return {{"unit", Value(kPaU)}, {"title", "Đếm trẻ đến khám"}, {"status", "held"}};
}

}  // namespace

TEST_CASE("A phone without signal gives its work to a colleague, whose phone carries it to the server") {
  const World world;
  const Phone mai = world.volunteer();
  const Phone sung = world.phone("Giàng A Súng", "volunteer", {kBumTo});
  const RecordId need = mai->create("need", need_fields());
  mai->edit(need, {{"priority", 1}});

  const Answer answer = carry(sung, bundle_of(mai));
  INFO(answer.body);
  REQUIRE(answer.status == 200);
  CHECK(integer_of(parse_json(answer.body).value(), "acked") == 2);
  CHECK(mai->accept_bundle_answer(answer.body));
  CHECK_FALSE(mai->store().life.has_unsent());
  const Value noted = world.server.run({"device", "show", mai->id().text()}).json;
  REQUIRE(array_of(noted, "carried").size() == 1);
  CHECK(text_of(array_of(noted, "carried").front(), "by") == sung->id().text());
  CHECK(integer_of(array_of(noted, "carried").front(), "to") == 2);

  const Phone su = world.coordinator();
  synced(su);
  REQUIRE(su->record(need).has_value());
  CHECK(su->record(need)->integer("priority") == 1);
  synced(sung);
  CHECK_FALSE(sung->record(need).has_value());
  synced(mai);
  CHECK(shown(*mai, "need") == shown(*su, "need"));
}

TEST_CASE("What came back with the carrier as kept aside does not show on the phone any more") {
  const World world;
  const Phone mai = world.volunteer();
  const Phone sung = world.phone("Giàng A Súng", "volunteer", {kBumTo});
  const RecordId need = mai->create("need", {{"unit", Value(kPaU)}, {"category", "clothing"}});
  CHECK(mai->record(need).has_value());
  REQUIRE(mai->accept_bundle_answer(carry(sung, bundle_of(mai)).body));
  CHECK_FALSE(mai->record(need).has_value());
}

TEST_CASE("By bundle and by sync, in any order, a change counts once and keeps its verdict") {
  const World world;
  const Phone mai = world.volunteer();
  const Phone sung = world.phone("Giàng A Súng", "volunteer", {kPaU});
  const RecordId activity = mai->create("activity", activity_fields());
  count(mai, activity, 5);
  mai->edit(activity, {{"no_such_field", "x"}});
  const std::string early = bundle_of(mai);
  count(mai, activity, 2);
  const std::string late = bundle_of(mai);

  const Answer first = carry(sung, late);
  const Answer repeated = carry(sung, late);
  const Answer overtaken = carry(sung, early);
  REQUIRE(first.status == 200);
  CHECK(parse_json(repeated.body)->find("verdicts") != nullptr);
  CHECK(*parse_json(repeated.body)->find("verdicts") == *parse_json(first.body)->find("verdicts"));
  REQUIRE(overtaken.status == 200);
  CHECK(integer_of(parse_json(overtaken.body).value(), "acked") == 3);
  synced(mai);
  CHECK(mai->record(activity)->integer("tally") == 7);
  const Answer after_sync = carry(sung, late);
  CHECK(after_sync.status == 200);
  synced(mai);
  CHECK(mai->record(activity)->integer("tally") == 7);
}

TEST_CASE("A bundle that was altered, or signed by another phone, is refused and stores nothing") {
  const World world;
  const Phone mai = world.volunteer();
  const Phone sung = world.phone("Giàng A Súng", "volunteer", {kPaU});
  const RecordId need = mai->create("need", need_fields());
  const std::string bundle = bundle_of(mai);
  for (const std::size_t at : {bundle.size() / 4, bundle.size() / 2, bundle.size() - 3}) {
    std::string altered = bundle;
    altered[at] = altered[at] == 'A' ? 'B' : 'A';
    const Answer answer = carry(sung, altered);
    CHECK(answer.status == 422);
    CHECK(code_of(answer) == "bundle_invalid");
  }
  CHECK(code_of(carry(sung, "{}")) == "bundle_invalid");
  CHECK(carry(sung, bundle, "application/json").status == 415);

  CHECK(code_of(carry(sung, forged_bundle(mai))) == "bundle_invalid");

  const Phone su = world.coordinator();
  synced(su);
  CHECK_FALSE(su->record(need).has_value());
  CHECK(carry(sung, bundle).status == 200);
}

TEST_CASE("Who carries the bundle of a revoked phone gets 200, and the work waits in quarantine") {
  const World world;
  const Phone mai = world.volunteer();
  const Phone sung = world.phone("Giàng A Súng", "volunteer", {kPaU});
  const RecordId need = mai->create("need", need_fields());
  const std::string bundle = bundle_of(mai);
  REQUIRE(world.server.run({"device", "revoke", mai->id().text()}).exit_status == 0);
  const Answer answer = carry(sung, bundle);
  INFO(answer.body);
  REQUIRE(answer.status == 200);
  CHECK(text_of(verdict_on(parse_json(answer.body).value(), 1), "verdict") == "quarantined");
  const Phone su = world.coordinator();
  synced(su);
  CHECK_FALSE(su->record(need).has_value());
  CHECK(su->records("quarantine").size() == 1);

  REQUIRE(world.server.run({"device", "revoke", sung->id().text()}).exit_status == 0);
  CHECK(carry(sung, bundle).status == 403);
}
