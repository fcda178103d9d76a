// suoi keys: the list of keys that a root signs which is kept away from the server (docs/certificates.md, "The keys").

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "root_key_file.hpp"
#include "suoi/certs/open_badge.hpp"

namespace suoi::server {
namespace {

using Json = nlohmann::ordered_json;
using certs::KeyList;
using certs::KeyUse;
using certs::ListedKey;
using certs::OwnKey;
using certs::Purpose;

constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;
constexpr std::int64_t kVietnamMs = 7LL * 3600 * 1000;

struct KeyOptions {
  RootKeyPlace root;
  std::string kid;
  std::string at;
};

// "YYYY-MM-DD" or "YYYY-MM-DDTHH:MM", in Vietnam's time; ms since 1970 UTC.
std::int64_t time_of(const std::string& text) {
  using namespace std::chrono;
  int year_no = 0, hour = 0, minute = 0, end = 0;
  unsigned month_no = 0, day_no = 0;
  const bool read =
      (std::sscanf(text.c_str(), "%4d-%2u-%2u%n", &year_no, &month_no, &day_no, &end) == 3 && end == 10 &&
       text.size() == 10) ||
      (std::sscanf(text.c_str(), "%4d-%2u-%2uT%2d:%2d%n", &year_no, &month_no, &day_no, &hour, &minute, &end) == 5 &&
       end == 16 && text.size() == 16);
  const year_month_day date{year(year_no), month(month_no), day(day_no)};
  if (!read || !date.ok() || hour > 23 || minute > 59) {
    throw UsageFault(text + " is no time; give YYYY-MM-DD or YYYY-MM-DDTHH:MM, in Vietnam's time");
  }
  const auto time = sys_days(date) + hours(hour) + minutes(minute);
  return duration_cast<milliseconds>(time.time_since_epoch()).count() - kVietnamMs;
}

std::string time_text(std::int64_t time_ms) {
  using namespace std::chrono;
  const auto time = floor<minutes>(sys_time<milliseconds>(milliseconds(time_ms + kVietnamMs)));
  const auto date_days = floor<days>(time);
  const year_month_day date(date_days);
  const hh_mm_ss<minutes> clock(time - date_days);
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()));
  return text;
}

// A key for certificates and the one for files that follows from it.
std::array<ListedKey, 2> entries_of(const OwnKey& key) {
  const certs::Ed25519PublicKey file_key = certs::badge_key(key.key).public_key();
  return {ListedKey{KeyUse::certificates, key.kid(), key.key.public_key().jwk(), key.not_before_ms, {}, {}},
          ListedKey{KeyUse::files, file_key.thumbprint(), file_key.jwk(), key.not_before_ms, {}, {}}};
}

// What the server has and the list lacks; a key whose listing was cut short by a crash is among it.
void add_missing(KeyList& list, const certs::KeyStore& keys, std::int64_t now_ms) {
  const auto add = [&](const ListedKey& key) {
    if (list.find(key.kid) == nullptr) list.keys.push_back(key);
  };
  for (const OwnKey& key : keys.all(Purpose::certificates)) {
    for (const ListedKey& entry : entries_of(key)) add(entry);
  }
  const certs::Ed25519PublicKey& log = keys.log_key().public_key();
  add({KeyUse::log, log.thumbprint(), log.jwk(), now_ms, {}, {}});
}

// Both entries of a key.
template <class Change>
void change_key(KeyList& list, const OwnKey& key, const Change& change) {
  for (const ListedKey& entry : entries_of(key)) change(*list.find(entry.kid));
}

std::string state_of(const ListedKey& key) {
  if (key.compromised_ms) return "compromised since " + time_text(*key.compromised_ms);
  return key.not_after_ms ? "until " + time_text(*key.not_after_ms) : "no end";
}

const char* use_of(const ListedKey& key) {
  return key.use == KeyUse::certificates ? "certificates" : key.use == KeyUse::files ? "files" : "log";
}

Json as_json(const KeyList& list) {
  Json keys = Json::array();
  for (const ListedKey& key : list.keys) {
    Json one{{"kid", key.kid}, {"use", use_of(key)}, {"not_before", key.not_before_ms}};
    if (key.not_after_ms) one["not_after"] = *key.not_after_ms;
    if (key.compromised_ms) one["compromised"] = *key.compromised_ms;
    keys.push_back(std::move(one));
  }
  return keys;
}

