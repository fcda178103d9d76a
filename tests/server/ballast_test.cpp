// A disk without room: the server refuses, the operator's commands go on, and later everything does.

#include "suoi/server/ballast.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <random>

#include "suoi/server/write_queue.hpp"

namespace {

namespace fs = std::filesystem;
using suoi::server::Ballast;
using suoi::server::WriteQueue;
using suoi::storage::Store;
using suoi::storage::StoreFault;

constexpr std::int64_t kBallastBytes = 1 << 20;

class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("suoi-ballast-" + std::to_string(std::random_device{}()))) {
    fs::create_directory(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// A store on a disk that is full as soon as told so, for as long as the ballast lies on it.
class FullStore : public Store {
 public:
  explicit FullStore(fs::path ballast) : ballast_(std::move(ballast)) {}
  std::atomic<bool> full = false;
  std::atomic<int> commits = 0;
  std::atomic<int> checkpoints = 0;
  std::atomic<bool> had_room_for_checkpoint = false;

  std::vector<std::exception_ptr> commit_group(std::span<const Job> jobs) override {
    ++commits;
    const auto outcome = full ? std::make_exception_ptr(StoreFault("full", true)) : nullptr;
    return std::vector<std::exception_ptr>(jobs.size(), outcome);
  }
  void checkpoint() override {
    ++checkpoints;
    had_room_for_checkpoint = !fs::exists(ballast_);
  }
  std::string packed(const suoi::domain::Value&) const override { return {}; }
  void read(const std::function<void(suoi::storage::Reader&)>&) override {}
  std::optional<std::string> damage() const override { return std::nullopt; }
  void scrub() override {}
  bool changed_elsewhere() override { return false; }
  CheckReport check(const std::function<void(std::int64_t, std::int64_t)>&) override { return {}; }
  AuditReport verify_audit(std::span<const suoi::storage::ChainHead>,
                           const std::function<void(std::int64_t, std::int64_t)>&) override {
    return {};
  }
  void backup(const fs::path&, std::int64_t, const std::function<void(std::int64_t, std::int64_t)>&) override {}

 private:
  fs::path ballast_;
};

bool is_refused_as_full(WriteQueue& queue) {
  try {
    queue.run([](suoi::storage::Transaction&) {});
    return false;
  } catch (const StoreFault& fault) {
    return fault.is_full;
  }
}

}  // namespace

TEST_CASE("The ballast is made where there is room for it and more, and given up when asked") {
  const Folder folder;
  Ballast ballast(folder.path(), kBallastBytes, 0);
  CHECK(ballast.hold());
  CHECK(fs::file_size(folder.path() / "ballast") == static_cast<std::uintmax_t>(kBallastBytes));
  ballast.release();
  CHECK_FALSE(fs::exists(folder.path() / "ballast"));
  Ballast larger_than_the_disk(folder.path(), kBallastBytes, INT64_MAX / 2);
  CHECK_FALSE(larger_than_the_disk.hold());
  CHECK_FALSE(fs::exists(folder.path() / "ballast"));
}

TEST_CASE("On a full disk the ballast makes room for the log, and phones are refused until it is back") {
  const Folder folder;
  const fs::path file = folder.path() / "ballast";
  FullStore store(file);
  WriteQueue queue(store, Ballast(folder.path(), kBallastBytes, 0));
  CHECK_FALSE(is_refused_as_full(queue));
  CHECK(fs::exists(file));

  store.full = true;
  CHECK(is_refused_as_full(queue));
  // The answer may come a little before the ballast is made anew by the idle queue.
  CHECK(store.checkpoints == 1);
  CHECK(store.had_room_for_checkpoint);

  store.full = false;
  CHECK_FALSE(is_refused_as_full(queue));
  CHECK(fs::exists(file));
}

TEST_CASE("While there is no room for the ballast nothing reaches the store") {
  const Folder folder;
  FullStore store(folder.path() / "ballast");
  WriteQueue queue(store, Ballast(folder.path(), kBallastBytes, INT64_MAX / 2));
  CHECK(is_refused_as_full(queue));
  CHECK(is_refused_as_full(queue));
  CHECK(store.commits == 0);
}
