// Power cuts at every moment of a commit: nothing acknowledged is lost, nothing is there by half.

#include <sqlite3.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <tuple>

#include "power_cut_vfs.hpp"
#include "store_fixture.hpp"

namespace suoi::storage::test {
namespace {

constexpr std::string_view kUnits[] = {"2025:03442", "2025:03433", "2025:03478"};
constexpr std::size_t kGroups = 12;

// What tells two states of the store apart.
using Mark = std::vector<std::tuple<std::int64_t, std::uint64_t, std::size_t>>;

Mark mark_of(Store& store) {
  Mark mark;
  store.read([&](Reader& reader) {
    for (const std::string_view key : kUnits) {
      const StreamHead head = reader.head(stream(key));
      mark.emplace_back(head.position, head.sum, reader.page(stream(key), 0, 1 << 30, 1 << 30).size());
    }
    for (std::uint64_t n = 1; n <= 3; ++n) {
      const Phone phone(n);
      const auto life = reader.life(phone.device, phone.incarnation);
      mark.emplace_back(life ? life->acked : 0, 0U, life ? reader.verdicts(life->no, 1, INT64_MAX).size() : 0U);
    }
  });
  return mark;
}

// Three phones, each with a job of its own: new records, an edit and a move.
void write_group(Store& store, std::vector<Phone>& phones, std::size_t group) {
  std::vector<Store::Job> jobs;
  for (std::size_t n = 0; n < phones.size(); ++n) {
    jobs.emplace_back([&, n](Transaction& transaction) {
      const std::uint64_t id = group * 10 + n;
      std::vector<Edit> edits = {new_activity(record_id(id), kUnits[n], "Buổi " + std::to_string(id))};
      if (group > 0) {
        edits.push_back(set_field("activity", record_id(id - 10), 1, "title", "Tên khác"));
        edits.push_back(set_field("activity", record_id(id - 10), 1, "unit", kUnits[(n + group) % 3]));
      }
      submit(transaction, phones[n], edits);
    });
  }
  for (const std::exception_ptr& outcome : store.commit_group(jobs)) {
    if (outcome) std::rethrow_exception(outcome);
  }
}

// A recorded run: the state after each group, and how many operations the disk had seen when it was acknowledged.
struct Run {
  ScratchFolder folder;
  PowerCutVfs disk;
  std::vector<Mark> marks;
  std::vector<std::size_t> acknowledged_at;

  Run() {
    Store::Options few = options();
    few.readers = 1;
    REQUIRE(Store::create(folder.path(), few));
    disk.record(folder.path());
    const auto store = Store::open(folder.path(), few);
    std::vector<Phone> phones = {Phone(1), Phone(2), Phone(3)};
    note(*store);
    for (std::size_t group = 0; group < kGroups; ++group) {
      write_group(*store, phones, group);
      note(*store);
      if (group % 4 == 3) store->checkpoint();
    }
    disk.stop();
  }

  void note(Store& store) {
    acknowledged_at.push_back(disk.operations());
    marks.push_back(mark_of(store));
  }

