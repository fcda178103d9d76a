// The transparency log in the store: one entry after the other, whole after a crash, and checked.

#include <catch2/catch.hpp>

#include "store_fixture.hpp"
#include "suoi/certs/transparency_log.hpp"

namespace suoi::storage::test {
namespace {

using certs::merkle::Hash;

struct LogStore {
  ScratchFolder folder;
  std::unique_ptr<Store> store = Store::create(folder.path() / "store", options());

  void write(const Store::Job& job) const {
    const std::array<Store::Job, 1> jobs = {job};
    if (const auto fault = store->commit_group(jobs).front()) std::rethrow_exception(fault);
  }
  void append(int from, int count) const {
    write([&](Transaction& transaction) {
      for (int i = from; i < from + count; ++i) {
        if (transaction.append_to_log("entry " + std::to_string(i), 1000 + i) != i) FAIL("entry " << i);
      }
    });
  }
  template <class Ask>
  auto ask(const Ask& question) const {
    decltype(question(std::declval<Reader&>())) answer{};
    store->read([&](Reader& reader) { answer = question(reader); });
    return answer;
  }
  Hash root(std::int64_t size) const {
    return ask([&](Reader& reader) {
      return certs::merkle::root(size, [&](int level, std::int64_t at) { return reader.log_subtree(level, at); });
    });
  }
};

// By the definition alone.
Hash root_of_numbers(std::int64_t begin, std::int64_t end) {
  if (end - begin == 1) return certs::merkle::leaf_hash("entry " + std::to_string(begin));
  std::int64_t left = 1;
  while (2 * left < end - begin) left *= 2;
  return certs::merkle::node_hash(root_of_numbers(begin, begin + left), root_of_numbers(begin + left, end));
}

}  // namespace

TEST_CASE("the log grows entry by entry, over the edges of its tiles, and keeps all of its past") {
  const LogStore log;
  CHECK(log.ask([](Reader& reader) { return reader.log_size(); }) == 0);
  log.append(0, 255);
  log.append(255, 1);
  log.append(256, 400);
  CHECK(log.ask([](Reader& reader) { return reader.log_size(); }) == 656);
  for (const std::int64_t size : {1, 2, 3, 255, 256, 257, 511, 512, 513, 655, 656}) {
    CAPTURE(size);
    CHECK(log.root(size) == root_of_numbers(0, size));
  }
  CHECK(log.ask([](Reader& reader) { return reader.log_tile(0, 2); }).size() == 144 * 32);
  CHECK(log.ask([](Reader& reader) { return reader.log_tile(1, 0); }).size() == 2 * 32);
  CHECK(log.ask([](Reader& reader) { return reader.log_entries(654, 10); }) ==
        std::vector<std::string>{"entry 654", "entry 655"});
  CHECK(log.ask([](Reader& reader) { return reader.log_place("entry 300"); }) == 300);
  CHECK(log.ask([](Reader& reader) { return reader.log_size_before(1300); }) == 300);
  CHECK(log.store->check({}).ok);
}

TEST_CASE("an entry that is there already stays where it is") {
  const LogStore log;
  log.append(0, 3);
  log.write([](Transaction& transaction) { CHECK(transaction.append_to_log("entry 1", 9) == 1); });
  CHECK(log.ask([](Reader& reader) { return reader.log_size(); }) == 3);
}

TEST_CASE("what a job appended goes with the job when it is undone") {
  const LogStore log;
  log.append(0, 255);
  const std::array<Store::Job, 2> jobs = {[](Transaction& transaction) {
                                            transaction.append_to_log("lost", 1);
                                            throw std::runtime_error("undone");
                                          },
                                          [](Transaction& transaction) { transaction.append_to_log("entry 255", 1); }};
  const auto faults = log.store->commit_group(jobs);
  CHECK(faults[0]);
  CHECK_FALSE(faults[1]);
  CHECK(log.root(256) == root_of_numbers(0, 256));
  CHECK(log.store->check({}).ok);
}

}  // namespace suoi::storage::test
