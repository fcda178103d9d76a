// A data directory, opened: the store, the keys and the rules of this release.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "suoi/certs/key_store.hpp"
#include "suoi/mobile_api/service.hpp"

namespace suoi::server {

// What a command cannot go on from, in words for the person at the keyboard.
class CommandFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The words of a command do not fit together: exit code 2.
class UsageFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

std::int64_t system_now_ms();

// The order of the data directory:
//   store/   the database      keys/  the server's keys, encrypted      tls/  the trial certificate
//   templates/  paper certificates, where the operator has some of their own
//   ballast  room for the operator on a full disk (ballast.hpp)
//   witnesses  who signs checkpoints of the log beside it, one key a line (C2SP signed-note), where there are some
//   address  where the server was last reached         unit  whose server it is
//   erased   ids of people who were erased; no backup holds it, so that a restored store learns of them again
class Instance {
 public:
  // `serve` also looks through the whole file for damage.
  enum class Start { create, open, serve };
  Instance(const std::filesystem::path& directory, Start start);

  // `master` seals personal values; without it they read as null.
  static storage::Store::Options store_options(const certs::SecretBox* master = nullptr);
  static std::filesystem::path store_directory(const std::filesystem::path& directory) { return directory / "store"; }

  const std::filesystem::path& directory() const { return directory_; }
  storage::Store& store() { return *store_; }
  const certs::KeyStore& keys() const { return *keys_; }
  certs::KeyStore& own_keys() { return *keys_; }  // to change them
  sync::Rules rules() const;
  // Runs one write transaction durably; throws what undid it.
  void write(const storage::Store::Job& job);
  // Erases somebody for good, also from what backups bring back; the journal is written first.
  void erase(const domain::PersonId& person);
  mobile_api::Service service(mobile_api::Writer& writer);

  // The unit of whoever runs this server: people without another belong there.
  domain::UnitKey operator_unit() const;
  void remember_operator_unit(const domain::UnitKey& unit) const;
  // "https://127.0.0.1:8443": where people reach the server.
  std::string address() const;
  // The same, as certificates name it: with https also where a proxy in front does the TLS.
  std::string origin() const;
  // templates/NAME.json of the data directory, else the one that is built in.
  std::string paper_template(const std::string& name) const;
  std::vector<certs::NoteKey> witnesses() const;
  void remember_address(const std::string& address) const;

 private:
  void replay_erasures();
  void commit(const storage::Store::Job& job);

  std::filesystem::path directory_;
  std::shared_ptr<const domain::AdminUnits> units_;
  std::unique_ptr<certs::KeyStore> keys_;
  std::unique_ptr<storage::Store> store_;
};

}  // namespace suoi::server
