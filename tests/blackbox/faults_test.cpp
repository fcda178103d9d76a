// What happens to real servers: told to stop, hanging, a clock that jumps, a disk that fails, links that break.
// Afterwards everything that a phone holds a receipt for is there, and the store is whole.

#include <Poco/Net/StreamSocket.h>
#include <Poco/URI.h>

#include <fstream>

#include "../support/sample_files.hpp"
#include "bad_link.hpp"
#include "writers.hpp"

using namespace blackbox;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kSeed = 20261125;

std::uint16_t port_of(const LocalServer& server) {
  return Poco::URI(server.ready().origin).getPort();
}

// A program that runs the server under conditions of its own: lines of shell before it.
class Conditions {
 public:
  explicit Conditions(const std::string& lines) {
    std::ofstream(script_.path()) << "#!/bin/sh\n" << lines << "\nexec " << SUOI_BINARY << " \"$@\"\n";
    std::filesystem::permissions(script_.path(), std::filesystem::perms::owner_all);
  }
  const std::string& program() const { return script_.path(); }

 private:
  Poco::TemporaryFile script_;
};

// Phones at work by threads of their own, until told to stop.
struct Work {
  Address address;
  std::vector<std::unique_ptr<Writer>> writers;

  Work(const World& world, int phones, std::int64_t timeout_ms) {
    address.move(world.server.ready());
    for (int n = 0; n < phones; ++n) {
      const Value invitation = world.invite("Tình nguyện viên " + std::to_string(n + 1), "volunteer", {kPaU});
      writers.push_back(std::make_unique<Writer>(address, timeout_ms));
      REQUIRE(writers.back()->device.enrol(text_of(invitation, "code"), "Máy").has_value());
    }
  }

  void during(const std::function<void()>& deed) {
    std::atomic<bool> stop = false;
    std::vector<std::thread> threads;
    for (std::size_t n = 0; n < writers.size(); ++n) {
      threads.emplace_back([&, n] { writers[n]->work(stop, kSeed + n); });
    }
    deed();
    stop = true;
    for (std::thread& thread : threads) thread.join();
  }

  void check(const World& world) {
    for (const auto& writer : writers) {
      synced(writer->device);
      CHECK_FALSE(writer->stuck);
      CHECK(writer->forks == 0);
      CHECK(writer->restores == 0);
      CHECK_FALSE(writer->made.empty());
    }
    const auto check = world.server.run({"check"});
    INFO(check.out << check.err);
    CHECK(flag_of(check.json, "ok"));
    check_receipts(world, writers);
  }
};

void send_all(Poco::Net::StreamSocket& socket, std::string_view bytes) {
  while (!bytes.empty()) {
    bytes.remove_prefix(static_cast<std::size_t>(socket.sendBytes(bytes.data(), static_cast<int>(bytes.size()))));
  }
}

std::string receive_all(Poco::Net::StreamSocket& socket) {
  socket.setReceiveTimeout(Poco::Timespan(20, 0));
  std::string all;
  std::array<char, 4096> bytes;
  for (int got = 0; (got = socket.receiveBytes(bytes.data(), static_cast<int>(bytes.size()))) > 0;) {
    all.append(bytes.data(), static_cast<std::size_t>(got));
  }
  return all;
}

}  // namespace

TEST_CASE("A server that is told to stop answers what it has accepted, also where the rest of it comes late") {
  World world(World::Serving::no);
  world.server.start({"--plain-http"});
  const Phone mai = world.volunteer();
  Wire wire(mai);
  const RecordId need = fresh_id();
  const std::string body = suoi::domain::canonical_json(wire.envelope(1, {Value(change(1, need, need_fields()))}));
  Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", port_of(world.server)));
  send_all(socket, "POST /v1/sync HTTP/1.1\r\nHost: suoi.test\r\nAuthorization: Bearer " + wire.token +
                       "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
                       "\r\n\r\n" + body.substr(0, body.size() / 2));
  std::this_thread::sleep_for(200ms);
  std::thread rest([&] {
    std::this_thread::sleep_for(500ms);
    send_all(socket, std::string_view(body).substr(body.size() / 2));
  });
  CHECK(world.server.stop() == 0);
  rest.join();
  const std::string answer = receive_all(socket);
  CHECK(answer.starts_with("HTTP/1.1 200"));
  CHECK(answer.find("\"acked\":1") != std::string::npos);
  world.server.start({"--plain-http"});
  const Phone fresh = world.coordinator();
  synced(fresh);
  CHECK(fresh->record(need).has_value());
}

