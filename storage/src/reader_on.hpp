// The reading half of a snapshot and of a transaction, on the tables of one connection.
#pragma once

#include "keyring.hpp"
#include "tables.hpp"

namespace suoi::storage {

template <class Interface>
class ReaderOn : public Interface {
 public:
  ReaderOn(Connection& connection, const Context& context) : tables_(connection, context) {}

  Epoch epoch() override { return tables_.epoch(); }
  std::optional<Device> device(const domain::DeviceId& id) override { return tables_.device(id); }
  std::optional<Device> device_by_token(const Digest& token_hash) override {
    return tables_.device_by_token(token_hash);
  }
  std::vector<Device> devices() override { return tables_.devices(); }
  std::optional<Life> life(const domain::DeviceId& device, const domain::Incarnation& incarnation) override {
    return tables_.life(device, incarnation);
  }
  std::optional<Invitation> invitation(const Digest& code_hash) override { return tables_.invitation(code_hash); }
  std::vector<Invitation> invitations_by(const domain::PersonId& inviter, std::int64_t now_ms) override {
    return tables_.invitations_by(inviter, now_ms);
  }
  std::optional<SignIn> sign_in(const Digest& login) override { return tables_.sign_in(login); }
  std::optional<SignIn> sign_in_of(const domain::PersonId& person) override { return tables_.sign_in_of(person); }
  std::vector<sync::Assignment> assignments(const domain::PersonId& person) override {
    return tables_.assignments(person);
  }
  std::vector<StoredVerdict> verdicts(sync::LifeNo life, std::int64_t from, std::int64_t to) override {
    return tables_.verdicts(life, from, to);
  }
  std::optional<sync::Record> record(const domain::RecordId& id) override { return tables_.record(id); }
  StreamHead head(const sync::StreamKey& stream) override { return tables_.head(stream); }
  std::vector<std::pair<sync::StreamKey, std::int64_t>> heads_before_epoch(std::span<const sync::StreamKey> streams,
                                                                           std::string_view known_epoch) override {
    return tables_.heads_before_epoch(streams, known_epoch);
  }
  std::vector<StreamEntry> removals_for_author(const sync::StreamKey& stream, const domain::DeviceId& device) override {
    return tables_.removals_for_author(stream, device);
  }
  std::optional<Place> place(const domain::RecordId& id) override { return tables_.place(id); }
  std::vector<StreamEntry> page(const sync::StreamKey& stream, std::int64_t after, std::size_t bytes_max,
                                std::size_t entries_max) override {
    return tables_.page(stream, after, bytes_max, entries_max);
  }
  std::vector<StreamEntry> list(const domain::Collection& collection, std::span<const sync::StreamKey> streams,
                                std::optional<std::pair<sync::StreamKey, std::int64_t>> after,
                                std::size_t entries_max) override {
    return tables_.list(collection, streams, after, entries_max);
  }
  std::vector<AuditEntry> audit(const domain::RecordId& record) override { return tables_.audit(record); }
  std::vector<Carriage> carriages(const domain::DeviceId& origin) override { return tables_.carriages(origin); }
  std::optional<domain::RecordId> certificate_by_number(std::string_view number) override {
    return tables_.certificate_by_number(number);
  }
  std::vector<WithdrawnCertificate> certificates_withdrawn(std::string_view numbers_begin) override {
    return tables_.certificates_withdrawn(numbers_begin);
  }
  std::vector<domain::RecordId> certificates_to_issue(std::size_t most) override {
    return tables_.certificates_to_issue(most);
  }
  std::vector<sync::Record> all_of(const domain::Collection& collection, const domain::RecordId& after,
                                   std::size_t most) override {
    return tables_.all_of(collection, after, most);
  }
  std::int64_t taken_up_version() override { return tables_.taken_up_version(); }
  std::optional<std::int64_t> last_verified_backup_ms() override { return tables_.last_verified_backup_ms(); }
  std::vector<ChainHead> audit_chains() override { return tables_.audit_chains(); }
  bool erased(const domain::RecordId& record) override { return Keyring::is_erased(tables_.connection(), record.uuid); }

  std::int64_t log_size() override { return tables_.log_size(); }
  std::int64_t log_size_before(std::int64_t at_ms) override { return tables_.log_size_before(at_ms); }
  std::string log_tile(int level, std::int64_t place) override { return tables_.log_tile(level, place); }
  std::vector<std::string> log_entries(std::int64_t from, std::size_t most) override {
    return tables_.log_entries(from, most);
  }
  std::optional<std::int64_t> log_place(std::string_view entry) override { return tables_.log_place(entry); }
  certs::merkle::Hash log_subtree(int level, std::int64_t index) override { return tables_.log_subtree(level, index); }
  std::vector<std::string> log_cosignatures(std::int64_t size) override { return tables_.log_cosignatures(size); }
  std::vector<CertificateToLog> certificates_to_log(std::size_t most) override {
    return tables_.certificates_to_log(most);
  }

  std::optional<Upload> upload(const UploadId& id) override { return tables_.upload(id); }
  std::int64_t unfinished_uploads(const domain::PersonId& person) override {
    return tables_.unfinished_uploads(person);
  }
  std::string upload_bytes(const UploadId& id, std::int64_t from) override { return tables_.upload_bytes(id, from); }
  std::optional<StoredFile> file(const FileDigest& digest) override { return tables_.file(digest); }
  std::string file_bytes(const FileDigest& digest, std::int64_t from) override {
    return tables_.file_bytes(digest, from);
  }
  bool has_uploaded(const domain::PersonId& person, const FileDigest& digest) override {
    return tables_.has_uploaded(person, digest);
  }
  std::vector<sync::StreamKey> streams_naming(const FileDigest& digest) override {
    return tables_.streams_naming(digest);
  }

 protected:
  Tables& tables() { return tables_; }

 private:
  Tables tables_;
};

}  // namespace suoi::storage
