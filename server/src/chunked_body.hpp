// Undoes the chunked transfer coding (RFC 9112, section 7.1), without extensions and trailer fields.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "refusal.hpp"

namespace suoi::server {

class ChunkedBody {
 public:
  // Appends to `body` what `bytes` brings; how many of them belong to this body. Takes all of them until complete().
  tl::expected<std::size_t, Refusal> feed(std::string_view bytes, std::string& body);

  // The last chunk and the empty line behind it have come.
  bool complete() const { return state_ == State::complete; }

 private:
  enum class State { size, size_lf, data, data_cr, data_lf, end_cr, end_lf, complete };

  bool step(char c);

  State state_ = State::size;
  std::uint64_t left_ = 0;  // of the present chunk
  int digits_ = 0;
};

}  // namespace suoi::server
