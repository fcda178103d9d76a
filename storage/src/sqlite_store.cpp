#include "sqlite_store.hpp"

#include <algorithm>

#include "audit_chain.hpp"
#include "bytes.hpp"
#include "check.hpp"
#include "prior_store.hpp"
#include "reader_on.hpp"
#include "schema.hpp"
#include "sealed_pages.hpp"
#include "value_codec.hpp"
#include "write_transaction.hpp"

namespace suoi::storage {
namespace {

constexpr char kErasures[] = "SELECT value FROM meta WHERE key = 'erasures'";
constexpr char kScrubbed[] = "SELECT ifnull((SELECT value FROM meta WHERE key = 'scrubbed'), 0)";
constexpr char kSetScrubbed[] =
    "INSERT INTO meta (key, value) VALUES ('scrubbed', ?) ON CONFLICT DO UPDATE SET value = excluded.value";
constexpr std::chrono::minutes kScrubAgain{1};
constexpr std::size_t kAlteredPagesMax = 100;
constexpr std::int64_t kLogPagesMax = (16LL << 20) / kPageBytes;      // beyond: move what can be moved
constexpr std::int64_t kLogPagesUrgent = (128LL << 20) / kPageBytes;  // beyond: wait for readers, begin the log anew

}  // namespace

// A connection of the pool inside a read transaction.
class SqliteStore::Lease {
 public:
  explicit Lease(SqliteStore& store) : store_(store) {
    std::unique_lock lock(store_.pool_);
    store_.returned_.wait(lock, [&] { return !store_.idle_.empty(); });
    connection_ = std::move(store_.idle_.back());
    store_.idle_.pop_back();
  }
  ~Lease() {
    const std::lock_guard lock(store_.pool_);
    store_.idle_.push_back(std::move(connection_));
    store_.returned_.notify_one();
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  // One snapshot from its first statement, which comes at once, to the end of `use`.
  template <class Use>
  void snapshot(const Use& use) {
    connection_->execute("BEGIN");
    try {
      store_.keyring_.refresh(connection_->scalar(kErasures));
      use(*connection_);
    } catch (...) {
      if (connection_->in_transaction()) connection_->execute("ROLLBACK");
      throw;
    }
    // A page that cannot be read ends the transaction as well.
    if (connection_->in_transaction()) connection_->execute("COMMIT");
  }

 private:
  SqliteStore& store_;
  std::unique_ptr<Connection> connection_;
};

namespace {

// The file of a store, with seals on its pages, whatever release it is from.
std::filesystem::path sealed_database(const std::filesystem::path& directory) {
  WriteLock lock(lock_file(directory));
  const WriteLock::Hold hold(lock);
  seal_prior_pages(database_file(directory));
  return database_file(directory);
}

}  // namespace

std::filesystem::path database_file(const std::filesystem::path& directory) {
  return directory / "store.db";
}

std::filesystem::path lock_file(const std::filesystem::path& directory) {
  return directory / "write.lock";
}

SqliteStore::SqliteStore(const std::filesystem::path& directory, const Options& options)
    : file_(sealed_database(directory)),
      pages_(file_),
      lock_(lock_file(directory)),
      writer_(file_, Access::read_write),
      names_([&] {
        if (options.look_for_damage) look_for_damage();
        const WriteLock::Hold hold(lock_);
        require_store(writer_);
        writer_.execute("PRAGMA journal_mode=WAL");
        if (!damage()) migrate(writer_, *options.catalogue);
        return load_names(writer_, *options.catalogue);
      }()),
      keyring_(file_, options.master, options.random_bytes),
      context_{*options.catalogue, options.hashing, options.random_bytes, names_, &keyring_} {
  names_.open_with(keyring_);
  if (!damage()) {
    const WriteLock::Hold hold(lock_);
    complete_prior_store(writer_, context_);
  }
  writer_.execute("PRAGMA secure_delete=ON");  // a destroyed key leaves no trace in a free page
  for (int count = 0; count < std::max(1, options.readers); ++count) {
    idle_.push_back(std::make_unique<Connection>(file_, Access::read_only));
  }
  seen_version_ = writer_.scalar("PRAGMA data_version");
}

std::vector<std::exception_ptr> SqliteStore::commit_group(std::span<const Job> jobs) {
  std::vector<std::exception_ptr> outcomes(jobs.size());
  const std::lock_guard only_writer(writing_);
  try {
    refuse_if_damaged();
    const WriteLock::Hold hold(lock_);
    scrub_what_was_erased();
    shorten_log();
    writer_.execute("BEGIN IMMEDIATE");
    keyring_.refresh(writer_.scalar(kErasures));
    run_jobs(jobs, outcomes);
    writer_.execute("COMMIT");
    keyring_.settle_group(true);
  } catch (const std::exception& fault) {
    if (const auto* of_store = dynamic_cast<const StoreFault*>(&fault)) note_damage(*of_store);
    keyring_.settle_group(false);
    // Nothing of the group was stored, whatever became of its single jobs.
    for (std::exception_ptr& outcome : outcomes) {
      if (!outcome) outcome = std::current_exception();
    }
    roll_back();
  }
  return outcomes;
}

void SqliteStore::run_jobs(std::span<const Job> jobs, std::vector<std::exception_ptr>& outcomes) {
  WriteTransaction transaction(writer_, context_);
  for (std::size_t index = 0; index < jobs.size(); ++index) {
    writer_.execute("SAVEPOINT job");
    try {
      jobs[index](transaction);
    } catch (const StoreFault& fault) {
      if (!writer_.in_transaction() || fault.is_damaged) throw;
      outcomes[index] = std::current_exception();
      writer_.execute("ROLLBACK TO job");
    } catch (...) {
      // A full disk may have undone the whole transaction: then the other jobs fail with this one.
      if (!writer_.in_transaction()) throw;
      outcomes[index] = std::current_exception();
      writer_.execute("ROLLBACK TO job");
    }
    writer_.execute("RELEASE job");
    keyring_.settle_job(!outcomes[index]);
    transaction.end_job();
  }
}

void SqliteStore::roll_back() {
  if (writer_.in_transaction()) writer_.execute("ROLLBACK");
}

// Before a group and not after it, so that a disk that fails here fails nothing that was committed already.
void SqliteStore::shorten_log() {
  if (writer_.log_pages() > kLogPagesMax) writer_.checkpoint(writer_.log_pages() > kLogPagesUrgent);
}

void SqliteStore::write_alone(const std::function<void(Connection&)>& write) {
  refuse_if_damaged();
  const std::lock_guard only_writer(writing_);
  const WriteLock::Hold hold(lock_);
  try {
    writer_.execute("BEGIN IMMEDIATE");
    write(writer_);
    writer_.execute("COMMIT");
  } catch (...) {
    roll_back();
    throw;
  }
}

std::string SqliteStore::packed(const domain::Value& content) const {
  return value_blob(content, names_);
}

void SqliteStore::read(const std::function<void(Reader&)>& use) {
  Lease lease(*this);
  try {
    lease.snapshot([&](Connection& connection) {
      ReaderOn<Reader> reader(connection, context_);
      use(reader);
    });
  } catch (const StoreFault& fault) {
    note_damage(fault);
    throw;
  }
}

std::optional<std::string> SqliteStore::damage() const {
  const std::lock_guard lock(noting_damage_);
  return damage_.empty() ? std::nullopt : std::optional(damage_);
}

void SqliteStore::note_damage(const StoreFault& fault) {
  const std::lock_guard lock(noting_damage_);
  if (fault.is_damaged && damage_.empty()) damage_ = fault.what();
}

void SqliteStore::refuse_if_damaged() const {
  if (const auto found = damage()) throw StoreFault(*found, false, true);
}

std::vector<std::int64_t> SqliteStore::find_altered_pages() {
  std::vector<std::int64_t> altered = pages_.altered(kAlteredPagesMax);
  if (altered.empty()) return altered;
  const std::lock_guard only_writer(writing_);
  const WriteLock::Hold hold(lock_);
  writer_.checkpoint(true);
  if (!writer_.log_is_moved()) throw StoreFault("somebody reads an old state of the store; try again later", false);
  std::erase_if(altered, [this](std::int64_t page) { return !pages_.is_altered(page); });
  return altered;
}

void SqliteStore::look_for_damage() {
  try {
    const auto altered = find_altered_pages();
    if (!altered.empty()) {
      throw_damaged("page " + std::to_string(altered.front()) + " of the file does not fit its seal");
    }
  } catch (const StoreFault& fault) {
    if (!fault.is_damaged) throw;
    note_damage(fault);
  }
}

void SqliteStore::checkpoint() {
  refuse_if_damaged();
  const std::lock_guard only_writer(writing_);
  const WriteLock::Hold hold(lock_);
  writer_.checkpoint(false);
}

void SqliteStore::scrub() {
  refuse_if_damaged();
  const std::lock_guard only_writer(writing_);
  const WriteLock::Hold hold(lock_);
  const std::int64_t erasures = writer_.scalar(kErasures);
  writer_.empty_log();
  if (writer_.scalar(kScrubbed) != erasures) run(writer_, kSetScrubbed, erasures);
}

void SqliteStore::scrub_what_was_erased() {
  const auto now = std::chrono::steady_clock::now();
  if (now < scrub_at_) return;
  scrub_at_ = now + kScrubAgain;
  const std::int64_t erasures = writer_.scalar(kErasures);
  if (writer_.scalar(kScrubbed) != erasures && writer_.try_to_empty_log()) run(writer_, kSetScrubbed, erasures);
}

bool SqliteStore::changed_elsewhere() {
  const std::lock_guard only_writer(writing_);
  const std::int64_t version = writer_.scalar("PRAGMA data_version");
  return std::exchange(seen_version_, version) != version;
}

Store::AuditReport SqliteStore::verify_audit(std::span<const ChainHead> kept,
                                             const std::function<void(std::int64_t, std::int64_t)>& progress) {
  AuditReport report;
  Lease lease(*this);
  lease.snapshot([&](Connection& connection) { report = verify_chains(connection, context_, kept, progress); });
  return report;
}

Store::CheckReport SqliteStore::check(const std::function<void(std::int64_t, std::int64_t)>& progress) {
  CheckReport report;
  const auto altered = find_altered_pages();
  Lease lease(*this);
  lease.snapshot([&](Connection& connection) { report = check_store(connection, context_, altered, progress); });
  return report;
}

}  // namespace suoi::storage
