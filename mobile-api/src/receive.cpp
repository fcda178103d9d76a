// The write half of a sync: what of a request is new, what was there before, and whether the device is who it was.

#include <algorithm>
#include <map>

#include "suoi/certs/jws.hpp"
#include "suoi/mobile_api/json_reader.hpp"
#include "sync_endpoint.hpp"

namespace suoi::mobile_api {
namespace {

using domain::Value;

std::string quoted(const std::string& text) {
  return '"' + text + '"';
}

Response sequence_gap(std::int64_t expected) {
  return problem(409, "sequence_gap", "changes are missing before the first one sent",
                 {{"expected", std::to_string(expected)}});
}

Response device_forked(std::int64_t at) {
  return problem(409, "device_forked", "this incarnation already stored something else there",
                 {{"at", std::to_string(at)}});
}

Response server_restored(storage::Transaction& transaction, const Service& service, const Caller& caller,
                         std::int64_t expected, std::int64_t arrival_ms) {
  const auto streams = streams_of(service.rules.units, caller.device.person, caller.assignments, arrival_ms);
  Value::Object heads;
  for (const auto& [stream, position] : transaction.heads_before_epoch(streams)) heads.emplace(stream.text(), position);
  return problem(409, "server_restored", "the server was restored from a backup",
                 {{"epoch", quoted(transaction.epoch().id)},
                  {"expected", std::to_string(expected)},
                  {"heads", domain::canonical_json(Value(std::move(heads)))}});
}

// A receipt that this server signed for more than the store holds: the store was set back without `suoi restore`.
bool receipt_above(const Service& service, const Caller& caller, const SyncRequest& request, std::int64_t acked,
                   const std::string& epoch) {
  if (!request.receipt) return false;
  const auto verified = certs::verify_compact(*request.receipt, service.keys.public_keys(certs::Purpose::receipts));
  if (!verified) return false;
  const auto payload = read_json(verified->payload);
  const Value* seq = payload ? payload->find("seq") : nullptr;
  const auto is = [&](const char* name, const std::string& wanted) {
    const Value* member = payload->find(name);
    return member != nullptr && member->text() != nullptr && *member->text() == wanted;
  };
  return seq != nullptr && seq->integer() != nullptr && *seq->integer() > acked &&
         is("device", caller.device.id.text()) && is("incarnation", request.incarnation.text()) && is("epoch", epoch);
}

// Compares what was sent again with what is stored, by digest.
std::optional<Response> compare_stored(const SyncRequest& request, const std::vector<storage::StoredVerdict>& stored,
                                       std::int64_t acked) {
  std::map<std::int64_t, const storage::StoredVerdict*> by_seq;
  for (const storage::StoredVerdict& one : stored) by_seq.emplace(one.seq, &one);
  bool only_repeats = !request.changes.empty();
  for (const sync::Change& change : request.changes) {
    if (change.seq > acked) {
      only_repeats = false;
      continue;
    }
    const auto known = by_seq.find(change.seq);
    if (known == by_seq.end() || known->second->digest != change.digest) return device_forked(change.seq);
  }
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
std::vector<sync::TimedChange> new_changes(const SyncRequest& request, std::int64_t acked, sync::ClockHistory history,
                                           std::int64_t arrival_ms) {
  const sync::ClockReading reading{arrival_ms, arrival_ms - request.clock_ms, request.up_ms};
  std::vector<sync::TimedChange> fresh;
  for (const sync::Change& change : request.changes) {
    if (change.seq <= acked) continue;
    if (change.seq != acked + 1) break;
    history.last_corrected_ms = sync::corrected_time(history, reading, change.at_ms, change.up_ms);
    fresh.push_back({change, history.last_corrected_ms});
    ++acked;
  }
  return fresh;
}

storage::Life enter_life(storage::Transaction& transaction, const Caller& caller, const SyncRequest& request) {
  const storage::Life life = transaction.open_life(caller.device.id, request.incarnation);
  if (request.continues) {
    const auto predecessor = transaction.life(caller.device.id, request.continues->first);
    if (predecessor && predecessor->no != life.no) {
      transaction.continue_life(life.no, predecessor->no, request.continues->second);
    }
  }
  return life;
}

// Records of the request that stand exactly as the device has them: every change since the base of its first change
// came in this very request, all were plainly applied, and the server added nothing. Each stored change raises the
// version by one, and so does whatever the server makes.
void note_settled(storage::Transaction& transaction, const SyncRequest& request, Received& received) {
  struct Touched {
    std::int64_t base = 0;
    std::int64_t count = 0;
    bool plain = true;
    bool deleted = false;
  };
  std::map<domain::RecordId, Touched> touched;
  std::map<std::int64_t, const sync::Change*> by_seq;
  for (const sync::Change& change : request.changes) by_seq.emplace(change.seq, &change);
  for (const storage::StoredVerdict& stored : received.verdicts) {
    const auto sent = by_seq.find(stored.seq);
    if (sent == by_seq.end()) continue;
    const sync::Change& change = *sent->second;
    Touched& record = touched[change.record];
    if (record.count++ == 0) record.base = change.base > 0 ? change.base : transaction.epoch().floor();
    record.plain = record.plain && stored.verdict.kind == sync::VerdictKind::applied;
    record.deleted = change.is_delete;
  }
  for (const auto& [id, record] : touched) {
    if (!record.plain) continue;
    const auto now = transaction.record(id);
    if (!now) continue;
    if (record.deleted && !now->live) received.deleted.push_back(id);
    if (now->live && now->version == record.base + record.count) received.settled.emplace(id, now->version);
  }
}

void book_losses(storage::Transaction& transaction, const SyncRequest& request, storage::Life& life) {
  if (!request.lost || request.lost->first > life.acked + 1 || request.lost->second <= life.acked) return;
  transaction.book_lost(life.no, life.acked + 1, request.lost->second);
  life.acked = request.lost->second;
}

}  // namespace

Received receive(storage::Transaction& transaction, const Service& service, const Caller& caller,
                 const SyncRequest& request, std::int64_t arrival_ms) {
  Received received;
  const auto known = transaction.life(caller.device.id, request.incarnation);
  std::int64_t acked = known ? known->acked : 0;
  const bool other_epoch = request.epoch && *request.epoch != transaction.epoch().id;
  if (!other_epoch && receipt_above(service, caller, request, acked, transaction.epoch().id)) {
    transaction.begin_epoch();
    received.refusal = server_restored(transaction, service, caller, acked + 1, arrival_ms);
    return received;
  }
  if (other_epoch) {
    received.refusal = server_restored(transaction, service, caller, acked + 1, arrival_ms);
    return received;
  }
  received.verdicts = stored_before(transaction, known, request);
  received.refusal = compare_stored(request, received.verdicts, acked);
  if (received.refusal) return received;
  if (request.lost && request.lost->first <= acked + 1) acked = std::max(acked, request.lost->second);
  const auto first_new = std::find_if(request.changes.begin(), request.changes.end(),
                                      [&](const sync::Change& change) { return change.seq > acked; });
  if (first_new != request.changes.end() && first_new == request.changes.begin() && first_new->seq != acked + 1) {
    received.refusal = sequence_gap(acked + 1);
    return received;
  }

  storage::Life life = enter_life(transaction, caller, request);
  book_losses(transaction, request, life);
  sync::ChangeSet set;
  set.author = {caller.device.id, caller.device.person, life.no, transaction.authority(caller.device.person)};
  set.arrival_ms = arrival_ms;
  set.changes = new_changes(request, life.acked, transaction.clock_history(caller.device.id, life.no), arrival_ms);
  if (!set.changes.empty()) {
    const sync::MergePlan plan = sync::plan_merge(transaction, set, service.rules);
    transaction.apply(plan);
    for (const sync::PlannedChange& change : plan.changes) {
      if (change.life != life.no || change.released) continue;
      received.verdicts.push_back({change.change.seq, change.change.digest, change.verdict, change.change.record});
    }
  }
  transaction.note_sync(caller.device.id, {request.clock_ms, arrival_ms});
  received.acked = life.acked + static_cast<std::int64_t>(set.changes.size());
  received.safe = life.safe;
  note_settled(transaction, request, received);
  return received;
}

}  // namespace suoi::mobile_api
