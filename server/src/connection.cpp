#include "connection.hpp"

#include <cxxabi.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <typeinfo>
#include <utility>

#include "body_pieces.hpp"
#include "chunked_body.hpp"
#include "gzip.hpp"

namespace suoi::server {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kReadBytes = 16 * 1024;  // a TLS record
constexpr std::size_t kLeaseStepBytes = 64 * 1024;
constexpr std::size_t kOneSendBytesMax = 16 * 1024;  // below, head and body leave together
constexpr auto kDrainGrace = milliseconds(500);      // for the first request of who came just before the stop
constexpr auto kLinger = milliseconds(5000);         // for reading an answer that came before the body's end
constexpr auto kTurnedAwayPatience = milliseconds(2000);
constexpr std::size_t kIntakeBytes = 256 * 1024;   // of a body that is taken while it comes, at once
constexpr auto kIntakePause = milliseconds(2000);  // on a slow link: what came is not held for longer

class Flight {
 public:
  explicit Flight(std::atomic<std::uint64_t>& flights) : flights_(flights), number_(++flights) {}
  ~Flight() { --flights_; }
  Flight(const Flight&) = delete;
  Flight& operator=(const Flight&) = delete;
  std::uint64_t number() const { return number_; }

 private:
  std::atomic<std::uint64_t>& flights_;
  const std::uint64_t number_;
};

std::int64_t wall_clock_ms() {
  return std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string random_incident() {
  std::array<unsigned char, 8> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) throw std::runtime_error("no random bytes");
  std::string text;
  for (const auto byte : bytes) {
    text.push_back("0123456789abcdef"[byte >> 4]);
    text.push_back("0123456789abcdef"[byte & 15]);
  }
  return text;
}

std::string type_name(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(abi::__cxa_demangle(type.name(), nullptr, nullptr, &status),
                                                         &std::free);
  return name ? name.get() : type.name();
}

Refusal refusal_of(Io io) {
  if (io == Io::late) return timed_out();
  if (io == Io::stopped) return overloaded();
  return malformed("The connection ended before the request did.");
}

std::size_t in_steps(std::size_t bytes) {
  return (bytes + kLeaseStepBytes - 1) / kLeaseStepBytes * kLeaseStepBytes;
}

}  // namespace

Connection::Connection(Front& front, Descriptor socket, std::string peer, Reception reception)
    : front_(front),
      channel_(std::move(socket), front.options.tls ? front.options.tls->current() : nullptr, front.signals),
      peer_(std::move(peer)),
      reception_(reception) {}

void Connection::serve() {
  const auto& deadlines = front_.options.deadlines;
  if (channel_.handshake(steady_clock::now() + at_most(deadlines.handshake)) != Io::done) {
    ++front_.counters.handshakes_failed;
    return;
  }
  auto patience = at_most(deadlines.header);
  while (await_request(steady_clock::now() + patience)) {
    if (exchange() == Next::nothing) return;
    ++served_;
    patience = deadlines.idle;
  }
  channel_.finish(steady_clock::now());
}

bool Connection::await_request(Deadline deadline) {
  if (!buffer_.empty()) return true;
  std::array<char, kReadBytes> bytes;
  auto received = channel_.receive(bytes.data(), bytes.size(), deadline, Patience::idle);
  if (received.io == Io::stopped && served_ == 0) {
    received = channel_.receive(bytes.data(), bytes.size(), steady_clock::now() + kDrainGrace);
  }
  buffer_.append(bytes.data(), received.bytes);
  bytes_in_ += received.bytes;
  return received.io == Io::done;
}

