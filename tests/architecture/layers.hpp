// Which module may include what: the one table, and the check of one include against it.
//
// Purpose: CMake alone does not keep <sqlite3.h> out of `sync`; this does.
// Shapes:  headers as they stand between < > or " ", paths relative to the project's root.
// Errors:  an include that is not allowed gives a sentence that says why; an allowed one gives an empty text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace suoi::architecture {

struct Layer {
  std::string_view module;                        // the folder
  std::vector<std::string_view> modules;          // whose public headers it may include, its own apart
  std::vector<std::string_view> header_prefixes;  // of headers that are neither C++'s own nor ours
};

// From the bottom to the top.
const std::vector<Layer>& layers();

struct Include {
  std::string header;
  bool angled = false;  // <header>, not "header"
  int line = 0;
};

// The includes of a C++ source, in order.
std::vector<Include> includes_of(std::string_view source);

// What is wrong with `include` in the file `path` of `layer`; empty when nothing is.
std::string objection(const Layer& layer, std::string_view path, const Include& include);

}  // namespace suoi::architecture
