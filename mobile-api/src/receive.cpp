// The write half of a sync: what of a request is new, what was there before, and whether the device is who it was.

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

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

// What the store knows of the numbers of a request.
struct Known {
  std::int64_t acked = 0;
  std::vector<storage::StoredVerdict> stored;
  // Given up for lost, and here after all: somebody carried them, or they turned up. They were never stored.
  std::set<std::int64_t> found;
};

std::set<std::int64_t> found_again(storage::Transaction& transaction, sync::LifeNo life, const SyncRequest& request,
                                   const Known& known) {
  std::set<std::int64_t> missing;
  for (const sync::Change& change : request.changes) {
    if (change.seq <= known.acked) missing.insert(change.seq);
  }
  for (const storage::StoredVerdict& one : known.stored) missing.erase(one.seq);
  if (missing.empty()) return missing;
  const auto lost = transaction.lost(life);
  std::erase_if(missing, [&](std::int64_t seq) {
    return std::none_of(lost.begin(), lost.end(),
                        [&](const auto& range) { return range.first <= seq && seq <= range.second; });
  });
  return missing;
}

Known known_of(storage::Transaction& transaction, const Caller& caller, const SyncRequest& request) {
  Known known;
  const auto life = transaction.life(caller.device.id, request.incarnation);
  if (!life) return known;
  known.acked = life->acked;
  if (request.changes.empty() || request.changes.front().seq > life->acked) return known;
  known.stored =
      transaction.verdicts(life->no, request.changes.front().seq, std::min(request.changes.back().seq, life->acked));
  known.found = found_again(transaction, life->no, request, known);
  return known;
}

// The first change of the request that is stored with other content, or not at all though its number is acknowledged.
// Of a person who was erased nobody can tell any more; such a change counts as the same.
std::optional<std::int64_t> first_difference(storage::Transaction& transaction, const SyncRequest& request,
                                             const Known& known) {
  std::map<std::int64_t, const storage::StoredVerdict*> by_seq;
  for (const storage::StoredVerdict& one : known.stored) by_seq.emplace(one.seq, &one);
  for (const sync::Change& change : request.changes) {
    if (change.seq > known.acked) break;
    if (known.found.contains(change.seq)) continue;
    const auto stored = by_seq.find(change.seq);
    if (stored == by_seq.end()) return change.seq;
    const auto digest = transaction.digest_of(change);
    if (digest && stored->second->digest != *digest) return change.seq;
  }
  return std::nullopt;
}

// Where a device goes on after the store was restored: at what it says to have and the store does not. A device that
// was restored, too, may have other changes under numbers that are stored; they must not be taken for those.
std::int64_t expected_after_restore(storage::Transaction& transaction, const SyncRequest& request, const Known& known) {
  if (request.changes.empty()) return known.acked + 1;
  const std::int64_t beyond_sent = request.changes.back().seq + 1;
  return std::min({known.acked + 1, beyond_sent, first_difference(transaction, request, known).value_or(beyond_sent)});
}

// Compares what was sent again with what is stored, by digest.
std::optional<Response> compare_stored(storage::Transaction& transaction, const SyncRequest& request,
                                       const Known& known) {
  if (const auto at = first_difference(transaction, request, known)) return device_forked(*at);
  const bool only_repeats = !request.changes.empty() && request.changes.back().seq <= known.acked;
  if (known.acked > request.last && !only_repeats) return device_forked(request.last + 1);
  return std::nullopt;
}

