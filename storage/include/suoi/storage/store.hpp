// The central store on SQLite: WAL, full synchronisation, one writer.
//
// Purpose: few, large verbs. A write goes through commit_group, which makes all jobs that wait at one moment durable
//          with a single flush; reads run beside it on snapshots.
// Shapes:  ids as in domain; times in ms since 1970 UTC; positions count within a stream, versions within a record.
// Ownership: a Store owns its connections; transactions and snapshots live inside the calls that hand them out.
// Threads: every verb of a Store from any thread; writers wait for each other, readers for a free connection. A backup
//          and a check work on a snapshot, so that neither holds up a writer.
//          Several processes may open one directory: a file lock is held around every write transaction and every
//          checkpoint, since a checkpoint that races a commit of another connection can corrupt (SQLite 3.7.0-3.51.2).
// Errors:  StoreFault for what the caller can do nothing about (disk full: `is_full`); expected outcomes are values.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "suoi/certs/merkle.hpp"
#include "suoi/certs/secret_box.hpp"
#include "suoi/domain/catalogue.hpp"
#include "suoi/storage/uploads.hpp"
#include "suoi/sync/clock.hpp"
#include "suoi/sync/plan.hpp"
#include "suoi/sync/state_source.hpp"

namespace suoi::storage {

using Digest = std::array<std::uint8_t, 32>;

class StoreFault : public std::runtime_error {
 public:
  StoreFault(const std::string& what, bool full, bool damaged = false)
      : std::runtime_error(what), is_full(full), is_damaged(damaged) {}
  bool is_full;     // no room on the disk: nothing was stored, free some and try again
  bool is_damaged;  // what stands on the disk is not what was written: nothing is stored any more
};

// One life of the store. Versions and positions of epoch n begin at n · 2^32 + 1.
struct Epoch {
  std::int64_t number = 0;
  std::string id;  // "0-5f1c09ab…": number and random digits, so that two restored copies differ
  std::int64_t floor() const { return number << 32; }
};

struct Device {
  domain::DeviceId id;
  domain::PersonId person;
  std::string jwk;  // the public key
  std::string name;
  std::string platform;
  std::int64_t created_ms = 0;
  std::int64_t last_seen_ms = 0;
  std::int64_t token_until_ms = 0;  // of a browser's token; INT64_MAX for a phone's
  std::optional<std::int64_t> revoked_ms;
  bool stolen = false;
};

// One incarnation of a device.
struct Life {
  sync::LifeNo no = 0;
  domain::DeviceId device;
  std::int64_t acked = 0;  // highest seq stored without a gap
  std::int64_t safe = 0;   // highest seq that a verified backup also holds
  std::int64_t last_corrected_ms = INT64_MIN;
};

struct StoredVerdict {
  std::int64_t seq = 0;
  Digest digest{};
  sync::Verdict verdict;
  domain::RecordId record;
};

struct Invitation {
  Digest code_hash{};
  domain::PersonId person;
  std::int64_t expires_ms = 0;
  std::string redeemed_by;  // thumbprint of the key that used it; empty: unused
  std::int64_t redeemed_ms = 0;
  domain::PersonId inviter;       // nil: the command line
  bool compared = false;          // the inviter has to confirm the digits that the new device shows
  std::string digits;             // four, once a key has claimed it
  std::int64_t confirmed_ms = 0;  // 0: not yet
  std::int64_t wrong_digits = 0;  // how often other digits were given

