#include "phone.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "suoi/certs/hashing.hpp"

namespace suoi::sim {
namespace {

void lay_elements(const Value& elements, bool add, Held& record) {
  if (elements.object() == nullptr) return;
  for (const auto& [name, texts] : *elements.object()) {
    std::set<Value> all;
    if (record.fields.contains(name)) {
      const Value::Array& present = *record.fields.at(name).array();
      all.insert(present.begin(), present.end());
    }
    for (const Value& text : *texts.array()) add ? (void)all.insert(text) : (void)all.erase(text);
    record.fields[name] = Value::Array(all.begin(), all.end());
  }
}

}  // namespace

void lay_over(const Value& change, Held& record) {
  record.collection = text_in(change, "collection");
  if (const auto* set = member(change, "set").object()) {
    for (const auto& [name, value] : *set) {
      if (name == "unit") {
        record.unit = *value.text();
      } else if (value.is_null()) {
        record.fields.erase(name);
      } else {
        record.fields[name] = value;
      }
    }
  }
  if (const auto* inc = member(change, "inc").object()) {
    for (const auto& [name, amount] : *inc) {
      const std::int64_t before = record.fields.contains(name) ? *record.fields.at(name).integer() : 0;
      record.fields[name] = before + *amount.integer();
    }
  }
  lay_elements(member(change, "remove"), false, record);
  lay_elements(member(change, "add"), true, record);
}

std::string hex_text(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    text += kDigits[static_cast<unsigned char>(byte) >> 4];
    text += kDigits[static_cast<unsigned char>(byte) & 15];
  }
  return text;
}

std::string sum_of(const std::map<RecordId, Held>& records, const std::string& stream) {
  std::uint64_t sum = 0;
  for (const auto& [id, held] : records) {
    if (held.stream != stream) continue;
    const auto digest = certs::sha256(id.text() + ":" + std::to_string(held.version));
    std::uint64_t part = 0;
    for (std::size_t at = 0; at < 8; ++at) part = part << 8 | digest[at];
    sum += part;
  }
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(sum));
  return text.data();
}

Phone::Phone(std::size_t its_number, std::size_t owner, certs::SigningKey its_key, std::uint64_t seed)
    : number(its_number), person(owner), key(std::move(its_key)), dice_(seed) {
  store.lives.emplace_back();
  life().incarnation = new_incarnation();
}

std::string Phone::new_incarnation() {
  return hex_text(dice_.bytes(16));
}

void Phone::begin_run(std::int64_t true_ms) {
  run_ = hex_text(dice_.bytes(8));
  booted_ms_ = true_ms;
}

bool Phone::has_unsent() const {
  return std::any_of(store.lives.begin(), store.lives.end(), [](const Life& life) { return life.has_unsent(); });
}

const Kept& Phone::save(Value::Object members, std::int64_t mark, std::int64_t true_ms) {
  Life& now = life();
  members["seq"] = Value(++now.last);
  members["at"] = Value(clock.read(true_ms));
  members["up"] = Value(true_ms - booted_ms_);
  members["mark"] = Value(mark);
  members["run"] = Value(run_);  // which start of the app it was; unknown members are ignored
  now.kept.push_back({now.last, mark, Value(std::move(members))});
  return now.kept.back();
}

