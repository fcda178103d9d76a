#include "text_merge.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace suoi::sync {
namespace {

struct Word {
  std::string_view blanks;  // before it
  std::string_view letters;
};

// Replaces the ancestor's words [from, to) by the side's words [begin, end).
struct Hunk {
  std::size_t from = 0;
  std::size_t to = 0;
  std::size_t begin = 0;
  std::size_t end = 0;
};

std::vector<Word> split(std::string_view text) {
  static constexpr std::string_view kBlanks = " \t\r\n";
  std::vector<Word> words;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t begin = text.find_first_not_of(kBlanks, at);
    if (begin == std::string_view::npos) break;
    const std::size_t end = std::min(text.find_first_of(kBlanks, begin), text.size());
    words.push_back({text.substr(at, begin - at), text.substr(begin, end - begin)});
    at = end;
  }
  return words;
}

// Lengths of the longest common subsequences of all suffixes, row by row.
class CommonLengths {
 public:
  CommonLengths(std::span<const Word> a, std::span<const Word> b)
      : width_(b.size() + 1), cells_((a.size() + 1) * width_) {
    for (std::size_t i = a.size(); i-- > 0;) {
      for (std::size_t j = b.size(); j-- > 0;) {
        cells_[i * width_ + j] = a[i].letters == b[j].letters ? static_cast<std::uint16_t>(1 + at(i + 1, j + 1))
                                                              : std::max(at(i + 1, j), at(i, j + 1));
      }
    }
  }
  std::uint16_t at(std::size_t i, std::size_t j) const { return cells_[i * width_ + j]; }

 private:
  std::size_t width_;
  std::vector<std::uint16_t> cells_;
};

// Equal words at both ends are left out of the table, for it grows with the product of what is in between.
std::size_t equal_words_ahead(const std::vector<Word>& a, const std::vector<Word>& b) {
  const auto ends = std::mismatch(a.begin(), a.end(), b.begin(), b.end(),
                                  [](const Word& x, const Word& y) { return x.letters == y.letters; });
  return static_cast<std::size_t>(ends.first - a.begin());
}

std::size_t equal_words_behind(const std::vector<Word>& a, const std::vector<Word>& b, std::size_t ahead) {
  std::size_t count = 0;
  const std::size_t most = std::min(a.size(), b.size()) - ahead;
  while (count < most && a[a.size() - 1 - count].letters == b[b.size() - 1 - count].letters) ++count;
  return count;
}

std::vector<Hunk> differences(const std::vector<Word>& before, const std::vector<Word>& after) {
  const std::size_t ahead = equal_words_ahead(before, after);
  const std::size_t behind = equal_words_behind(before, after, ahead);
  const std::span<const Word> ancestor = std::span(before).subspan(ahead, before.size() - ahead - behind);
  const std::span<const Word> side = std::span(after).subspan(ahead, after.size() - ahead - behind);
  const CommonLengths common(ancestor, side);
  std::vector<Hunk> hunks;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < ancestor.size() || j < side.size()) {
    if (i < ancestor.size() && j < side.size() && ancestor[i].letters == side[j].letters) {
      ++i;
      ++j;
      continue;
    }
    Hunk hunk{ahead + i, 0, ahead + j, 0};
    while (i < ancestor.size() || j < side.size()) {
      if (i < ancestor.size() && j < side.size() && ancestor[i].letters == side[j].letters) break;
      const bool drop = j == side.size() || (i < ancestor.size() && common.at(i + 1, j) >= common.at(i, j + 1));
      drop ? ++i : ++j;
    }
    hunk.to = ahead + i;
    hunk.end = ahead + j;
    hunks.push_back(hunk);
  }
  return hunks;
}

bool is_insertion(const Hunk& hunk) {
  return hunk.from == hunk.to;
}

bool overlap(const Hunk& a, const Hunk& b) {
  if (is_insertion(a) && is_insertion(b)) return false;
  if (is_insertion(a)) return b.from < a.from && a.from < b.to;
  if (is_insertion(b)) return a.from < b.from && b.from < a.to;
  return a.from < b.to && b.from < a.to;
}

void append(std::string& text, const Word& word) {
  if (!text.empty()) text += word.blanks.empty() ? std::string_view(" ") : word.blanks;
  text += word.letters;
}

}  // namespace

std::optional<std::string> merge_words(std::string_view ancestor, std::string_view earlier, std::string_view later) {
  const std::vector<Word> base = split(ancestor);
  const std::vector<Word> sides[2] = {split(earlier), split(later)};
  const std::vector<Hunk> hunks[2] = {differences(base, sides[0]), differences(base, sides[1])};
  for (const Hunk& a : hunks[0]) {
    if (std::any_of(hunks[1].begin(), hunks[1].end(), [&](const Hunk& b) { return overlap(a, b); }))
      return std::nullopt;
  }
  std::string merged;
  std::size_t next[2] = {0, 0};
  for (std::size_t at = 0; at <= base.size();) {
    std::size_t resume = at;
    for (bool insertions : {true, false}) {
      for (int side : {0, 1}) {
        if (next[side] == hunks[side].size()) continue;
        const Hunk& hunk = hunks[side][next[side]];
        if (hunk.from != at || is_insertion(hunk) != insertions) continue;
        for (std::size_t word = hunk.begin; word < hunk.end; ++word) append(merged, sides[side][word]);
        resume = std::max(resume, hunk.to);
        ++next[side];
      }
    }
    if (resume > at) {
      at = resume;
      continue;
    }
    if (at < base.size()) append(merged, base[at]);
    ++at;
  }
  return merged;
}

}  // namespace suoi::sync
