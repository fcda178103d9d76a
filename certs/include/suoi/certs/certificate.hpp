// A certificate of participation as the text of a QR code: made, checked, and the code printed beside its number.
//
// Purpose: one carrier of a certificate that fits on paper and is verified with no network.
// Shapes:  "GCN1:" + base45 (RFC 9285) of a COSE_Sign1 (cose.hpp) around a CWT (RFC 8392) in deterministic CBOR: claims
//          iat (6, seconds), cti (7, the 16 bytes of the record id) and the private claim -65537, a map of the facts
//          with the keys of the table in docs/certificates.md. At most 644 letters: version 19 with error correction Q.
// Rules:   what is printed differs from the record by as_printed() alone.
// Threads: pure functions; a lookup function is called on the caller's thread.
// Errors:  qr_text throws std::invalid_argument for facts that the server must not have let through (see Facts); what
//          is checked comes from outside: anything at all gives a Verdict, and never `valid` for what was not signed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "suoi/certs/signing_key.hpp"
#include "suoi/domain/id.hpp"

namespace suoi::certs {

inline constexpr std::string_view kQrPrefix = "GCN1:";
inline constexpr std::size_t kQrTextBytesMax = 644;   // what version 19 takes with error correction Q
inline constexpr std::size_t kHolderBytesMax = 60;    // cut at a word
inline constexpr std::size_t kActivityBytesMax = 80;  // cut at a word
inline constexpr std::size_t kRoleBytesMax = 40;      // cut at a word
inline constexpr std::size_t kUnitBytesMax = 80;      // cut at a word
inline constexpr std::size_t kApproverBytesMax = 60;  // cut at a word
inline constexpr std::size_t kApproversMax = 3;
inline constexpr std::size_t kNumberBytesMax = 40;   // longer: refused
inline constexpr std::size_t kCommuneBytesMax = 24;  // longer: refused
inline constexpr int kMinorBelowYears = 16;

// Where a status list (W3C Bitstring Status List) speaks of the certificate; each within 32 bits.
struct StatusEntry {
  std::int64_t list = 0;
  std::int64_t index = 0;
  friend bool operator==(const StatusEntry&, const StatusEntry&) = default;
};

// All texts UTF-8 in NFC, without control characters.
struct Facts {
  std::string issuer_kid;         // thumbprint of the signing key
  std::int64_t issued_at_ms = 0;  // ms since 1970 UTC; printed in whole seconds
  domain::RecordId id;
  std::string number;             // not empty
  std::string holder;             // not empty
  std::optional<int> birth_year;  // 1900 to 2155
  std::string activity;           // not empty
  std::string commune;            // "register:code"
  std::string from, to;           // "YYYY-MM-DD", first and last day, from 1970 on
  std::int64_t minutes = 0;       // within 32 bits, not negative
  std::string role;
  std::array<std::uint8_t, 16> salt{};
  std::optional<StatusEntry> status;
  std::string issuing_unit;            // may be empty; printed where it fits
  std::vector<std::string> approvers;  // printed where they fit, the first ones first

  friend bool operator==(const Facts&, const Facts&) = default;
};

// The facts as a QR code states them: whole seconds, initials for a holder who is or may be under 16 in the year of
// issue (with a birth year alone nobody can tell before that year is over; the year counts in Vietnam's time, UTC+7),
// long texts cut at a word, approvers and the issuing unit left out from the end where they do not fit. Applied twice
// it changes nothing more. Throws like qr_text, except that the issuer is not looked at.
Facts as_printed(const Facts& facts);

// std::invalid_argument also where facts.issuer_kid is not the thumbprint of `key`.
std::string qr_text(const Facts& facts, const SigningKey& key);

enum class Verdict {
  valid,
  valid_as_of,  // genuine, and in force at `as_of_ms`; nothing newer is known
  suspended,
  superseded,
  revoked,
  unknown_key,  // may be genuine; the key that it names is not known here
  forged,       // not made by the key that it names, or no certificate at all
};
const char* name_of(Verdict verdict);

enum class Standing { in_force, suspended, superseded, revoked };

// A key that issues or issued certificates; a certificate counts if it was issued within its time.
struct IssuerKey {
  PublicKey key;
  std::int64_t not_before_ms = 0;
  std::optional<std::int64_t> not_after_ms = std::nullopt;
  // Since when it may be in other hands. What it signed before counts only where it stands in the first `logged`
  // entries of the log, those of the time before.
  std::optional<std::int64_t> compromised_ms = std::nullopt;
  std::int64_t logged = 0;
};

// What is known of withdrawals, and of when. Within a day of `now` it counts as today's knowledge.
struct StatusKnowledge {
  std::int64_t as_of_ms = 0;                          // 0: nothing is known
  std::function<Standing(const Facts&)> standing_of;  // empty: nothing is known
  // The place in the log at which it was issued (transparency_log.hpp); empty: nothing is known.
  std::function<std::optional<std::int64_t>(const Facts&)> place_in_log = nullptr;
};
inline constexpr std::int64_t kFreshStatusMs = 24 * 60 * 60 * 1000;

struct Checked {
  Verdict verdict = Verdict::forged;
  std::optional<Facts> facts;  // only where the signature is good
  std::int64_t as_of_ms = 0;   // age of the knowledge behind the verdict; to be shown with every verdict
  std::string reason;          // in English, for verdicts that speak of the carrier: unknown_key, forged
};

// The verdict of a genuine carrier by what is known of withdrawals.
Verdict verdict_by_status(const Facts& facts, std::int64_t now_ms, const StatusKnowledge& knowledge);

Checked verify_qr_text(std::string_view text, const std::vector<IssuerKey>& keys, std::int64_t now_ms,
                       const StatusKnowledge& knowledge);

// Six characters of A-Z and 2-9 without I and O, from HMAC-SHA-256(secret, number): printed beside the number, so that
// nobody learns names by counting numbers. `secret` is the salt of the certificate, or a secret of the server.
std::string check_code(std::string_view secret, std::string_view number);

// Whether `typed` is that code; blanks, hyphens and lower case are forgiven.
bool check_code_matches(std::string_view secret, std::string_view number, std::string_view typed);

}  // namespace suoi::certs
