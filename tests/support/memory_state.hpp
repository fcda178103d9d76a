// A store in memory, for tests of the merge and for the simulator.
//
// Purpose: a StateSource that keeps what plans say, and nothing else; a fresh one costs nothing.
// Ownership: it owns everything; pointers from find() are valid until the next apply().
// Threads: one. Errors: a plan that contradicts what is stored throws std::logic_error.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "suoi/sync/plan.hpp"

namespace suoi::testing {

class MemoryState : public sync::StateSource {
 public:
  MemoryState();

  // A new incarnation; it takes over from another one up to a seq, or from none.
  sync::LifeNo begin_life(std::optional<sync::Ancestor> continues = std::nullopt);
  void set_authority(const domain::PersonId& person, sync::Authority authority);
  void set_version_floor(std::int64_t floor) { version_floor_ = floor; }

  void apply(const sync::MergePlan& plan);

  const std::map<domain::RecordId, sync::Record>& records() const { return records_; }
  // Every change that any plan stored, in order, those that were kept aside included.
  const std::vector<sync::PlannedChange>& changes() const { return changes_; }
  std::int64_t certificates_numbered() const { return next_number_ - 1; }
  // How often the merge asked for the history of a record.
  std::size_t histories_read() const { return histories_read_; }

  const sync::Record* find(const domain::RecordId& id) override;
  std::vector<sync::AppliedChange> history(const domain::RecordId& id) override;
  std::vector<domain::RecordId> linked(const domain::RecordId& target, const domain::Collection& collection) override;
  bool any(const domain::Collection& collection) override;
  std::vector<sync::WaitingChange> waiting(const domain::RecordId& id) override;
  std::vector<domain::RecordId> activities_between(const domain::UnitKey& unit, std::int64_t from_ms,
                                                   std::int64_t to_ms) override;
  std::vector<sync::Ancestor> ancestors(sync::LifeNo life) override;
  sync::Authority authority(const domain::PersonId& person) override;
  std::int64_t next_server_seq() override { return next_server_seq_++; }
  sync::LifeNo server_life() override { return 1; }
  domain::DeviceId server_device() override { return server_device_; }
  std::int64_t next_certificate_number(const domain::UnitKey& unit, int year) override;
  std::array<std::uint8_t, 16> certificate_salt() override;
  std::int64_t next_slip_number(const domain::UnitKey&, int) override { return next_slip_++; }
  std::int64_t version_floor() override { return version_floor_; }

 private:
  using RecordIds = std::unordered_multimap<domain::RecordId, domain::RecordId, domain::UuidHash>;

  void store(const sync::PlannedChange& change);

  std::map<domain::RecordId, sync::Record> records_;
  RecordIds links_;
  std::set<const domain::Collection*> seldom_;  // those of which there is a record
  std::unordered_map<domain::RecordId, std::vector<sync::AppliedChange>, domain::UuidHash> histories_;
  std::unordered_map<domain::RecordId, std::vector<sync::WaitingChange>, domain::UuidHash> held_;
  std::vector<sync::PlannedChange> changes_;
  std::map<sync::LifeNo, std::vector<sync::Ancestor>> ancestors_;
  std::map<domain::PersonId, sync::Authority> authorities_;
  domain::DeviceId server_device_;
  sync::LifeNo last_life_ = 1;
  std::int64_t next_server_seq_ = 1;
  std::int64_t next_number_ = 1;
  std::int64_t next_slip_ = 1;
  std::int64_t version_floor_ = 0;
  std::size_t histories_read_ = 0;
};

// Digests that spread well enough for ids to differ. They are not SHA: nothing in the merge depends on that.
domain::Hashing test_hashing();

}  // namespace suoi::testing
