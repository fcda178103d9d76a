// Files against the real program: what every answer of protocol.md's "Files" says, a link that breaks, a server that
// dies.

#include <Poco/Net/StreamSocket.h>
#include <Poco/URI.h>

#include <thread>

#include "../support/sample_files.hpp"
#include "suoi/certs/base64url.hpp"
#include "suoi/certs/hashing.hpp"
#include "world.hpp"

using namespace blackbox;
using suoi::test::exif_segment;
using suoi::test::jpeg;

namespace {

using Headers = std::map<std::string, std::string>;

std::string name_of(const std::string& bytes) {
  const auto digest = suoi::certs::sha256(bytes);
  std::string text;
  for (const auto byte : digest) {
    text += "0123456789abcdef"[byte >> 4U];
    text += "0123456789abcdef"[byte & 15U];
  }
  return text;
}

std::string base64(std::string_view bytes) {
  std::string text = suoi::certs::base64url(bytes);
  for (char& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
  return text.append((4 - text.size() % 4) % 4, '=');
}

// A server of files and somebody who speaks tus by hand.
struct Files {
  World world{World::Serving::no};
  std::optional<Phone> mai;
  std::unique_ptr<suoi::client::HttpsLink> link;

  Files() {
    serve();
    mai.emplace(world.volunteer());
  }
  // On another port each time, as over another network.
  void serve() {
    world.server.start({"--plain-http"});
    link = world.server.link(false);
  }
  Answer ask(const std::string& method, const std::string& target, Headers headers = {}, std::string body = {},
             const std::string& type = "application/offset+octet-stream") {
    suoi::client::LinkRequest request;
    request.method = method;
    request.target = target;
    request.token = mai->token();
    request.headers = std::move(headers);
    request.headers.emplace("Tus-Resumable", "1.0.0");
    request.body = std::move(body);
    request.content_type = type;
    const auto answer = link->exchange(request);
    REQUIRE(answer.has_value());
    return *answer;
  }
  std::string begun(std::size_t length, Headers headers = {}) {
    headers.emplace("Upload-Length", std::to_string(length));
    const Answer answer = ask("POST", "/v1/files/", std::move(headers));
    INFO(answer.body);
    REQUIRE(answer.status == 201);
    return answer.header("location");
  }
  Answer patch(const std::string& path, std::size_t offset, std::string body, Headers headers = {}) {
    headers.emplace("Upload-Offset", std::to_string(offset));
    return ask("PATCH", path, std::move(headers), std::move(body));
  }
  std::int64_t offset_of(const std::string& path) {
    const Answer answer = ask("HEAD", path);
    REQUIRE(answer.status == 200);
    return std::stoll(answer.header("upload-offset"));
  }
  std::string sent(const std::string& bytes) {
    REQUIRE(patch(begun(bytes.size()), 0, bytes).status == 204);
    return name_of(bytes);
  }
  // Says that `length` bytes come, and sends these.
  Poco::Net::StreamSocket half_sent(const std::string& path, std::size_t offset, std::size_t length,
                                    std::string_view bytes) {
    Poco::Net::StreamSocket socket(
        Poco::Net::SocketAddress("127.0.0.1", Poco::URI(world.server.ready().origin).getPort()));
    std::string request =
        "PATCH " + path + " HTTP/1.1\r\nHost: suoi.test\r\nAuthorization: Bearer " + mai->token() +
        "\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: " + std::to_string(offset) +
        "\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n" +
        std::string(bytes);
    for (std::string_view rest = request; !rest.empty();) {
      rest.remove_prefix(static_cast<std::size_t>(socket.sendBytes(rest.data(), static_cast<int>(rest.size()))));
    }
    return socket;
  }
};

bool eventually(const std::function<bool()>& holds) {
  for (int tries = 0; tries < 400; ++tries) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(25));
  }
  return false;
}

}  // namespace