Connection::Next Connection::exchange() {
  const auto began = steady_clock::now();
  LogFacts facts;
  facts.time_ms = wall_clock_ms();
  facts.peer = peer_;
  drained_ = false;

  const auto head = read_head();
  const auto response = head ? respond(*head, facts) : refuse(head.error());

  AnswerTerms terms;
  terms.strict_transport = front_.strict_transport;
  terms.gzip_level = front_.options.limits.gzip_level;
  terms.idle = front_.options.deadlines.idle;
  if (head) {
    terms.head_only = head->method == "HEAD";
    terms.http_1_0 = head->http_1_0;
    terms.keep_alive = may_stay(*head);
    const auto accepts = head->fields.find("accept-encoding");
    if (accepts != head->fields.end()) terms.accept_encoding = accepts->second;
  }
  const Io sent = send_answer(response, terms, facts);
  note(response, facts, began);
  if (sent == Io::done && terms.keep_alive) return Next::another;
  const bool unread = !drained_ || !buffer_.empty();
  channel_.finish(steady_clock::now() + (unread && sent == Io::done ? at_most(kLinger) : milliseconds(0)));
  return Next::nothing;
}

tl::expected<RequestHead, Refusal> Connection::read_head() {
  const auto deadline = steady_clock::now() + at_most(front_.options.deadlines.header);
  HeadScanner scanner;
  for (;;) {
    const auto size = scanner.scan(buffer_);
    if (!size) return tl::unexpected(size.error());
    if (*size) {
      auto head = parse_request_head(std::string_view(buffer_).substr(0, **size));
      buffer_.erase(0, **size);
      return head;
    }
    if (auto refusal = receive_more(deadline)) return tl::unexpected(std::move(*refusal));
  }
}

std::optional<Refusal> Connection::receive_more(Deadline deadline) {
  const Io io = receive_some(deadline);
  return io == Io::done ? std::nullopt : std::optional(refusal_of(io));
}

Io Connection::receive_some(Deadline deadline) {
  std::array<char, kReadBytes> bytes;
  const auto received = channel_.receive(bytes.data(), bytes.size(), deadline);
  buffer_.append(bytes.data(), received.bytes);
  bytes_in_ += received.bytes;
  return received.io;
}

mobile_api::Response Connection::respond(const RequestHead& head, LogFacts& facts) {
  facts.method = head.method;
  facts.path = head.path;
  // The one catch-all: whatever goes wrong inside, the client gets an answer. A silent drop would make it send again.
  try {
    if (reception_ == Reception::turned_away) return refuse(overloaded());
    ByteLease lease(front_.budget);
    mobile_api::Request bare = bare_request(head, facts.time_ms);
    if (!head.gzip) {
      const auto intake = front_.handler.intake(bare);
      if (!intake) return intake.error();
      if (*intake) return take_in(head, **intake, lease);
    }
    auto request = receive_request(head, std::move(bare), lease);
    if (!request) return refuse(request.error());

    const Flight flight(front_.counters.requests_in_flight);
    if (flight.number() > front_.options.limits.requests_max) return refuse(overloaded());
    auto response = front_.handler.handle(*request);
    check_sendable(response);
    return response;
  } catch (...) {
    return fault(facts);
  }
}

mobile_api::Request Connection::bare_request(const RequestHead& head, std::int64_t received_ms) const {
  mobile_api::Request request;
  request.method = head.method;
  request.path = head.path;
  request.query = head.query;
  request.headers = head.fields;
  request.peer = peer_;
  request.received_ms = received_ms;
  if (head.method == "HEAD") {
    request.method = "GET";
    request.headers.erase("range");  // RFC 9110, section 14.2: defined for GET alone
  }
  return request;
}

tl::expected<mobile_api::Request, Refusal> Connection::receive_request(const RequestHead& head,
                                                                       mobile_api::Request request, ByteLease& lease) {
  const auto limits = front_.handler.limits_for(request.method, head.path);
  if (head.content_length.value_or(0) > limits.body_bytes_max) {
    return tl::unexpected(too_large("body_bytes", limits.body_bytes_max));
  }
  auto body = read_body(head, limits.body_bytes_max, lease);
  if (!body) return tl::unexpected(body.error());
  drained_ = true;
  if (head.gzip) {
    body = inflate_gzip(*body, limits.inflated_bytes_max, lease);
    if (!body) return tl::unexpected(body.error());
  }
  request.body = std::move(*body);
  return request;
}