// The changes that were found again, and those from acked + 1 on, up to the first gap. One that was found again is not
// dated after the changes that stand behind it.
std::vector<sync::TimedChange> new_changes(storage::Transaction& transaction, const storage::Life& life,
                                           const SyncRequest& request, std::vector<sync::Change> changes,
                                           const std::set<std::int64_t>& found, std::int64_t arrival_ms) {
  const sync::ClockReading reading{arrival_ms, arrival_ms - request.clock_ms, request.up_ms};
  sync::ClockHistory history = transaction.clock_history(life.device, life.no);
  std::int64_t acked = life.acked;
  std::vector<sync::TimedChange> fresh;
  for (sync::Change& change : changes) {
    if (found.contains(change.seq)) {
      const auto [before_ms, after_ms] = transaction.times_around(life.no, change.seq);
      const std::int64_t earlier_ms = fresh.empty() ? INT64_MIN : fresh.back().corrected_ms;
      const sync::ClockHistory then{history.syncs, std::max(before_ms, earlier_ms)};
      const std::int64_t time_ms = sync::corrected_time(then, reading, change.at_ms, change.up_ms);
      fresh.push_back({std::move(change), std::min(time_ms, after_ms)});
      history.last_corrected_ms = std::max(history.last_corrected_ms, fresh.back().corrected_ms);
      continue;
    }
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
                               const SyncRequest& request, const Known& known, std::int64_t arrival_ms) {
  const std::int64_t expected = expected_after_restore(transaction, request, known);
  if (auto restored = refuse_other_epoch(transaction, service, caller, request, expected, arrival_ms)) return restored;
  if (auto forked = compare_stored(transaction, request, known)) return forked;
  std::int64_t acked = known.acked;
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
                          const std::set<std::int64_t>& found, std::optional<sync::Loss> loss,
                          std::int64_t arrival_ms) {
  sync::ChangeSet set;
  set.loss = loss;
  set.found = {request.incarnation, {found.begin(), found.end()}};
  set.author = {caller.device.id, caller.device.person, life.no, transaction.authority(caller.device.person)};
  set.arrival_ms = arrival_ms;
  set.changes = new_changes(transaction, life, request, std::move(changes), found, arrival_ms);
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

// The changes that stand before what the device owns up to as lost, where it does that behind changes of this request.
std::vector<sync::Change> take_before_loss(const SyncRequest& request, std::int64_t acked,
                                           std::vector<sync::Change>& changes) {
  if (!request.lost || request.lost->first <= acked + 1) return {};
  const auto behind = std::find_if(changes.begin(), changes.end(),
                                   [&](const sync::Change& change) { return change.seq > request.lost->second; });
  std::vector<sync::Change> before(std::move_iterator(changes.begin()), std::move_iterator(behind));
  changes.erase(changes.begin(), behind);
  return before;
}

// Both plans as one, each record once.
void append(sync::MergePlan& plan, sync::MergePlan next) {
  if (plan.changes.empty()) {
    plan = std::move(next);
    return;
  }
  for (sync::RecordUpdate& update : next.records) {
    const auto known = std::find_if(plan.records.begin(), plan.records.end(), [&](const sync::RecordUpdate& earlier) {
      return earlier.after.id == update.after.id;
    });
    if (known != plan.records.end()) {
      update.stream_before = known->stream_before;
      update.live_before = known->live_before;
      update.version_before = known->version_before;
      plan.records.erase(known);
    }
    plan.records.push_back(std::move(update));
  }
  std::move(next.changes.begin(), next.changes.end(), std::back_inserter(plan.changes));
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

Received receive(storage::Transaction& transaction, const Service& service, const Caller& caller,
                 const SyncRequest& request, std::vector<sync::Change> changes, std::int64_t arrival_ms) {
  Received received;
  Known known = known_of(transaction, caller, request);
  const bool found_any = !known.found.empty();
  received.refusal = refuse(transaction, service, caller, request, known, arrival_ms);
  if (received.refusal) return received;

  storage::Life life = enter_life(transaction, caller, request);
  note_places(transaction, request, life.acked, received);
  if (std::vector<sync::Change> before = take_before_loss(request, life.acked, changes); !before.empty()) {
    received.plan = merge_new(transaction, service, caller, request, std::move(before), life,
                              std::exchange(known.found, {}), std::nullopt, arrival_ms);
    life = enter_life(transaction, caller, request);
  }
  const auto loss = book_losses(transaction, request, life);
  append(received.plan,
         merge_new(transaction, service, caller, request, std::move(changes), life, known.found, loss, arrival_ms));
  received.verdicts = std::move(known.stored);
  received.acked = life.acked;
  for (const sync::PlannedChange& change : received.plan.changes) {
    if (change.life != life.no || change.released) continue;
    received.verdicts.push_back({change.change.seq, change.change.digest, change.verdict, change.change.record});
    received.acked = std::max(received.acked, change.change.seq);
  }
  if (found_any) {
    std::sort(received.verdicts.begin(), received.verdicts.end(),
              [](const auto& one, const auto& other) { return one.seq < other.seq; });
  }
  // A late repeat gets its old answer: nothing beyond what that phone had given out then.
  received.acked = std::min(received.acked, request.last);
  received.epoch = transaction.epoch().id;
  received.safe = life.safe;
  return received;
}

}  // namespace suoi::mobile_api
