// One connection from its handshake to its end: reads a request, has it answered, and again.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "answer.hpp"
#include "channel.hpp"
#include "front.hpp"
#include "refusal.hpp"
#include "request_head.hpp"
#include "request_log.hpp"

namespace suoi::server {

enum class Reception {
  served,
  turned_away,  // beyond threads_max: whatever it asks, it gets 503, and little time to ask
};

class Connection {
 public:
  // `peer`: the other side's address without port.
  Connection(Front& front, Descriptor socket, std::string peer, Reception reception);

  // Until the peer goes, a deadline passes or the server stops.
  void serve();

 private:
  enum class Next { another, nothing };

  // What stands in the buffer or comes: false where no further request begins in time.
  bool await_request(Deadline deadline);
  Next exchange();
  tl::expected<RequestHead, Refusal> read_head();
  mobile_api::Response respond(const RequestHead& head, LogFacts& facts);
  mobile_api::Request bare_request(const RequestHead& head, std::int64_t received_ms) const;
  tl::expected<mobile_api::Request, Refusal> receive_request(const RequestHead& head, mobile_api::Request request,
                                                             ByteLease& lease);
  mobile_api::Response take_in(const RequestHead& head, mobile_api::Intake& intake, ByteLease& lease);
  std::optional<Refusal> invite_body(const RequestHead& head);  // RFC 9110, section 10.1.1
  tl::expected<std::string, Refusal> read_body(const RequestHead& head, std::size_t body_bytes_max, ByteLease& lease);
  std::optional<Refusal> read_sized(std::size_t length, std::string& body, ByteLease& lease);
  std::optional<Refusal> read_chunked(std::size_t body_bytes_max, std::string& body, ByteLease& lease);
  Io receive_some(Deadline deadline);  // appends to the buffer
  // The same; a Refusal where nothing came.
  std::optional<Refusal> receive_more(Deadline deadline);
  mobile_api::Response refuse(const Refusal& refusal) const;
  mobile_api::Response fault(LogFacts& facts);
  Io send_answer(const mobile_api::Response& response, const AnswerTerms& terms, LogFacts& facts);
  Io send_source(const mobile_api::BodySource& source, Deadline deadline);
  void note(const mobile_api::Response& response, LogFacts& facts, Deadline began);
  bool may_stay(const RequestHead& head) const;

  Deadline transfer_deadline(std::size_t bytes) const;
  std::chrono::milliseconds at_most(std::chrono::milliseconds usual) const;

  Front& front_;
  Channel channel_;
  const std::string peer_;
  const Reception reception_;
  std::string buffer_;          // received and not yet consumed
  std::uint64_t bytes_in_ = 0;  // of the present request
  std::size_t served_ = 0;
  bool drained_ = false;  // the present request was read to its end
};

}  // namespace suoi::server
