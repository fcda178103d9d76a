#include "suoi/server/http_server.hpp"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include "connection.hpp"
#include "front.hpp"
#include "worker_pool.hpp"

namespace suoi::server {
namespace {

constexpr int kBacklog = 1024;
constexpr std::size_t kTurnAwayThreads = 4;
constexpr std::size_t kTurnAwayQueue = 64;
constexpr auto kExhaustedPause = std::chrono::milliseconds(50);

std::string text_of(const sockaddr_storage& peer, socklen_t size) {
  using Poco::Net::IPAddress;
  const Poco::Net::SocketAddress address(reinterpret_cast<const sockaddr*>(&peer), static_cast<poco_socklen_t>(size));
  const auto host = address.host();
  if (host.family() == IPAddress::IPv4 || !host.isIPv4Mapped()) return host.toString();
  in_addr last{};
  std::memcpy(&last, static_cast<const char*>(host.addr()) + 12, sizeof last);
  return IPAddress(&last, sizeof last).toString();
}

// Waits until stopped, or raises `cut` at the deadline: joining threads has no time-out of its own.
class Cutter {
 public:
  Cutter(StopSignal& cut, std::chrono::milliseconds after) : thread_([this, &cut, after] { run(cut, after); }) {}
  ~Cutter() {
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  Cutter(const Cutter&) = delete;
  Cutter& operator=(const Cutter&) = delete;

 private:
  void run(StopSignal& cut, std::chrono::milliseconds after) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, after, [this] { return done_; })) cut.raise();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
  std::thread thread_;
};

}  // namespace

struct HttpServer::Parts {
  enum class Accepted { one, none, exhausted };

  Parts(mobile_api::Handler& handler, Options options)
      : front(handler, std::move(options)),
        workers("http", front.options.limits.threads_max, 0, front.options.limits.thread_stack_bytes),
        turn_away("http-busy", kTurnAwayThreads, kTurnAwayQueue, front.options.limits.thread_stack_bytes) {}

  void listen();
  void accept_until_stopped();
  Accepted accept_one();
  void hand_over(Descriptor accepted, const std::string& peer);
  void run_connection(Descriptor socket, const std::string& peer, Reception reception);
  void note_fault(const std::exception& thrown);

  Front front;
  Poco::Net::ServerSocket listener;
  std::atomic<std::uint16_t> port{0};
  WorkerPool workers;
  WorkerPool turn_away;
  std::thread acceptor;
};

void HttpServer::Parts::listen() {
  const Poco::Net::SocketAddress address(front.options.listen_host, front.options.listen_port);
  // Not Poco's short form: that one also sets SO_REUSEPORT, and a second server would share the port silently.
  if (address.family() == Poco::Net::SocketAddress::IPv6) {
    listener.bind6(address, true, false, false);
  } else {
    listener.bind(address, true, false);
  }
  listener.listen(kBacklog);
  listener.setBlocking(false);
  port = listener.address().port();
  front.strict_transport = front.options.tls && !address.host().isLoopback();
}

void HttpServer::Parts::accept_until_stopped() {
  while (!front.draining) {
    std::array<pollfd, 2> polled{pollfd{listener.impl()->sockfd(), POLLIN, 0},
                                 pollfd{front.signals.drain.descriptor(), POLLIN, 0}};
    ::poll(polled.data(), polled.size(), -1);
    if (accept_one() == Accepted::exhausted) std::this_thread::sleep_for(kExhaustedPause);
  }
  // Whom the kernel has let in before the stop is connected from its own point of view.
  while (accept_one() == Accepted::one) continue;
}

HttpServer::Parts::Accepted HttpServer::Parts::accept_one() {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  const int socket =
      ::accept4(listener.impl()->sockfd(), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (socket < 0) {
    if (errno == EAGAIN || errno == EWOULDBLOCK) return Accepted::none;
    if (errno == ECONNABORTED || errno == EINTR) return Accepted::one;
    return Accepted::exhausted;  // no descriptors or memory: those who have some end soon
  }
  Descriptor accepted(socket);
  const int yes = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  ++front.counters.connections_total;
  try {
    hand_over(std::move(accepted), text_of(peer, size));
  } catch (const std::exception& thrown) {
    note_fault(thrown);
    return Accepted::exhausted;
  }
  return Accepted::one;
}

// Outside of a request (there, the connection answers 500 itself): out of memory or descriptors.
void HttpServer::Parts::note_fault(const std::exception& thrown) {
  ++front.counters.faults;
  if (front.options.on_fault) front.options.on_fault("connection", thrown.what());
}

void HttpServer::Parts::hand_over(Descriptor accepted, const std::string& peer) {
  const auto socket = std::make_shared<Descriptor>(std::move(accepted));
  const auto place = front.addresses.enter(peer);
  const auto task = [&](Reception reception) -> WorkerPool::Task {
    return [this, socket, peer, reception, place] { run_connection(std::move(*socket), peer, reception); };
  };
  auto serving = task(Reception::served);
  if (place && workers.submit(serving)) return;
  ++front.counters.connections_turned_away;
  auto refusing = task(Reception::turned_away);
  // Beyond even that, closing is all that is left: a flood, not a crowd.
  turn_away.submit(refusing);
}

void HttpServer::Parts::run_connection(Descriptor socket, const std::string& peer, Reception reception) {
  ++front.counters.connections_open;
  try {
    Connection(front, std::move(socket), peer, reception).serve();
  } catch (const std::exception& thrown) {
    note_fault(thrown);
  }
  --front.counters.connections_open;
}

HttpServer::HttpServer(mobile_api::Handler& handler, Options options)
    : parts_(std::make_unique<Parts>(handler, std::move(options))) {}

HttpServer::~HttpServer() {
  stop();
}

void HttpServer::start() {
  if (parts_->port != 0) throw std::logic_error("a server is started once");
  parts_->listen();
  parts_->acceptor = std::thread([parts = parts_.get()] { parts->accept_until_stopped(); });
}

std::uint16_t HttpServer::port() const {
  return parts_->port;
}

void HttpServer::stop() {
  if (!parts_->acceptor.joinable()) return;
  parts_->front.draining = true;
  parts_->front.signals.drain.raise();
  parts_->acceptor.join();
  parts_->listener.close();
  const Cutter cutter(parts_->front.signals.cut, parts_->front.options.deadlines.drain);
  parts_->workers.drain();
  parts_->turn_away.drain();
}

Metrics HttpServer::metrics() const {
  const auto& counters = parts_->front.counters;
  Metrics metrics;
  metrics.connections_open = counters.connections_open;
  metrics.connections_total = counters.connections_total;
  metrics.connections_turned_away_total = counters.connections_turned_away;
  metrics.handshakes_failed_total = counters.handshakes_failed;
  metrics.requests_in_flight = counters.requests_in_flight;
  metrics.requests_total = counters.requests;
  metrics.refused_total = counters.refused;
  metrics.timeouts_total = counters.timeouts;
  metrics.overloaded_total = counters.overloaded;
  metrics.faults_total = counters.faults;
  metrics.bytes_in_total = counters.bytes_in;
  metrics.bytes_out_total = counters.bytes_out;
  metrics.decoding_bytes = parts_->front.budget.used();
  return metrics;
}

}  // namespace suoi::server