SyncRequest Phone::request(const SyncAsk& ask, std::int64_t true_ms) const {
  SyncRequest request;
  request.life = store.lives.size() - 1;
  for (std::size_t at = 0; at < store.lives.size(); ++at) {
    if (!store.lives[at].has_unsent()) continue;
    request.life = at;
    break;
  }
  const Life& life = store.lives[request.life];
  request.incarnation = life.incarnation;
  const auto first =
      std::find_if(life.kept.begin(), life.kept.end(), [&](const Kept& kept) { return kept.seq > life.acked; });
  const std::int64_t from = first != life.kept.end() ? first->seq : life.last + 1;
  Value::Array changes;
  std::int64_t up_max = 0;
  for (auto kept = first; kept != life.kept.end(); ++kept) {
    if (ask.send_most > 0 && changes.size() >= ask.send_most) break;
    request.changes.push_back(*kept);
    // `up` only tells something of changes of the sending run.
    Value content = kept->content;
    changes.push_back(std::move(content));
    up_max = std::max(up_max, integer_in(kept->content, "up"));
  }
  const bool one_run = std::all_of(request.changes.begin(), request.changes.end(),
                                   [&](const Kept& kept) { return text_in(kept.content, "run") == run_; });
  request.body = {
      {"protocol", Value(1)},     {"schema_version", Value(schema_version)}, {"incarnation", Value(life.incarnation)},
      {"last", Value(life.last)}, {"clock", Value(clock.read(true_ms))},     {"changes", Value(std::move(changes))}};
  if (one_run) {
    request.body.emplace("run", run_);
    request.body.emplace("up", Value(true_ms - booted_ms_));
  }
  if (!store.epoch.empty()) request.body.emplace("epoch", store.epoch);
  if (!life.receipt.empty()) request.body.emplace("receipt", life.receipt);
  if (life.continues) {
    request.body.emplace("continues", Value::Object{{"incarnation", Value(life.continues->first)},
                                                    {"seq", Value(life.continues->second)}});
  }
  if (from > life.acked + 1 && life.last > life.acked) {
    request.body.emplace("lost", Value::Array{Value(life.acked + 1), Value(from - 1)});
  }
  Value::Object cursors;
  for (const auto& [stream, position] : store.cursors) cursors.emplace(stream, position);
  request.body.emplace("cursors", Value(std::move(cursors)));
  if (ask.page_bytes > 0) request.body.emplace("max_bytes", ask.page_bytes);
  if (ask.only_own_stream) {
    Value::Array want;
    for (const std::string& stream : store.streams) {
      if (stream.starts_with("person:")) want.emplace_back(stream);
    }
    request.body.emplace("want", Value(std::move(want)));
  }
  return request;
}

Taken Phone::take(const SyncRequest& request, int status, const Value& answer, std::int64_t& next_mark) {
  Taken taken;
  const std::string code = text_in(answer, "code");
  if (status == 200) {
    take_answer(request, answer, taken);
  } else if (status == 409 && code == "sequence_gap") {
    store.lives[request.life].acked = integer_in(answer, "expected") - 1;
    taken.again = true;
  } else if (status == 409 && code == "device_forked") {
    fork(request.life, integer_in(answer, "at"), next_mark, taken);
    taken.again = true;
  } else if (status == 409 && code == "server_restored") {
    take_restored(request, answer);
    taken.again = true;
  } else if (status == 410) {
    for (const Value& stream : list_in(answer, "streams")) drop(*stream.text());
    taken.again = true;
  } else if (status == 401) {
    taken.enrol_again = true;
  } else if (status == 403 && code == "device_revoked") {
    Life& life = store.lives[request.life];
    life.acked = std::max(life.acked, integer_in(answer, "acked"));
    taken.again = has_unsent();
    taken.revoked = true;
    store.wiped = !taken.again;
  } else if (status != 507 && status != 500 && status != 503) {
    throw Broken("an answer that no rule provides for: " + std::to_string(status) + " " +
                 domain::canonical_json(answer));
  }
  return taken;
}

void Phone::take_answer(const SyncRequest& request, const Value& answer, Taken& taken) {
  Life& life = store.lives[request.life];
  store.epoch = text_in(answer, "epoch");
  life.receipt = text_in(answer, "receipt");
  life.acked = std::max(life.acked, integer_in(answer, "acked"));
  life.safe = std::max(life.safe, std::min(life.acked, integer_in(answer, "safe")));
  take_verdicts(request, answer);
  take_removed(answer);
  take_settled(request, answer);
  take_own_deletes(request, answer);
  take_records(answer);
  take_streams(answer);
  for (const auto& [stream, position] : object_in(answer, "cursors")) store.cursors[stream] = *position.integer();
  take_sums(answer, taken);
  forget_safe();
  taken.again = taken.again || has_unsent() || *member(answer, "more").flag();
}

void Phone::take_verdicts(const SyncRequest& request, const Value& answer) {
  for (const Value& verdict : list_in(answer, "verdicts")) {
    if (text_in(verdict, "verdict") != "quarantined") continue;
    for (const Kept& kept : request.changes) {
      if (kept.seq == integer_in(verdict, "seq")) store.refused.insert(kept.mark);
    }
  }
}

