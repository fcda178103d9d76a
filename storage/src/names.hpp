// The store's dictionary: words of the catalogue and of changes by number, so that blobs are small and the order of the
// catalogue may change.
//
// Ownership: owns its texts; views that are handed out live as long as it. A keyring that it opens sealed values with
//            is the caller's and outlives it.
// Threads:   immutable once built and given its keyring.
// Errors:    StoreFault for a number that stands in no row, or for one whose word this release's catalogue lacks.
#pragma once

#include <bitset>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "suoi/domain/catalogue.hpp"

namespace suoi::storage {

using NameNo = std::uint32_t;
class Keyring;

class Names {
 public:
  Names(const domain::Catalogue& catalogue, const std::vector<std::pair<NameNo, std::string>>& rows);
  Names(Names&&) = default;
  Names(const Names&) = delete;

  // Every word that the blobs of this release may refer to; a store lists all of them before it is used.
  static std::vector<std::string> wanted(const domain::Catalogue& catalogue);

  std::optional<NameNo> number(std::string_view word) const;
  // Whether a text may be a word, by its first byte alone: most values that people type are none.
  bool may_be_word(std::string_view text) const {
    return !text.empty() && begins_word_[static_cast<unsigned char>(text.front())];
  }
  std::string_view word(std::uint64_t no) const;

  const domain::Collection& collection(std::uint64_t no) const;
  NameNo number(const domain::Collection& collection) const;
  // The word of a field, and the slot of a word in a collection.
  NameNo field(const domain::Collection& collection, std::size_t slot) const;
  std::size_t slot(const domain::Collection& collection, std::uint64_t no) const;
  const domain::Catalogue& catalogue() const { return catalogue_; }

  // Without a keyring every sealed value reads as null.
  void open_with(const Keyring& keyring) { keyring_ = &keyring; }
  const Keyring* keyring() const { return keyring_; }

 private:
  struct Columns {
    std::vector<NameNo> numbers;  // by slot
    std::unordered_map<std::uint64_t, std::size_t> slots;
  };

  void know_earlier_word(const domain::SchemaStep& step);
  const Columns& columns(const domain::Collection& collection) const;

  const domain::Catalogue& catalogue_;
  const Keyring* keyring_ = nullptr;
  std::deque<std::string> texts_;
  std::unordered_map<std::uint64_t, std::string_view> words_;
  std::unordered_map<std::string_view, NameNo> numbers_;
  std::bitset<256> begins_word_;
  std::unordered_map<const domain::Collection*, Columns> columns_;
  std::unordered_map<std::uint64_t, const domain::Collection*> collections_;
};

}  // namespace suoi::storage