  // The groups acknowledged before the cut.
  std::size_t acknowledged(std::size_t cut) const {
    const auto after = std::upper_bound(acknowledged_at.begin(), acknowledged_at.end(), cut);
    return static_cast<std::size_t>(after - acknowledged_at.begin());
  }
};

enum class Found { whole, lost, halved };

// What stands in the store that opens after the power came back.
Found after_cut(const Run& run, std::size_t cut, Honesty honesty, std::mt19937_64& random) {
  const ScratchFolder folder;
  run.disk.write_image(cut, honesty, random, folder.path());
  Store::Options few = options();
  few.readers = 1;
  try {
    const auto store = Store::open(folder.path(), few);
    const auto report = store->check({});
    for (const auto& problem : report.problems) UNSCOPED_INFO(problem);
    const Mark mark = mark_of(*store);
    const std::size_t count = run.acknowledged(cut);
    if (!report.ok) return Found::halved;
    // The next group may be there, too: its commit was under way.
    for (std::size_t at = count == 0 ? 0 : count - 1; at < std::min(count + 1, run.marks.size()); ++at) {
      if (mark == run.marks[at]) return Found::whole;
    }
    return std::find(run.marks.begin(), run.marks.end(), mark) != run.marks.end() ? Found::lost : Found::halved;
  } catch (const StoreFault& fault) {
    UNSCOPED_INFO(fault.what());
    return Found::halved;
  }
}

void cut_everywhere(std::uint64_t seeds) {
  const Run run;
  REQUIRE(run.disk.operations() > 300);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    std::mt19937_64 random(seed);
    for (std::size_t cut = 0; cut <= run.disk.operations(); ++cut) {
      CAPTURE(seed, cut, run.acknowledged(cut));
      REQUIRE(after_cut(run, cut, Honesty::honest, random) == Found::whole);
    }
  }
}

TEST_CASE("A power cut at any write of a commit loses nothing acknowledged and leaves nothing half done") {
  cut_everywhere(1);
}

TEST_CASE("A power cut at any write of a commit, in many ways of tearing", "[.][long]") {
  cut_everywhere(20);
}

TEST_CASE("On a disk that forgets the syncs of the log the same cuts do find losses, so they would be seen") {
  const Run run;
  std::mt19937_64 random(1);
  int lost = 0;
  for (std::size_t cut = 0; cut <= run.disk.operations(); cut += 20) {
    lost += after_cut(run, cut, Honesty::forgets_log_syncs, random) != Found::whole;
  }
  CHECK(lost > 0);
}

class Database {
 public:
  explicit Database(const std::filesystem::path& file) {
    if (sqlite3_open(file.c_str(), &db_) != SQLITE_OK) throw std::runtime_error("cannot open");
    sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  }
  ~Database() { sqlite3_close(db_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  void execute(const std::string& sql) {
    if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) throw std::runtime_error(sql);
  }
  int count() {
    int rows = -1;
    const auto take = [](void* into, int, char** values, char**) {
      *static_cast<int*>(into) = std::stoi(values[0]);
      return 0;
    };
    sqlite3_exec(db_, "SELECT count(*) FROM row", take, &rows, nullptr);
    return rows;
  }

 private:
  sqlite3* db_ = nullptr;
};

// Cuts at which rows are missing whose commit had returned, for plain SQLite with a log.
int cuts_with_loss(const std::string& synchronous) {
  const ScratchFolder folder;
  PowerCutVfs disk;
  std::vector<std::size_t> acknowledged_at;
  {
    Database database(folder.path() / "plain.db");
    database.execute("PRAGMA journal_mode=WAL; CREATE TABLE row (no INTEGER PRIMARY KEY, text TEXT)");
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    disk.record(folder.path());
    database.execute("PRAGMA synchronous=" + synchronous);
    for (int row = 0; row < 20; ++row) {
      database.execute("INSERT INTO row (text) VALUES (hex(randomblob(300)))");
      acknowledged_at.push_back(disk.operations());
    }
  }
  disk.stop();
  std::mt19937_64 random(7);
  int with_loss = 0;
  for (std::size_t cut = 0; cut <= disk.operations(); ++cut) {
    const ScratchFolder image;
    disk.write_image(cut, Honesty::honest, random, image.path());
    const auto rows = Database(image.path() / "plain.db").count();
    const auto acknowledged = std::upper_bound(acknowledged_at.begin(), acknowledged_at.end(), cut);
    with_loss += rows < acknowledged - acknowledged_at.begin();
  }
  return with_loss;
}

TEST_CASE("With synchronous=NORMAL power cuts lose acknowledged rows, with FULL they lose none") {
  CHECK(cuts_with_loss("NORMAL") > 10);
  CHECK(cuts_with_loss("FULL") == 0);
}

}  // namespace
}  // namespace suoi::storage::test
