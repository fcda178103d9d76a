#include "app_files.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "answer.hpp"
#include "request_head.hpp"
#include "suoi/certs/base64url.hpp"
#include "suoi/certs/hashing.hpp"

namespace suoi::server {
namespace {

constexpr std::string_view kPage = "/index.html";
constexpr std::string_view kHashed = "/assets/";
constexpr std::size_t kTagLetters = 22;

struct Type {
  std::string_view extension;
  std::string_view content_type;
};
constexpr std::array kTypes = {
    Type{".html", "text/html; charset=utf-8"},
    Type{".js", "text/javascript; charset=utf-8"},
    Type{".css", "text/css; charset=utf-8"},
    Type{".json", "application/json"},
    Type{".svg", "image/svg+xml"},
    Type{".png", "image/png"},
    Type{".wasm", "application/wasm"},
    Type{".webmanifest", "application/manifest+json"},
};

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return bytes;
}

std::string_view type_of(const std::string& extension) {
  const auto found =
      std::find_if(kTypes.begin(), kTypes.end(), [&](const Type& type) { return type.extension == extension; });
  return found != kTypes.end() ? found->content_type : "application/octet-stream";
}

std::string coding_of(const std::string& extension) {
  if (extension == ".br") return "br";
  return extension == ".gz" ? "gzip" : "";
}

std::string field(const mobile_api::Request& request, const char* name) {
  const auto found = request.headers.find(name);
  return found != request.headers.end() ? found->second : "";
}

// Whether the list names br with a weight above zero.
bool accepts_brotli(std::string_view list) {
  while (!list.empty()) {
    const std::string_view item = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), item.size() + 1));
    const std::size_t semicolon = item.find(';');
    if (lower_case(trimmed(item.substr(0, semicolon))) != "br") continue;
    const std::string_view weight = semicolon == std::string_view::npos ? "" : trimmed(item.substr(semicolon + 1));
    return weight.find_first_of("123456789") != std::string_view::npos || weight.empty();
  }
  return false;
}

bool names(std::string_view tags, std::string_view tag) {
  return trimmed(tags) == "*" || tags.find('"' + std::string(tag) + '"') != std::string_view::npos;
}

}  // namespace

AppFiles::AppFiles(const std::filesystem::path& folder, mobile_api::Handler& next) : next_(next) {
  namespace fs = std::filesystem;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::string path = "/" + fs::relative(entry.path(), folder).generic_string();
    const std::string coding = coding_of(entry.path().extension().string());
    if (!coding.empty()) path.resize(path.rfind('.'));
    File& file = files_[path == kPage ? "/" : path];
    file.forms[coding] = read_file(entry.path());
    file.content_type = type_of(fs::path(path).extension().string());
  }
  if (files_.count("/") == 0) throw std::runtime_error("there is no index.html in " + folder.string());
  for (auto& [path, file] : files_) {
    const auto plain = file.forms.find("");
    if (plain == file.forms.end()) throw std::runtime_error("there is no " + path + " beside its compressed form");
    const auto digest = certs::sha256(plain->second);
    file.tag = certs::base64url(certs::bytes_of(digest)).substr(0, kTagLetters);
    const bool hashed = path.compare(0, kHashed.size(), kHashed) == 0;
    file.cache_control = hashed ? "public, max-age=31536000, immutable" : "no-cache";
  }
}

mobile_api::BodyLimits AppFiles::limits_for(std::string_view method, std::string_view path) const {
  return next_.limits_for(method, path);
}

mobile_api::Response AppFiles::handle(const mobile_api::Request& request) {
  const auto found = files_.find(request.path);
  if (found == files_.end() || request.method != "GET") return next_.handle(request);
  return answer(found->second, request);
}

mobile_api::Response AppFiles::answer(const File& file, const mobile_api::Request& request) {
  const std::string accepted = field(request, "accept-encoding");
  std::string coding;
  if (file.forms.count("br") != 0 && accepts_brotli(accepted)) {
    coding = "br";
  } else if (file.forms.count("gzip") != 0 && accepts_gzip(accepted)) {
    coding = "gzip";
  }
  // Each form is a representation of its own, with its own tag.
  const std::string tag = coding.empty() ? file.tag : file.tag + "-" + coding;
  mobile_api::Response response;
  response.content_type = file.content_type;
  response.headers = {{"Cache-Control", file.cache_control}, {"ETag", '"' + tag + '"'}};
  if (names(field(request, "if-none-match"), tag)) {
    response.status = 304;
    response.headers.emplace_back("Vary", "Accept-Encoding");
    return response;
  }
  response.body = file.forms.at(coding);
  if (!coding.empty()) {  // of the plain form the front says so itself
    response.headers.emplace_back("Content-Encoding", coding);
    response.headers.emplace_back("Vary", "Accept-Encoding");
  }
  return response;
}

}  // namespace suoi::server
