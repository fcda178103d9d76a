// GET /v1/open-needs: what is still needed and where, for everybody: whole communes, no person, no free text that the
// commune has not confirmed, and no count below five.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "suoi/mobile_api/http.hpp"
#include "suoi/mobile_api/service.hpp"

namespace suoi::mobile_api {

struct OpenNeed {
  domain::UnitKey commune;
  std::string category;
  std::string item;             // empty where the commune has not confirmed it
  std::string unit_of_measure;  // may be empty
  std::int64_t quantity = 0;
  std::int64_t open = 0;
  std::optional<std::int64_t> beneficiaries;
  std::string needed_by;  // "YYYY-MM-DD", may be empty
};

// The list as it was at most a minute ago: reading a whole store must not cost one for each stranger who asks.
// Threads: `current` may be called from many at once.
class OpenNeeds {
 public:
  struct Snapshot {
    std::int64_t as_of_ms = 0;
    std::vector<OpenNeed> needs;  // by commune, then date; those without a date last
  };

  std::shared_ptr<const Snapshot> current(const Service& service);

 private:
  std::mutex mutex_;
  std::shared_ptr<const Snapshot> known_;
};

// Filters `unit` (a commune or a province) and `category`; JSON, CSV or GeoJSON by `format` or Accept.
Response open_needs_endpoint(const Service& service, OpenNeeds& list, const Request& request);

}  // namespace suoi::mobile_api
