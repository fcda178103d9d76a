// The catalogue: every collection and field of the domain as data. Validation, merge, storage and /v1/schema follow
// from it; a new field is one line in src/catalogue.cpp.
//
// Ownership: everything points into constant tables that live as long as the program.
// Threads:   immutable.
// Errors:    look-ups give nullptr for an unknown name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "suoi/domain/id.hpp"
#include "suoi/domain/roles.hpp"
#include "suoi/domain/schema_steps.hpp"

namespace suoi::domain {

enum class FieldType : std::uint8_t {
  text,         // NFC, at most `max` code points
  integer,      // min … max
  money,        // VND
  minutes,      // whole minutes
  date,         // "YYYY-MM-DD"
  instant,      // ms since 1970 UTC
  flag,         // true or false
  geo,          // {"lat", "lon": 1e-6 degrees, "accuracy": metres}
  ref,          // id of a record of `refers_to`
  refs,         // list of such ids
  enumeration,  // one of `values`
  set,          // set of texts, each one of `values` where these are given
  counts,       // {age band: count}
  digest,       // SHA-256 as 64 hex digits
  digests,      // list of those
  unit,         // administrative unit, "register:code"
  object,       // structure made by the server
};

enum class MergeRule : std::uint8_t { fixed, server, latest, review, counter, set, text, state };

struct Labels {
  std::string_view vi;
  std::string_view en;
};

// One permitted transition of a state; `from` empty: the first value.
struct Edge {
  std::string_view from;
  std::string_view to;
  RoleSet roles;
};

// Two states that contradict each other when both were set by people who did not know of one another.
struct Contradiction {
  std::string_view a;
  std::string_view b;
};

// A value that only these roles may write.
struct ValueRight {
  std::string_view value;
  RoleSet roles;
};

struct Field {
  std::string_view name;
  FieldType type = FieldType::text;
  MergeRule merge = MergeRule::latest;
  Labels labels;
  std::int64_t min = 0;
  std::int64_t max = 0;   // texts: code points; numbers: value; sets, lists: members; geo: metres without a conflict
  bool required = false;  // has to stand in the change that creates the record
  std::span<const std::string_view> values = {};  // of an enumeration or a set; of a state in order of precedence
  std::string_view refers_to = {};                // collection of a ref; empty: any
  std::string_view group = {};                    // fields of one group share one frontier
  bool personal = false;                          // personal data (domain.md)
  bool names_file = false;                        // a digest that is the name of an uploaded file
  RoleSet may_write = {};                         // empty: whoever may edit the record
  std::span<const Edge> edges = {};
  std::span<const Contradiction> contradict = {};
  std::span<const ValueRight> value_rights = {};
};

enum class StreamKind : std::uint8_t { unit, desk, person };

// The field in which the server names the record that shows for this one.
inline constexpr std::string_view kSameAs = "same_as";

struct Collection {
  std::string_view name;
  Labels labels;
  StreamKind stream = StreamKind::unit;
  std::span<const Field> fields;                    // `unit` comes first in every collection
  std::span<const std::string_view> id_from = {};   // the id follows from these fields (refs)
  std::span<const std::string_view> children = {};  // collections whose records belong to one of these
  std::string_view parent_field = {};               // the field that names the parent
  std::string_view person_field = {};               // the field that names the person it is about
  std::span<const std::string_view> links = {};     // more fields whose records lead to this one
  RoleSet may_create = {};
  RoleSet may_edit = {};
  bool observation = false;         // immutable; a correction is a new record that names the one it voids
  bool own_organisation = false;    // volunteers and team leaders write only those of their own organisation
  bool seldom = false;              // few or none stand beside very many others: the store knows whether there are any
  RoleSet for_others = {};          // who may write of somebody else; empty: whoever may write at all
  std::string_view sealed_by = {};  // once this field is set, whoever saw that changes nothing more

  // People may say that two of these are one thing (merge.md, "Join").
  bool joinable() const { return id_from.empty() && field(kSameAs) != nullptr; }

  const Field* field(std::string_view name) const;
  std::size_t slot(const Field& field) const { return static_cast<std::size_t>(&field - fields.data()); }
};

// The slot whose frontier a field uses: its own, or that of the first field of its group.
std::size_t frontier_slot(const Collection& collection, std::size_t slot);

inline constexpr std::size_t kUnitSlot = 0;

class Catalogue {
 public:
  explicit constexpr Catalogue(std::span<const Collection> collections, std::int64_t schema_version = kSchemaVersion,
                               std::span<const SchemaStep> steps = {})
      : collections_(collections), schema_version_(schema_version), steps_(steps) {}

  std::span<const Collection> collections() const { return collections_; }
  const Collection* find(std::string_view name) const;
  std::int64_t schema_version() const { return schema_version_; }
  // How changes that speak an earlier version are read, oldest step first.
  std::span<const SchemaStep> steps() const { return steps_; }
  // Names of version-5 ids are hashed in this namespace.
  static Uuid id_namespace();

  // 1: the first. 2: joins (`join`, `same_as`); changes that were kept aside
  // can be mended (`quarantine`, `returned_change`: mended).
  static constexpr std::int64_t kSchemaVersion = 2;

 private:
  std::span<const Collection> collections_;
  std::int64_t schema_version_;
  std::span<const SchemaStep> steps_;
};

// The catalogue of this release.
const Catalogue& release_catalogue();

std::string_view field_type_name(FieldType type);
std::string_view merge_rule_name(MergeRule rule);
std::string_view stream_kind_name(StreamKind kind);

}  // namespace suoi::domain
