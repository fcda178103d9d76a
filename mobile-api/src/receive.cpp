// The write half of a sync: what of a request is new, what was there before, and whether the device is who it was.

#include <algorithm>
#include <map>

#include "sync_endpoint.hpp"

namespace suoi::mobile_api {
namespace {

Response sequence_gap(std::int64_t expected) {
  return problem(409, "sequence_gap", "changes are missing before the first one sent",
                 {{"expected", std::to_string(expected)}});
}

Response device_forked(std::int64_t at) {
  return problem(409, "device_forked", "this incarnation already stored something else there",
                 {{"at", std::to_string(at)}});
}

// The first change of the request that is stored with other content, or not at all though its number is acknowledged.
// Of a person who was erased nobody can tell any more; such a change counts as the same.
std::optional<std::int64_t> first_difference(storage::Transaction& transaction, const SyncRequest& request,
                                             const std::vector<storage::StoredVerdict>& stored, std::int64_t acked) {
  std::map<std::int64_t, const storage::StoredVerdict*> by_seq;
  for (const storage::StoredVerdict& one : stored) by_seq.emplace(one.seq, &one);
  for (const sync::Change& change : request.changes) {
    if (change.seq > acked) break;
    const auto known = by_seq.find(change.seq);
    if (known == by_seq.end()) return change.seq;
    const auto digest = transaction.digest_of(change);
    if (digest && known->second->digest != *digest) return change.seq;
  }
  return std::nullopt;
}

// Where a device goes on after the store was restored: at what it says to have and the store does not. A device that
// was restored, too, may have other changes under numbers that are stored; they must not be taken for those.
std::int64_t expected_after_restore(storage::Transaction& transaction, const SyncRequest& request,
                                    const std::vector<storage::StoredVerdict>& stored, std::int64_t acked) {
  if (request.changes.empty()) return acked + 1;
  const std::int64_t beyond_sent = request.changes.back().seq + 1;
  return std::min(
      {acked + 1, beyond_sent, first_difference(transaction, request, stored, acked).value_or(beyond_sent)});
}

// Compares what was sent again with what is stored, by digest.
std::optional<Response> compare_stored(storage::Transaction& transaction, const SyncRequest& request,
                                       const std::vector<storage::StoredVerdict>& stored, std::int64_t acked) {
  if (const auto at = first_difference(transaction, request, stored, acked)) return device_forked(*at);
  const bool only_repeats = !request.changes.empty() && request.changes.back().seq <= acked;
  if (acked > request.last && !only_repeats) return device_forked(request.last + 1);
  return std::nullopt;
}

std::vector<storage::StoredVerdict> stored_before(storage::Transaction& transaction,
                                                  const std::optional<storage::Life>& life,
                                                  const SyncRequest& request) {
  if (!life || request.changes.empty() || request.changes.front().seq > life->acked) return {};
  return transaction.verdicts(life->no, request.changes.front().seq, std::min(request.changes.back().seq, life->acked));
}

// The changes from acked + 1 on, up to the first gap.
std::vector<sync::TimedChange> new_changes(const SyncRequest& request, std::vector<sync::Change> changes,
                                           std::int64_t acked, sync::ClockHistory history, std::int64_t arrival_ms) {
  const sync::ClockReading reading{arrival_ms, arrival_ms - request.clock_ms, request.up_ms};
  std::vector<sync::TimedChange> fresh;
  fresh.reserve(changes.size());
  for (sync::Change& change : changes) {
    if (change.seq <= acked) continue;
    if (change.seq != acked + 1) break;
    history.last_corrected_ms = sync::corrected_time(history, reading, change.at_ms, change.up_ms);
    fresh.push_back({std::move(change), history.last_corrected_ms});
    ++acked;
  }
  return fresh;
}

storage::Life enter_life(storage::Transaction& transaction, const Caller& caller, const SyncRequest& request) {
  const storage::Life life = transaction.open_life(caller.device.id, request.incarnation);
  if (request.continues && request.continues->first != request.incarnation) {
    // Also one that never came here yet: its changes may still arrive, carried by somebody else.
    const storage::Life predecessor = transaction.open_life(caller.device.id, request.continues->first);
    transaction.continue_life(life.no, predecessor.no, request.continues->second);
  }
  return life;
}

// What of the range that the device owns up to is new.
std::optional<sync::Loss> book_losses(storage::Transaction& transaction, const SyncRequest& request,
                                      storage::Life& life) {
  if (!request.lost || request.lost->first > life.acked + 1 || request.lost->second <= life.acked) return std::nullopt;
  const sync::Loss loss{request.incarnation, life.acked + 1, request.lost->second};
  transaction.book_lost(life.no, loss.from, loss.to);
  life.acked = loss.to;
  return loss;
}

// What stops a request as a whole; nothing of it is stored then.
std::optional<Response> refuse(storage::Transaction& transaction, const Service& service, const Caller& caller,
                               const SyncRequest& request, const std::vector<storage::StoredVerdict>& stored,
                               std::int64_t acked, std::int64_t arrival_ms) {
  const std::int64_t expected = expected_after_restore(transaction, request, stored, acked);
  if (auto restored = refuse_other_epoch(transaction, service, caller, request, expected, arrival_ms)) return restored;
  if (auto forked = compare_stored(transaction, request, stored, acked)) return forked;
  if (request.lost && request.lost->first <= acked + 1) acked = std::max(acked, request.lost->second);
  const bool gap = !request.changes.empty() && request.changes.front().seq > acked + 1;
  return gap ? std::optional(sequence_gap(acked + 1)) : std::nullopt;
}

// What names an erased person is kept aside without the name. Everything else gets the digest that it is kept under.
void look_for_erased(storage::Transaction& transaction, sync::Change& change) {
  const auto digest = transaction.digest_of(change);
  change.digest = digest.value_or(storage::Digest{});
  const bool about_erased = !digest || (change.collection == "person" && transaction.erased(change.record));
  if (about_erased) change.fault = sync::Fault{"person_erased", "the person asked to be erased", ""};
}

// Stores what is new; the changes that were stored are in the plan.
sync::MergePlan merge_new(storage::Transaction& transaction, const Service& service, const Caller& caller,
                          const SyncRequest& request, std::vector<sync::Change> changes, const storage::Life& life,
                          std::optional<sync::Loss> loss, std::int64_t arrival_ms) {
  sync::ChangeSet set;
  set.loss = loss;
  set.author = {caller.device.id, caller.device.person, life.no, transaction.authority(caller.device.person)};
  set.arrival_ms = arrival_ms;
  set.changes = new_changes(request, std::move(changes), life.acked,
                            transaction.clock_history(caller.device.id, life.no), arrival_ms);
  if (set.changes.empty() && !set.loss) return {};
  for (sync::TimedChange& timed : set.changes) look_for_erased(transaction, timed.change);
  if (caller.device.revoked_ms) {
    for (sync::TimedChange& timed : set.changes) {
      timed.change.fault = sync::Fault{std::string(kRevokedCode), "the device was revoked before this came", ""};
    }
  }
  sync::MergePlan plan = sync::plan_merge(transaction, std::move(set), service.rules);
  transaction.apply(plan);
  return plan;
}

// Only of records that the device says to have seen: what it made itself it holds in any case.
void note_places(storage::Transaction& transaction, const SyncRequest& request, std::int64_t acked,
                 Received& received) {
  for (const sync::Change& change : request.changes) {
    if (change.seq <= acked || change.base == 0 || received.places.contains(change.record)) continue;
    if (const auto place = transaction.place(change.record)) received.places.emplace(change.record, *place);
  }
}

}  // namespace

std::vector<sync::Change> for_the_writer(const Service& service, SyncRequest& request) {
  for (sync::Change& change : request.changes) change.content.pack(service.store.packed(change.content));
  return request.changes;
}

Received receive(storage::Transaction& transaction, const Service& service, const Caller& caller,
                 const SyncRequest& request, std::vector<sync::Change> changes, std::int64_t arrival_ms) {
  Received received;
  const auto known = transaction.life(caller.device.id, request.incarnation);
  received.verdicts = stored_before(transaction, known, request);
  received.refusal =
      refuse(transaction, service, caller, request, received.verdicts, known ? known->acked : 0, arrival_ms);
  if (received.refusal) return received;

  storage::Life life = enter_life(transaction, caller, request);
  const auto loss = book_losses(transaction, request, life);
  note_places(transaction, request, life.acked, received);
  received.plan = merge_new(transaction, service, caller, request, std::move(changes), life, loss, arrival_ms);
  for (const sync::RecordUpdate& update : received.plan.records) {
    const sync::StreamKey& stream = update.after.stream;
    if (!received.heads.contains(stream)) received.heads.emplace(stream, transaction.head(stream).position);
  }
  received.acked = life.acked;
  for (const sync::PlannedChange& change : received.plan.changes) {
    if (change.life != life.no || change.released) continue;
    received.verdicts.push_back({change.change.seq, change.change.digest, change.verdict, change.change.record});
    received.acked = std::max(received.acked, change.change.seq);
  }
  // A late repeat gets its old answer: nothing beyond what that phone had given out then.
  received.acked = std::min(received.acked, request.last);
  received.epoch = transaction.epoch().id;
  received.safe = life.safe;
  return received;
}

}  // namespace suoi::mobile_api
