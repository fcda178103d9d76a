// The stored form of a record: for each field the frontier of values that no later change saw (merge.md, "Order").
//
// Purpose: what the merge reads and writes and the store keeps.
// Shapes:  slots are positions in Collection::fields; versions count within a record; times in ms since 1970 UTC.
// Threads: values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "suoi/domain/admin_units.hpp"
#include "suoi/domain/catalogue.hpp"
#include "suoi/domain/id.hpp"
#include "suoi/domain/value.hpp"

namespace suoi::sync {

// The store's number of one incarnation of a device.
using LifeNo = std::uint32_t;

// Who wrote a value, and what of the record they had seen.
struct Stamp {
  domain::DeviceId device;
  domain::PersonId person;
  LifeNo life = 0;
  std::int64_t seq = 0;
  std::int64_t version = 0;  // of the record, once this change was stored
  std::int64_t base = 0;     // of the record, on the screen when editing began

  friend bool operator==(const Stamp&, const Stamp&) = default;
};

struct Member {
  domain::Value value;
  Stamp stamp;
  std::int64_t effective_ms = 0;

  friend bool operator==(const Member&, const Member&) = default;
};

// One element of a set field with the adds that no remove saw.
struct Element {
  std::string text;
  std::vector<Stamp> adds;

  friend bool operator==(const Element&, const Element&) = default;
};

struct FieldState {
  std::uint16_t slot = 0;
  domain::Value value;            // what readers see; of a group: an object of its members
  std::vector<Member> frontier;   // empty for fields that the server makes
  std::vector<Element> elements;  // set fields only

  friend bool operator==(const FieldState&, const FieldState&) = default;
};

enum class StreamType : std::uint8_t { unit, desk, person };

// An ordered list of records of one unit or person: "2025:03442", "2025:03442/desk", "person:ID".
struct StreamKey {
  StreamType type = StreamType::unit;
  domain::UnitKey unit;
  domain::PersonId person;

  static std::optional<StreamKey> parse(std::string_view text);
  std::string text() const;
  friend auto operator<=>(const StreamKey&, const StreamKey&) = default;
};

struct Record {
  const domain::Collection* collection = nullptr;
  domain::RecordId id;
  std::int64_t version = 0;
  StreamKey stream;
  domain::UnitKey unit;
  bool live = false;
  bool ever_deleted = false;
  domain::PersonId created_by;
  domain::DeviceId created_on;
  std::int64_t created_ms = 0;
  std::vector<Member> heads;       // last edits of each branch; true: an edit, false: a delete
  std::vector<FieldState> fields;  // sorted by slot

  const FieldState* state(std::size_t slot) const;
  FieldState& state_or_new(std::size_t slot);
  // The value of a field as readers see it; null where there is none. A member of a group is taken out of it.
  const domain::Value& value(std::string_view field) const;
  // Texts, ids and integers of fields, for the derivations; empty or nullopt where absent.
  std::string text(std::string_view field) const;
  std::optional<std::int64_t> integer(std::string_view field) const;
  std::optional<domain::RecordId> ref(std::string_view field) const;
};

// Every field with its value as protocol.md sends it: groups taken apart, absent and null fields left out, no unit.
domain::Value::Object readable_fields(const Record& record);

// Stands for a unit where one leads to its reports; no record has such an id.
domain::RecordId unit_target(const domain::UnitKey& unit);

// The ids by which a record is found from others: its parent, its person, the subjects of a case, the unit of a report.
std::vector<domain::RecordId> link_targets(const Record& record);

struct Span {
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;  // exclusive
};

// When an activity was held, or is planned to be; an open end counts as one hour.
std::optional<Span> activity_span(const Record& activity);

}  // namespace suoi::sync
