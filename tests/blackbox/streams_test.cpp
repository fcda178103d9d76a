// What a phone is given: streams by role, cursors, pages, sums, settled and removed (protocol.md, "Sync").
#include <algorithm>
#include <set>

#include "world.hpp"

using namespace blackbox;

namespace {

std::set<std::string> streams_of(const Phone& phone) {
  const auto& streams = phone->store().streams;
  return {streams.begin(), streams.end()};
}

std::string desk(const std::string& unit) {
  return unit + "/desk";
}

// Makes a number of needs in one sync and gives their ids.
std::vector<RecordId> many_needs(const Phone& phone, int count, const std::string& unit = kPaU) {
  std::vector<RecordId> ids;
  for (int i = 0; i < count; ++i) ids.push_back(phone->create("need", need_fields(unit, "áo số " + std::to_string(i))));
  synced(phone);
  return ids;
}

std::int64_t cursor(const Value& answer, const std::string& stream) {
  return integer_of(object_of(answer, "cursors"), stream, -1);
}

}  // namespace

TEST_CASE("Everybody gets the streams of their role, and no others") {
  const World world;
  const Phone volunteer = world.volunteer();
  const Phone leader = world.phone("Pờ Xè Lừ", "commune_leader", {kPaU});
  const Phone coordinator = world.coordinator();
  const Phone auditor = world.phone("Chang Thị Mỷ", "auditor", {kTaTong});
  for (const Phone* phone : {&volunteer, &leader, &coordinator, &auditor}) synced(*phone);

  CHECK(streams_of(volunteer) == std::set<std::string>{kPaU, kLaiChau, "person:" + volunteer.person});
  CHECK(streams_of(leader) == std::set<std::string>{kPaU, desk(kPaU), kLaiChau, "person:" + leader.person});
  const auto all = streams_of(coordinator);
  for (const std::string& stream : {kPaU, desk(kPaU), kTaTong, desk(kTaTong), kLaiChau, desk(kLaiChau)}) {
    INFO(stream);
    CHECK(all.count(stream) == 1);
  }
  CHECK(all.count("person:" + volunteer.person) == 0);
  CHECK(streams_of(auditor).count(desk(kTaTong)) == 1);
  CHECK(streams_of(auditor).count(kPaU) == 0);
}

TEST_CASE("Cases and quarantine are seen at the desk and nowhere else") {
  const World world;
  const Phone mai = world.volunteer();
  const Phone sung = world.phone("Giàng A Súng", "volunteer", {kPaU});
  const Phone leader = world.phone("Pờ Xè Lừ", "commune_leader", {kPaU});
  auto bad = need_fields();
  bad["priority"] = 99;
  mai->create("need", bad);
  for (const Phone* phone : {&mai, &sung, &leader}) synced(*phone);
  CHECK(mai->records("quarantine").empty());
  CHECK(mai->records("returned_change").size() == 1);
  CHECK(sung->records("returned_change").empty());
  CHECK(sung->records("quarantine").empty());
  CHECK(leader->records("quarantine").size() == 1);
}

TEST_CASE("A role that is withdrawn takes its stream along and leaves unsent work") {
  const World world;
  const Phone mai = world.phone("Lò Thị Mai", "volunteer", {kPaU, kTaTong});
  many_needs(mai, 2, kPaU);
  many_needs(mai, 3, kTaTong);
  CHECK(mai->records("need").size() == 5);
  const auto withdrawn =
      world.server.run({"role", "withdraw", "--person", mai.person, "--role", "volunteer", "--unit", kTaTong});
  INFO(withdrawn.err);
  REQUIRE(withdrawn.exit_status == 0);
  synced(mai);
  CHECK(streams_of(mai).count(kTaTong) == 0);
  CHECK(mai->records("need").size() == 2);

  const auto granted =
      world.server.run({"role", "grant", "--person", mai.person, "--role", "volunteer", "--unit", kTaTong});
  REQUIRE(granted.exit_status == 0);
  synced(mai);
  CHECK(mai->records("need").size() == 5);
}