void tell(const Shared& shared, const KeyList& list, const std::string& root, const std::string& words) {
  std::string lines = words + "\nList " + std::to_string(list.serial) + ", signed by the root " + root + ":";
  for (const ListedKey& key : list.keys) {
    lines += "\n  " + key.kid + "  " + use_of(key) + ", from " + time_text(key.not_before_ms) + ", " + state_of(key);
  }
  shared.say({{"serial", list.serial}, {"root", root}, {"scope", list.scope}, {"keys", as_json(list)}}, lines);
}

KeyList known_list(const Instance& instance) {
  const auto known = instance.keys().key_list();
  if (!known) throw CommandFault("there is no list of keys yet; begin one with: suoi keys init --root FILE");
  return known->list;
}

certs::SigningKey root_of(const Instance& instance, const RootKeyPlace& place) {
  const auto root = read_root_key(place);
  if (root.public_key().thumbprint() != instance.keys().key_list()->root) {
    throw CommandFault(place.file.string() + " is another root than that of the list; strangers would not know it");
  }
  return root;
}

void publish(Instance& instance, KeyList& list, const certs::SigningKey& root) {
  add_missing(list, instance.keys(), system_now_ms());
  list.issued_at_ms = system_now_ms();
  const auto kept = instance.own_keys().keep_key_list(certs::sign_key_list(list, root));
  if (!kept) throw CommandFault(kept.error().text);
}

OwnKey add_key(Instance& instance, std::int64_t from_ms) {
  auto made = instance.own_keys().rotate(Purpose::certificates, from_ms);
  if (!made) throw CommandFault(made.error().text);
  return *made;
}

int init(const Shared& shared, const KeyOptions& options) {
  Instance instance(shared.data, Instance::Start::open);
  if (instance.keys().key_list()) throw CommandFault("there is a list of keys already; see: suoi keys list");
  KeyList list{1, 0, instance.operator_unit().text(), {}};
  const auto root = make_root_key(options.root, instance.directory());
  publish(instance, list, root);
  tell(shared, list, root.public_key().thumbprint(),
       "The root key stands in " + options.root.file.string() +
           ". Keep it and its passphrase away from the server, in two places; without it no key can be replaced.\n"
           "Publish the name of the root, so that strangers know it.");
  return 0;
}

int list_keys(const Shared& shared, const KeyOptions&) {
  const Instance instance(shared.data, Instance::Start::open);
  const KeyList list = known_list(instance);
  tell(shared, list, instance.keys().key_list()->root, "The keys of this server.");
  return 0;
}

int rotate(const Shared& shared, const KeyOptions& options) {
  Instance instance(shared.data, Instance::Start::open);
  KeyList list = known_list(instance);
  const std::int64_t now_ms = system_now_ms();
  const std::int64_t from_ms = options.at.empty() ? now_ms + kDayMs : time_of(options.at);
  if (from_ms < now_ms) throw UsageFault("a new key begins in the future; without --from it begins in a day");
  const auto root = root_of(instance, options.root);
  const auto before = instance.keys().all(Purpose::certificates);
  const OwnKey made = add_key(instance, from_ms);
  add_missing(list, instance.keys(), now_ms);
  for (const OwnKey& key : before) {
    change_key(list, key, [&](ListedKey& entry) {
      if (!entry.not_after_ms && entry.not_before_ms < from_ms) entry.not_after_ms = from_ms;
    });
  }
  ++list.serial;
  publish(instance, list, root);
  tell(shared, list, root.public_key().thumbprint(),
       "The new key " + made.kid() + " signs from " + time_text(from_ms) + "; those before end then.");
  return 0;
}

OwnKey named_key(const Instance& instance, const std::string& kid) {
  auto key = instance.keys().find(Purpose::certificates, kid);
  if (!key) throw CommandFault("there is no key for certificates with the name " + kid + "; see: suoi keys list");
  return *key;
}

bool another_signs(const KeyList& list, const certs::KeyStore& keys, const std::string& kid, std::int64_t at_ms) {
  const auto all = keys.all(Purpose::certificates);
  return std::any_of(all.begin(), all.end(), [&](const OwnKey& key) {
    const ListedKey* entry = list.find(key.kid());
    return key.kid() != kid && entry != nullptr && entry->not_before_ms <= at_ms && !entry->compromised_ms &&
           (!entry->not_after_ms || *entry->not_after_ms > at_ms);
  });
}

