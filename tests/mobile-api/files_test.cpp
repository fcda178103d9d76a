// Files by tus 1.0.0 and by their digest: who may send, who may see, and what each answer says.

#include <catch2/catch.hpp>

#include "../support/sample_files.hpp"
#include "service_fixture.hpp"
#include "suoi/certs/base64url.hpp"
#include "suoi/certs/hashing.hpp"
#include "suoi/mobile_api/housekeeping.hpp"
#include "suoi/mobile_api/limits.hpp"

namespace suoi::mobile_api::test {
namespace {

using Headers = std::map<std::string, std::string>;

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    text += "0123456789abcdef"[static_cast<std::uint8_t>(byte) >> 4U];
    text += "0123456789abcdef"[static_cast<std::uint8_t>(byte) & 15U];
  }
  return text;
}

std::string name_of(const std::string& bytes) {
  const auto digest = certs::sha256(bytes);
  return hex(certs::bytes_of(digest));
}

// With padding, as clients send it.
std::string base64(std::string_view bytes) {
  std::string text = certs::base64url(bytes);
  for (char& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
  return text.append((4 - text.size() % 4) % 4, '=');
}

std::string whole(const Response& response) {
  if (!response.source) return response.body;
  std::string all;
  while (all.size() < response.source->bytes) all += response.source->read(all.size());
  return all;
}

struct Scene {
  TestServer server;
  Phone mai{server, server.person("Lò Thị Mai", domain::Role::volunteer, kPaU)};
  Phone pao{server, server.person("Giàng A Páo", domain::Role::volunteer, kTaTong)};
  Phone thanh{server, server.person("Nguyễn Văn Thành", domain::Role::coordinator, kLaiChau)};

  Answer ask(const Phone& who, std::string_view method, const std::string& path, Headers headers = {},
             std::string body = {}) {
    headers.emplace("tus-resumable", "1.0.0");
    return server.ask(method, path, std::move(body), who.token, {}, std::move(headers));
  }
  Answer create(const Phone& who, std::size_t length, Headers headers = {}) {
    headers.emplace("upload-length", std::to_string(length));
    return ask(who, "POST", "/v1/files/", std::move(headers));
  }
  std::string begun(const Phone& who, std::size_t length, Headers headers = {}) {
    const Answer answer = create(who, length, std::move(headers));
    REQUIRE(answer.status() == 201);
    return answer.header("Location");
  }
  Answer patch(const Phone& who, const std::string& path, std::size_t offset, std::string body, Headers headers = {}) {
    headers.emplace("upload-offset", std::to_string(offset));
    headers.emplace("content-type", "application/offset+octet-stream");
    return ask(who, "PATCH", path, std::move(headers), std::move(body));
  }
  // Sent whole; its name.
  std::string sent(const Phone& who, const std::string& bytes) {
    REQUIRE(patch(who, begun(who, bytes.size()), 0, bytes).status() == 204);
    return name_of(bytes);
  }
  Answer get(const Phone& who, const std::string& name, Headers headers = {}) {
    return server.ask("GET", "/v1/files/" + name, {}, who.token, {}, std::move(headers));
  }
};

}  // namespace

