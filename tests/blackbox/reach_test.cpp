// Nobody reads or writes beyond their streams, and nothing counts twice.
#include <thread>

#include "world.hpp"

using namespace blackbox;

TEST_CASE("A volunteer of one commune neither reads nor writes another one's records") {
  const World world;
  const Phone of_ta_tong = world.phone("Sùng Thị Dợ", "volunteer", {kTaTong});
  const RecordId theirs = of_ta_tong->create("need", need_fields(kTaTong));
  synced(of_ta_tong);
  const Phone mai = world.volunteer();
  const Wire wire(mai);

  SECTION("not by wishing for the stream") {
    auto body = wire.envelope(0, {}, {{kTaTong, 0}, {kPaU + "/desk", 0}});
    body["want"] = Value::Array{Value(kTaTong), Value(kPaU + "/desk"), Value("person:" + of_ta_tong.person)};
    const Value answer = wire.sync(body);
    CHECK(array_of(answer, "records").empty());
    CHECK(object_of(answer, "cursors").count(kTaTong) == 0);
    CHECK(object_of(answer, "sums").count(kTaTong) == 0);
  }
  SECTION("not by asking the list for it") {
    const auto answer = mai.link->get("/v1/needs?unit=" + kTaTong, mai.token());
    REQUIRE(answer.has_value());
    CHECK(answer->body.find(theirs.text()) == std::string::npos);
  }
  SECTION("not by editing, moving or deleting it") {
    const std::int64_t version = of_ta_tong->record(theirs)->version;
    auto gone = change(3, theirs, {}, version);
    gone.erase("set");
    gone["delete"] = true;
    gone["reason"] = "thử";
    const Value answer =
        wire.sync(wire.envelope(3, {Value(change(1, theirs, {{"priority", 1}}, version)),
                                    Value(change(2, theirs, {{"unit", Value(kPaU)}}, version)), Value(gone)}));
    for (const std::int64_t seq : {1, 2, 3}) {
      CHECK(text_of(verdict_on(answer, seq), "verdict") == "quarantined");
    }
    for (const char* list : {"records", "settled"}) CHECK_FALSE(names(answer, list, theirs));
    synced(of_ta_tong);
    CHECK(of_ta_tong->record(theirs)->version == version);
  }
}

TEST_CASE("What is refused because somebody may not see it tells them nothing of it") {
  const World world;
  const Phone of_ta_tong = world.phone("Sùng Thị Dợ", "volunteer", {kTaTong});
  const RecordId theirs = of_ta_tong->create("need", need_fields(kTaTong, "thuốc bí mật"));
  synced(of_ta_tong);
  const Phone mai = world.volunteer();
  const Wire wire(mai);
  const Answer answer = wire.post(wire.envelope(1, {Value(change(1, theirs, {{"item", "x"}}, 1))}));
  CHECK(answer.body.find("thuốc bí mật") == std::string::npos);
}

TEST_CASE("An auditor reads everything of the commune and changes nothing") {
  const World world;
  const Phone mai = world.volunteer();
  const RecordId id = mai->create("need", need_fields());
  synced(mai);
  const Phone auditor = world.phone("Chang Thị Mỷ", "auditor", {kPaU});
  synced(auditor);
  REQUIRE(auditor->record(id).has_value());
  auditor->edit(id, {{"priority", 1}});
  auditor->create("need", need_fields());
  const SyncReport report = synced(auditor);
  REQUIRE(report.verdicts.size() == 2);
  for (const auto& verdict : report.verdicts) CHECK(verdict.code == "role_not_allowed");
}

TEST_CASE("The same request sent eight times at once counts once and always gets the same answer") {
  const World world;
  const Phone mai = world.volunteer();
  const RecordId id = fresh_id();
  auto tap = change(2, id, {}, 0, "activity");
  tap.erase("set");
  tap["inc"] = Value::Object{{"tally", 7}};
  auto bad = change(3, fresh_id(), {{"unit", Value(kPaU)}, {"category", "nonsense"}});
  const Wire wire(mai);
  const std::string body = suoi::domain::canonical_json(wire.envelope(
      3,
      {Value(change(1, id, {{"unit", Value(kPaU)}, {"title", "Khám bệnh"}}, 0, "activity")), Value(tap), Value(bad)}));
  std::vector<std::optional<Answer>> answers(8);
  std::vector<std::thread> threads;
  for (auto& answer : answers) {
    threads.emplace_back([&] { answer = world.server.link()->post("/v1/sync", mai.token(), body); });
  }
  for (std::thread& thread : threads) thread.join();
  std::string verdicts;
  for (const auto& answer : answers) {
    REQUIRE(answer.has_value());
    INFO(answer->body);
    REQUIRE(answer->status == 200);
    const Value said = *parse_json(answer->body);
    CHECK(integer_of(said, "acked") == 3);
    const std::string now = suoi::domain::canonical_json(Value(array_of(said, "verdicts")));
    if (verdicts.empty()) verdicts = now;
    CHECK(now == verdicts);
  }
  synced(mai);
  CHECK(mai->record(id)->integer("tally") == 7);
  CHECK(mai->records("returned_change").size() == 1);
  CHECK(world.server.run({"check"}).exit_status == 0);
}

TEST_CASE("A phone that took a new life after a restore knows what it wrote in the one before") {
  const World world;
  const Phone mai = world.volunteer();
  const RecordId id = mai->create("need", need_fields());
  mai->edit(id, {{"priority", 1}});
  const auto backup = mai->store();
  mai->create("need", need_fields());
  synced(mai);
  mai->restore(backup);
  mai->edit(id, {{"priority", 2}});
  const SyncReport report = synced(mai);
  CHECK(report.forks == 1);
  // It wrote the 1 itself, so its 2 is no quarrel with anybody.
  CHECK(report.verdicts.empty());
  CHECK(mai->record(id)->integer("priority") == 2);
  CHECK(mai->records("need").size() == 2);
}

TEST_CASE("Two people who are asked to join at the same moment get two phones") {
  const World world;
  std::vector<Value> invitations;
  for (int i = 0; i < 6; ++i) invitations.push_back(world.invite("Người " + std::to_string(i), "volunteer", {kPaU}));
  std::vector<Phone> phones;
  for (int i = 0; i < 6; ++i) phones.push_back(world.blank_phone());
  std::vector<int> joined(6, 0);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < phones.size(); ++i) {
    threads.emplace_back([&, i] {
      if (phones[i]->enrol(text_of(invitations[i], "code"), "Máy").has_value()) joined[i] = 1;
      phones[i]->create("need", need_fields());
      if (phones[i]->sync().outcome == SyncOutcome::done) joined[i] += 1;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const int steps : joined) CHECK(steps == 2);
  synced(phones[0]);
  CHECK(phones[0]->records("need").size() == 6);
}
