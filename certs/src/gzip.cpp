#include "gzip.hpp"

#include <zlib.h>

#include <stdexcept>

namespace suoi::certs {
namespace {

constexpr int kGzipWindow = 15 + 16;  // the largest window, in a gzip wrapping

Bytef* bytes_of_text(std::string_view text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // zlib does not write to its input
}

}  // namespace

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("zlib: no memory");
  }
  std::string packed(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = bytes_of_text(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = bytes_of_text(packed);
  stream.avail_out = static_cast<uInt>(packed.size());
  const int outcome = deflate(&stream, Z_FINISH);
  packed.resize(packed.size() - stream.avail_out);
  deflateEnd(&stream);
  if (outcome != Z_STREAM_END) throw std::runtime_error("zlib: deflate failed");
  return packed;
}

std::optional<std::string> gunzip(std::string_view packed, std::size_t bytes_max) {
  z_stream stream{};
  if (inflateInit2(&stream, kGzipWindow) != Z_OK) throw std::runtime_error("zlib: no memory");
  std::string bytes(bytes_max + 1, '\0');
  stream.next_in = bytes_of_text(packed);
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = bytes_of_text(bytes);
  stream.avail_out = static_cast<uInt>(bytes.size());
  const int outcome = inflate(&stream, Z_FINISH);
  const bool whole = outcome == Z_STREAM_END && stream.avail_in == 0;
  bytes.resize(bytes.size() - stream.avail_out);
  inflateEnd(&stream);
  return whole && bytes.size() <= bytes_max ? std::optional(std::move(bytes)) : std::nullopt;
}

}  // namespace suoi::certs
