#include "suoi/certs/transparency_log.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <charconv>

#include "facts_cbor.hpp"
#include "openssl.hpp"
#include "suoi/certs/hashing.hpp"

namespace suoi::certs {
namespace {

constexpr char kEntryVersion = 1;
constexpr std::string_view kSignatureHead = "\xe2\x80\x94 ";  // an em dash and a blank
constexpr std::string_view kProofHead = "c2sp.org/tlog-proof@v1\n";
constexpr std::string_view kCosignatureHead = "cosignature/v1\ntime ";
constexpr std::size_t kKeyIdBytes = 4;
constexpr std::size_t kPathHashesMax = 63;

// Base64 of RFC 4648, section 4, with padding.
std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  text.resize(static_cast<std::size_t>(EVP_EncodeBlock(octets(text), octets(bytes), static_cast<int>(bytes.size()))));
  return text;
}

std::optional<std::string> parse_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  if (EVP_DecodeBlock(octets(bytes), octets(text), static_cast<int>(text.size())) < 0) return std::nullopt;
  bytes.resize(bytes.size() - (text.back() == '=') - (text[text.size() - 2] == '='));
  return base64(bytes) == text ? std::optional(bytes) : std::nullopt;  // one form only
}

std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool plain = error == std::errc() && end == text.data() + text.size() && number >= 0;
  return plain && std::to_string(number) == text ? std::optional(number) : std::nullopt;
}

std::string big_endian(std::uint64_t number, int bytes) {
  std::string text;
  for (int at = bytes - 1; at >= 0; --at) text += static_cast<char>(number >> (8 * at));
  return text;
}

std::optional<merkle::Hash> parse_hash(std::string_view text) {
  const auto bytes = parse_base64(text);
  merkle::Hash hash{};
  if (!bytes || bytes->size() != hash.size()) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), reinterpret_cast<char*>(hash.data()));
  return hash;
}

std::string key_id(std::string_view name, NoteKeyType type, const Ed25519PublicKey& key) {
  const auto digest = sha256(std::string(name) + "\n" + static_cast<char>(type) + key.bytes());
  return std::string(bytes_of(digest).substr(0, kKeyIdBytes));
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    for (const int shift : {4, 0}) text += "0123456789abcdef"[static_cast<unsigned char>(byte) >> shift & 15];
  }
  return text;
}

bool is_name(std::string_view name) {
  return !name.empty() && name.find_first_of("+ \n\t\r") == std::string_view::npos;
}

// A note: its text up to the empty line, and the lines of signatures behind it.
struct Note {
  std::string_view text;
  std::string_view signatures;
};

std::optional<Note> split(std::string_view note) {
  if (note.size() > kLogNoteBytesMax || note.empty() || note.back() != '\n') return std::nullopt;
  const std::size_t at = note.rfind("\n\n");
  if (at == std::string_view::npos) return std::nullopt;
  return Note{note.substr(0, at + 1), note.substr(at + 2)};
}

std::string signature_line(std::string_view name, std::string_view bytes) {
  return std::string(kSignatureHead) + std::string(name) + " " + base64(bytes) + "\n";
}

// What stands in the line of a key, behind its id; nullopt where there is none.
std::optional<std::string> signature_by(const Note& note, const NoteKey& key, NoteKeyType type) {
  const std::string head = std::string(kSignatureHead) + key.name + " ";
  const std::string id = key_id(key.name, type, key.key);
  for (std::string_view rest = note.signatures; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    if (line.substr(0, head.size()) != head) continue;
    const auto bytes = parse_base64(line.substr(head.size()));
    if (bytes && bytes->size() > kKeyIdBytes && bytes->substr(0, kKeyIdBytes) == id) return bytes->substr(kKeyIdBytes);
  }
  return std::nullopt;
}

std::string checkpoint_text(const Checkpoint& checkpoint) {
  return checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" + base64(bytes_of(checkpoint.root)) + "\n";
}

