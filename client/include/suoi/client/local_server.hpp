// The real `suoi` program on this machine: set up, started, killed and asked by its command line.
//
// Purpose: black-box tests, the demonstration and the benchmark drive the program as an operator's scripts would.
// Shapes:  every command gets --data and --json; its standard output is one JSON object.
// Ownership: owns the running server, which dies with this object; the data directory belongs to the caller.
// Threads: run() from any thread; the rest from one.
// Errors:  std::runtime_error with the server's own words where it does not start.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "suoi/client/https_link.hpp"
#include "suoi/domain/value.hpp"

namespace suoi::client {

class LocalServer {
 public:
  struct Command {
    int exit_status = 0;
    domain::Value json;  // null where standard output is no JSON
    std::string out;
    std::string err;
  };
  struct Ready {
    std::string origin;  // "https://127.0.0.1:PORT"
    std::filesystem::path ca_file;
    std::string fingerprint;
  };

  LocalServer(std::filesystem::path binary, std::filesystem::path data);
  ~LocalServer();
  LocalServer(const LocalServer&) = delete;
  LocalServer& operator=(const LocalServer&) = delete;

  // Runs `suoi WORDS… --data DIR --json` to its end.
  Command run(const std::vector<std::string>& words, std::string_view input = {}) const;
  // Runs `suoi WORDS…` as it stands.
  Command run_bare(const std::vector<std::string>& words, std::string_view input = {}) const;

  // Serves on a free port of loopback and returns once it is ready.
  const Ready& start(const std::vector<std::string>& further_words = {});
  // As a power cut would (SIGKILL); waits for the end.
  void kill();
  // As an operator would (SIGTERM); waits for the end and gives the exit status.
  int stop();
  // As a machine that hangs (SIGSTOP), and one that comes back (SIGCONT).
  void pause() const;
  void resume() const;
  bool is_running() const;

  const Ready& ready() const { return ready_; }
  const std::filesystem::path& data() const { return data_; }
  std::unique_ptr<HttpsLink> link(bool gzip_requests = true) const;
  // What the server wrote to its standard error so far.
  std::string log() const;

 private:
  struct Running;
  std::filesystem::path binary_;
  std::filesystem::path data_;
  std::filesystem::path log_;
  Ready ready_;
  std::unique_ptr<Running> running_;
};

}  // namespace suoi::client
