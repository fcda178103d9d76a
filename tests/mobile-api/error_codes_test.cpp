// Every code that a source can answer stands in the one table that says what to do next.

#include "suoi/domain/error_codes.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

namespace suoi::mobile_api::test {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::set<std::string> found_in(const std::filesystem::path& folder, const std::string& pattern) {
  std::set<std::string> codes;
  const std::regex wanted(pattern);
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string text = text_of(entry.path());
    for (auto at = std::sregex_iterator(text.begin(), text.end(), wanted); at != std::sregex_iterator(); ++at) {
      codes.insert((*at)[1]);
    }
  }
  return codes;
}

}  // namespace

TEST_CASE("Every code of an answer and of a quarantine has its advice in both languages") {
  const std::filesystem::path root = SUOI_SOURCE_DIR;
  std::set<std::string> codes = found_in(root / "mobile-api/src", R"re(problem\(\s*\d+,\s*"(\w+)")re");
  CHECK(codes.size() >= 12);
  const auto faults = found_in(root / "sync/src", R"re(Fault\{\s*"(\w+)")re");
  CHECK(faults.size() >= 10);
  codes.insert(faults.begin(), faults.end());
  codes.merge(found_in(root / "mobile-api/src", R"re(Fault\{\s*"(\w+)")re"));
  codes.insert("device_revoked");
  for (const std::string& code : codes) {
    INFO(code);
    const domain::ErrorCode* known = domain::find_error_code(code);
    REQUIRE(known != nullptr);
    CHECK_FALSE(known->advice.vi.empty());
    CHECK_FALSE(known->advice.en.empty());
  }
}

TEST_CASE("An answer has the status that the table names for its code") {
  const std::filesystem::path root = SUOI_SOURCE_DIR;
  for (const domain::ErrorCode& known : domain::error_codes()) {
    const auto statuses =
        found_in(root / "mobile-api/src", R"re(problem\(\s*(\d+),\s*")re" + std::string(known.code) + "\"");
    INFO(known.code);
    for (const std::string& status : statuses) CHECK(std::stoi(status) == known.status);
  }
}

}  // namespace suoi::mobile_api::test