int retire(const Shared& shared, const KeyOptions& options) {
  Instance instance(shared.data, Instance::Start::open);
  KeyList list = known_list(instance);
  const std::int64_t at_ms = options.at.empty() ? system_now_ms() : time_of(options.at);
  const OwnKey key = named_key(instance, options.kid);
  add_missing(list, instance.keys(), system_now_ms());
  if (list.find(key.kid())->compromised_ms) throw CommandFault("the key is called compromised; that ends it already");
  if (at_ms < list.find(key.kid())->not_before_ms) throw UsageFault("the key begins later than that");
  if (!another_signs(list, instance.keys(), key.kid(), at_ms)) {
    throw CommandFault("no other key would sign then; make one first: suoi keys rotate --root FILE");
  }
  const auto root = root_of(instance, options.root);
  change_key(list, key, [&](ListedKey& entry) { entry.not_after_ms = at_ms; });
  ++list.serial;
  publish(instance, list, root);
  tell(shared, list, root.public_key().thumbprint(),
       key.kid() + " signs nothing after " + time_text(at_ms) + "; what it signed before stays good.");
  return 0;
}

int compromise(const Shared& shared, const KeyOptions& options) {
  Instance instance(shared.data, Instance::Start::open);
  KeyList list = known_list(instance);
  const std::int64_t now_ms = system_now_ms();
  const std::int64_t since_ms = time_of(options.at);
  if (since_ms > now_ms) throw UsageFault("--since lies in the future; say when the key was stolen or lost");
  const OwnKey key = named_key(instance, options.kid);
  const auto root = root_of(instance, options.root);
  add_missing(list, instance.keys(), now_ms);
  std::int64_t logged = 0;
  instance.store().read([&](storage::Reader& reader) { logged = reader.log_size_before(since_ms); });
  change_key(list, key, [&](ListedKey& entry) {
    entry.compromised_ms = since_ms;
    entry.logged = logged;
  });
  if (!another_signs(list, instance.keys(), key.kid(), now_ms)) add_key(instance, now_ms);
  ++list.serial;
  publish(instance, list, root);
  tell(shared, list, root.public_key().thumbprint(),
       key.kid() + " counts for nothing that was issued from " + time_text(since_ms) +
           " on. Issue those certificates again: suoi certificate reissue NUMBER --reason TEXT");
  return 0;
}

using Action = int (*)(const Shared&, const KeyOptions&);

std::shared_ptr<KeyOptions> add_verb(CLI::App& keys, Verb& chosen, const char* name, const char* words, Action action,
                                     bool signs) {
  auto* verb = keys.add_subcommand(name, words);
  auto options = std::make_shared<KeyOptions>();
  if (signs) {
    verb->add_option("--root", options->root.file, "File of the root key, on a medium that is kept elsewhere")
        ->required()
        ->type_name("FILE");
    verb->add_option("--passphrase-file", options->root.passphrase_file,
                     "Its passphrase, as one line; - for standard input; else it is asked for")
        ->type_name("FILE");
  }
  verb->callback([&chosen, options, action] {
    chosen = [options, action](const Shared& shared) { return action(shared, *options); };
  });
  return options;
}

}  // namespace

void add_key_verbs(CLI::App& app, Verb& chosen) {
  auto* keys = app.add_subcommand("keys", "The keys that sign certificates, and the list of them that strangers trust");
  add_verb(*keys, chosen, "init", "Make a root key elsewhere, and with it the first list of keys", &init, true);
  add_verb(*keys, chosen, "list", "Show the list of keys", &list_keys, false);
  auto options = add_verb(*keys, chosen, "rotate", "Make a new key that takes over from a time on", &rotate, true);
  keys->get_subcommand("rotate")
      ->add_option("--from", options->at, "When it begins to sign; in a day, if not given")
      ->type_name("TIME");
  options = add_verb(*keys, chosen, "retire", "End a key; what it signed stays good", &retire, true);
  auto* verb = keys->get_subcommand("retire");
  verb->add_option("kid", options->kid, "The key, as the list names it")->required();
  verb->add_option("--at", options->at, "From when on; now, if not given")->type_name("TIME");
  options =
      add_verb(*keys, chosen, "compromise", "Say that a key was stolen or lost, and replace it", &compromise, true);
  verb = keys->get_subcommand("compromise");
  verb->add_option("kid", options->kid, "The key, as the list names it")->required();
  verb->add_option("--since", options->at, "Since when, as YYYY-MM-DD or YYYY-MM-DDTHH:MM, in Vietnam's time")
      ->required()
      ->type_name("TIME");
}

}  // namespace suoi::server