TEST_CASE("A server that hangs for longer than phones wait, again and again, loses nothing and does nothing twice") {
  const World world;
  Work work(world, 3, 500);
  work.during([&] {
    for (int times = 0; times < 4; ++times) {
      std::this_thread::sleep_for(150ms);
      world.server.pause();
      std::this_thread::sleep_for(800ms);
      world.server.resume();
    }
  });
  work.check(world);
}

TEST_CASE("A server whose clock jumps by years, to 1970 and back, keeps what it took and the order of edits") {
  const Poco::TemporaryFile clock;
  const auto set_clock = [&](const char* to) { std::ofstream(clock.path(), std::ios::trunc) << to << '\n'; };
  set_clock("+2y");
  const Conditions faked(
      "export LD_PRELOAD='/usr/$LIB/faketime/libfaketimeMT.so.1' FAKETIME_NO_CACHE=1"
      " FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_TIMESTAMP_FILE=" +
      clock.path());
  World world(World::Serving::no, faked.program());
  world.server.start({"--plain-http"});
  {
    // It really is another time over there.
    const Phone mai = world.volunteer();
    const auto answer = mai.link->get("/healthz");
    REQUIRE(answer.has_value());
    const auto year = 1970 + now_ms() / 31'556'952'000;
    CHECK(answer->header("date").find(std::to_string(year + 2)) != std::string::npos);
  }
  Work work(world, 3, 5'000);
  work.during([&] {
    for (const char* to : {"+1y", "@1970-01-02 00:00:00", "-300d", "+9y", "+0"}) {
      std::this_thread::sleep_for(250ms);
      set_clock(to);
    }
  });
  // Who has seen an edit and writes another one wins, whatever the clock says meanwhile.
  const Phone one = world.volunteer();
  const Phone other = world.volunteer();
  const RecordId need = one->create("need", need_fields());
  synced(one);
  for (int round = 0; round < 4; ++round) {
    const Phone& writer = round % 2 == 0 ? other : one;
    synced(writer);
    set_clock(round % 2 == 0 ? "-2y" : "+2y");
    writer->edit(need, {{"priority", Value(std::int64_t{round + 1})}});
    synced(writer);
  }
  set_clock("+0");
  synced(one);
  CHECK(one->record(need)->integer("priority") == 4);
  work.check(world);
}

TEST_CASE("A server whose disk altered the store shows what it can, takes nothing, and says what to do") {
  World world;
  const Phone mai = world.volunteer();
  const RecordId need = mai->create("need", need_fields());
  synced(mai);
  const auto link = world.server.link(false);
  const std::string picture = suoi::test::jpeg(200'000);
  const Answer begun = link->exchange({"POST",
                                       "/v1/files/",
                                       mai.token(),
                                       {},
                                       "",
                                       {{"Tus-Resumable", "1.0.0"}, {"Upload-Length", std::to_string(picture.size())}}})
                           .value();
  REQUIRE(begun.status == 201);
  const Answer sent = link->exchange({"PATCH",
                                      begun.header("location"),
                                      mai.token(),
                                      picture,
                                      "application/offset+octet-stream",
                                      {{"Tus-Resumable", "1.0.0"}, {"Upload-Offset", "0"}}})
                          .value();
  REQUIRE(sent.status == 204);
  CHECK(world.server.stop() == 0);

  const auto file = world.server.data() / "store" / "store.db";
  std::ifstream in(file, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(in), {});
  const std::size_t at = bytes.find(picture.substr(100'000, 64));
  REQUIRE(at != std::string::npos);
  bytes[at] ^= 8;
  std::ofstream(file, std::ios::binary) << bytes;

  world.server.start();
  const auto again = world.server.link(false);
  CHECK(text_of(parse_json(again->get("/healthz")->body).value(), "status") == "read_only");
  CHECK(text_of(parse_json(again->get("/readyz")->body).value(), "code") == "store_damaged");
  const Answer list = again->exchange({"GET", "/v1/needs", mai.token(), {}, "", {}}).value();
  CHECK(list.status == 200);
  CHECK(list.body.find(need.text()) != std::string::npos);
  Wire wire(mai);
  const Answer refused =
      again
          ->exchange({"POST",
                      "/v1/sync",
                      mai.token(),
                      suoi::domain::canonical_json(wire.envelope(2, {Value(change(2, fresh_id(), need_fields()))})),
                      "application/json",
                      {}})
          .value();
  CHECK(refused.status == 503);
  CHECK_FALSE(refused.header("retry-after").empty());
  CHECK(text_of(parse_json(refused.body).value(), "code") == "store_damaged");
  CHECK(world.server.log().find("\"event\":\"store_damaged\"") != std::string::npos);
  const auto check = world.server.run({"check"});
  INFO(check.out << check.err);
  CHECK(check.exit_status == 1);
  CHECK(check.out.find("does not fit its seal") != std::string::npos);
}

TEST_CASE("A server whose disk writes no more says so, stores nothing by half, and goes on where it stood later") {
  // No file may grow beyond 4 MiB (blocks of 512 bytes); for SQLite that is a disk that fails, not one that is full.
  const Conditions small("if [ \"$1\" = serve ]; then ulimit -f 8192; fi");
  World world(World::Serving::no, small.program());
  world.server.start({"--plain-http"});
  const Phone mai = world.volunteer();
  auto link = world.server.link(false);
  const auto ask = [&](const std::string& method, const std::string& target, std::map<std::string, std::string> headers,
                       std::string body = {}) {
    headers.emplace("Tus-Resumable", "1.0.0");
    const auto answer = link->exchange(
        {method, target, mai.token(), std::move(body), "application/offset+octet-stream", std::move(headers)});
    REQUIRE(answer.has_value());
    return *answer;
  };
  const std::string picture = suoi::test::jpeg(9'000'000);
  const Answer begun = ask("POST", "/v1/files/", {{"Upload-Length", std::to_string(picture.size())}});
  REQUIRE(begun.status == 201);
  const std::string path = begun.header("location");
  const auto offset = [&] {
    return static_cast<std::size_t>(std::stoll(ask("HEAD", path, {}).header("upload-offset")));
  };
  const Answer refused = ask("PATCH", path, {{"Upload-Offset", "0"}}, picture);
  CHECK(refused.status >= 500);
  const std::size_t kept = offset();
  CHECK(kept < 4'200'000);

  // Fill what is left with changes; what is acknowledged must be there, the rest is told to wait.
  std::optional<SyncReport> report;
  std::int64_t saved = 0;
  for (int times = 0; times < 400 && (!report || report->outcome == SyncOutcome::done); ++times) {
    for (int n = 0; n < 40; ++n) mai->create("need", need_fields(kPaU, std::string(150, 'x')));
    report = mai->sync();
    saved = mai->store().life.acked;
  }
  REQUIRE(report);
  CHECK(report->outcome != SyncOutcome::done);
  CHECK(mai->store().life.last > saved);
  CHECK(world.server.stop() == 0);
  CHECK(flag_of(world.server.run({"check"}).json, "ok"));

  LocalServer roomy(SUOI_BINARY, world.server.data());
  roomy.start({"--plain-http"});
  link = roomy.link(false);
  CHECK(offset() == kept);
  CHECK(ask("PATCH", path, {{"Upload-Offset", std::to_string(kept)}}, picture.substr(kept)).status == 204);
  const auto honest = roomy.link();
  Device device(*honest, suoi::client::system_clock(), mai->store());
  synced(device);
  CHECK(device.store().life.acked == device.store().life.last);
  const auto check = roomy.run({"check"});
  CHECK(flag_of(check.json, "ok"));
  CHECK(integer_of(check.json, "files") == 1);
  CHECK(integer_of(check.json, "records") >= device.store().life.last);
}

TEST_CASE("Connections cut at any byte, up and down, lose nothing") {
  const World world;
  LinkProfile cutting = hurried(kTown, 4);
  cutting.cut_bytes = 12'000;
  BadLink link(port_of(world.server), cutting, kSeed);
  Work work(world, 3, 2'000);
  LocalServer::Ready there = world.server.ready();
  there.origin = "https://127.0.0.1:" + std::to_string(link.port());
  work.address.move(there);
  work.during([] { std::this_thread::sleep_for(3s); });
  CHECK(link.cuts() > 5);
  work.address.move(world.server.ready());
  work.check(world);
}

namespace {

// A month of one phone, over each kind of link that the design names: through in few attempts.
void over_every_link(std::int64_t times) {
  const World world;
  for (const LinkProfile& profile : {kOffice, kTown, kEdge, kFloor, kRidge}) {
    INFO(profile.name);
    BadLink link(port_of(world.server), hurried(profile, times), kSeed);
    const Phone mai = world.volunteer();
    suoi::client::HttpsLink::Options options;
    options.ca_file = world.server.ready().ca_file;
    suoi::client::HttpsLink slow("https://127.0.0.1:" + std::to_string(link.port()), options);
    Device device(slow, suoi::client::system_clock(), mai->store());
    for (int n = 0; n < 100; ++n) device.create("need", need_fields(kPaU, "áo ấm số " + std::to_string(n)));
    int attempts = 0;
    while (device.sync().outcome != SyncOutcome::done && attempts < 10) ++attempts;
    CHECK(attempts < 3);
    CHECK(device.store().life.acked == 100);
    CHECK(link.connections() > 0);
  }
  CHECK(flag_of(world.server.run({"check"}).json, "ok"));
}

// A photograph that is longer than any window of the link: each one brings it further.
void photograph_over_the_ridge(std::int64_t times) {
  World world(World::Serving::no);
  world.server.start({"--plain-http"});
  const Phone mai = world.volunteer();
  BadLink link(port_of(world.server), hurried(kRidge, times), kSeed);
  const auto near = world.server.link(false);
  const std::string picture = suoi::test::jpeg(900'000);
  const auto ask = [&](suoi::client::Link& over, const std::string& method, const std::string& target,
                       std::map<std::string, std::string> headers, std::string body = {}) {
    headers.emplace("Tus-Resumable", "1.0.0");
    return over.exchange(
        {method, target, mai.token(), std::move(body), "application/offset+octet-stream", std::move(headers)});
  };
  const auto begun = ask(*near, "POST", "/v1/files/", {{"Upload-Length", std::to_string(picture.size())}});
  REQUIRE(begun);
  const std::string path = begun->header("location");
  std::size_t offset = 0;
  int windows = 0;
  while (offset < picture.size() && windows < 20) {
    ++windows;
    suoi::client::HttpsLink far("http://127.0.0.1:" + std::to_string(link.port()), {{}, 60'000, false});
    ask(far, "PATCH", path, {{"Upload-Offset", std::to_string(offset)}}, picture.substr(offset));
    // The server may still be reading what came before the cut.
    std::this_thread::sleep_for(200ms);
    const auto head = ask(*near, "HEAD", path, {});
    REQUIRE(head);
    const auto reached = static_cast<std::size_t>(std::stoll(head->header("upload-offset")));
    CHECK(reached > offset);
    offset = reached;
  }
  CHECK(offset == picture.size());
  CHECK(windows > 1);
  CHECK(link.bytes_up() < static_cast<std::int64_t>(picture.size()) * 11 / 10);
  CHECK(integer_of(world.server.run({"check"}).json, "files") == 1);
}

}  // namespace

TEST_CASE("A hundred changes get through over every kind of link, hurried") {
  over_every_link(20);
}

TEST_CASE("A photograph longer than any window of the ridge's link arrives, each window bringing it further, hurried") {
  photograph_over_the_ridge(20);
}

TEST_CASE("A hundred changes get through over every kind of link", "[long]") {
  over_every_link(1);
}

TEST_CASE("A photograph longer than any window of the ridge's link arrives, each window bringing it further",
          "[long]") {
  photograph_over_the_ridge(1);
}
