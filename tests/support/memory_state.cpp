#include "memory_state.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace suoi::testing {
namespace {

template <std::size_t N>
std::array<std::uint8_t, N> spread(std::string_view bytes) {
  std::uint64_t state = 0xcbf29ce484222325ULL;  // FNV-1a
  for (const char byte : bytes) state = (state ^ static_cast<unsigned char>(byte)) * 0x100000001b3ULL;
  std::array<std::uint8_t, N> digest{};
  for (std::uint8_t& byte : digest) {
    state += 0x9e3779b97f4a7c15ULL;  // splitmix64
    std::uint64_t mixed = (state ^ (state >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebULL;
    byte = static_cast<std::uint8_t>(mixed >> 56U);
  }
  return digest;
}

}  // namespace

domain::Hashing test_hashing() {
  return {[](std::string_view bytes) { return spread<20>(bytes); },
          [](std::string_view bytes) { return spread<32>(bytes); }};
}

MemoryState::MemoryState() {
  server_device_.uuid.bytes[0] = 0xFF;
}

sync::LifeNo MemoryState::begin_life(std::optional<sync::Ancestor> continues) {
  const sync::LifeNo life = ++last_life_;
  if (continues) {
    std::vector<sync::Ancestor> line{*continues};
    for (const sync::Ancestor& older : ancestors_[continues->life]) line.push_back(older);
    ancestors_[life] = std::move(line);
  }
  return life;
}

void MemoryState::set_authority(const domain::PersonId& person, sync::Authority authority) {
  authorities_[person] = std::move(authority);
}

void MemoryState::apply(const sync::MergePlan& plan) {
  for (const sync::PlannedChange& change : plan.changes) store(change);
  for (const sync::RecordUpdate& update : plan.records) {
    const auto known = records_.find(update.after.id);
    const std::int64_t version = known != records_.end() ? known->second.version : 0;
    if (version != update.version_before) throw std::logic_error("the plan was made for another version");
    if (update.after.version <= version) throw std::logic_error("a record changed without a new version");
    if (known == records_.end()) {
      for (const domain::RecordId& target : sync::link_targets(update.after)) links_.emplace(target, update.after.id);
    }
    if (update.after.collection->seldom) seldom_.insert(update.after.collection);
    records_[update.after.id] = update.after;
  }
}

void MemoryState::store(const sync::PlannedChange& change) {
  changes_.push_back(change);
  const domain::RecordId& id = change.change.record;
  if (change.released) {
    std::erase_if(held_[id], [&](const sync::WaitingChange& held) {
      return held.life == change.life && held.change.seq == change.change.seq;
    });
  }
  if (!change.version) {
    const domain::Collection* collection = domain::release_catalogue().find(change.change.collection);
    const bool waits = change.verdict.fault.value().code == "unknown_record";
    if (waits && collection != nullptr && collection->seldom) seldom_.insert(collection);
    held_[id].push_back({change.change, change.device, change.person, change.life, change.corrected_ms,
                         change.arrival_ms, change.verdict.fault.value().code});
    return;
  }
  const sync::Stamp stamp{change.device,     change.person,   change.life,
                          change.change.seq, *change.version, change.change.base};
  histories_[id].push_back({change.change, stamp, change.corrected_ms, change.filed_under});
}

const sync::Record* MemoryState::find(const domain::RecordId& id) {
  const auto found = records_.find(id);
  return found != records_.end() ? &found->second : nullptr;
}

std::vector<sync::AppliedChange> MemoryState::history(const domain::RecordId& id) {
  ++histories_read_;
  const auto found = histories_.find(id);
  return found != histories_.end() ? found->second : std::vector<sync::AppliedChange>{};
}

std::vector<domain::RecordId> MemoryState::linked(const domain::RecordId& target,
                                                  const domain::Collection& collection) {
  std::vector<domain::RecordId> ids;
  const auto [first, last] = links_.equal_range(target);
  for (auto link = first; link != last; ++link) {
    if (records_.at(link->second).collection == &collection) ids.push_back(link->second);
  }
  return ids;
}

bool MemoryState::any(const domain::Collection& collection) {
  return seldom_.contains(&collection);
}

std::vector<sync::WaitingChange> MemoryState::waiting(const domain::RecordId& id) {
  const auto found = held_.find(id);
  return found != held_.end() ? found->second : std::vector<sync::WaitingChange>{};
}

std::vector<domain::RecordId> MemoryState::activities_between(const domain::UnitKey& unit, std::int64_t from_ms,
                                                              std::int64_t to_ms) {
  std::vector<domain::RecordId> ids;
  for (const auto& [id, record] : records_) {
    if (!record.live || record.collection->name != "activity" || !(record.unit == unit)) continue;
    const auto span = sync::activity_span(record);
    if (span && span->from_ms < to_ms && from_ms < span->to_ms) ids.push_back(id);
  }
  return ids;
}

std::vector<sync::Ancestor> MemoryState::ancestors(sync::LifeNo life) {
  const auto found = ancestors_.find(life);
  return found != ancestors_.end() ? found->second : std::vector<sync::Ancestor>{};
}

sync::Authority MemoryState::authority(const domain::PersonId& person) {
  const auto found = authorities_.find(person);
  return found != authorities_.end() ? found->second : sync::Authority{};
}

std::int64_t MemoryState::next_certificate_number(const domain::UnitKey&, int) {
  return next_number_++;
}

std::array<std::uint8_t, 16> MemoryState::certificate_salt() {
  return spread<16>(std::to_string(next_number_));
}

}  // namespace suoi::testing
