#include "world.hpp"

#include <algorithm>

#include "author.hpp"
#include "cast.hpp"
#include "oracle.hpp"
#include "suoi/certs/jws.hpp"

namespace suoi::sim {
namespace {

certs::SigningKey key_of(std::uint64_t seed, std::size_t phone) {
  Dice dice(mixed(mixed(seed, 0x3e7), phone));
  while (true) {
    if (auto key = certs::SigningKey::from_secret(dice.bytes(32))) return *key;
  }
}

}  // namespace

void Figures::add(const Figures& other) {
  changes += other.changes;
  requests += other.requests;
  answers_lost += other.answers_lost;
  power_cuts += other.power_cuts;
  forks += other.forks;
  epochs += other.epochs;
  bundles += other.bundles;
  quarantined += other.quarantined;
  cases += other.cases;
  certificates += other.certificates;
}

World::World(const Script& script, std::ostream* story)
    : script_(script), story_(story), server_(script.seed, [this] { return server_ms(); }) {}

void World::tell(const std::string& line) {
  if (story_ != nullptr) *story_ << "    " << line << "\n";
}

std::optional<std::string> World::run() {
  try {
    set_up();
    for (const Step& step : script_.steps) {
      now_ms_ = std::max(now_ms_, kStartMs + step.at_ms + paused_ms_);
      deliver_stragglers();
      if (story_ != nullptr) *story_ << shown(step) << "\n";
      play(step);
    }
    quiet_end();
    check_end();
    return std::nullopt;
  } catch (const std::exception& broken) {
    tell(std::string("BROKEN: ") + broken.what());
    return broken.what();
  }
}

void World::set_up() {
  for (std::size_t number = 0; number < cast().size(); ++number) {
    const CastPerson& person = cast()[number];
    server_.write_own("person", RecordId{person_id(number).uuid},
                      {{"unit", Value(person.roles.front().unit)}, {"full_name", Value(person.name)}});
    for (const CastRole& role : person.roles) {
      const RecordId id{fixed_id("assignment", assignments_.size())};
      assignments_.emplace(id, number);
      server_.grant(id, person_id(number), std::string(domain::role_name(role.role)), std::string(role.unit));
    }
  }
  for (std::size_t number = 0; number < script_.phones; ++number) {
    phones_.emplace_back(number, owner_of(number), key_of(script_.seed, number), mixed(script_.seed, number));
    phones_.back().clock = {now_ms_, now_ms_, 0};
    phones_.back().begin_run(now_ms_);
    phones_.back().schema_version = number % 3 == 0 ? 1 : domain::Catalogue::kSchemaVersion;
    enrol(phones_.back());
  }
}

void World::play(const Step& step) {
  Phone* phone = phone_of(step);
  switch (step.act) {
    case Act::write:
      return write(step);
    case Act::sync:
      return sync(step);
    case Act::seal:
      return seal(step);
    case Act::carry:
      return carry(step);
    case Act::set_clock:
      return set_clock(step);
    case Act::reboot:
      if (step.dice % 2 == 0) phone->schema_version = domain::Catalogue::kSchemaVersion;  // the app was updated, too
      return phone->begin_run(now_ms_);
    case Act::back_up_phone:
      if (!phone->store.wiped) phone->backup = phone->store;
      return;
    case Act::restore_phone:
      return restore_phone(*phone);
    case Act::clone_phone:
      return clone_phone(*phone, Dice(step.dice));
    case Act::cut_power:
      ++figures_.power_cuts;
      return server_.disk().cut_power_after(static_cast<std::size_t>(step.get("writes")));
    case Act::kill_server:
      return server_.kill();
    case Act::trouble_disk:
      return server_.disk().set_trouble(step.get("full") == 1 ? DiskTrouble::full : DiskTrouble::failing);
    case Act::heal_disk:
      return server_.disk().set_trouble(DiskTrouble::none);
    case Act::checkpoint:
      return server_.checkpoint();
    case Act::back_up_server:
      return tell(server_.back_up() ? "a backup was verified" : "the backup failed");
    case Act::restore_server:
      return restore_server();
    case Act::copy_store:
      return server_.copy_files();
    case Act::put_copy_back:
      return put_copy_back();
    case Act::revoke:
      return revoke(step);
    case Act::grant:
      return grant(step);
    case Act::withdraw:
      return withdraw(step);
    case Act::issue:
      server_.ensure_up();
      return tell(std::to_string(server_.issue()) + " certificates signed");
    case Act::set_server:
      server_skew_ms_ = step.get("offset_ms");
      return;
    case Act::pass_year:
      paused_ms_ += 401 * kDayMs;
      now_ms_ += 401 * kDayMs;
      return;
    case Act::forget:
      return server_.forget_removals();
  }
}

Phone* World::phone_of(const Step& step) {
  const auto named = step.with.find("phone");
  return named != step.with.end() ? &phones_[static_cast<std::size_t>(named->second) % phones_.size()] : nullptr;
}

void World::write(const Step& step) {
  Phone& phone = *phone_of(step);
  if (phone.store.wiped) return;
  Dice dice(step.dice);
  const auto fresh_id = [&] {
    return RecordId{fixed_id("record", mixed(mixed(script_.seed, step.dice), dice.next()))};
  };
  auto members = think_of_change(phone, {dice, phone.clock.read(now_ms_), fresh_id});
  if (!members) return;
  const std::int64_t mark = books_.next_mark++;
  const Kept& kept = phone.save(std::move(*members), mark, now_ms_);
  ++figures_.changes;
  const bool clock_right = phone.clock.drift_ppm == 0 && phone.clock.base_ms == phone.clock.since_ms;
  books_.note(mark, {RecordId::parse(text_in(kept.content, "record")).value(), phone.device, phone.life().incarnation,
                     kept.seq, kept.content, now_ms_, clock_right, std::nullopt, false});
  tell("change " + std::to_string(mark) + ": " + domain::canonical_json(kept.content));
}

void World::sync(const Step& step) {
  Phone& phone = *phone_of(step);
  if (!phone.store.wiped && !phone.stolen) converse(phone, step);
}

void World::set_clock(const Step& step) {
  Phone& phone = *phone_of(step);
  std::int64_t shown_ms = now_ms_ + step.get("offset_ms");
  if (step.get("from_zero") == 1) shown_ms = 0;
  phone.clock = {now_ms_, shown_ms, step.get("ppm")};
}

void World::restore_phone(Phone& phone) {
  if (!phone.backup || phone.store.wiped) return;
  phone.store = *phone.backup;
  phone.begin_run(now_ms_);
  tell("has " + std::to_string(phone.life().last) + " numbers given out again");
}

void World::clone_phone(Phone& phone, Dice dice) {
  if (phone.store.wiped || phone.stolen || phones_.size() > script_.phones + 2) return;
  phone.cloned = true;
  phones_.emplace_back(phones_.size(), phone.person, phone.key, dice.next());
  Phone& twin = phones_.back();
  twin.device = phone.device;
  twin.store = phone.store;
  twin.clock = phone.clock;
  twin.schema_version = phone.schema_version;
  twin.revoked = phone.revoked;
  twin.cloned = true;
  twin.begin_run(now_ms_);
  tell("phone " + std::to_string(twin.number) + " is its twin");
}

std::set<std::int64_t> World::stored_marks() {
  std::set<std::int64_t> marks;
  std::set<RecordId> records;
  for (const auto& [mark, written] : books_.written()) records.insert(written.record);
  server_.read([&](storage::Reader& reader) {
    for (const RecordId& id : records) {
      for (const storage::AuditEntry& entry : reader.audit(id)) {
        const std::int64_t* mark = member(entry.change.change.content, "mark").integer();
        if (mark != nullptr) marks.insert(*mark);
      }
    }
  });
  return marks;
}

void World::note_set_back(const std::set<std::int64_t>& before) {
  const std::set<std::int64_t> after = stored_marks();
  for (const std::int64_t mark : before) {
    if (!after.contains(mark)) books_.set_back.insert(mark);
  }
  books_.forget_verdicts();
  ++figures_.epochs;
  tell("the store went back: " + std::to_string(before.size()) + " changes before, " + std::to_string(after.size()) +
       " now");
  // The operator revokes again what was revoked since.
  for (const Phone& phone : phones_) {
    if (phone.revoked) server_.revoke(*domain::DeviceId::parse(phone.device), phone.stolen);
  }
}

void World::restore_server() {
  if (!server_.has_backup()) return;
  server_.ensure_up();
  const std::set<std::int64_t> before = stored_marks();
  server_.restore();
  note_set_back(before);
}

// Only where some phone will notice, and that phone comes first: until then nobody can tell that the store went back
// (docs/promise.md, assumptions).
void World::put_copy_back() {
  if (!server_.has_copy()) return;
  server_.ensure_up();
  server_.disk().set_trouble(DiskTrouble::none);
  const std::set<std::int64_t> before = stored_marks();
  const auto present = server_.put_copy_back();
  const auto witness = std::find_if(phones_.begin(), phones_.end(), [&](const Phone& phone) {
    if (phone.store.wiped || phone.revoked) return false;
    const Life& life = phone.store.lives.back();
    std::int64_t stored = 0;
    bool knows_token = false;
    std::string epoch;
    server_.read([&](storage::Reader& reader) {
      const auto row =
          reader.life(*domain::DeviceId::parse(phone.device), *domain::Incarnation::parse(life.incarnation));
      if (row) stored = row->acked;
      knows_token = reader.device_by_token(certs::sha256(phone.store.token)).has_value();
      epoch = reader.epoch().id;
    });
    const bool asks_with_it = !phone.has_unsent() || phone.store.lives.size() == 1;
    return asks_with_it && knows_token && !life.receipt.empty() && phone.store.epoch == epoch && life.acked > stored;
  });
  if (witness == phones_.end()) {
    server_.put_files(present);
    return tell("nobody would notice; left as it is");
  }
  note_set_back(before);
  converse(*witness, Step{});
}

void World::revoke(const Step& step) {
  Dice dice(step.dice);
  Phone& chosen = phones_[dice.roll(phones_.size())];
  if (chosen.revoked || chosen.number < 3) return;  // somebody has to stay
  for (Phone& phone : phones_) {
    if (phone.device != chosen.device) continue;
    phone.revoked = true;
    phone.stolen = step.get("stolen") == 1;
  }
  server_.revoke(*domain::DeviceId::parse(chosen.device), chosen.stolen);
  tell("phone " + std::to_string(chosen.number) + " is revoked");
}

void World::grant(const Step& step) {
  Dice dice(step.dice);
  static constexpr std::array<std::string_view, 4> kRoles = {"volunteer", "team_leader", "commune_leader",
                                                             "coordinator"};
  const std::size_t person = dice.roll(cast().size());
  const RecordId id{fixed_id("grant", mixed(script_.seed, step.dice))};
  const std::string role(dice.pick(kRoles));
  const std::string unit(dice.pick(kCommunes));
  assignments_.emplace(id, person);
  const std::int64_t days = step.get("days", -1);
  const std::string last_day = days < 0 ? std::string() : local_day(now_ms_ + days * kDayMs);
  server_.grant(id, person_id(person), role, unit, last_day);
  tell(std::string(cast()[person].name) + " becomes " + role + " in " + unit + " until " + last_day);
}

void World::withdraw(const Step& step) {
  server_skew_ms_ = 0;  // who ends a role sets the clock right first: its end would lie in the past or in the future
  Dice dice(step.dice);
  auto chosen = assignments_.begin();
  std::advance(chosen, dice.roll(assignments_.size()));
  std::optional<sync::Record> record;
  server_.ensure_up();
  server_.read([&](storage::Reader& reader) { record = reader.record(chosen->first); });
  if (!record || record->integer("ended_at")) return;
  server_.withdraw(chosen->first);
  tell(std::string(cast()[chosen->second].name) + " is " + record->text("role") + " no more in " + record->unit.text());
}

void World::quiet_end() {
  server_.disk().keep_power();
  server_.kill();
  now_ms_ += kHourMs;
  server_skew_ms_ = 0;
  for (Straggler& straggler : stragglers_) straggler.due_ms = now_ms_;
  deliver_stragglers();
  if (story_ != nullptr) *story_ << "quiet: everybody syncs twice, with right clocks and a good link\n";
  for (int round = 1; round <= 3; ++round) {
    all_is_known_ = round == 3;
    for (Phone& phone : phones_) {
      if (phone.store.wiped || phone.stolen) continue;
      phone.clock = {now_ms_, now_ms_, 0};
      converse(phone, Step{});
    }
    // Signing is a change like others: it has to come before the last look.
    for (bool more = round < 3; more;) more = server_.issue() > 0;
  }
}

void World::check_end() {
  for (const Phone& phone : phones_) {
    if (phone.store.wiped || phone.stolen) continue;
    if (phone.revoked && paused_ms_ > 0) continue;  // what is left there is taken no more
    if (phone.has_unsent()) throw Broken("phone " + std::to_string(phone.number) + " still has unsent changes");
  }
  std::vector<const Phone*> phones;
  for (const Phone& phone : phones_) phones.push_back(&phone);
  check_promise(
      server_, books_, phones, [&](const std::string& line) { tell(line); }, figures_);
}

}  // namespace suoi::sim