  friend bool operator==(const Invitation&, const Invitation&) = default;
};

// How somebody opens the desk in a browser.
struct SignIn {
  domain::PersonId person;
  Digest login{};              // keyed digest of the login name
  std::string password;        // Argon2id in its encoded form
  std::string totp;            // the sealed seed of one-time codes; empty: none are asked for
  std::int64_t totp_step = 0;  // of the last code that was taken; it and earlier ones are used up
};

// An entry of a stream from a cursor on.
struct StreamEntry {
  std::int64_t position = 0;
  sync::Record record;   // of a removal only id, version and stream
  bool removed = false;  // deleted, or moved to `moved_to`
  std::optional<sync::StreamKey> moved_to;
};

// Where a live record stands.
struct Place {
  sync::StreamKey stream;
  std::int64_t position = 0;
  std::int64_t version = 0;
};

struct StreamHead {
  std::int64_t position = 0;   // highest ever given out; the epoch's floor for an empty stream
  std::uint64_t sum = 0;       // protocol.md, "sums"
  std::int64_t forgotten = 0;  // a cursor below this one reaches behind removals that are gone; 0: none are
};

// Somebody brought changes of another device (protocol.md, "Bundles").
struct Carriage {
  domain::Incarnation incarnation;  // of the origin
  std::int64_t first = 0;           // seq of the first and the last change of the bundle
  std::int64_t last = 0;
  domain::DeviceId carrier;
  std::int64_t arrival_ms = 0;

  friend bool operator==(const Carriage&, const Carriage&) = default;
};

// The audit chain of one stream: each link is the SHA-256 of the one before, the row's digest and the device.
struct ChainHead {
  std::string stream;  // empty: what was kept aside, of all streams
  std::int64_t count = 0;
  Digest link{};

  friend bool operator==(const ChainHead&, const ChainHead&) = default;
};

struct AuditEntry {
  sync::AppliedChange change;
  sync::Verdict verdict;
  std::int64_t arrival_ms = 0;
};

// A certificate that is not in force.
struct WithdrawnCertificate {
  std::string number;
  enum class Status { suspended, superseded, revoked } status = Status::revoked;  // deleted ones count as revoked
};

// What of a certificate the transparency log still lacks.
struct CertificateToLog {
  domain::RecordId record;
  bool issued = false;
  bool superseded = false;
  bool revoked = false;
};

// What both a snapshot and a transaction can tell.
class Reader {
 public:
  virtual ~Reader() = default;

  virtual Epoch epoch() = 0;
  virtual std::optional<Device> device(const domain::DeviceId& id) = 0;
  virtual std::optional<Device> device_by_token(const Digest& token_hash) = 0;
  // All but the server's own, by age.
  virtual std::vector<Device> devices() = 0;
  virtual std::optional<Life> life(const domain::DeviceId& device, const domain::Incarnation& incarnation) = 0;
  virtual std::optional<Invitation> invitation(const Digest& code_hash) = 0;
  // What somebody has invited to that has not expired by then, the latest to expire first.
  virtual std::vector<Invitation> invitations_by(const domain::PersonId& inviter, std::int64_t now_ms) = 0;
  virtual std::optional<SignIn> sign_in(const Digest& login) = 0;
  virtual std::optional<SignIn> sign_in_of(const domain::PersonId& person) = 0;
  virtual std::vector<sync::Assignment> assignments(const domain::PersonId& person) = 0;
  // Stored verdicts of seq in [from, to], in order.
  virtual std::vector<StoredVerdict> verdicts(sync::LifeNo life, std::int64_t from, std::int64_t to) = 0;
  virtual std::optional<sync::Record> record(const domain::RecordId& id) = 0;
  virtual std::optional<Place> place(const domain::RecordId& id) = 0;
  virtual StreamHead head(const sync::StreamKey& stream) = 0;
  // Of each stream among `streams` the highest position given out before the present epoch, for a device that last
  // synced in the epoch of that id. Left out where it may have positions that are none of this store: the stream is
  // empty, has grown since that epoch, or that epoch is none of this store's past.
  virtual std::vector<std::pair<sync::StreamKey, std::int64_t>> heads_before_epoch(
      std::span<const sync::StreamKey> streams, std::string_view known_epoch) = 0;
  // Entries above `after` in order of position; stops once about `bytes_max` of stored state were read (the first entry
  // always comes), or after `entries_max`. Removals are left out where `after` is 0; `moved_to` is where the record
  // stands today.
  virtual std::vector<StreamEntry> page(const sync::StreamKey& stream, std::int64_t after, std::size_t bytes_max,
                                        std::size_t entries_max) = 0;
  // What this device wrote that has left the stream since, deleted or moved: it may hold such a record as `settled`
  // without ever having had a page of the stream. Removals, in order of position.
  virtual std::vector<StreamEntry> removals_for_author(const sync::StreamKey& stream,
                                                       const domain::DeviceId& device) = 0;
  // Live records of one collection in the streams, in order of stream and position, after (stream, position).
  virtual std::vector<StreamEntry> list(const domain::Collection& collection, std::span<const sync::StreamKey> streams,
                                        std::optional<std::pair<sync::StreamKey, std::int64_t>> after,
                                        std::size_t entries_max) = 0;
  // In order of arrival; the version of a change that is kept aside is 0.
  virtual std::vector<AuditEntry> audit(const domain::RecordId& record) = 0;
  // Which of a device's changes were brought by whom, in order of arrival.
  virtual std::vector<Carriage> carriages(const domain::DeviceId& origin) = 0;
  virtual std::optional<domain::RecordId> certificate_by_number(std::string_view number) = 0;
  // Those whose numbers begin so.
  virtual std::vector<WithdrawnCertificate> certificates_withdrawn(std::string_view numbers_begin) = 0;
  // Certificates in state `issuing`, oldest first.
  virtual std::vector<domain::RecordId> certificates_to_issue(std::size_t most) = 0;
  virtual std::optional<std::int64_t> last_verified_backup_ms() = 0;

