// The real service on a simulated disk, without sockets: store, endpoints, command-line verbs. Its random bytes come
// from a seed; signatures and the server's own keys do not, so nothing may depend on their bytes.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "disk.hpp"
#include "suoi/mobile_api/api.hpp"
#include "values.hpp"

namespace suoi::sim {

class Server final : public mobile_api::Writer {
 public:
  Server(std::uint64_t seed, std::function<std::int64_t()> now_ms);
  ~Server() override;

  // Nothing: the server died over it, or had died before. A fault inside is a 500.
  std::optional<mobile_api::Response> handle(const mobile_api::Request& request);
  void run(const storage::Store::Job& job) override;

  // Starts the process again where it died or was killed; after a power cut with what the disk kept.
  void ensure_up();
  void kill();
  void checkpoint();
  bool back_up();
  bool has_backup() const { return !backup_.empty(); }
  // suoi restore of the last backup.
  void restore();
  // The files themselves, copied while the process stands.
  void copy_files();
  bool has_copy() const { return !copy_.empty(); }
  using Files = std::map<std::string, std::string>;
  // Gives what was there.
  Files put_copy_back();
  void put_files(const Files& files);
  std::size_t issue();
  void forget_removals();

  void grant(const domain::RecordId& assignment, const domain::PersonId& person, const std::string& role,
             const std::string& unit, const std::string& last_day = {});
  void withdraw(const domain::RecordId& assignment);
  void invite(const std::string& code, const domain::PersonId& person);
  void revoke(const domain::DeviceId& device, bool stolen);
  void write_own(const std::string& collection, const domain::RecordId& record, Value::Object set);

  void read(const std::function<void(storage::Reader&)>& use);
  storage::Store& store() { return *store_; }
  Disk& disk() { return disk_; }
  const certs::KeyStore& keys() const;
  sync::Rules rules() const;

 private:
  // A verb of the command line: repeated by the operator until it is done.
  void manage(const storage::Store::Job& job);
  void open();
  void close();
  Files read_files() const;
  storage::Store::Options options();
  mobile_api::Service service();

  std::function<std::int64_t()> now_ms_;
  Dice dice_;
  Disk disk_;
  std::filesystem::path folder_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<mobile_api::Api> api_;
  std::filesystem::path backup_;
  Files copy_;
  std::size_t folders_ = 0;
  std::size_t jobs_ = 0;
};

}  // namespace suoi::sim
