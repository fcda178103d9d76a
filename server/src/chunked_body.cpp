#include "chunked_body.hpp"

#include <algorithm>

#include "hex_digit.hpp"

namespace suoi::server {
namespace {

constexpr int kSizeDigitsMax = 8;

}  // namespace

tl::expected<std::size_t, Refusal> ChunkedBody::feed(std::string_view bytes, std::string& body) {
  std::size_t at = 0;
  while (at < bytes.size() && !complete()) {
    if (state_ == State::data) {
      const auto part = std::min<std::uint64_t>(left_, bytes.size() - at);
      body.append(bytes.substr(at, part));
      at += part;
      left_ -= part;
      if (left_ == 0) state_ = State::data_cr;
    } else if (!step(bytes[at++])) {
      return tl::unexpected(malformed("The chunked body is not well formed."));
    }
  }
  return at;
}

bool ChunkedBody::step(char c) {
  const auto expect = [&](char wanted, State next) {
    state_ = next;
    return c == wanted;
  };
  switch (state_) {
    case State::size: {
      if (c == '\r' && digits_ > 0) {
        state_ = State::size_lf;
        return true;
      }
      const int digit = hex_digit_value(c);
      if (digit < 0 || ++digits_ > kSizeDigitsMax) return false;
      left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
      return true;
    }
    case State::size_lf:
      digits_ = 0;
      return expect('\n', left_ == 0 ? State::end_cr : State::data);
    case State::data_cr:
      return expect('\r', State::data_lf);
    case State::data_lf:
      return expect('\n', State::size);
    case State::end_cr:
      return expect('\r', State::end_lf);
    case State::end_lf:
      return expect('\n', State::complete);
    case State::data:
    case State::complete:
      break;
  }
  return false;
}

}  // namespace suoi::server
