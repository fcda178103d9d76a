#include <array>

#include "suoi/domain/catalogue.hpp"

namespace suoi::domain {

const Field* Collection::field(std::string_view wanted) const {
  for (const Field& field : fields) {
    if (field.name == wanted) return &field;
  }
  return nullptr;
}

std::size_t frontier_slot(const Collection& collection, std::size_t slot) {
  const std::string_view group = collection.fields[slot].group;
  if (group.empty()) return slot;
  for (std::size_t first = 0; first < slot; ++first) {
    if (collection.fields[first].group == group) return first;
  }
  return slot;
}

const Collection* Catalogue::find(std::string_view name) const {
  for (const Collection& collection : collections_) {
    if (collection.name == name) return &collection;
  }
  return nullptr;
}

// Drawn once, at random, for this product; ids that follow from others depend on it for ever.
Uuid Catalogue::id_namespace() {
  return *Uuid::parse("6f1d2c57-93b4-4e0a-8c65-1f0a7d3be942");
}

std::string_view field_type_name(FieldType type) {
  static constexpr std::array<std::string_view, 17> kNames = {
      "text", "integer", "money", "minutes", "date",   "instant", "flag", "geo",   "ref",
      "refs", "enum",    "set",   "counts",  "digest", "digests", "unit", "object"};
  return kNames[static_cast<std::size_t>(type)];
}

std::string_view merge_rule_name(MergeRule rule) {
  static constexpr std::array<std::string_view, 8> kNames = {"fixed",   "server", "latest", "review",
                                                             "counter", "set",    "text",   "state"};
  return kNames[static_cast<std::size_t>(rule)];
}

std::string_view stream_kind_name(StreamKind kind) {
  static constexpr std::array<std::string_view, 3> kNames = {"unit", "desk", "person"};
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace suoi::domain
