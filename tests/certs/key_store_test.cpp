// The server's keys on disk: made once, kept, refused when anything about them is wrong.
#include "suoi/certs/key_store.hpp"

#include <sys/stat.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <thread>

#include "scratch_folder.hpp"
#include "suoi/certs/base64url.hpp"
#include "suoi/certs/hashing.hpp"
#include "suoi/certs/jwe.hpp"
#include "suoi/certs/jws.hpp"

using namespace suoi::certs;
namespace fs = std::filesystem;
using suoi::certs::test::ScratchFolder;

namespace {

constexpr std::int64_t kNow = 1795296000000;  // 2026-11-21
constexpr Purpose kPurposes[] = {Purpose::receipts, Purpose::bundles, Purpose::certificates};

struct Place : ScratchFolder {
  KeyStorePlace place{path() / "keys", std::nullopt};
  KeyStore open() const {
    auto store = KeyStore::open(place, kNow);
    if (!store) FAIL(store.error().text);
    return std::move(*store);
  }
  KeyStoreError error() const {
    const auto store = KeyStore::open(place, kNow);
    REQUIRE_FALSE(store.has_value());
    return store.error();
  }
  fs::path key_file(Purpose purpose) const {
    for (const auto& entry : fs::directory_iterator(place.folder)) {
      if (entry.path().filename().string().rfind(name_of(purpose), 0) == 0) return entry.path();
    }
    throw std::runtime_error("no key file");
  }
};

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  REQUIRE(::chmod(path.c_str(), 0600) == 0);
}

unsigned mode_of(const fs::path& path) {
  struct stat state {};
  REQUIRE(::stat(path.c_str(), &state) == 0);
  return state.st_mode & 07777;
}

}  // namespace

TEST_CASE("the first start makes a key for every purpose that nobody else can read") {
  const Place place;
  const KeyStore store = place.open();
  CHECK(mode_of(place.place.folder) == 0700);
  int files = 0;
  for (const auto& entry : fs::directory_iterator(place.place.folder)) {
    ++files;
    CHECK(mode_of(entry.path()) == 0600);
  }
  CHECK(files == 4);
  CHECK_FALSE(fs::exists(place.place.folder.string() + ".part"));
  for (const Purpose purpose : kPurposes) {
    CHECK(store.all(purpose).size() == 1);
    const std::string text = read(place.key_file(purpose));
    const std::string secret = store.current(purpose, kNow).key.secret();
    CHECK(text.find(secret) == std::string::npos);
    CHECK(text.find(base64url(secret)) == std::string::npos);
  }
}

TEST_CASE("the keys are the same after a restart") {
  const Place place;
  const KeyStore first = place.open(), second = place.open();
  for (const Purpose purpose : kPurposes) {
    CHECK(first.current(purpose, kNow).kid() == second.current(purpose, kNow).kid());
    CHECK(first.current(purpose, kNow).key.secret() == second.current(purpose, kNow).key.secret());
  }
  const auto sealed = encrypt_compact(first.current(Purpose::bundles, kNow).key.public_key(), "gói");
  CHECK(decrypt_compact(second.current(Purpose::bundles, kNow).key, sealed) == std::string("gói"));
}

TEST_CASE("a first start that broke off leaves nothing behind that counts") {
  const Place place;
  const fs::path part = place.place.folder.string() + ".part";
  fs::create_directory(part);
  write(part / "master.key", "half");
  fs::create_directory(place.place.folder);  // as a service manager may make it
  place.open();
  CHECK_FALSE(fs::exists(part));
}

TEST_CASE("a changed key file is refused, whichever byte was changed") {
  const Place place;
  place.open();
  const fs::path path = place.key_file(Purpose::receipts);
  const std::string good = read(path);
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    write(path, bad);
    CAPTURE(at, bad);
    const auto error = place.error();
    CHECK((error.fault == KeyStoreFault::key_malformed || error.fault == KeyStoreFault::key_changed ||
           error.fault == KeyStoreFault::master_wrong));
    CHECK(error.text.find(path.string()) != std::string::npos);
  }
  write(path, good);
  place.open();
}

TEST_CASE("a key file with anything added or taken away is refused") {
  const Place place;
  place.open();
  const fs::path path = place.key_file(Purpose::receipts);
  const std::string good = read(path);
  for (const std::string& bad :
       {std::string(), std::string("{}"), std::string("[]"), good + "\n", " " + good, good.substr(0, good.size() - 1),
        good.substr(0, good.size() / 2), "{\"a\":1," + good.substr(1), std::string(5000, ' ')}) {
    write(path, bad);
    CAPTURE(bad);
    const auto fault = place.error().fault;
    CHECK((fault == KeyStoreFault::key_malformed || fault == KeyStoreFault::unreadable));
  }
}

TEST_CASE("a key cannot be used for another purpose by renaming its file") {
  const Place place;
  place.open();
  const fs::path path = place.key_file(Purpose::receipts);
  const std::string name = path.filename().string();
  fs::rename(path, place.place.folder / ("bundles" + name.substr(name.find('-'))));
  CHECK(place.error().fault == KeyStoreFault::key_malformed);
}

TEST_CASE("another master key opens nothing, and the error says so") {
  const Place place;
  place.open();
  const fs::path master = place.place.folder / "master.key";
  write(master, base64url(random_bytes(32)) + "\n");
  const auto error = place.error();
  CHECK(error.fault == KeyStoreFault::master_wrong);
  CHECK(error.text.find("another master key") != std::string::npos);
  write(master, "rubbish\n");
  CHECK(place.error().fault == KeyStoreFault::master_malformed);
  fs::remove(master);
  CHECK(place.error().fault == KeyStoreFault::master_missing);
}

