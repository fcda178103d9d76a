// The network between phones and the server, and what must hold of every single answer.

#include <algorithm>

#include "cast.hpp"
#include "suoi/certs/base64url.hpp"
#include "suoi/certs/jwe.hpp"
#include "suoi/certs/jws.hpp"
#include "suoi/mobile_api/json_reader.hpp"
#include "world.hpp"

namespace suoi::sim {
namespace {

Value parsed(const std::string& body) {
  if (body.empty()) return {};
  mobile_api::JsonLimits limits;
  limits.depth_max = 64;
  limits.values_max = 100'000'000;
  auto value = mobile_api::read_json(body, limits);
  if (!value) throw Broken("an answer is no JSON: " + body.substr(0, 200));
  return std::move(*value);
}

std::string verdict_text(Value verdict) {
  verdict.object()->erase("seq");
  return domain::canonical_json(verdict);
}

// The verdict of each change of a request that an answer gave.
std::string verdict_of(const Value& answer, std::int64_t seq) {
  for (const Value& verdict : list_in(answer, "verdicts")) {
    if (integer_in(verdict, "seq") == seq) return verdict_text(verdict);
  }
  return "applied";
}

void check_receipt(const Value& answer, const std::string& device, const std::string& incarnation,
                   const certs::KeyStore& keys) {
  const std::string receipt = text_in(answer, "receipt");
  const auto verified = certs::verify_compact(receipt, keys.public_keys(certs::Purpose::receipts));
  if (!verified) throw Broken("a receipt whose signature does not hold");
  const Value payload = parsed(verified->payload);
  const bool fits = text_in(payload, "device") == device && text_in(payload, "incarnation") == incarnation &&
                    integer_in(payload, "seq") == integer_in(answer, "acked");
  if (!fits) throw Broken("a receipt that does not fit its answer: " + verified->payload);
}

}  // namespace

mobile_api::Response World::ask(const std::string& method, const std::string& path, std::string body,
                                const std::string& token, const std::string& type) {
  mobile_api::Request request;
  request.method = method;
  request.path = path;
  request.headers["content-type"] = type;
  if (!token.empty()) request.headers["authorization"] = "Bearer " + token;
  request.body = std::move(body);
  request.peer = "192.0.2.1";
  request.received_ms = server_ms();
  server_.ensure_up();
  ++figures_.requests;
  auto response = server_.handle(request);
  if (response) return std::move(*response);
  mobile_api::Response none;
  none.status = 0;
  none.body.clear();
  return none;
}

void World::enrol(Phone& phone) {
  for (int attempt = 0; attempt < 3; ++attempt) {
    const std::string code = "SUOI" + std::to_string(++next_id_);
    server_.invite(code, person_id(phone.person));
    const Value payload =
        Value::Object{{"code", Value(code)},
                      {"device", Value::Object{{"name", Value("Máy")}, {"platform", Value("Android 9")}}},
                      {"incarnation", Value(phone.life().incarnation)}};
    const std::string body = certs::sign_flattened(phone.key, domain::canonical_json(payload));
    const mobile_api::Response response = ask("POST", "/v1/enrolments", body, "", "application/jose+json");
    if (response.status != 201) continue;
    const Value answer = parsed(response.body);
    if (!phone.device.empty() && phone.device != text_in(answer, "device")) {
      throw Broken("the same key became another device");
    }
    phone.device = text_in(answer, "device");
    phone.store.token = text_in(answer, "token");
    if (phone.store.epoch.empty()) phone.store.epoch = text_in(answer, "epoch");
    return;
  }
}

void World::converse(Phone& phone, const Step& step) {
  const SyncAsk ask{step.get("page_bytes"), static_cast<std::size_t>(step.get("send")), step.get("own_stream") == 1};
  const std::int64_t pages = step.get("pages", 300);
  for (std::int64_t number = 1; number <= pages; ++number) {
    now_ms_ += 400;
    const SyncRequest request = phone.request(ask, now_ms_);
    const Exchange got = exchange(phone, request, step, number);
    if (got.status == 0) {
      ++figures_.answers_lost;
      return tell("no answer");
    }
    if (step.get("crash") == number) {
      phone.begin_run(now_ms_);
      return tell("the phone dies before it has stored the answer");
    }
    if (got.status == 200) check_answer(request, got.answer, phone);
    const Taken taken = phone.take(request, got.status, got.answer, books_.next_mark);
    note_taken(phone, request, taken);
    if (taken.enrol_again) {
      if (phone.revoked) return;
      enrol(phone);
      continue;
    }
    if (!taken.again) return;
  }
  if (step.get("pages") == 0) throw Broken("a conversation of phone " + std::to_string(phone.number) + " never ends");
}

World::Exchange World::exchange(Phone& phone, const SyncRequest& request, const Step& step, std::int64_t number) {
  if (step.get("lose") == number) return {};
  if (step.get("late") == number) {
    stragglers_.push_back({now_ms_ + step.get("late_ms", 1000), phone.number, request, phone.store.token});
    return {};
  }
  Exchange got = deliver(request, phone.store.token, phone.number);
  if (step.get("twice") == number) deliver(request, phone.store.token, phone.number);
  if (step.get("kill") == number) {
    server_.kill();
    return {};
  }
  return step.get("mute") == number ? Exchange{} : got;
}

World::Exchange World::deliver(const SyncRequest& request, const std::string& token, std::size_t phone) {
  const mobile_api::Response response =
      ask("POST", "/v1/sync", domain::canonical_json(Value(request.body)), token, "application/json");
  if (response.status == 0) return {};
  Exchange got{response.status, parsed(response.body)};
  tell("phone " + std::to_string(phone) + " sends " + std::to_string(request.changes.size()) + " changes of " +
       request.incarnation.substr(0, 6) + ", gets " + std::to_string(got.status) + " " +
       (got.status == 200 ? "acked " + std::to_string(integer_in(got.answer, "acked")) + ", " +
                                std::to_string(list_in(got.answer, "records").size()) + " records, " +
                                std::to_string(list_in(got.answer, "settled").size()) + " settled, " +
                                std::to_string(list_in(got.answer, "removed").size()) + " removed, verdicts " +
                                domain::canonical_json(member(got.answer, "verdicts"))
                          : text_in(got.answer, "code")));
  observe(request, got.status, got.answer, phone);
  return got;
}

void World::deliver_stragglers() {
  std::vector<Straggler> due;
  std::erase_if(stragglers_, [&](const Straggler& straggler) {
    if (straggler.due_ms > now_ms_) return false;
    due.push_back(straggler);
    return true;
  });
  for (const Straggler& straggler : due) deliver(straggler.request, straggler.token, straggler.phone);
}

// What an answer promises, whether anybody hears it or not.
void World::observe(const SyncRequest& request, int status, const Value& answer, std::size_t phone) {
  const bool takes = status == 200 || (status == 403 && text_in(answer, "code") == "device_revoked");
  if (!takes) return;
  const std::string& device = phones_[phone].device;
  check_receipt(answer, device, request.incarnation, server_.keys());
  server_.read([&](storage::Reader& reader) {
    const auto life = reader.life(*domain::DeviceId::parse(device), *domain::Incarnation::parse(request.incarnation));
    if (!life || integer_in(answer, "acked") > life->acked) throw Broken("more is acknowledged than is stored");
  });
  for (const Kept& kept : request.changes) {
    // Nothing that was sent without a gap waits for anything (promise 3).
    if (kept.seq > integer_in(answer, "acked")) throw Broken("change " + std::to_string(kept.mark) + " was held up");
    books_.promise(kept.mark);
    books_.note_verdict(kept.mark, verdict_of(answer, kept.seq));
  }
}

// Over a copy that it was sent, and of whose stream it says to have nothing, a phone can lay no changes.
void World::check_settled(const SyncRequest& request, const Value& settled, const Phone& phone) const {
  const RecordId id = RecordId::parse(*(*settled.array())[0].text()).value();
  if (phone.store.records.contains(id)) return;
  const auto cursors = request.body.find("cursors");
  if (cursors != request.body.end() && member(cursors->second, *(*settled.array())[2].text()).integer() != nullptr)
    return;
  const auto first = std::find_if(request.changes.begin(), request.changes.end(),
                                  [&](const Kept& kept) { return text_in(kept.content, "record") == id.text(); });
  if (first != request.changes.end() && integer_in(first->content, "base") > 0) {
    throw Broken("record " + id.text() + " is settled over a copy that phone " + std::to_string(phone.number) +
                 " does not have");
  }
}

void World::check_answer(const SyncRequest& request, const Value& answer, const Phone& phone) {
  std::set<std::string> streams;
  for (const Value& stream : list_in(answer, "streams")) streams.insert(*stream.text());
  if (streams != streams_of(phone))
    throw Broken("phone " + std::to_string(phone.number) + " is given other streams than its person's roles reach");
  std::set<std::string> named;
  const auto note = [&](const std::string& id, const std::string& stream, const char* list) {
    if (!named.insert(id).second) throw Broken(std::string("record ") + id + " is named twice, at last in " + list);
    if (!streams.contains(stream)) throw Broken(std::string("record ") + id + " of " + stream + " is out of reach");
  };
  for (const Value& record : list_in(answer, "records"))
    note(text_in(record, "id"), text_in(record, "stream"), "records");
  for (const Value& settled : list_in(answer, "settled")) {
    check_settled(request, settled, phone);
    note(*(*settled.array())[0].text(), *(*settled.array())[2].text(), "settled");
  }
  for (const Value& removed : list_in(answer, "removed")) {
    if (named.contains(text_in(removed, "id")))
      throw Broken("record " + text_in(removed, "id") + " is removed and named");
  }
  for (const auto& [stream, position] : object_in(answer, "cursors")) {
    if (!streams.contains(stream)) throw Broken("a cursor of " + stream + ", which is out of reach");
  }
  const bool brings = !named.empty() || !list_in(answer, "removed").empty() || *member(answer, "more").flag();
  if (all_is_known_ && (brings || !request.changes.empty())) {
    throw Broken("phone " + std::to_string(phone.number) +
                 " still gets something new after everybody has synced twice");
  }
}

// A phone that was cloned or restored from a backup from before the horizon: its device was here since, so that only
// the sum can tell.
bool World::is_behind_forgotten(const SyncRequest& request, const std::string& stream) {
  const auto cursors = request.body.find("cursors");
  const std::int64_t* cursor = cursors != request.body.end() ? member(cursors->second, stream).integer() : nullptr;
  std::int64_t forgotten = 0;
  server_.read([&](storage::Reader& reader) { forgotten = reader.head(*sync::StreamKey::parse(stream)).forgotten; });
  return cursor != nullptr && *cursor < forgotten;
}

void World::note_taken(Phone& phone, const SyncRequest& request, const Taken& taken) {
  for (const auto& [old_mark, new_mark] : taken.renumbered) {
    for (const Life& life : phone.store.lives) {
      if (life.continues) books_.continued.insert_or_assign(std::pair(phone.device, life.incarnation), *life.continues);
      for (const Kept& kept : life.kept) {
        if (kept.mark == new_mark) books_.note_renumbered(old_mark, kept, life.incarnation);
      }
    }
    tell("change " + std::to_string(old_mark) + " is now " + std::to_string(new_mark));
  }
  if (!taken.renumbered.empty()) ++figures_.forks;
  for (const std::string& stream : taken.wrong_sums) {
    if (is_behind_forgotten(request, stream)) continue;
    throw Broken("phone " + std::to_string(phone.number) + " has another sum of " + stream);
  }
  note_promises(phone);
}

void World::note_promises(const Phone& phone) {
  for (const Life& life : phone.store.lives) {
    for (const Kept& kept : life.kept) {
      if (kept.seq <= life.acked) books_.promise(kept.mark);
    }
  }
}

// The streams of a person by the roles in the store, as protocol.md says it.
std::set<std::string> World::streams_of(const Phone& phone) {
  std::set<std::string> streams = {"person:" + person_id(phone.person).text()};
  const auto add = [&](const domain::UnitKey& unit, bool desk) {
    streams.insert(unit.text());
    if (desk) streams.insert(unit.text() + "/desk");
  };
  server_.read([&](storage::Reader& reader) {
    for (const auto& [id, person] : assignments_) {
      if (person != phone.person) continue;
      const auto record = reader.record(id);
      if (!record || !record->live) continue;
      const auto ended = record->integer("ended_at");
      if (ended && *ended <= server_ms()) continue;
      const std::string last_day = record->text("to");
      if (!last_day.empty() && end_of_day(last_day) <= server_ms()) continue;
      const std::string role = record->text("role");
      const bool desk =
          role == "commune_leader" || role == "coordinator" || role == "province_admin" || role == "auditor";
      add(record->unit, desk);
      const auto province = units().province(record->unit);
      if (province) streams.insert(province->text());
      if (record->unit.level() != domain::UnitLevel::province) continue;
      for (const domain::UnitKey& commune : units().children(record->unit)) add(commune, desk);
    }
  });
  return streams;
}

void World::seal(const Step& step) {
  Phone& phone = *phone_of(step);
  if (phone.store.wiped) return;
  Bundle bundle;
  bundle.phone = phone.number;
  bundle.incarnation = phone.life().incarnation;
  bundle.body = phone.bundle(now_ms_, bundle.changes);
  if (bundle.changes.empty()) return;
  const std::string signed_body = certs::sign_flattened(phone.key, domain::canonical_json(Value(bundle.body)));
  const certs::OwnKey key = server_.keys().current(certs::Purpose::bundles, now_ms_);
  bundle.sealed = certs::encrypt_compact(key.key.public_key(), signed_body, {{"kid", key.kid()}});
  tell("bundle of " + std::to_string(bundle.changes.size()) + " changes");
  bundles_.push_back(std::move(bundle));
}

void World::carry(const Step& step) {
  Phone& carrier = *phone_of(step);
  if (bundles_.empty() || carrier.store.wiped || carrier.stolen) return;
  Dice dice(step.dice);
  const Bundle& bundle = bundles_[bundles_.size() - 1 - dice.roll(std::min<std::size_t>(bundles_.size(), 4))];
  const mobile_api::Response response =
      ask("POST", "/v1/bundles", bundle.sealed, carrier.store.token, "application/jose");
  ++figures_.bundles;
  const Value answer = parsed(response.body);
  tell("bundle of phone " + std::to_string(bundle.phone) + ": " + std::to_string(response.status) + " " +
       text_in(answer, "code"));
  if (response.status != 200) return;
  SyncRequest request;
  request.incarnation = bundle.incarnation;
  request.changes = bundle.changes;
  observe(request, 200, answer, bundle.phone);
  Phone& origin = phones_[bundle.phone];
  if (step.get("home") != 1 || origin.store.wiped) return;
  origin.take_bundle_answer(bundle.incarnation, bundle.changes, answer);
  note_promises(origin);
}

}  // namespace suoi::sim