void Phone::take_removed(const Value& answer) {
  for (const Value& removal : list_in(answer, "removed")) {
    const auto held = store.records.find(RecordId::parse(text_in(removal, "id")).value());
    if (held == store.records.end() || held->second.stream != text_in(removal, "stream")) continue;
    if (held->second.version <= integer_in(removal, "version")) store.records.erase(held);
  }
}

// The body is what was stored with the changes of this request over it.
void Phone::take_settled(const SyncRequest& request, const Value& answer) {
  for (const Value& settled : list_in(answer, "settled")) {
    const Value::Array& triple = *settled.array();
    const RecordId id = RecordId::parse(*triple[0].text()).value();
    const std::int64_t version = *triple[1].integer();
    // Over a copy that it dropped meanwhile it can lay nothing; the stream's sum brings it again.
    const bool on_copy = std::any_of(request.changes.begin(), request.changes.end(), [&](const Kept& kept) {
      return text_in(kept.content, "record") == id.text() && integer_in(kept.content, "base") > 0;
    });
    if (on_copy && !store.records.contains(id)) {
      store.incomplete.insert(*triple[2].text());
      continue;
    }
    Held& record = store.records[id];
    if (record.version < version) {
      for (const Kept& kept : request.changes) {
        if (text_in(kept.content, "record") == id.text() && kept.seq <= integer_in(answer, "acked")) {
          lay_over(kept.content, record);
        }
      }
    }
    record.version_before = record.version;
    record.version = version;
    record.stream = *triple[2].text();
  }
}

// An own delete that was applied is named nowhere.
void Phone::take_own_deletes(const SyncRequest& request, const Value& answer) {
  for (const Kept& kept : request.changes) {
    if (member(kept.content, "delete").is_null() || kept.seq > integer_in(answer, "acked")) continue;
    const Value::Array& verdicts = list_in(answer, "verdicts");
    const bool plain = std::none_of(verdicts.begin(), verdicts.end(),
                                    [&](const Value& verdict) { return integer_in(verdict, "seq") == kept.seq; });
    if (plain) store.records.erase(RecordId::parse(text_in(kept.content, "record")).value());
  }
}

void Phone::take_records(const Value& answer) {
  for (const Value& sent : list_in(answer, "records")) {
    Held& held = store.records[RecordId::parse(text_in(sent, "id")).value()];
    const std::int64_t before = held.version;
    held = {text_in(sent, "collection"), integer_in(sent, "version"), before,
            text_in(sent, "stream"),     text_in(sent, "unit"),       object_in(sent, "fields")};
  }
}

void Phone::take_streams(const Value& answer) {
  store.streams.clear();
  for (const Value& stream : list_in(answer, "streams")) store.streams.insert(*stream.text());
  std::set<std::string> withdrawn;
  for (const auto& [stream, position] : store.cursors) withdrawn.insert(stream);
  for (const auto& [id, held] : store.records) withdrawn.insert(held.stream);
  for (const std::string& stream : withdrawn) {
    if (!store.streams.contains(stream)) drop(stream);
  }
}

void Phone::take_sums(const Value& answer, Taken& taken) {
  for (const auto& [stream, sum] : object_in(answer, "sums")) {
    if (sum_of(store.records, stream) == *sum.text()) continue;
    if (!store.incomplete.contains(stream)) taken.wrong_sums.push_back(stream);
    drop(stream);
    taken.again = true;
  }
}

void Phone::drop(const std::string& stream) {
  std::erase_if(store.records, [&](const auto& held) { return held.second.stream == stream; });
  store.cursors.erase(stream);
  store.incomplete.erase(stream);
}