  // The transparency log (certs/transparency_log.hpp): how many entries it has, and had before a time.
  virtual std::int64_t log_size() = 0;
  virtual std::int64_t log_size_before(std::int64_t at_ms) = 0;
  // At most 256 hashes of 32 bytes, each over 256^level entries; fewer where the tile is not full, none beyond the end.
  virtual std::string log_tile(int level, std::int64_t place) = 0;
  virtual std::vector<std::string> log_entries(std::int64_t from, std::size_t most) = 0;
  virtual std::optional<std::int64_t> log_place(std::string_view entry) = 0;
  // The hash over the 2^level entries from index · 2^level on; StoreFault where they are not all there.
  virtual certs::merkle::Hash log_subtree(int level, std::int64_t index) = 0;
  // Lines of witnesses under the checkpoint of that size.
  virtual std::vector<std::string> log_cosignatures(std::int64_t size) = 0;
  // Issued or withdrawn, and not in the log yet; the oldest first.
  virtual std::vector<CertificateToLog> certificates_to_log(std::size_t most) = 0;

  // Live records of a collection in all streams, by id, after `after`.
  virtual std::vector<sync::Record> all_of(const domain::Collection& collection, const domain::RecordId& after,
                                           std::size_t most) = 0;
  // The schema version up to which what waited in quarantine was taken up; 0: none yet.
  virtual std::int64_t taken_up_version() = 0;

  virtual std::optional<Upload> upload(const UploadId& id) = 0;
  virtual std::int64_t unfinished_uploads(const domain::PersonId& person) = 0;
  // Bytes from `from` on, as many as lie together (at most 256 KiB); empty behind the last one.
  virtual std::string upload_bytes(const UploadId& id, std::int64_t from) = 0;
  virtual std::optional<StoredFile> file(const FileDigest& digest) = 0;
  virtual std::string file_bytes(const FileDigest& digest, std::int64_t from) = 0;
  virtual bool has_uploaded(const domain::PersonId& person, const FileDigest& digest) = 0;
  // The streams of the live records that name the file in a field, both versions of a conflict included.
  virtual std::vector<sync::StreamKey> streams_naming(const FileDigest& digest) = 0;
  // By name of stream.
  virtual std::vector<ChainHead> audit_chains() = 0;
  virtual bool erased(const domain::RecordId& record) = 0;
};

// One write transaction; it is also the state that the merge looks at.
class Transaction : public Reader, public sync::StateSource {
 public:
  virtual void add_invitation(const Invitation& invitation) = 0;
  // Everything of a known invitation but its hash, person and inviter.
  virtual void update_invitation(const Invitation& invitation) = 0;
  // No invitation for this person works any more.
  virtual void end_invitations(const domain::PersonId& person, std::int64_t now_ms) = 0;
  // Adds or replaces how a person signs in. False: somebody else has that login, and nothing was changed.
  virtual bool put_sign_in(const SignIn& sign_in) = 0;
  virtual void drop_sign_in(const domain::PersonId& person) = 0;
  virtual void end_session(const domain::DeviceId& device, std::int64_t now_ms) = 0;
  // Ends the tokens of a person's browsers, not those of their phones.
  virtual void end_sessions(const domain::PersonId& person, std::int64_t now_ms) = 0;
  // Adds or renews a device with the hash of its token.
  virtual void put_device(const Device& device, const Digest& token_hash) = 0;
  virtual void rename_device(const domain::DeviceId& id, std::string_view name) = 0;
  virtual void revoke_device(const domain::DeviceId& id, bool stolen, std::int64_t now_ms) = 0;

