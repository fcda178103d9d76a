// A body that is taken while it comes: how many of the bytes received belong to it, and whether it is whole.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "chunked_body.hpp"
#include "request_head.hpp"

namespace suoi::server {

class BodyPieces {
 public:
  explicit BodyPieces(const RequestHead& head) : chunked_(head.chunked), left_(head.content_length.value_or(0)) {}

  // Appends to `piece` what `received` brings of the body; how many bytes that used up.
  tl::expected<std::size_t, Refusal> feed(std::string_view received, std::string& piece) {
    const std::size_t before = piece.size();
    std::size_t used = 0;
    if (chunked_) {
      const auto consumed = chunks_.feed(received, piece);
      if (!consumed) return consumed;
      used = *consumed;
    } else {
      used = static_cast<std::size_t>(std::min<std::uint64_t>(left_, received.size()));
      piece.append(received.substr(0, used));
      left_ -= used;
    }
    bytes_ += piece.size() - before;
    return used;
  }
  bool complete() const { return chunked_ ? chunks_.complete() : left_ == 0; }
  std::uint64_t bytes() const { return bytes_; }  // of the body, so far

 private:
  const bool chunked_;
  ChunkedBody chunks_;
  std::uint64_t left_;
  std::uint64_t bytes_ = 0;
};

}  // namespace suoi::server
