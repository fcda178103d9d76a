#include "keyring.hpp"

#include "bytes.hpp"
#include "personal_values.hpp"
#include "rows.hpp"
#include "value_codec.hpp"

namespace suoi::storage {
namespace {

constexpr char kWrapped[] = "SELECT wrapped FROM person_key WHERE subject = ?";
constexpr char kAddKey[] = "INSERT INTO person_key (subject, wrapped) VALUES (?, ?)";
constexpr char kDropKey[] = "DELETE FROM person_key WHERE subject = ?";
constexpr char kErased[] = "SELECT 1 FROM erased WHERE subject = ?";
constexpr char kAddErased[] = "INSERT INTO erased (subject, at) VALUES (?, ?) ON CONFLICT DO NOTHING";
constexpr char kCountErasure[] = "UPDATE meta SET value = value + 1 WHERE key = 'erasures'";
constexpr char kMark[] = "SELECT value FROM meta WHERE key = 'master_mark'";
constexpr char kAddMark[] = "INSERT INTO meta (key, value) VALUES ('master_mark', ?)";

constexpr std::string_view kMarkPurpose = "store";
constexpr std::string_view kDigestPurpose = "digest of a change";
constexpr std::size_t kSubjectBytes = 16;
constexpr std::size_t kKnownMax = 200'000;  // keys kept in memory

std::string wrap_purpose(const domain::Uuid& subject) {
  return "key of " + subject.text();
}

std::string value_purpose(const domain::Uuid& subject) {
  return "value of " + subject.text();
}

}  // namespace

domain::Value sealed_value(Connection& writer, const Context& context, const domain::Uuid& subject,
                           const domain::Value& value) {
  const Keyring::Key key = context.keyring->key(writer, subject);
  return key ? domain::Value(Keyring::seal(*key, subject, value_blob(value, context.names))) : domain::Value();
}

Digest keyed_digest(Connection& writer, const Context& context, const domain::Value& content,
                    const domain::RecordId& record, const Digest& digest) {
  const auto subject = first_subject(content, context.catalogue, record);
  const Keyring::Key key = subject ? context.keyring->key(writer, *subject) : nullptr;
  const std::string_view bytes(reinterpret_cast<const char*>(digest.data()), digest.size());
  return key ? key->mac(kDigestPurpose, bytes) : Digest{};
}

std::optional<std::string> Keyring::open(std::string_view sealed) const {
  if (sealed.size() < 1 + kSubjectBytes) throw_damaged("a sealed value is cut short");
  domain::Uuid subject;
  std::memcpy(subject.bytes.data(), sealed.data() + 1, kSubjectBytes);
  const Key key = find(subject);
  if (!key) return std::nullopt;
  auto opened = key->open(value_purpose(subject), sealed.substr(1 + kSubjectBytes));
  if (!opened) throw_damaged("a sealed value was altered");
  return opened;
}

Keyring::Key Keyring::find(const domain::Uuid& subject) const {
  const std::lock_guard lock(mutex_);
  if (master_ == nullptr) return nullptr;
  if (const auto known = known_.find(subject); known != known_.end()) return known->second;
  Query query(reader_, kWrapped, blob(subject));
  // An absent key is not remembered: somebody may be about to make it.
  if (!query.step()) return nullptr;
  if (known_.size() >= kKnownMax) forget_stored();
  return known_.emplace(subject, unwrap(subject, query.bytes(0))).first->second;
}

Keyring::Key Keyring::unwrap(const domain::Uuid& subject, std::string_view wrapped) const {
  const auto key = master_->open(wrap_purpose(subject), wrapped);
  if (!key) throw_damaged("the key of a person does not open");
  return std::make_shared<const certs::SecretBox>(*key);
}

void Keyring::refresh(std::int64_t erasures) {
  const std::lock_guard lock(mutex_);
  if (erasures == erasures_) return;
  erasures_ = erasures;
  forget_stored();
}

void Keyring::require_master(Connection& writer) const {
  if (master_ == nullptr) return;
  Query query(writer, kMark);
  if (!query.step()) {
    const std::string mark = master_->seal(kMarkPurpose, kMarkPurpose);
    return run(writer, kAddMark, Blob{mark});
  }
  if (master_->open(kMarkPurpose, query.bytes(0))) return;
  throw StoreFault("the names in this store were sealed under another master key; put the keys of the old server back",
                   false);
}

Keyring::Key Keyring::key(Connection& writer, const domain::Uuid& subject) {
  if (master_ == nullptr) throw StoreFault("there is no master key to seal personal data with", false);
  const std::lock_guard lock(mutex_);
  if (const auto known = known_.find(subject); known != known_.end()) return known->second;
  if (is_erased(writer, subject)) return nullptr;
  Query stored(writer, kWrapped, blob(subject));
  if (stored.step()) return known_.emplace(subject, unwrap(subject, stored.bytes(0))).first->second;
  std::array<std::uint8_t, certs::kBoxKeyBytes> random{};
  random_bytes_(random);
  const std::string_view secret(reinterpret_cast<const char*>(random.data()), random.size());
  const std::string wrapped = master_->seal(wrap_purpose(subject), secret);
  run(writer, kAddKey, blob(subject), Blob{wrapped});
  of_job_.push_back(subject);
  return known_.emplace(subject, std::make_shared<const certs::SecretBox>(secret)).first->second;
}

std::string Keyring::seal(const certs::SecretBox& key, const domain::Uuid& subject, std::string_view stored_value) {
  std::string sealed(1, '\0');
  sealed.append(reinterpret_cast<const char*>(subject.bytes.data()), kSubjectBytes);
  return sealed + key.seal(value_purpose(subject), stored_value);
}

bool Keyring::is_erased(Connection& connection, const domain::Uuid& subject) {
  return Query(connection, kErased, blob(subject)).step();
}

void Keyring::erase(Connection& writer, const domain::Uuid& subject, std::int64_t now_ms) {
  run(writer, kDropKey, blob(subject));
  run(writer, kAddErased, blob(subject), now_ms);
  run(writer, kCountErasure);
  const std::lock_guard lock(mutex_);
  known_[subject] = nullptr;  // what is committed still has it
  of_job_.push_back(subject);
}

void Keyring::drop(std::vector<domain::Uuid>& made) {
  for (const domain::Uuid& subject : made) known_.erase(subject);
  made.clear();
}

void Keyring::settle_job(bool kept) {
  const std::lock_guard lock(mutex_);
  if (!kept) return drop(of_job_);
  of_group_.insert(of_group_.end(), of_job_.begin(), of_job_.end());
  of_job_.clear();
}

void Keyring::settle_group(bool committed) {
  const std::lock_guard lock(mutex_);
  if (!committed) {
    drop(of_job_);
    drop(of_group_);
  }
  of_job_.clear();
  of_group_.clear();
}

// Those that are not committed yet can be found nowhere else.
void Keyring::forget_stored() const {
  std::unordered_map<domain::Uuid, Key, domain::UuidHash> kept;
  for (const auto* made : {&of_job_, &of_group_}) {
    for (const domain::Uuid& subject : *made) {
      if (const auto known = known_.find(subject); known != known_.end()) kept.insert(*known);
    }
  }
  known_ = std::move(kept);
}

}  // namespace suoi::storage
