// One accepted connection, plain or TLS, on which no wait is without an end.
//
// Purpose: the socket never blocks; every wait is a poll() that ends at an absolute deadline or at a stop signal. So a
//          peer that sends one byte at a time, in a header, a body or a TLS handshake, is late like a silent one, and
//          no other thread has to touch the descriptor or the TLS state.
// Owner:   owns the descriptor and the TLS state. Threads: one. Errors: outcomes are values; exhaustion throws.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>

struct ssl_st;
struct ssl_ctx_st;

namespace suoi::server {

using Deadline = std::chrono::steady_clock::time_point;

// Wakes everybody who polls its descriptor, once and for all.
class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  void raise();
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : number_(other.number_) { other.number_ = -1; }
  Descriptor& operator=(Descriptor&&) = delete;

  int number() const { return number_; }

 private:
  int number_;
};

enum class Io {
  done,
  closed,   // by the peer, or broken
  late,     // the deadline passed
  stopped,  // a stop signal was raised
};

struct Received {
  Io io = Io::done;
  std::size_t bytes = 0;
};

// What ends a wait besides the deadline: `cut` every one, `drain` only those of connections with nothing to answer.
struct StopSignals {
  StopSignal drain;
  StopSignal cut;
};

enum class Patience { answers_pending, idle };

class Channel {
 public:
  // `socket` is in non-blocking mode. `tls` may be null.
  Channel(Descriptor socket, std::shared_ptr<ssl_ctx_st> tls, const StopSignals& signals);
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  Io handshake(Deadline deadline);  // done at once where there is no TLS
  Received receive(char* into, std::size_t bytes_max, Deadline deadline, Patience patience = Patience::answers_pending);
  Io send(std::string_view bytes, Deadline deadline);

  // Says goodbye and, until `deadline`, throws away what the peer still sends: closing with unread bytes would make the
  // kernel reset the connection and with it an answer that the peer has not read yet (RFC 9112, section 9.6).
  void finish(Deadline deadline);

 private:
  struct FreeTls {
    void operator()(ssl_st* tls) const;
  };

  Io wait(short events, Deadline deadline, Patience patience);
  // The next step after a TLS call gave `result`: ready to try again, or why not.
  Io wait_for_tls(int result, Deadline deadline, Patience patience);

  Descriptor socket_;
  std::shared_ptr<ssl_ctx_st> context_;
  std::unique_ptr<ssl_st, FreeTls> tls_;
  bool broken_ = false;  // no more TLS calls
  const StopSignals& signals_;
};

}  // namespace suoi::server