TEST_CASE("A file is sent in parts, asked for in between, and read by its digest") {
  Scene scene;
  const std::string picture = suoi::test::jpeg(100'000);
  const Headers named{{"upload-metadata",
                       "filename " + base64("ảnh.jpg") + ",sha256 " + base64(name_of(picture)) + ",is_confidential"}};
  const Answer made = scene.create(scene.mai, picture.size(), named);
  REQUIRE(made.status() == 201);
  CHECK(made.header("Tus-Resumable") == "1.0.0");
  CHECK(made.header("Upload-Expires").ends_with(" GMT"));
  const std::string path = made.header("Location");
  CHECK(path.starts_with("/v1/files/"));

  const Answer first = scene.patch(scene.mai, path, 0, picture.substr(0, 40'000));
  CHECK(first.status() == 204);
  CHECK(first.header("Upload-Offset") == "40000");
  const Answer shown = scene.ask(scene.mai, "GET", path);  // HEAD, as the front hands it on
  CHECK(shown.status() == 200);
  CHECK(shown.header("Upload-Offset") == "40000");
  CHECK(shown.header("Upload-Length") == std::to_string(picture.size()));
  CHECK(shown.header("Upload-Metadata") == named.at("upload-metadata"));
  CHECK(shown.header("Cache-Control") == "no-store");
  CHECK(shown.response.body.empty());

  const Answer last = scene.patch(scene.mai, path, 40'000, picture.substr(40'000));
  CHECK(last.status() == 204);
  CHECK(last.header("Upload-Offset") == std::to_string(picture.size()));
  CHECK(scene.ask(scene.mai, "GET", path).header("Upload-Offset") == std::to_string(picture.size()));

  const Answer read = scene.get(scene.mai, name_of(picture));
  CHECK(read.status() == 200);
  CHECK(read.response.content_type == "image/jpeg");
  CHECK(whole(read.response) == picture);
  CHECK(read.header("Cache-Control") == "private, max-age=31536000, immutable");
}

TEST_CASE("Anybody may ask what the server can do with uploads") {
  TestServer server;
  const Answer answer = server.ask("OPTIONS", "/v1/files/");
  CHECK(answer.status() == 204);
  CHECK(answer.header("Tus-Version") == "1.0.0");
  CHECK(answer.header("Tus-Extension") == "creation,checksum,expiration,termination");
  CHECK(answer.header("Tus-Max-Size") == "20971520");
  CHECK(answer.header("Tus-Checksum-Algorithm") == "sha256,sha1");
}

TEST_CASE("A file is seen by those who hold a stream with a record that names it, and by who sent it") {
  Scene scene;
  const std::string picture = suoi::test::jpeg(500);
  const std::string name = scene.sent(scene.mai, picture);
  CHECK(scene.get(scene.mai, name).status() == 200);
  const auto status = [&](const Phone& who) { return scene.get(who, name).status(); };
  CHECK(status(scene.pao) == 404);
  CHECK(status(scene.thanh) == 404);

  const RecordId activity =
      scene.server.own("activity", {{"unit", Value(kPaU)}, {"title", "Dọn đường"}, {"photo", Value(name)}});
  CHECK(status(scene.thanh) == 200);
  CHECK(status(scene.pao) == 404);
  const RecordId handed = scene.server.own("need", {{"unit", Value(kTaTong)}, {"category", "other"}});
  scene.server.own("distribution", {{"unit", Value(kTaTong)},
                                    {"need", Value(handed.text())},
                                    {"quantity", 1},
                                    {"date", "2026-11-01"},
                                    {"photographs", Value(Value::Array{Value(name)})}});
  CHECK(status(scene.pao) == 200);
  // The same answer for a file that is nowhere: nobody learns what others have.
  const Answer nowhere = scene.get(scene.pao, name_of("nowhere"));
  scene.server.withdraw(scene.pao.person, domain::Role::volunteer, kTaTong);
  const Answer hidden = scene.get(scene.pao, name);
  CHECK(hidden.status() == 404);
  CHECK(hidden.response.body == nowhere.response.body);
  CHECK(scene.server.ask("GET", "/v1/files/" + name).status() == 401);
  CHECK(scene.server.record(activity)->live);
}

TEST_CASE("A record may name a file before it arrives, and who uploads what is there already learns nothing") {
  Scene scene;
  const std::string picture = suoi::test::jpeg(500);
  scene.server.own("activity", {{"unit", Value(kPaU)}, {"title", "Dọn đường"}, {"photo", Value(name_of(picture))}});
  CHECK(scene.get(scene.thanh, name_of(picture)).status() == 404);
  scene.sent(scene.mai, picture);
  CHECK(scene.get(scene.thanh, name_of(picture)).status() == 200);
  // Somebody from elsewhere, who has the bytes, sends them like anybody else and sees them then.
  CHECK(scene.get(scene.pao, name_of(picture)).status() == 404);
  const std::string path =
      scene.begun(scene.pao, picture.size(), {{"upload-metadata", "sha256 " + base64(name_of(picture))}});
  CHECK(scene.ask(scene.pao, "GET", path).header("Upload-Offset") == "0");
  CHECK(scene.patch(scene.pao, path, 0, picture).status() == 204);
  CHECK(scene.get(scene.pao, name_of(picture)).status() == 200);
}

TEST_CASE("An upload belongs to its person, on whichever of their devices") {
  Scene scene;
  const std::string picture = suoi::test::jpeg(500);
  const std::string path = scene.begun(scene.mai, picture.size());
  const Phone second(scene.server, scene.mai.person);
  CHECK(scene.patch(second, path, 0, picture.substr(0, 100)).status() == 204);
  for (const char* method : {"GET", "PATCH", "DELETE"}) {
    CHECK(scene
              .ask(scene.thanh, method, path,
                   {{"upload-offset", "100"}, {"content-type", "application/offset+octet-stream"}}, "x")
              .status() == 404);
  }
  CHECK(scene.patch(scene.mai, path, 100, picture.substr(100)).status() == 204);
}

TEST_CASE("Files are judged by their content, and pictures with EXIF are refused at their first bytes") {
  Scene scene;
  const auto code_of_sending = [&](const std::string& bytes) {
    const std::string path = scene.begun(scene.mai, bytes.size());
    const Answer answer = scene.patch(scene.mai, path, 0, bytes);
    CHECK(scene.ask(scene.mai, "GET", path).status() == (answer.status() == 204 ? 200 : 404));
    return answer.status() == 204 ? "taken" : answer.code();
  };
  CHECK(code_of_sending(suoi::test::jpeg()) == "taken");
  CHECK(code_of_sending(suoi::test::webp()) == "taken");
  CHECK(code_of_sending(suoi::test::png()) == "taken");
  CHECK(code_of_sending(suoi::test::pdf()) == "taken");
  CHECK(code_of_sending("<html><script>") == "file_type_refused");
  CHECK(code_of_sending(suoi::test::jpeg().substr(0, 50)) == "file_type_refused");
  CHECK(code_of_sending(suoi::test::jpeg(20, suoi::test::exif_segment())) == "file_carries_exif");

  const std::string picture = suoi::test::jpeg(10'000, suoi::test::exif_segment());
  const Answer early = scene.patch(scene.mai, scene.begun(scene.mai, picture.size()), 0, picture.substr(0, 200));
  CHECK(early.status() == 422);
  CHECK(early.code() == "file_carries_exif");
  // EXIF that came in a later part is found at the end.
  std::string late = suoi::test::jpeg(300);
  late.insert(late.size() - 2, suoi::test::exif_segment());
  const std::string path = scene.begun(scene.mai, late.size());
  CHECK(scene.patch(scene.mai, path, 0, late.substr(0, 100)).status() == 204);
  CHECK(scene.patch(scene.mai, path, 100, late.substr(100)).code() == "file_carries_exif");
}

TEST_CASE("Bytes that changed on their way are not taken") {
  Scene scene;
  const std::string picture = suoi::test::jpeg(500);
  const auto sha256 = certs::sha256(picture);
  const auto sha1 = certs::sha1(picture);
  const std::string path = scene.begun(scene.mai, picture.size());
  const auto with = [&](const std::string& checksum) {
    return scene.patch(scene.mai, path, 0, picture, {{"upload-checksum", checksum}});
  };
  const Answer changed = with("sha256 " + base64(std::string(32, 'x')));
  CHECK(changed.status() == 460);
  CHECK(changed.code() == "checksum_mismatch");
  CHECK(scene.ask(scene.mai, "GET", path).header("Upload-Offset") == "0");
  CHECK(with("crc32 " + base64("1234")).code() == "checksum_unsupported");
  CHECK(with("sha256").code() == "upload_malformed");
  CHECK(with("sha256 ***").code() == "upload_malformed");
  SECTION("with sha256") {
    CHECK(with("sha256 " + base64(certs::bytes_of(sha256))).status() == 204);
  }
  SECTION("with sha1, which every tus server knows") {
    CHECK(with("sha1 " + base64(certs::bytes_of(sha1))).status() == 204);
  }
  SECTION("nor is a whole file that is not the one it was called") {
    const std::string other =
        scene.begun(scene.mai, picture.size(), {{"upload-metadata", "sha256 " + base64(name_of("another file"))}});
    CHECK(scene.patch(scene.mai, other, 0, picture).code() == "checksum_mismatch");
    CHECK(scene.get(scene.mai, name_of(picture)).status() == 404);
  }
}

TEST_CASE("What an upload cannot begin or go on with is said by a code") {
  Scene scene;
  const auto created = [&](Headers headers) { return scene.ask(scene.mai, "POST", "/v1/files/", std::move(headers)); };
  CHECK(created({}).code() == "upload_malformed");
  CHECK(created({{"upload-length", "-5"}}).code() == "upload_malformed");
  CHECK(created({{"upload-length", "ten"}}).code() == "upload_malformed");
  CHECK(created({{"upload-length", "0"}}).code() == "file_type_refused");
  CHECK(created({{"upload-length", "20971520"}}).status() == 201);
  const Answer large = created({{"upload-length", "20971521"}});
  CHECK(large.status() == 413);
  CHECK(large.text("limit_name") == "file_bytes");
  CHECK(large.integer("limit") == 20'971'520);
  for (const std::string& metadata : {std::string("sha256 ***"), "sha256 " + base64("short"),
                                      std::string("a YQ==,a YQ=="), std::string(",a YQ=="), std::string(5'000, 'x')}) {
    CHECK(created({{"upload-length", "5"}, {"upload-metadata", metadata}}).code() == "upload_malformed");
  }
  const Answer old = scene.ask(scene.mai, "POST", "/v1/files/", {{"tus-resumable", "0.2.2"}, {"upload-length", "5"}});
  CHECK(old.status() == 412);
  CHECK(old.header("Tus-Version") == "1.0.0");
  CHECK(scene.server.ask("POST", "/v1/files/", {}, {}, {}, {{"tus-resumable", "1.0.0"}}).status() == 401);

  const std::string picture = suoi::test::jpeg(500);
  const std::string path = scene.begun(scene.mai, picture.size());
  CHECK(scene.patch(scene.mai, path, 1, "x").code() == "upload_offset_wrong");
  CHECK(scene.patch(scene.mai, path, 0, "x", {{"content-type", "image/jpeg"}}).code() == "media_type_unsupported");
  CHECK(scene.patch(scene.mai, path, 0, "x", {{"upload-offset", "zero"}}).code() == "upload_malformed");
  CHECK(scene.patch(scene.mai, path, 0, picture + "x").status() == 413);
  CHECK(scene.patch(scene.mai, "/v1/files/" + std::string(32, 'a'), 0, "x").status() == 404);
  CHECK(scene.patch(scene.mai, "/v1/files/elsewhere", 0, "x").status() == 404);
  CHECK(scene.ask(scene.mai, "PUT", path).status() == 405);
  CHECK(scene.ask(scene.mai, "GET", "/v1/files/").status() == 405);
  CHECK(scene.ask(scene.mai, "DELETE", "/v1/files/" + name_of(picture)).status() == 405);
  CHECK(scene
            .ask(scene.mai, "POST", path,
                 {{"x-http-method-override", "PATCH"},
                  {"upload-offset", "0"},
                  {"content-type", "application/offset+octet-stream"}},
                 picture)
            .status() == 204);
}

TEST_CASE("A person has a bounded number of uploads open, and ending one makes room") {
  Scene scene;
  std::string path;
  for (std::size_t n = 0; n < kUnfinishedUploadsMax; ++n) path = scene.begun(scene.mai, 100);
  const Answer refused = scene.create(scene.mai, 100);
  CHECK(refused.status() == 429);
  CHECK(refused.code() == "uploads_too_many");
  CHECK_FALSE(refused.header("Retry-After").empty());
  CHECK(scene.create(scene.pao, 100).status() == 201);
  CHECK(scene.ask(scene.mai, "DELETE", path).status() == 204);
  CHECK(scene.ask(scene.mai, "GET", path).status() == 404);
  CHECK(scene.create(scene.mai, 100).status() == 201);
}

TEST_CASE("An upload that nobody goes on with is put away, one that grows is kept") {
  Scene scene;
  const std::string picture = suoi::test::jpeg(500);
  const auto tidy = [&] { drop_expired_uploads(scene.server.service(), 100); };
  const std::string left = scene.begun(scene.mai, picture.size());
  const std::string grows = scene.begun(scene.mai, picture.size());
  scene.server.now_ms += kUploadPatienceMs - kDayMs;
  tidy();
  CHECK(scene.patch(scene.mai, grows, 0, picture.substr(0, 10)).status() == 204);
  scene.server.now_ms += kDayMs;
  // Gone for the client at once, for the disk with the next round.
  CHECK(scene.ask(scene.mai, "GET", left).status() == 404);
  const auto open = [&] {
    std::int64_t count = 0;
    scene.server.store().read([&](storage::Reader& reader) { count = reader.unfinished_uploads(scene.mai.person); });
    return count;
  };
  CHECK(open() == 2);
  tidy();
  CHECK(open() == 1);
  CHECK(scene.patch(scene.mai, grows, 10, picture.substr(10)).status() == 204);
  scene.server.now_ms += 2 * kUploadPatienceMs;
  tidy();
  CHECK(scene.get(scene.mai, name_of(picture)).status() == 200);
}

TEST_CASE("Parts of a file are sent as asked for") {
  Scene scene;
  const std::string picture = suoi::test::jpeg(600'000);
  const std::string name = scene.sent(scene.mai, picture);
  const std::string size = std::to_string(picture.size());
  const auto part = [&](const std::string& range) { return scene.get(scene.mai, name, {{"range", range}}); };
  struct Case {
    std::string range;
    std::size_t first;
    std::size_t length;
  };
  for (const auto& [range, first, length] :
       {Case{"bytes=0-0", 0, 1}, Case{"bytes=10-299999", 10, 299'990}, Case{"bytes=500000-", 500'000, SIZE_MAX},
        Case{"bytes=-7", picture.size() - 7, 7}, Case{"bytes=3-99999999", 3, SIZE_MAX},
        Case{"bytes=-99999999", 0, SIZE_MAX}}) {
    INFO(range);
    const Answer answer = part(range);
    CHECK(answer.status() == 206);
    const std::string expected = picture.substr(first, length);
    CHECK(whole(answer.response) == expected);
    CHECK(answer.header("Content-Range") ==
          "bytes " + std::to_string(first) + "-" + std::to_string(first + expected.size() - 1) + "/" + size);
  }
  for (const char* range : {"bytes=", "bytes=5-3", "bytes=a-b", "bytes=1-2,5-6", "chars=1-2", "bytes=--5", "bytes=-"}) {
    INFO(range);
    CHECK(part(range).status() == 200);
    CHECK(whole(part(range).response) == picture);
  }
  const Answer beyond = part("bytes=" + size + "-");
  CHECK(beyond.status() == 416);
  CHECK(beyond.code() == "range_unsatisfiable");
  CHECK(beyond.header("Content-Range") == "bytes */" + size);
  CHECK(part("bytes=-0").status() == 416);

  const std::string tag = scene.get(scene.mai, name).header("ETag");
  CHECK(tag == '"' + name + '"');
  CHECK(scene.get(scene.mai, name, {{"range", "bytes=0-4"}, {"if-range", tag}}).status() == 206);
  CHECK(scene.get(scene.mai, name, {{"range", "bytes=0-4"}, {"if-range", "\"other\""}}).status() == 200);
  CHECK(scene.get(scene.mai, name, {{"if-none-match", "\"a\", " + tag}}).status() == 304);
  CHECK(scene.get(scene.mai, name, {{"if-none-match", "\"a\""}}).status() == 200);
}

TEST_CASE("Bytes count as they come: a rival on a newer connection ends the older one") {
  Scene scene;
  const std::string picture = suoi::test::jpeg(1'000);
  const std::string path = scene.begun(scene.mai, picture.size());
  Api api(scene.server.service());
  Request head;
  head.method = "PATCH";
  head.path = path;
  head.received_ms = scene.server.now_ms;
  head.headers = {{"authorization", "Bearer " + scene.mai.token},
                  {"tus-resumable", "1.0.0"},
                  {"upload-offset", "0"},
                  {"content-type", "application/offset+octet-stream"}};
  auto older = api.intake(head);
  REQUIRE(older);
  REQUIRE(*older);
  CHECK_FALSE((*older)->take(picture.substr(0, 300)).has_value());
  CHECK(scene.ask(scene.mai, "GET", path).header("Upload-Offset") == "300");
  CHECK(scene.patch(scene.mai, path, 300, picture.substr(300, 100)).status() == 204);
  const auto refusal = (*older)->take(picture.substr(300, 50));
  REQUIRE(refusal);
  CHECK(refusal->status == 409);
  CHECK(scene.patch(scene.mai, path, 400, picture.substr(400)).status() == 204);
  CHECK(scene.get(scene.mai, name_of(picture)).status() == 200);
  // What is in order is found out before any byte is read.
  head.headers["upload-offset"] = "5";
  CHECK(api.intake(head).error().status == 409);
  head.headers["authorization"] = "Bearer wrong";
  CHECK(api.intake(head).error().status == 401);
  head.headers["upload-checksum"] = "sha256 x";
  CHECK(*api.intake(head) == nullptr);
}

TEST_CASE("A revoked device neither sends files nor reads them") {
  Scene scene;
  const std::string name = scene.sent(scene.mai, suoi::test::jpeg(500));
  scene.server.run([&](storage::Transaction& transaction) {
    transaction.revoke_device(*domain::DeviceId::parse(scene.mai.device), false, scene.server.now_ms);
  });
  CHECK(scene.get(scene.mai, name).code() == "device_revoked");
  CHECK(scene.create(scene.mai, 100).code() == "device_revoked");
}

}  // namespace suoi::mobile_api::test