std::optional<Checkpoint> parse_checkpoint(std::string_view text) {
  const std::size_t first = text.find('\n');
  const std::size_t second = text.find('\n', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return std::nullopt;
  const auto size = parse_number(text.substr(first + 1, second - first - 1));
  const auto root = parse_hash(text.substr(second + 1, text.size() - second - 2));
  if (!size || !root) return std::nullopt;
  Checkpoint checkpoint{std::string(text.substr(0, first)), *size, *root};
  return is_name(checkpoint.origin) && checkpoint_text(checkpoint) == text ? std::optional(checkpoint) : std::nullopt;
}

std::string cosigned_text(std::string_view text, std::int64_t time_s) {
  return std::string(kCosignatureHead) + std::to_string(time_s) + "\n" + std::string(text);
}

// "x001/x234/067"
std::string grouped(std::int64_t number) {
  std::string text;
  bool last = true;
  do {
    const std::string group = std::to_string(1000 + number % 1000).substr(1);
    text = last ? group : "x" + group + "/" + text;
    last = false;
    number /= 1000;
  } while (number > 0);
  return text;
}

}  // namespace

std::string log_entry(LogEvent event, const Facts& facts) {
  const Facts printed = as_printed(facts);
  const char kind = static_cast<char>(event);
  const auto mac = hmac_sha256(bytes_of(printed.salt), kind + encode_facts(printed));
  return std::string{kEntryVersion, kind} + std::string(bytes_of(mac));
}

std::string proof_name(const Facts& facts) {
  return hex(log_entry(LogEvent::issued, facts));
}

std::string log_entry_of_key_list(std::string_view key_list) {
  const auto digest = sha256(key_list);
  return std::string{kEntryVersion, static_cast<char>(LogEvent::key_list)} + std::string(bytes_of(digest));
}

std::string tile_path(const TilePath& tile) {
  std::string path = "tile/" + (tile.level < 0 ? "entries" : std::to_string(tile.level)) + "/" + grouped(tile.index);
  if (tile.width < kTileWidth) path += ".p/" + std::to_string(tile.width);
  return path;
}

std::optional<TilePath> parse_tile_path(std::string_view path) {
  constexpr std::string_view kHead = "tile/";
  if (path.substr(0, kHead.size()) != kHead) return std::nullopt;
  const std::size_t slash = path.find('/', kHead.size());
  if (slash == std::string_view::npos) return std::nullopt;
  TilePath tile;
  const std::string_view level = path.substr(kHead.size(), slash - kHead.size());
  const auto level_no = level == "entries" ? std::optional<std::int64_t>(-1) : parse_number(level);
  std::string_view rest = path.substr(slash + 1);
  if (const std::size_t partial = rest.find(".p/"); partial != std::string_view::npos) {
    const auto width = parse_number(rest.substr(partial + 3));
    if (!width || *width < 1 || *width >= kTileWidth) return std::nullopt;
    tile.width = static_cast<int>(*width);
    rest = rest.substr(0, partial);
  }
  std::string digits;
  for (const char letter : rest) {
    if (letter >= '0' && letter <= '9') digits += letter;
  }
  if (!level_no || *level_no > 7 || digits.empty() || digits.size() > 18) return std::nullopt;
  std::from_chars(digits.data(), digits.data() + digits.size(), tile.index);
  tile.level = static_cast<int>(*level_no);
  return tile_path(tile) == path ? std::optional(tile) : std::nullopt;  // one form only
}

std::string entry_bundle(const std::vector<std::string>& entries) {
  std::string bundle;
  for (const std::string& entry : entries) bundle += big_endian(entry.size(), 2) + entry;
  return bundle;
}

std::string log_origin(std::string_view address, std::int64_t epoch) {
  const std::size_t scheme = address.find("://");
  const std::string_view host = scheme == std::string_view::npos ? address : address.substr(scheme + 3);
  return std::string(host) + "/v1/log/" + std::to_string(epoch);
}

std::string note_key(std::string_view name, NoteKeyType type, const Ed25519PublicKey& key) {
  return std::string(name) + "+" + hex(key_id(name, type, key)) + "+" + base64(static_cast<char>(type) + key.bytes());
}