TEST_CASE("A cursor brings what is new, and only that") {
  const World world;
  const Phone mai = world.volunteer();
  many_needs(mai, 3);
  const Phone sung = world.phone("Giàng A Súng", "volunteer", {kPaU});
  synced(sung);
  const std::int64_t held = sung->store().cursors.at(kPaU);
  const RecordId fresh = many_needs(mai, 1).front();

  const Wire wire(sung);
  const Value answer = wire.sync(wire.envelope(0, {}, {{kPaU, Value(held)}}));
  CHECK(names(answer, "records", fresh));
  std::size_t of_pa_u = 0;
  for (const Value& record : array_of(answer, "records")) of_pa_u += text_of(record, "stream") == kPaU ? 1 : 0;
  CHECK(of_pa_u == 1);
  CHECK(cursor(answer, kPaU) > held);
  const Value nothing = wire.sync(wire.envelope(0, {}, {{kPaU, Value(cursor(answer, kPaU))}}));
  for (const Value& record : array_of(nothing, "records")) CHECK(text_of(record, "stream") != kPaU);
}

TEST_CASE("Cursors that cannot be true are taken as absent or ignored") {
  const World world;
  const Phone mai = world.volunteer();
  const auto ids = many_needs(mai, 3);
  const std::int64_t head = mai->store().cursors.at(kPaU);
  const Wire wire(mai);
  const auto gets_all = [&](const Value::Object& body) {
    const Value answer = wire.sync(body);
    return std::all_of(ids.begin(), ids.end(), [&](const RecordId& id) { return names(answer, "records", id); });
  };
  CHECK(gets_all(wire.envelope(0, {}, {{kPaU, Value(head + 1000)}})));
  CHECK(gets_all(wire.envelope(0, {}, {{"2025:99999", 5}, {kTaTong, 5}, {"nonsense", 5}})));
  CHECK_FALSE(gets_all(wire.envelope(0, {}, {{kPaU, Value(head)}})));
  auto without_epoch = wire.envelope(0, {}, {{kPaU, Value(head)}});
  without_epoch.erase("epoch");
  CHECK(gets_all(without_epoch));
}

TEST_CASE("A phone that wishes for one stream gets one, and its other cursors stay good") {
  const World world;
  const Phone mai = world.phone("Lò Thị Mai", "volunteer", {kPaU, kTaTong});
  many_needs(mai, 2, kPaU);
  many_needs(mai, 2, kTaTong);
  const Phone thin = world.phone("Giàng A Súng", "volunteer", {kPaU, kTaTong});
  thin->want({kPaU});
  synced(thin);
  CHECK(thin->records("need").size() == 2);
  for (const auto& record : thin->records("need")) CHECK(record.unit == kPaU);

  // What it held before it wished for less is not given again afterwards.
  const Value cursors_before = Value(mai->store().cursors.at(kTaTong));
  const Wire wire(mai);
  auto narrow = wire.envelope(0, {}, {{kTaTong, cursors_before}});
  narrow["want"] = Value::Array{Value(kPaU)};
  wire.sync(narrow);
  const Value wide = wire.sync(wire.envelope(0, {}, {{kTaTong, cursors_before}}));
  for (const auto& need : mai->records("need")) {
    if (need.unit == kTaTong) CHECK_FALSE(names(wide, "records", need.id));
  }
}

TEST_CASE("A full stream comes page by page, each record once, and the sum agrees at the end") {
  const World world;
  const Phone mai = world.volunteer();
  const auto ids = many_needs(mai, 120);
  const Phone sung = world.phone("Giàng A Súng", "volunteer", {kPaU});
  const Wire wire(sung);
  std::map<std::string, int> seen;
  Value::Object cursors;
  bool more = true;
  int pages = 0;
  for (; more && pages < 200; ++pages) {
    auto body = wire.envelope(0, {}, cursors);
    body["max_bytes"] = 4096;
    const Value answer = wire.sync(body);
    for (const Value& record : array_of(answer, "records")) ++seen[text_of(record, "id")];
    for (const auto& [stream, position] : object_of(answer, "cursors")) cursors[stream] = position;
    more = flag_of(answer, "more");
    CHECK(suoi::domain::canonical_json(answer).size() < 4096 * 3);
  }
  CHECK_FALSE(more);
  CHECK(pages > 5);
  for (const RecordId& id : ids) CHECK(seen[id.text()] == 1);

  sung->page_bytes(4096);
  const SyncReport report = synced(sung);
  CHECK(report.round_trips > 5);
  CHECK(report.sums_differed == 0);
  CHECK(shown(*sung, "need") == shown(*mai, "need"));
}

