#include "gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <new>
#include <stdexcept>

namespace suoi::server {
namespace {

constexpr int kGzipWindow = 16 + MAX_WBITS;  // zlib: a gzip wrapper and nothing else
constexpr std::size_t kFirstBytes = 16 * 1024;

Bytef* bytes_of(std::string_view text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
}

class Inflater {
 public:
  explicit Inflater(std::string_view gzip) {
    stream_.next_in = bytes_of(gzip);
    stream_.avail_in = static_cast<uInt>(gzip.size());
    if (inflateInit2(&stream_, kGzipWindow) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // Fills `out` from `at` on; zlib's verdict.
  int fill(std::string& out, std::size_t& at) {
    stream_.next_out = bytes_of(out) + at;
    stream_.avail_out = static_cast<uInt>(out.size() - at);
    const int verdict = inflate(&stream_, Z_NO_FLUSH);
    at = out.size() - stream_.avail_out;
    return verdict;
  }
  bool all_read() const { return stream_.avail_in == 0; }

 private:
  z_stream stream_{};
};

}  // namespace

tl::expected<std::string, Refusal> inflate_gzip(std::string_view gzip, std::size_t bytes_max, ByteLease& lease) {
  Inflater inflater(gzip);
  const auto held_before = lease.held();
  std::string out;
  std::size_t used = 0;
  for (;;) {
    if (used == out.size()) {
      // One byte more than allowed, so that a body of just the allowed size is told from a larger one.
      const auto next = std::min(bytes_max + 1, std::max({kFirstBytes, gzip.size() * 2, out.size() * 2}));
      if (!lease.hold(held_before + next)) return tl::unexpected(overloaded());
      out.resize(next);
    }
    const int verdict = inflater.fill(out, used);
    if (used > bytes_max) return tl::unexpected(too_large("inflated_bytes", bytes_max));
    if (verdict == Z_STREAM_END) break;
    if (verdict == Z_MEM_ERROR) throw std::bad_alloc();
    const bool wants_room = verdict == Z_OK && used == out.size();
    if (!wants_room) return tl::unexpected(malformed("The gzip body is cut or corrupt."));
  }
  if (!inflater.all_read()) return tl::unexpected(malformed("Something follows the gzip body."));
  out.resize(used);
  return out;
}

std::string deflate_gzip(std::string_view body, int level) {
  z_stream stream{};
  if (deflateInit2(&stream, level, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
  std::string out;
  try {
    out.resize(deflateBound(&stream, static_cast<uLong>(body.size())));
  } catch (...) {
    deflateEnd(&stream);
    throw;
  }
  stream.next_in = bytes_of(body);
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = bytes_of(out);
  stream.avail_out = static_cast<uInt>(out.size());
  const int verdict = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (verdict != Z_STREAM_END) throw std::runtime_error("zlib could not compress an answer");
  return out;
}

}  // namespace suoi::server
