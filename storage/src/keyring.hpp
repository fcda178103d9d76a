// The keys of people: found, made, destroyed; and what is sealed under them.
//
// Purpose: personal values lie in the store only sealed. With its key gone a value reads as null, wherever it stands.
// Shapes:  a sealed value is a text: NUL, the 16 bytes of the subject, then SecretBox over the value's stored form. No
//          text from outside holds a NUL. A key is 32 random bytes, wrapped under the master key.
// Threads: open, find, refresh from any thread; the rest belongs to the holder of the write lock.
// Errors:  StoreFault where there is no master key to work with, or another one than the store was sealed under.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "schema.hpp"
#include "sqlite.hpp"
#include "suoi/certs/secret_box.hpp"

namespace suoi::storage {

class Keyring {
 public:
  using Key = std::shared_ptr<const certs::SecretBox>;

  // `master` may be null: then nothing personal can be read or written. It outlives this.
  Keyring(const std::filesystem::path& file, const certs::SecretBox* master, RandomBytes random_bytes)
      : reader_(file, Access::read_only), master_(master), random_bytes_(std::move(random_bytes)) {}

  static bool is_sealed(std::string_view text) { return !text.empty() && text.front() == '\0'; }
  // The stored form of the value in a sealed text; nothing: its key is gone.
  std::optional<std::string> open(std::string_view sealed) const;
  // Forgets destroyed keys where somebody has erased since: `erasures` is the store's count.
  void refresh(std::int64_t erasures);

  // Notes in a new store under which master key it is, or that it is the same as ever.
  void require_master(Connection& writer) const;
  // The key of a subject, made where there is none; null: the subject was erased.
  Key key(Connection& writer, const domain::Uuid& subject);
  static std::string seal(const certs::SecretBox& key, const domain::Uuid& subject, std::string_view stored_value);
  static bool is_erased(Connection& connection, const domain::Uuid& subject);
  // Destroys the key for good.
  void erase(Connection& writer, const domain::Uuid& subject, std::int64_t now_ms);
  // Keys that a job made stay with its group, or were undone with it.
  void settle_job(bool kept);
  // Keys of the group stand in the store, or were undone.
  void settle_group(bool committed);
  bool has_master() const { return master_ != nullptr; }

 private:
  Key find(const domain::Uuid& subject) const;
  void forget_stored() const;
  void drop(std::vector<domain::Uuid>& made);
  Key unwrap(const domain::Uuid& subject, std::string_view wrapped) const;

  mutable std::mutex mutex_;  // guards all below
  mutable Connection reader_;
  mutable std::unordered_map<domain::Uuid, Key, domain::UuidHash> known_;  // null: none is stored
  std::vector<domain::Uuid> of_job_;                                       // made or erased, not committed yet
  std::vector<domain::Uuid> of_group_;
  std::int64_t erasures_ = 0;
  const certs::SecretBox* master_;
  RandomBytes random_bytes_;
};

struct Context;

// The value sealed under the key of its subject, which is made where there is none; null: the subject was erased.
domain::Value sealed_value(Connection& writer, const Context& context, const domain::Uuid& subject,
                           const domain::Value& value);

// The digest of a change with personal values, as it is kept: under the key of whom the first of them is about as far
// as the change itself says, so that nobody can try out names against it. It follows from what was sent alone: what the
// store knows of the record may be more when the same change comes again. Zeros: that one was erased.
Digest keyed_digest(Connection& writer, const Context& context, const domain::Value& content,
                    const domain::RecordId& record, const Digest& digest);

}  // namespace suoi::storage
