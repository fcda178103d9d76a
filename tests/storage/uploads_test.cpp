// Files: pieces that come one after the other, what becomes of them, and who finds them by which record.

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "power_cut_vfs.hpp"
#include "store_fixture.hpp"
#include "suoi/certs/hashing.hpp"

namespace suoi::storage::test {
namespace {

constexpr std::string_view kPaU = "2025:03442";
constexpr std::int64_t kNow = 1'790'000'000'000;

UploadId upload_id(std::uint8_t n) {
  UploadId id{};
  id.fill(n);
  return id;
}

domain::PersonId person(std::uint64_t n) {
  return {record_id(n).uuid};
}

std::string some_bytes(std::size_t size, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

std::string hex(const FileDigest& digest) {
  std::string text;
  for (const auto byte : digest) {
    text += "0123456789abcdef"[byte >> 4U];
    text += "0123456789abcdef"[byte & 15U];
  }
  return text;
}

void begin(Store& store, std::uint8_t n, std::size_t length, std::uint64_t owner = 900) {
  commit(store, [&](Transaction& transaction) {
    transaction.add_upload(
        {upload_id(n), person(owner), static_cast<std::int64_t>(length), 0, "sha256 x", std::nullopt, kNow});
  });
}

bool append(Store& store, std::uint8_t n, std::int64_t offset, std::string_view bytes) {
  bool stored = false;
  commit(store, [&](Transaction& transaction) {
    stored = transaction.append_to_upload(upload_id(n), offset, bytes, kNow + 1);
  });
  return stored;
}

FileDigest finish(Store& store, std::uint8_t n, const std::string& bytes) {
  const FileDigest digest = certs::sha256(bytes);
  bool finished = false;
  commit(store,
         [&](Transaction& transaction) { finished = transaction.finish_upload(upload_id(n), digest, "image/jpeg"); });
  CHECK(finished);
  return digest;
}

std::optional<Upload> upload(Store& store, std::uint8_t n) {
  return ask(store, [&](Reader& reader) { return reader.upload(upload_id(n)); });
}

std::string read_file(Store& store, const FileDigest& digest) {
  return ask(store, [&](Reader& reader) {
    std::string all;
    for (std::string part = reader.file_bytes(digest, 0); !part.empty();) {
      all += part;
      part = reader.file_bytes(digest, static_cast<std::int64_t>(all.size()));
    }
    return all;
  });
}

std::vector<std::string> naming(Store& store, const FileDigest& digest) {
  std::vector<std::string> streams;
  store.read([&](Reader& reader) {
    for (const auto& one : reader.streams_naming(digest)) streams.push_back(one.text());
  });
  std::sort(streams.begin(), streams.end());
  return streams;
}

Edit hand_out(const domain::RecordId& id, domain::Value::Array photographs) {
  return {"distribution",
          id,
          0,
          {{"unit", kPaU},
           {"need", record_id(70).text()},
           {"quantity", 1},
           {"date", "2026-11-01"},
           {"photographs", domain::Value(std::move(photographs))}},
          false};
}

void check_sound(Store& store, std::int64_t files) {
  const auto report = store.check({});
  for (const auto& problem : report.problems) UNSCOPED_INFO(problem);
  CHECK(report.ok);
  CHECK(report.files == files);
}

struct World {
  ScratchFolder folder;
  std::unique_ptr<Store> store = Store::create(folder.path() / "store", options());
};

}  // namespace

TEST_CASE("An upload grows piece by piece at its end and nowhere else, and becomes a file") {
  const World world;
  const std::string bytes = some_bytes(700'000);
  begin(*world.store, 1, bytes.size());
  CHECK(append(*world.store, 1, 0, std::string_view(bytes).substr(0, 1'000)));
  CHECK_FALSE(append(*world.store, 1, 0, "again"));
  CHECK_FALSE(append(*world.store, 1, 999, "overlapping"));
  CHECK_FALSE(append(*world.store, 1, 1'001, "with a gap"));
  CHECK_FALSE(append(*world.store, 2, 0, "unknown"));
  CHECK(upload(*world.store, 1)->received == 1'000);
  commit(*world.store,
         [&](Transaction& transaction) { CHECK_FALSE(transaction.finish_upload(upload_id(1), {}, "image/jpeg")); });
  CHECK_FALSE(append(*world.store, 1, 1'000, some_bytes(700'000)));  // beyond its length
  CHECK(append(*world.store, 1, 1'000, std::string_view(bytes).substr(1'000)));
  const FileDigest digest = finish(*world.store, 1, bytes);
  CHECK(upload(*world.store, 1)->file == digest);
  CHECK_FALSE(append(*world.store, 1, 700'000, ""));
  CHECK(read_file(*world.store, digest) == bytes);
  CHECK(ask(*world.store, [&](Reader& reader) { return reader.file_bytes(digest, 699'999); }) == bytes.substr(699'999));
  CHECK(ask(*world.store, [&](Reader& reader) { return reader.file(digest)->length; }) == 700'000);
  CHECK(ask(*world.store, [&](Reader& reader) { return reader.has_uploaded(person(900), digest); }));
  CHECK_FALSE(ask(*world.store, [&](Reader& reader) { return reader.has_uploaded(person(901), digest); }));
  check_sound(*world.store, 1);
}

TEST_CASE("Equal files are kept once, and both who sent them may see it") {
  const World world;
  const std::string bytes = some_bytes(300);
  begin(*world.store, 1, 300, 900);
  begin(*world.store, 2, 300, 901);
  append(*world.store, 1, 0, bytes);
  append(*world.store, 2, 0, bytes);
  const FileDigest digest = finish(*world.store, 1, bytes);
  finish(*world.store, 2, bytes);
  for (const std::uint64_t who : {900U, 901U}) {
    CHECK(ask(*world.store, [&](Reader& reader) { return reader.has_uploaded(person(who), digest); }));
  }
  commit(*world.store, [&](Transaction& transaction) {
    transaction.drop_upload(upload_id(1));
    transaction.drop_upload(upload_id(2));
  });
  CHECK(read_file(*world.store, digest) == bytes);
  check_sound(*world.store, 1);
}

TEST_CASE("What nobody goes on with goes, what was finished stays") {
  const World world;
  const std::string bytes = some_bytes(300);
  for (std::uint8_t n = 1; n <= 4; ++n) begin(*world.store, n, 300);  // expire at kNow
  append(*world.store, 1, 0, bytes);
  const FileDigest digest = finish(*world.store, 1, bytes);
  append(*world.store, 2, 0, "grows, so it expires 1 ms later");
  CHECK(ask(*world.store, [&](Reader& reader) { return reader.unfinished_uploads(person(900)); }) == 3);
  const auto drop = [&](std::int64_t now_ms, std::size_t most) {
    std::size_t dropped = 0;
    commit(*world.store, [&](Transaction& transaction) { dropped = transaction.drop_expired_uploads(now_ms, most); });
    return dropped;
  };
  CHECK(drop(kNow - 1, 10) == 0);
  CHECK(drop(kNow, 10) == 2);
  CHECK(upload(*world.store, 2).has_value());
  CHECK(drop(kNow + 1, 1) == 1);
  CHECK(drop(kNow + 1, 10) == 1);
  CHECK(ask(*world.store, [&](Reader& reader) { return reader.unfinished_uploads(person(900)); }) == 0);
  CHECK(read_file(*world.store, digest) == bytes);
  check_sound(*world.store, 1);
  // The number of the upload that is gone names the file's pieces, so no other may get it.
  begin(*world.store, 9, 10);
  append(*world.store, 9, 0, "0123456789");
  CHECK(read_file(*world.store, digest) == bytes);
}

TEST_CASE("A file is found by the records that name it, as long as they do") {
  const World world;
  Phone phone(1);
  Phone other(2);
  const FileDigest first = certs::sha256("first");
  const FileDigest second = certs::sha256("second");
  CHECK(naming(*world.store, first).empty());
  Edit activity = new_activity(record_id(1), kPaU, "A");
  activity.set.emplace("photo", hex(first));
  send(*world.store, phone, {activity, hand_out(record_id(2), {hex(first), hex(second)})});
  CHECK(naming(*world.store, first) == std::vector<std::string>{std::string(kPaU)});
  CHECK(naming(*world.store, second) == std::vector<std::string>{std::string(kPaU)});
  CHECK(world.store->check({}).files_awaited == 2);

  SECTION("also of two photographs that two people set without each other") {
    send(*world.store, phone, {set_field("activity", record_id(1), 1, "unit", "2025:03433")});
    send(*world.store, other, {set_field("activity", record_id(1), 1, "photo", hex(certs::sha256("third")))});
    send(*world.store, phone, {set_field("activity", record_id(1), 1, "photo", hex(certs::sha256("fourth")))});
    CHECK(naming(*world.store, certs::sha256("third")) == std::vector<std::string>{"2025:03433"});
    CHECK(naming(*world.store, certs::sha256("fourth")) == std::vector<std::string>{"2025:03433"});
    CHECK(naming(*world.store, first) == std::vector<std::string>{std::string(kPaU)});  // by the hand-out alone
  }
  SECTION("not of a value that was replaced") {
    send(*world.store, phone, {set_field("activity", record_id(1), 1, "photo", domain::Value())});
    send(*world.store, phone, {delete_record("activity", record_id(1), 2)});
    CHECK(naming(*world.store, first).size() == 1);
  }
  SECTION("not of a record that was deleted") {
    Edit alone = new_activity(record_id(5), kPaU, "B");
    alone.set.emplace("photo", hex(certs::sha256("alone")));
    send(*world.store, phone, {alone});
    send(*world.store, phone, {delete_record("activity", record_id(5), 1)});
    CHECK(naming(*world.store, certs::sha256("alone")).empty());
  }
  check_sound(*world.store, 0);
}

TEST_CASE("A backup holds the files, and a restored store has them") {
  const World world;
  const std::string bytes = some_bytes(400'000);
  begin(*world.store, 1, bytes.size());
  append(*world.store, 1, 0, bytes);
  const FileDigest digest = finish(*world.store, 1, bytes);
  begin(*world.store, 2, 100);
  append(*world.store, 2, 0, "half");
  world.store->backup(world.folder.path() / "backup", kNow, {});
  const auto restored = Store::restore(world.folder.path() / "backup", world.folder.path() / "second", options());
  REQUIRE(restored);
  CHECK(read_file(*restored, digest) == bytes);
  CHECK(upload(*restored, 2)->received == 4);
  CHECK(append(*restored, 2, 4, " goes on"));
  check_sound(*restored, 1);
}

TEST_CASE("A check finds files whose bytes changed, and lists that do not fit") {
  const World world;
  {
    const std::string bytes = some_bytes(600'000);
    begin(*world.store, 1, bytes.size());
    append(*world.store, 1, 0, bytes);
    finish(*world.store, 1, bytes);
    begin(*world.store, 2, 100);
    append(*world.store, 2, 0, "half");
    Phone phone(1);
    Edit activity = new_activity(record_id(1), kPaU, "A");
    activity.set.emplace("photo", hex(certs::sha256(bytes)));
    send(*world.store, phone, {activity});
    check_sound(*world.store, 1);
  }
  const std::string sql =
      GENERATE(as<std::string>(), "UPDATE piece SET bytes = zeroblob(length(bytes)) WHERE no = 2",
               "DELETE FROM piece WHERE no = 1", "UPDATE file SET length = length - 1", "DELETE FROM file_from",
               "DELETE FROM named_file", "DELETE FROM upload", "UPDATE upload SET received = 3 WHERE file IS NULL",
               "UPDATE upload SET received = 5 WHERE file IS NULL",
               "INSERT INTO named_file VALUES (zeroblob(32), zeroblob(16))");
  CAPTURE(sql);
  tamper(world.folder.path() / "store", sql);
  CHECK_FALSE(world.store->check({}).ok);
}

TEST_CASE("After a power cut an upload holds every byte that was acknowledged, and no other") {
  const std::string bytes = some_bytes(40'000);
  constexpr std::size_t kPiece = 5'000;
  ScratchFolder folder;
  PowerCutVfs disk;
  Store::Options few = options();
  few.readers = 1;
  std::vector<std::size_t> acknowledged_at;
  {
    const auto store = Store::create(folder.path(), few);
    begin(*store, 1, bytes.size());
  }
  disk.record(folder.path());
  {
    const auto store = Store::open(folder.path(), few);
    for (std::size_t at = 0; at < bytes.size(); at += kPiece) {
      append(*store, 1, static_cast<std::int64_t>(at), std::string_view(bytes).substr(at, kPiece));
      acknowledged_at.push_back(disk.operations());
    }
    finish(*store, 1, bytes);
    disk.stop();
  }
  std::mt19937_64 random(3);
  for (std::size_t cut = 0; cut <= disk.operations(); ++cut) {
    CAPTURE(cut);
    const ScratchFolder image;
    disk.write_image(cut, Honesty::honest, random, image.path());
    const auto store = Store::open(image.path(), few);
    const auto found = upload(*store, 1);
    const auto acknowledged = std::upper_bound(acknowledged_at.begin(), acknowledged_at.end(), cut);
    const auto least = static_cast<std::int64_t>(kPiece) * (acknowledged - acknowledged_at.begin());
    REQUIRE(found);
    REQUIRE(found->received >= least);
    REQUIRE(found->received <= least + static_cast<std::int64_t>(kPiece));
    std::string kept;
    store->read([&](Reader& reader) {
      for (std::string part = reader.upload_bytes(upload_id(1), 0); !part.empty();) {
        kept += part;
        part = reader.upload_bytes(upload_id(1), static_cast<std::int64_t>(kept.size()));
      }
    });
    REQUIRE(kept == bytes.substr(0, static_cast<std::size_t>(found->received)));
    REQUIRE(store->check({}).ok);
  }
}

}  // namespace suoi::storage::test