tl::expected<std::string, Refusal> Connection::read_body(const RequestHead& head, std::size_t body_bytes_max,
                                                         ByteLease& lease) {
  std::string body;
  if (!head.has_body()) return body;
  if (auto refusal = invite_body(head)) return tl::unexpected(std::move(*refusal));
  auto refusal = head.chunked ? read_chunked(body_bytes_max, body, lease)
                              : read_sized(static_cast<std::size_t>(*head.content_length), body, lease);
  if (refusal) return tl::unexpected(std::move(*refusal));
  return body;
}

std::optional<Refusal> Connection::invite_body(const RequestHead& head) {
  if (!head.expects_continue || !buffer_.empty()) return std::nullopt;
  const Io io = channel_.send("HTTP/1.1 100 Continue\r\n\r\n", transfer_deadline(0));
  return io == Io::done ? std::nullopt : std::optional(refusal_of(io));
}

mobile_api::Response Connection::take_in(const RequestHead& head, mobile_api::Intake& intake, ByteLease& lease) {
  if (auto refusal = invite_body(head)) return refuse(*refusal);
  if (!lease.hold(2 * kIntakeBytes)) return refuse(overloaded());
  BodyPieces pieces(head);
  std::string piece;
  const auto began = transfer_deadline(0);
  auto taken = steady_clock::now();
  for (Io io = Io::done; !pieces.complete() || !piece.empty();) {
    const auto consumed = pieces.feed(buffer_, piece);
    if (!consumed) return refuse(consumed.error());
    buffer_.erase(0, *consumed);
    const bool due = piece.size() >= kIntakeBytes || steady_clock::now() - taken >= kIntakePause;
    // Where the link breaks, or the server stops, what came before that counts.
    if (!piece.empty() && (due || pieces.complete() || io != Io::done)) {
      if (auto response = intake.take(piece)) return std::move(*response);
      piece.clear();
      taken = steady_clock::now();
    }
    if (io != Io::done) return refuse(refusal_of(io));
    if (pieces.complete()) continue;
    const auto earned = milliseconds(pieces.bytes() * 1000 / front_.options.deadlines.slowest_bytes_per_second);
    const auto deadline = began + earned;
    io = receive_some(piece.empty() ? deadline : std::min<Deadline>(deadline, taken + kIntakePause));
    if (io == Io::late && steady_clock::now() < deadline) io = Io::done;
  }
  drained_ = true;
  auto response = intake.finish();
  check_sendable(response);
  return response;
}

std::optional<Refusal> Connection::read_sized(std::size_t length, std::string& body, ByteLease& lease) {
  const auto deadline = transfer_deadline(length);
  for (;;) {
    const auto part = std::min(buffer_.size(), length - body.size());
    if (!lease.hold(in_steps(body.size() + part))) return overloaded();
    body.append(buffer_, 0, part);
    buffer_.erase(0, part);
    if (body.size() == length) return std::nullopt;
    if (auto refusal = receive_more(deadline)) return refusal;
  }
}

std::optional<Refusal> Connection::read_chunked(std::size_t body_bytes_max, std::string& body, ByteLease& lease) {
  const auto began = transfer_deadline(0);
  ChunkedBody chunks;
  for (;;) {
    if (!lease.hold(in_steps(body.size() + buffer_.size()))) return overloaded();
    const auto consumed = chunks.feed(buffer_, body);
    if (!consumed) return consumed.error();
    buffer_.erase(0, *consumed);
    if (body.size() > body_bytes_max) return too_large("body_bytes", body_bytes_max);
    if (chunks.complete()) return std::nullopt;
    const auto earned = milliseconds(body.size() * 1000 / front_.options.deadlines.slowest_bytes_per_second);
    if (auto refusal = receive_more(began + earned)) return refusal;
  }
}

