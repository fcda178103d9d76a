// Three-way merge of texts by words (merge.md, rule `text`).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace suoi::sync {

// Both edits of `ancestor` in one text, or nothing where they touch the same words. Words are runs of non-blanks;
// insertions at one place are both kept, `earlier` first. Blanks follow the word that they stand before.
std::optional<std::string> merge_words(std::string_view ancestor, std::string_view earlier, std::string_view later);

}  // namespace suoi::sync
