#include "suoi/client/local_server.hpp"

#include <Poco/Pipe.h>
#include <Poco/PipeStream.h>
#include <Poco/Process.h>
#include <Poco/TemporaryFile.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "suoi/client/json.hpp"

namespace suoi::client {
namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Standard error goes into a file, since a pipe that nobody reads would in time stop the program. The shell replaces
// itself, so the process is the program's own.
Poco::ProcessHandle launch(const fs::path& binary, const std::vector<std::string>& words, const fs::path& log,
                           Poco::Pipe* in, Poco::Pipe* out) {
  Poco::Process::Args args = {"-c", R"(log=$1; shift; exec "$@" 2>>"$log")", "sh", log.string(), binary.string()};
  args.insert(args.end(), words.begin(), words.end());
  return Poco::Process::launch("/bin/sh", args, in, out, nullptr);
}

std::string first_line(Poco::Pipe& pipe) {
  std::string line;
  for (char c = 0; pipe.readBytes(&c, 1) == 1 && c != '\n';) line += c;
  return line;
}

}  // namespace

struct LocalServer::Running {
  Poco::ProcessHandle process;
  Poco::Pipe out;
};

LocalServer::LocalServer(fs::path binary, fs::path data)
    : binary_(std::move(binary)), data_(std::move(data)), log_(data_.string() + ".log") {}

LocalServer::~LocalServer() {
  if (is_running()) kill();
}

LocalServer::Command LocalServer::run(const std::vector<std::string>& words, std::string_view input) const {
  std::vector<std::string> all = words;
  all.insert(all.end(), {"--data", data_.string(), "--json"});
  return run_bare(all, input);
}

LocalServer::Command LocalServer::run_bare(const std::vector<std::string>& words, std::string_view input) const {
  const Poco::TemporaryFile err;
  Poco::Pipe in;
  Poco::Pipe out;
  Poco::ProcessHandle process = launch(binary_, words, err.path(), &in, &out);
  {
    Poco::PipeOutputStream to(in);
    to.write(input.data(), static_cast<std::streamsize>(input.size()));
  }
  in.close(Poco::Pipe::CLOSE_BOTH);
  Command command;
  Poco::PipeInputStream from(out);
  command.out.assign(std::istreambuf_iterator<char>(from), {});
  command.exit_status = process.wait();
  command.err = contents(err.path());
  command.json = parse_json(command.out).value_or(domain::Value());
  return command;
}

const LocalServer::Ready& LocalServer::start(const std::vector<std::string>& further_words) {
  if (is_running()) throw std::logic_error("the server runs already");
  std::vector<std::string> words = {"serve", "--data", data_.string(), "--listen", "127.0.0.1:0", "--json"};
  words.insert(words.end(), further_words.begin(), further_words.end());
  Poco::Pipe out;
  Poco::ProcessHandle process = launch(binary_, words, log_, nullptr, &out);
  const std::string line = first_line(out);
  const auto said = parse_json(line);
  const std::string origin = said ? text_of(*said, "listening") : std::string();
  if (origin.empty()) {
    ::kill(process.id(), SIGKILL);
    process.wait();
    throw std::runtime_error("the server did not start; it said: " + line + "\n" + log());
  }
  running_ = std::make_unique<Running>(Running{process, out});
  ready_ = {origin, text_of(*said, "ca"), text_of(*said, "fingerprint")};
  return ready_;
}

void LocalServer::kill() {
  ::kill(running_->process.id(), SIGKILL);
  running_->process.wait();
  running_.reset();
}

int LocalServer::stop() {
  ::kill(running_->process.id(), SIGTERM);
  const int status = running_->process.wait();
  running_.reset();
  return status;
}

void LocalServer::pause() const {
  ::kill(running_->process.id(), SIGSTOP);
}

void LocalServer::resume() const {
  ::kill(running_->process.id(), SIGCONT);
}

bool LocalServer::is_running() const {
  return running_ != nullptr;
}

std::unique_ptr<HttpsLink> LocalServer::link(bool gzip_requests) const {
  HttpsLink::Options options;
  options.ca_file = ready_.ca_file;
  options.gzip_requests = gzip_requests;
  return std::make_unique<HttpsLink>(ready_.origin, options);
}

std::string LocalServer::log() const {
  return contents(log_);
}

}  // namespace suoi::client