  virtual Life open_life(const domain::DeviceId& device, const domain::Incarnation& incarnation) = 0;
  virtual void continue_life(sync::LifeNo life, sync::LifeNo predecessor, std::int64_t seq) = 0;
  // Books [from, to] as lost: they count as acknowledged and hold no change. StoreFault unless `from` is acked + 1.
  virtual void book_lost(sync::LifeNo life, std::int64_t from, std::int64_t to) = 0;
  virtual sync::ClockHistory clock_history(const domain::DeviceId& device, sync::LifeNo life) = 0;
  virtual void note_sync(const domain::DeviceId& device, sync::SyncMoment moment) = 0;

  // Stores changes, records, positions, sums and tombstones. Each change of the plan that is not the server's own
  // raises `acked` of its life to its seq; StoreFault where that leaves a gap, or where the plan does not start from
  // what is stored.
  virtual void apply(const sync::MergePlan& plan) = 0;
  virtual void add_upload(const Upload& upload) = 0;
  // False, and nothing stored, unless the upload is there, unfinished, holds `offset` bytes and has room for these.
  virtual bool append_to_upload(const UploadId& id, std::int64_t offset, std::string_view bytes,
                                std::int64_t expires_ms) = 0;
  // A complete upload becomes a file, or goes into the equal one that is there already. False: it is not (any more) one
  // that waits for this.
  virtual bool finish_upload(const UploadId& id, const FileDigest& digest, std::string_view media_type) = 0;
  // Of a finished one the file stays.
  virtual void drop_upload(const UploadId& id) = 0;
  // How many went: those that expired longest ago first.
  virtual std::size_t drop_expired_uploads(std::int64_t now_ms, std::size_t most) = 0;
  // Notes who brought changes of this life; of the same changes by the same device only the first time.
  virtual void note_carriage(sync::LifeNo life, const Carriage& carriage) = 0;
  // Drops up to `most` removals that came before `buried_before_ms`, and remembers per stream how far; gives how many.
  virtual std::size_t forget_removals(std::int64_t buried_before_ms, std::size_t most) = 0;
  virtual void note_taken_up(std::int64_t schema_version) = 0;
  // Begins a new epoch in this very store, numbered above `above` as well: a valid receipt above it shows that its file
  // was set back.
  virtual Epoch begin_epoch(std::int64_t above) = 0;
  // The digest by which a change is known again: the one that it carries, or, where it has personal values, a keyed one
  // under that person's key. Nothing: the person was erased, and nobody can tell any more.
  virtual std::optional<Digest> digest_of(const sync::Change& change) = 0;
  // Destroys the key of a person, or of another record with personal values: they read as null from now on, in records
  // and history alike. What names the id later is not sealed under a new key, but dropped.
  virtual void erase(const domain::RecordId& subject, std::int64_t now_ms) = 0;
  // Adds an entry to the transparency log, unless it is there; gives its place.
  virtual std::int64_t append_to_log(std::string_view entry, std::int64_t now_ms) = 0;
  // That these things of a certificate stand in the log now.
  virtual void note_logged(const CertificateToLog& what) = 0;
  // One line of each witness for a size; a later one replaces it.
  virtual void put_cosignature(std::int64_t size, std::string_view witness, std::string_view line) = 0;
  // The first life of the server's own device, through which command line and imports write. Its changes take their
  // seq from next_server_seq().
  virtual Life server_life_row() = 0;
};

class Store {
 public:
  struct Options {
    const domain::Catalogue* catalogue = nullptr;
    domain::Hashing hashing;
    std::function<void(std::span<std::uint8_t>)> random_bytes;
    // The master key, kept outside the store: wraps the keys of people. Lives as long as the store. Without it personal
    // values read as null, and writing one is a StoreFault.
    const certs::SecretBox* master = nullptr;
    int readers = 4;  // connections for snapshots
    // Whether open() looks at every page for damage (about a second for each 1 GB that is in memory already).
    bool look_for_damage = false;
  };

