// Members of an object: a map from text to values that keeps its entries sorted in one piece of memory.
//
// Purpose: what std::flat_map (C++23) is: the members of a JSON object are few, made once and read often, and a node of
//          memory for each of them was the dearest part of taking a change set.
// Shapes:  entries in ascending order of the keys' bytes, each key once. The interface is that of std::map where both
//          have it; adding in ascending order costs the same for each entry.
// Ownership: adding and erasing may move entries: pointers and iterators hold only until then.
// Threads: a value type; no sharing. Errors: `at` throws std::out_of_range.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace suoi::domain {

template <class Mapped>
class FlatMap {
 public:
  using key_type = std::string;
  using mapped_type = Mapped;
  using value_type = std::pair<std::string, Mapped>;
  using Entries = std::vector<value_type>;
  using iterator = typename Entries::iterator;
  using const_iterator = typename Entries::const_iterator;
  using const_reverse_iterator = typename Entries::const_reverse_iterator;

  FlatMap() = default;
  // Of entries with the same key the first one stays.
  FlatMap(std::initializer_list<value_type> entries) : FlatMap(Entries(entries)) {}
  template <class Iterator>
  FlatMap(Iterator first, Iterator last) : FlatMap(Entries(first, last)) {}
  explicit FlatMap(Entries entries) : entries_(std::move(entries)) {
    const auto before = [](const value_type& a, const value_type& b) { return a.first < b.first; };
    const auto same = [](const value_type& a, const value_type& b) { return a.first == b.first; };
    if (!std::is_sorted(entries_.begin(), entries_.end(), before)) {
      std::stable_sort(entries_.begin(), entries_.end(), before);
    }
    entries_.erase(std::unique(entries_.begin(), entries_.end(), same), entries_.end());
  }

  iterator begin() { return entries_.begin(); }
  iterator end() { return entries_.end(); }
  const_iterator begin() const { return entries_.begin(); }
  const_iterator end() const { return entries_.end(); }
  const_reverse_iterator rbegin() const { return entries_.rbegin(); }
  const_reverse_iterator rend() const { return entries_.rend(); }
  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  void reserve(std::size_t size) { entries_.reserve(size); }
  void clear() { entries_.clear(); }

  iterator find(std::string_view key) {
    const iterator at = place(key);
    return at != end() && at->first == key ? at : end();
  }
  const_iterator find(std::string_view key) const { return const_cast<FlatMap*>(this)->find(key); }
  bool contains(std::string_view key) const { return find(key) != end(); }
  std::size_t count(std::string_view key) const { return contains(key) ? 1 : 0; }
  const Mapped& at(std::string_view key) const {
    const const_iterator found = find(key);
    if (found == end()) throw std::out_of_range("there is no such member");
    return found->second;
  }
  Mapped& at(std::string_view key) { return const_cast<Mapped&>(std::as_const(*this).at(key)); }
  Mapped& operator[](std::string_view key) { return try_emplace(std::string(key)).first->second; }

  // A key that is there already stays as it is.
  template <class... Arguments>
  std::pair<iterator, bool> try_emplace(std::string key, Arguments&&... arguments) {
    const iterator at = place(key);
    if (at != end() && at->first == key) return {at, false};
    return {entries_.emplace(at, std::piecewise_construct, std::forward_as_tuple(std::move(key)),
                             std::forward_as_tuple(std::forward<Arguments>(arguments)...)),
            true};
  }
  template <class Argument>
  std::pair<iterator, bool> emplace(std::string key, Argument&& argument) {
    return try_emplace(std::move(key), std::forward<Argument>(argument));
  }
  template <class Argument>
  std::pair<iterator, bool> emplace(std::string_view key, Argument&& argument) {
    return try_emplace(std::string(key), std::forward<Argument>(argument));
  }
  template <class Argument>
  std::pair<iterator, bool> emplace(const char* key, Argument&& argument) {
    return try_emplace(std::string(key), std::forward<Argument>(argument));
  }
  template <class Argument>
  std::pair<iterator, bool> insert_or_assign(std::string key, Argument&& argument) {
    const iterator at = place(key);
    if (at == end() || at->first != key)
      return {entries_.emplace(at, std::move(key), std::forward<Argument>(argument)), true};
    at->second = std::forward<Argument>(argument);
    return {at, false};
  }
  std::pair<iterator, bool> insert(value_type entry) {
    return try_emplace(std::move(entry.first), std::move(entry.second));
  }
  template <class Iterator>
  void insert(Iterator first, Iterator last) {
    for (; first != last; ++first) insert(*first);
  }
  iterator erase(const_iterator entry) { return entries_.erase(entry); }
  std::size_t erase(std::string_view key) {
    const iterator found = find(key);
    if (found == end()) return 0;
    entries_.erase(found);
    return 1;
  }

  template <class Predicate>
  friend std::size_t erase_if(FlatMap& map, Predicate predicate) {
    return std::erase_if(map.entries_, predicate);
  }

  friend bool operator==(const FlatMap& a, const FlatMap& b) { return a.entries_ == b.entries_; }
  friend bool operator<(const FlatMap& a, const FlatMap& b) { return a.entries_ < b.entries_; }

 private:
  // Where the key stands or belongs. Mostly behind all others.
  iterator place(std::string_view key) {
    if (entries_.empty() || std::string_view(entries_.back().first) < key) return entries_.end();
    return std::lower_bound(entries_.begin(), entries_.end(), key,
                            [](const value_type& entry, std::string_view wanted) { return entry.first < wanted; });
  }

  Entries entries_;
};

}  // namespace suoi::domain
