#include "request_log.hpp"

#include <Poco/DateTimeFormatter.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/Timestamp.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace suoi::server {
namespace {

constexpr std::size_t kWordBytesMax = 32;
constexpr std::size_t kPathBytesMax = 200;

// "sync", "status-lists", "openapi.json", "v1": lower-case letters and marks, and digits only as a version.
bool is_route_word(std::string_view segment) {
  if (segment.size() > kWordBytesMax) return false;
  if (segment.size() > 1 && segment.front() == 'v' &&
      segment.find_first_not_of("0123456789", 1) == std::string_view::npos) {
    return segment.size() <= 3;
  }
  return std::all_of(segment.begin(), segment.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '.'; });
}

}  // namespace

std::string path_template(std::string_view path) {
  std::string out;
  while (!path.empty() && out.size() < kPathBytesMax) {
    path.remove_prefix(1);  // the slash
    const auto segment = path.substr(0, path.find('/'));
    out.append("/").append(is_route_word(segment) ? segment : ":id");
    path.remove_prefix(segment.size());
  }
  return out;
}

std::string peer_network(const std::string& address) {
  Poco::Net::IPAddress parsed;
  if (!Poco::Net::IPAddress::tryParse(address, parsed)) return "-";
  const unsigned bits = parsed.family() == Poco::Net::IPAddress::IPv4 ? 24 : 48;
  const Poco::Net::IPAddress mask(bits, parsed.family());
  return (parsed & mask).toString() + "/" + std::to_string(bits);
}

std::string log_line(const LogFacts& facts) {
  const Poco::Timestamp time(facts.time_ms * 1000);
  nlohmann::ordered_json line{{"time", Poco::DateTimeFormatter::format(time, "%Y-%m-%dT%H:%M:%S.%iZ")},
                              {"method", facts.method},
                              {"path", facts.path == "-" ? facts.path : path_template(facts.path)},
                              {"status", facts.status},
                              {"ms", facts.taken_ms},
                              {"in", facts.bytes_in},
                              {"out", facts.bytes_out},
                              {"peer", peer_network(facts.peer)}};
  if (!facts.incident.empty()) line["incident"] = facts.incident;
  if (!facts.fault.empty()) line["fault"] = facts.fault;
  for (const auto& [name, value] : facts.more) {
    if (!line.contains(name)) line[name] = value;
  }
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace suoi::server
