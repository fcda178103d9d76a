// What became of the words of earlier schema versions, as data: clients stay in the field for months, and a change that
// speaks an earlier version is read in today's words (merge.md, "Schema versions").
//
// Shapes:  steps in order of the version that brought them. A new field or collection needs none; a word that was given
//          up is never used again with another meaning.
// Threads: pure functions. Errors: none; what no step mentions stays as it was.
#pragma once

#include <cstdint>
#include <string_view>

#include "suoi/domain/value.hpp"

namespace suoi::domain {

class Catalogue;

struct SchemaStep {
  enum class Renames : std::uint8_t { collection, field, value };

  std::int64_t version = 0;  // the first one that speaks the new word
  Renames renames = Renames::field;
  std::string_view collection;  // as it was called just before this step
  std::string_view field;       // of a value: the field that holds it, under its name just before this step
  std::string_view from;
  std::string_view into;
};

// A change (its whole content) that speaks `version`, in the words of the catalogue.
Value translated(const Catalogue& catalogue, Value content, std::int64_t version);

}  // namespace suoi::domain
