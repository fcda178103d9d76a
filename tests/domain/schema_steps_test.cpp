// Changes in the words of earlier schema versions.

#include <array>
#include <catch2/catch.hpp>

#include "suoi/domain/catalogue.hpp"

namespace {

using namespace suoi::domain;
using Renames = SchemaStep::Renames;

constexpr std::array kSteps = {
    SchemaStep{2, Renames::field, "need", "", "thing", "object"},
    SchemaStep{3, Renames::field, "need", "", "object", "item"},
    SchemaStep{3, Renames::value, "need", "category", "clothes", "warm_clothing"},
    SchemaStep{4, Renames::collection, "", "", "need", "wish"},
};
const Catalogue kCatalogue({}, 4, kSteps);

Value change(const char* collection, Value::Object set) {
  return Value::Object{{"seq", 1}, {"collection", Value(collection)}, {"set", Value(std::move(set))}};
}

}  // namespace

TEST_CASE("A change of the first version is read through every step since") {
  CHECK(translated(kCatalogue, change("need", {{"thing", "áo"}, {"category", "clothes"}, {"note", "gấp"}}), 1) ==
        change("wish", {{"item", "áo"}, {"category", "warm_clothing"}, {"note", "gấp"}}));
}

TEST_CASE("Steps that a version has seen already are not taken again") {
  CHECK(translated(kCatalogue, change("need", {{"thing", "áo"}, {"category", "clothes"}}), 3) ==
        change("wish", {{"thing", "áo"}, {"category", "clothes"}}));
  CHECK(translated(kCatalogue, change("need", {{"thing", "áo"}}), 4) == change("need", {{"thing", "áo"}}));
  CHECK(translated(kCatalogue, change("need", {{"thing", "áo"}}), 9) == change("need", {{"thing", "áo"}}));
}

TEST_CASE("Every operation of a change speaks the new words, other collections keep theirs") {
  const Value adds = Value::Object{{"collection", "need"},
                                   {"add", Value::Object{{"category", Value::Array{"clothes", "play"}}}},
                                   {"inc", Value::Object{{"object", 3}}}};
  CHECK(translated(kCatalogue, adds, 2) ==
        Value(Value::Object{{"collection", "wish"},
                            {"add", Value::Object{{"category", Value::Array{"warm_clothing", "play"}}}},
                            {"inc", Value::Object{{"item", 3}}}}));
  CHECK(translated(kCatalogue, change("place", {{"thing", "trường"}}), 1) == change("place", {{"thing", "trường"}}));
}

TEST_CASE("What is no change that can be read stays as it is") {
  CHECK(translated(kCatalogue, Value("áo"), 1) == Value("áo"));
  CHECK(translated(kCatalogue, Value(Value::Object{{"collection", 7}, {"set", "áo"}}), 1) ==
        Value(Value::Object{{"collection", 7}, {"set", "áo"}}));
}

TEST_CASE(
    "The steps of this release are in order, lead to words that there are, and never reuse one that was given up") {
  const Catalogue& release = release_catalogue();
  std::int64_t before = 1;
  for (const SchemaStep& step : release.steps()) {
    CHECK(step.version >= before);
    CHECK(step.version <= release.schema_version());
    before = step.version;
    if (step.renames == Renames::collection) CHECK(release.find(step.from) == nullptr);
  }
}
