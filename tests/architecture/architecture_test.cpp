#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "layers.hpp"

namespace fs = std::filesystem;
using suoi::architecture::Include;
using suoi::architecture::includes_of;
using suoi::architecture::Layer;
using suoi::architecture::layers;
using suoi::architecture::objection;

namespace {

constexpr int kSourceLinesMax = 600;

const fs::path& root() {
  static const fs::path path(SUOI_SOURCE_DIR);
  return path;
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool is_source(const fs::path& path) {
  const std::string ending = path.extension().string();
  return ending == ".cpp" || ending == ".hpp" || ending == ".ts" || ending == ".tsx";
}

// Made by a build, a run or a package manager; never committed.
bool is_made(const fs::path& folder) {
  const std::string name = folder.filename().string();
  const bool top = folder.parent_path() == root();
  return name == ".git" || name == "node_modules" || (top && (name == "build" || name == ".data" || name == ".node"));
}

// Every file below `folder` that is ours, in order.
std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> found;
  for (fs::recursive_directory_iterator at(folder), end; at != end; ++at) {
    if (at->is_directory() && is_made(at->path())) {
      at.disable_recursion_pending();
    } else if (at->is_regular_file() && !at->is_symlink()) {
      found.push_back(at->path());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string shown(const fs::path& path) {
  return path.lexically_relative(root()).generic_string();
}

std::vector<std::string> objections_to(const Layer& layer) {
  std::vector<std::string> found;
  for (const fs::path& path : files_below(root() / layer.module)) {
    if (!is_source(path)) continue;
    for (const Include& include : includes_of(text_of(path))) {
      const std::string why = objection(layer, shown(path), include);
      if (!why.empty()) found.push_back(shown(path) + ":" + std::to_string(include.line) + ": " + why);
    }
  }
  return found;
}

const Layer& layer(std::string_view module) {
  return *std::find_if(layers().begin(), layers().end(), [&](const Layer& each) { return each.module == module; });
}

bool has_word(const std::string& line, const std::string& word) {
  const auto is_part = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  for (auto at = line.find(word); at != std::string::npos; at = line.find(word, at + 1)) {
    const auto after = at + word.size();
    if ((at == 0 || !is_part(line[at - 1])) && (after == line.size() || !is_part(line[after]))) return true;
  }
  return false;
}

// What a line has that no file of the project may have; empty when nothing. The words are written in pieces, so that
// this file does not find itself.
std::string forbidden_in(const std::string& line) {
  const auto has = [&](const char* text) { return line.find(text) != std::string::npos; };
  if (has_word(line,
               "TO"
               "DO") ||
      has_word(line,
               "FIX"
               "ME"))
    return "a promise of later work";
  if (has("/wo"
          "rk/") ||
      has("/fa"
          "rm/"))
    return "a path of one machine";
  if (has("deb.deb"
          "ian.org") ||
      has("registry.npm"
          "js"))
    return "the host of a package registry";
  const auto key = line.find(
      "PRIV"
      "ATE KEY");
  if (key != std::string::npos && line.rfind("BEGIN ", key) != std::string::npos) return "a private key";
  return {};
}

}  // namespace

TEST_CASE("A module includes only what the table of layers allows it") {
  for (const Layer& each : layers()) {
    INFO(each.module);
    REQUIRE(fs::exists(root() / each.module / "CMakeLists.txt"));
    CHECK(objections_to(each) == std::vector<std::string>{});
  }
}

TEST_CASE("Every module of the project stands in the table of layers") {
  int modules = 0;
  for (const auto& entry : fs::directory_iterator(root())) {
    if (!fs::exists(entry.path() / "include" / "suoi")) continue;
    const std::string name = entry.path().filename().string();
    INFO(name);
    ++modules;
    CHECK(std::any_of(layers().begin(), layers().end(), [&](const Layer& each) { return each.module == name; }));
  }
  CHECK(modules > 0);
}

TEST_CASE("A layer knows only layers below it") {
  std::vector<std::string_view> below;
  for (const Layer& each : layers()) {
    INFO(each.module);
    for (const std::string_view used : each.modules) CHECK(std::count(below.begin(), below.end(), used) == 1);
    below.push_back(each.module);
  }
}

TEST_CASE("An include that looks up or aside is refused with its reason") {
  CHECK(objection(layer("sync"), "sync/src/plan.cpp", {"sqlite3.h", true, 1}) == "sync may not use this library");
  CHECK(objection(layer("sync"), "sync/src/plan.cpp", {"suoi/storage/store.hpp", false, 1}) ==
        "sync must not know storage");
  CHECK(objection(layer("domain"), "domain/include/suoi/domain/a.hpp", {"private.hpp", false, 1}) ==
        "a public header cannot include a private one");
  CHECK(objection(layer("server"), "server/src/a.hpp", {"nlohmann/json.hpp", true, 1}).find("json_fwd") !=
        std::string::npos);
  CHECK(objection(layer("domain"), "domain/src/a.cpp", {"unistd.h", true, 1}) == "domain may not use this library");
}

TEST_CASE("An include of a lower layer, of the language or of the own folder is accepted") {
  CHECK(objection(layer("server"), "server/src/a.cpp", {"suoi/mobile_api/http.hpp", false, 1}).empty());
  CHECK(objection(layer("domain"), "domain/src/a.cpp", {"vector", true, 1}).empty());
  CHECK(objection(layer("domain"), "domain/src/a.cpp", {"embedded_data.hpp", false, 1}).empty());
  CHECK(objection(layer("server"), "server/src/a.cpp", {"nlohmann/json.hpp", true, 1}).empty());
}

TEST_CASE("Includes are found however they are spaced") {
  const auto found = includes_of("// #include <no>\n#include <a>\n  #  include \"b/c.hpp\"  // why\n#define include\n");
  REQUIRE(found.size() == 2);
  CHECK(found[0].header == "a");
  CHECK(found[0].angled);
  CHECK(found[1].header == "b/c.hpp");
  CHECK_FALSE(found[1].angled);
  CHECK(found[1].line == 3);
}

TEST_CASE("No source is longer than 600 lines") {
  int sources = 0;
  for (const fs::path& path : files_below(root())) {
    if (!is_source(path)) continue;
    ++sources;
    const std::string text = text_of(path);
    INFO(shown(path));
    CHECK(std::count(text.begin(), text.end(), '\n') <= kSourceLinesMax);
  }
  CHECK(sources > 0);
}

TEST_CASE("No file promises later work, names a machine or a registry, or carries a private key") {
  std::vector<std::string> found;
  for (const fs::path& path : files_below(root())) {
    std::ifstream lines(path);
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
      const std::string what = forbidden_in(line);
      if (!what.empty()) found.push_back(shown(path) + ":" + std::to_string(number) + ": " + what);
    }
  }
  CHECK(found == std::vector<std::string>{});
}

TEST_CASE("A forbidden line is found, one that only resembles it is not") {
  CHECK(forbidden_in("// TO"
                     "DO: later") == "a promise of later work");
  CHECK(forbidden_in("cd /wo"
                     "rk/main") == "a path of one machine");
  CHECK(forbidden_in("-----BEGIN EC PRIV"
                     "ATE KEY-----") == "a private key");
  CHECK(forbidden_in("https://registry.npm"
                     "js.org") == "the host of a package registry");
  CHECK(forbidden_in("MASTO"
                     "DON, homework/ and a private key")
            .empty());
}
