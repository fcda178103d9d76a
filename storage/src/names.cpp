#include "names.hpp"

#include <array>
#include <set>

#include "bytes.hpp"

namespace suoi::storage {
namespace {

// Members of changes, positions, verdicts, cases and certificates that stand in almost every blob of their kind.
constexpr std::array<std::string_view, 40> kOtherWords = {
    "seq",        "at",          "up",       "collection",     "record",   "base",
    "set",        "inc",         "add",      "remove",         "delete",   "reason",
    "lat",        "lon",         "accuracy", "verdict",        "fields",   "case",
    "unit",       "code",        "detail",   "field",          "merged",   "review",
    "redirected", "quarantined", "kept",     "superseded",     "combined", "value",
    "person",     "device",      "activity", "activity_title", "commune",  "issuing_unit",
    "from",       "to",          "minutes",  "role",
};

}  // namespace

Names::Names(const domain::Catalogue& catalogue, const std::vector<std::pair<NameNo, std::string>>& rows)
    : catalogue_(catalogue) {
  for (const auto& [no, text] : rows) {
    const std::string_view word = texts_.emplace_back(text);
    words_.emplace(no, word);
    numbers_.emplace(word, no);
    if (!word.empty()) begins_word_.set(static_cast<unsigned char>(word.front()));
  }
  for (const domain::Collection& collection : catalogue.collections()) {
    Columns columns;
    for (const domain::Field& field : collection.fields) {
      const NameNo no = numbers_.at(field.name);
      columns.slots.emplace(no, columns.numbers.size());
      columns.numbers.push_back(no);
    }
    columns_.emplace(&collection, std::move(columns));
    collections_.emplace(numbers_.at(collection.name), &collection);
  }
  for (const domain::SchemaStep& step : catalogue.steps()) know_earlier_word(step);
}

// A record that was last written before a field or its collection got another name is found under the old one.
void Names::know_earlier_word(const domain::SchemaStep& step) {
  const auto old = numbers_.find(step.from);
  if (old == numbers_.end() || step.renames == domain::SchemaStep::Renames::value) return;
  const domain::Value now = domain::translated(
      catalogue_,
      domain::Value::Object{{"collection", domain::Value(step.collection.empty() ? step.from : step.collection)},
                            {"set", domain::Value::Object{{std::string(step.from), true}}}},
      step.version - 1);
  const domain::Collection* collection = catalogue_.find(*now.find("collection")->text());
  if (collection == nullptr) return;
  if (step.renames == domain::SchemaStep::Renames::collection) {
    collections_.emplace(old->second, collection);
    return;
  }
  const domain::Field* field = collection->field(now.find("set")->object()->begin()->first);
  if (field != nullptr) columns_.at(collection).slots.emplace(old->second, collection->slot(*field));
}

std::vector<std::string> Names::wanted(const domain::Catalogue& catalogue) {
  std::set<std::string_view> words(kOtherWords.begin(), kOtherWords.end());
  for (const domain::Collection& collection : catalogue.collections()) {
    words.insert(collection.name);
    for (const domain::Field& field : collection.fields) {
      words.insert(field.name);
      words.insert(field.values.begin(), field.values.end());
    }
  }
  return {words.begin(), words.end()};
}

std::optional<NameNo> Names::number(std::string_view word) const {
  const auto found = numbers_.find(word);
  return found != numbers_.end() ? std::optional(found->second) : std::nullopt;
}

std::string_view Names::word(std::uint64_t no) const {
  const auto found = words_.find(no);
  if (found == words_.end()) throw_damaged("a word is missing in its dictionary");
  return found->second;
}

const domain::Collection& Names::collection(std::uint64_t no) const {
  const auto found = collections_.find(no);
  if (found == collections_.end()) throw_damaged("a record names no collection of this release");
  return *found->second;
}

NameNo Names::number(const domain::Collection& collection) const {
  return numbers_.at(collection.name);
}

const Names::Columns& Names::columns(const domain::Collection& collection) const {
  const auto found = columns_.find(&collection);
  if (found == columns_.end()) throw StoreFault("the record belongs to another catalogue", false);
  return found->second;
}

NameNo Names::field(const domain::Collection& collection, std::size_t slot) const {
  const std::vector<NameNo>& numbers = columns(collection).numbers;
  if (slot >= numbers.size()) throw StoreFault("the record has a field that its collection lacks", false);
  return numbers[slot];
}

std::size_t Names::slot(const domain::Collection& collection, std::uint64_t no) const {
  const Columns& known = columns(collection);
  const auto found = known.slots.find(no);
  if (found == known.slots.end()) throw_damaged("a record has a field that its collection lacks");
  return found->second;
}

}  // namespace suoi::storage
