#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "front_fixture.hpp"

using front::Client;
using front::get;
using front::post;
using front::Server;

namespace {

nlohmann::json last_line(const Server& server, std::size_t lines) {
  REQUIRE(front::eventually([&] { return server.log.all().size() >= lines; }));
  return nlohmann::json::parse(server.log.all().back());
}

}  // namespace

TEST_CASE("Whatever a handler throws becomes a 500 with an incident, and the connection goes on") {
  Server server;
  Client client(server);
  std::size_t lines = 0;
  for (const auto* path : {"/throw", "/throw-number", "/split"}) {
    INFO(path);
    const auto answer = client.ask(post(path, "hello"));
    REQUIRE(answer);
    CHECK(answer->status == 500);
    CHECK(answer->has_code("internal"));
    CHECK(answer->body.find("secret") == std::string::npos);
    CHECK(answer->head.find("X-Injected") == std::string::npos);
    const auto incident = nlohmann::json::parse(answer->body).at("incident").get<std::string>();
    CHECK(incident.size() == 16);
    const auto line = last_line(server, ++lines);
    CHECK(line.at("incident") == incident);
    CHECK(line.at("code") == "internal");
    CHECK(line.dump().find("secret") == std::string::npos);
    CHECK(server.faults.all().back().rfind(incident, 0) == 0);
  }
  CHECK(server.faults.all().front().find("secret of the database") != std::string::npos);
  CHECK(client.ask(get("/"))->status == 200);
  CHECK(server.http->metrics().faults_total == 3);
}

TEST_CASE("A fault before the body was read is answered and ends the connection") {
  Server server;
  Client client(server);
  const auto answer = client.ask(post("/throw-in-limits", "hello"));
  REQUIRE(answer);
  CHECK(answer->status == 500);
  CHECK(answer->field("connection") == "close");
  CHECK(server.handler.count() == 0);
}

TEST_CASE("A request leaves one line of facts, without its ids, query, token, body or address") {
  Server server;
  Client client(server);
  client.ask(post("/v1/files/0199d2c5-7c1e-7b3a-9c55-6a1f0e2d3c4b/9f0c2a?code=hunter2", "confidential",
                  "Authorization: Bearer sesame\r\n"));
  const auto line = last_line(server, 1);
  const auto text = line.dump();
  CHECK(line.at("method") == "POST");
  CHECK(line.at("path") == "/v1/files/:id/:id");
  CHECK(line.at("status") == 200);
  CHECK(line.at("peer") == "127.0.0.0/24");
  CHECK(line.at("device") == "d1");
  CHECK(line.at("in").get<int>() > 100);
  CHECK(line.at("out").get<int>() > 100);
  CHECK(line.at("ms").get<int>() >= 0);
  CHECK(line.at("time").get<std::string>().size() == 24);
  for (const auto* secret : {"hunter2", "sesame", "confidential", "0199d2c5", "9f0c2a", "127.0.0.1", "forged"}) {
    CHECK(text.find(secret) == std::string::npos);
  }
}

TEST_CASE("Only plain words of a route stand in the log") {
  Server server;
  Client client(server);
  const std::vector<std::pair<std::string, std::string>> paths{
      {"/", "/"},
      {"/v1/sync", "/v1/sync"},
      {"/v1/openapi.json", "/v1/openapi.json"},
      {"/.well-known/jwks.json", "/.well-known/jwks.json"},
      {"/v1/status-lists/12", "/v1/status-lists/:id"},
      {"/v1/units/2025:03442/needs", "/v1/units/:id/needs"},
      {"/v1234/x", "/:id/x"},
      {"/people/L%C3%B2%20Mai", "/people/:id"},
      {"/people/Mai", "/people/:id"},
      {"/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "/:id"}};
  std::size_t lines = 0;
  for (const auto& [path, expected] : paths) {
    client.ask(get(path));
    CHECK(last_line(server, ++lines).at("path") == expected);
  }
}

TEST_CASE("A refusal leaves a line with its code, also when no head could be read") {
  Server server;
  Client(server).ask("nonsense\r\n\r\n");
  const auto line = last_line(server, 1);
  CHECK(line.at("method") == "-");
  CHECK(line.at("path") == "-");
  CHECK(line.at("status") == 400);
  CHECK(line.at("code") == "request_malformed");
  CHECK(server.http->metrics().refused_total == 1);
}

TEST_CASE("A problem states type, title, status, code, detail and what else belongs to it") {
  const auto response = suoi::mobile_api::problem(409, "sequence_gap", "say \"41\"\n\xff", {{"expected", "41"}});
  CHECK(response.status == 409);
  CHECK(response.content_type == "application/problem+json");
  const auto body = nlohmann::json::parse(response.body);
  CHECK(body.at("type") == "about:blank");
  CHECK(body.at("title") == "Conflict");
  CHECK(body.at("status") == 409);
  CHECK(body.at("code") == "sequence_gap");
  CHECK(body.at("detail") == "say \"41\"\n\xEF\xBF\xBD");
  CHECK(body.at("expected") == 41);
  CHECK(response.log.at("code") == "sequence_gap");
}
