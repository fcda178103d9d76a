#include "instance.hpp"

#include <chrono>
#include <fstream>
#include <span>

#include "erased_journal.hpp"
#include "suoi/certs/hashing.hpp"
#include "suoi/mobile_api/erasure.hpp"
#include "suoi/server/ballast.hpp"

namespace suoi::server {
namespace {

constexpr const char* kDefaultAddress = "https://127.0.0.1:8443";

void make_directory(const std::filesystem::path& directory) {
  std::filesystem::create_directories(directory);
  std::filesystem::permissions(directory, std::filesystem::perms::owner_all);
}

bool in_use(const std::filesystem::path& directory) {
  return std::filesystem::exists(directory) &&
         (!std::filesystem::is_directory(directory) || !std::filesystem::is_empty(directory));
}

std::unique_ptr<certs::KeyStore> open_keys(const std::filesystem::path& directory) {
  auto keys = certs::KeyStore::open({directory / "keys", std::nullopt}, system_now_ms());
  if (!keys) throw CommandFault("the server's keys cannot be opened: " + keys.error().text);
  return std::make_unique<certs::KeyStore>(std::move(*keys));
}

}  // namespace

std::int64_t system_now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

storage::Store::Options Instance::store_options(const certs::SecretBox* master) {
  storage::Store::Options options;
  options.catalogue = &domain::release_catalogue();
  options.hashing = certs::openssl_hashing();
  options.master = master;
  options.random_bytes = [](std::span<std::uint8_t> bytes) {
    const std::string random = certs::random_bytes(bytes.size());
    std::copy(random.begin(), random.end(), bytes.begin());
  };
  return options;
}

Instance::Instance(const std::filesystem::path& directory, Start start)
    : directory_(std::filesystem::absolute(directory)), units_(domain::AdminUnits::embedded()) {
  const std::filesystem::path place = store_directory(directory);
  if (start == Start::create) {
    if (in_use(directory)) {
      throw CommandFault(directory.string() + " is in use already and was not touched; name an empty or new directory");
    }
    make_directory(directory);
    keys_ = open_keys(directory);
    store_ = storage::Store::create(place, store_options(&keys_->box()));
    if (!store_) throw CommandFault(place.string() + " holds a store already");
  } else {
    if (!std::filesystem::exists(place)) {
      throw CommandFault("there is no store in " + directory.string() + "; make one with: suoi init --data " +
                         directory.string());
    }
    keys_ = open_keys(directory);
    storage::Store::Options options = store_options(&keys_->box());
    options.look_for_damage = start == Start::serve;
    store_ = storage::Store::open(place, options);
    replay_erasures();
  }
}

void Instance::erase(const domain::PersonId& person) {
  note_erased(directory_, person);
  write([&](storage::Transaction& transaction) {
    mobile_api::erase_person(transaction, rules(), system_now_ms(), person);
  });
  store_->scrub();  // the log still held the key
}

void Instance::replay_erasures() {
  std::vector<domain::PersonId> missing;
  const std::vector<domain::PersonId> noted = noted_erased(directory_);
  if (noted.empty()) return;
  store_->read([&](storage::Reader& reader) {
    for (const domain::PersonId& person : noted) {
      if (!reader.erased(domain::RecordId{person.uuid})) missing.push_back(person);
    }
  });
  for (const domain::PersonId& person : missing) erase(person);
}

sync::Rules Instance::rules() const {
  return {domain::release_catalogue(), *units_, certs::openssl_hashing()};
}

void Instance::write(const storage::Store::Job& job) {
  try {
    commit(job);
  } catch (const storage::StoreFault& fault) {
    if (!fault.is_full) throw;
    Ballast(directory_).release();  // this is what it is kept for
    commit(job);
  }
}

void Instance::commit(const storage::Store::Job& job) {
  const auto faults = store_->commit_group(std::span(&job, 1));
  if (faults.front()) std::rethrow_exception(faults.front());
}

mobile_api::Service Instance::service(mobile_api::Writer& writer) {
  return {*store_,
          writer,
          *keys_,
          rules(),
          &system_now_ms,
          certs::random_bytes,
          [this] { return origin(); },
          [this](const std::string& name) { return paper_template(name); },
          [this] { return witnesses(); }};
}

domain::UnitKey Instance::operator_unit() const {
  std::ifstream file(directory_ / "unit");
  std::string text;
  std::getline(file, text);
  const auto unit = domain::UnitKey::parse(text);
  if (!unit) throw CommandFault("name --unit: this store does not say whose it is");
  return *unit;
}

void Instance::remember_operator_unit(const domain::UnitKey& unit) const {
  std::ofstream(directory_ / "unit", std::ios::trunc) << unit.text() << '\n';
}

std::string Instance::address() const {
  std::ifstream file(directory_ / "address");
  std::string address;
  return std::getline(file, address) ? address : kDefaultAddress;
}

std::string Instance::paper_template(const std::string& name) const {
  std::ifstream file(directory_ / "templates" / (name + ".json"));
  if (!file) return std::string(certs::built_in_template());
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<certs::NoteKey> Instance::witnesses() const {
  std::vector<certs::NoteKey> found;
  std::ifstream file(directory_ / "witnesses");
  for (std::string line; std::getline(file, line);) {
    if (auto key = certs::parse_note_key(line, certs::NoteKeyType::witness)) found.push_back(std::move(*key));
  }
  return found;
}

std::string Instance::origin() const {
  const std::string known = address();
  const std::size_t host = known.find("://");
  return "https" + known.substr(host == std::string::npos ? 0 : host);
}

void Instance::remember_address(const std::string& address) const {
  std::ofstream(directory_ / "address", std::ios::trunc) << address << '\n';
}

}  // namespace suoi::server
