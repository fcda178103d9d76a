#include "server.hpp"

#include <unistd.h>

#include <cstring>
#include <fstream>
#include <iterator>

#include "cast.hpp"
#include "suoi/certs/hashing.hpp"
#include "suoi/mobile_api/administration.hpp"
#include "suoi/mobile_api/housekeeping.hpp"
#include "suoi/mobile_api/issuing.hpp"

namespace suoi::sim {
namespace {

namespace fs = std::filesystem;

// One folder for each process; worlds follow one another in it.
class ScratchFolder {
 public:
  ScratchFolder() : path_(fs::temp_directory_path() / ("suoi-sim-" + std::to_string(getpid()))) {
    fs::remove_all(path_);
    fs::create_directory(path_);
  }
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

const fs::path& scratch() {
  static const ScratchFolder kFolder;
  return kFolder.path();
}

}  // namespace

const certs::KeyStore& Server::keys() const {
  // Valid from the beginning of time, so that they outlive every world.
  static const certs::KeyStore kKeys = certs::KeyStore::open({scratch() / "keys", std::nullopt}, 0).value();
  return kKeys;
}

Server::Server(std::uint64_t seed, std::function<std::int64_t()> now_ms)
    : now_ms_(std::move(now_ms)), dice_(mixed(seed, 0x5e)), folder_(scratch() / "store0") {
  fs::remove_all(folder_);
  store_ = storage::Store::create(folder_, options());
  close();
  disk_.watch(folder_);
  open();
}

Server::~Server() {
  close();
  for (const fs::directory_entry& entry : fs::directory_iterator(scratch())) {
    if (entry.path().filename() != "keys") fs::remove_all(entry.path());
  }
}

storage::Store::Options Server::options() {
  storage::Store::Options options;
  options.catalogue = &domain::release_catalogue();
  options.hashing = certs::openssl_hashing();
  options.random_bytes = [this](std::span<std::uint8_t> bytes) {
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(dice_.next());
  };
  options.master = &keys().box();
  options.readers = 1;
  return options;
}

sync::Rules Server::rules() const {
  return {domain::release_catalogue(), units(), certs::openssl_hashing()};
}

mobile_api::Service Server::service() {
  return {*store_, *this, keys(), rules(), now_ms_, [this](std::size_t count) { return dice_.bytes(count); }};
}

void Server::open() {
  while (true) {
    try {
      store_ = storage::Store::open(folder_, options());
      api_ = std::make_unique<mobile_api::Api>(service());
      return;
    } catch (const storage::StoreFault&) {
      if (!disk_.is_powerless()) throw;
      close();
      disk_.power_back(dice_);
    }
  }
}

void Server::close() {
  api_.reset();
  store_.reset();
}

void Server::ensure_up() {
  if (!disk_.is_powerless()) return;
  close();
  disk_.power_back(dice_);
  open();
}

void Server::kill() {
  disk_.set_trouble(DiskTrouble::none);
  close();
  if (disk_.is_powerless()) disk_.power_back(dice_);
  open();
}

void Server::manage(const storage::Store::Job& job) {
  while (true) {
    ensure_up();
    try {
      return run(job);
    } catch (const storage::StoreFault&) {
      disk_.set_trouble(DiskTrouble::none);
    }
  }
}

std::optional<mobile_api::Response> Server::handle(const mobile_api::Request& request) {
  if (disk_.is_powerless()) return std::nullopt;
  try {
    auto response = api_->handle(request);
    return disk_.is_powerless() ? std::nullopt : std::optional(std::move(response));
  } catch (const storage::StoreFault&) {
    if (disk_.is_powerless()) return std::nullopt;
    return mobile_api::problem(500, "internal", "the disk fails");
  }
}

void Server::run(const storage::Store::Job& job) {
  // Now and then in one commit with others, which fail and must leave nothing behind.
  const storage::Store::Job fails = [this](storage::Transaction& transaction) {
    const domain::RecordId nobody{fixed_id("nobody", jobs_)};
    mobile_api::write_own(transaction, rules(), now_ms_(),
                          {{"place", nobody, {{"unit", Value(kPaU)}, {"name", Value("Không có")}}}});
    throw std::runtime_error("this job fails");
  };
  const bool alone = ++jobs_ % 8 != 0;
  const std::vector<storage::Store::Job> group =
      alone ? std::vector<storage::Store::Job>{job} : std::vector<storage::Store::Job>{fails, job, fails};
  const auto outcomes = store_->commit_group(group);
  const auto& outcome = outcomes[alone ? 0 : 1];
  if (outcome) std::rethrow_exception(outcome);
}

void Server::read(const std::function<void(storage::Reader&)>& use) {
  store_->read(use);
}

void Server::checkpoint() {
  ensure_up();
  try {
    store_->checkpoint();
  } catch (const storage::StoreFault&) {
    // A disk in trouble: the server tries again later.
  }
}

bool Server::back_up() {
  ensure_up();
  const fs::path file = scratch() / ("backup" + std::to_string(folders_++) + ".db");
  try {
    store_->backup(file, now_ms_(), {});
  } catch (const storage::StoreFault&) {
    return false;
  }
  backup_ = file;
  copy_.clear();  // from here on devices rely on the backup: an older state of the store is none to go back to
  return true;
}

void Server::restore() {
  close();
  disk_.set_trouble(DiskTrouble::none);
  folder_ = scratch() / ("store" + std::to_string(++folders_));
  store_ = storage::Store::restore(backup_, folder_, options());
  if (!store_) throw Broken("the backup could not be restored");
  close();
  disk_.watch(folder_);
  open();
  copy_.clear();
}

Server::Files Server::read_files() const {
  Files files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_)) {
    const std::string name = entry.path().filename();
    if (name != "store.db" && name != "store.db-wal") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    files[name] = std::string(std::istreambuf_iterator<char>(in), {});
  }
  return files;
}

