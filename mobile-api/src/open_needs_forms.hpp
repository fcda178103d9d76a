// The public list of open needs as JSON, CSV (RFC 4180) and GeoJSON (RFC 7946).
#pragma once

#include "open_needs.hpp"

namespace suoi::mobile_api {

struct OpenNeedsPage {
  std::int64_t as_of_ms;
  const domain::AdminUnits& units;
  std::vector<const OpenNeed*> needs;
};

// {"as_of", "items": [{"commune", "commune_name", "province_name", "category", "item", "unit_of_measure", "quantity",
// "open", "beneficiaries", "needed_by"}]}; a count is an integer or "<5", what is not known is null.
std::string open_needs_json(const OpenNeedsPage& page);
// The same columns with a head; begins with a byte order mark, since spreadsheets take it for another coding without.
std::string open_needs_csv(const OpenNeedsPage& page);
// A FeatureCollection; each need stands at the label point of its commune, or has no geometry.
std::string open_needs_geojson(const OpenNeedsPage& page);

}  // namespace suoi::mobile_api