// The new epoch knows nothing above `heads`, nor what this phone keeps of earlier lives: those are offered again.
void Phone::take_restored(const SyncRequest& request, const Value& answer) {
  store.epoch = text_in(answer, "epoch");
  for (Life& life : store.lives) {
    life.acked = std::min(life.acked, life.safe);
    life.receipt.clear();
  }
  Life& asked = store.lives[request.life];
  asked.acked = std::min(integer_in(answer, "expected") - 1, asked.last);
  const Value::Object& heads = object_in(answer, "heads");
  std::vector<std::string> beyond;
  for (const auto& [stream, position] : store.cursors) {
    const auto head = heads.find(stream);
    if (head == heads.end() || position > *head->second.integer()) beyond.push_back(stream);
  }
  for (const std::string& stream : beyond) drop(stream);
  // What came with no cursor yet is of a stream that is dropped just as well.
  std::set<std::string> without;
  for (const auto& [id, held] : store.records) {
    if (!store.cursors.contains(held.stream)) without.insert(held.stream);
  }
  for (const std::string& stream : without) drop(stream);
}

void Phone::fork(std::size_t index, std::int64_t at, std::int64_t& next_mark, Taken& taken) {
  Life fresh;
  fresh.incarnation = new_incarnation();
  Life& old = store.lives[index];
  fresh.continues = {old.incarnation, at - 1};
  while (!old.kept.empty() && old.kept.back().seq >= at) {
    fresh.kept.push_front(std::move(old.kept.back()));
    old.kept.pop_back();
  }
  for (Kept& kept : fresh.kept) {
    taken.renumbered.emplace_back(kept.mark, next_mark);
    kept.seq = ++fresh.last;
    kept.mark = next_mark++;
    kept.content.object()->insert_or_assign("seq", Value(kept.seq));
    kept.content.object()->insert_or_assign("mark", Value(kept.mark));
  }
  old.last = std::min(old.last, at - 1);
  old.acked = old.last;  // those before are already there
  old.safe = std::min(old.safe, old.last);
  store.lives.insert(store.lives.begin() + static_cast<std::ptrdiff_t>(index) + 1, std::move(fresh));
  forget_safe();
}

Value::Object Phone::bundle(std::int64_t true_ms, std::vector<Kept>& changes) {
  const Life& life = store.lives.back();
  Value::Array sent;
  for (const Kept& kept : life.kept) {
    if (kept.seq <= life.acked) continue;
    changes.push_back(kept);
    sent.push_back(kept.content);
  }
  if (!changes.empty()) store.sealed.emplace(life.incarnation, changes.back().seq);
  Value::Object body{{"protocol", Value(1)},
                     {"schema_version", Value(schema_version)},
                     {"device", Value(device)},
                     {"incarnation", Value(life.incarnation)},
                     {"changes", Value(std::move(sent))},
                     {"made_at", Value(clock.read(true_ms))}};
  if (life.continues) {
    body.emplace("continues",
                 Value::Object{{"incarnation", Value(life.continues->first)}, {"seq", Value(life.continues->second)}});
  }
  return body;
}

void Phone::take_bundle_answer(const std::string& incarnation, const std::vector<Kept>& changes, const Value& answer) {
  // Only of a bundle that this store remembers: one that was restored may have other changes under these numbers.
  if (changes.empty() || !store.sealed.contains({incarnation, changes.back().seq})) return;
  for (Life& life : store.lives) {
    if (life.incarnation != incarnation) continue;
    const std::int64_t acked = std::min(integer_in(answer, "acked"), life.last);
    if (acked <= life.acked) return;
    life.acked = acked;
    life.receipt = text_in(answer, "receipt");
    for (const Value& verdict : list_in(answer, "verdicts")) {
      if (text_in(verdict, "verdict") != "quarantined") continue;
      for (const Kept& kept : changes) {
        if (kept.seq == integer_in(verdict, "seq")) store.refused.insert(kept.mark);
      }
    }
  }
}

void Phone::forget_safe() {
  for (Life& life : store.lives) {
    while (!life.kept.empty() && life.kept.front().seq <= life.safe) life.kept.pop_front();
  }
  // An earlier life has nothing more to offer once all of it is safe.
  for (std::size_t at = 0; at + 1 < store.lives.size();) {
    const bool done = store.lives[at].kept.empty() && !store.lives[at].has_unsent();
    at = done ? (store.lives.erase(store.lives.begin() + static_cast<std::ptrdiff_t>(at)), at) : at + 1;
  }
}

}  // namespace suoi::sim