TEST_CASE("Every answer about uploads has the status and the code that tus and the protocol name") {
  Files files;
  const std::string picture = jpeg(5'000);
  const std::string path = files.begun(picture.size(), {{"Upload-Metadata", "sha256 " + base64(name_of(picture))}});
  const auto code = [](const Answer& answer) { return std::to_string(answer.status) + " " + code_of(answer); };

  const Answer options = files.ask("OPTIONS", "/v1/files/");
  CHECK(options.status == 204);
  CHECK(options.header("tus-max-size") == "20971520");
  CHECK(code(files.ask("POST", "/v1/files/", {{"Upload-Length", "20971521"}})) == "413 too_large");
  CHECK(code(files.ask("POST", "/v1/files/")) == "400 upload_malformed");
  CHECK(code(files.ask("POST", "/v1/files/", {{"Tus-Resumable", "0.9"}, {"Upload-Length", "1"}})) ==
        "412 tus_version_unsupported");
  CHECK(code(files.ask("GET", "/v1/files/")) == "405 method_not_allowed");
  CHECK(code(files.patch(path, 7, "x")) == "409 upload_offset_wrong");
  CHECK(code(files.ask("PATCH", path, {{"Upload-Offset", "0"}}, "x", "image/jpeg")) == "415 media_type_unsupported");
  CHECK(code(files.patch(path, 0, picture + "x")) == "413 too_large");
  CHECK(code(files.patch(path, 0, picture, {{"Upload-Checksum", "sha256 " + base64(std::string(32, 'x'))}})) ==
        "460 checksum_mismatch");
  CHECK(code(files.patch(path, 0, picture, {{"Upload-Checksum", "md5 " + base64("x")}})) == "400 checksum_unsupported");
  CHECK(code(files.patch("/v1/files/" + std::string(32, '0'), 0, "x")) == "404 not_found");
  CHECK(files.offset_of(path) == 0);
  const Answer part = files.patch(path, 0, picture.substr(0, 1'000));
  CHECK(part.status == 204);
  CHECK(part.header("upload-offset") == "1000");
  CHECK(part.header("tus-resumable") == "1.0.0");
  CHECK_FALSE(part.header("upload-expires").empty());
  const auto digest = suoi::certs::sha256(picture.substr(1'000));
  CHECK(files
            .patch(path, 1'000, picture.substr(1'000),
                   {{"Upload-Checksum", "sha256 " + base64(suoi::certs::bytes_of(digest))}})
            .status == 204);
  CHECK(code(files.patch(files.begun(9), 0, "GIF89a...")) == "415 file_type_refused");
  const std::string exif = jpeg(50'000, exif_segment());
  CHECK(code(files.patch(files.begun(exif.size()), 0, exif)) == "422 file_carries_exif");
  const std::string ended = files.begun(9);
  CHECK(files.ask("DELETE", ended).status == 204);
  CHECK(files.ask("HEAD", ended).status == 404);

  const std::string file = "/v1/files/" + name_of(picture);
  const Answer whole = files.ask("GET", file);
  CHECK(whole.status == 200);
  CHECK(whole.body == picture);
  CHECK(whole.header("content-type") == "image/jpeg");
  CHECK(whole.header("etag") == '"' + name_of(picture) + '"');
  CHECK(whole.header("cache-control") == "private, max-age=31536000, immutable");
  const Answer head = files.ask("HEAD", file);
  CHECK(head.status == 200);
  CHECK(head.header("content-length") == std::to_string(picture.size()));
  const Answer range = files.ask("GET", file, {{"Range", "bytes=100-199"}});
  CHECK(range.status == 206);
  CHECK(range.body == picture.substr(100, 100));
  CHECK(code(files.ask("GET", file, {{"Range", "bytes=99999-"}})) == "416 range_unsatisfiable");
  CHECK(files.ask("GET", file, {{"If-None-Match", whole.header("etag")}}).status == 304);
  CHECK(code(files.ask("GET", "/v1/files/" + name_of("nothing"))) == "404 not_found");
  CHECK(files.link->get(file)->status == 401);
}

TEST_CASE("An upload goes on at the byte where the link broke, after the server was killed, over another connection") {
  Files files;
  const std::string picture = jpeg(3'000'000);
  const std::string path = files.begun(picture.size());
  const std::string_view bytes = picture;
  {
    // The link breaks in the middle of a body: what came before counts.
    auto socket = files.half_sent(path, 0, picture.size(), bytes.substr(0, 1'234'567));
    socket.shutdownSend();
    CHECK(eventually([&] { return files.offset_of(path) == 1'234'567; }));
  }
  {
    // The server dies in the middle of a body: what it said to have is there, and it asks for nothing twice.
    auto socket = files.half_sent(path, 1'234'567, picture.size() - 1'234'567, bytes.substr(1'234'567, 1'000'000));
    CHECK(eventually([&] { return files.offset_of(path) > 1'234'567; }));
    const std::int64_t promised = files.offset_of(path);
    files.world.server.kill();
    files.serve();
    CHECK(files.offset_of(path) >= promised);
  }
  const auto at = static_cast<std::size_t>(files.offset_of(path));
  CHECK(files.patch(path, at, picture.substr(at)).status == 204);
  CHECK(files.ask("GET", "/v1/files/" + name_of(picture)).body == picture);
  const auto check = files.world.server.run({"check"});
  CHECK(flag_of(check.json, "ok"));
  CHECK(integer_of(check.json, "files") == 1);
}

TEST_CASE("On a connection that goes on sending too slowly to notice, what came is kept after two seconds") {
  Files files;
  const std::string picture = jpeg(1'000);
  const std::string path = files.begun(picture.size());
  const auto socket = files.half_sent(path, 0, picture.size(), std::string_view(picture).substr(0, 400));
  CHECK(eventually([&] { return files.offset_of(path) == 400; }));
  // The phone has gone to another network meanwhile; the old connection is still half open.
  CHECK(files.patch(path, 400, picture.substr(400)).status == 204);
}

TEST_CASE(
    "A volunteer's photograph is seen by the coordinator of the record that names it, and by nobody from elsewhere") {
  Files files;
  const std::string picture = jpeg(2'000);
  const Phone coordinator = files.world.coordinator();
  const Phone stranger = files.world.phone("Giàng A Páo", "volunteer", {kTaTong});
  const std::string target = "/v1/files/" + files.sent(picture);
  const auto status = [&](const Phone& who) { return who.link->get(target, who.token())->status; };
  CHECK(status(coordinator) == 404);
  (*files.mai)->create("activity", {{"unit", Value(kPaU)}, {"title", "Dọn đường"}, {"photo", Value(name_of(picture))}});
  synced(*files.mai);
  CHECK(status(coordinator) == 200);
  CHECK(status(stranger) == 404);
}

TEST_CASE("A backup holds the photographs, and a check of a damaged store names the file") {
  Files files;
  const std::string name = files.sent(jpeg(100'000));
  (*files.mai)->create("activity", {{"unit", Value(kPaU)}, {"title", "A"}, {"photo", Value(name)}});
  (*files.mai)->create("activity", {{"unit", Value(kPaU)}, {"title", "B"}, {"photo", Value(name_of("not sent yet"))}});
  synced(*files.mai);
  CHECK(files.world.server.run({"backup", "--to", files.world.path("backup")}).exit_status == 0);
  CHECK(files.world.server.stop() == 0);
  suoi::client::LocalServer restored(SUOI_BINARY, files.world.path("restored"));
  CHECK(restored.run({"restore", "--from", files.world.path("backup")}).exit_status == 0);
  const auto check = restored.run({"check"});
  CHECK(check.exit_status == 0);
  CHECK(integer_of(check.json, "files") == 1);
  CHECK(integer_of(check.json, "files_awaited") == 1);
}
