// The transaction of a group: what its jobs read and write.
//
// Ownership: records that find() hands out live until the job that asked ends.
// Threads:   the writer's. Errors: StoreFault.
#pragma once

#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "reader_on.hpp"

namespace suoi::storage {

class WriteTransaction final : public ReaderOn<Transaction> {
 public:
  using ReaderOn::ReaderOn;

  // Forgets what the job looked at; called between jobs, whether they were kept or undone.
  void end_job();

  const sync::Record* find(const domain::RecordId& id) override;
  std::vector<sync::AppliedChange> history(const domain::RecordId& id) override { return tables().history(id); }
  std::vector<domain::RecordId> linked(const domain::RecordId& target, const domain::Collection& collection) override {
    return tables().linked(target, collection);
  }
  bool any(const domain::Collection& collection) override { return tables().any(collection); }
  std::vector<sync::WaitingChange> waiting(const domain::RecordId& id) override;
  std::vector<domain::RecordId> activities_between(const domain::UnitKey& unit, std::int64_t from_ms,
                                                   std::int64_t to_ms) override {
    return tables().activities_between(unit, from_ms, to_ms);
  }
  std::vector<sync::Ancestor> ancestors(sync::LifeNo life) override { return tables().ancestors(life); }
  sync::Authority authority(const domain::PersonId& person) override { return {false, tables().assignments(person)}; }
  std::int64_t next_server_seq() override;
  sync::LifeNo server_life() override { return kServerLife; }
  domain::DeviceId server_device() override { return tables().server_device(); }
  std::int64_t next_certificate_number(const domain::UnitKey& unit, int year) override;
  std::array<std::uint8_t, 16> certificate_salt() override;
  std::int64_t next_slip_number(const domain::UnitKey& unit, int year) override;
  std::int64_t version_floor() override { return tables().epoch().floor(); }

  void add_invitation(const Invitation& invitation) override;
  void update_invitation(const Invitation& invitation) override;
  void end_invitations(const domain::PersonId& person, std::int64_t now_ms) override;
  bool put_sign_in(const SignIn& sign_in) override;
  void drop_sign_in(const domain::PersonId& person) override;
  void end_session(const domain::DeviceId& device, std::int64_t now_ms) override;
  void end_sessions(const domain::PersonId& person, std::int64_t now_ms) override;
  void put_device(const Device& device, const Digest& token_hash) override;
  void rename_device(const domain::DeviceId& id, std::string_view name) override;
  void revoke_device(const domain::DeviceId& id, bool stolen, std::int64_t now_ms) override;
  Life open_life(const domain::DeviceId& device, const domain::Incarnation& incarnation) override;
  void continue_life(sync::LifeNo life, sync::LifeNo predecessor, std::int64_t seq) override;
  void book_lost(sync::LifeNo life, std::int64_t from, std::int64_t to) override;
  sync::ClockHistory clock_history(const domain::DeviceId& device, sync::LifeNo life) override {
    return tables().clock_history(device, life);
  }
  void note_sync(const domain::DeviceId& device, sync::SyncMoment moment) override;
  void apply(const sync::MergePlan& plan) override;
  // write_log.cpp
  std::int64_t append_to_log(std::string_view entry, std::int64_t now_ms) override;
  void note_logged(const CertificateToLog& what) override;
  void put_cosignature(std::int64_t size, std::string_view witness, std::string_view line) override;
  // write_uploads.cpp
  void add_upload(const Upload& upload) override;
  bool append_to_upload(const UploadId& id, std::int64_t offset, std::string_view bytes,
                        std::int64_t expires_ms) override;
  bool finish_upload(const UploadId& id, const FileDigest& digest, std::string_view media_type) override;
  void drop_upload(const UploadId& id) override;
  std::size_t drop_expired_uploads(std::int64_t now_ms, std::size_t most) override;
  void note_carriage(sync::LifeNo life, const Carriage& carriage) override;
  std::size_t forget_removals(std::int64_t buried_before_ms, std::size_t most) override {
    return tables().forget_removals(buried_before_ms, most);
  }
  void note_taken_up(std::int64_t schema_version) override;
  Epoch begin_epoch(std::int64_t above) override;
  std::optional<Digest> digest_of(const sync::Change& change) override;
  void erase(const domain::RecordId& subject, std::int64_t now_ms) override;
  Life server_life_row() override { return life_of(kServerLife); }

 private:
  Connection& connection() { return tables().connection(); }
  Life life_of(sync::LifeNo no);

  std::unordered_map<domain::RecordId, std::unique_ptr<sync::Record>, domain::UuidHash> records_;
  // Of which no change is stored, applied or held: most records of a change set, so one look serves both questions.
  std::unordered_set<domain::RecordId, domain::UuidHash> unheard_;
  // Records as they stood before an apply of the same job; somebody may still look at them.
  std::vector<std::unique_ptr<sync::Record>> outdated_;
};

}  // namespace suoi::storage
