// What all connections of one server share.
#pragma once

#include <atomic>
#include <cstdint>

#include "address_limit.hpp"
#include "byte_budget.hpp"
#include "channel.hpp"
#include "suoi/mobile_api/http.hpp"
#include "suoi/server/http_server.hpp"

namespace suoi::server {

struct Counters {
  std::atomic<std::uint64_t> connections_open{0};
  std::atomic<std::uint64_t> connections_total{0};
  std::atomic<std::uint64_t> connections_turned_away{0};
  std::atomic<std::uint64_t> handshakes_failed{0};
  std::atomic<std::uint64_t> requests_in_flight{0};
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> refused{0};
  std::atomic<std::uint64_t> timeouts{0};
  std::atomic<std::uint64_t> overloaded{0};
  std::atomic<std::uint64_t> faults{0};
  std::atomic<std::uint64_t> bytes_in{0};
  std::atomic<std::uint64_t> bytes_out{0};
};

struct Front {
  Front(mobile_api::Handler& its_handler, Options its_options)
      : handler(its_handler),
        options(std::move(its_options)),
        budget(options.limits.decoding_bytes_max),
        addresses(options.limits.connections_per_address) {}

  mobile_api::Handler& handler;
  const Options options;
  ByteBudget budget;
  AddressLimit addresses;
  Counters counters;
  StopSignals signals;
  std::atomic<bool> draining{false};
  std::atomic<bool> strict_transport{false};
};

}  // namespace suoi::server
