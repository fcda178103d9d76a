// The transparency log as strangers read it: entries, tiles, checkpoints, proofs (C2SP signed-note, tlog-checkpoint,
// tlog-tiles, tlog-cosignature, tlog-proof).
//
// Purpose: every certificate that was ever issued or withdrawn stands in one list that can only grow, so that nobody,
//          the operator included, can issue one in secret and date it back.
// Shapes:  entry: version (01), LogEvent, 32 bytes; of a certificate HMAC-SHA-256(salt, event and facts as printed), so
//          that an entry says nothing without the certificate. Checkpoint: origin, size, root in base64, and Ed25519
//          signatures of the log and of witnesses. Tiles hold 256 hashes; bundles 256 entries with lengths before them.
// Threads: pure functions. Errors: nullopt for anything from outside that is not exactly of its form.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "suoi/certs/certificate.hpp"
#include "suoi/certs/ed25519.hpp"
#include "suoi/certs/merkle.hpp"

namespace suoi::certs {

inline constexpr int kTileHeight = 8;
inline constexpr std::int64_t kTileWidth = 256;
inline constexpr std::size_t kLogNoteBytesMax = 65536;

enum class LogEvent : std::uint8_t { issued = 1, superseded = 2, revoked = 3, key_list = 4 };

std::string log_entry(LogEvent event, const Facts& facts);
// The entry of its issue as hex digits: by which the log is asked for a proof, /v1/log/proofs/NAME.
std::string proof_name(const Facts& facts);
std::string log_entry_of_key_list(std::string_view key_list);

// What is asked for at "tile/LEVEL/N[.p/W]" and "tile/entries/N[.p/W]".
struct TilePath {
  int level = 0;  // -1: entries
  std::int64_t index = 0;
  int width = 256;  // less where the tile is not full yet

  friend bool operator==(const TilePath&, const TilePath&) = default;
};
std::optional<TilePath> parse_tile_path(std::string_view path);
std::string tile_path(const TilePath& tile);
// Each behind its length in two bytes.
std::string entry_bundle(const std::vector<std::string>& entries);

struct Checkpoint {
  std::string origin;
  std::int64_t size = 0;
  merkle::Hash root{};

  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// "suoi.example/v1/log/0" of the server's address; a store that came back from a backup is another log.
std::string log_origin(std::string_view address, std::int64_t epoch);

// "NAME+KEYID+KEY" as C2SP signed-note has it: by which others are told of a key. A witness has the type 4.
enum class NoteKeyType : std::uint8_t { log = 1, witness = 4 };
std::string note_key(std::string_view name, NoteKeyType type, const Ed25519PublicKey& key);
struct NoteKey {
  std::string name;
  Ed25519PublicKey key;
};
std::optional<NoteKey> parse_note_key(std::string_view text, NoteKeyType type);

// The text of a note with a good signature by `key`; every note of a log is one.
std::optional<std::string> signed_text(std::string_view note, const NoteKey& key);

std::string sign_checkpoint(const Checkpoint& checkpoint, const Ed25519Key& key);
// Signed by `key` under the name of its origin; other signatures are not looked at.
std::optional<Checkpoint> read_checkpoint(std::string_view note, const Ed25519PublicKey& key);

// The line that a witness adds, and the time that a good one states, in seconds.
std::string cosign(std::string_view note, std::string_view name, const Ed25519Key& key, std::int64_t time_s);
std::optional<std::int64_t> cosigned_at(std::string_view note, const NoteKey& witness);
// The lines of signatures of a note, each with its end.
std::vector<std::string> signature_lines(std::string_view note);

struct LogProof {
  std::int64_t index = 0;
  std::vector<merkle::Hash> path;
  std::string checkpoint;
};
std::string proof_text(const LogProof& proof);
std::optional<LogProof> parse_proof(std::string_view text);

// The place of `entry` in the log, where the proof shows it under a checkpoint signed by one of `keys`.
std::optional<std::int64_t> proven_index(std::string_view proof, std::string_view entry,
                                         const std::vector<Ed25519PublicKey>& keys);

}  // namespace suoi::certs