TEST_CASE("The sum of a stream is what its live records give") {
  const World world;
  const Phone mai = world.volunteer();
  many_needs(mai, 4);
  mai->remove(mai->records("need").front().id, "ghi nhầm");
  synced(mai);
  const Phone sung = world.phone("Giàng A Súng", "volunteer", {kPaU});
  synced(sung);
  synced(mai);  // the new person's own record is in the stream too
  const Wire wire(sung);
  const Value answer = wire.sync(wire.envelope(0));
  const auto& sums = object_of(answer, "sums");
  REQUIRE(sums.count(kPaU) == 1);
  CHECK(sums.at(kPaU) == Value(suoi::client::stream_sum(sung->store(), kPaU)));
  CHECK(sums.at(kPaU) == Value(suoi::client::stream_sum(mai->store(), kPaU)));
}

TEST_CASE("A phone whose records were damaged notices by the sum and gets the stream again") {
  const World world;
  const Phone mai = world.volunteer();
  many_needs(mai, 3);
  auto damaged = mai->store();
  damaged.records.erase(damaged.records.begin());
  for (auto& [id, record] : damaged.records) {
    if (record.collection == "need") {
      record.version += 1;
      break;
    }
  }
  const std::string before = shown(*mai, "need");
  const Phone phone = world.clone(mai, damaged);
  many_needs(world.phone("Giàng A Súng", "volunteer", {kPaU}), 1);
  const SyncReport report = synced(phone);
  CHECK(report.sums_differed > 0);
  synced(mai);
  CHECK(shown(*phone, "need") == shown(*mai, "need"));
  CHECK(shown(*phone, "need") != before);
}

TEST_CASE("No answer names one record both as settled and as sent, and the author has what others get") {
  const World world;
  const Phone mai = world.volunteer();
  const Wire wire(mai);
  const RecordId place = fresh_id();
  const RecordId need = fresh_id();
  const RecordId survey = fresh_id();
  const Value answer = wire.sync(wire.envelope(
      3, {Value(change(1, place, {{"unit", Value(kPaU)}, {"name", "Trường Pa Ủ"}}, 0, "place")),
          Value(change(2, need, need_fields())),
          Value(change(
              3, survey,
              {{"unit", Value(kPaU)}, {"need", Value(need.text())}, {"quantity", 120}, {"assessed_on", "2026-11-02"}},
              0, "assessment"))}));
  CHECK(array_of(answer, "verdicts").empty());
  CHECK(names(answer, "settled", place));
  CHECK_FALSE(names(answer, "records", place));
  // The server made fields of the need: its author cannot know them, so it comes whole.
  CHECK(names(answer, "records", need));
  CHECK_FALSE(names(answer, "settled", need));
  for (const Value& settled : array_of(answer, "settled")) {
    REQUIRE(settled.array() != nullptr);
    REQUIRE(settled.array()->size() == 3);
    CHECK((*settled.array())[2] == Value(kPaU));
  }
  const Phone sung = world.phone("Giàng A Súng", "volunteer", {kPaU});
  synced(sung);
  CHECK(sung->record(need)->integer("quantity") == 120);
}

TEST_CASE("After a day of work an author's phone holds exactly what a new phone gets") {
  const World world;
  const Phone mai = world.volunteer();
  const RecordId activity =
      mai->create("activity", {{"unit", Value(kPaU)}, {"title", "Khám bệnh"}, {"status", "planned"}});
  suoi::client::Edit edit;
  edit.inc["tally"] = 3;
  edit.add["themes"] = {"health", "children", "health"};
  mai->change(activity, edit);
  synced(mai);
  suoi::client::Edit empty;
  empty.remove["themes"] = {"health", "children"};
  empty.set["narrative"] = "Đã khám xong";
  mai->change(activity, empty);
  const RecordId need = mai->create("need", need_fields());
  mai->edit(need, {{"item", Value()}, {"unit_of_measure", Value()}});
  const RecordId place =
      mai->create("place", {{"unit", Value(kPaU)},
                            {"name", "Trường Pa Ủ"},
                            {"position", Value::Object{{"lat", 22'500'000}, {"lon", 102'500'000}, {"accuracy", 12}}}});
  synced(mai);
  mai->edit(place, {{"name", "Trường tiểu học Pa Ủ"}});
  synced(mai);
  const Phone fresh = world.phone("Giàng A Súng", "volunteer", {kPaU});
  synced(fresh);
  for (const char* collection : {"activity", "need", "place"}) {
    CHECK(shown(*mai, collection) == shown(*fresh, collection));
  }
}