mobile_api::Response Connection::refuse(const Refusal& refusal) const {
  ++front_.counters.refused;
  if (refusal.status == 408) ++front_.counters.timeouts;
  if (refusal.status == 503) ++front_.counters.overloaded;
  std::vector<std::pair<std::string, std::string>> extra;
  if (!refusal.limit_name.empty()) {
    extra.emplace_back("limit_name", '"' + std::string(refusal.limit_name) + '"');
    extra.emplace_back("limit", std::to_string(refusal.limit));
  }
  auto response = mobile_api::problem(refusal.status, refusal.code, refusal.detail, extra);
  if (refusal.status == 503) {
    response.headers.emplace_back("Retry-After", std::to_string(front_.options.deadlines.retry_after.count()));
  }
  // RFC 9110, section 15.5.16: tells a coding that is not taken from a type that is not.
  if (refusal.status == 415) response.headers.emplace_back("Accept-Encoding", "gzip");
  return response;
}

mobile_api::Response Connection::fault(LogFacts& facts) {
  ++front_.counters.faults;
  facts.incident = random_incident();
  std::string text = "no further description";
  try {
    throw;
  } catch (const std::exception& thrown) {
    facts.fault = type_name(typeid(thrown));
    text = thrown.what();
  } catch (...) {
    facts.fault = "unknown";
  }
  if (front_.options.on_fault) front_.options.on_fault(facts.incident, text);
  return mobile_api::problem(500, "internal", "Something went wrong here; the operator finds it by the incident.",
                             {{"incident", '"' + facts.incident + '"'}});
}

Io Connection::send_answer(const mobile_api::Response& response, const AnswerTerms& terms, LogFacts& facts) {
  auto answer = encode_answer(response, terms);
  facts.bytes_out = answer.head.size() + answer.body.size() + (answer.source ? answer.source->bytes : 0);
  const auto deadline = transfer_deadline(facts.bytes_out);
  if (facts.bytes_out <= kOneSendBytesMax && !answer.source) {
    return channel_.send(answer.head.append(answer.body), deadline);
  }
  const Io io = channel_.send(answer.head, deadline);
  if (io != Io::done || !answer.source) return io == Io::done ? channel_.send(answer.body, deadline) : io;
  return send_source(*answer.source, deadline);
}

// A fault on the way, which throws, can only be told by closing: the length was said already.
Io Connection::send_source(const mobile_api::BodySource& source, Deadline deadline) {
  for (std::uint64_t at = 0; at < source.bytes;) {
    const std::string piece = source.read(at);
    if (piece.empty()) throw std::logic_error("a body ended before its length");
    const Io io = channel_.send(piece, deadline);
    if (io != Io::done) return io;
    at += piece.size();
  }
  return Io::done;
}

void Connection::note(const mobile_api::Response& response, LogFacts& facts, Deadline began) {
  facts.status = response.status;
  facts.bytes_in = std::exchange(bytes_in_, 0);
  facts.taken_ms = std::chrono::duration_cast<milliseconds>(steady_clock::now() - began).count();
  facts.more = response.log;
  ++front_.counters.requests;
  front_.counters.bytes_in += facts.bytes_in;
  front_.counters.bytes_out += facts.bytes_out;
  if (front_.options.log) front_.options.log(log_line(facts));
}

// Where threads get scarce, a connection that would only be idle makes room.
bool Connection::may_stay(const RequestHead& head) const {
  const bool crowded = front_.counters.connections_open > front_.options.limits.threads_max / 4 * 3;
  return drained_ && head.keep_alive && !crowded && !front_.draining && reception_ == Reception::served;
}

Deadline Connection::transfer_deadline(std::size_t bytes) const {
  const auto& deadlines = front_.options.deadlines;
  return steady_clock::now() + at_most(deadlines.transfer_base) +
         milliseconds(bytes * 1000 / deadlines.slowest_bytes_per_second);
}

milliseconds Connection::at_most(milliseconds usual) const {
  return reception_ == Reception::served ? usual : std::min(usual, kTurnedAwayPatience);
}

}  // namespace suoi::server
