// Everything that is read from the store's tables, on one connection and inside the transaction that is open there.
//
// Threads: as the connection. Errors: StoreFault.
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "rows.hpp"
#include "sqlite.hpp"
#include "suoi/storage/store.hpp"

namespace suoi::storage {

// The server's own device writes in one life only.
inline constexpr sync::LifeNo kServerLife = 1;

class Tables {
 public:
  Tables(Connection& connection, const Context& context) : connection_(connection), context_(context) {}

  Connection& connection() { return connection_; }
  const Context& context() const { return context_; }

  // Forgets what was read once and kept; for when a part of the transaction was undone.
  void forget() {
    epoch_.reset();
    forget_any();
  }
  void forget_any() { any_.clear(); }

  // tables_devices.cpp
  const Epoch& epoch();
  domain::DeviceId server_device();
  std::optional<Device> device(const domain::DeviceId& id);
  std::optional<Device> device_by_token(const Digest& token_hash);
  std::vector<Device> devices();
  std::optional<Life> life(const domain::DeviceId& device, const domain::Incarnation& incarnation);
  std::optional<Life> life(sync::LifeNo no);
  std::vector<sync::Ancestor> ancestors(sync::LifeNo life);
  sync::ClockHistory clock_history(const domain::DeviceId& device, sync::LifeNo life);
  std::optional<std::int64_t> last_verified_backup_ms();
  std::int64_t taken_up_version();

  // tables_joining.cpp
  std::optional<Invitation> invitation(const Digest& code_hash);
  std::vector<Invitation> invitations_by(const domain::PersonId& inviter, std::int64_t now_ms);
  std::optional<SignIn> sign_in(const Digest& login);
  std::optional<SignIn> sign_in_of(const domain::PersonId& person);

  // tables_changes.cpp
  std::vector<StoredVerdict> verdicts(sync::LifeNo life, std::int64_t from, std::int64_t to);
  std::optional<ChangeRow> change(sync::LifeNo life, std::int64_t seq);
  std::vector<sync::AppliedChange> history(const domain::RecordId& record);
  std::vector<sync::WaitingChange> waiting(const domain::RecordId& record);
  // Whether any change of the record is stored, applied or held. Every record has one.
  bool is_heard_of(const domain::RecordId& record);
  std::vector<AuditEntry> audit(const domain::RecordId& record);
  std::vector<Carriage> carriages(const domain::DeviceId& origin);

  // audit_chain.cpp
  std::vector<ChainHead> audit_chains();

  // tables_records.cpp
  std::optional<sync::Record> record(const domain::RecordId& id);
  std::vector<sync::Record> all_of(const domain::Collection& collection, const domain::RecordId& after,
                                   std::size_t most);
  std::vector<domain::RecordId> linked(const domain::RecordId& target, const domain::Collection& collection);
  bool any(const domain::Collection& seldom);
  std::vector<domain::RecordId> activities_between(const domain::UnitKey& unit, std::int64_t from_ms,
                                                   std::int64_t to_ms);
  std::vector<sync::Assignment> assignments(const domain::PersonId& person);
  std::optional<domain::RecordId> certificate_by_number(std::string_view number);
  std::vector<WithdrawnCertificate> certificates_withdrawn(std::string_view numbers_begin);
  std::vector<domain::RecordId> certificates_to_issue(std::size_t most);

  // tables_log.cpp
  std::int64_t log_size();
  std::int64_t log_size_before(std::int64_t at_ms);
  std::string log_tile(int level, std::int64_t place);
  std::vector<std::string> log_entries(std::int64_t from, std::size_t most);
  std::optional<std::int64_t> log_place(std::string_view entry);
  certs::merkle::Hash log_subtree(int level, std::int64_t index);
  std::vector<std::string> log_cosignatures(std::int64_t size);
  std::vector<CertificateToLog> certificates_to_log(std::size_t most);

  // tables_streams.cpp
  // Drops up to `most` removals that were buried before; gives how many.
  std::size_t forget_removals(std::int64_t buried_before_ms, std::size_t most);
  StreamHead head(const sync::StreamKey& stream);
  std::vector<std::pair<sync::StreamKey, std::int64_t>> heads_before_epoch(std::span<const sync::StreamKey> streams,
                                                                           std::string_view known_epoch);
  std::vector<StreamEntry> removals_for_author(const sync::StreamKey& stream, const domain::DeviceId& device);
  std::optional<Place> place(const domain::RecordId& id);
  std::vector<StreamEntry> page(const sync::StreamKey& stream, std::int64_t after, std::size_t bytes_max,
                                std::size_t entries_max);
  std::vector<StreamEntry> list(const domain::Collection& collection, std::span<const sync::StreamKey> streams,
                                const std::optional<std::pair<sync::StreamKey, std::int64_t>>& after,
                                std::size_t entries_max);

  // tables_files.cpp
  std::optional<Upload> upload(const UploadId& id);
  std::int64_t unfinished_uploads(const domain::PersonId& person);
  std::string upload_bytes(const UploadId& id, std::int64_t from);
  std::optional<StoredFile> file(const FileDigest& digest);
  std::string file_bytes(const FileDigest& digest, std::int64_t from);
  bool has_uploaded(const domain::PersonId& person, const FileDigest& digest);
  std::vector<sync::StreamKey> streams_naming(const FileDigest& digest);

 private:
  std::optional<std::int64_t> stream_no(const sync::StreamKey& stream);

  Connection& connection_;
  const Context& context_;
  std::optional<Epoch> epoch_;
  std::unordered_map<const domain::Collection*, bool> any_;
  std::optional<domain::DeviceId> server_device_;
};

}  // namespace suoi::storage
