// A change: one person's edit of one record, as it came from a device (protocol.md, "Sync").
//
// Purpose: reads a change from its decoded JSON; says what in it cannot be read without refusing the rest of the set.
// Shapes:  times in milliseconds since 1970 UTC; `content` is the whole object, texts in NFC.
// Threads: values; copies of one content may be read from several threads. Errors: `fault` names the member that could
// not be read; such a change is quarantined alone.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "suoi/domain/catalogue.hpp"
#include "suoi/domain/id.hpp"
#include "suoi/domain/value.hpp"

namespace suoi::sync {

// Why a change is kept aside; the code is one of domain/error_codes.hpp.
struct Fault {
  std::string code;
  std::string detail;
  std::string field;

  friend bool operator==(const Fault&, const Fault&) = default;
};

// The whole object as it was sent. Copies share it, and nobody alters it.
class Content {
 public:
  Content() = default;
  Content(domain::Value value) : body_(std::make_shared<Body>(Body{std::move(value), {}})) {}

  const domain::Value& value() const;
  operator const domain::Value&() const { return value(); }
  const domain::Value* operator->() const { return &value(); }
  // The form in which the store keeps it (Store::packed), where that was made ahead; else empty.
  std::string_view packed() const { return body_ ? std::string_view(body_->packed) : std::string_view(); }
  // By whoever made it, before it goes to another thread.
  void pack(std::string packed) { body_->packed = std::move(packed); }

 private:
  struct Body {
    domain::Value value;
    std::string packed;
  };
  std::shared_ptr<Body> body_;
};

struct Change {
  std::int64_t seq = 0;
  std::int64_t at_ms = 0;
  std::optional<std::int64_t> up_ms;
  std::string collection;
  domain::RecordId record;
  std::int64_t base = 0;
  domain::Value::Object set;
  std::map<std::string, std::int64_t, std::less<>> inc;
  std::map<std::string, std::vector<std::string>, std::less<>> add;
  std::map<std::string, std::vector<std::string>, std::less<>> remove;
  bool is_delete = false;
  std::string reason;
  // Of the catalogue in whose words it was sent; the members above are in the words of today's.
  std::int64_t schema_version = domain::Catalogue::kSchemaVersion;

  std::optional<Fault> fault;
  Content content;
  std::array<std::uint8_t, 32> digest{};  // SHA-256 of the canonical form (RFC 8785) of what was sent
};

// Reads `content`; `seq` has been read by the caller, since a set whose seq cannot be read is malformed as a whole.
Change read_change(domain::Value content, std::int64_t seq);

// A change that speaks an earlier version of the catalogue, read anew in today's words; its content stays as it was
// sent. True where a word became another one.
bool read_in_todays_words(Change& change, const domain::Catalogue& catalogue);

}  // namespace suoi::sync