TEST_CASE("A record that was deleted leaves other phones, and its author is told nothing") {
  const World world;
  const Phone mai = world.volunteer();
  const Phone sung = world.phone("Giàng A Súng", "volunteer", {kPaU});
  const RecordId id = many_needs(mai, 2).front();
  synced(sung);
  const std::int64_t held = sung->store().cursors.at(kPaU);
  const Wire wire(mai);
  Value::Object gone = change(1, id, {}, mai->record(id)->version);
  gone.erase("set");
  gone["delete"] = true;
  gone["reason"] = "ghi nhầm";
  const Value own = wire.sync(wire.envelope(1, {Value(gone)}, {{kPaU, Value(mai->store().cursors.at(kPaU))}}));
  for (const char* list : {"settled", "records", "removed"}) CHECK_FALSE(names(own, list, id));
  CHECK(array_of(own, "verdicts").empty());

  const Wire other(sung);
  const Value theirs = other.sync(other.envelope(0, {}, {{kPaU, Value(held)}}));
  CHECK(names(theirs, "removed", id));
  synced(sung);
  CHECK_FALSE(sung->record(id).has_value());
  CHECK(sung->records("need").size() == 1);
}

TEST_CASE("A record that moves to another commune leaves one phone and comes to the other") {
  const World world;
  const Phone of_both = world.phone("Lò Thị Mai", "volunteer", {kPaU, kTaTong});
  const Phone of_pa_u = world.phone("Giàng A Súng", "volunteer", {kPaU});
  const Phone of_ta_tong = world.phone("Sùng Thị Dợ", "volunteer", {kTaTong});
  const RecordId id = of_both->create("place", {{"unit", Value(kPaU)}, {"name", "Nhà văn hóa"}});
  synced(of_both);
  synced(of_pa_u);
  synced(of_ta_tong);
  REQUIRE(of_pa_u->record(id).has_value());
  REQUIRE_FALSE(of_ta_tong->record(id).has_value());

  const std::int64_t held = of_pa_u->store().cursors.at(kPaU);
  of_both->edit(id, {{"unit", Value(kTaTong)}});
  const SyncReport moved = synced(of_both);
  CHECK(moved.verdicts.empty());
  CHECK(moved.sums_differed == 0);
  CHECK(of_both->record(id)->stream == kTaTong);
  const Wire wire(of_pa_u);
  const Value answer = wire.sync(wire.envelope(0, {}, {{kPaU, Value(held)}}));
  CHECK(names(answer, "removed", id));
  synced(of_pa_u);
  synced(of_ta_tong);
  CHECK_FALSE(of_pa_u->record(id).has_value());
  CHECK(of_ta_tong->record(id)->unit == kTaTong);
}

TEST_CASE("Positions and versions only grow") {
  const World world;
  const Phone mai = world.volunteer();
  const RecordId id = mai->create("place", {{"unit", Value(kPaU)}, {"name", "Trạm y tế"}});
  std::int64_t version = 0;
  std::int64_t position = 0;
  for (int i = 0; i < 5; ++i) {
    mai->edit(id, {{"village", Value("Bản " + std::to_string(i))}});
    synced(mai);
    CHECK(mai->record(id)->version > version);
    CHECK(mai->store().cursors.at(kPaU) > position);
    version = mai->record(id)->version;
    position = mai->store().cursors.at(kPaU);
  }
}

TEST_CASE("Requests may be packed, and answers come packed when that is asked for") {
  const World world;
  const Phone mai = world.volunteer();
  many_needs(mai, 30);
  const std::string body = suoi::domain::canonical_json(Wire(mai).envelope(0));
  suoi::client::LinkRequest request{"POST", "/v1/sync", mai.token(), body, "application/json", {}};
  const auto packed = mai.link->exchange(request);
  REQUIRE(packed.has_value());
  CHECK(packed->header("content-encoding") == "gzip");
  request.headers["Accept-Encoding"] = "identity";
  const auto plain = mai.link->exchange(request);
  REQUIRE(plain.has_value());
  CHECK(plain->header("content-encoding").empty());
  const Value from_packed = *parse_json(packed->body);
  const Value from_plain = *parse_json(plain->body);
  CHECK(array_of(from_packed, "records") == array_of(from_plain, "records"));

  const auto unpacked_link = world.server.link(false);
  Device plain_sender(*unpacked_link, suoi::client::system_clock(), mai->store());
  for (int i = 0; i < 20; ++i) plain_sender.create("need", need_fields());
  CHECK(plain_sender.sync().outcome == SyncOutcome::done);
}
