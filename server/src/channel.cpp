#include "channel.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <new>
#include <system_error>

namespace suoi::server {
namespace {

constexpr std::size_t kDiscardBytesMax = std::size_t{64} << 20;

[[noreturn]] void throw_errno(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK;
}

int at_most_int(std::size_t bytes) {
  return static_cast<int>(std::min<std::size_t>(bytes, INT_MAX));
}

}  // namespace

StopSignal::StopSignal() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (descriptor_ < 0) throw_errno("eventfd");
}

StopSignal::~StopSignal() {
  ::close(descriptor_);
}

void StopSignal::raise() {
  if (::eventfd_write(descriptor_, 1) != 0) throw_errno("eventfd_write");
}

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

void Channel::FreeTls::operator()(ssl_st* tls) const {
  SSL_free(tls);
}

Channel::Channel(Descriptor socket, std::shared_ptr<ssl_ctx_st> tls, const StopSignals& signals)
    : socket_(std::move(socket)), context_(std::move(tls)), signals_(signals) {
  if (!context_) return;
  tls_.reset(SSL_new(context_.get()));
  if (!tls_ || SSL_set_fd(tls_.get(), socket_.number()) != 1) throw std::bad_alloc();
  SSL_set_accept_state(tls_.get());
}

Channel::~Channel() = default;

Io Channel::wait(short events, Deadline deadline, Patience patience) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return Io::late;
    std::array<pollfd, 3> polled{pollfd{signals_.cut.descriptor(), POLLIN, 0}, pollfd{socket_.number(), events, 0},
                                 pollfd{signals_.drain.descriptor(), POLLIN, 0}};
    const nfds_t count = patience == Patience::idle ? 3 : 2;
    const int ready = ::poll(polled.data(), count, static_cast<int>(std::min<std::int64_t>(left.count(), INT_MAX)));
    if (ready < 0 && errno != EINTR) throw_errno("poll");
    if (ready <= 0) continue;
    if (polled[0].revents != 0) return Io::stopped;
    // Bytes that have come win over draining: whoever sent a whole request gets its answer.
    if (polled[1].revents != 0) return Io::done;
    return Io::stopped;
  }
}

Io Channel::wait_for_tls(int result, Deadline deadline, Patience patience) {
  switch (SSL_get_error(tls_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return wait(POLLIN, deadline, patience);
    case SSL_ERROR_WANT_WRITE:
      return wait(POLLOUT, deadline, patience);
    default:
      broken_ = true;
      return Io::closed;
  }
}

Io Channel::handshake(Deadline deadline) {
  if (!tls_) return Io::done;
  for (;;) {
    ERR_clear_error();
    const int result = SSL_accept(tls_.get());
    if (result == 1) return Io::done;
    const Io io = wait_for_tls(result, deadline, Patience::answers_pending);
    if (io != Io::done) {
      broken_ = true;
      return io;
    }
  }
}

Received Channel::receive(char* into, std::size_t bytes_max, Deadline deadline, Patience patience) {
  for (;;) {
    Io io = Io::done;
    if (tls_) {
      ERR_clear_error();
      const int result = SSL_read(tls_.get(), into, at_most_int(bytes_max));
      if (result > 0) return {Io::done, static_cast<std::size_t>(result)};
      io = wait_for_tls(result, deadline, patience);
    } else {
      const auto result = ::recv(socket_.number(), into, bytes_max, 0);
      if (result > 0) return {Io::done, static_cast<std::size_t>(result)};
      if (result == 0) return {Io::closed, 0};
      if (errno == EINTR) continue;
      if (!would_block()) return {Io::closed, 0};
      io = wait(POLLIN, deadline, patience);
    }
    if (io != Io::done) return {io, 0};
  }
}

Io Channel::send(std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    Io io = Io::done;
    if (tls_) {
      ERR_clear_error();
      const int result = SSL_write(tls_.get(), bytes.data(), at_most_int(bytes.size()));
      if (result > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(result));
        continue;
      }
      io = wait_for_tls(result, deadline, Patience::answers_pending);
    } else {
      const auto result = ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (result > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(result));
        continue;
      }
      if (result < 0 && errno == EINTR) continue;
      if (result < 0 && !would_block()) return Io::closed;
      io = wait(POLLOUT, deadline, Patience::answers_pending);
    }
    if (io != Io::done) return io;
  }
  return Io::done;
}

void Channel::finish(Deadline deadline) {
  if (tls_ && !broken_) {
    ERR_clear_error();
    SSL_shutdown(tls_.get());
  }
  if (::shutdown(socket_.number(), SHUT_WR) != 0) return;  // the peer has gone
  std::array<char, 16 * 1024> rubbish{};
  std::size_t discarded = 0;
  while (discarded < kDiscardBytesMax && std::chrono::steady_clock::now() < deadline) {
    const auto result = ::recv(socket_.number(), rubbish.data(), rubbish.size(), 0);
    if (result > 0) {
      discarded += static_cast<std::size_t>(result);
    } else if (result == 0 || (!would_block() && errno != EINTR)) {
      return;
    } else if (wait(POLLIN, deadline, Patience::answers_pending) != Io::done) {
      return;
    }
  }
}

}  // namespace suoi::server
