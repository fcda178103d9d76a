#include "sync_run.hpp"

#include <algorithm>
#include <utility>

#include "suoi/certs/hashing.hpp"
#include "suoi/client/ids.hpp"
#include "suoi/client/json.hpp"

namespace suoi::client {
namespace {

using domain::RecordId;
using domain::Value;

constexpr int kSetbacksMax = 12;
constexpr int kWaitsMax = 3;
constexpr std::int64_t kWaitMsMax = 30000;
// Leaves room for the envelope and the cursors within the server's limit of a body.
constexpr std::int64_t kEnvelopeBytes = 262144;

std::optional<RecordId> id_in(const Value& object) {
  return RecordId::parse(text_of(object, "id"));
}

Verdict read_verdict(const Value& said) {
  Verdict verdict;
  verdict.seq = integer_of(said, "seq");
  verdict.verdict = text_of(said, "verdict");
  for (const auto& [field, outcome] : object_of(said, "fields")) {
    if (outcome.text() != nullptr) verdict.fields[field] = *outcome.text();
  }
  verdict.case_id = text_of(said, "case");
  verdict.unit = text_of(said, "unit");
  verdict.code = text_of(said, "code");
  verdict.detail = text_of(said, "detail");
  verdict.field = text_of(said, "field");
  return verdict;
}

// The oldest change that is still here and not acknowledged.
std::deque<OwnChange>::const_iterator first_unsent(const Life& life) {
  return std::find_if(life.outbox.begin(), life.outbox.end(),
                      [&](const OwnChange& change) { return change.seq > life.acked; });
}

}  // namespace

Value continues_value(const Continues& continues) {
  return Value::Object{{"incarnation", Value(continues.incarnation.text())}, {"seq", Value(continues.seq)}};
}

Problem read_problem(const Answer& answer) {
  const Value body = parse_json(answer.body).value_or(Value());
  return {answer.status, text_of(body, "code"), text_of(body, "detail"), body};
}

SyncRun::SyncRun(LocalStore& store, Link& link, const Clock& clock, const std::string& run, std::int64_t page_bytes)
    : store_(store),
      link_(link),
      clock_(clock),
      run_(run),
      page_bytes_(page_bytes),
      changes_at_once_(static_cast<std::size_t>(std::max<std::int64_t>(1, store.limits.changes))) {}

SyncReport SyncRun::run() {
  for (Next next = Next::ask_again; next == Next::ask_again;) {
    Life& life = life_to_send();
    const Batch batch = batch_of(life);
    const auto answer = link_.post("/v1/sync", store_.token, request_body(life, batch));
    ++report_.round_trips;
    next = answer ? handle(*answer, life, batch) : finish(SyncOutcome::no_answer);
    if (next == Next::ask_again && setbacks_ > kSetbacksMax) next = finish(SyncOutcome::stuck);
  }
  prune(store_, clock_.wall_ms());
  return std::move(report_);
}

// Earlier lives first: the present one continues them.
Life& SyncRun::life_to_send() {
  for (Life& life : store_.earlier_lives) {
    if (life.has_unsent()) return life;
  }
  return store_.life;
}

SyncRun::Batch SyncRun::batch_of(const Life& life) const {
  Batch batch;
  auto at = first_unsent(life);
  const std::int64_t here = at == life.outbox.end() ? life.last + 1 : at->seq;
  if (here > life.acked + 1) batch.lost = {life.acked + 1, here - 1};
  batch.schema_version = at == life.outbox.end() ? store_.schema_version : at->schema_version;
  std::int64_t bytes = kEnvelopeBytes;
  for (; at != life.outbox.end() && batch.changes.size() < changes_at_once_; ++at) {
    bytes += static_cast<std::int64_t>(domain::canonical_json(at->content).size()) + 1;
    if (bytes > store_.limits.body_bytes && !batch.changes.empty()) break;
    // A numbered change is never rewritten: after an update of the app it still speaks as it did.
    if (at->schema_version != batch.schema_version) break;
    if (batch.changes.empty()) batch.first = at->seq;
    batch.of_this_run = batch.of_this_run && at->run == run_;
    batch.changes.emplace_back(at->content);
  }
  return batch;
}

std::string SyncRun::request_body(const Life& life, const Batch& batch) const {
  Value::Object body{{"protocol", 1},
                     {"schema_version", Value(batch.schema_version)},
                     {"incarnation", Value(life.incarnation.text())},
                     {"last", Value(life.last)},
                     {"clock", Value(clock_.wall_ms())},
                     {"max_bytes", Value(page_bytes_)},
                     {"changes", Value(batch.changes)}};
  if (!store_.epoch.empty()) body["epoch"] = Value(store_.epoch);
  if (!life.receipt.empty()) body["receipt"] = Value(life.receipt);
  if (life.continues) body["continues"] = continues_value(*life.continues);
  if (batch.lost) body["lost"] = Value::Array{Value(batch.lost->first), Value(batch.lost->second)};
  // `up` of an older run counts from another zero; a numbered change is never rewritten, so the envelope keeps silent.
  if (batch.of_this_run) {
    body["run"] = Value(run_);
    body["up"] = Value(clock_.monotonic_ms());
  }
  Value::Object cursors;
  for (const auto& [stream, position] : store_.cursors) cursors[stream] = Value(position);
  body["cursors"] = std::move(cursors);
  if (store_.want) {
    Value::Array want;
    for (const std::string& stream : *store_.want) want.emplace_back(stream);
    body["want"] = std::move(want);
  }
  return domain::canonical_json(body);
}

SyncRun::Next SyncRun::handle(const Answer& answer, Life& life, const Batch& batch) {
  if (answer.status == 200) {
    const auto body = parse_json(answer.body);
    return body ? take(*body, life, batch) : finish(SyncOutcome::no_answer);
  }
  ++setbacks_;
  report_.problem = read_problem(answer);
  switch (answer.status) {
    case 401:
      return finish(SyncOutcome::enrol_again);
    case 403:
      return revoked(answer, life, batch);
    case 409:
      return conflict(answer, life);
    case 410:
      // Without its tombstones a stream cannot be brought up to date, only given anew.
      for (const Value& stream : array_of(report_.problem->members, "streams")) {
        if (stream.text() != nullptr) drop_stream(store_, *stream.text());
      }
      return Next::ask_again;
    case 413:
    case 422:
      return split(answer, batch);
    case 426:
      return finish(SyncOutcome::update_app);
    case 429:
    case 503:
    case 507:
      return overloaded(answer);
    default:
      return finish(SyncOutcome::refused);
  }
}

SyncRun::Next SyncRun::take(const Value& body, Life& life, const Batch& batch) {
  const std::int64_t acked_before = life.acked;
  if (batch.lost) report_.lost.push_back(*batch.lost);
  store_.epoch = text_of(body, "epoch");
  take_streams(body);
  take_acks(body, life);
  take_verdicts(body, life);
  take_own_deletes(life);
  take_removed(body);
  take_settled(body, life);
  take_records(body, life);
  bool advanced = life.acked > acked_before;
  for (const auto& [stream, position] : object_of(body, "cursors")) {
    const std::int64_t* to = position.integer();
    if (to == nullptr) continue;
    const auto had = store_.cursors.find(stream);
    advanced = advanced || had == store_.cursors.end() || had->second < *to;
    store_.cursors[stream] = *to;
  }
  setbacks_ = advanced ? 0 : setbacks_ + 1;
  more_ = flag_of(body, "more");
  const bool sums_agree = take_sums(body);
  if (more_ || !sums_agree) return Next::ask_again;
  reflect_acked();
  return life_to_send().has_unsent() ? Next::ask_again : finish(SyncOutcome::done);
}

void SyncRun::take_acks(const Value& body, Life& life) {
  life.acked = std::min(life.last, integer_of(body, "acked", life.acked));
  life.safe = std::max(life.safe, integer_of(body, "safe"));
  const std::string receipt = text_of(body, "receipt");
  if (!receipt.empty()) life.receipt = receipt;
  for (OwnChange& change : life.outbox) {
    if (change.seq <= life.acked && !change.acked_at_ms) change.acked_at_ms = clock_.wall_ms();
  }
}

void SyncRun::take_verdicts(const Value& body, Life& life) {
  for (const Value& said : array_of(body, "verdicts")) {
    Verdict verdict = read_verdict(said);
    if (verdict.verdict == "quarantined") {
      for (OwnChange& change : life.outbox) {
        if (change.seq == verdict.seq) change.reflected = true;
      }
    }
    report_.verdicts.push_back(std::move(verdict));
  }
}

// An own delete that was applied is named nowhere; one that others' work undid brings the record back in `records`.
void SyncRun::take_own_deletes(Life& life) {
  for (OwnChange& change : life.outbox) {
    if (change.seq > life.acked) return;
    if (change.reflected || !change.is_delete()) continue;
    store_.records.erase(change.record);
    for (OwnChange& earlier : life.outbox) {
      if (earlier.seq <= change.seq && earlier.record == change.record) earlier.reflected = true;
    }
  }
}

void SyncRun::take_removed(const Value& body) {
  for (const Value& removal : array_of(body, "removed")) {
    const auto id = id_in(removal);
    const auto found = id ? store_.records.find(*id) : store_.records.end();
    if (found == store_.records.end()) continue;
    const bool is_there = found->second.stream == text_of(removal, "stream");
    if (is_there && found->second.version <= integer_of(removal, "version")) store_.records.erase(found);
  }
}

// The server's record is now what the device made of it: its stored form with the own changes laid over.
void SyncRun::take_settled(const Value& body, Life& life) {
  for (const Value& settled : array_of(body, "settled")) {
    const Value::Array* triple = settled.array();
    if (triple == nullptr || triple->size() != 3 || (*triple)[0].text() == nullptr) continue;
    const auto id = RecordId::parse(*(*triple)[0].text());
    const std::int64_t* version = (*triple)[1].integer();
    const std::string* stream = (*triple)[2].text();
    if (!id || version == nullptr || stream == nullptr) continue;
    StoredRecord& record = store_.records[*id];
    for (OwnChange& change : life.outbox) {
      if (change.reflected || change.seq > life.acked || change.record != *id) continue;
      record.collection = text_of(change.content, "collection");
      lay_over(change.content, record.fields, record.unit);
      change.reflected = true;
    }
    record.version = *version;
    record.stream = *stream;
  }
}

void SyncRun::take_records(const Value& body, Life& life) {
  for (const Value& sent : array_of(body, "records")) {
    const auto id = id_in(sent);
    if (!id) continue;
    ++report_.records_received;
    const std::int64_t version = integer_of(sent, "version");
    const auto had = store_.records.find(*id);
    if (had != store_.records.end() && had->second.version > version) continue;
    Value::Object fields = object_of(sent, "fields");
    fields.erase("unit");
    store_.records[*id] = {text_of(sent, "collection"), version, text_of(sent, "unit"), text_of(sent, "stream"),
                           std::move(fields)};
    for (OwnChange& change : life.outbox) {
      if (!change.reflected && change.seq <= life.acked && change.record == *id) change.reflected = true;
    }
  }
}

// A stream that was withdrawn takes its records along; unsent changes stay.
void SyncRun::take_streams(const Value& body) {
  store_.streams.clear();
  for (const Value& stream : array_of(body, "streams")) {
    if (stream.text() != nullptr) store_.streams.push_back(*stream.text());
  }
  std::set<std::string> held;
  for (const auto& [stream, position] : store_.cursors) held.insert(stream);
  for (const auto& [id, record] : store_.records) held.insert(record.stream);
  for (const std::string& stream : store_.streams) held.erase(stream);
  for (const std::string& stream : held) drop_stream(store_, stream);
}

bool SyncRun::take_sums(const Value& body) {
  bool agree = true;
  for (const auto& [stream, sum] : object_of(body, "sums")) {
    if (sum.text() == nullptr || *sum.text() == stream_sum(store_, stream)) continue;
    ++report_.sums_differed;
    ++setbacks_;
    drop_stream(store_, stream);
    agree = false;
  }
  return agree;
}

// Everything is up to date here, so what the stored records do not show by now they never will.
void SyncRun::reflect_acked() {
  const auto reflect = [](Life& life) {
    for (OwnChange& change : life.outbox) {
      if (change.seq <= life.acked) change.reflected = true;
    }
  };
  reflect(store_.life);
  for (Life& life : store_.earlier_lives) reflect(life);
}

SyncRun::Next SyncRun::conflict(const Answer&, Life& life) {
  const Problem& problem = *report_.problem;
  if (problem.code == "sequence_gap") {
    ++report_.gaps;
    fill_gap(life, integer_of(problem.members, "expected", 1));
    return Next::ask_again;
  }
  if (problem.code == "device_forked") {
    ++report_.forks;
    fork(life, integer_of(problem.members, "at", 1));
    return Next::ask_again;
  }
  if (problem.code == "server_restored") {
    ++report_.restores;
    follow_restore(problem.members, life);
    return Next::ask_again;
  }
  return finish(SyncOutcome::refused);
}

void SyncRun::fill_gap(Life& life, std::int64_t expected) {
  life.acked = std::clamp<std::int64_t>(expected - 1, 0, life.last);
  for (OwnChange& change : life.outbox) {
    if (change.seq > life.acked) change.reflected = false;
  }
}

// Another copy of this store has gone on under the same name. What stands before `at` is there and the same; the rest
// is numbered anew in a new life.
void SyncRun::fork(Life& life, std::int64_t at) {
  std::vector<OwnChange> pending;
  while (!life.outbox.empty() && life.outbox.back().seq >= at) {
    pending.insert(pending.begin(), std::move(life.outbox.back()));
    life.outbox.pop_back();
  }
  for (OwnChange& change : life.outbox) {
    if (!change.acked_at_ms) change.acked_at_ms = clock_.wall_ms();
  }
  life.last = life.acked = at - 1;
  if (&life == &store_.life) {
    Life fresh;
    fresh.incarnation = new_incarnation();
    fresh.continues = Continues{life.incarnation, at - 1};
    Life old = std::exchange(store_.life, std::move(fresh));
    store_.earlier_lives.push_back(std::move(old));
  }
  Life& present = store_.life;
  for (OwnChange& change : pending) {
    change.seq = ++present.last;
    change.content["seq"] = change.seq;
    change.acked_at_ms.reset();
    change.reflected = false;
    present.outbox.push_back(std::move(change));
  }
}

// What the restored server lacks is given to it again, and records that it cannot know are forgotten.
void SyncRun::follow_restore(const Value& body, Life& life) {
  store_.epoch = text_of(body, "epoch");
  std::set<std::string> dropped;
  const Value heads(object_of(body, "heads"));
  for (const auto& [stream, position] : store_.cursors) {
    if (position > integer_of(heads, stream)) dropped.insert(stream);
  }
  const auto lose = [&](Life& lost, std::int64_t acked) {
    lost.acked = std::clamp<std::int64_t>(acked, 0, lost.last);
    lost.safe = std::min(lost.safe, lost.acked);
    for (OwnChange& change : lost.outbox) {
      if (change.seq <= lost.acked) continue;
      // A page may have settled a record whose stream's cursor still stands below it.
      const auto record = store_.records.find(change.record);
      if (change.reflected && record != store_.records.end()) dropped.insert(record->second.stream);
      change.reflected = false;
    }
  };
  lose(life, integer_of(body, "expected", 1) - 1);
  // Nothing was said of the other lives: all that is kept of them is offered again.
  const auto offer = [&](Life& other) {
    if (&other != &life && !other.outbox.empty()) lose(other, other.outbox.front().seq - 1);
  };
  offer(store_.life);
  for (Life& earlier : store_.earlier_lives) offer(earlier);
  for (const std::string& stream : dropped) drop_stream(store_, stream);
}

SyncRun::Next SyncRun::revoked(const Answer&, Life& life, const Batch& batch) {
  const Value& body = report_.problem->members;
  if (report_.problem->code != "device_revoked") return finish(SyncOutcome::refused);
  store_.revoked = true;
  const std::int64_t acked_before = life.acked;
  take_verdicts(body, life);
  take_acks(body, life);
  const bool progress = life.acked > acked_before;
  if (progress && !batch.changes.empty() && life_to_send().has_unsent()) return Next::ask_again;
  if (flag_of(body, "wipe") && !life_to_send().has_unsent()) {
    store_.records.clear();
    store_.cursors.clear();
  }
  return finish(SyncOutcome::revoked);
}

SyncRun::Next SyncRun::split(const Answer& answer, const Batch& batch) {
  if (batch.changes.size() <= 1) return finish(SyncOutcome::refused);
  if (answer.status == 422 && report_.problem->code != "malformed") return finish(SyncOutcome::refused);
  changes_at_once_ = batch.changes.size() / 2;
  return Next::ask_again;
}

SyncRun::Next SyncRun::overloaded(const Answer& answer) {
  std::int64_t seconds = 1;
  const std::string said = answer.header("retry-after");
  if (!said.empty() && said.size() <= 6 && said.find_first_not_of("0123456789") == std::string::npos) {
    seconds = std::stoll(said);
  }
  // Jitter, so that a valley of phones does not come back at one moment.
  const auto jitter = static_cast<unsigned char>(certs::random_bytes(1).front());
  report_.retry_after_ms = seconds * 1000 + seconds * 500 * jitter / 255;
  if (++waits_ > kWaitsMax || report_.retry_after_ms > kWaitMsMax) return finish(SyncOutcome::waiting);
  clock_.wait(report_.retry_after_ms);
  return Next::ask_again;
}

SyncRun::Next SyncRun::finish(SyncOutcome outcome) {
  report_.outcome = outcome;
  return Next::finished;
}

}  // namespace suoi::client
