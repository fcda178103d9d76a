#include "../../server/src/app_files.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "../certs/scratch_folder.hpp"

using suoi::certs::test::ScratchFolder;
using suoi::mobile_api::Request;
using suoi::mobile_api::Response;
using suoi::server::AppFiles;

namespace {

class Contract : public suoi::mobile_api::Handler {
 public:
  suoi::mobile_api::BodyLimits limits_for(std::string_view, std::string_view) const override { return {7, 8}; }
  Response handle(const Request& request) override {
    Response response;
    response.body = "contract " + request.path;
    return response;
  }
};

struct Bundle {
  Bundle() {
    std::filesystem::create_directory(folder.path() / "assets");
    put("index.html", "<p>page");
    put("index.html.br", "page in br");
    put("index.html.gz", "page in gzip");
    put("sw.js", "worker");
    put("assets/main-12345678.js", "code");
  }
  void put(const std::string& name, const std::string& text) { std::ofstream(folder.path() / name) << text; }

  ScratchFolder folder;
  Contract contract;
};

Response get(AppFiles& files, const std::string& path, std::map<std::string, std::string> headers = {}) {
  Request request;
  request.method = "GET";
  request.path = path;
  request.headers = std::move(headers);
  return files.handle(request);
}

std::string header(const Response& response, const std::string& name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

}  // namespace

TEST_CASE("The app's page is the root, in the form that the browser likes best") {
  Bundle bundle;
  AppFiles files(bundle.folder.path(), bundle.contract);
  CHECK(get(files, "/").body == "<p>page");
  CHECK(get(files, "/").content_type == "text/html; charset=utf-8");
  CHECK(get(files, "/", {{"accept-encoding", "gzip, deflate, br"}}).body == "page in br");
  CHECK(get(files, "/", {{"accept-encoding", "gzip, br;q=0"}}).body == "page in gzip");
  const Response zipped = get(files, "/", {{"accept-encoding", "gzip"}});
  CHECK(header(zipped, "Content-Encoding") == "gzip");
  CHECK(header(zipped, "Vary") == "Accept-Encoding");
  CHECK(get(files, "/sw.js", {{"accept-encoding", "br"}}).body == "worker");
}

TEST_CASE("Hashed files are kept for ever, the others are asked for again by their tag") {
  Bundle bundle;
  AppFiles files(bundle.folder.path(), bundle.contract);
  CHECK(header(get(files, "/assets/main-12345678.js"), "Cache-Control") == "public, max-age=31536000, immutable");
  const Response worker = get(files, "/sw.js");
  CHECK(header(worker, "Cache-Control") == "no-cache");
  CHECK(get(files, "/sw.js", {{"if-none-match", header(worker, "ETag")}}).status == 304);
  CHECK(get(files, "/sw.js", {{"if-none-match", "\"older\""}}).status == 200);
  const std::string plain = header(get(files, "/"), "ETag");
  CHECK(get(files, "/", {{"if-none-match", plain}, {"accept-encoding", "br"}}).status == 200);
}

TEST_CASE("What is no file of the app goes on to the contract") {
  Bundle bundle;
  AppFiles files(bundle.folder.path(), bundle.contract);
  for (const char* path : {"/v1/schema", "/healthz", "/.well-known/jwks.json", "/index.html", "/../etc/passwd", ""}) {
    CHECK(get(files, path).body == std::string("contract ") + path);
  }
  Request post;
  post.method = "POST";
  post.path = "/";
  CHECK(files.handle(post).body == "contract /");
  CHECK(files.limits_for("POST", "/v1/sync").body_bytes_max == 7);
}

TEST_CASE("A folder without a page is refused at the start") {
  Bundle bundle;
  std::filesystem::remove(bundle.folder.path() / "index.html");
  CHECK_THROWS_AS(AppFiles(bundle.folder.path(), bundle.contract), std::runtime_error);
  std::filesystem::remove(bundle.folder.path() / "index.html.br");
  std::filesystem::remove(bundle.folder.path() / "index.html.gz");
  CHECK_THROWS_AS(AppFiles(bundle.folder.path(), bundle.contract), std::runtime_error);
}
