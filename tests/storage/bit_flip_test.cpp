// A disk that alters what lies on it: nothing of that is ever taken for what was written.

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <random>

#include "../../storage/src/sealed_pages.hpp"
#include "store_fixture.hpp"
#include "suoi/certs/hashing.hpp"

namespace suoi::storage::test {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPaU = "2025:03442";
constexpr std::uint32_t kSeed = 20261125;
constexpr int kFlips = 400;

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A store with something in its tables, all of it moved out of the log.
void make_store(const fs::path& folder) {
  const auto store = Store::create(folder, options());
  Phone phone(1);
  for (std::uint64_t n = 1; n <= 40; ++n) {
    send(*store, phone, {new_activity(record_id(n), kPaU, "Buổi " + std::to_string(n))});
    send(*store, phone, {{"person", record_id(1'000 + n), 0, {{"unit", kPaU}, {"full_name", "Mai"}}, false}});
  }
  send(*store, phone, {delete_record("activity", record_id(1), 1)});
  commit(*store, [&](Transaction& transaction) {
    Invitation invitation;
    invitation.code_hash = certs::sha256("code");
    invitation.person = phone.person;
    invitation.expires_ms = 1;
    transaction.add_invitation(invitation);
    Upload upload;
    upload.person = phone.person;
    upload.length = 20'000;
    upload.expires_ms = 1;
    transaction.add_upload(upload);
    transaction.append_to_upload(upload.id, 0, std::string(20'000, 'p'), 1);
  });
  store->scrub();
}

void lay_down(const fs::path& folder, const std::string& bytes) {
  fs::remove_all(folder);
  fs::create_directory(folder);
  std::ofstream(folder / "store.db", std::ios::binary) << bytes;
}

// Whether the damage is noticed: check() finds it, or there is nothing any more that opens.
bool is_found(const fs::path& folder) {
  try {
    return !Store::open(folder, options())->check({}).ok;
  } catch (const StoreFault&) {
    return true;
  }
}

}  // namespace

TEST_CASE("Of 400 bits that a disk flips in a store check finds every one") {
  const ScratchFolder folder;
  make_store(folder.path() / "sound");
  const std::string sound = bytes_of(folder.path() / "sound" / "store.db");
  REQUIRE(sound.size() > 100'000);
  lay_down(folder.path() / "copy", sound);
  REQUIRE_FALSE(is_found(folder.path() / "copy"));
  std::mt19937 random(kSeed);
  int found = 0;
  for (int flip = 0; flip < kFlips; ++flip) {
    const std::size_t bit = random() % (sound.size() * 8);
    std::string altered = sound;
    altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ (1 << (bit % 8)));
    lay_down(folder.path() / "copy", altered);
    const bool noticed = is_found(folder.path() / "copy");
    found += noticed ? 1 : 0;
    if (!noticed) UNSCOPED_INFO("not found: bit " << bit % 8 << " of byte " << bit / 8);
  }
  CHECK(found == kFlips);
}

TEST_CASE("A store that finds damage as it opens is read and never written") {
  const ScratchFolder folder;
  make_store(folder.path() / "store");
  const fs::path file = folder.path() / "store" / "store.db";
  std::string bytes = bytes_of(file);
  bytes[bytes.size() - 2'000] ^= 4;  // in the last page
  std::ofstream(file, std::ios::binary) << bytes;
  auto careful = options();
  careful.look_for_damage = true;
  const auto store = Store::open(folder.path() / "store", careful);
  REQUIRE(store->damage().has_value());
  CHECK(page_of(*store, kPaU).size() == 79);
  Phone phone(2);
  try {
    send(*store, phone, {new_activity(record_id(5'000), kPaU, "Buổi mới")});
    FAIL("it was written");
  } catch (const StoreFault& fault) {
    CHECK(fault.is_damaged);
    CHECK_FALSE(fault.is_full);
  }
  CHECK_THROWS_AS(store->checkpoint(), StoreFault);
  CHECK_THROWS_AS(store->backup(folder.path() / "backup", 1, {}), StoreFault);
  CHECK_FALSE(fs::exists(folder.path() / "backup"));
}

TEST_CASE("Damage that is only met while serving stops all further writing") {
  const ScratchFolder folder;
  make_store(folder.path() / "store");
  const auto store = Store::open(folder.path() / "store", options());
  CHECK_FALSE(store->damage().has_value());
  {
    std::string bytes = bytes_of(folder.path() / "store" / "store.db");
    // All but what a fresh connection has in memory already.
    for (std::size_t at = 5 * kPageBytes + 100; at < bytes.size(); at += kPageBytes) bytes[at] ^= 1;
    std::fstream(folder.path() / "store" / "store.db", std::ios::binary | std::ios::in | std::ios::out) << bytes;
  }
  CHECK_THROWS_AS(page_of(*store, kPaU), StoreFault);
  REQUIRE(store->damage().has_value());
  Phone phone(2);
  CHECK_THROWS_AS(send(*store, phone, {new_activity(record_id(5'000), kPaU, "Buổi mới")}), StoreFault);
}

// Whether another process is kept from taking a database file for its own: SQLite's "shared" bytes, 510 from 2^30 + 2
// on.
bool is_held(const fs::path& file) {
  const pid_t other = ::fork();
  if (other == 0) {
    struct flock whole = {};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    whole.l_start = (1 << 30) + 2;
    whole.l_len = 510;
    const int opened = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
    ::_exit(opened >= 0 && ::fcntl(opened, F_SETLK, &whole) == 0 ? 0 : 1);
  }
  int status = 0;
  ::waitpid(other, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

TEST_CASE("Other programs see that a store is open, also after it was looked through") {
  const ScratchFolder folder;
  make_store(folder.path() / "store");
  CHECK_FALSE(is_held(folder.path() / "store" / "store.db"));
  auto careful = options();
  careful.look_for_damage = true;
  const auto store = Store::open(folder.path() / "store", careful);
  CHECK(is_held(folder.path() / "store" / "store.db"));
  REQUIRE(store->check({}).ok);
  CHECK(is_held(folder.path() / "store" / "store.db"));
}

TEST_CASE("What is restored from the file of a store at rest begins a new epoch, and leaves nothing beside it") {
  const ScratchFolder folder;
  make_store(folder.path() / "store");
  const auto epoch_of = [](Store& store) {
    std::string id;
    store.read([&](Reader& reader) { id = reader.epoch().id; });
    return id;
  };
  const std::string before = epoch_of(*Store::open(folder.path() / "store", options()));
  fs::copy_file(folder.path() / "store" / "store.db", folder.path() / "copy.db");
  CHECK(epoch_of(*Store::restore(folder.path() / "copy.db", folder.path() / "again", options())) != before);
  for (const auto& entry : fs::directory_iterator(folder.path() / "again")) {
    CHECK(entry.path().filename().string().find(".part") == std::string::npos);
  }
}

TEST_CASE("A backup and what is restored from it have seals on their pages, and a flipped bit in a backup is refused") {
  const ScratchFolder folder;
  make_store(folder.path() / "store");
  const fs::path backup = folder.path() / "backup";
  Store::open(folder.path() / "store", options())->backup(backup, 1, {});
  REQUIRE(has_sealed_pages(backup));
  CHECK(PageReader(backup).altered(10).empty());
  REQUIRE(Store::restore(backup, folder.path() / "restored", options()) != nullptr);
  CHECK(PageReader(folder.path() / "restored" / "store.db").altered(10).empty());
  std::string bytes = bytes_of(backup);
  bytes[bytes.size() / 2] ^= 1;
  std::ofstream(backup, std::ios::binary) << bytes;
  CHECK_THROWS_AS(Store::restore(backup, folder.path() / "again", options()), StoreFault);
}

}  // namespace suoi::storage::test