std::optional<NoteKey> parse_note_key(std::string_view text, NoteKeyType type) {
  const std::size_t first = text.find('+');
  const std::size_t second = text.find('+', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return std::nullopt;
  const auto bytes = parse_base64(text.substr(second + 1));
  if (!bytes || bytes->empty() || bytes->front() != static_cast<char>(type)) return std::nullopt;
  const auto key = Ed25519PublicKey::from_bytes(bytes->substr(1));
  if (!key || !is_name(text.substr(0, first))) return std::nullopt;
  NoteKey parsed{std::string(text.substr(0, first)), *key};
  return note_key(parsed.name, type, *key) == text ? std::optional(std::move(parsed)) : std::nullopt;
}

std::optional<std::string> signed_text(std::string_view note, const NoteKey& key) {
  const auto parts = split(note);
  const auto signature = parts ? signature_by(*parts, key, NoteKeyType::log) : std::nullopt;
  if (!signature || !key.key.verify(parts->text, *signature)) return std::nullopt;
  return std::string(parts->text);
}

std::string sign_checkpoint(const Checkpoint& checkpoint, const Ed25519Key& key) {
  const std::string text = checkpoint_text(checkpoint);
  const std::string id = key_id(checkpoint.origin, NoteKeyType::log, key.public_key());
  return text + "\n" + signature_line(checkpoint.origin, id + key.sign(text));
}

std::optional<Checkpoint> read_checkpoint(std::string_view note, const Ed25519PublicKey& key) {
  const auto parts = split(note);
  auto checkpoint = parts ? parse_checkpoint(parts->text) : std::nullopt;
  if (!checkpoint || !signed_text(note, {checkpoint->origin, key})) return std::nullopt;
  return checkpoint;
}

std::string cosign(std::string_view note, std::string_view name, const Ed25519Key& key, std::int64_t time_s) {
  const auto parts = split(note);
  if (!parts) throw std::invalid_argument("no note to cosign");
  return signature_line(name, key_id(name, NoteKeyType::witness, key.public_key()) +
                                  big_endian(static_cast<std::uint64_t>(time_s), 8) +
                                  key.sign(cosigned_text(parts->text, time_s)));
}

std::optional<std::int64_t> cosigned_at(std::string_view note, const NoteKey& witness) {
  const auto parts = split(note);
  const auto bytes = parts ? signature_by(*parts, witness, NoteKeyType::witness) : std::nullopt;
  if (!bytes || bytes->size() != 8 + kEd25519SignatureBytes) return std::nullopt;
  std::uint64_t time_s = 0;
  for (std::size_t i = 0; i < 8; ++i) time_s = time_s << 8 | static_cast<unsigned char>((*bytes)[i]);
  if (time_s > INT64_MAX) return std::nullopt;
  const auto stated = static_cast<std::int64_t>(time_s);
  return witness.key.verify(cosigned_text(parts->text, stated), std::string_view(*bytes).substr(8))
             ? std::optional(stated)
             : std::nullopt;
}

std::vector<std::string> signature_lines(std::string_view note) {
  std::vector<std::string> lines;
  const auto parts = split(note);
  if (!parts) return lines;
  for (std::string_view rest = parts->signatures; !rest.empty();) {
    const std::size_t size = rest.find('\n') + 1;
    lines.emplace_back(rest.substr(0, size));
    rest.remove_prefix(size);
  }
  return lines;
}

std::string proof_text(const LogProof& proof) {
  std::string text = std::string(kProofHead) + "index " + std::to_string(proof.index) + "\n";
  for (const merkle::Hash& hash : proof.path) text += base64(bytes_of(hash)) + "\n";
  return text + "\n" + proof.checkpoint;
}

std::optional<LogProof> parse_proof(std::string_view text) {
  constexpr std::string_view kIndex = "index ";
  if (text.substr(0, kProofHead.size()) != kProofHead) return std::nullopt;
  std::string_view rest = text.substr(kProofHead.size());
  const auto next_line = [&]() -> std::optional<std::string_view> {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return line;
  };
  const auto index_line = next_line();
  if (!index_line || index_line->substr(0, kIndex.size()) != kIndex) return std::nullopt;
  const auto index = parse_number(index_line->substr(kIndex.size()));
  if (!index) return std::nullopt;
  LogProof proof{*index, {}, ""};
  while (proof.path.size() <= kPathHashesMax) {
    const auto line = next_line();
    if (!line) return std::nullopt;
    if (line->empty()) {
      proof.checkpoint = std::string(rest);
      return proof;
    }
    const auto hash = parse_hash(*line);
    if (!hash) return std::nullopt;
    proof.path.push_back(*hash);
  }
  return std::nullopt;
}

std::optional<std::int64_t> proven_index(std::string_view proof, std::string_view entry,
                                         const std::vector<Ed25519PublicKey>& keys) {
  const auto parsed = parse_proof(proof);
  if (!parsed) return std::nullopt;
  for (const Ed25519PublicKey& key : keys) {
    const auto checkpoint = read_checkpoint(parsed->checkpoint, key);
    if (!checkpoint) continue;
    const auto leaf = merkle::leaf_hash(entry);
    const bool holds = merkle::includes(leaf, parsed->index, checkpoint->size, parsed->path, checkpoint->root);
    return holds ? std::optional(parsed->index) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace suoi::certs
