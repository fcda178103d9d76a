#include "layers.hpp"

#include <algorithm>
#include <sstream>

namespace suoi::architecture {
namespace {

bool starts_with_any(std::string_view header, const std::vector<std::string_view>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](std::string_view prefix) { return header.substr(0, prefix.size()) == prefix; });
}

bool is_header(std::string_view path) {
  return path.size() > 4 && path.substr(path.size() - 4) == ".hpp";
}

// C++'s own headers have neither a folder nor an ending.
bool is_standard(const Include& include) {
  return include.angled && include.header.find_first_of("./") == std::string::npos;
}

// "suoi/mobile_api/http.hpp" -> "mobile-api"; empty for what is not ours.
std::string module_of(std::string_view header) {
  constexpr std::string_view kOurs = "suoi/";
  if (header.substr(0, kOurs.size()) != kOurs) return {};
  header.remove_prefix(kOurs.size());
  std::string module(header.substr(0, header.find('/')));
  std::replace(module.begin(), module.end(), '_', '-');
  return module;
}

}  // namespace

const std::vector<Layer>& layers() {
  static const std::vector<Layer> table = {
      {"domain", {}, {"tl/expected.hpp"}},
      {"sync", {"domain"}, {"tl/expected.hpp"}},
      {"certs",
       {"domain"},
       {"tl/expected.hpp", "openssl/", "qrencode.h", "zlib.h", "cairo-pdf.h", "pango/", "nlohmann/", "fcntl.h",
        "unistd.h", "sys/stat.h"}},
      {"storage",
       {"domain", "sync", "certs"},
       {"tl/expected.hpp", "sqlite3.h", "zlib.h", "nlohmann/", "fcntl.h", "unistd.h", "sys/"}},
      {"mobile-api",
       {"domain", "sync", "certs", "storage"},
       {"tl/expected.hpp", "nlohmann/", "simdjson.h", "utf8proc.h", "argon2.h"}},
      {"server",
       {"domain", "sync", "certs", "storage", "mobile-api"},
       {"tl/expected.hpp", "nlohmann/", "Poco/", "openssl/", "zlib.h", "CLI/", "fcntl.h", "unistd.h", "termios.h",
        "poll.h", "signal.h", "pthread.h", "cxxabi.h", "netinet/", "arpa/", "sys/"}},
      {"client", {"domain", "certs"}, {"tl/expected.hpp", "nlohmann/", "Poco/", "zlib.h"}},
  };
  return table;
}

std::vector<Include> includes_of(std::string_view source) {
  std::vector<Include> found;
  std::istringstream lines{std::string(source)};
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    const auto hash = line.find_first_not_of(" \t");
    if (hash == std::string::npos || line[hash] != '#') continue;
    const auto word = line.find_first_not_of(" \t", hash + 1);
    if (word == std::string::npos || line.compare(word, 7, "include") != 0) continue;
    const auto open = line.find_first_of("<\"", word);
    if (open == std::string::npos) continue;
    const auto close = line.find(line[open] == '<' ? '>' : '"', open + 1);
    found.push_back({line.substr(open + 1, close - open - 1), line[open] == '<', number});
  }
  return found;
}

std::string objection(const Layer& layer, std::string_view path, const Include& include) {
  if (is_header(path) && include.header == "nlohmann/json.hpp")
    return "headers take nlohmann/json_fwd.hpp: the whole of it makes every source that includes this one slow";
  if (is_standard(include)) return {};
  const std::string module = module_of(include.header);
  if (!module.empty()) {
    const bool known =
        module == layer.module || std::find(layer.modules.begin(), layer.modules.end(), module) != layer.modules.end();
    return known ? std::string() : std::string(layer.module) + " must not know " + module;
  }
  if (!include.angled) {
    const bool is_public = path.find("/include/") != std::string_view::npos;
    return is_public ? "a public header cannot include a private one" : std::string();
  }
  if (starts_with_any(include.header, layer.header_prefixes)) return {};
  return std::string(layer.module) + " may not use this library";
}

}  // namespace suoi::architecture