void Server::copy_files() {
  ensure_up();
  close();
  copy_ = read_files();
  open();
}

Server::Files Server::put_copy_back() {
  close();
  Files present = read_files();
  put_files(copy_);
  return present;
}

void Server::put_files(const Files& files) {
  close();
  for (const char* name : {"store.db", "store.db-wal", "store.db-shm"}) fs::remove(folder_ / name);
  for (const auto& [name, content] : files) std::ofstream(folder_ / name, std::ios::binary) << content;
  disk_.watch(folder_);
  open();
}

std::size_t Server::issue() {
  try {
    return mobile_api::issue_certificates(service(), 10);
  } catch (const storage::StoreFault&) {
    return 0;  // the worker tries again
  }
}

void Server::forget_removals() {
  ensure_up();
  try {
    while (mobile_api::forget_old_removals(service(), 500) > 0) {
    }
  } catch (const storage::StoreFault&) {
    // A disk in trouble: the server tries again later.
  }
}

void Server::write_own(const std::string& collection, const domain::RecordId& record, Value::Object set) {
  manage([&](storage::Transaction& transaction) {
    mobile_api::write_own(transaction, rules(), now_ms_(), {{collection, record, set}});
  });
}

void Server::grant(const domain::RecordId& assignment, const domain::PersonId& person, const std::string& role,
                   const std::string& unit, const std::string& last_day) {
  Value::Object set{{"unit", Value(unit)}, {"person", Value(person.text())}, {"role", Value(role)}};
  if (!last_day.empty()) set.emplace("to", last_day);
  write_own("role_assignment", assignment, std::move(set));
}

void Server::withdraw(const domain::RecordId& assignment) {
  write_own("role_assignment", assignment, {{"ended_at", Value(now_ms_())}});
}

void Server::invite(const std::string& code, const domain::PersonId& person) {
  storage::Invitation invitation;
  invitation.code_hash = certs::sha256(code);
  invitation.person = person;
  invitation.expires_ms = now_ms_() + 3'600'000;
  manage([&](storage::Transaction& transaction) { transaction.add_invitation(invitation); });
}

void Server::revoke(const domain::DeviceId& device, bool stolen) {
  manage([&](storage::Transaction& transaction) { transaction.revoke_device(device, stolen, now_ms_()); });
}

}  // namespace suoi::sim
