// Two edits of one text, word by word.
#include "../../sync/src/text_merge.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using suoi::sync::merge_words;

namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::vector<std::string> few_words(const std::vector<std::uint8_t>& numbers) {
  std::vector<std::string> words;
  for (const std::uint8_t number : numbers) words.push_back(std::string(1, static_cast<char>('a' + number % 4)));
  return words;
}

}  // namespace

TEST_CASE("Edits of different words are both kept") {
  CHECK(merge_words("một hai ba bốn", "một HAI ba bốn", "một hai ba BỐN") == "một HAI ba BỐN");
  CHECK(merge_words("một hai ba", "hai ba", "một hai") == "hai");
  CHECK(merge_words("một hai ba", "một hai ba bốn", "không một hai ba") == "không một hai ba bốn");
}

TEST_CASE("Insertions at one place are both kept, the earlier one first") {
  CHECK(merge_words("một hai", "một x hai", "một y z hai") == "một x y z hai");
  CHECK(merge_words("", "một", "hai") == "một hai");
}

TEST_CASE("An insertion beside a changed word does not touch it") {
  CHECK(merge_words("một hai ba", "một x hai ba", "một HAI ba") == "một x HAI ba");
  CHECK(merge_words("một hai ba", "một hai x ba", "một HAI ba") == "một HAI x ba");
}

TEST_CASE("Edits of the same words are not merged") {
  CHECK_FALSE(merge_words("một hai ba", "một x ba", "một y ba"));
  CHECK_FALSE(merge_words("một hai ba", "một ba", "một y ba"));
  CHECK_FALSE(merge_words("một hai ba bốn", "một bốn", "một hai x ba bốn"));
  CHECK_FALSE(merge_words("một hai ba bốn", "một x bốn", "một hai y bốn"));
}

TEST_CASE("Blanks and lines stay as they were before each word") {
  CHECK(merge_words("một\nhai  ba", "một\nhai  ba\n\nbốn", "MỘT\nhai  ba") == "MỘT\nhai  ba\n\nbốn");
}

TEST_CASE("What only one side changed is that side's text") {
  const bool holds = rc::check([](const std::vector<std::uint8_t>& before, const std::vector<std::uint8_t>& after) {
    const std::string ancestor = joined(few_words(before));
    const std::string side = joined(few_words(after));
    RC_ASSERT(merge_words(ancestor, side, ancestor) == std::optional(side));
    RC_ASSERT(merge_words(ancestor, ancestor, side) == std::optional(side));
  });
  CHECK(holds);
}

TEST_CASE("Whether two texts merge does not depend on which is the earlier, nor does what was deleted come back") {
  const bool holds = rc::check([](const std::vector<std::uint8_t>& before, const std::vector<std::uint8_t>& one,
                                  const std::vector<std::uint8_t>& other) {
    const std::string ancestor = joined(few_words(before));
    const std::string a = joined(few_words(one));
    const std::string b = joined(few_words(other));
    const auto merged = merge_words(ancestor, a, b);
    RC_ASSERT(merged.has_value() == merge_words(ancestor, b, a).has_value());
    if (!merged) return;
    const auto count = [](const std::string& text) { return (text.size() + 1) / 2; };
    RC_ASSERT(count(*merged) + count(ancestor) == count(a) + count(b));
  });
  CHECK(holds);
}

TEST_CASE("Two long texts with a small edit each merge at once") {
  std::vector<std::string> words(2000, "x");
  for (std::size_t at = 0; at < words.size(); ++at) words[at] = std::to_string(at);
  std::vector<std::string> one = words;
  std::vector<std::string> other = words;
  one[3] = "ba";
  other[1997] = "cuối";
  std::vector<std::string> both = one;
  both[1997] = "cuối";
  for (int turn = 0; turn < 1000; ++turn) CHECK(merge_words(joined(words), joined(one), joined(other)) == joined(both));
}
