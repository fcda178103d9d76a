#include "suoi/domain/catalogue.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <string>

using namespace suoi::domain;

namespace {

std::span<const Collection> collections() {
  return release_catalogue().collections();
}

template <class List>
bool contains(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

TEST_CASE("Every collection can be found by its name, and there are thirty-four") {
  CHECK(collections().size() == 34);
  std::set<std::string_view> names;
  for (const Collection& collection : collections()) {
    names.insert(collection.name);
    CHECK(release_catalogue().find(collection.name) == &collection);
  }
  CHECK(names.size() == collections().size());
  CHECK(release_catalogue().find("nothing") == nullptr);
}

TEST_CASE("Every collection begins with the unit that its records are filed under") {
  for (const Collection& collection : collections()) {
    CAPTURE(collection.name);
    REQUIRE_FALSE(collection.fields.empty());
    const Field& unit = collection.fields[kUnitSlot];
    CHECK(unit.name == "unit");
    CHECK(unit.type == FieldType::unit);
    CHECK(unit.merge == MergeRule::review);
    CHECK(unit.required);
  }
}

TEST_CASE("Every collection and field is labelled in both languages and named once") {
  for (const Collection& collection : collections()) {
    CAPTURE(collection.name);
    CHECK_FALSE(collection.labels.vi.empty());
    CHECK_FALSE(collection.labels.en.empty());
    std::set<std::string_view> names;
    for (const Field& field : collection.fields) {
      CAPTURE(field.name);
      CHECK_FALSE(field.labels.vi.empty());
      CHECK_FALSE(field.labels.en.empty());
      CHECK(names.insert(field.name).second);
      CHECK(collection.field(field.name) == &field);
    }
  }
}

TEST_CASE("Every reference names a collection that exists, but those that may name any") {
  for (const Collection& collection : collections()) {
    for (const Field& field : collection.fields) {
      CAPTURE(collection.name, field.name);
      const bool of_any = collection.name == "join" || field.name == kSameAs;
      if (field.type == FieldType::ref && of_any) {
        CHECK(field.refers_to.empty());
      } else if (field.type == FieldType::ref) {
        CHECK(release_catalogue().find(field.refers_to) != nullptr);
      } else if (field.type != FieldType::refs) {
        CHECK(field.refers_to.empty());
      }
    }
  }
}

TEST_CASE("Parents know their children and children their parent") {
  for (const Collection& parent : collections()) {
    CAPTURE(parent.name);
    for (const std::string_view name : parent.children) {
      CAPTURE(name);
      const Collection* child = release_catalogue().find(name);
      REQUIRE(child != nullptr);
      const Field* link = child->field(child->parent_field);
      REQUIRE(link != nullptr);
      CHECK(link->refers_to == parent.name);
    }
  }
  for (const Collection& child : collections()) {
    if (child.parent_field.empty()) continue;
    CAPTURE(child.name);
    const Field* link = child.field(child.parent_field);
    REQUIRE(link != nullptr);
    CHECK(link->type == FieldType::ref);
    const Collection* parent = release_catalogue().find(link->refers_to);
    REQUIRE(parent != nullptr);
    CHECK(contains(parent->children, child.name));
    // A child never changes its parent: the links in the store are made once.
    const bool unchanging = link->merge == MergeRule::fixed || link->merge == MergeRule::server;
    CHECK(unchanging);
  }
}

TEST_CASE("The person that a record is about is named by a reference to a person") {
  for (const Collection& collection : collections()) {
    CAPTURE(collection.name);
    CHECK((collection.stream == StreamKind::person) <= !collection.person_field.empty());
    if (collection.person_field.empty()) continue;
    const Field* field = collection.field(collection.person_field);
    REQUIRE(field != nullptr);
    CHECK(field->refers_to == "person");
  }
}

TEST_CASE("Ids follow from required references that never change") {
  for (const Collection& collection : collections()) {
    for (const std::string_view name : collection.id_from) {
      CAPTURE(collection.name, name);
      const Field* field = collection.field(name);
      REQUIRE(field != nullptr);
      CHECK(field->type == FieldType::ref);
      const bool settled = field->merge == MergeRule::server || (field->merge == MergeRule::fixed && field->required);
      CHECK(settled);
    }
  }
}

TEST_CASE("A state is an enumeration whose machine is closed and can be entered, and every state be reached") {
  for (const Collection& collection : collections()) {
    for (const Field& field : collection.fields) {
      CAPTURE(collection.name, field.name);
      if (field.merge != MergeRule::state) {
        CHECK(field.edges.empty());
        CHECK(field.contradict.empty());
        continue;
      }
      CHECK(field.type == FieldType::enumeration);
      std::set<std::string_view> reached = {""};
      std::set<std::pair<std::string_view, std::string_view>> edges;
      for (std::size_t round = 0; round <= field.values.size(); ++round) {
        for (const Edge& edge : field.edges) {
          if (reached.contains(edge.from)) reached.insert(edge.to);
        }
      }
      for (const Edge& edge : field.edges) {
        CHECK((edge.from.empty() || contains(field.values, edge.from)));
        CHECK(contains(field.values, edge.to));
        CHECK(edge.from != edge.to);
        CHECK(edges.insert({edge.from, edge.to}).second);
      }
      CHECK(reached.size() == field.values.size() + 1);
      for (const Contradiction& pair : field.contradict) {
        CHECK(contains(field.values, pair.a));
        CHECK(contains(field.values, pair.b));
      }
    }
  }
}

TEST_CASE("Values stand once, and only where the type has some") {
  for (const Collection& collection : collections()) {
    for (const Field& field : collection.fields) {
      CAPTURE(collection.name, field.name);
      const std::set<std::string_view> values(field.values.begin(), field.values.end());
      CHECK(values.size() == field.values.size());
      if (field.type == FieldType::enumeration || field.type == FieldType::counts) CHECK_FALSE(values.empty());
      for (const ValueRight& right : field.value_rights) CHECK(values.contains(right.value));
    }
  }
}

TEST_CASE("What closes a record or is kept to oneself is named by a field of it") {
  for (const Collection& collection : collections()) {
    CAPTURE(collection.name);
    if (!collection.sealed_by.empty()) CHECK(collection.field(collection.sealed_by) != nullptr);
    if (!collection.for_others.empty()) CHECK_FALSE(collection.person_field.empty());
    for (const std::string_view name : collection.links) {
      const Field* link = collection.field(name);
      REQUIRE(link != nullptr);
      CHECK(link->type == FieldType::ref);
      CHECK(link->merge == MergeRule::fixed);
    }
  }
}

TEST_CASE("Every bounded type has its bound") {
  for (const Collection& collection : collections()) {
    for (const Field& field : collection.fields) {
      CAPTURE(collection.name, field.name);
      CHECK(field.min <= field.max);
      switch (field.type) {
        case FieldType::text:
        case FieldType::integer:
        case FieldType::money:
        case FieldType::minutes:
        case FieldType::instant:
        case FieldType::geo:
        case FieldType::refs:
        case FieldType::set:
        case FieldType::counts:
        case FieldType::digests:
          CHECK(field.max > 0);
          break;
        default:
          break;
      }
    }
  }
}

TEST_CASE("A rule fits the type of its field") {
  for (const Collection& collection : collections()) {
    for (const Field& field : collection.fields) {
      CAPTURE(collection.name, field.name);
      CHECK((field.merge == MergeRule::set) == (field.type == FieldType::set));
      CHECK((field.merge == MergeRule::counter) <= (field.type == FieldType::integer));
      CHECK((field.merge == MergeRule::text) <= (field.type == FieldType::text));
      if (field.merge == MergeRule::server) CHECK(field.may_write.empty());
    }
  }
}

TEST_CASE("Fields of a group follow each other, under one rule, and share one frontier") {
  for (const Collection& collection : collections()) {
    for (std::size_t slot = 0; slot < collection.fields.size(); ++slot) {
      const Field& field = collection.fields[slot];
      CAPTURE(collection.name, field.name);
      const std::size_t shared = frontier_slot(collection, slot);
      if (field.group.empty()) {
        CHECK(shared == slot);
        continue;
      }
      CHECK(collection.fields[shared].group == field.group);
      CHECK(collection.fields[shared].merge == field.merge);
      CHECK(shared <= slot);
    }
  }
}

TEST_CASE("Everything in an observation but its unit is fixed, or the server's") {
  for (const Collection& collection : collections()) {
    if (!collection.observation) continue;
    CAPTURE(collection.name);
    const Field* voids = collection.field("voids");
    REQUIRE(voids != nullptr);
    CHECK(voids->refers_to == collection.name);
    for (const Field& field : collection.fields.subspan(1)) {
      CHECK((field.merge == MergeRule::fixed || field.merge == MergeRule::server));
    }
  }
}