  // Makes an empty store in a directory that holds none; nothing: there is one already, and it was not touched.
  static std::unique_ptr<Store> create(const std::filesystem::path& directory, const Options& options);
  // Opens a store and migrates it to this release's schema; StoreFault where there is none.
  static std::unique_ptr<Store> open(const std::filesystem::path& directory, const Options& options);
  virtual ~Store() = default;

  using Job = std::function<void(Transaction&)>;
  // Runs all jobs in one transaction, each behind a savepoint, and commits durably. Gives for each job the exception
  // that undid it, or null. Nothing of a job is visible to anybody before the commit. Where the group itself fails
  // (full disk, locked by another process) every job has that StoreFault.
  virtual std::vector<std::exception_ptr> commit_group(std::span<const Job> jobs) = 0;
  // The form in which the content of a change is kept, made ahead (sync::Content::pack): on any thread, so that the
  // writer's need not.
  virtual std::string packed(const domain::Value& content) const = 0;
  // Calls `use` on a snapshot: one consistent state, whatever is written meanwhile.
  virtual void read(const std::function<void(Reader&)>& use) = 0;
  // What was found damaged, by open(), a read or a write. From then on nothing is written any more: every job and what
  // else writes gets a StoreFault with `is_damaged`. Reads go on as far as they can.
  virtual std::optional<std::string> damage() const = 0;
  // Moves the write-ahead log into the database; called by the writer when idle or when the log is large.
  virtual void checkpoint() = 0;
  // Leaves nothing in any file of the store of what was deleted or destroyed; waits for readers.
  virtual void scrub() = 0;
  // Whether another process, or another Store on the directory, has written since the last call.
  virtual bool changed_elsewhere() = 0;

  struct CheckReport {
    bool ok = true;
    std::int64_t records = 0;
    std::int64_t changes = 0;
    std::int64_t streams = 0;
    std::int64_t files = 0;
    std::int64_t files_awaited = 0;     // named by a live record, not uploaded yet
    std::vector<std::string> problems;  // at most 100, in plain words
  };
  // Compares everything that follows from something else: sums, positions, heads, acked, links, history against
  // records, the seal of every page, and SQLite's own integrity check. `progress` gets done and total steps.
  virtual CheckReport check(const std::function<void(std::int64_t done, std::int64_t total)>& progress) = 0;

  struct AuditReport {
    bool ok = true;
    std::int64_t changes = 0;
    std::int64_t streams = 0;
    std::vector<std::string> problems;  // at most 100, in plain words
  };
  // Walks all chains from their beginning: are they what the store says, and do they go on from what was `kept`
  // elsewhere (no tail cut, nothing rewritten)?
  virtual AuditReport verify_audit(std::span<const ChainHead> kept,
                                   const std::function<void(std::int64_t done, std::int64_t total)>& progress) = 0;

  // Online copy into a new file beside which nothing else is needed; verified by opening and checking it. Then every
  // life's `safe` is set to what the copy holds. StoreFault where a file of that name is there already.
  virtual void backup(const std::filesystem::path& file, std::int64_t now_ms,
                      const std::function<void(std::int64_t done, std::int64_t total)>& progress) = 0;
  // Makes a store in an unused directory from a backup and begins a new epoch; nothing: the directory is in use.
  // `progress` gets done and total steps of looking through it.
  static std::unique_ptr<Store> restore(
      const std::filesystem::path& file, const std::filesystem::path& directory, const Options& options,
      const std::function<void(std::int64_t done, std::int64_t total)>& progress = {});
};

}  // namespace suoi::storage
