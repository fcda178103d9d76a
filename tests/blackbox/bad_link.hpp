// A link as phones have it, before the real server: a TCP proxy that carries bytes at a rate, late, unevenly, and cuts.
//
// Shapes:  rates in bytes a second (0: unlimited), times in ms. What is lost comes again a round trip later, as TCP
// does. Threads: its own, two for each connection; all end with it. Everything public may be called from any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <random>
#include <string>
#include <thread>

namespace blackbox {

struct LinkProfile {
  const char* name = "";
  std::int64_t up_bytes_per_second = 0;
  std::int64_t down_bytes_per_second = 0;
  std::int64_t round_trip_ms = 0;
  std::int64_t jitter_ms = 0;  // the round trip is up to so much longer or shorter
  double loss = 0;             // part of the packets
  std::int64_t window_ms = 0;  // a connection lives between this and twice as long; 0: as long as it likes
  std::int64_t cut_bytes = 0;  // it is cut after up to so many bytes up; 0: never
};

// Of the design's list of links; the kernel has no emulation of them here.
inline constexpr LinkProfile kOffice{"office fibre", 2'500'000, 6'250'000, 30};
inline constexpr LinkProfile kTown{"town 4G", 1'250'000, 3'750'000, 50, 0, 0.001};
inline constexpr LinkProfile kEdge{"edge 4G", 125'000, 500'000, 120, 60, 0.01, 300'000};
inline constexpr LinkProfile kFloor{"3G floor", 32'000, 32'000, 300, 0, 0.02, 120'000};
inline constexpr LinkProfile kRidge{"ridge", 8'000, 16'000, 800, 400, 0.07, 30'000};

// The same link in another time: everything happens so many times as fast.
LinkProfile hurried(LinkProfile profile, std::int64_t times);

class BadLink {
 public:
  BadLink(std::uint16_t target_port, const LinkProfile& profile, std::uint64_t seed);
  ~BadLink();
  BadLink(const BadLink&) = delete;
  BadLink& operator=(const BadLink&) = delete;

  std::uint16_t port() const { return port_; }
  // The server has moved; connections that begin from now on lead there.
  void lead_to(std::uint16_t target_port) { target_port_ = target_port; }
  int connections() const { return connections_; }
  int cuts() const { return cuts_; }
  std::int64_t bytes_up() const { return bytes_up_; }

 private:
  struct Connection;
  void accept_until_stopped();
  void carry(Connection& connection, bool up);
  std::uint64_t random(std::uint64_t below);

  const LinkProfile profile_;
  std::atomic<std::uint16_t> target_port_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<int> connections_{0};
  std::atomic<int> cuts_{0};
  std::atomic<std::int64_t> bytes_up_{0};
  std::mutex mutex_;  // of the two below
  std::mt19937_64 random_;
  std::list<Connection> open_;
  std::thread acceptor_;
};

}  // namespace blackbox
