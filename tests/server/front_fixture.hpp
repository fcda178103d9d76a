// A server on a free port of loopback with a handler that remembers what reached it, and a client that speaks bytes.
#pragma once

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "suoi/mobile_api/http.hpp"
#include "suoi/server/http_server.hpp"

namespace front {

using namespace std::chrono_literals;

constexpr std::size_t kBodyBytesMax = 4194304;
constexpr std::size_t kInflatedBytesMax = 8388608;

// Stands for a handler of the contract: what it does hangs on the path.
class RecordingHandler : public suoi::mobile_api::Handler {
 public:
  suoi::mobile_api::BodyLimits limits_for(std::string_view, std::string_view path) const override {
    if (path == "/throw-in-limits") throw std::runtime_error("secret of limits");
    if (path == "/small") return {1000, 2000};
    return {kBodyBytesMax, kInflatedBytesMax};
  }

  suoi::mobile_api::Response handle(const suoi::mobile_api::Request& request) override {
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    if (request.path == "/throw") throw std::runtime_error("secret of the database");
    if (request.path == "/throw-number") throw 42;
    if (request.path == "/wait") wait_for_gate();
    suoi::mobile_api::Response response;
    response.body = R"({"ok":true})";
    if (request.path == "/echo") response.body = request.body;
    if (request.path == "/large") response.body = std::string(300'000, 'x');
    if (request.path == "/split") response.headers.emplace_back("X-Split", "a\r\nX-Injected: b");
    if (request.path == "/cached") response.headers.emplace_back("cache-control", "max-age=60");
    if (request.path == "/none") response.status = 204;
    if (request.path == "/picture") response.content_type = "image/png", response.body.assign(5000, 'p');
    response.log["device"] = "d1";
    response.log["status"] = "forged";
    return response;
  }

  std::vector<suoi::mobile_api::Request> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  std::size_t count() const { return requests().size(); }

  void open_gate() {
    const std::lock_guard lock(mutex_);
    gate_open_ = true;
    gate_.notify_all();
  }

 private:
  void wait_for_gate() {
    std::unique_lock lock(mutex_);
    gate_.wait(lock, [this] { return gate_open_; });
  }

  mutable std::mutex mutex_;
  std::condition_variable gate_;
  bool gate_open_ = false;
  std::vector<suoi::mobile_api::Request> requests_;
};

class LogLines {
 public:
  void add(const std::string& line) {
    const std::lock_guard lock(mutex_);
    lines_.push_back(line);
  }
  std::vector<std::string> all() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

struct Server {
  explicit Server(const std::function<void(suoi::server::Options&)>& adapt = {}) {
    suoi::server::Options options;
    options.listen_port = 0;
    options.log = [this](const std::string& line) { log.add(line); };
    options.on_fault = [this](const std::string& incident, const std::string& text) {
      faults.add(incident + " " + text);
    };
    if (adapt) adapt(options);
    http = std::make_unique<suoi::server::HttpServer>(handler, std::move(options));
    http->start();
  }
  ~Server() {
    handler.open_gate();
    http->stop();
  }

  LogLines log;
  LogLines faults;
  RecordingHandler handler;
  std::unique_ptr<suoi::server::HttpServer> http;
};

struct Answer {
  int status = 0;
  std::map<std::string, std::string> fields;  // names in lower case
  std::string body;
  std::string head;

  std::string field(const std::string& name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? "" : found->second;
  }
  bool has_code(const std::string& code) const { return body.find("\"code\":\"" + code + "\"") != std::string::npos; }
};

// Sends what it is told, byte by byte where asked, and reads answers by their Content-Length.
class Client {
 public:
  explicit Client(const Server& server) : Client(Poco::Net::StreamSocket(address(server))) {}
  explicit Client(Poco::Net::StreamSocket socket) : socket_(std::move(socket)) {
    socket_.setReceiveTimeout(Poco::Timespan(20, 0));
    socket_.setNoDelay(true);
  }

  static Poco::Net::SocketAddress address(const Server& server) { return {"127.0.0.1", server.http->port()}; }

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const int sent = socket_.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
      if (sent <= 0) throw std::runtime_error("nothing could be sent");
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void end_sending() { socket_.shutdownSend(); }

  // nullopt: the server closed without a (whole) answer.
  std::optional<Answer> answer(bool to_head = false) {
    while (buffer_.find("\r\n\r\n") == std::string::npos) {
      if (!more()) return std::nullopt;
    }
    Answer answer;
    const auto size = buffer_.find("\r\n\r\n") + 4;
    answer.head = buffer_.substr(0, size);
    buffer_.erase(0, size);
    answer.status = std::atoi(answer.head.substr(9, 3).c_str());
    read_fields(answer);
    const auto length = static_cast<std::size_t>(std::atoll(answer.field("content-length").c_str()));
    if (to_head) return answer;
    while (buffer_.size() < length) {
      if (!more()) return std::nullopt;
    }
    answer.body = buffer_.substr(0, length);
    buffer_.erase(0, length);
    return answer;
  }

  std::optional<Answer> ask(std::string_view bytes) {
    send(bytes);
    return answer();
  }

  // Nothing but the end comes any more.
  bool closed() { return buffer_.empty() && !more(); }

  Poco::Net::StreamSocket& socket() { return socket_; }

 private:
  bool more() {
    char bytes[16384];
    try {
      const int got = socket_.receiveBytes(bytes, sizeof bytes);
      if (got <= 0) return false;
      buffer_.append(bytes, static_cast<std::size_t>(got));
      return true;
    } catch (const Poco::TimeoutException&) {
      throw std::runtime_error("the server neither answered nor closed");
    } catch (const Poco::Exception&) {
      return false;  // reset
    }
  }
  static void read_fields(Answer& answer) {
    for (auto at = answer.head.find("\r\n") + 2; at + 2 < answer.head.size();) {
      const auto end = answer.head.find("\r\n", at);
      const auto colon = answer.head.find(": ", at);
      std::string name = answer.head.substr(at, colon - at);
      for (char& c : name) c = static_cast<char>(std::tolower(c));
      answer.fields[name] = answer.head.substr(colon + 2, end - colon - 2);
      at = end + 2;
    }
  }

  Poco::Net::StreamSocket socket_;
  std::string buffer_;
};

inline std::string get(const std::string& path, const std::string& fields = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: suoi.test\r\n" + fields + "\r\n";
}

inline std::string post(const std::string& path, const std::string& body, const std::string& fields = "") {
  return "POST " + path + " HTTP/1.1\r\nHost: suoi.test\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         fields + "\r\n" + body;
}

// Waits until `holds`, at most 10 s.
inline bool eventually(const std::function<bool()>& holds) {
  for (int i = 0; i < 1000; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

inline std::chrono::milliseconds time_of(const std::function<void()>& deed) {
  const auto began = std::chrono::steady_clock::now();
  deed();
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
}

}  // namespace front