TEST_CASE("a lost key is noticed and never made anew") {
  const Place place;
  place.open();
  fs::remove(place.key_file(Purpose::certificates));
  const auto error = place.error();
  CHECK(error.fault == KeyStoreFault::key_missing);
  CHECK(error.text.find("certificates") != std::string::npos);
  CHECK(place.error().fault == KeyStoreFault::key_missing);
}

TEST_CASE("keys that others may read are refused") {
  const Place place;
  place.open();
  const fs::path key = place.key_file(Purpose::receipts);
  REQUIRE(::chmod(key.c_str(), 0644) == 0);
  const auto error = place.error();
  CHECK(error.fault == KeyStoreFault::permissions);
  CHECK(error.text.find("0644") != std::string::npos);
  REQUIRE(::chmod(key.c_str(), 0600) == 0);
  REQUIRE(::chmod(place.place.folder.c_str(), 0750) == 0);
  CHECK(place.error().fault == KeyStoreFault::permissions);
}

TEST_CASE("a key file that is a symbolic link is refused") {
  const Place place;
  place.open();
  const fs::path key = place.key_file(Purpose::receipts);
  fs::rename(key, place.path() / "elsewhere");
  fs::create_symlink(place.path() / "elsewhere", key);
  CHECK(place.error().fault == KeyStoreFault::unreadable);
}

TEST_CASE("the operator can keep the master key elsewhere") {
  Place place;
  place.place.operator_master_key = place.path() / "operator.key";
  CHECK(place.error().fault == KeyStoreFault::master_missing);
  CHECK_FALSE(fs::exists(place.place.folder));
  write(*place.place.operator_master_key, base64url(random_bytes(32)));
  const std::string kid = place.open().current(Purpose::receipts, kNow).kid();
  CHECK_FALSE(fs::exists(place.place.folder / "master.key"));
  CHECK(place.open().current(Purpose::receipts, kNow).kid() == kid);
  REQUIRE(::chmod(place.place.operator_master_key->c_str(), 0644) == 0);
  CHECK(place.error().fault == KeyStoreFault::permissions);
}

TEST_CASE("a folder that cannot be made is reported with its path") {
  Place place;
  place.place.folder = place.path() / "absent" / "keys";
  const auto error = place.error();
  CHECK(error.fault == KeyStoreFault::unwritable);
  CHECK(error.text.find("absent") != std::string::npos);
}

TEST_CASE("after a rotation the new key signs from its time on and both verify, also after a restart") {
  const Place place;
  KeyStore store = place.open();
  const std::string old_kid = store.current(Purpose::receipts, kNow).kid();
  const auto added = store.rotate(Purpose::receipts, kNow + 1000);
  REQUIRE(added);
  const KeyStore again = place.open();
  for (const KeyStore* each : std::initializer_list<const KeyStore*>{&store, &again}) {
    CHECK(each->current(Purpose::receipts, kNow + 999).kid() == old_kid);
    CHECK(each->current(Purpose::receipts, kNow + 1000).kid() == added->kid());
    CHECK(each->current(Purpose::receipts, 0).kid() == old_kid);
    CHECK(each->public_keys(Purpose::receipts).size() == 2);
    CHECK(each->find(Purpose::receipts, old_kid).has_value());
    CHECK_FALSE(each->find(Purpose::bundles, old_kid).has_value());
    CHECK(each->all(Purpose::bundles).size() == 1);
  }
  const auto receipt = sign_compact(again.current(Purpose::receipts, kNow).key, {{"kid", old_kid}}, "{}");
  CHECK(verify_compact(receipt, store.public_keys(Purpose::receipts)).has_value());
}

TEST_CASE("the JWKS names each key with its use, the current one first, and no secret") {
  const Place place;
  KeyStore store = place.open();
  const auto receipts = store.current(Purpose::receipts, kNow);
  const auto bundles = store.current(Purpose::bundles, kNow);
  const auto member = [](const OwnKey& key, const std::string& use, const std::string& alg) {
    const auto& point = key.key.public_key();
    return R"({"alg":")" + alg + R"(","crv":"P-256","kid":")" + key.kid() + R"(","kty":"EC","use":")" + use +
           R"(","x":")" + base64url(point.x()) + R"(","y":")" + base64url(point.y()) + R"("})";
  };
  CHECK(store.jwks({Purpose::receipts, Purpose::bundles}, kNow) ==
        R"({"keys":[)" + member(receipts, "sig", "ES256") + "," + member(bundles, "enc", "ECDH-ES") + "]}");
  const auto next = store.rotate(Purpose::receipts, kNow + 1000);
  REQUIRE(next);
  CHECK(store.jwks({Purpose::receipts}, kNow) ==
        R"({"keys":[)" + member(receipts, "sig", "ES256") + "," + member(*next, "sig", "ES256") + "]}");
  CHECK(store.jwks({Purpose::receipts}, kNow + 1000) ==
        R"({"keys":[)" + member(*next, "sig", "ES256") + "," + member(receipts, "sig", "ES256") + "]}");
}

TEST_CASE("keys are read by many threads while one is added") {
  const Place place;
  KeyStore store = place.open();
  std::vector<std::thread> readers;
  std::atomic<int> verified{0};
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      for (int round = 0; round < 50; ++round) {
        const OwnKey key = store.current(Purpose::receipts, kNow + round);
        const auto token = sign_compact(key.key, {{"kid", key.kid()}}, "x");
        if (verify_compact(token, store.public_keys(Purpose::receipts))) ++verified;
      }
    });
  }
  for (int i = 0; i < 5; ++i) CHECK(store.rotate(Purpose::receipts, kNow + i * 10).has_value());
  for (auto& reader : readers) reader.join();
  CHECK(verified == 200);
  CHECK(store.all(Purpose::receipts).size() == 6);
}
