#include "file_download.hpp"

#include <algorithm>

#include "suoi/certs/hashing.hpp"
#include "tus.hpp"

namespace suoi::mobile_api {
namespace {

struct Range {
  std::int64_t first = 0;
  std::int64_t end = 0;  // exclusive
};

enum class Asked { whole, part, unsatisfiable };

struct AskedRange {
  Asked asked = Asked::whole;
  Range range;
};

constexpr std::string_view kUnit = "bytes=";

// One range of a file (RFC 9110, section 14.1.2). What is malformed, or several ranges, is no range (section 14.2).
AskedRange parse_range(std::string_view text, std::int64_t length) {
  if (!text.starts_with(kUnit)) return {};
  text.remove_prefix(kUnit.size());
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return {};
  const std::string_view from = text.substr(0, dash);
  const std::string_view to = text.substr(dash + 1);
  const auto first = parse_bytes(from);
  const auto last = parse_bytes(to);
  if ((!from.empty() && !first) || (!to.empty() && !last) || (!first && !last)) return {};
  if (!first) {  // the last so many bytes
    if (*last == 0) return {Asked::unsatisfiable, {}};
    return {Asked::part, {std::max<std::int64_t>(0, length - *last), length}};
  }
  if (last && *last < *first) return {};
  if (*first >= length) return {Asked::unsatisfiable, {}};
  return {Asked::part, {*first, last ? std::min(*last, length - 1) + 1 : length}};
}

// A list of tags, or any (RFC 9110, section 13.1.2).
bool lists(std::string_view tags, const std::string& tag) {
  return tags == "*" || tags.find(tag) != std::string_view::npos;
}

std::optional<storage::StoredFile> visible_file(const Service& service, const Caller& caller, std::int64_t now_ms,
                                                const storage::FileDigest& digest) {
  const auto held = streams_of(service.rules.units, caller.device.person, caller.assignments, now_ms);
  std::optional<storage::StoredFile> file;
  service.store.read([&](storage::Reader& reader) {
    const auto naming = reader.streams_naming(digest);
    const bool visible = reader.has_uploaded(caller.device.person, digest) ||
                         std::any_of(naming.begin(), naming.end(), [&](const auto& one) {
                           return std::find(held.begin(), held.end(), one) != held.end();
                         });
    if (visible) file = reader.file(digest);
  });
  return file;
}

BodySource source_of(const Service& service, const storage::FileDigest& digest, Range range) {
  const auto bytes = static_cast<std::uint64_t>(range.end - range.first);
  return {bytes, [&service, digest, range, bytes](std::uint64_t from) {
            std::string piece;
            service.store.read([&](storage::Reader& reader) {
              piece = reader.file_bytes(digest, range.first + static_cast<std::int64_t>(from));
            });
            if (piece.size() > bytes - from) piece.resize(bytes - from);
            return piece;
          }};
}

AskedRange asked_range(const Request& request, const std::string& tag, std::int64_t length) {
  const auto range = header_of(request, "range");
  const auto condition = header_of(request, "if-range");
  // Files never change, so that a date would do as well; only the tag is given out, so only it can come back.
  if (!range || (condition && *condition != tag)) return {};
  return parse_range(*range, length);
}

}  // namespace

Response send_file(const Service& service, const Caller& caller, const Request& request,
                   const storage::FileDigest& digest) {
  const auto file = visible_file(service, caller, request.received_ms, digest);
  if (!file) return problem(404, "not_found", "there is no such file, or no record that you see names it");
  const std::string tag = '"' + hex_of(certs::bytes_of(digest)) + '"';
  Response response;
  response.content_type = file->media_type;
  response.headers = {
      {"ETag", tag}, {"Cache-Control", "private, max-age=31536000, immutable"}, {"Accept-Ranges", "bytes"}};
  const auto known = header_of(request, "if-none-match");
  if (known && lists(*known, tag)) {
    response.status = 304;
    return response;
  }
  const AskedRange asked = asked_range(request, tag, file->length);
  if (asked.asked == Asked::unsatisfiable) {
    Response refusal = problem(416, "range_unsatisfiable", "the file ends before that");
    refusal.headers.emplace_back("Content-Range", "bytes */" + std::to_string(file->length));
    return refusal;
  }
  Range range{0, file->length};
  if (asked.asked == Asked::part) {
    range = asked.range;
    response.status = 206;
    response.headers.emplace_back("Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                                       std::to_string(range.end - 1) + "/" +
                                                       std::to_string(file->length));
  }
  response.source = source_of(service, digest, range);
  return response;
}

}  // namespace suoi::mobile_api
