#include "bad_link.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <stdexcept>

namespace blackbox {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kPacketBytes = 1'400;
constexpr std::size_t kQueueBytesMax = 16 * 1'024;  // a phone's socket would hold no more on such a link
constexpr int kGlanceMs = 5;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

struct Packet {
  steady_clock::time_point due;
  std::string bytes;
};

bool send_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

struct BadLink::Connection {
  int phone = -1;
  int server = -1;
  std::int64_t cut_after = INT64_MAX;  // bytes up
  steady_clock::time_point ends = steady_clock::time_point::max();
  std::thread up;
  std::thread down;

  void cut() const {
    ::shutdown(phone, SHUT_RDWR);
    ::shutdown(server, SHUT_RDWR);
  }
};

LinkProfile hurried(LinkProfile profile, std::int64_t times) {
  profile.up_bytes_per_second *= times;
  profile.down_bytes_per_second *= times;
  profile.round_trip_ms /= times;
  profile.jitter_ms /= times;
  profile.window_ms /= times;
  return profile;
}

BadLink::BadLink(std::uint16_t target_port, const LinkProfile& profile, std::uint64_t seed)
    : profile_(profile), target_port_(target_port), random_(seed) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (listener_ < 0 || ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 64) != 0 || ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no link can be made");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_until_stopped(); });
}

BadLink::~BadLink() {
  stopping_ = true;
  acceptor_.join();
  ::close(listener_);
  for (Connection& one : open_) {
    one.cut();
    one.up.join();
    one.down.join();
    ::close(one.phone);
    ::close(one.server);
  }
}

std::uint64_t BadLink::random(std::uint64_t below) {
  const std::lock_guard lock(mutex_);
  return below == 0 ? 0 : random_() % below;
}

void BadLink::accept_until_stopped() {
  while (!stopping_) {
    pollfd polled{listener_, POLLIN, 0};
    if (::poll(&polled, 1, kGlanceMs) <= 0) continue;
    const int phone = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (phone < 0) continue;
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in target = loopback(target_port_);
    if (::connect(server, reinterpret_cast<const sockaddr*>(&target), sizeof target) != 0) {
      ::close(phone);
      ::close(server);
      continue;
    }
    for (const int socket : {phone, server}) {
      const int yes = 1;
      ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    }
    ++connections_;
    Connection& made = open_.emplace_back();
    made.phone = phone;
    made.server = server;
    if (profile_.cut_bytes > 0) made.cut_after = static_cast<std::int64_t>(1 + random(profile_.cut_bytes));
    const auto window = static_cast<std::uint64_t>(profile_.window_ms);
    if (window > 0) made.ends = steady_clock::now() + milliseconds(window + random(window));
    made.up = std::thread([this, &made] { carry(made, true); });
    made.down = std::thread([this, &made] { carry(made, false); });
  }
}

void BadLink::carry(Connection& connection, bool up) {
  const int from = up ? connection.phone : connection.server;
  const int to = up ? connection.server : connection.phone;
  const std::int64_t rate = up ? profile_.up_bytes_per_second : profile_.down_bytes_per_second;
  std::deque<Packet> way;
  std::size_t queued = 0;
  std::int64_t carried = 0;
  bool ended = false;
  auto free = steady_clock::now();
  while (!ended || !way.empty()) {
    if (stopping_ || steady_clock::now() > connection.ends) {
      if (!stopping_ && up) ++cuts_;
      return connection.cut();
    }
    pollfd polled{from, POLLIN, 0};
    const bool may_read = !ended && queued < kQueueBytesMax;
    if (!may_read) std::this_thread::sleep_for(milliseconds(1));
    if (may_read && ::poll(&polled, 1, way.empty() ? kGlanceMs : 1) > 0) {
      std::array<char, kPacketBytes> bytes;
      const ssize_t got = ::recv(from, bytes.data(), bytes.size(), 0);
      if (got <= 0) {
        ended = true;
      } else {
        const auto jitter = static_cast<std::int64_t>(random(static_cast<std::uint64_t>(2 * profile_.jitter_ms + 1)));
        free = std::max(free, steady_clock::now());
        if (rate > 0) free += std::chrono::microseconds(got * 1'000'000 / rate);
        if (static_cast<double>(random(1'000'000)) < profile_.loss * 1e6) free += milliseconds(profile_.round_trip_ms);
        const auto late = milliseconds((profile_.round_trip_ms + jitter - profile_.jitter_ms) / 2);
        // In order, as TCP delivers.
        const auto due = std::max(free + late, way.empty() ? free : way.back().due);
        way.push_back({due, std::string(bytes.data(), static_cast<std::size_t>(got))});
        queued += static_cast<std::size_t>(got);
      }
    }
    while (!way.empty() && way.front().due <= steady_clock::now()) {
      std::string& bytes = way.front().bytes;
      queued -= bytes.size();
      if (up && carried + static_cast<std::int64_t>(bytes.size()) >= connection.cut_after) {
        send_all(to, std::string_view(bytes).substr(0, static_cast<std::size_t>(connection.cut_after - carried)));
        ++cuts_;
        return connection.cut();
      }
      if (!send_all(to, bytes)) return connection.cut();
      carried += static_cast<std::int64_t>(bytes.size());
      if (up) bytes_up_ += static_cast<std::int64_t>(bytes.size());
      way.pop_front();
    }
  }
  ::shutdown(to, SHUT_WR);
}

}  // namespace blackbox
